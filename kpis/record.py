"""The figures in force of a partnership, for a run of months: one object that pages, blocks and commands read from.

`load` asks the database a fixed number of questions, whatever the run and however many councils. It is also the one
place where figures are withheld: a cell that this reader may not see is not in the record, whoever asks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q, QuerySet

from kpis import definitions, derived, limits, policies, readers, schedule, totals, withholding
from kpis.aggregation import months_from
from kpis.models import Figure, FigureFinding, Indicator, Rebase, Return, ReturnVersion, Target
from kpis.readers import EVERYONE, UNRESTRICTED, Audience
from portal.models import Council, Headcount

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader

__all__ = ["ALL", "EVERYONE", "MET", "MISSED", "NEAR", "UNRESTRICTED", "Cell", "Record", "load", "months_from"]

# So many months before those that are shown tell what is normal. Three years hold every season three times.
HISTORY = 36
MET, NEAR, MISSED = "met", "near", "missed"

# Stands for all councils together wherever a council can stand. It is never saved.
ALL = Council(pk=0, slug="all-councils", name="All councils", short_name="All councils")


@dataclass(frozen=True, slots=True)
class Cell:
    """One council's figure for a month whose return is in force, or that of all councils.

    amount      what stands for it: as reported, or worked out where it is not entered; None: not applicable
    typed       as reported, to the letter; empty where it was worked out
    worked_out  what the portal works out for it, where it works this indicator out
    lack        of all councils: why there is no amount, in a sentence
    """

    amount: Decimal | None
    typed: str = ""
    worked_out: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    findings: tuple[FigureFinding, ...] = ()
    lack: str = ""

    @property
    def is_impossible(self) -> bool:
        """Whether the figures check says that it cannot be true."""
        return any(finding.severity == FigureFinding.Severity.ERROR for finding in self.findings)


@dataclass(frozen=True)
class Record:
    """`months` is the run that was asked for; figures of the one before its last are held as well, for the change.

    rebases   where limits begin anew, by the key of the indicator
    earlier   the months before the run of which figures are held too, oldest first; see `load`
    councils  those whose figures are shown
    members   every council of the partnership; the figures of ALL are theirs
    known     by key, the indicators and those that they are worked out from
    hidden    codes of the indicators whose councils this reader does not see side by side
    """

    partnership: Partnership
    months: tuple[date, ...]
    councils: tuple[Council, ...]
    members: tuple[Council, ...]
    indicators: tuple[Indicator, ...]
    definitions: dict[str, derived.Definition]
    versions: dict[tuple[int, date], ReturnVersion]
    cells: dict[tuple[str, int, date], Cell]
    targets: dict[int, list[Target]]
    headcounts: list[Headcount]
    known: dict[int, Indicator]
    hidden: frozenset[str] = frozenset()
    rebases: Mapping[int, Sequence[Rebase]] = field(default_factory=dict)
    earlier: tuple[date, ...] = ()

    def month_before(self, indicator: Indicator) -> date:
        """The month of the figure before the last: of a quarterly indicator the last month of the quarter before."""
        return schedule.last_asked_before(indicator.frequency, self.months[-1])

    @property
    def columns(self) -> tuple[Council, ...]:
        """The councils that are shown, and all of them together where there are several."""
        return (*self.councils, ALL) if len(self.members) > 1 else self.councils

    def showing(self, councils: Iterable[Council]) -> Record:
        """The same figures with these councils shown, in the partnership's order."""
        wanted = {council.pk for council in councils}
        return replace(self, councils=tuple(one for one in self.members if one.pk in wanted))

    def of_all(self) -> Record:
        """The same months with all councils together as the only one."""
        return replace(self, councils=(ALL,))

    def is_hidden(self, indicator: Indicator, council: Council) -> bool:
        return council.pk != ALL.pk and indicator.code in self.hidden

    def cell(self, indicator: Indicator, council: Council, month: date) -> Cell | None:
        """None where the month's return is missing, and where the figure is withheld from this reader."""
        return self.cells.get((indicator.code, council.pk, month))

    def amount(self, indicator: Indicator, council: Council, month: date) -> Decimal | None:
        cell = self.cell(indicator, council, month)
        return cell.amount if cell is not None else None

    def is_asked(self, indicator: Indicator, month: date) -> bool:
        return self.definitions[indicator.code].is_asked(month)

    def is_reported(self, council: Council, month: date) -> bool:
        if council.pk == ALL.pk:
            return all((one.pk, month) in self.versions for one in self.members)
        return (council.pk, month) in self.versions

    def target(self, indicator: Indicator, council: Council, month: date) -> Target | None:
        """The target of that time: the council's own before the partnership's, the latest valid on the month's first
        day.

        A target is one for each council. All of them together have it too where their figure is no sum.
        """
        if council.pk == ALL.pk and self.definitions[indicator.code].unit in derived.ADDITIVE:
            return None
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
        """A council's headcount of the month; of all councils the sum, once each of them has one."""
        if council.pk != ALL.pk:
            return definitions.headcount_in(self.headcounts, council.pk, month)
        own = [definitions.headcount_in(self.headcounts, one.pk, month) for one in self.members]
        known = [one for one in own if one is not None]
        if not known or len(known) < len(own):
            return None
        inferred = any(one.basis == Headcount.Basis.INFERRED for one in known)
        return Headcount(
            valid_from=max(one.valid_from for one in known),
            employees=sum(one.employees for one in known),
            basis=Headcount.Basis.INFERRED if inferred else Headcount.Basis.STATED,
        )

    def missing(self, months: Iterable[date] | None = None) -> list[tuple[date, Council]]:
        """Month and council of the returns that are not in force, oldest first."""
        return [
            (month, council)
            for month in (self.months if months is None else months)
            for council in self.members
            if not self.is_reported(council, month)
        ]


