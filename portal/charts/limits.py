"""What a chart shows of the limits of normal variation, in one step or in several, and what is read from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Band:
    """The range expected from normal variation; None where a limit does not apply.

    provisional: too few points for firm limits (under 13).
    """

    lower: Decimal | None
    upper: Decimal | None
    provisional: bool = False

    @property
    def limits(self) -> tuple[Decimal, ...]:
        """Those there are."""
        return tuple(limit for limit in (self.lower, self.upper) if limit is not None)


@dataclass(frozen=True, slots=True)
class Stage:
    """Mean and expected range from one period to another, both counted from 0 and both included.

    note: why limits begin anew with this stage ("New service desk tool"); empty for the first.
    """

    first: int
    last: int
    mean: Decimal | None = None
    band: Band | None = None
    note: str = ""

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """Every value that is drawn as a level."""
        mean = () if self.mean is None else (self.mean,)
        return (*mean, *(self.band.limits if self.band else ()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing read from the limits: words, and the class of the shape beside them (portal.css, pack.css).

    usual: a disc; concern: a diamond; better: a square; changed: a ring; met, near and missed as everywhere.
    """

    shape: Literal["usual", "concern", "better", "changed", "met", "near", "missed"]
    words: str
