"""Where things stand in a chart: lengths in the chart's own units, from its top left corner.

Both renderers use it, so that the picture that loads first and the interactive one that replaces it put the same
words in the same places. Values come in as Decimal; positions are floats, since a position is no figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import Literal

from portal.charts.scales import shared_scale
from portal.charts.spec import Chart, Period, Series, runs, trimmed

# Up to so many points each is labelled with its value.
LABELLED_POINTS = 6

TEXT = 12  # size of the labels
END = 14  # size of the value at the end of a line, bold
NAME = 13  # size of the names at the ends of several lines
LINE_HEIGHT = 1.2

LEFT = 8
LEFT_LONG = 16  # of long runs, whose points lie nearer the edge than the middle of their dated names
TOP = 20  # a value above the highest point stays within the drawing
BOTTOM = 21.5  # below the plot, for the names of the periods
FOOT = 18  # between the low end of the scale and the axis, for a value below the lowest point
GAP = 6  # between the plot and the labels at its right
SPARE = 4  # at their right, since their widths are estimates
RIGHT = 62  # for those labels, at least, so that charts side by side have plots of one width

NAME_ROOM = 110  # for the name at the end of a line; a longer one is cut here, the table has it whole

Kind = Literal["end", "name", "target", "reference"]

# Advance widths in thousandths of the type size. They follow Liberation Sans, which has the widths of Arial and
# Helvetica; an estimate is enough, since every place that uses it leaves room.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys(" ,.:;!/ftI[]\\", 278),
    **dict.fromkeys("r()-", 333),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("−+<>=~", 584),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    **dict.fromkeys("%W@…", 930),
}


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """An estimate of the width of a line of text."""
    thousandths = sum(_WIDTHS.get(character, 556) for character in text)
    return thousandths * size / 1000 * (1.06 if bold else 1)


def shortened(text: str, room: float, size: float) -> str:
    """A bold text, with its end cut off where it is wider than the room."""
    if text_width(text, size, bold=True) <= room:
        return text
    kept = len(text)
    while kept and text_width(f"{text[:kept]}…", size, bold=True) > room:
        kept -= 1
    return f"{text[:kept].rstrip(' ,')}…"


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's rectangle and what its axes run over: high stands at the top, low at the floor above the bottom."""

    left: float
    right: float
    top: float
    floor: float
    bottom: float
    low: float
    high: float
    count: int

    @property
    def step(self) -> float:
        """Width of one period."""
        return (self.right - self.left) / self.count

    def x(self, index: int) -> float:
        """The middle of a period."""
        return self.left + (index + 0.5) * self.step

    def y(self, value: Decimal | float) -> float:
        return self.floor - (float(value) - self.low) / (self.high - self.low) * (self.floor - self.top)

    def holds(self, value: Decimal) -> bool:
        return self.low <= float(value) <= self.high


@dataclass(frozen=True, slots=True)
class SideLabel:
    """A label to the right of the plot: at is where its line ends, y where the label stands so that none overlap."""

    text: str
    kind: Kind
    at: float
    y: float

    @property
    def size(self) -> int:
        return {"end": END, "name": NAME}.get(self.kind, TEXT)


def side_texts(chart: Chart) -> list[tuple[str, Kind, Decimal]]:
    """What stands to the right of the plot and the value each belongs to."""
    texts: list[tuple[str, Kind, Decimal]] = []
    several = len(chart.series) > 1
    for series in chart.series:
        last = series.values[-1]
        if several and series.reported:
            # A line that ends early keeps its name, without a value that would be read as the latest.
            name = shortened(series.name, NAME_ROOM, NAME)
            words = name if last is None else f"{name} {chart.full(last)}"
            texts.append((words, "name", series.reported[-1][1]))
        elif last is not None:
            texts.append((chart.full(last), "end", last))
    if chart.targets:
        value = chart.targets[-1].value
        texts.append((f"Target {trimmed(value)}", "target", value))
    now = chart.steps[-1]
    if now.mean is not None:
        texts.append((f"Mean {chart.short(now.mean)}", "reference", now.mean))
    if now.band:
        for word, limit in (("Upper", now.band.upper), ("Lower", now.band.lower)):
            if limit is not None:
                texts.append((f"{word} {chart.short(limit)}", "reference", limit))
    return texts


def frame(chart: Chart, width: float, height: float) -> Frame:
    """The plot's place in a drawing of so much width and height."""
    scale = chart.scale or shared_scale((chart,))
    sizes = {"end": END, "name": NAME}
    widest = max(
        (text_width(text, sizes.get(kind, TEXT), bold=kind in sizes) for text, kind, _ in side_texts(chart)), default=0
    )
    return Frame(
        left=LEFT if len(chart.periods) <= LABELLED_POINTS else LEFT_LONG,
        right=width - max(RIGHT, GAP + widest + SPARE),
        top=TOP,
        floor=height - BOTTOM - FOOT,
        bottom=height - BOTTOM,
        low=float(scale.low),
        high=float(scale.high),
        count=len(chart.periods),
    )


