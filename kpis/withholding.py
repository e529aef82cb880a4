"""Which figures of single councils must be withheld with those that a committee withholds. Pure.

A committee can ask that councils are not set side by side in an indicator: the figure of all councils together stays
visible, each council's own does not. Withholding that one figure is not enough where others give it away. With
1,077 calls in total, of which 1,050 were of priority 2 and 3, anybody can say how many were of priority 1.

What is visible of a council is a set of equations. A total is the sum of its parts, a difference is one figure less
another, a rate is one count out of another, a combined rate is what its parts weigh to, and a figure per employee is
a count divided by a headcount that everybody knows. Two rules, repeated until nothing is added:

Down    What a withheld figure is made of is withheld: all parts of a total and of a combined rate, the count of a
        figure per employee, the numerator of a rate, both figures of a difference. All parts and not just one, since
        the other parts of a total nearly give it away where the one left out is small.
Up      Whatever is worked out from a figure that is withheld is withheld too: totals it is part of, rates and
        differences of it, figures per employee. So is every rate that is measured on it: its denominator stands
        beside it, and 83.33% by itself says that something was counted in sixes.

Why that is enough, with three councils or more. By Up, what stays visible of a council rests on visible figures
alone. By Down, each withheld figure rests on an entered figure that is withheld as well. Let that one be higher by
some amount in one council and lower by as much in another. No visible figure of either council changes, and no total
over all councils does, since counts are added and percentages come from added counts. So no visible figure says
which of the two is true. An officer who knows all of one council's figures is in the same place as long as two other
councils remain between which the amount can lie.

Two councils: a reader of neither learns nothing, but whoever knows the one council's figure takes it from the total
and has the other's. The portal cannot help that; it withholds the split all the same. One council has no split.

What equations cannot prevent: a total of nothing says that each council has nothing, and a rate of 100 per cent over
all councils says that each has 100. Where councils had nothing to measure, a rate over all of them may rest on one
or two: `enough` says how many it must rest on at least before it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpis.derived import Definition


def closure(definitions: Iterable[Definition], withheld: Collection[str]) -> frozenset[str]:
    """Codes of all indicators whose split must be withheld so that the split of those in `withheld` is.

    `withheld` is among them. Codes that no definition has are left out. Definitions that rest on themselves are
    taken as they come.
    """
    by_code = {definition.code: definition for definition in definitions}
    hidden: set[str] = set()
    ahead = [code for code in withheld if code in by_code]
    while ahead:
        code = ahead.pop()
        if code not in hidden:
            hidden.add(code)
            ahead += [one for one in _made_of(by_code[code]) if one in by_code]
    while more := {code for code, one in by_code.items() if code not in hidden and _rests_on(one) & hidden}:
        hidden |= more
    return frozenset(hidden)


def enough(councils: int) -> int:
    """On how many councils a withheld rate over all of them must rest, so that it is not one or two councils' own."""
    return min(3, councils)


def _made_of(definition: Definition) -> tuple[str, ...]:
    """What has to be unknown for a figure to be unknown."""
    if definition.source == "per-employee":
        return (definition.measured_on,)
    if definition.source == "difference":
        # Both: what it takes away may hold what it begins with, and the rest then says it all.
        return (definition.numerator_of, definition.measured_on)
    if definition.source == "rate":
        return (definition.numerator_of,)
    return definition.parts


def _rests_on(definition: Definition) -> set[str]:
    """Every figure with which it stands in an equation as what comes out."""
    return {*definition.parts, definition.measured_on, definition.numerator_of}
