"""Per-head figures: whether one agrees with a headcount, and which headcounts a run of them allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from portal.figures.printed import Printed, rounded_units


class Fit(Enum):
    """How a printed figure follows from a count and a headcount."""

    ROUNDED = "rounded"
    CUT = "cut"  # only when further decimals are cut off
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole headcounts from `lowest` to `highest`, both included; no highest means no limit."""

    lowest: int
    highest: int | None

    def __contains__(self, headcount: int) -> bool:
        return self.lowest <= headcount and (self.highest is None or headcount <= self.highest)

    def __str__(self) -> str:
        if self.highest is None:
            return f"{self.lowest:,} or more"
        return f"{self.lowest:,}" if self.lowest == self.highest else f"{self.lowest:,}–{self.highest:,}"

    def meet(self, other: Span) -> Span | None:
        """What both allow; None when nothing."""
        lowest = max(self.lowest, other.lowest)
        ends = [end for end in (self.highest, other.highest) if end is not None]
        highest = min(ends) if ends else None
        return None if highest is not None and highest < lowest else Span(lowest, highest)


@dataclass(frozen=True, slots=True)
class HeadcountFit:
    """The constant headcounts that give all the printed figures: when they were rounded, and when they were cut."""

    rounded: Span | None
    cut: Span | None

    @property
    def only_if_cut(self) -> bool:
        return self.rounded is None and self.cut is not None


def per_head_fit(count: int, headcount: int, printed: str) -> Fit:
    """How `printed` follows from `count` divided by `headcount`.

    Raises ValueError when `printed` is not a figure, the count is negative, or the headcount is below 1.
    """
    _check_count(count)
    if headcount < 1:
        raise ValueError(f"A headcount is 1 or more, not {headcount}.")
    figure = Printed.read(printed)
    if rounded_units(count, headcount, figure.scale) == figure.units:
        return Fit.ROUNDED
    return Fit.CUT if count * figure.scale // headcount == figure.units else Fit.NEITHER


def infer_headcount(pairs: Sequence[tuple[int, str]]) -> HeadcountFit:
    """The headcounts that fit every pair of a count and its printed per-head figure, were they constant.

    The headcounts that fit one figure have no gaps between them, so those that fit all have none either.
    Raises ValueError without any pair, for a negative count, or for what is not a figure.
    """
    if not pairs:
        raise ValueError("A headcount cannot be inferred from no figures.")
    rounded: Span | None = Span(1, None)
    cut: Span | None = Span(1, None)
    for count, printed in pairs:
        _check_count(count)
        figure = Printed.read(printed)
        # Rounded half up: within half a unit. Twice everything keeps the halves whole.
        by_rounding = _between(2 * count * figure.scale, 2 * figure.units - 1, 2 * figure.units + 1)
        by_cutting = _between(count * figure.scale, figure.units, figure.units + 1)
        rounded = rounded and by_rounding and rounded.meet(by_rounding)
        cut = cut and by_cutting and cut.meet(by_cutting)
    return HeadcountFit(rounded, cut)


def _between(amount: int, low: int, high: int) -> Span | None:
    """Headcounts h with low <= amount / h < high, all in the same units."""
    if high <= 0:
        return None
    lowest = amount // high + 1
    if low <= 0:
        return Span(lowest, None)
    highest = amount // low
    return Span(lowest, highest) if lowest <= highest else None


def _check_count(count: int) -> None:
    if count < 0:
        raise ValueError(f"A count cannot be negative: {count}.")
