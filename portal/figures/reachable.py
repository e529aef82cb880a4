"""Which counts a printed percentage can have come from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from portal.figures.printed import Printed, in_print, rounded_units


@dataclass(frozen=True, slots=True)
class Reachable:
    """Whether a printed percentage can be so many of `count`, rounded half up at the decimals it is printed with.

    exact                 some whole number of `count` gives it
    cut_numerator         none does by rounding, but this many do when further decimals are cut off; else None
    smallest_denominator  the smallest count that gives it by rounding; None when none does (above 100, below 0)
    smallest_numerator    how many of those
    nearest_numerator     how many of `count` come nearest to it; None when `count` is 0
    nearest               what that is in per cent, at the same decimals; None when `count` is 0
    """

    percent: str
    count: int
    exact: bool
    cut_numerator: int | None
    smallest_denominator: int | None
    smallest_numerator: int | None
    nearest_numerator: int | None
    nearest: str | None

    @property
    def only_if_cut(self) -> bool:
        return self.cut_numerator is not None


def percentage_reachable(percent: str, count: int) -> Reachable:
    """Whether `percent`, as printed ("83.88"; "100" has no decimals), can be so many of `count`.

    Rounding half up is what counts: 83.33 is reachable from 6 (5 of 6 is 83.333…), 83.88 is not, and needs 242.
    Raises ValueError when `percent` is not a figure or `count` is negative.
    """
    if count < 0:
        raise ValueError(f"A count cannot be negative: {count}.")
    figure = Printed.read(percent)
    full = 100 * figure.scale
    smallest = _smallest_fraction(figure.units, full)
    nearest_numerator = cut_numerator = nearest = None
    exact = False
    if count:
        nearest_numerator = min(max(rounded_units(figure.units * count, full, 1), 0), count)
        # Whatever gives the figure by rounding lies no further from it than the nearest does; by cutting, just above.
        exact = rounded_units(nearest_numerator, count, full) == figure.units
        if not exact:
            above = (k for k in (nearest_numerator, nearest_numerator + 1) if k <= count)
            cut_numerator = next((k for k in above if k * full // count == figure.units), None)
        nearest = in_print(Fraction(100 * nearest_numerator, count), figure.decimals)
    return Reachable(
        percent=figure.text,
        count=count,
        exact=exact,
        cut_numerator=cut_numerator,
        smallest_denominator=None if smallest is None else smallest[1],
        smallest_numerator=None if smallest is None else smallest[0],
        nearest_numerator=nearest_numerator,
        nearest=nearest,
    )


def _smallest_fraction(units: int, full: int) -> tuple[int, int] | None:
    """Numerator and denominator of the smallest count of which some give `units` out of `full`, rounded half up."""
    if not 0 <= units <= full:
        return None
    # Half up: from half a unit below, that included, to half a unit above, that excluded.
    return _simplest((max(2 * units - 1, 0), 2 * full), (2 * units + 1, 2 * full), True, False)


def _simplest(low: tuple[int, int], high: tuple[int, int], low_included: bool, high_included: bool) -> tuple[int, int]:
    """The fraction with the smallest denominator between two (numerator, denominator) pairs, low < high.

    By continued fractions: if a whole number lies between them, the least of them; else the whole part they share,
    plus one over the simplest fraction between the reciprocals of what is left. (n, 0) stands for infinity.
    """
    whole, rest = divmod(low[0], low[1])
    if rest == 0 and low_included:
        return whole, 1
    after = (whole + 1) * high[1] - high[0]
    if after < 0 or (after == 0 and high_included):
        return whole + 1, 1
    denominator, numerator = _simplest(
        (high[1], high[0] - whole * high[1]), (low[1], rest), high_included, low_included
    )
    return whole * denominator + numerator, denominator
