"""The figures in force of a partnership, for a run of months: one object that pages, blocks and commands read from.

`load` asks the database a fixed number of questions, whatever the run and however many councils.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kpis import checks, definitions, derived, policies
from kpis.aggregation import months_from
from kpis.models import Figure, FigureFinding, Indicator, Return, ReturnVersion, Target
from portal.models import Council, Headcount

if TYPE_CHECKING:
    from portal.models import Partnership

MET, NEAR, MISSED = "met", "near", "missed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One council's figure for a month, whose return is in force.

    amount      what stands for it: as reported, or worked out where it is not entered; None: not applicable
    typed       as reported, to the letter; empty where it was worked out
    worked_out  what the portal works out for it, where it works this indicator out
    """

    amount: Decimal | None
    typed: str = ""
    worked_out: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    findings: tuple[FigureFinding, ...] = ()

    @property
    def is_impossible(self) -> bool:
        """Whether the figures check says that it cannot be true."""
        return any(finding.severity == FigureFinding.Severity.ERROR for finding in self.findings)


@dataclass(frozen=True)
class Record:
    """`months` is the run that was asked for; figures of the month before it are held as well, for the change."""

    partnership: Partnership
    months: tuple[date, ...]
    councils: tuple[Council, ...]
    indicators: tuple[Indicator, ...]
    definitions: dict[str, checks.Definition]
    versions: dict[tuple[int, date], ReturnVersion]
    cells: dict[tuple[str, int, date], Cell]
    targets: dict[int, list[Target]]
    headcounts: list[Headcount]

    @property
    def month_before_last(self) -> date:
        return policies.month_before(self.months[-1])

    def cell(self, indicator: Indicator, council: Council, month: date) -> Cell | None:
        """None where the month's return is missing."""
        return self.cells.get((indicator.code, council.pk, month))

    def amount(self, indicator: Indicator, council: Council, month: date) -> Decimal | None:
        cell = self.cell(indicator, council, month)
        return cell.amount if cell is not None else None

    def is_reported(self, council: Council, month: date) -> bool:
        return (council.pk, month) in self.versions

    def target(self, indicator: Indicator, council: Council, month: date) -> Target | None:
        """The target of that time: the council's own before the partnership's, the latest valid on the month's first
        day."""
        valid = [
            target
            for target in self.targets.get(indicator.pk, ())
            if target.valid_from <= month and target.council_id in (None, council.pk)
        ]
        return max(valid, key=lambda target: (target.council_id is not None, target.valid_from), default=None)

    def result(self, indicator: Indicator, council: Council, month: date) -> str:
        """met, near or missed; empty without a figure, without a target, or where neither direction is better."""
        target, amount = self.target(indicator, council, month), self.amount(indicator, council, month)
        if target is None or amount is None:
            return ""
        if indicator.direction == Indicator.Direction.INCREASE:
            short_by = target.value - amount
        elif indicator.direction == Indicator.Direction.DECREASE:
            short_by = amount - target.value
        else:
            return ""
        if short_by <= 0:
            return MET
        return NEAR if short_by <= target.tolerance else MISSED

    def headcount(self, council: Council, month: date) -> Headcount | None:
        return definitions.headcount_in(self.headcounts, council.pk, month)

    def missing(self, months: Iterable[date] | None = None) -> list[tuple[date, Council]]:
        """Month and council of the returns that are not in force, oldest first."""
        return [
            (month, council)
            for month in (self.months if months is None else months)
            for council in self.councils
            if not self.is_reported(council, month)
        ]


def load(partnership: Partnership, first: date, last: date) -> Record:
    """The figures in force from one month to another. Raises ValueError when `last` comes before `first`."""
    months = months_from(first, last)
    before = policies.month_before(first)
    councils = tuple(place.council for place in partnership.places.select_related("council").order_by("position", "pk"))
    indicators, known = definitions.indicators_of(partnership)
    headcounts = list(Headcount.objects.filter(partnership=partnership))
    in_force = Return.objects.filter(
        partnership=partnership, period__gte=before, period__lte=last, in_force__isnull=False
    )
    versions = {
        (one.council_id, one.period): one.in_force
        for one in in_force.select_related("in_force")
        if one.in_force is not None
    }
    version_ids = in_force.order_by().values("in_force")
    figures: dict[int, dict[int, Figure]] = defaultdict(dict)
    for reported in Figure.objects.filter(version__in=version_ids).order_by():
        figures[reported.version_id][reported.indicator_id] = reported
    findings: dict[tuple[int, int], list[FigureFinding]] = defaultdict(list)
    for finding in FigureFinding.objects.filter(version__in=version_ids).order_by("severity", "rule", "pk"):
        findings[finding.version_id, finding.indicator_id].append(finding)
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(indicator__partnership=partnership):
        targets[target.indicator_id].append(target)

    definition_of = {definition.code: definition for definition in known}
    cells: dict[tuple[str, int, date], Cell] = {}
    for (council_id, month), version in versions.items():
        own = figures[version.pk]
        amounts = {one.code: own[one.pk].amount if one.pk in own else None for one in indicators}
        headcount = definitions.as_checked(definitions.headcount_in(headcounts, council_id, month))
        results = derived.work_out_all(known, amounts, headcount)
        for indicator in indicators:
            figure = own.get(indicator.pk)
            worked_out = results.get(indicator.code) if definition_of[indicator.code].is_asked(month) else None
            amount = figure.amount if figure is not None and figure.amount is not None else worked_out
            cells[indicator.code, council_id, month] = Cell(
                amount=amount,
                typed=figure.typed if figure is not None else "",
                worked_out=worked_out,
                numerator=figure.numerator if figure is not None else None,
                denominator=figure.denominator if figure is not None else None,
                findings=tuple(findings[version.pk, indicator.pk]),
            )
    return Record(
        partnership=partnership,
        months=months,
        councils=councils,
        indicators=tuple(indicators),
        definitions=definition_of,
        versions=versions,
        cells=cells,
        targets=dict(targets),
        headcounts=headcounts,
    )
