"""Whether a meeting is quorate, at any time of it. Pure.

Quorum is a local rule of the committee's terms of reference: so many members in the room, and of these so many from
each council. A member who has left, or is out of the room for an interest, does not count. A substitute counts for
whoever they sit for, and never beside them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from portal.words import counted, listed


@dataclass(frozen=True)
class Rule:
    """How many members are needed, and how many of them from each council. Nought: there is no such rule."""

    members: int = 0
    per_council: int = 0

    @property
    def is_set(self) -> bool:
        return bool(self.members or self.per_council)


@dataclass(frozen=True)
class Absence:
    """A time out of the room, from a time until a time; None: not back yet."""

    since: time
    until: time | None = None

    def covers(self, at: time | None) -> bool:
        """At the moment of return the member is back."""
        if at is None:
            return self.until is None
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Attendee:
    """Somebody with a seat, or a substitute, who was there for some of the meeting.

    `arrived` None: from the beginning. `left` None: to the end. `for_whom` is the key of the member a substitute sits
    for; a substitute of whom the record does not say for whom has None.
    """

    key: Hashable
    council: str
    is_substitute: bool = False
    for_whom: Hashable | None = None
    arrived: time | None = None
    left: time | None = None
    out: tuple[Absence, ...] = ()

    def is_in_the_room(self, at: time | None) -> bool:
        """`at` None: as things stand now, after the last thing that was written down."""
        if any(absence.covers(at) for absence in self.out):
            return False
        if at is None:
            return self.left is None
        return (self.arrived is None or self.arrived <= at) and (self.left is None or at < self.left)


@dataclass(frozen=True)
class Quorum:
    """`by_council` gives how many count from each council, in the order asked for."""

    rule: Rule
    counted: int
    by_council: tuple[tuple[str, int], ...]

    @property
    def missing_members(self) -> int:
        return max(0, self.rule.members - self.counted)

    @property
    def short_councils(self) -> tuple[str, ...]:
        """Councils from which too few are in the room."""
        return tuple(council for council, here in self.by_council if here < self.rule.per_council)

    @property
    def is_quorate(self) -> bool:
        """Without a rule the portal calls no meeting quorate: it does not know."""
        return self.rule.is_set and not self.missing_members and not self.short_councils

    def said(self) -> str:
        """What holds, and what is missing: "Not quorate: 4 of 4 needed, but nobody from Southwark"."""
        if not self.rule.is_set:
            here = counted(self.counted, "member").capitalize()
            return f"{here} in the room. The committee’s quorum is not written down."
        needed = f"{self.counted} of {self.rule.members} needed" if self.rule.members else f"{self.counted} in the room"
        if self.is_quorate:
            return f"Quorate: {needed}"
        gaps = self._gaps()
        return (
            f"Not quorate: {needed}{', but ' if not self.missing_members else '; '}{gaps}"
            if gaps
            else (f"Not quorate: {needed}")
        )

    def _gaps(self) -> str:
        here = dict(self.by_council)
        nobody = [council for council in self.short_councils if here[council] == 0]
        few = [council for council in self.short_councils if here[council]]
        parts = [f"nobody from {_either(nobody)}"] if nobody else []
        parts += [f"only {here[council]} of {self.rule.per_council} from {council}" for council in few]
        return listed(parts)


def _either(names: Sequence[str]) -> str:
    """Brent; Brent or Lewisham."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def quorum(
    attendees: Iterable[Attendee],
    rule: Rule,
    councils: Sequence[str],
    *,
    at: time | None = None,
    seats: dict[str, int] | None = None,
) -> Quorum:
    """Who counts at a time of the meeting; `at` None: as things stand.

    `seats` says how many members each council has: no more of it ever count, however many substitutes are there. Where
    two substitutes sit for the same member one counts.
    """
    here = [attendee for attendee in attendees if attendee.is_in_the_room(at)]
    members = {attendee.key: attendee for attendee in here if not attendee.is_substitute}
    # A substitute sits for somebody of the same council.
    taken = {(attendee.council, attendee.key) for attendee in members.values()}
    counts = dict.fromkeys(councils, 0)
    for attendee in members.values():
        if attendee.council in counts:
            counts[attendee.council] += 1
    for attendee in here:
        if not attendee.is_substitute or attendee.council not in counts:
            continue
        if attendee.for_whom is not None:
            sits_for = (attendee.council, attendee.for_whom)
            if sits_for in taken:
                continue
            taken.add(sits_for)
        counts[attendee.council] += 1
    if seats is not None:
        counts = {council: min(number, seats.get(council, number)) for council, number in counts.items()}
    return Quorum(rule, sum(counts.values()), tuple(counts.items()))
