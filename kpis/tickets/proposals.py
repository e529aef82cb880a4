"""Which figure of a return the counts give. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpis.tickets.counting import LOGGED, MET, MISSED, OPEN, RESOLVED, Counts
from portal.numbers import MINUS, format_number

_COUNTED = {"logged": LOGGED, "resolved": RESOLVED, "open": OPEN}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An indicator that counts tickets: `measure` is logged, resolved, open or met; `type` and `priority` narrow it."""

    code: str
    name: str
    decimals: int
    measure: str
    type: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A figure as it would be typed. A share comes with its counts; `why_not` says why there is none."""

    code: str
    name: str
    figure: str
    numerator: int | None = None
    denominator: int | None = None
    why_not: str = ""


def propose(counts: Counts, wanted: Sequence[Wanted]) -> list[Proposed]:
    """A figure for each indicator that counts tickets, in their order. Percentages come from counts, never rounded
    before the end."""
    return [_propose(counts, one) for one in wanted]


def _propose(counts: Counts, one: Wanted) -> Proposed:
    if one.measure in _COUNTED:
        number = counts.total(_COUNTED[one.measure], type=one.type, priority=one.priority)
        return Proposed(one.code, one.name, str(number))
    met = counts.total(MET, type=one.type, priority=one.priority)
    measured = met + counts.total(MISSED, type=one.type, priority=one.priority)
    if not measured:
        resolved = counts.total(RESOLVED, type=one.type, priority=one.priority)
        why_not = "No ticket was resolved in the month" if not resolved else "The file does not say which were met"
        return Proposed(one.code, one.name, "", 0, 0, why_not)
    share = format_number(Decimal(100 * met) / Decimal(measured), one.decimals).replace(MINUS, "-")
    return Proposed(one.code, one.name, share, met, measured)
