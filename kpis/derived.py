"""What an indicator is, for whoever calculates, and the figures that the portal works out itself. Pure.

A figure that is worked out can rest on others that are: they are worked out in turn, each rounded half up at its own
decimals, as it is printed. `circles` finds those that would rest on themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kpis import schedule, spc

CASES = ("case", "cases")

# Units whose figures can be added up and set against each other.
ADDITIVE = ("count", "currency", "duration")


@dataclass(frozen=True, slots=True)
class Definition:
    """What the check has to know of an indicator.

    unit          as kpis.models.Indicator.Unit: "count", "percent", "net-score", ...
    source        "typed", "sum" (of its parts), "per-employee", "rate" or "difference"
    measured_on   code of the count that a rate is measured on, that a per-employee figure divides, or that a
                  difference takes away
    numerator_of  code of what a rate that is worked out counts, or of what a difference begins with
    parts         codes of what a total, or a combined rate, is made of
    counted       what a count counts: one, and several of them
    frequency     "month", "quarter" or "year"; see kpis.schedule
    starts_on, ends_on  first and last month in which it is asked for
    """

    code: str
    name: str
    unit: str
    decimals: int = 0
    source: str = "typed"
    direction: spc.Direction = "neutral"
    measured_on: str = ""
    parts: tuple[str, ...] = ()
    counted: tuple[str, str] = CASES
    numerator_of: str = ""
    frequency: str = "month"
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def has_counts(self) -> bool:
        """Whether an officer may enter the two counts behind it."""
        return self.unit == "percent" and self.source == "typed"

    def is_asked(self, month: date) -> bool:
        return schedule.is_asked(self.frequency, month, starts_on=self.starts_on, ends_on=self.ends_on)

    def rests_on(self) -> tuple[str, ...]:
        """Codes of the figures without which it cannot be worked out; a typed total or rate rests on its parts."""
        if self.source == "per-employee":
            return (self.measured_on,)
        if self.source in ("rate", "difference"):
            return self.numerator_of, self.measured_on
        return self.parts


@dataclass(frozen=True, slots=True)
class Headcount:
    employees: int
    inferred: bool


def circles(definitions: Iterable[Definition]) -> frozenset[str]:
    """Codes of the indicators that rest on themselves, directly or through others."""
    needs = {definition.code: definition.rests_on() for definition in definitions}

    def reached(code: str) -> set[str]:
        found: set[str] = set()
        ahead = list(needs[code])
        while ahead:
            one = ahead.pop()
            if one in needs and one not in found:
                found.add(one)
                ahead += needs[one]
        return found

    return frozenset(code for code in needs if code in reached(code))


def work_out_all(
    definitions: Sequence[Definition], amounts: Mapping[str, Decimal | None], headcount: Headcount | None
) -> dict[str, Decimal | None]:
    """Every figure that is not typed, by code; None while something for it is not known.

    `amounts` has the figures as entered. One that was entered (published, say) stands for whatever rests on it, rather
    than what is worked out in its place.
    """
    by_code = {definition.code: definition for definition in definitions}
    results: dict[str, Decimal | None] = {}
    known = dict(amounts)
    in_hand: set[str] = set()

    def settle(code: str) -> None:
        definition = by_code.get(code)
        if definition is None or definition.source == "typed" or code in results or code in in_hand:
            return
        in_hand.add(code)
        for needed in definition.rests_on():
            settle(needed)
        results[code] = work_out(definition, known, headcount)
        if known.get(code) is None:
            known[code] = results[code]

    for definition in definitions:
        settle(definition.code)
    return {definition.code: results[definition.code] for definition in definitions if definition.source != "typed"}


def work_out(
    definition: Definition, amounts: Mapping[str, Decimal | None], headcount: Headcount | None
) -> Decimal | None:
    """The figure of an indicator that is not typed, at its decimals; None while something for it is not known.

    A rate is 100 times its numerator over its denominator for a percentage, the plain quotient otherwise. Out of
    nothing there is none.
    """
    if definition.source == "sum":
        parts = [amounts.get(code) for code in definition.parts]
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if parts and len(known) == len(parts) else None
    below = amounts.get(definition.measured_on)
    if definition.source == "per-employee":
        return None if below is None or headcount is None else rounded(below / headcount.employees, definition.decimals)
    above = amounts.get(definition.numerator_of)
    if above is None or below is None:
        return None
    if definition.source == "difference":
        return rounded(above - below, definition.decimals)
    if below <= 0:
        return None
    factor = 100 if definition.unit == "percent" else 1
    return rounded(factor * above / below, definition.decimals)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, away from zero, as printed figures are."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
