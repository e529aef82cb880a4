"""What a chart says, before anything is drawn.

One `Chart` is the source of the SVG, of the Plotly figure, of the table under it and of the sentence that a screen
reader hears, so that the four cannot disagree. Figures come in as Decimal, in the unit the reader sees ("79.79" is
79.79 per cent). A missing figure is None: a gap, said as "Not reported", never a zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.charts.limits import Band, Stage, Verdict

NOT_REPORTED = "Not reported"

# The sentence lists every value up to here and gives first, last, lowest and highest beyond.
SPOKEN_VALUES = 12

# Not from the calendar module, whose names follow the machine's locale: the same spec gives the same words anywhere.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Mark(StrEnum):
    """How one point reads against normal variation."""

    NORMAL = "normal"
    CONCERN = "concern"
    IMPROVEMENT = "improvement"

    @property
    def words(self) -> str:
        return {
            Mark.NORMAL: "Normal variation",
            Mark.CONCERN: "Change to look into",
            Mark.IMPROVEMENT: "Change for the better",
        }[self]


@dataclass(frozen=True, slots=True)
class Period:
    """One place on the horizontal axis.

    short: under a point ("Jun"); long: in tables and sentences ("June 2018"); dated: under a point where the year has
    to be said ("Jun 2018"), the long form unless given; first: its first day, which lets long runs be labelled by
    the calendar.
    """

    short: str
    long: str
    dated: str = ""
    first: date | None = None

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """The calendar month; month is 1 to 12 (ValueError otherwise)."""
        first = date(year, month, 1)
        name = MONTHS[month - 1]
        return cls(short=name[:3], long=f"{name} {year}", dated=f"{name[:3]} {year}", first=first)


@dataclass(frozen=True, slots=True)
class Series:
    """One line: values in the order of the chart's periods; marks, where given, one for each value."""

    name: str
    values: tuple[Decimal | None, ...]
    marks: tuple[Mark, ...] = ()

    def mark(self, index: int) -> Mark:
        return self.marks[index] if self.marks else Mark.NORMAL

    @property
    def reported(self) -> tuple[tuple[int, Decimal], ...]:
        """Place and value of each figure that was reported."""
        return tuple((index, value) for index, value in enumerate(self.values) if value is not None)


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of the vertical axis. ValueError unless low < high."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"a scale must rise: {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class Step:
    """A target that holds from one period to another, both counted from 0 and both included."""

    first: int
    last: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart as rows: each a period and its cells, one for each heading after the first."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line chart of one or more series over the same periods.

    title: the finding ("Southwark: lowest of the four months"); subject: what is measured and where ("Overall, all
    calls, Southwark"); unit: a word or two for the caption ("Per cent"); direction: a sentence ("Higher is better.").
    prefix and suffix stand at a value where it is said in full ("£", "%"). decimals: of every value shown.
    target: one value, or one for each period where it changes (None: no target then). least and most: values that
    the unit cannot pass (0 and 100 for a percentage), where limits are cut and the scale ends. scale: the ends of
    the vertical axis where several charts share one; otherwise they follow from the figures. stages: in place of band
    and mean where limits begin anew, one after the other from the first period to the last. reading: what the limits
    say, in a sentence; verdicts: the same in words and shapes.

    ValueError where the lengths differ or nothing is given; TypeError for a figure that is not a finite Decimal.
    """

    title: str
    subject: str
    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    unit: str = ""
    direction: str = ""
    prefix: str = ""
    suffix: str = ""
    decimals: int = 0
    band: Band | None = None
    mean: Decimal | None = None
    stages: tuple[Stage, ...] = ()
    reading: str = ""
    verdicts: tuple[Verdict, ...] = ()
    target: Decimal | tuple[Decimal | None, ...] | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    scale: Scale | None = None

    def __post_init__(self) -> None:
        if not self.periods or not self.series:
            raise ValueError(f"{self.subject}: a chart needs periods and a series")
        length = len(self.periods)
        for series in self.series:
            if len(series.values) != length or len(series.marks) not in (0, length):
                raise ValueError(f"{self.subject}, {series.name}: {length} periods need as many values and marks")
        if isinstance(self.target, tuple) and len(self.target) != length:
            raise ValueError(f"{self.subject}: {length} periods need as many targets")
        if self.stages:
            ends = [-1, *(stage.last for stage in self.stages)]
            if [stage.first - 1 for stage in self.stages] != ends[:-1] or ends[-1] != length - 1:
                raise ValueError(f"{self.subject}: stages follow one another over the {length} periods")
            if self.band or self.mean is not None:
                raise ValueError(f"{self.subject}: stages stand in place of band and mean")
        for figure in self._figures():
            if not isinstance(figure, Decimal) or not figure.is_finite():
                raise TypeError(f"{self.subject}: {figure!r} is not a finite Decimal")

    def _figures(self) -> Iterator[Decimal]:
        """Every figure that was given, of whatever kind."""
        for series in self.series:
            yield from (value for value in series.values if value is not None)
        yield from (step.value for step in self.targets)
        yield from (figure for stage in self.steps for figure in stage.figures)
        scale = (self.scale.low, self.scale.high) if self.scale else ()
        for figure in (*scale, self.least, self.most):
            if figure is not None:
                yield figure

    @property
    def steps(self) -> tuple[Stage, ...]:
        """Mean and expected range as stages: one where limits never begin anew."""
        return self.stages or (Stage(0, len(self.periods) - 1, self.mean, self.band),)

    @property
    def rebased(self) -> tuple[Stage, ...]:
        """The stages with which limits begin anew."""
        return self.stages[1:]

    @property
    def targets(self) -> tuple[Step, ...]:
        """The target as steps: one for a constant target, one for each run where it changes."""
        if self.target is None:
            return ()
        if isinstance(self.target, Decimal):
            return (Step(0, len(self.periods) - 1, self.target),)
        steps: list[Step] = []
        for index, value in enumerate(self.target):
            if value is None:
                continue
            if steps and steps[-1].last == index - 1 and steps[-1].value == value:
                steps[-1] = replace(steps[-1], last=index)
            else:
                steps.append(Step(index, index, value))
        return tuple(steps)

    @property
    def has_marks(self) -> bool:
        return any(mark is not Mark.NORMAL for series in self.series for mark in series.marks)

    def short(self, value: Decimal | None) -> str:
        """A value as it stands at a point or in a table: "1,077", "73.58", "Not reported"."""
        return NOT_REPORTED if value is None else number(value, self.decimals)

    def full(self, value: Decimal | None) -> str:
        """A value with its unit: "73.58%", "−£5"."""
        if value is None:
            return NOT_REPORTED
        text = number(value, self.decimals)
        sign = "−" if text.startswith("−") else ""
        return f"{sign}{self.prefix}{text.removeprefix(sign)}{self.suffix}"

    def caption(self) -> str:
        """Unit and direction: "Per cent. Higher is better."""
        return " ".join(part for part in (f"{self.unit}." if self.unit else "", self.direction) if part)

    def span(self, first: int = 0, last: int = -1) -> str:
        """The periods in words, from one place to another: "June to September 2018"."""
        start, end = self.periods[first].long, self.periods[last].long
        if start == end:
            return start
        name, _, year = start.rpartition(" ")
        same_year = bool(name) and year.isdigit() and end.endswith(f" {year}")
        return f"{name if same_year else start} to {end}"

    def references(self) -> str:
        """Target, mean and expected range in words, or nothing: "target 80; mean 74.69"."""
        parts = []
        steps = self.targets
        if len(steps) == 1 and isinstance(self.target, Decimal):
            parts.append(f"target {trimmed(steps[0].value)}")
        elif steps:
            parts.append("target " + ", ".join(f"{trimmed(s.value)} {self._during(s)}" for s in steps))
        now = self.steps[-1]
        parts += [f"{self.anew(stage)} from {self.periods[stage.first].long}" for stage in self.rebased]
        if now.mean is not None:
            parts.append(f"mean {self.short(now.mean)}")
        if now.band and now.band.limits:
            parts.append(f"expected range {self._range(now.band)}{', provisional' if now.band.provisional else ''}")
        return "; ".join(parts)

    @staticmethod
    def anew(stage: Stage) -> str:
        """That limits begin anew, and why: "new limits (new service desk tool)"."""
        return f"new limits ({stage.note})" if stage.note else "new limits"

    def _range(self, band: Band) -> str:
        """Said as it is drawn: no percentage lies beyond 100, whatever the arithmetic of a limit comes to."""
        low, high = (
            None if limit is None else within(limit, self.least, self.most) for limit in (band.lower, band.upper)
        )
        if low is None:
            return f"up to {self.short(high)}"
        return f"from {self.short(low)}" if high is None else f"{self.short(low)} to {self.short(high)}"

    def _during(self, step: Step) -> str:
        if step.last == len(self.periods) - 1:
            return f"from {self.periods[step.first].long}"
        return f"in {self.span(step.first, step.last)}"

    def table(self) -> Table:
        """Every figure, with the target where it changes and how each point reads where any is marked."""
        headings = ["Period", *(series.name for series in self.series)]
        columns = [[self.short(value) for value in series.values] for series in self.series]
        if isinstance(self.target, tuple):
            headings.append("Target")
            columns.append(["" if value is None else trimmed(value) for value in self.target])
        if self.rebased:
            headings += ["Mean", "Expected range"]
            columns += [[], []]
            for stage in self.steps:
                length = stage.last - stage.first + 1
                anew = f"N{self.anew(stage)[1:]}" if stage.first else ""
                limits = self._range(stage.band) if stage.band and stage.band.limits else "None yet"
                columns[-2] += [self.short(stage.mean) if stage.mean is not None else "None yet"] * length
                columns[-1] += [f"{anew}: {limits}" if anew else limits, *[limits] * (length - 1)]
        if self.has_marks:
            for series in self.series:
                headings.append("Reading" if len(self.series) == 1 else f"Reading, {series.name}")
                columns.append(
                    ["" if value is None else series.mark(index).words for index, value in enumerate(series.values)]
                )
        periods = (period.long for period in self.periods)
        return Table(tuple(headings), tuple(zip(periods, zip(*columns, strict=True), strict=True)))

    def sentence(self) -> str:
        """What the chart shows, in one plain sentence: its accessible name."""
        if len(self.series) == 1:
            said = f"{self.subject}, {self.span()}: {self._said(self.series[0])}"
        else:
            lines = "; ".join(f"{series.name}: {self._said(series)}" for series in self.series)
            said = f"{self.subject}, {self.span()}. {lines}"
        references = self.references()
        said = f"{said}; {references}" if references else said
        return f"{said}. {self.reading}" if self.reading else said

    def _said(self, series: Series) -> str:
        if not series.reported:
            return "not reported"
        if len(series.values) <= SPOKEN_VALUES:
            said = ", ".join("not reported" if v is None else self.short(v) for v in series.values)
        else:
            said = self._summarised(series)
        for mark in (Mark.CONCERN, Mark.IMPROVEMENT):
            where = [index for index, _ in series.reported if series.mark(index) is mark]
            if where:
                said += f"; {mark.words.lower()} in {listed([self.span(a, b) for a, b in runs(where)])}"
        return said

    def _summarised(self, series: Series) -> str:
        reported = series.reported
        lowest = min(reported, key=lambda point: point[1])
        highest = max(reported, key=lambda point: point[1])
        missing = len(series.values) - len(reported)
        parts = [f"{self._at(reported[0])}", f"{self._at(reported[-1])}"]
        said = f"from {parts[0]} to {parts[1]}, lowest {self._at(lowest)}, highest {self._at(highest)}"
        return f"{said}, {missing} of {len(series.values)} not reported" if missing else said

    def _at(self, point: tuple[int, Decimal]) -> str:
        index, value = point
        return f"{self.short(value)} in {self.periods[index].long}"


def number(value: Decimal, decimals: int) -> str:
    """As UK readers write it, rounded half up: "1,077", "66.67", "−3.5"."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # no "−0.00"
    return f"{rounded:,f}".replace("-", "−")


def trimmed(value: Decimal) -> str:
    """With no more decimals than it needs: a target of 80.00 reads "80"."""
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def listed(items: Sequence[str]) -> str:
    """ "June", "June and July", "June, July and August"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring places; places rise."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def within(value: Decimal, least: Decimal | None, most: Decimal | None) -> Decimal:
    if least is not None:
        value = max(value, least)
    return value if most is None else min(value, most)
