"""Who reads figures, and of which indicators the councils are not set side by side for them.

Every figure that leaves the database on its way to a reader passes `kpis.record.load`, which asks here, or shows one
council's return, whose pages ask `withholding_for`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from kpis import definitions, withholding
from portal import permissions
from portal.models import User

if TYPE_CHECKING:
    from kpis.derived import Definition
    from kpis.models import Indicator
    from portal.models import Council, Partnership
    from portal.permissions import Reader


class Audience(Enum):
    """Readers who are no account."""

    EVERYONE = "everyone"  # the public, and whatever goes into papers and packs
    UNRESTRICTED = "unrestricted"  # the portal itself: the figures check, an officer's own entry grid


EVERYONE = Audience.EVERYONE
UNRESTRICTED = Audience.UNRESTRICTED


def hidden_from(
    reader: Reader | Audience,
    partnership: Partnership,
    *,
    indicators: Iterable[Indicator],
    known: Iterable[Definition],
    councils: int,
) -> frozenset[str]:
    """Codes of the indicators of which this reader sees no single council's figure, out of what is loaded already.

    One council alone has no split: its figure is the figure of all councils.
    """
    withheld = [one.code for one in indicators if one.is_split_withheld]
    if not withheld or councils < 2 or _sees_splits(reader, partnership):
        return frozenset()
    return withholding.closure(known, withheld)


def withholding_for(reader: Reader | Audience, partnership: Partnership, council: Council) -> frozenset[str]:
    """Codes of the indicators to leave out of this council's returns, in any version, for this reader.

    Officers and approvers see their own council's figures, which they entered. At most four queries, one where
    nothing is withheld.
    """
    if _sees_splits(reader, partnership) or _works_for(reader, partnership, council):
        return frozenset()
    if not partnership.indicators.filter(is_split_withheld=True).exists():
        return frozenset()
    return _hidden(reader, partnership)


def hidden_from_everyone(partnership: Partnership) -> frozenset[str]:
    """Codes of the indicators whose split is in no paper. Three queries."""
    return _hidden(EVERYONE, partnership)


def _hidden(reader: Reader | Audience, partnership: Partnership) -> frozenset[str]:
    indicators, known = definitions.indicators_of(partnership)
    return hidden_from(reader, partnership, indicators=indicators, known=known, councils=partnership.places.count())


def _sees_splits(reader: Reader | Audience, partnership: Partnership) -> bool:
    if isinstance(reader, Audience):
        return reader is UNRESTRICTED
    return permissions.may(reader, permissions.SPLIT_VIEW, partnership)


def _works_for(reader: Reader | Audience, partnership: Partnership, council: Council) -> bool:
    own = (permissions.RETURN_EDIT, permissions.RETURN_SUBMIT, permissions.RETURN_APPROVE)
    return isinstance(reader, User) and any(permissions.may(reader, one, partnership, council=council) for one in own)
