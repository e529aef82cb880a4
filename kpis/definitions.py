"""Indicators and headcounts out of the database, as the pure modules take them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db.models import F

from kpis import aggregation, checks, derived, limits, schedule, spc
from kpis.models import Figure, Indicator, Rebase, Return, ReturnVersion
from portal.models import Headcount

if TYPE_CHECKING:
    from portal.models import Council, Partnership


def indicators_of(partnership: Partnership) -> tuple[list[Indicator], tuple[checks.Definition, ...]]:
    """The partnership's indicators in their order, and what the figures check has to know of each. One query."""
    # A row for each part of an indicator, or one for an indicator without.
    rows = partnership.indicators.annotate(part_id=F("part_links__part_id")).order_by(
        "position", "pk", "part_links__position", "part_links__pk"
    )
    found: dict[int, Indicator] = {}
    part_ids: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found.setdefault(row.pk, row)
        if row.part_id is not None:
            part_ids[row.pk].append(row.part_id)
    indicators = list(found.values())
    codes = {indicator.pk: indicator.code for indicator in indicators}
    parts = {pk: [codes[part] for part in part_ids[pk]] for pk in found}
    return indicators, tuple(_definition(indicator, codes, parts[indicator.pk]) for indicator in indicators)


def _definition(indicator: Indicator, codes: Mapping[int, str], parts: Sequence[str]) -> checks.Definition:
    counted = (indicator.counted_one, indicator.counted_many)
    return checks.Definition(
        code=indicator.code,
        name=indicator.name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        source=indicator.source,
        direction=cast(spc.Direction, indicator.direction),
        measured_on=codes[indicator.measured_on_id] if indicator.measured_on_id is not None else "",
        parts=tuple(parts),
        counted=counted if all(counted) else derived.CASES,
        numerator_of=codes[indicator.numerator_of_id] if indicator.numerator_of_id is not None else "",
        frequency=indicator.frequency,
        starts_on=indicator.starts_on,
        ends_on=indicator.ends_on,
    )


def headcount_in(headcounts: Iterable[Headcount], council_id: int, month: date) -> Headcount | None:
    """A council's headcount on the first day of a month, from headcounts in any order."""
    valid = [one for one in headcounts if one.council_id == council_id and one.valid_from <= month]
    return max(valid, key=lambda one: one.valid_from, default=None)


def as_checked(headcount: Headcount | None) -> checks.Headcount | None:
    if headcount is None:
        return None
    return checks.Headcount(headcount.employees, inferred=headcount.basis == Headcount.Basis.INFERRED)


def entered(figures: Iterable[Figure], indicators: Sequence[Indicator]) -> dict[str, checks.Entered]:
    """The figures of a version, by code, as typed."""
    codes = {indicator.pk: indicator.code for indicator in indicators}
    return {
        codes[figure.indicator_id]: checks.Entered(figure.typed, figure.numerator_typed, figure.denominator_typed)
        for figure in figures
    }


def history_before(partnership: Partnership, council: Council, month: date) -> dict[str, checks.Past]:
    """A council's figures in force of the months before, by code, with the limits that its charts have. Three queries.

    A quarterly figure has quarters, a yearly one years: months in which it is not asked for are no gaps.
    """
    months = list(
        Return.objects.filter(partnership=partnership, council=council, period__lt=month, in_force__isnull=False)
        .order_by("period", "pk")
        .values_list("period", "in_force_id")
    )
    if not months:
        return {}
    periods = {version: period for period, version in months}
    amounts: dict[Indicator, dict[date, Decimal]] = defaultdict(dict)
    figures = Figure.objects.filter(version__in=list(periods), amount__isnull=False)
    for figure in figures.select_related("indicator"):
        if figure.amount is not None:
            amounts[figure.indicator][periods[figure.version_id]] = figure.amount
    run = aggregation.months_from(months[0][0], schedule.last_asked_before("month", month))
    rebases = limits.approved(partnership)
    found = {}
    for indicator, known in amounts.items():
        before = schedule.asked(indicator.frequency, run)
        values = [known.get(one) for one in before]
        found[indicator.code] = past(indicator, council, values, [*before, month], rebases.get(indicator.pk, ()))
    return found


def past(
    indicator: Indicator,
    council: Council,
    values: Sequence[Decimal | None],
    months: Sequence[date],
    rebases: Iterable[Rebase],
) -> checks.Past:
    """What the figures check compares a month with. `months` are those of the `values`, then the month under check."""
    cuts = limits.cuts(rebases, council.pk, months)
    return checks.Past(values, indicator.screens_limits, cuts.rebases, cuts.baseline)


def check_version(version: ReturnVersion) -> checks.Checked:
    """Read and check a version as it stands in the database."""
    return_ = version.parent
    indicators, definitions = indicators_of(return_.partnership)
    headcounts = Headcount.objects.filter(partnership=return_.partnership, council=return_.council)
    return checks.check(
        definitions,
        entered(version.figures.all(), indicators),
        headcount=as_checked(headcount_in(headcounts, return_.council_id, return_.period)),
        history=history_before(return_.partnership, return_.council, return_.period),
        place=(return_.council.short_name, f"{return_.period:%B %Y}"),
        month=return_.period,
    )
