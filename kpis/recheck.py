"""The figures check over everything that is in force, worked out anew from the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Max, Min

from kpis import checks, definitions, inference, limits, record, schedule, wording
from kpis.models import FigureFinding, Rebase, Return
from portal.figures import Finding

if TYPE_CHECKING:
    from portal.models import Council, Partnership


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding, with the reason that was given for it and who gave it; both empty where nobody did."""

    finding: Finding
    reason: str = ""
    reason_by: str = ""


def explained(partnership: Partnership) -> list[Explained]:
    """All findings of a partnership, as `findings` has them, each with its reason.

    A reason belongs to a finding that still says the same of the same figure.
    """
    stored = FigureFinding.objects.filter(
        version__parent__partnership=partnership, version__parent__in_force=F("version")
    ).exclude(reason="")
    given: dict[tuple[str, ...], FigureFinding] = {}
    for one in stored.select_related("indicator", "reason_by", "version__parent__council"):
        parent = one.version.parent
        where = (parent.council.short_name, f"{parent.period:%B %Y}", one.indicator.name)
        given[(*where, one.rule, one.stated)] = one
    found = []
    for finding in findings(partnership):
        reason = given.get((*finding.where, finding.rule, finding.stated))
        by = str(reason.reason_by) if reason is not None and reason.reason_by else ""
        found.append(Explained(finding, reason.reason.strip() if reason is not None else "", by))
    return found


def findings(partnership: Partnership) -> list[Finding]:
    """All findings of a partnership: month by month, council by council, then what concerns the whole run."""
    ends = Return.objects.filter(partnership=partnership, in_force__isnull=False).aggregate(
        Min("period"), Max("period")
    )
    if ends["period__min"] is None:
        return []
    # The check reads everything; its command runs on the server, and pages show findings through kpis.record.
    whole = record.load(
        partnership, ends["period__min"], ends["period__max"], reader=record.UNRESTRICTED, history=False
    )
    rebases = limits.approved(partnership)
    found = [
        one.finding
        for month in whole.months
        for council in whole.councils
        if whole.is_reported(council, month)
        for one in _check(whole, council, month, rebases).findings
    ]
    span = wording.span(whole.months[0], whole.months[-1])
    return found + [finding for _, finding in inference.findings(whole, span)]


def _check(
    whole: record.Record, council: Council, month: date, rebases: Mapping[int, Sequence[Rebase]]
) -> checks.Checked:
    entered = {}
    history = {}
    for indicator in whole.indicators:
        cell = whole.cell(indicator, council, month)
        if cell is not None and (cell.typed or cell.numerator is not None):
            entered[indicator.code] = checks.Entered(
                cell.typed,
                "" if cell.numerator is None else str(cell.numerator),
                "" if cell.denominator is None else str(cell.denominator),
            )
        before = [one for one in schedule.asked(indicator.frequency, whole.months) if one < month]
        values = [whole.amount(indicator, council, one) for one in before]
        history[indicator.code] = definitions.past(
            indicator, council, values, [*before, month], rebases.get(indicator.pk, ())
        )
    return checks.check(
        list(whole.definitions.values()),
        entered,
        headcount=definitions.as_checked(whole.headcount(council, month)),
        history=history,
        place=(council.short_name, f"{month:%B %Y}"),
        month=month,
    )
