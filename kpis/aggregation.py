"""One figure for a run of months.

Counts are added; what stands at a month's end is taken from the last month; percentages come from their numerators
and denominators; per-head figures are what was added up, divided by the headcount. Percentages are never averaged:
where only printed ones and volumes exist, `volume_weighted` gives an estimate that says it is one.

A month without a return is stated, never taken as zero. The figure for the whole run is then None, and `partial`
holds what the reported months come to, for whoever shows it together with the months it lacks.

Months are given as first days of months. Each function takes the months of the run, and a mapping that lacks the
months without a return. All raise ValueError for an empty run. Amounts stay exact fractions: round once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from portal.figures.printed import rounded_units

Basis = Literal["sum", "last month", "counts", "estimate", "per head", "of two"]
Amount = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A figure for a run of months.

    exact    the figure, in the unit of what went in (percentages out of 100); None when it is not available
    partial  the same from the reported months alone; equal to `exact` when none is missing
    basis    how it was worked out; an "estimate" has to be shown as one
    missing  months of the run without a return, in order
    reason   why `exact` is None, in a sentence; empty otherwise
    """

    exact: Fraction | None
    partial: Fraction | None
    basis: Basis
    missing: tuple[date, ...] = ()
    reason: str = ""

    def rounded(self, decimals: int) -> Decimal | None:
        """`exact`, rounded half up (away from zero) to so many decimals; None when not available."""
        if self.exact is None:
            return None
        size = abs(self.exact)
        units = rounded_units(size.numerator, size.denominator, int(10**decimals))
        return Decimal(-units if self.exact < 0 else units).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class Rate:
    """One month's percentage (or net score): its two counts where known, else as printed and on which volume."""

    numerator: int | None = None
    denominator: int | None = None
    printed: Decimal | None = None
    volume: int | None = None


