"""Attendance over a period, member by member and council by council. Cancelled meetings are left out.

What counts as a meeting that somebody should have come to: one that was held and whose record names them as a member,
or on whose day they held a seat known to have begun. A seat of which nobody knows since when it is held counts only
where the record names its holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from committees.models import Attendance, Committee, Meeting, Membership
from portal.models import Council, Person

_SUBSTITUTE = Membership.Role.SUBSTITUTE


@dataclass(frozen=True)
class Row:
    """One person for one council. `expected` meetings as a member; `substituted` times they sat for somebody."""

    person: Person
    council: Council
    expected: int
    present: int
    apologies: int
    absent: int
    substituted: int
    represented: int

    @property
    def share(self) -> str:
        """Present of expected, to the nearest per cent; a half is rounded up. Empty without a meeting."""
        return share(self.present, self.expected)


@dataclass(frozen=True)
class CouncilRow:
    """All members of a council: seats filled by members themselves, and by substitutes who sat for them."""

    council: Council
    expected: int
    present: int
    substituted: int

    @property
    def share(self) -> str:
        return share(self.present, self.expected)

    @property
    def filled(self) -> str:
        """Seats filled by the member or by a substitute, of those there were."""
        return share(min(self.expected, self.present + self.substituted), self.expected)


@dataclass(frozen=True)
class Figures:
    held: int
    cancelled: int
    rows: tuple[Row, ...]
    councils: tuple[CouncilRow, ...]


def share(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""


def of(committee: Committee, since: date | None = None, until: date | None = None) -> Figures:
    """The figures from a day to a day, both included; None: from the first meeting, to the last. Five queries."""
    meetings = committee.meetings.order_by("on", "pk")
    if since is not None:
        meetings = meetings.filter(on__gte=since)
    if until is not None:
        meetings = meetings.filter(on__lte=until)
    states = list(meetings.values_list("pk", "on", "state"))
    held = [(pk, on) for pk, on, state in states if state == Meeting.State.HELD]
    attendances = list(
        Attendance.objects.filter(meeting__in=[pk for pk, _ in held])
        .exclude(capacity=Attendance.Capacity.OFFICER)
        .select_related("person", "council")
        .order_by("pk")
    )
    seats = list(committee.memberships.select_related("person", "council").order_by("position", "pk"))
    councils = [
        place.council for place in committee.partnership.places.select_related("council").order_by("position", "pk")
    ]
    rows = _rows(held, attendances, seats, councils)
    return Figures(
        held=len(held),
        cancelled=sum(state == Meeting.State.CANCELLED for _, _, state in states),
        rows=tuple(rows),
        councils=tuple(_council(council, rows) for council in councils),
    )


def _rows(
    held: Sequence[tuple[int, date]],
    attendances: Iterable[Attendance],
    seats: Iterable[Membership],
    councils: Sequence[Council],
) -> list[Row]:
    people: dict[int, tuple[Person, Council]] = {}
    expected: dict[int, set[int]] = {}
    recorded: dict[int, list[Attendance]] = {}
    for row in attendances:
        if row.council is None:
            continue
        people[row.person_id] = row.person, row.council
        recorded.setdefault(row.person_id, []).append(row)
        if row.capacity == Attendance.Capacity.MEMBER:
            expected.setdefault(row.person_id, set()).add(row.meeting_id)
    for seat in seats:
        due = {pk for pk, on in held if seat.from_on is not None and seat.is_held_on(on)}
        if seat.role == _SUBSTITUTE or not due:
            continue
        people.setdefault(seat.person_id, (seat.person, seat.council))
        expected.setdefault(seat.person_id, set()).update(due)
    order = {council.pk: place for place, council in enumerate(councils)}
    made = [_row(*people[pk], expected.get(pk, set()), recorded.get(pk, []), recorded) for pk in people]
    return sorted(
        made, key=lambda row: (order.get(row.council.pk, len(order)), row.expected == 0, row.person.full_name)
    )


def _row(
    person: Person,
    council: Council,
    expected: set[int],
    own: Sequence[Attendance],
    everybody: dict[int, list[Attendance]],
) -> Row:
    as_member = [row for row in own if row.capacity == Attendance.Capacity.MEMBER]
    present = sum(row.status == Attendance.Status.PRESENT for row in as_member)
    apologies = sum(row.status == Attendance.Status.APOLOGIES for row in as_member)
    return Row(
        person=person,
        council=council,
        expected=len(expected),
        present=present,
        apologies=apologies,
        absent=len(expected) - present - apologies,
        substituted=sum(
            row.capacity == Attendance.Capacity.SUBSTITUTE and row.status == Attendance.Status.PRESENT for row in own
        ),
        represented=sum(row.stands_in_for_id == person.pk for rows in everybody.values() for row in rows),
    )


def _council(council: Council, rows: Iterable[Row]) -> CouncilRow:
    own = [row for row in rows if row.council.pk == council.pk]
    return CouncilRow(
        council,
        sum(row.expected for row in own),
        sum(row.present for row in own),
        sum(row.substituted for row in own),
    )
