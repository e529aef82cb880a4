"""XmR charts (individuals and moving range) read by NHS England's "Making data count: plot the dots" rules.

Sources: NHS England and NHS Improvement, Making data count: getting started (2019) and strengthening your decisions
(2020), for the chart, the four rules and the summary of variation and assurance; the NHS-R community's account of the
package NHSRplotthedots for what the guides leave open (below: "as NHS-R").

Mean and limits: mean of the values, and 2.66 times the mean moving range on either side of it (2.66 is 3 / 1.128).
Moving ranges above 3.267 times their mean (D4 for two values) come from a jump rather than from the usual variation;
they are left out of that mean once (L. S. Nelson, Control charts for individual measurements, Journal of Quality
Technology 14(3), 1982). The NHS spreadsheets do not screen; each indicator says which it follows.

Signals, four of them:

- outside: a value beyond a limit; one on the limit is within it;
- shift: 7 or more values running on one side of the mean; a value on the mean ends the run;
- trend: 7 or more values running, each higher (or each lower) than the one before: 7 points, so 6 steps (as NHS-R);
  two equal neighbours end it;
- two_of_three: of three values running, all on one side of the mean, two or more lie in the outer third, between two
  thirds of the way to the limit and the limit; those are marked, the third is not. A value beyond the limit is a
  signal of its own and not one of the two (as NHS-R).

Every value of a shift and of a trend is marked, also those before it could be known.

A gap (None) is a month without a figure. It is left out of the mean, gives no moving range, and ends a run: a month
nobody knows cannot be called the same side as its neighbours.

Rebases cut the series into segments. Each has its own mean, limits and signals: no moving range and no run reaches
across. A baseline fixes a segment's mean and limits to its first months; all its values are read against them.

Values that never move have limits without width, and nothing is marked: a service at 100% every month is not failing.
The first different value shows as outside where the limits are fixed by a baseline. Where it counts towards the
limits itself it is the only moving range there is, so it is kept in spite of the screening: limits of no width round
a mean that no month had would put every month outside. The value then stands out and the quiet months do not.

Natural bounds of a unit (0 and 100%) do not enter here: a limit of 104% stays one, so that no value is called outside
for a bound that is none of the process. Charts cut the drawn limit.

Everything is worked out in whole numbers, so that a value equal to the mean is never put on one side of it by the
rounding of binary numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Direction = Literal["increase", "decrease", "neutral"]
Signal = Literal["outside", "shift", "trend", "two_of_three"]
Variation = Literal["common", "improvement", "concern", "neutral change"]
Assurance = Literal["pass", "fail", "hit or miss"]
Number = int | float | Decimal

LIMIT_FACTOR = Fraction(266, 100)
SCREEN_FACTOR = Fraction(3267, 1000)
RUN_LENGTH = 7
MINIMUM_POINTS = 13

_DIRECTIONS = ("increase", "decrease", "neutral")


@dataclass(frozen=True, slots=True)
class Point:
    """One month. `value` is None for a gap. The strongest of its signals says the rest: `variation` whether it is for
    the better, `change` whether it lies high or rises (1) or lies low or falls (-1); 0 without a signal."""

    value: float | None
    signals: frozenset[Signal] = frozenset()
    variation: Variation = "common"
    change: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """The values from place `first` to place `last` (both counted from 0, both included), which share their limits.

    `mean` is None without a value, the limits are None without a moving range. `count` is how many values there are.
    With fewer than the minimum the limits are `provisional`. `baseline` is how many months fix them, None for all.
    """

    first: int
    last: int
    mean: float | None
    lower: float | None
    upper: float | None
    count: int
    provisional: bool
    baseline: int | None = None


@dataclass(frozen=True, slots=True)
class Xmr:
    """What an XmR chart shows.

    `mean`, `lower` and `upper` are in the unit of the values, and those of the last segment, as are `count` (how many
    were not gaps) and `provisional`: with fewer than the minimum number of points none of the segment is marked, and
    `variation` and `assurance` are None. `mean` is None without any value, the limits are None without a moving range.
    `points` has one entry per value given, in order. `segments` has one entry, and one more for each rebase.
    `variation` is that of the last value that is not a gap. `assurance` is None without a target, or when neither
    direction is better.
    """

    mean: float | None
    lower: float | None
    upper: float | None
    points: tuple[Point, ...]
    count: int
    provisional: bool
    variation: Variation | None
    assurance: Assurance | None
    segments: tuple[Segment, ...]


def xmr(
    values: Sequence[Number | None],
    *,
    direction: Direction,
    target: Number | None = None,
    screen: bool = True,
    minimum: int = MINIMUM_POINTS,
    rebases: Sequence[int] = (),
    baseline: int | Mapping[int, int] | None = None,
) -> Xmr:
    """Mean, limits, signals, variation and assurance of monthly values, oldest first; None where a month is missing.

    `direction` says which way is better. `target` is in the unit of the values. `screen` leaves out moving ranges
    above 3.267 times their mean. `minimum` values are needed, in each segment, before anything is marked.

    `rebases` has the places, counted from 0, from which limits are worked out anew. `baseline` fixes the limits of
    each segment to so many months from its start, gaps among them; a mapping does so for the segments that begin at
    its keys (0 for the first).

    Raises ValueError for another direction, a value that is no finite number, a rebase at a place that there is not,
    or a baseline of fewer than two months, which gives no moving range.
    """
    if direction not in _DIRECTIONS:
        raise ValueError(f"Direction is one of {', '.join(_DIRECTIONS)}, not {direction!r}.")
    given = [None if value is None else _exact(value) for value in values]
    starts = _starts(rebases, len(given))
    fixed = _baselines(baseline, starts)
    # Whole numbers of the smallest unit in use, say hundredths: quicker than fractions, and as exact.
    unit = math.lcm(*(value.denominator for value in given if value is not None))
    series = [None if value is None else value.numerator * (unit // value.denominator) for value in given]
    aim = None if target is None else _exact(target) * unit

    points: list[Point] = []
    segments: list[Segment] = []
    variation: Variation | None = None
    assurance: Assurance | None = None
    for first, end in itertools.pairwise([*starts, len(series)]):
        part = series[first:end]
        plain = [None if value is None else float(Fraction(value, unit)) for value in part]
        count = sum(value is not None for value in part)
        mean, spread = _centre_and_spread(part[: fixed.get(first)], screen=screen)
        firm = count >= minimum and mean is not None and spread is not None
        marked = tuple(Point(value) for value in plain)
        variation = assurance = None
        if firm and mean is not None and spread is not None:
            marked = _mark(part, plain, mean, spread, direction)
            variation = next(point.variation for point in reversed(marked) if point.value is not None)
            if aim is not None:
                assurance = _assurance(aim, mean - spread, mean + spread, direction)
        points += marked
        segments.append(
            Segment(
                first=first,
                last=end - 1,
                mean=None if mean is None else float(mean / unit),
                lower=None if mean is None or spread is None else float((mean - spread) / unit),
                upper=None if mean is None or spread is None else float((mean + spread) / unit),
                count=count,
                provisional=count < minimum,
                baseline=fixed.get(first),
            )
        )
    now = segments[-1]
    return Xmr(
        mean=now.mean,
        lower=now.lower,
        upper=now.upper,
        points=tuple(points),
        count=now.count,
        provisional=now.provisional,
        variation=variation,
        assurance=assurance,
        segments=tuple(segments),
    )


def _starts(rebases: Sequence[int], length: int) -> list[int]:
    """Where segments begin, in order."""
    for place in rebases:
        if not 0 <= place < length:
            raise ValueError(f"There is no value at place {place} of {length}, so no limits can begin there.")
    return sorted({0, *rebases})


def _baselines(baseline: int | Mapping[int, int] | None, starts: Sequence[int]) -> dict[int, int]:
    """For each start with a baseline, how many months it has."""
    if baseline is None:
        return {}
    fixed = dict(baseline) if isinstance(baseline, Mapping) else dict.fromkeys(starts, baseline)
    for start, months in fixed.items():
        if start not in starts:
            raise ValueError(f"No limits begin at place {start}, so none can be fixed there.")
        if months < 2:
            raise ValueError(f"A baseline has two months or more, not {months}.")
    return fixed


def _centre_and_spread(part: Sequence[int | None], *, screen: bool) -> tuple[Fraction | None, Fraction | None]:
    """Mean, and distance from it to a limit, in the small unit; None where there is nothing to work them out from."""
    known = [value for value in part if value is not None]
    if not known:
        return None, None
    return Fraction(sum(known), len(known)), _limit_distance(part, screen=screen)


def _exact(value: Number) -> Fraction:
    try:
        # A float stands for the decimal it prints as: 83.33, not the nearest binary number.
        return Fraction(Decimal(str(value)) if isinstance(value, float) else value)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{value} is no finite number.") from error


def _limit_distance(series: Sequence[int | None], *, screen: bool) -> Fraction | None:
    """From the mean to a limit; None when no two neighbours are known."""
    ranges = [
        abs(after - before) for before, after in itertools.pairwise(series) if before is not None and after is not None
    ]
    if not ranges:
        return None
    if screen:
        longest = SCREEN_FACTOR * sum(ranges) / len(ranges)
        kept = [moving for moving in ranges if moving <= longest]
        # See above: values that never move but once.
        ranges = kept if any(kept) else ranges
    return LIMIT_FACTOR * sum(ranges) / len(ranges)


def _mark(
    series: Sequence[int | None],
    plain: Sequence[float | None],
    mean: Fraction,
    spread: Fraction,
    direction: Direction,
) -> tuple[Point, ...]:
    """The points with their signals."""
    # Distances from the mean in a unit in which the mean and the limits are whole numbers too.
    whole = math.lcm(mean.denominator, spread.denominator)
    middle, limit = int(mean * whole), int(spread * whole)
    distances = [None if value is None else value * whole - middle for value in series]
    sides = [0 if distance is None else _sign(distance) for distance in distances]
    outside = [distance is not None and abs(distance) > limit for distance in distances]
    outer_third = [distance is not None and 2 * limit < 3 * abs(distance) <= 3 * limit for distance in distances]
    shifts = _runs(sides, RUN_LENGTH)
    trends = _trends(series)
    doubles = _two_of_three(sides, outer_third)

    points = []
    for i, value in enumerate(plain):
        # The strongest comes first: it decides which way the point is said to have changed.
        found: list[tuple[Signal, int]] = []
        if outside[i]:
            found.append(("outside", sides[i]))
        if trends[i]:
            found.append(("trend", trends[i]))
        if doubles[i]:
            found.append(("two_of_three", sides[i]))
        if shifts[i]:
            found.append(("shift", sides[i]))
        change = found[0][1] if found else 0
        variation = _variation(change, direction) if found else "common"
        points.append(Point(value, frozenset(name for name, _ in found), variation, change))
    return tuple(points)


def _runs(signs: Sequence[int], needed: int) -> list[int]:
    """For each place the sign (1 or -1) of the run of at least `needed` equal signs it is part of, else 0."""
    result = [0] * len(signs)
    start = 0
    for end in range(1, len(signs) + 1):
        if end == len(signs) or signs[end] != signs[start]:
            if end - start >= needed:
                result[start:end] = [signs[start]] * (end - start)
            start = end
    return result


def _trends(series: Sequence[int | None]) -> list[int]:
    """For each value 1 (rising), -1 (falling) or 0; at a turning point the trend that ends there."""
    steps = [
        0 if before is None or after is None else _sign(after - before) for before, after in itertools.pairwise(series)
    ]
    # Seven values are joined by six steps, and a value belongs to the step before it and to the one after.
    runs = [0, *_runs(steps, RUN_LENGTH - 1), 0]
    return [before or after for before, after in itertools.pairwise(runs)]


def _two_of_three(sides: Sequence[int], outer_third: Sequence[bool]) -> list[bool]:
    marked = [False] * len(sides)
    for start in range(len(sides) - 2):
        window = range(start, start + 3)
        same_side = sides[start] != 0 and all(sides[i] == sides[start] for i in window)
        if same_side and sum(outer_third[i] for i in window) >= 2:
            for i in window:
                marked[i] = marked[i] or outer_third[i]
    return marked


def _variation(change: int, direction: Direction) -> Variation:
    if direction == "neutral":
        return "neutral change"
    return "improvement" if (change > 0) == (direction == "increase") else "concern"


def _assurance(target: Fraction, lower: Fraction, upper: Fraction, direction: Direction) -> Assurance | None:
    """Whether usual variation alone keeps the target met, missed, or neither.

    A target on a limit is met or missed by chance (as NHS-R), except where the limits have no width: values that
    never move and equal the target meet it every month.
    """
    if direction == "neutral":
        return None
    if lower == upper == target:
        return "pass"
    if target > upper:
        return "fail" if direction == "increase" else "pass"
    if target < lower:
        return "pass" if direction == "increase" else "fail"
    return "hit or miss"


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
