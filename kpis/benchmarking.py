"""How one service stands among others: checks and words. Pure: numbers in, words out.

Quartiles say something from five participants on. With fewer, all values, their range and their median are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median as middle

from portal.charts.spec import number
from portal.words import counted

FEWEST_FOR_QUARTILES = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """One year of a benchmark, in its unit; None for what is not known. `others` are further participants' values."""

    year: int
    respondents: int | None = None
    ours: Decimal | None = None
    median: Decimal | None = None
    lower_quartile: Decimal | None = None
    upper_quartile: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    others: tuple[Decimal, ...] = ()

    @property
    def values(self) -> tuple[Decimal, ...]:
        """All values that are known one by one, lowest first."""
        return tuple(sorted((*self.others, *(() if self.ours is None else (self.ours,)))))

    @property
    def is_complete(self) -> bool:
        """Whether every participant's value is known."""
        return self.respondents is not None and len(self.values) == self.respondents

    @property
    def is_small(self) -> bool:
        """Too few participants for quartiles."""
        size = self.respondents if self.respondents is not None else len(self.values)
        return 0 < size < FEWEST_FOR_QUARTILES

    def with_known(self) -> Outcome:
        """Median and range worked out where every value is known and the source does not give them; no quartiles of a
        small group."""
        values = self.values if self.is_complete else ()
        return Outcome(
            self.year,
            self.respondents,
            self.ours,
            Decimal(middle(values)) if values and self.median is None else self.median,
            None if self.is_small else self.lower_quartile,
            None if self.is_small else self.upper_quartile,
            values[0] if values and self.lowest is None else self.lowest,
            values[-1] if values and self.highest is None else self.highest,
            self.others,
        )


def problems(outcome: Outcome, *, least: Decimal | None = None, most: Decimal | None = None) -> list[tuple[str, str]]:
    """What cannot be true of a year's result: name of the figure, and a sentence with the remedy."""
    found: list[tuple[str, str]] = []
    named = {
        "ours": outcome.ours,
        "median": outcome.median,
        "lower_quartile": outcome.lower_quartile,
        "upper_quartile": outcome.upper_quartile,
        "lowest": outcome.lowest,
        "highest": outcome.highest,
    }
    for name, value in named.items():
        if value is not None and ((least is not None and value < least) or (most is not None and value > most)):
            found.append((name, f"{value} lies outside the scale. Correct it, or the ends of the scale."))
    order = [(name, named[name]) for name in ("lowest", "lower_quartile", "median", "upper_quartile", "highest")]
    known = [(name, value) for name, value in order if value is not None]
    for (below, low), (above, high) in pairwise(known):
        if low > high:
            found.append((above, f"{_words(above)} ({high}) is below {_words(below).lower()} ({low}). Correct one."))
    for value, what in ((outcome.ours, "ours"), *((other, "values") for other in outcome.others)):
        if value is None:
            continue
        if outcome.lowest is not None and value < outcome.lowest:
            found.append((what, f"{value} is below the lowest value ({outcome.lowest}). Correct one."))
        if outcome.highest is not None and value > outcome.highest:
            found.append((what, f"{value} is above the highest value ({outcome.highest}). Correct one."))
    if outcome.respondents is not None and len(outcome.values) > outcome.respondents:
        found.append(("values", f"{len(outcome.values)} values are given, ours among them, for {outcome.respondents}."))
    if outcome.is_small and (outcome.lower_quartile is not None or outcome.upper_quartile is not None):
        remedy = "Leave the quartiles empty and give all values."
        found.append(("lower_quartile", f"Fewer than {FEWEST_FOR_QUARTILES} participants have no quartiles. {remedy}"))
    if outcome.is_complete and outcome.median is not None and Decimal(middle(outcome.values)) != outcome.median:
        found.append(("median", f"The median of the values given is {middle(outcome.values)}, not {outcome.median}."))
    return found


def _words(name: str) -> str:
    return f"The {name.replace('_', ' ')}"


def standing(outcome: Outcome, *, direction: str, decimals: int, who: str, suffix: str = "") -> str:
    """Where we stand in the latest year: "Harrow: 3.7, the lowest of 14; median 4.8"."""

    def said(value: Decimal) -> str:
        return f"{number(value, decimals)}{suffix}"

    of = f" of {outcome.respondents}" if outcome.respondents else ""
    if outcome.ours is None:
        return f"{who}: no value known for {outcome.year}"
    place = ""
    if outcome.lowest is not None and outcome.ours == outcome.lowest:
        place = f", the lowest{of}"
    elif outcome.highest is not None and outcome.ours == outcome.highest:
        place = f", the highest{of}"
    elif outcome.upper_quartile is not None and outcome.ours >= outcome.upper_quartile:
        place = f", in the upper quarter{of}"
    elif outcome.lower_quartile is not None and outcome.ours <= outcome.lower_quartile:
        place = f", in the lower quarter{of}"
    if outcome.median is None:
        return f"{who}: {said(outcome.ours)}{place}; median not known"
    if place:
        return f"{who}: {said(outcome.ours)}{place}; median {said(outcome.median)}"
    if outcome.ours == outcome.median:
        return f"{who}: {said(outcome.ours)}, the median{of}"
    better = {"increase": 1, "decrease": -1}.get(direction, 0)
    side = 1 if outcome.ours > outcome.median else -1
    meaning = "" if not better else ", the better side" if better == side else ", the worse side"
    return (
        f"{who}: {said(outcome.ours)}, {'above' if side > 0 else 'below'} the median of {said(outcome.median)}{meaning}"
    )


def distribution_problem(shares: Sequence[str], grades: int) -> str:
    """Why a distribution over grades cannot be true, or "".

    As printed it sums to 100 give or take what rounding can do: half of the last decimal for each grade.
    """
    if len(shares) != grades:
        return f"Give one share for each of the {counted(grades, 'grade')}, not {len(shares)}."
    numbers = []
    for share in shares:
        try:
            value = Decimal(share)
        except InvalidOperation:
            return f"“{share}” is no percentage. Give numbers such as 19 or 19.5."
        if not value.is_finite() or not 0 <= value <= 100:
            return f"{share} is no percentage from 0 to 100."
        numbers.append(value)
    decimals = max(-int(value.as_tuple().exponent) for value in numbers)
    play = Decimal(len(numbers)) / 2 * Decimal(1).scaleb(-max(decimals, 0))
    total = sum(numbers, Decimal(0))
    if abs(total - 100) > play:
        return f"The shares sum to {total}, not to 100. Correct one."
    return ""


def place_among(shares: Sequence[str], grade: int) -> str:
    """Where a grade stands in a distribution: "44% have this grade, 19% a lower one and 37% a higher one"."""
    numbers = [Decimal(share) for share in shares]
    below, above = sum(numbers[:grade], Decimal(0)), sum(numbers[grade + 1 :], Decimal(0))
    return f"{numbers[grade]:f}% have this grade, {below:f}% a lower one and {above:f}% a higher one"


def met(target: Decimal | None, actual: Decimal | None, direction: str) -> str:
    """met or missed; empty where one of the two is not known, or neither direction is better."""
    if target is None or actual is None or direction not in ("increase", "decrease"):
        return ""
    reached = actual >= target if direction == "increase" else actual <= target
    return "met" if reached else "missed"