def months_from(first: date, last: date) -> tuple[date, ...]:
    """First days of the months from `first`'s to `last`'s. Raises ValueError when `last` comes before `first`."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    if end < start:
        raise ValueError(f"{last:%B %Y} comes before {first:%B %Y}.")
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(start, end + 1))


def total(months: Sequence[date], amounts: Mapping[date, Amount]) -> Aggregate:
    """Counts, added. The unit stays."""
    reported, missing = _sort(months, amounts)
    partial = sum((Fraction(amounts[month]) for month in reported), Fraction(0)) if reported else None
    return _aggregate(partial, "sum", missing)


def at_end(months: Sequence[date], amounts: Mapping[date, Amount]) -> Aggregate:
    """What stands at the end of the run: the last month's figure, whatever earlier months lack. The unit stays.

    No earlier month stands in for a last one that is missing; there is no `partial` figure then either.
    """
    _, missing = _sort(months, amounts)
    last = months[-1]
    if last in missing:
        return Aggregate(None, None, "last month", missing, f"The last month, {_named([last])}, is not reported.")
    amount = Fraction(amounts[last])
    return Aggregate(amount, amount, "last month", missing)


def rate(months: Sequence[date], rates: Mapping[date, Rate]) -> Aggregate:
    """Per cent of all that was measured in the run, from every month's numerator and denominator.

    Not available when a reported month has no counts, or nothing was measured in the whole run.
    """

    def counts(given: Rate) -> tuple[Fraction, int] | None:
        if given.numerator is None or given.denominator is None:
            return None
        return Fraction(given.numerator), given.denominator

    return _ratio(months, rates, counts, "counts", "No numerator and denominator")


def volume_weighted(months: Sequence[date], rates: Mapping[date, Rate]) -> Aggregate:
    """An estimate of `rate` from printed percentages, each weighed by its month's volume.

    An estimate, because a month may have been measured on other cases than those counted as its volume.
    """

    def weighed(given: Rate) -> tuple[Fraction, int] | None:
        if given.printed is None or given.volume is None:
            return None
        return Fraction(given.printed) * given.volume / 100, given.volume

    return _ratio(months, rates, weighed, "estimate", "No printed percentage with its volume")


def per_head(whole: Aggregate, headcounts: Sequence[int | None]) -> Aggregate:
    """`whole` for each head: a sum by the mean headcount of the run's months, a month-end figure by the last one.

    `headcounts` has one entry per month of the run, None where none is known. Raises ValueError for anything but a
    sum or a month-end figure, for no headcounts, and for a headcount below 1.
    """
    if whole.basis not in ("sum", "last month"):
        raise ValueError("Only a sum or a month-end figure can be divided by a headcount.")
    if not headcounts:
        raise ValueError("There are no headcounts.")
    relevant = headcounts[-1:] if whole.basis == "last month" else headcounts
    known = [headcount for headcount in relevant if headcount is not None]
    if any(headcount < 1 for headcount in known):
        raise ValueError("A headcount is 1 or more.")
    if len(known) < len(relevant):
        return Aggregate(None, None, "per head", whole.missing, "No headcount is known for every month.")
    mean = Fraction(sum(known), len(known))
    exact = None if whole.exact is None else whole.exact / mean
    # Fewer months than the run's are not set against a headcount: the figure would look like a low one.
    return Aggregate(exact, exact, "per head", whole.missing, whole.reason)


def quotient(above: Aggregate, below: Aggregate, *, percent: bool) -> Aggregate:
    """One figure of the run out of another: all that was spent out of all that could be. Never a mean of the months'.

    In per cent, or as a plain ratio. Not available while one of the two is not, or when the second is 0 or less.
    """
    lacking = _first_lacking(above, below)
    if lacking is not None:
        return Aggregate(None, None, "of two", lacking.missing, lacking.reason)
    if above.exact is None or below.exact is None or below.exact <= 0:
        return Aggregate(None, None, "of two", reason="Nothing was there to work it out of in these months.")
    exact = (100 if percent else 1) * above.exact / below.exact
    return Aggregate(exact, exact, "of two")


def difference(first: Aggregate, second: Aggregate) -> Aggregate:
    """One figure of the run less another. Not available while one of the two is not."""
    lacking = _first_lacking(first, second)
    if lacking is not None or first.exact is None or second.exact is None:
        missing, reason = (lacking.missing, lacking.reason) if lacking is not None else ((), "")
        return Aggregate(None, None, "of two", missing, reason)
    exact = first.exact - second.exact
    return Aggregate(exact, exact, "of two")


def _first_lacking(*figures: Aggregate) -> Aggregate | None:
    return next((one for one in figures if one.exact is None), None)


def _ratio(
    months: Sequence[date],
    rates: Mapping[date, Rate],
    counts_of: Callable[[Rate], tuple[Fraction, int] | None],
    basis: Basis,
    lack: str,
) -> Aggregate:
    reported, missing = _sort(months, rates)
    if not reported:
        return _aggregate(None, basis, missing)
    counted = {month: counts_of(rates[month]) for month in reported}
    without = [month for month, counts in counted.items() if counts is None]
    if without:
        return Aggregate(None, None, basis, missing, f"{lack} for {_named(without)}.")
    pairs = [counts for counts in counted.values() if counts is not None]
    denominator = sum(below for _, below in pairs)
    if denominator <= 0:
        return Aggregate(None, None, basis, missing, "Nothing was measured in these months.")
    numerator = sum((above for above, _ in pairs), Fraction(0))
    return _aggregate(100 * numerator / denominator, basis, missing)


def _sort(months: Sequence[date], given: Mapping[date, object]) -> tuple[list[date], tuple[date, ...]]:
    """Reported and missing months."""
    if not months:
        raise ValueError("A run of months has at least one month.")
    reported = [month for month in months if month in given]
    return reported, tuple(month for month in months if month not in given)


def _aggregate(partial: Fraction | None, basis: Basis, missing: tuple[date, ...]) -> Aggregate:
    if missing:
        return Aggregate(None, partial, basis, missing, f"Not reported: {_named(missing)}.")
    return Aggregate(partial, partial, basis)


def _named(months: Sequence[date]) -> str:
    names = [f"{month:%B %Y}" for month in months]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
