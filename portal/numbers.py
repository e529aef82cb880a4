"""Numbers as UK readers write them: 1,077; 83.33; −2; +46."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"


def _rounded(value: Decimal | int, decimals: int) -> Decimal:
    """Rounded half up, as printed figures are; a value that rounds to nothing has no sign."""
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value} is not a number that can be shown.")
    # `quantize` needs a context with room for every digit of the result, so the digits are shifted instead.
    shifted = exact.scaleb(decimals).to_integral_value(rounding=ROUND_HALF_UP).scaleb(-decimals)
    return abs(shifted) if shifted == 0 else shifted


def format_number(value: Decimal | int | None, decimals: int = 0) -> str:
    """The value with thousands separated and so many decimals; an empty text for no value.

    Raises ValueError for what is not finite.
    """
    if value is None:
        return ""
    rounded = _rounded(value, decimals)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,.{decimals}f}"


def format_change(value: Decimal | int | None, decimals: int = 0) -> str:
    """A difference with its sign: +46, −2; 0 where there is none at the printed decimals."""
    if value is None:
        return ""
    text = format_number(value, decimals)
    return f"+{text}" if _rounded(value, decimals) > 0 else text
