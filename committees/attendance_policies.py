"""May attendance, interests and the end of a meeting be written down now? Each check raises Refused with the reason."""

from __future__ import annotations

from datetime import date, time

from committees import seats
from committees.models import AgendaItem, Attendance, Dispensation, Interest, Meeting, Membership, Minutes
from committees.wording import day, time_of_day
from portal import clock
from portal.models import Person
from portal.policies import Refused

_PRESENT = Attendance.Status.PRESENT


def check_open(meeting: Meeting) -> None:
    """The record of who was there stays open until the chair has checked the minutes."""
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("The meeting is cancelled.")
    minutes: Minutes | None = Minutes.objects.filter(meeting=meeting).first()
    if minutes is not None and minutes.state != Minutes.State.DRAFT:
        raise Refused(
            f"The minutes are {minutes.get_state_display().lower()}. The record of who was there stays as it is."
        )


def check_day(meeting: Meeting, today: date) -> None:
    if today < meeting.on:
        raise Refused(f"The meeting is on {day(meeting.on)}. Before it only apologies can be written down.")


def check_times(arrived_at: time | None, left_at: time | None) -> None:
    if arrived_at is not None and left_at is not None and left_at < arrived_at:
        raise Refused("The time of leaving is before the time of arrival.")


def check_remote(meeting: Meeting) -> None:
    if not meeting.committee.allows_remote:
        raise Refused("This committee’s rules do not let members join from elsewhere.")


def seat_of(meeting: Meeting, person: Person) -> Membership:
    """The seat that the person holds on the day of the meeting."""
    for seat in seats.on(meeting.committee, meeting.on):
        if seat.person_id == person.pk:
            return seat
    raise Refused(f"{person} has no seat on this committee on {day(meeting.on)}.")


def check_substitute(
    meeting: Meeting, seat: Membership, for_whom: Person | None, arrived_at: time | None, left_at: time | None
) -> None:
    """A substitute is named for one council, and sits for one member of it who is not there."""
    if for_whom is None:
        raise Refused(f"Say for which member {seat.person} sits.")
    member = next(
        (
            other
            for other in seats.on(meeting.committee, meeting.on)
            if other.person_id == for_whom.pk and other.role != Membership.Role.SUBSTITUTE
        ),
        None,
    )
    if member is None or member.council_id != seat.council_id:
        raise Refused(f"{seat.person} is named for {seat.council}, and can sit for a member from {seat.council} alone.")
    rows = meeting.attendances.select_related("person")
    other = rows.filter(stands_in_for=for_whom).exclude(person=seat.person_id).first()
    if other is not None:
        raise Refused(f"{other.person} sits for {for_whom} already. A member has one substitute.")
    theirs = rows.filter(person=for_whom, status=_PRESENT).first()
    if theirs is not None and not _apart(theirs.arrived_at, theirs.left_at, arrived_at, left_at):
        raise Refused(f"{for_whom} is present. A substitute sits only while the member is not there.")


def check_not_replaced(meeting: Meeting, person: Person, arrived_at: time | None, left_at: time | None) -> None:
    """A member who is there has no substitute at the same time."""
    row = meeting.attendances.filter(stands_in_for=person, status=_PRESENT).select_related("person").first()
    if row is not None and not _apart(row.arrived_at, row.left_at, arrived_at, left_at):
        raise Refused(f"{row.person} sits for {person}. Write down first when {row.person} left.")


def _apart(a_from: time | None, a_until: time | None, b_from: time | None, b_until: time | None) -> bool:
    """Whether one has left before the other came. None: from the beginning, to the end."""
    first_left = a_until is not None and b_from is not None and a_until <= b_from
    return first_left or (b_until is not None and a_from is not None and b_until <= a_from)


def check_chair(row: Attendance | None) -> None:
    if row is None or row.status != _PRESENT or row.capacity == Attendance.Capacity.OFFICER:
        raise Refused("Only a member or substitute who is present can take the chair.")
    if row.is_remote:
        raise Refused(f"{row.person} joins from elsewhere. The chair is somebody in the room.")
    if row.chaired:
        raise Refused(f"{row.person} is in the chair already.")


def check_interest(
    meeting: Meeting, row: Attendance | None, item: AgendaItem | None, dispensation: Dispensation | None
) -> None:
    if row is None or row.status != _PRESENT or row.capacity == Attendance.Capacity.OFFICER:
        raise Refused("An interest is declared by a member or substitute who is present.")
    if item is not None and item.meeting_id != meeting.pk:
        raise Refused("That item is not on this agenda.")
    if dispensation is None:
        return
    if dispensation.person_id != row.person_id or dispensation.committee_id != meeting.committee_id:
        raise Refused(f"That dispensation is not {row.person}’s.")
    if not dispensation.granted_on <= meeting.on <= dispensation.until_on:
        raise Refused(
            f"That dispensation held from {day(dispensation.granted_on)} to {day(dispensation.until_on)}, "
            "not on the day of this meeting."
        )


def check_time_out(interest: Interest, left_at: time | None, returned_at: time | None) -> None:
    if returned_at is not None and left_at is None:
        raise Refused(f"Say when {interest.person} left the room.")
    if returned_at is not None and left_at is not None and returned_at < left_at:
        raise Refused("The time of return is before the time of leaving.")


def check_close(meeting: Meeting, closed_at: time) -> None:
    """A meeting ends once, on its day or later, after somebody has chaired it."""
    if meeting.state != Meeting.State.SCHEDULED:
        raise Refused(f"The meeting is {meeting.get_state_display().lower()} already.")
    check_day(meeting, clock.today(meeting.committee.partnership))
    if closed_at < meeting.starts_at:
        raise Refused(f"The meeting began at {time_of_day(meeting.starts_at)}. It cannot end before.")
    if not meeting.attendances.filter(chaired=True).exists():
        raise Refused("Say who chaired first.")