def load(
    partnership: Partnership,
    first: date,
    last: date,
    *,
    reader: Reader | Audience,
    only: Collection[str] | None = None,
    history: bool = True,
) -> Record:
    """The figures in force from one month to another, as far as this reader may see them.

    `only` names the indicators that are wanted; what they are worked out from is loaded too. `history` adds the
    figures of the months before the first on which limits rest, as far as there are any: what is normal does not
    follow from how many months a reader asks for. Raises ValueError when `last` comes before `first`.
    """
    months = months_from(first, last)
    councils, headcounts = _councils(partnership)
    every, known = definitions.indicators_of(partnership)
    hidden = readers.hidden_from(reader, partnership, indicators=every, known=known, councils=len(councils))
    wanted = {one.code for one in known} if only is None else _with_what_they_rest_on(known, only)
    indicators = tuple(one for one in every if one.code in wanted)
    definition_of = {definition.code: definition for definition in known if definition.code in wanted}
    before = {schedule.last_asked_before(indicator.frequency, months[-1]) for indicator in indicators}
    rebases = limits.approved(partnership) if history else {}
    past = _months_behind_limits(first, rebases) if history else ()
    held = sorted(before.union(months, past))
    in_force = Return.objects.filter(partnership=partnership, period__in=held, in_force__isnull=False)
    versions = {
        (one.council_id, one.period): one.in_force
        for one in in_force.select_related("in_force")
        if one.in_force is not None
    }
    narrowed = {} if only is None else {"indicator__in": [indicator.pk for indicator in indicators]}
    figures = _figures(in_force, narrowed)
    findings: dict[tuple[int, int], list[FigureFinding]] = defaultdict(list)
    shown = in_force.filter(period__gte=first).order_by().values("in_force")
    for finding in FigureFinding.objects.filter(version__in=shown, **narrowed).order_by("severity", "rule", "pk"):
        findings[finding.version_id, finding.indicator_id].append(finding)
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(indicator__partnership=partnership):
        targets[target.indicator_id].append(target)

    cells: dict[tuple[str, int, date], Cell] = {}
    for (council_id, month), version in versions.items():
        headcount = definitions.as_checked(definitions.headcount_in(headcounts, council_id, month))
        own = _cells(indicators, definition_of, figures[version.pk], headcount, month)
        for indicator in indicators:
            cell = own[indicator.code]
            if (version.pk, indicator.pk) in findings:
                cell = replace(cell, findings=tuple(findings[version.pk, indicator.pk]))
            cells[indicator.code, council_id, month] = cell
    oldest = min((month for _, month in versions), default=first)
    whole = Record(
        partnership=partnership,
        months=months,
        councils=councils,
        members=councils,
        indicators=indicators if only is None else tuple(one for one in indicators if one.code in only),
        definitions=definition_of,
        versions=versions,
        cells=cells,
        targets=dict(targets),
        headcounts=headcounts,
        known={indicator.pk: indicator for indicator in indicators},
        hidden=hidden & wanted,
        rebases=rebases,
        earlier=tuple(month for month in past if month >= oldest),
    )
    return _withheld(whole, _totals(whole, held))


def _councils(partnership: Partnership) -> tuple[tuple[Council, ...], list[Headcount]]:
    """The councils in their order and the headcounts of each, in one query."""
    own = FilteredRelation("council__headcounts", condition=Q(council__headcounts__partnership=partnership.pk))
    rows = partnership.places.annotate(own=own).order_by("position", "pk", "own__valid_from")
    councils: dict[int, Council] = {}
    headcounts = []
    for pk, slug, name, short_name, valid_from, employees, basis in rows.values_list(
        "council_id", "council__slug", "council__name", "council__short_name",
        "own__valid_from", "own__employees", "own__basis",
    ):  # fmt: skip
        councils[pk] = Council(pk=pk, slug=slug, name=name, short_name=short_name)
        if valid_from is not None:
            headcounts.append(
                Headcount(
                    partnership=partnership, council_id=pk, valid_from=valid_from, employees=employees, basis=basis
                )
            )
    # The head of the page names them too.
    partnership.council_names = {council.pk: council.short_name for council in councils.values()}
    return tuple(councils.values()), headcounts


