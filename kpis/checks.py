"""The figures check of one return: which rule of portal.figures looks at which figure.

Pure: definitions and figures as typed go in as dataclasses, readings and findings come out. kpis/record.py reads the
former from the database and kpis/actions.py stores the latter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kpis import spc, typed
from kpis.derived import ADDITIVE, CASES, work_out_all
from kpis.derived import Definition as Definition
from kpis.derived import Headcount as Headcount
from kpis.derived import work_out as work_out
from portal import figures
from portal.figures import ERROR, Finding, RatePart

NOT_A_FIGURE = "not-a-figure"
COUNTS_INCOMPLETE = "counts-incomplete"
NOT_A_COUNT = "counts-not-counts"


@dataclass(frozen=True, slots=True)
class Entered:
    """One figure of a return as typed, with the two counts behind a percentage as typed."""

    typed: str = ""
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """The months before the one under check, and how the chart of the indicator works its limits out.

    values    the figures in force, oldest first, None for a month without
    screen, rebases, baseline  as kpis.spc.xmr takes them; the month under check is the place after the last value
    """

    values: Sequence[Decimal | None]
    screen: bool = True
    rebases: Sequence[int] = ()
    baseline: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the code of the indicator that it is about."""

    code: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entered figure comes to.

    amount     the number, in the indicator's unit; None when there is none, or it cannot be read
    stated     the number as it claims to be, decimals included: as typed, or as its counts give it
    numerator, denominator  the counts behind it; both or neither
    from_counts  the percentage was not typed: its counts give it
    problems   why it, or a count behind it, cannot be read
    """

    amount: Decimal | None = None
    stated: str = ""
    numerator: int | None = None
    denominator: int | None = None
    from_counts: bool = False
    problems: tuple[Finding, ...] = ()

    @property
    def counts(self) -> tuple[int, int] | None:
        """Numerator and denominator, where both are known and a percentage can be made of them."""
        if self.numerator is None or self.denominator is None or self.numerator > self.denominator:
            return None
        return self.numerator, self.denominator


EMPTY = Reading()


@dataclass(frozen=True, slots=True)
class Checked:
    """A return, read and checked.

    readings    by code, of every indicator that was entered
    worked_out  by code: the figures that the portal works out, and None where it cannot
    findings    in the order of the indicators
    missing     codes of figures that are wanted and not there
    """

    readings: Mapping[str, Reading]
    worked_out: Mapping[str, Decimal | None]
    findings: tuple[Found, ...]
    missing: tuple[str, ...]

    def amount(self, code: str) -> Decimal | None:
        reading = self.readings.get(code, EMPTY)
        return reading.amount if reading.amount is not None else self.worked_out.get(code)


def check(
    definitions: Sequence[Definition],
    entered: Mapping[str, Entered],
    *,
    headcount: Headcount | None = None,
    history: Mapping[str, Past] | None = None,
    place: tuple[str, ...] = (),
    month: date | None = None,
) -> Checked:
    """Read and check one return.

    `history` has, by code, the months before. `place` names council and month; each finding's `where` adds the
    indicator. What is not asked for in `month` is not missing.
    """
    readings = {
        definition.code: read_entered(definition, entered.get(definition.code, Entered()), (*place, definition.name))
        for definition in definitions
    }
    amounts = {code: reading.amount for code, reading in readings.items()}
    results = work_out_all(definitions, amounts, headcount)
    by_code = {definition.code: definition for definition in definitions}
    return_ = _Return(by_code, readings, results, headcount, history or {}, place)
    findings = tuple(
        Found(definition.code, finding) for definition in definitions for finding in return_.findings(definition)
    )
    missing = tuple(
        definition.code
        for definition in definitions
        if definition.source == "typed"
        and (month is None or definition.is_asked(month))
        and readings[definition.code].amount is None
        and not readings[definition.code].problems
        and return_.is_wanted(definition)
    )
    return Checked(readings, results, findings, missing)


def read_entered(definition: Definition, entered: Entered, where: tuple[str, ...] = ()) -> Reading:
    """Read a figure and the counts behind it."""
    problems: list[Finding] = []
    amount: Decimal | None = None
    try:
        amount = typed.read(entered.typed, percent=definition.unit == "percent", money=definition.unit == "currency")
    except typed.Unreadable as problem:
        problems.append(_unreadable(NOT_A_FIGURE, entered.typed, problem, where))
    counts: list[int | None] = []
    for text in (entered.numerator, entered.denominator) if definition.has_counts else ():
        try:
            counts.append(typed.read_count(text))
        except typed.Unreadable as problem:
            counts.append(None)
            if not any(known.rule == NOT_A_COUNT for known in problems):
                problems.append(_unreadable(NOT_A_COUNT, text, problem, where))
    numerator, denominator = counts or (None, None)
    if (numerator is None) != (denominator is None) and not problems:
        message = "Only one of the two counts behind the percentage is given."
        remedy = "Enter both counts: how many were in time, and how many were measured. Or clear the one."
        stated = (entered.numerator or entered.denominator).strip()
        problems.append(Finding(COUNTS_INCOMPLETE, ERROR, stated, "two counts", where, message, remedy))
    if numerator is None or denominator is None:
        numerator = denominator = None
    stated = typed.plain(entered.typed) if amount is not None else ""
    from_counts = False
    if not entered.typed.strip() and denominator and numerator is not None and numerator <= denominator:
        exact = Fraction(100 * numerator, denominator)
        stated = figures.in_print(exact, definition.decimals)
        amount, from_counts = Decimal(stated), True
    return Reading(amount, stated, numerator, denominator, from_counts, tuple(problems))


def _unreadable(rule: str, text: str, problem: typed.Unreadable, where: tuple[str, ...]) -> Finding:
    return Finding(rule, ERROR, text.strip(), "a number", where, problem.message, problem.remedy)


@dataclass(frozen=True, slots=True)
class _Return:
    """One return under check."""

    definitions: Mapping[str, Definition]
    readings: Mapping[str, Reading]
    worked_out: Mapping[str, Decimal | None]
    headcount: Headcount | None
    history: Mapping[str, Past]
    place: tuple[str, ...]

    def findings(self, definition: Definition) -> Iterator[Finding]:
        """What is wrong with one figure. What cannot be read, or cannot be at all, is not compared with others."""
        reading = self.readings[definition.code]
        where = (*self.place, definition.name)
        if reading.problems:
            yield from reading.problems
            return
        yield from self._counts(definition, reading, where)
        if reading.amount is None:
            yield from self._share(definition, where)
            return
        outside = self._outside(definition, reading, where)
        if outside is not None:
            yield outside
            return
        if definition.parts and definition.unit in ADDITIVE:
            yield from self._total(definition, reading, where)
        if definition.source in ("rate", "difference"):
            yield from self._of_two(definition, reading, where)
        elif definition.unit in ("percent", "net-score"):
            yield from self._rate(definition, reading, where)
        if definition.source == "per-employee":
            yield from self._per_employee(definition, reading, where)
        yield from self._change(definition, reading, where)

    def is_wanted(self, definition: Definition) -> bool:
        """A rate of nothing is no rate: it may stay empty when its count is 0."""
        if definition.unit not in ("percent", "net-score"):
            return True
        return self.readings[definition.code].denominator != 0 and self._volume(definition.code) != 0

    def _volume(self, code: str) -> int | None:
        """How many a rate was measured on: its own denominator, else the count that it names; None when unknown."""
        reading = self.readings[code]
        if reading.denominator is not None:
            return reading.denominator
        return self._count(self.definitions[code].measured_on)

    def _amount(self, code: str) -> Decimal | None:
        """The figure as entered, else as worked out."""
        amount = self.readings[code].amount if code in self.readings else None
        return amount if amount is not None else self.worked_out.get(code)

    def _count(self, code: str) -> int | None:
        """A count that can be one: whole, and 0 or more."""
        amount = self._amount(code)
        if amount is None or amount < 0 or amount != amount.to_integral_value():
            return None
        return int(amount)

    def _counts(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        if reading.numerator is None or reading.denominator is None or reading.from_counts:
            return
        if reading.amount is None and reading.numerator <= reading.denominator:
            return  # 0 of 0: nothing was measured, and nothing is stated
        finding = figures.check_counted_percentage(
            reading.stated or "0", reading.numerator, reading.denominator, things=self._things(definition), where=where
        )
        if finding is not None:
            yield finding if reading.stated else replace(finding, stated=finding.computed)

    def _outside(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Finding | None:
        if definition.unit == "count":
            # A difference of counts can be below 0.
            is_count = definition.source != "difference"
            return figures.check_count(reading.stated, where=where) if is_count else None
        if definition.unit == "percent":
            # More than the budget can be spent; more than all cannot be resolved.
            base = self.definitions.get(definition.measured_on)
            if definition.source == "rate" and base is not None and base.unit != "count":
                return None
            return figures.check_percentage_range(reading.stated, where=where)
        if definition.unit == "currency":
            return figures.check_money(reading.stated, is_base_of=self._share_of(definition.code), where=where)
        if definition.unit == "duration" and definition.source != "difference":
            return figures.check_not_negative(reading.stated, "time-not-negative", "a time", where=where)
        if definition.unit == "ratio" and not self._is_money(definition):
            return figures.check_not_negative(reading.stated, "ratio-not-negative", "a ratio", where=where)
        if definition.unit == "net-score":
            return figures.check_score_range(reading.stated, where=where)
        return None

    def _share_of(self, code: str) -> str:
        """Name of the rate that is worked out of this figure; empty where none is."""
        shares = (one.name for one in self.definitions.values() if one.source == "rate" and one.measured_on == code)
        return next(shares, "")

    def _is_money(self, definition: Definition) -> bool:
        """Whether a ratio is one of amounts of money, of which one may be a credit."""
        above = self.definitions.get(definition.numerator_of or definition.measured_on)
        return above is not None and above.unit == "currency"

    def _total(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        is_counted = definition.unit == "count"
        parts = {
            self.definitions[code].name: self._count(code) if is_counted else self._amount(code)
            for code in definition.parts
        }
        known = {name: part for name, part in parts.items() if part is not None}
        if len(known) == len(parts):
            finding = figures.check_total(reading.stated, known, counted=is_counted, where=where)
            if finding is not None:
                yield finding

    def _of_two(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        """A published rate or difference follows from the two figures that it is worked out from."""
        first, second = self._amount(definition.numerator_of), self._amount(definition.measured_on)
        if first is None or second is None:
            return
        codes = (definition.numerator_of, definition.measured_on)
        names = self.definitions[codes[0]].name, self.definitions[codes[1]].name
        if definition.source == "difference":
            finding = figures.check_difference(reading.stated, first, second, names=names, where=where)
        else:
            is_percent = definition.unit == "percent"
            finding = figures.check_quotient(
                reading.stated, first, second, percent=is_percent, names=names, where=where
            )
        if finding is not None:
            yield finding

    def _share(self, definition: Definition, where: tuple[str, ...]) -> Iterator[Finding]:
        """A share of counts that the portal works out is at most 100%."""
        if definition.source != "rate" or definition.unit != "percent":
            return
        above, below = self._count(definition.numerator_of), self._count(definition.measured_on)
        computed = self.worked_out.get(definition.code)
        if (
            computed is None
            or above is None
            or below is None
            or self.definitions[definition.measured_on].unit != "count"
        ):
            return
        finding = figures.check_share(computed, above, below, decimals=definition.decimals, where=where)
        if finding is not None:
            yield finding

    def _rate(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        count = self._count(definition.measured_on)
        # Where the counts behind it are given they are what counts, not those logged in the month.
        if count is not None and reading.denominator is None:
            rule = figures.check_percentage if definition.unit == "percent" else figures.check_net_score
            finding = rule(reading.stated, count, things=self._things(definition), where=where)
            if finding is not None:
                yield finding
        if definition.unit != "percent" or not definition.parts:
            return
        parts = []
        for code in definition.parts:
            part, volume = self.readings[code], self._volume(code)
            if volume == 0:
                continue
            if part.amount is None or not 0 <= part.amount <= 100 or volume is None:
                return
            parts.append(RatePart(self.definitions[code].name, part.stated, volume))
        between = figures.check_combined_between(reading.stated, parts, where=where)
        # Outside its parts it is far from their weighted mean as well: one finding says it.
        finding = between or figures.check_combined_weighted(reading.stated, parts, where=where)
        if finding is not None:
            yield finding

    def _per_employee(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        count = self._count(definition.measured_on)
        if count is None or self.headcount is None:
            return
        employees, inferred = self.headcount.employees, self.headcount.inferred
        finding = figures.check_per_head(reading.stated, count, employees, inferred=inferred, where=where)
        if finding is not None:
            yield finding

    def _change(self, definition: Definition, reading: Reading, where: tuple[str, ...]) -> Iterator[Finding]:
        past = self.history.get(definition.code)
        if past is None:
            return
        # The month itself is a gap: where limits begin anew with it, the months before say nothing of it.
        usual = spc.xmr(
            [*past.values, None],
            direction=definition.direction,
            screen=past.screen,
            rebases=past.rebases,
            baseline=past.baseline,
        )
        finding = figures.check_change(
            reading.stated, lower=usual.lower, upper=usual.upper, points=usual.count, where=where
        )
        if finding is not None:
            yield finding

    def _things(self, definition: Definition) -> tuple[str, str]:
        measured_on = self.definitions.get(definition.measured_on)
        return measured_on.counted if measured_on is not None else CASES
