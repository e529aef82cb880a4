"""Figures as they stand in print: how many decimals, what was meant by them, and how to print our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_LONGEST = 40  # characters; a figure of any service is far shorter
_FIGURE = re.compile(r"([-−+]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))(?:\.([0-9]+))?%?")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed figure: `units` of its last decimal, so 83.88 is 8388 units at 2 decimals."""

    text: str
    units: int
    decimals: int

    @classmethod
    def read(cls, text: str) -> Printed:
        """Read "83.88", "83.88%", "1,077" or "−5". Raises ValueError for anything else."""
        stripped = text.strip()
        match = _FIGURE.fullmatch(stripped)
        if match is None or len(stripped) > _LONGEST:
            raise ValueError(f"“{stripped[:_LONGEST]}” is not a figure. Write it like 1,077 or 83.88.")
        sign, whole, fraction = match.groups()
        units = int(whole.replace(",", "") + (fraction or ""))
        return cls(stripped.removesuffix("%"), -units if sign in ("-", "−") else units, len(fraction or ""))

    @property
    def scale(self) -> int:
        return int(10**self.decimals)

    @property
    def value(self) -> Fraction:
        return Fraction(self.units, self.scale)


def rounded_units(numerator: int, denominator: int, scale: int) -> int:
    """numerator / denominator in units of 1 / scale, half up. The denominator is positive."""
    return (2 * numerator * scale + denominator) // (2 * denominator)


def in_print(value: Fraction | int, decimals: int = 0) -> str:
    """As UK readers write it: 1,077; 83.33; −5. Rounded half away from zero, once, to so many decimals."""
    exact = Fraction(value)
    size = abs(exact)
    scale = int(10**decimals)
    units = rounded_units(size.numerator, size.denominator, scale)
    whole, rest = divmod(units, scale)
    digits = f"{whole:,}.{rest:0{decimals}d}" if decimals else f"{whole:,}"
    return f"−{digits}" if exact < 0 and units else digits
