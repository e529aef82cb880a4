"""Rules for money, hours and ratios, and for figures that follow from two others.

As in portal.figures.rules: `stated` is the figure as printed or typed, without what says its unit.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from portal.figures.findings import ERROR, WARNING, Finding
from portal.figures.printed import Printed, in_print

Amount = int | Decimal | Fraction
Place = tuple[str, ...]

MINUS = "−"


def pounds(value: Amount, decimals: int = 2) -> str:
    """£1,234.50, and −£5.00 for a negative amount."""
    text = in_print(Fraction(value), decimals)
    return f"{MINUS}£{text[1:]}" if text.startswith(MINUS) else f"£{text}"


def check_money(stated: str, *, is_base_of: str = "", where: Place = ()) -> Finding | None:
    """Money has at most two decimals. It may be negative (a credit), unless a share is worked out of it.

    `is_base_of` names the share that is worked out of this amount: a budget, say, of which so much is spent.
    """
    figure = Printed.read(stated)
    if figure.decimals > 2:
        nearest = pounds(figure.value)
        message = f"£{figure.text} has parts of a penny."
        remedy = f"Enter pounds and pence, such as {nearest}."
        return Finding("money-in-pence", ERROR, figure.text, nearest, where, message, remedy)
    if is_base_of and figure.value < 0:
        shown = pounds(figure.value, figure.decimals)
        message = f"{shown} is negative, and “{is_base_of}” is worked out of it: that takes £0 or more."
        return Finding("money-not-negative", ERROR, figure.text, "£0 or more", where, message, "Correct the amount.")
    return None


def check_not_negative(stated: str, rule: str, thing: str, *, where: Place = ()) -> Finding | None:
    """A figure that cannot be below 0: hours, a ratio. `thing` names it: "a time"."""
    figure = Printed.read(stated)
    if figure.value >= 0:
        return None
    message = f"{in_print(figure.value, figure.decimals)} is negative, and {thing} is 0 or more."
    return Finding(rule, ERROR, figure.text, "0 or more", where, message, "Correct the figure.")


def check_quotient(
    stated: str,
    above: Amount,
    below: Amount,
    *,
    percent: bool = True,
    names: tuple[str, str] = ("", ""),
    where: Place = (),
) -> Finding | None:
    """A rate is one figure out of another, rounded half up at the decimals it shows.

    A warning when it fits only if further decimals were cut off, otherwise an error. Out of nothing there is no rate.
    """
    figure = Printed.read(stated)
    unit = "%" if percent else ""
    if below <= 0:
        message = f"{figure.text}{unit} is not possible: {names[1] or 'what it is worked out of'} is {_shown(below)}."
        return Finding("rate-of-none", ERROR, figure.text, "no figure", where, message, "Leave it empty.")
    exact = Fraction(100 if percent else 1) * Fraction(above) / Fraction(below)
    computed = in_print(exact, figure.decimals)
    if Printed.read(computed).units == figure.units:
        return None
    # Cut towards nothing, as printing fewer digits does.
    size = abs(exact) * figure.scale
    is_cut = (size.numerator // size.denominator) * (-1 if exact < 0 else 1) == figure.units
    division = f"{_shown(above)} out of {_shown(below)} is {computed}{unit}"
    if is_cut:
        message = f"{figure.text}{unit} fits only if it was cut off instead of rounded: {division}."
        return Finding(
            "rate-of-its-two", WARNING, figure.text, f"{computed}{unit}", where, message, f"Enter {computed}."
        )
    message = f"{figure.text}{unit} does not follow from its two figures: {division}."
    remedy = f"Enter {computed}, or correct {_either(names)}."
    return Finding("rate-of-its-two", ERROR, figure.text, f"{computed}{unit}", where, message, remedy)


def check_difference(
    stated: str, first: Amount, second: Amount, *, names: tuple[str, str] = ("", ""), where: Place = ()
) -> Finding | None:
    """A difference is the first figure less the second, rounded half up at the decimals it shows."""
    figure = Printed.read(stated)
    computed = in_print(Fraction(first) - Fraction(second), figure.decimals)
    if Printed.read(computed).units == figure.units:
        return None
    message = (
        f"{in_print(figure.value, figure.decimals)} is not {_shown(first)} less {_shown(second)}: that is {computed}."
    )
    remedy = f"Enter {computed}, or correct {_either(names)}."
    return Finding("difference-of-its-two", ERROR, figure.text, computed, where, message, remedy)


def check_share(computed: Amount, above: Amount, below: Amount, *, decimals: int, where: Place = ()) -> Finding | None:
    """More counted than there were to count wants a reason: a share that is worked out comes to more than 100%."""
    if above <= below:
        return None
    shown = in_print(Fraction(computed), decimals)
    message = f"{_shown(above)} out of {_shown(below)} is {shown}%: more were counted than there were."
    remedy = "Correct one of the two counts, or say how that can be."
    return Finding("share-above-all", WARNING, f"{shown}", "at most 100%", where, message, remedy)


def _either(names: tuple[str, str]) -> str:
    return f"{names[0]} or {names[1]}" if all(names) else "one of them"


def _shown(value: Amount) -> str:
    exact = Fraction(value)
    decimals = 0
    while (exact * 10**decimals).denominator != 1 and decimals < 6:
        decimals += 1
    return in_print(exact, decimals)
