"""The entry grid of a return: what stands in every box, what is worked out beside it, and what the check says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from kpis import actions, definitions, policies, record, schedule, wording
from kpis.checks import Checked, Definition, Entered, Reading, read_entered
from kpis.derived import ADDITIVE
from kpis.models import Figure, FigureFinding, Indicator, ReturnVersion
from kpis.saving import COMMENT, DENOMINATOR, FIGURE, NUMERATOR, REASON, Problem
from portal.numbers import format_number
from portal.words import counted

if TYPE_CHECKING:
    from kpis.policies import Cause

OK, ERROR, WARNING, MISSING, UNSAVED = "ok", "error", "warning", "missing", "unsaved"


@dataclass(frozen=True, slots=True)
class Input:
    """A box: `text` stands in it; `saved` is what the portal keeps, which may be another text while there is a
    problem with saving this one."""

    name: str
    text: str
    saved: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What stands in the check column: a state, its word, and the rest of the sentence."""

    state: str
    word: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the grid. `box` is there where the figure is typed; `worked_out` is the portal's own figure beside a
    published one."""

    code: str
    name: str
    box: Input | None
    figure: str
    before: str
    change: str
    check: Check
    findings: tuple[FigureFinding, ...] = ()
    worked_out: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.check.state in (ERROR, UNSAVED)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The two counts behind a percentage."""

    code: str
    name: str
    numerator: Input
    denominator: Input
    logged: str
    gives: str
    is_wrong: bool

    @property
    def boxes(self) -> tuple[tuple[Input, str], ...]:
        return (self.numerator, "In time"), (self.denominator, "Measured")

    @property
    def problem(self) -> str:
        return self.numerator.problem or self.denominator.problem


@dataclass(frozen=True, slots=True)
class Reason:
    finding: FigureFinding
    box: Input


