"""Reading what an officer types into a return.

What is typed is kept to the letter elsewhere; this only says which number it is. A thousands separator, a sign and,
for a percentage, a per cent sign are understood, and for money a pound sign: "1,013", "−5", "83.88%", "−£1,234.50".
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from portal.figures import Printed

# What the database keeps of a figure (kpis.models.Figure.amount): 12 digits and 4 decimals.
KEPT_DIGITS = 12
KEPT_DECIMALS = 4
# What it keeps of the text (kpis.models.Figure.typed).
KEPT_CHARACTERS = 60
# More digits than are read as a figure, with separators or without.
_DIGITS = re.compile(r"[-−+]?[0-9]{13,}(?:,[0-9]{3})*|[-−+]?[0-9]{1,3}(?:,[0-9]{3}){4,}")
# A pound sign stands before the digits, on either side of the minus.
_POUND = re.compile(r"([-−+]?)\s*£\s*([-−+]?)(?=[0-9])")
# What is quoted of a text that is not a figure.
_QUOTED = 40


class Unreadable(Exception):
    """What was typed is not a number that can be kept. `message` says why, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def plain(typed: str) -> str:
    """The figure without what says its unit: "83.88%" is "83.88", "−£5.00" is "−5.00"."""
    text = typed.strip().removesuffix("%").rstrip()
    pound = _POUND.match(text)
    if pound is None or all(pound.groups()):
        return text
    return f"{pound[1]}{pound[2]}{text[pound.end() :]}"


def read(typed: str, *, percent: bool = False, money: bool = False) -> Decimal | None:
    """The number that was typed; None when nothing was.

    `percent` allows a per cent sign, `money` a pound sign. Raises Unreadable for anything else. Whether the number can
    be true (a negative count, 101 %) is for the figures check to say.
    """
    text = typed.strip()
    if not text:
        return None
    body = text.removesuffix("%").rstrip()
    if body != text and not percent:
        raise Unreadable(f"{quoted(text)} is a percentage, and this figure is not.", "Enter the number itself.")
    if "£" in body:
        if not money:
            raise Unreadable(f"{quoted(text)} is money, and this figure is not.", "Enter the number itself.")
        body = plain(body)
    try:
        figure = Printed.read("" if body.endswith("%") else body)
    except ValueError:
        if _DIGITS.fullmatch(body):
            # Longer than any figure is read: a key that stuck, say.
            raise Unreadable(f"{quoted(text)} is too large.", f"A figure has at most {KEPT_DIGITS} digits.") from None
        raise Unreadable(f"{quoted(text)} is not a number.", "Use digits only, such as 1013, 1,013 or 83.33.") from None
    if figure.decimals > KEPT_DECIMALS:
        # Not rounded in silence: what stands in the return is what somebody typed.
        exact = Decimal(figure.units).scaleb(-figure.decimals)
        shorter = f"{exact.quantize(Decimal(1).scaleb(-KEPT_DECIMALS), ROUND_HALF_UP):f}" if _fits(figure) else ""
        raise Unreadable(
            f"{quoted(text)} has {figure.decimals} decimals, and at most {KEPT_DECIMALS} are kept.",
            f"Round it to {shorter}." if shorter else "Enter the figure as it is.",
        )
    if not _fits(figure):
        raise Unreadable(f"{quoted(text)} is too large.", f"A figure has at most {KEPT_DIGITS} digits.")
    return Decimal(figure.units).scaleb(-figure.decimals)


def read_count(typed: str) -> int | None:
    """A whole number, 0 or more; None when nothing was typed. Raises Unreadable for anything else."""
    amount = read(typed)
    if amount is None:
        return None
    if amount < 0:
        raise Unreadable(f"{quoted(typed)} is negative, and a count is not.", "Enter 0 or more.")
    if amount != amount.to_integral_value():
        raise Unreadable(f"{quoted(typed)} is not a whole number.", "Enter a whole number, such as 1013.")
    return int(amount)


def quoted(text: str) -> str:
    """The text in quotation marks, cut where it is long."""
    stripped = " ".join(text.split())
    return f"“{stripped if len(stripped) <= _QUOTED else stripped[:_QUOTED] + '…'}”"


def _fits(figure: Printed) -> bool:
    return bool(abs(figure.value) < 10**KEPT_DIGITS)