def side_labels(chart: Chart, plot: Frame) -> list[SideLabel]:
    """The labels at the right, moved apart where they would overlap; those of lines outside the scale are left out."""
    texts = [item for item in side_texts(chart) if plot.holds(item[2])]
    # Higher values first; at one height the figure itself before target, mean and limits.
    texts.sort(key=lambda item: -item[2])
    at = [plot.y(value) for _, _, value in texts]
    sizes = [SideLabel(text, kind, 0, 0).size * LINE_HEIGHT for text, kind, _ in texts]
    weights = [4.0 if kind in ("end", "name") else 1.0 for _, kind, _ in texts]
    middles = spread(at, sizes, weights, low=plot.top - TEXT, high=plot.bottom + TEXT)
    return [SideLabel(text, kind, a, y) for (text, kind, _), a, y in zip(texts, at, middles, strict=True)]


def spread(
    wanted: Sequence[float], heights: Sequence[float], weights: Sequence[float], *, low: float, high: float
) -> list[float]:
    """Middles for labels stacked in the given order, as near as can be to where they are wanted, none overlapping.

    wanted rises. A label of more weight moves less. The stack stays between low and high where it fits. This is
    least squares under an order constraint, solved by pooling neighbours that collide.
    """
    offsets = [0.0]  # of each middle from the first one when the labels touch
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2)
    pools: list[tuple[float, float, int]] = []  # common shift, weight, members
    for want, offset, weight in zip(wanted, offsets, weights, strict=False):
        pool = (want - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            shift, held, members = pools.pop()
            total = held + pool[1]
            pool = ((shift * held + pool[0] * pool[1]) / total, total, members + pool[2])
        pools.append(pool)
    shifts = [shift for shift, _, members in pools for _ in range(members)]
    if not shifts:
        return []
    first, last = low + heights[0] / 2, high - heights[-1] / 2 - offsets[-1]
    return [max(first, min(shift, last)) + offset for shift, offset in zip(shifts, offsets, strict=False)]


@dataclass(frozen=True, slots=True)
class PointLabel:
    """A value beside its point; y is the foot of its words."""

    index: int
    value: Decimal
    text: str
    y: float


def point_labels(chart: Chart, plot: Frame) -> list[PointLabel]:
    """Which points carry their value: all but the last of a short single line, of a long one the extremes.

    Several lines carry none: the ends are named, the table has the rest.
    """
    if len(chart.series) > 1:
        return []
    series = chart.series[0]
    reported = series.reported
    end = len(series.values) - 1
    widest = max((text_width(chart.short(value), TEXT) for _, value in reported), default=0)
    if plot.count <= LABELLED_POINTS and widest + 2 <= plot.step:
        chosen = [index for index, _ in reported if index != end]
    else:
        # Ties go to the later point; a run that never changes needs only its end.
        lowest = min(reported, key=lambda p: (p[1], -p[0]), default=None)
        highest = max(reported, key=lambda p: (p[1], p[0]), default=None)
        flat = lowest is None or highest is None or lowest[1] == highest[1]
        chosen = [] if flat else sorted({p[0] for p in (lowest, highest) if p and p[0] != end})
        if flat and reported and reported[-1][0] != end:
            chosen = [reported[-1][0]]
    return [_point_label(chart, series, plot, index) for index in chosen]


def _point_label(chart: Chart, series: Series, plot: Frame, index: int) -> PointLabel:
    value = series.values[index]
    assert value is not None  # callers choose among the reported
    beside = [
        neighbour
        for place in (index - 1, index + 1)
        if 0 <= place < len(series.values) and (neighbour := series.values[place]) is not None
    ]
    # On the side from which the line does not come, where there is room for it.
    above = not beside or value >= sum(beside, Decimal(0)) / len(beside)
    y = plot.y(value)
    if above and y < TOP:
        above = False
    elif not above and y > plot.floor:
        above = True
    foot = y - 9 if above else y + 16
    return PointLabel(index, value, chart.short(value), _clear_of_lines(chart, plot, index, foot, above=above))


def _clear_of_lines(chart: Chart, plot: Frame, index: int, foot: float, *, above: bool) -> float:
    """A label's foot, moved away from its point where a target, mean or limit would run through the words."""
    lines = [step.value for step in chart.targets]
    lines += [level for stage in chart.steps if stage.first <= index <= stage.last for level in stage.figures]
    cap = 0.72 * TEXT  # height of a figure
    moved = foot
    for at in sorted((plot.y(value) for value in lines if plot.holds(value)), reverse=above):
        if moved - cap - 2 < at < moved + 2:
            moved = at - 3 if above else at + cap + 3
    # Too far off it would no longer be read with its point.
    return moved if abs(moved - foot) <= TEXT and cap < moved < plot.bottom else foot


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of periods for which no series has a figure; said where the words fit."""

    first: int
    last: int
    said: bool


def gaps(chart: Chart, plot: Frame) -> list[Gap]:
    """Where nothing was reported."""
    missing = [i for i in range(plot.count) if all(series.values[i] is None for series in chart.series)]
    needed = text_width("not reported", TEXT) * 0.8  # the words may reach a little into the periods beside
    return [Gap(a, b, (b - a + 1) * plot.step >= needed) for a, b in runs(missing)]


@dataclass(frozen=True, slots=True)
class Rebased:
    """Where limits begin anew: x of the line between two periods, and of the words beside it, which end there where
    `ends`; no words where they would touch others."""

    x: float
    text: str
    text_x: float
    ends: bool


NEW_LIMITS = "New limits"
NEW_LIMITS_FOOT = 9.0


def rebased(chart: Chart, plot: Frame) -> list[Rebased]:
    """The marks of new limits, from left to right. The reason stands in the table and in the sentence."""
    width = text_width(NEW_LIMITS, TEXT)
    taken = [
        (plot.x(label.index) - text_width(label.text, TEXT) / 2, plot.x(label.index) + text_width(label.text, TEXT) / 2)
        for label in point_labels(chart, plot)
        if label.y - TEXT < NEW_LIMITS_FOOT + 2
    ]
    marks = []
    for stage in chart.rebased:
        x = plot.left + stage.first * plot.step
        text, text_x, ends = "", x, False
        for left, at_end in ((x + 3, False), (x - 3 - width, True)):
            free = all(left >= end or left + width <= start for start, end in taken)
            if free and left >= 0 and left + width <= plot.right + RIGHT / 2:
                text, text_x, ends = NEW_LIMITS, x - 3 if at_end else x + 3, at_end
                taken.append((left - GAP, left + width + GAP))
                break
        marks.append(Rebased(x, text, text_x, ends))
    return marks


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """The name of a period; x is the middle of the words."""

    index: int
    text: str
    x: float


def axis_labels(
    periods: Sequence[Period], plot: Frame, *, within: tuple[float, float] = (-inf, inf)
) -> list[AxisLabel]:
    """The periods named under the axis: all where they fit, else by the calendar, the last one always.

    within: how far to the left and right the words may reach; those at the ends are moved inwards where they must be.

    A run within one year is named without it; otherwise the first name and the first of each year carry it.
    """
    every = range(len(periods))
    plain = _placed([(index, periods[index].short) for index in every], plot, within)
    one_year = len({period.first.year if period.first else None for period in periods}) == 1
    if one_year and plain:
        return plain
    if full := _placed(_dated(periods, every), plot, within):
        return full
    if plain and plot.count <= LABELLED_POINTS:
        return plain
    for step in (3, 6, 12, 24, 60, 120):
        chosen = [index for index in every if _on_step(periods[index], index, step, len(periods))]
        if chosen and (labels := _placed(_dated(periods, chosen), plot, within)):
            return _with_last(periods, chosen, labels, plot, within)
    return _placed(_dated(periods, every[-1:]), plot, within)


def _on_step(period: Period, index: int, step: int, count: int) -> bool:
    if period.first is None:  # no calendar to go by: count back from the last
        return (count - 1 - index) % step == 0
    return (period.first.year * 12 + period.first.month - 1) % step == 0


def _dated(periods: Sequence[Period], chosen: Iterable[int]) -> list[tuple[int, str]]:
    labels: list[tuple[int, str]] = []
    year: int | None = None
    for index in chosen:
        period = periods[index]
        if period.first is not None and period.first.year != year:
            labels.append((index, period.dated or period.long))
            year = period.first.year
        else:
            labels.append((index, period.short))
    return labels


def _placed(labels: Sequence[tuple[int, str]], plot: Frame, within: tuple[float, float]) -> list[AxisLabel]:
    """The labels in place, or none at all where two would touch."""
    placed: list[AxisLabel] = []
    edge = -inf
    for index, text in labels:
        half = text_width(text, TEXT) / 2
        x = max(within[0] + half, min(plot.x(index), within[1] - half))
        if x - half < edge + GAP:
            return []
        placed.append(AxisLabel(index, text, x))
        edge = x + half
    return placed


def _with_last(
    periods: Sequence[Period], chosen: list[int], labels: list[AxisLabel], plot: Frame, within: tuple[float, float]
) -> list[AxisLabel]:
    """The latest period is the one that is read first: it is named even where that costs its neighbour its name."""
    last = len(periods) - 1
    if chosen[-1] == last:
        return labels
    for kept in (chosen, chosen[:-1]):
        if wanted := _placed(_dated(periods, [*kept, last]), plot, within):
            return wanted
    return labels
