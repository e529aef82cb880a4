"""Writing down who was at a meeting, who chaired, which interests were declared, and when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees import attendance_policies as policies
from committees import seats
from committees.models import AgendaItem, Attendance, Dispensation, Interest, Meeting, Membership
from portal import audit, clock
from portal.models import Person
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User

_PRESENT, _APOLOGIES, _ABSENT = Attendance.Status.PRESENT, Attendance.Status.APOLOGIES, Attendance.Status.ABSENT


def _lock(meeting: Meeting) -> Meeting:
    """The meeting, held until the transaction ends: two clerks who write at once wait for each other."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=meeting.pk)


def _record(verb: str, meeting: Meeting, by: User, target: Any, label: str, **values: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=target,
        partnership=meeting.committee.partnership,
        label=f"{label}, {meeting}",
        **values,
    )


def _clock(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at else None


@dataclass(frozen=True)
class Entry:
    """What is written down of one person. Times: None is from the beginning, to the end."""

    status: str
    arrived_at: time | None = None
    left_at: time | None = None
    is_remote: bool = False
    stands_in_for: Person | None = None

    @classmethod
    def of(cls, row: Attendance) -> Entry:
        return cls(row.status, row.arrived_at, row.left_at, row.is_remote, row.stands_in_for)

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "arrived_at": _clock(self.arrived_at),
            "left_at": _clock(self.left_at),
            "is_remote": self.is_remote,
            "stands_in_for": str(self.stands_in_for) if self.stands_in_for else None,
        }


@transaction.atomic
def record_attendance(*, by: User, meeting: Meeting, person: Person, entry: Entry) -> Attendance:
    """Write down a member or substitute. Who is not there has no times, chairs nothing and sits for nobody.

    Raises policies.Refused.
    """
    meeting = _lock(meeting)
    policies.check_open(meeting)
    seat = policies.seat_of(meeting, person)
    is_substitute = seat.role == Membership.Role.SUBSTITUTE
    if entry.status == _PRESENT:
        policies.check_day(meeting, clock.today(meeting.committee.partnership))
        policies.check_times(entry.arrived_at, entry.left_at)
        if entry.is_remote:
            policies.check_remote(meeting)
        if is_substitute:
            policies.check_substitute(meeting, seat, entry.stands_in_for, entry.arrived_at, entry.left_at)
        else:
            policies.check_not_replaced(meeting, person, entry.arrived_at, entry.left_at)
        kept = entry if is_substitute else Entry(entry.status, entry.arrived_at, entry.left_at, entry.is_remote)
    else:
        if entry.status == _ABSENT:
            policies.check_day(meeting, clock.today(meeting.committee.partnership))
        kept = Entry(entry.status)
    row = meeting.attendances.select_related("stands_in_for").filter(person=person).first()
    before = Entry.of(row) if row is not None else None
    if row is not None and before == kept:
        return row
    if row is None:
        row = Attendance(meeting=meeting, person=person)
    if row.chaired and (kept.status != _PRESENT or kept.is_remote):
        raise Refused(f"{person} is in the chair. Let somebody else take it first.")
    if kept.status != _PRESENT and meeting.interests.filter(person=person).exists():
        raise Refused(f"{person} has declared an interest at this meeting. Take it off the record first.")
    row.council = seat.council
    row.capacity = Attendance.Capacity.SUBSTITUTE if is_substitute else Attendance.Capacity.MEMBER
    row.status, row.arrived_at, row.left_at = kept.status, kept.arrived_at, kept.left_at
    row.is_remote, row.stands_in_for = kept.is_remote, kept.stands_in_for
    row.save()
    _record(
        "attendance.record", meeting, by, row, str(person),
        before=before.as_json() if before else None, after=kept.as_json(),
    )  # fmt: skip
    return row


@transaction.atomic
def record_officer(*, by: User, meeting: Meeting, person: Person) -> Attendance:
    """Write down an officer who was there. Raises policies.Refused."""
    meeting = _lock(meeting)
    policies.check_open(meeting)
    policies.check_day(meeting, clock.today(meeting.committee.partnership))
    if meeting.attendances.filter(person=person).exists():
        raise Refused(f"{person} is written down already.")
    row = meeting.attendances.create(
        person=person, council=person.council, status=_PRESENT, capacity=Attendance.Capacity.OFFICER
    )
    _record("attendance.record", meeting, by, row, str(person), after={"status": _PRESENT, "capacity": "officer"})
    return row


@transaction.atomic
def remove_attendance(*, by: User, meeting: Meeting, person: Person) -> None:
    """Take somebody off the record who was written down by mistake. Raises policies.Refused."""
    meeting = _lock(meeting)
    policies.check_open(meeting)
    row = meeting.attendances.select_related("stands_in_for").filter(person=person).first()
    if row is None:
        raise Refused(f"{person} is not written down.")
    if row.chaired:
        raise Refused(f"{person} is in the chair. Let somebody else take it first.")
    if meeting.interests.filter(person=person).exists():
        raise Refused(f"{person} has declared an interest at this meeting. Take it off the record first.")
    _record("attendance.remove", meeting, by, row, str(person), before=Entry.of(row).as_json())
    row.delete()


