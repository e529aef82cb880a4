"""May it now? Notices, moves, cancellations, late items, closed days. Each check raises Refused with its rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from committees import notice_record, notices
from committees.clock import AGENDA_CLEAR_DAYS, Reading, Regime, clear_days
from committees.models import AgendaItem, Meeting, Notice, Paper
from committees.notices import NEEDS_AGREEMENT, NEEDS_REASONS, Kind
from committees.wording import day, weekday
from portal.policies import Refused
from portal.words import counted, listed

ROUTES: dict[Regime, tuple[str, ...]] = {
    # Local Government Act 1972 s.100B(4)(b) and s.100B(3)(a).
    Regime.PART_VA: (Meeting.UrgencyRoute.SPECIAL_CIRCUMSTANCES, Meeting.UrgencyRoute.SHORTER_NOTICE),
    # SI 2012/2089 regs 6(2)(b) and 7(3)(a). Regs 10 and 11 are exceptions to reg 9 and leave the agenda's five clear
    # days alone: they are recorded as notices of the key decision.
    Regime.EXECUTIVE: (Meeting.UrgencyRoute.SHORTER_NOTICE,),
}


def routes_of(meeting: Meeting) -> list[tuple[str, str]]:
    """The urgency routes by which the meeting's agenda can be published late, with their names."""
    names = dict(Meeting.UrgencyRoute.choices)
    return [(value, str(names[value])) for value in ROUTES[Regime(meeting.committee.legal_basis)]]


def check_route(meeting: Meeting, route: str, reason: str, agreed_by: str) -> None:
    """A late publication names one of the routes that the committee's law has, why, and who agreed."""
    known = routes_of(meeting)
    if route not in dict(known):
        raise Refused(f"Choose the route by which it can be late: {'; or '.join(name for _, name in known)}.")
    if not (reason.strip() and agreed_by.strip()):
        raise Refused("State why it is urgent and who agreed.")


def check_to_come(meeting: Meeting, today: date) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("The meeting is cancelled.")
    if meeting.state != Meeting.State.SCHEDULED or meeting.on < today:
        raise Refused("The meeting has been held.")


def check_notice(
    meeting: Meeting,
    *,
    kind: str,
    item: AgendaItem | None,
    given_on: date,
    today: date,
    closed: frozenset[date],
    earlier: Sequence[Notice],
    reasons: str,
    representations: str,
    response: str,
    agreed_by: str,
) -> None:
    """A notice is recorded once, as given, on a day that is not too late for what it claims."""
    check_to_come(meeting, today)
    if given_on > today:
        raise Refused(f"A notice is recorded once it is given. {weekday(given_on)} is still to come.")
    wanted = Kind(kind)
    item_pk = item.pk if item is not None else None
    if any(row.kind == kind and row.item_id == item_pk for row in earlier):
        raise Refused("This notice is given already. One that was given never changes.")
    number = item.number if item is not None else None
    calendar = notice_record.calendar_of(meeting, closed)
    if problem := notices.problem(wanted, given_on, calendar, notice_record.given(earlier), number):
        raise Refused(problem)
    if wanted in NEEDS_REASONS and not reasons.strip():
        raise Refused(f"State the reasons: the notice has to contain them ({notices.RULES[wanted]}).")
    if wanted in NEEDS_AGREEMENT and not agreed_by.strip():
        raise Refused(f"State who agreed that it is urgent and cannot reasonably wait ({notices.RULES[wanted]}).")
    if wanted is Kind.PRIVATE_SECOND and representations.strip() and not response.strip():
        raise Refused("State the response to the representations (SI 2012/2089, regulation 5(5)(c)).")


