"""The room of a meeting as its clerk sees it: who is there, who may sit for whom, and whether it is quorate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from committees import quorum, seats
from committees.models import Attendance, Interest, Meeting, Membership
from portal.models import Council, Person


@dataclass(frozen=True)
class Chair:
    """Somebody with a seat, and what is written down of them. `typed` is what a refused form held."""

    seat: Membership
    row: Attendance | None
    may_sit_for: tuple[Person, ...] = ()
    error: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_substitute(self) -> bool:
        return self.seat.role == Membership.Role.SUBSTITUTE

    def value(self, name: str) -> str:
        """What stands in a box: what was typed and refused, otherwise what is stored."""
        if self.typed:
            return str(self.typed.get(name, ""))
        if self.row is None:
            return ""
        if name == "stands_in_for":
            return str(self.row.stands_in_for_id or "")
        stored = getattr(self.row, name)
        return stored.strftime("%H:%M") if isinstance(stored, time) else str(stored or "")

    @property
    def status(self) -> str:
        return self.value("status")

    @property
    def arrived_at(self) -> str:
        return self.value("arrived_at")

    @property
    def left_at(self) -> str:
        return self.value("left_at")

    @property
    def is_remote(self) -> bool:
        return self.value("is_remote") in {"on", "True"}

    @property
    def sits_for(self) -> str:
        return self.value("stands_in_for")


@dataclass(frozen=True)
class Bench:
    council: Council
    chairs: tuple[Chair, ...]


@dataclass(frozen=True)
class Room:
    benches: tuple[Bench, ...]
    officers: tuple[Attendance, ...]
    interests: tuple[Interest, ...]
    quorum: quorum.Quorum
    present: tuple[Attendance, ...]
    chair: Attendance | None


def attendees(rows: Iterable[Attendance], interests: Iterable[Interest]) -> list[quorum.Attendee]:
    """The record as quorum wants it.

    Who joins from elsewhere is not counted: in England a member is present in the room (Local Government Act 1972,
    Schedule 12; Hertfordshire County Council v Secretary of State [2021] EWHC 1093).
    """
    out: dict[int, list[quorum.Absence]] = {}
    for interest in interests:
        if interest.left_at is not None:
            out.setdefault(interest.person_id, []).append(quorum.Absence(interest.left_at, interest.returned_at))
    return [
        quorum.Attendee(
            key=row.person_id,
            council=str(row.council),
            is_substitute=row.capacity == Attendance.Capacity.SUBSTITUTE,
            for_whom=row.stands_in_for_id,
            arrived=row.arrived_at,
            left=row.left_at,
            out=tuple(out.get(row.person_id, ())),
        )
        for row in rows
        if row.status == Attendance.Status.PRESENT and row.capacity != Attendance.Capacity.OFFICER and not row.is_remote
    ]


def of(
    meeting: Meeting,
    *,
    at: time | None = None,
    refused: Mapping[int, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Room:
    """The room at a time of the meeting; `at` None: as things stand. `refused` names whose form was not taken, and why.

    Four queries.
    """
    refused = refused or {}
    rows = list(meeting.attendances.select_related("person", "council", "stands_in_for").order_by("pk"))
    interests = list(meeting.interests.select_related("person", "item", "dispensation").order_by("item__number", "pk"))
    held = seats.on(meeting.committee, meeting.on)
    by_council = seats.by_council(held, meeting.committee.partnership)
    by_person = {row.person_id: row for row in rows}
    benches = []
    for place in by_council:
        members = tuple(seat.person for seat in place.members)
        chairs = [
            Chair(
                seat,
                by_person.get(seat.person_id),
                members if seat.role == Membership.Role.SUBSTITUTE else (),
                refused.get(seat.person_id, ""),
                (typed or {}) if seat.person_id in refused else {},
            )
            for seat in (*place.members, *place.substitutes)
        ]
        benches.append(Bench(place.council, tuple(chairs)))
    committee = meeting.committee
    found = quorum.quorum(
        attendees(rows, interests),
        quorum.Rule(committee.quorum_members, committee.quorum_per_council),
        [str(place.council) for place in by_council],
        at=at,
        seats={str(place.council): len(place.members) for place in by_council},
    )
    present = tuple(
        row for row in rows if row.status == Attendance.Status.PRESENT and row.capacity != Attendance.Capacity.OFFICER
    )
    return Room(
        benches=tuple(benches),
        officers=tuple(row for row in rows if row.capacity == Attendance.Capacity.OFFICER),
        interests=tuple(interests),
        quorum=found,
        present=present,
        chair=next((row for row in present if row.chaired), None),
    )