def _months_behind_limits(first: date, rebases: Mapping[int, Sequence[Rebase]]) -> tuple[date, ...]:
    """The months before `first` on which its limits can rest, oldest first: HISTORY months, or all from the rebase on
    that fixes limits to a baseline further back."""
    oldest = first
    for _ in range(HISTORY):
        oldest = policies.month_before(oldest)
    for of_indicator in rebases.values():
        latest = {one.council_id: one for one in of_indicator if one.starts_on <= first}
        oldest = min([oldest, *(one.starts_on for one in latest.values() if one.baseline_months is not None)])
    return months_from(oldest, policies.month_before(first))


@dataclass(frozen=True, slots=True)
class _Entered:
    """What a return says of one indicator."""

    typed: str
    amount: Decimal | None
    numerator: int | None
    denominator: int | None


def _figures(in_force: QuerySet[Return], narrowed: Mapping[str, Any]) -> dict[int, dict[int, _Entered]]:
    """The figures of the versions in force, by version and indicator. Plain rows: there may be thousands."""
    wanted = Figure.objects.filter(version__in=in_force.order_by().values("in_force"), **narrowed).order_by()
    found: dict[int, dict[int, _Entered]] = defaultdict(dict)
    for version, indicator, typed, amount, numerator, denominator in wanted.values_list(
        "version_id", "indicator_id", "typed", "amount", "numerator", "denominator"
    ):
        found[version][indicator] = _Entered(typed, amount, numerator, denominator)
    return found


def _with_what_they_rest_on(known: Iterable[derived.Definition], only: Collection[str]) -> set[str]:
    by_code = {definition.code: definition for definition in known}
    wanted: set[str] = set()
    ahead = [code for code in only if code in by_code]
    while ahead:
        code = ahead.pop()
        if code not in wanted:
            wanted.add(code)
            one = by_code[code]
            ahead += [need for need in (*one.rests_on(), one.measured_on) if need in by_code]
    return wanted


def _cells(
    indicators: Iterable[Indicator],
    definition_of: Mapping[str, derived.Definition],
    figures: Mapping[int, _Entered],
    headcount: derived.Headcount | None,
    month: date,
) -> dict[str, Cell]:
    """One return's figures by code, with what is worked out from them where it is asked for."""
    entered = {one.code: figures[one.pk].amount if one.pk in figures else None for one in indicators}
    results = derived.work_out_all(list(definition_of.values()), entered, headcount)
    worked_out = {code: amount for code, amount in results.items() if definition_of[code].is_asked(month)}
    amounts = {code: amount if amount is not None else worked_out.get(code) for code, amount in entered.items()}
    cells = {}
    for indicator in indicators:
        figure = figures.get(indicator.pk)
        definition = definition_of[indicator.code]
        numerator = figure.numerator if figure is not None else None
        denominator = figure.denominator if figure is not None else None
        if definition.source == "rate":
            numerator, denominator = (
                int(count) if count is not None and count == int(count) else None
                for count in (amounts.get(definition.numerator_of), amounts.get(definition.measured_on))
            )
        cells[indicator.code] = Cell(
            amount=amounts[indicator.code],
            typed=figure.typed if figure is not None else "",
            worked_out=worked_out.get(indicator.code),
            numerator=numerator,
            denominator=denominator,
        )
    return cells


def _totals(whole: Record, months: Iterable[date]) -> dict[tuple[str, int, date], Cell]:
    """The cells of all councils together, out of those of each."""
    if len(whole.members) < 2:
        return {}
    found: dict[tuple[str, int, date], Cell] = {}
    least = withholding.enough(len(whole.members))
    for month in months:
        if not any((council.pk, month) in whole.versions for council in whole.members):
            continue
        figures: dict[str, dict[str, totals.Part | None]] = {
            code: {council.short_name: _part(whole.cells.get((code, council.pk, month))) for council in whole.members}
            for code in whole.definitions
        }
        heads = [whole.headcount(council, month) for council in whole.members]
        sums = totals.of_month(
            whole.definitions.values(),
            figures,
            [None if one is None else one.employees for one in heads],
            lambda code: least if code in whole.hidden else 0,
        )
        for code, one in sums.items():
            cell = Cell(one.amount, numerator=one.numerator, denominator=one.denominator, lack=one.lack)
            found[code, ALL.pk, month] = cell
    return found


def _part(cell: Cell | None) -> totals.Part | None:
    return None if cell is None else totals.Part(cell.amount, cell.numerator, cell.denominator)


def _withheld(whole: Record, sums: Mapping[tuple[str, int, date], Cell]) -> Record:
    """The record with the figures of all councils, and without those that the reader may not see."""
    seen = {key: cell for key, cell in whole.cells.items() if key[0] not in whole.hidden}
    return replace(whole, cells={**seen, **sums})