@transaction.atomic
def take_chair(*, by: User, meeting: Meeting, person: Person) -> None:
    """Record who chairs. Raises policies.Refused."""
    meeting = _lock(meeting)
    policies.check_open(meeting)
    row = meeting.attendances.select_related("person").filter(person=person).first()
    policies.check_chair(row)
    assert row is not None
    before = meeting.attendances.filter(chaired=True).select_related("person").first()
    meeting.attendances.filter(chaired=True).update(chaired=False)
    row.chaired = True
    row.save(update_fields=["chaired"])
    _record(
        "chair.take", meeting, by, row, str(person),
        before={"chair": str(before.person) if before else None}, after={"chair": str(person)},
    )  # fmt: skip


# Interests


def _said(interest: Interest) -> dict[str, Any]:
    return {
        "kind": interest.kind,
        "nature": interest.nature,
        "item": interest.item.number if interest.item else None,
        "left_at": _clock(interest.left_at),
        "returned_at": _clock(interest.returned_at),
        "dispensation": str(interest.dispensation) if interest.dispensation else None,
    }


def _is_restricted(interest: Interest) -> bool:
    return interest.item is not None and interest.item.is_restricted


@transaction.atomic
def declare_interest(
    *,
    by: User,
    meeting: Meeting,
    person: Person,
    kind: str,
    nature: str,
    item: AgendaItem | None = None,
    dispensation: Dispensation | None = None,
) -> Interest:
    """Write down an interest as it was declared. Raises policies.Refused."""
    meeting = _lock(meeting)
    policies.check_open(meeting)
    row = meeting.attendances.select_related("person").filter(person=person).first()
    policies.check_interest(meeting, row, item, dispensation)
    if meeting.interests.filter(person=person, item=item, kind=kind).exists():
        raise Refused(f"This interest of {person} is written down already.")
    made = Interest.objects.create(
        meeting=meeting, person=person, item=item, kind=kind, nature=nature.strip(), dispensation=dispensation
    )
    _record("interest.declare", meeting, by, made, str(person), after=_said(made), restricted=_is_restricted(made))
    return made


@transaction.atomic
def record_time_out(*, by: User, interest: Interest, left_at: time | None, returned_at: time | None) -> Interest:
    """Write down when a member left the room for an interest, and when they came back. Raises policies.Refused."""
    meeting = _lock(interest.meeting)
    policies.check_open(meeting)
    held = Interest.objects.select_related("person", "item", "dispensation").get(pk=interest.pk)
    policies.check_time_out(held, left_at, returned_at)
    before = _said(held)
    held.left_at, held.returned_at = left_at, returned_at
    held.save(update_fields=["left_at", "returned_at"])
    if before != _said(held):
        _record(
            "interest.change", meeting, by, held, str(held.person),
            before=before, after=_said(held), restricted=_is_restricted(held),
        )  # fmt: skip
    return held


@transaction.atomic
def withdraw_interest(*, by: User, interest: Interest) -> None:
    """Take an interest off the record that was written down by mistake. Raises policies.Refused."""
    meeting = _lock(interest.meeting)
    policies.check_open(meeting)
    held = Interest.objects.select_related("person", "item", "dispensation").filter(pk=interest.pk).first()
    if held is None:
        raise Refused("This interest is off the record already.")
    _record(
        "interest.withdraw", meeting, by, held, str(held.person), before=_said(held), restricted=_is_restricted(held)
    )
    held.delete()


# The meeting


@transaction.atomic
def close_meeting(*, by: User, meeting: Meeting, closed_at: time) -> Meeting:
    """Record that the meeting was held and when it ended. Members of whom nothing is written down were absent.

    Raises policies.Refused.
    """
    meeting = _lock(meeting)
    policies.check_open(meeting)
    policies.check_close(meeting, closed_at)
    known = set(meeting.attendances.values_list("person_id", flat=True))
    for seat in seats.on(meeting.committee, meeting.on):
        if seat.role != Membership.Role.SUBSTITUTE and seat.person_id not in known:
            meeting.attendances.create(
                person=seat.person, council=seat.council, status=_ABSENT, capacity=Attendance.Capacity.MEMBER
            )
    meeting.state, meeting.closed_at = Meeting.State.HELD, closed_at
    meeting.sequence += 1
    meeting.changed_at = clock.now(meeting.committee.partnership)
    meeting.save(update_fields=["state", "closed_at", "sequence", "changed_at"])
    audit.record(
        by=by,
        verb="meeting.close",
        target=meeting,
        partnership=meeting.committee.partnership,
        after={"closed_at": _clock(closed_at)},
    )
    return meeting


@transaction.atomic
def set_remote_link(*, by: User, meeting: Meeting, link: str) -> None:
    """Keep the link by which members join from elsewhere; "" takes it away. It is never in the audit trail's words.

    Raises policies.Refused.
    """
    meeting = _lock(meeting)
    policies.check_open(meeting)
    if link:
        policies.check_remote(meeting)
    if meeting.remote_link == link:
        return
    had = bool(meeting.remote_link)
    meeting.remote_link = link
    meeting.save(update_fields=["remote_link"])
    audit.record(
        by=by,
        verb="meeting.remote-link",
        target=meeting,
        partnership=meeting.committee.partnership,
        before={"link": "yes" if had else "no"},
        after={"link": "yes" if link else "no"},
    )