def check_move(
    meeting: Meeting,
    *,
    on: date,
    today: date,
    closed: frozenset[date],
    items: Sequence[AgendaItem],
    papers: Iterable[Paper],
    given: Iterable[Notice],
    route: str,
    reason: str,
    agreed_by: str,
) -> None:
    """To a day that is free and to come, and for which what is published is in time.

    Once the agenda is published, notice of the new time and place is given by the move itself: it wants five clear
    days of its own, or a meeting called at shorter notice (s.100A(6)(a) of the 1972 Act; reg 6(1) of SI 2012/2089).
    """
    check_to_come(meeting, today)
    if on < today:
        raise Refused(f"{weekday(on)} is past. Choose a day to come.")
    if on != meeting.on and Meeting.objects.filter(committee=meeting.committee, on=on).exists():
        raise Refused(f"The committee already has a meeting on {weekday(on)}. Choose another day.")
    if meeting.published_at is None:
        return
    days = clear_days(today, on, closed=closed)
    if days < AGENDA_CLEAR_DAYS and route != Meeting.UrgencyRoute.SHORTER_NOTICE:
        raise Refused(
            f"Notice of the new day would be given today, {counted(days, 'clear day')} before it; five are needed. "
            "Choose a later day, or say that the meeting is called at shorter notice, why, and who agreed."
        )
    if days < AGENDA_CLEAR_DAYS and not (reason.strip() and agreed_by.strip()):
        raise Refused("State why the meeting is called at shorter notice and who agreed.")
    calendar = notices.Calendar(
        on, Regime(meeting.committee.legal_basis), Reading(meeting.committee.notice_reading), closed
    )
    missing = notices.gaps(notice_record.matters(items, papers), notice_record.given(given), calendar)
    if missing:
        found = listed([f"item {number} is {text}" for number, text in missing])
        raise Refused(f"For that day {found}. Choose a later day, or record the notice that is still possible.")


def check_cancel(meeting: Meeting, today: date, reason: str) -> None:
    check_to_come(meeting, today)
    if not reason.strip():
        raise Refused("State why the meeting is cancelled.")


def check_late_item(
    meeting: Meeting, *, today: date, closed: frozenset[date], title: str, reason: str, agreed_by: str
) -> None:
    """Added after publication: by the chair's opinion under Part VA; under the Regulations only while five clear days
    remain, or where the meeting itself was called at shorter notice (SI 2012/2089 reg 6(2))."""
    check_to_come(meeting, today)
    if not meeting.is_published:
        raise Refused("The agenda is not published yet. Add the item to it.")
    if not title.strip():
        raise Refused("Give the item its public title.")
    if not (reason.strip() and agreed_by.strip()):
        raise Refused(
            "State the special circumstances, as the minutes will say them, and who agreed "
            "(Local Government Act 1972, section 100B(4)(b))."
        )
    if (
        Regime(meeting.committee.legal_basis) is Regime.EXECUTIVE
        and clear_days(today, meeting.on, closed=closed) < AGENDA_CLEAR_DAYS
        and meeting.urgency_route != Meeting.UrgencyRoute.SHORTER_NOTICE
    ):
        raise Refused(
            "Fewer than five clear days are left. An item can then be considered only at a meeting that was called at "
            "shorter notice (SI 2012/2089, regulation 6(2))."
        )


def check_closed_day(on: date, today: date, depending: Sequence[str]) -> None:
    """A day past stays as it was counted once something published depended on it."""
    if on < today and depending:
        raise Refused(
            f"{weekday(on)} is past, and what was published was counted with the calendar as it stood: "
            f"{listed(list(depending))}. Changing it now would change whether that was in time."
        )


def depending_on(on: date, meetings: Iterable[Meeting], given: Iterable[Notice]) -> list[str]:
    """What was published before the day for a meeting after it, so that the day was counted, or left out."""
    found = []
    for meeting in meetings:
        if meeting.published_at is not None and timezone.localtime(meeting.published_at).date() < on < meeting.on:
            found.append(f"the agenda of {day(meeting.on)}")
    for notice in given:
        if notice.given_on < on < notice.meeting.on:
            found.append(f"a notice for {day(notice.meeting.on)}")
    return list(dict.fromkeys(found))
