"""One month's figure for all councils together, from each council's. Pure.

Counts are added, and so are figures at a month's end. A rate comes from added numerators and denominators alone,
never from percentages. A figure per employee is the count of all councils by the employees of all. Where a council
has not reported there is no figure for all of them: what the others come to is not what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kpis.aggregation import Aggregate
from kpis.derived import ADDITIVE, rounded
from portal.words import listed

if TYPE_CHECKING:
    from kpis.derived import Definition

NO_COUNTS = "The counts behind it were not reported."
NO_HEADCOUNT = "No headcount is known for every council."
NOTHING_MEASURED = "Nothing was measured."
NO_SUM = "Figures of this kind cannot be put together."
TOO_FEW = "Too few councils had anything to measure, so that it would show a council’s own figure."


@dataclass(frozen=True, slots=True)
class Part:
    """One council's figure, with the two counts behind it where they are known."""

    amount: Decimal | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """`lack` says in a sentence why there is no amount."""

    amount: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    lack: str = ""


def of_month(
    definitions: Iterable[Definition],
    figures: Mapping[str, Mapping[str, Part | None]],
    headcounts: Sequence[int | None],
    enough: Callable[[str], int],
) -> dict[str, Total]:
    """By code, the figure of all councils.

    `figures` has by code and council's name its figure, None where the return is missing; `headcounts` has one entry
    per council. `enough` says of a code how many councils its rate must rest on.
    """
    by_code = {definition.code: definition for definition in definitions}
    found: dict[str, Total] = {}
    in_hand: set[str] = set()

    def total(code: str) -> Total:
        if code not in by_code or code in in_hand:
            return Total(None, lack=NO_SUM)
        if code not in found:
            in_hand.add(code)
            found[code] = _total(by_code[code], figures[code], headcounts, enough(code), total)
            in_hand.remove(code)
        return found[code]

    for code in by_code:
        total(code)
    return found


def _total(
    definition: Definition,
    figures: Mapping[str, Part | None],
    headcounts: Sequence[int | None],
    enough: int,
    total: Callable[[str], Total],
) -> Total:
    missing = [name for name, part in figures.items() if part is None]
    if missing:
        return Total(None, lack=f"Not reported: {listed(missing)}.")
    parts = [part for part in figures.values() if part is not None]
    if definition.source == "per-employee":
        return _per_employee(definition, total(definition.measured_on), headcounts)
    if definition.source == "difference":
        above, below = total(definition.numerator_of), total(definition.measured_on)
        if above.amount is None or below.amount is None:
            return Total(None, lack=above.lack or below.lack or NO_SUM)
        return Total(rounded(above.amount - below.amount, definition.decimals))
    if definition.source == "rate" or definition.unit in ("percent", "net-score"):
        return _rate(definition, parts, enough)
    if definition.unit not in ADDITIVE:
        return Total(None, lack=NO_SUM)
    amounts = [part.amount for part in parts if part.amount is not None]
    if len(amounts) < len(parts):
        empty = [name for name, part in figures.items() if part is not None and part.amount is None]
        # Where no council has a figure, none was asked for.
        return Total(None, lack=f"No figure: {listed(empty)}." if amounts else "")
    return Total(sum(amounts, Decimal(0)))


def _per_employee(definition: Definition, count: Total, headcounts: Sequence[int | None]) -> Total:
    if count.amount is None:
        return Total(None, lack=count.lack or NO_SUM)
    known = [headcount for headcount in headcounts if headcount is not None]
    if not known or len(known) < len(headcounts):
        return Total(None, lack=NO_HEADCOUNT)
    return Total(rounded(count.amount / sum(known), definition.decimals))


def _rate(definition: Definition, parts: Sequence[Part], enough: int) -> Total:
    measured = [part for part in parts if part.amount is not None or part.denominator is not None]
    if not measured:
        # Nobody measured anything: a month like this adds nothing to the counts of a run.
        return Total(None, 0, 0)
    counts = [
        (part.numerator, part.denominator)
        for part in measured
        if part.numerator is not None and part.denominator is not None
    ]
    if len(counts) < len(measured):
        return Total(None, lack=NO_COUNTS)
    numerator, denominator = sum(above for above, _ in counts), sum(below for _, below in counts)
    if denominator <= 0:
        return Total(None, 0, 0, lack=NOTHING_MEASURED)
    if sum(below > 0 for _, below in counts) < enough:
        return Total(None, lack=TOO_FEW)
    factor = 1 if definition.source == "rate" and definition.unit != "percent" else 100
    exact = Fraction(factor * numerator, denominator)
    amount = Aggregate(exact, exact, "counts").rounded(definition.decimals)
    return Total(amount, numerator, denominator)
