"""Which council chairs next where the chair rotates with the host, and why. Pure.

The councils take turns in the order in which they stand in the partnership. Whoever hosted least recently is next; one
that has never hosted comes before all that have. A cancelled meeting was hosted by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Hosted:
    """A former meeting: its day, the council that hosted it (None: not recorded), whether it was cancelled."""

    on: date
    host: str | None
    is_cancelled: bool = False


@dataclass(frozen=True)
class Turn:
    """The council whose turn it is, "" where there is no council, and the reason in a sentence."""

    council: str
    why: str


def next_host(councils: Sequence[str], former: Iterable[Hosted]) -> Turn:
    """Whose turn it is to host and to chair. `councils` in the order of the partnership; `former` in any order.

    A host that is no longer a partner gives no turn away.
    """
    if not councils:
        return Turn("", "The partnership has no councils yet.")
    last: dict[str, date] = {}
    for meeting in former:
        if meeting.is_cancelled or meeting.host is None or meeting.host not in councils:
            continue
        last[meeting.host] = max(meeting.on, last.get(meeting.host, meeting.on))
    if not last:
        return Turn(councils[0], f"{councils[0]} stands first among the councils, and none of them has hosted yet.")
    latest = max(last, key=lambda council: (last[council], councils.index(council)))
    turns = [*councils[councils.index(latest) + 1 :], *councils[: councils.index(latest) + 1]]
    never = [council for council in turns if council not in last]
    if never:
        return Turn(never[0], f"{never[0]} has not hosted yet; {latest} hosted last, {_day(last[latest])}.")
    chosen = min(turns, key=lambda council: (last[council], turns.index(council)))
    if chosen == latest:
        return Turn(chosen, f"{chosen} hosted last, {_day(last[chosen])}, and is the only council.")
    return Turn(
        chosen,
        f"{chosen} has waited longest: it hosted last {_day(last[chosen])}, and {latest} {_day(last[latest])}.",
    )


def _day(on: date) -> str:
    return f"on {on.day} {on:%B %Y}"