@dataclass(frozen=True)
class Sheet:
    """Everything the grid shows. `attempted`: whether the officer has asked for its submission already."""

    version: ReturnVersion
    groups: tuple[Group, ...]
    counts: tuple[Counts, ...]
    reasons: tuple[Reason, ...]
    causes: tuple[Cause, ...]
    comment: Input
    problems: tuple[Problem, ...] = ()
    attempted: bool = False
    month_before: date | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def errors(self) -> int:
        return sum(row.check.state == ERROR for row in self.rows)

    @property
    def warnings(self) -> int:
        return sum(row.check.state == WARNING for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(row.check.state == MISSING for row in self.rows)

    @property
    def passed(self) -> int:
        return sum(row.check.state == OK for row in self.rows)

    @property
    def stopped_by(self) -> str:
        """Why it cannot be submitted, in a few words beside the button; empty when it can."""
        wrong = [counted(self.errors, "error")] * bool(self.errors)
        wrong += [counted(self.missing, "figure") + " missing"] * bool(self.missing)
        unexplained = sum(not reason.finding.reason.strip() for reason in self.reasons)
        wrong += [counted(unexplained, "reason") + " wanted"] * bool(unexplained)
        # A cause without a box is the month itself, which still runs.
        running = [cause.text for cause in self.causes if not cause.code]
        words = ", ".join(wrong)
        return " ".join([f"{words[:1].upper()}{words[1:]}{'.' * bool(running)}"] * bool(wrong) + running)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """What the summary on top lists: text and the box it leads to. Gaps only once a submission was tried."""
        listed = [(problem.message, problem.name) for problem in self.problems]
        for cause in self.causes:
            if self.attempted or cause.code in {row.code for row in self.rows if row.check.state == ERROR}:
                listed.append((cause.text, _box_of(cause)))
        return tuple(listed)

    @property
    def summary_title(self) -> str:
        if self.problems:
            return f"{counted(len(self.problems), 'box was', 'boxes were').capitalize()} not saved"
        number = len(self.summary)
        return f"{counted(number, 'thing stops', 'things stop').capitalize()} this return"


def _box_of(cause: Cause) -> str:
    if not cause.code:
        return ""
    return f"{REASON}.{cause.code}" if "." in cause.code else f"{FIGURE}.{cause.code}"


def build(
    version: ReturnVersion,
    *,
    hidden: Collection[str],
    checked: Checked | None = None,
    findings: Sequence[FigureFinding] | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    attempted: bool = False,
) -> Sheet:
    """The grid of a version, without the indicators in `hidden`; see kpis.readers.withholding_for.

    `typed` has the text of boxes that could not be saved, by name: it stays in them.
    """
    return_ = version.parent
    checked = checked if checked is not None else definitions.check_version(version)
    findings = findings if findings is not None else actions.findings_of(version)
    findings = [finding for finding in findings if finding.indicator.code not in hidden]
    every, known = definitions.indicators_of(return_.partnership)
    indicators = [indicator for indicator in every if indicator.code not in hidden]
    builder = _Builder(
        version=version,
        checked=checked,
        findings=findings,
        figures={figure.indicator_id: figure for figure in version.figures.all()},
        definitions={definition.code: definition for definition in known},
        before=_before(version, indicators),
        typed=typed or {},
        problems={problem.name: problem for problem in problems},
    )
    shown = [one for one in indicators if builder.is_shown(one)]
    groups = []
    for name, grouped in groupby(shown, key=lambda one: one.group):
        members = list(grouped)
        rows = tuple(builder.row(indicator) for indicator in members)
        groups.append(Group(name, wording.group_heading(name, [one.unit for one in members]), rows))
    missing = [(code, name) for code, name in actions.missing_names(version, checked) if code not in hidden]
    causes = policies.obstacles(version, missing, findings)
    return Sheet(
        version=version,
        groups=tuple(groups),
        counts=tuple(builder.counts(one) for one in shown if builder.definitions[one.code].has_counts),
        reasons=tuple(
            Reason(finding, builder.input(f"{REASON}.{finding.indicator.code}.{finding.rule}", finding.reason))
            for finding in findings
            if finding.severity == FigureFinding.Severity.WARNING
        ),
        causes=tuple(causes),
        comment=builder.input(COMMENT, version.comment),
        problems=tuple(problems),
        attempted=attempted,
        month_before=policies.month_before(return_.period),
    )


def _before(version: ReturnVersion, indicators: Sequence[Indicator]) -> dict[str, Decimal | None]:
    """What each figure is compared with, by code: as in force for the last month before in which it was asked for."""
    return_ = version.parent
    months = {one.code: schedule.last_asked_before(one.frequency, return_.period) for one in indicators}
    last = policies.month_before(return_.period)
    loaded = record.load(
        return_.partnership, min(months.values(), default=last), last, reader=record.UNRESTRICTED, history=False
    )
    return {one.code: loaded.amount(one, return_.council, months[one.code]) for one in indicators}


@dataclass
class _Builder:
    version: ReturnVersion
    checked: Checked
    findings: Sequence[FigureFinding]
    figures: Mapping[int, Figure]
    definitions: Mapping[str, Definition]
    before: Mapping[str, Decimal | None]
    typed: Mapping[str, str]
    problems: Mapping[str, Problem]

    def input(self, name: str, saved: str) -> Input:
        problem = self.problems.get(name)
        return Input(name, self.typed.get(name, saved), saved, problem.message if problem is not None else "")

    def is_shown(self, indicator: Indicator) -> bool:
        """Whether it is asked for in this month, or was given all the same."""
        figure = self.figures.get(indicator.pk)
        has_figure = figure is not None and bool(figure.typed or figure.numerator_typed or figure.denominator_typed)
        return has_figure or self.definitions[indicator.code].is_asked(self.version.parent.period)

    def row(self, indicator: Indicator) -> Row:
        figure = self.figures.get(indicator.pk)
        before, now = self.before.get(indicator.code), self.checked.amount(indicator.code)
        unit, decimals = indicator.unit, indicator.decimals
        own = tuple(finding for finding in self.findings if finding.indicator_id == indicator.pk)
        box = self.input(f"{FIGURE}.{indicator.code}", figure.typed if figure else "") if indicator.is_typed else None
        return Row(
            code=indicator.code,
            name=indicator.name,
            box=box,
            figure=wording.amount(now, unit, decimals),
            before=wording.amount(before, unit, decimals),
            change=wording.change(now - before, unit, decimals) if now is not None and before is not None else "",
            check=self.check(indicator, own, box),
            findings=own,
            worked_out=wording.amount(self.checked.worked_out.get(indicator.code), unit, decimals)
            if self.checked.readings[indicator.code].stated
            else "",
        )

    def check(self, indicator: Indicator, own: Sequence[FigureFinding], box: Input | None) -> Check:
        if box is not None and box.problem:
            return Check(UNSAVED, "Not saved", box.problem)
        for finding in own:
            if finding.severity == FigureFinding.Severity.ERROR:
                return Check(ERROR, "Error", finding.advice)
        for finding in own:
            if finding.severity == FigureFinding.Severity.WARNING:
                word = "Reason given" if finding.reason.strip() else "Reason needed"
                return Check(WARNING, word, finding.message)
        if indicator.code in self.checked.missing:
            return Check(MISSING, "", "")
        reading = self.checked.readings[indicator.code]
        if self.checked.amount(indicator.code) is None:
            waits = "" if indicator.is_typed else self.waits_for(indicator)
            return Check("", "", waits or ("Nothing to measure" if indicator.is_typed else ""))
        return self.passed(indicator, reading)

    def passed(self, indicator: Indicator, reading: Reading) -> Check:
        definition = self.definitions[indicator.code]
        if reading.from_counts:
            return Check(OK, "Worked out", f"{reading.stated}%: {reading.numerator:,} of {reading.denominator:,}")
        if definition.parts and definition.unit in ADDITIVE:
            parts = [self.checked.amount(code) for code in definition.parts]
            if all(part is not None for part in parts):
                return Check(OK, "Adds up", " + ".join(self.as_part(indicator, part) for part in parts))
        return Check(OK, "OK", "")

    @staticmethod
    def as_part(indicator: Indicator, part: Decimal | None) -> str:
        return wording.amount(part, indicator.unit, indicator.decimals)

    def waits_for(self, indicator: Indicator) -> str:
        definition = self.definitions[indicator.code]
        for code in definition.rests_on():
            count = self.definitions.get(code)
            if count is not None and self.checked.amount(code) is None:
                return f"Waits for {count.name[:1].lower()}{count.name[1:]}"
        if definition.source == "per-employee":
            return "No headcount is known"
        return "Nothing to work it out of" if definition.source == "rate" else ""

    def counts(self, indicator: Indicator) -> Counts:
        figure = self.figures.get(indicator.pk)
        definition = self.definitions[indicator.code]
        reading = self.checked.readings[indicator.code]
        count = self.definitions.get(definition.measured_on)
        logged = ""
        if count is not None and self.checked.amount(count.code) is not None:
            logged = f"{count.name}: {format_number(self.checked.amount(count.code))}"
        rules = {finding.rule for finding in self.findings if finding.indicator_id == indicator.pk}
        return Counts(
            code=indicator.code,
            name=indicator.name,
            numerator=self.input(f"{NUMERATOR}.{indicator.code}", figure.numerator_typed if figure else ""),
            denominator=self.input(f"{DENOMINATOR}.{indicator.code}", figure.denominator_typed if figure else ""),
            logged=logged,
            gives=_given(reading, indicator.decimals),
            is_wrong=bool(rules & {"counts-not-counts", "counts-incomplete", "percentage-of-its-counts"}),
        )


def given_by_counts(definition: Definition, numerator: str, denominator: str) -> str:
    """The percentage that two counts as typed come to; empty where they come to none."""
    reading = read_entered(definition, Entered("", numerator, denominator))
    return reading.stated if reading.from_counts else ""


def _given(reading: Reading, decimals: int) -> str:
    """The percentage that the two counts come to."""
    if reading.counts is None or not reading.counts[1]:
        return ""
    numerator, denominator = reading.counts
    return format_number(Decimal(100 * numerator) / Decimal(denominator), decimals)
