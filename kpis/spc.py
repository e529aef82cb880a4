"""XmR charts (individuals and moving range) read by NHS England's "Making data count: plot the dots" rules.

Mean and limits: mean of the values, and 2.66 times the mean moving range on either side of it. Moving ranges above
3.27 times their mean come from a jump rather than from the usual variation; they are left out of that mean once
(L. S. Nelson, Control charts for individual measurements, Journal of Quality Technology 14(3), 1982).

Signals, four of them:

- outside: a value beyond a limit;
- shift: 7 or more values running on one side of the mean;
- trend: 7 or more values running, each higher (or each lower) than the one before;
- two_of_three: of three values running, all on one side of the mean, two or more lie beyond two thirds of the way
  to the limit; those are marked, the third is not. Values beyond the limit count, as in the NHS tools since 2023.

A gap (None) is a month without a figure. It is left out of the mean, gives no moving range, and ends a run: a month
nobody knows cannot be called the same side as its neighbours. Everything is worked out in whole numbers, so that a
value equal to the mean is never put on one side of it by the rounding of binary numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
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
SCREEN_FACTOR = Fraction(327, 100)
RUN_LENGTH = 7
MINIMUM_POINTS = 13

_DIRECTIONS = ("increase", "decrease", "neutral")


@dataclass(frozen=True, slots=True)
class Point:
    """One month. `value` is None for a gap; `variation` says which way the strongest of its signals points."""

    value: float | None
    signals: frozenset[Signal] = frozenset()
    variation: Variation = "common"


@dataclass(frozen=True, slots=True)
class Xmr:
    """What an XmR chart shows.

    `mean`, `lower` and `upper` are in the unit of the values: `mean` is None without any value, the limits are None
    without a moving range. `points` has one entry per value given, in order. `count` is how many were not gaps.
    With fewer than the minimum number of points the limits are `provisional`: no point is marked, and `variation`
    and `assurance` are None. `variation` is that of the last value that is not a gap. `assurance` is None without
    a target, or when neither direction is better.
    """

    mean: float | None
    lower: float | None
    upper: float | None
    points: tuple[Point, ...]
    count: int
    provisional: bool
    variation: Variation | None
    assurance: Assurance | None


def xmr(
    values: Sequence[Number | None],
    *,
    direction: Direction,
    target: Number | None = None,
    screen: bool = True,
    minimum: int = MINIMUM_POINTS,
) -> Xmr:
    """Mean, limits, signals, variation and assurance of monthly values, oldest first; None where a month is missing.

    `direction` says which way is better. `target` is in the unit of the values. `screen` leaves out moving ranges
    above 3.27 times their mean; the NHS spreadsheets do not screen. `minimum` values are needed before anything is
    marked. Raises ValueError for another direction, or a value that is no finite number.
    """
    if direction not in _DIRECTIONS:
        raise ValueError(f"Direction is one of {', '.join(_DIRECTIONS)}, not {direction!r}.")
    given = [None if value is None else _exact(value) for value in values]
    known = [value for value in given if value is not None]
    provisional = len(known) < minimum
    plain = [None if value is None else float(value) for value in given]
    if not known:
        return Xmr(None, None, None, tuple(Point(value) for value in plain), 0, provisional, None, None)

    # Whole numbers of the smallest unit in use, say hundredths: quicker than fractions, and as exact.
    unit = math.lcm(*(value.denominator for value in known))
    series = [None if value is None else value.numerator * (unit // value.denominator) for value in given]
    mean = Fraction(sum(value for value in series if value is not None), len(known))
    spread = _limit_distance(series, screen=screen)
    points = tuple(Point(value) for value in plain)
    if spread is None:
        return Xmr(float(mean / unit), None, None, points, len(known), provisional, None, None)

    lower, upper = mean - spread, mean + spread
    variation: Variation | None = None
    assurance: Assurance | None = None
    if not provisional:
        points = _mark(series, plain, mean, spread, direction)
        variation = next(point.variation for point in reversed(points) if point.value is not None)
        if target is not None:
            assurance = _assurance(_exact(target) * unit, lower, upper, direction)
    return Xmr(
        mean=float(mean / unit),
        lower=float(lower / unit),
        upper=float(upper / unit),
        points=points,
        count=len(known),
        provisional=provisional,
        variation=variation,
        assurance=assurance,
    )


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
        # One month's dip in a series that never moves otherwise would leave limits without any width, and so every
        # month beyond them: the jump then stays in.
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
    outer_third = [distance is not None and 3 * abs(distance) > 2 * limit for distance in distances]
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
        variation = _variation(found[0][1], direction) if found else "common"
        points.append(Point(value, frozenset(name for name, _ in found), variation))
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
    """Whether usual variation alone keeps the target met, missed, or neither."""
    if direction == "neutral":
        return None
    if target > upper:
        return "fail" if direction == "increase" else "pass"
    if target < lower:
        return "pass" if direction == "increase" else "fail"
    return "hit or miss"


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
