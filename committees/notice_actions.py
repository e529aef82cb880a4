"""What a clerk does about a meeting in public: notices, moves, cancellation, late items, and the closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from committees import notice_policies as policies
from committees.models import AgendaItem, Meeting, MeetingMove, Notice, Paper
from portal import audit, clock
from portal.models import ClosedDay, Partnership
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User


def _lock(pk: int) -> Meeting:
    """The meeting, held until the transaction ends, so that it is published or moved, one after the other."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=pk)


def closed_days_of(partnership: Partnership) -> frozenset[date]:
    return frozenset(partnership.closed_days.values_list("on", flat=True))


@dataclass(frozen=True)
class NoticeText:
    """A notice as given. `item` is None where it is of the whole meeting. All of it is public."""

    kind: str
    given_on: date
    matter: str
    item: AgendaItem | None = None
    reasons: str = ""
    representations: str = ""
    response: str = ""
    agreed_by: str = ""


def give_notice(*, by: User, meeting: Meeting, text: NoticeText) -> Notice:
    """Record a notice that was given. It never changes afterwards: the database keeps it."""
    with transaction.atomic():
        meeting = _lock(meeting.pk)
        partnership = meeting.committee.partnership
        policies.check_notice(
            meeting,
            kind=text.kind,
            item=text.item,
            given_on=text.given_on,
            today=clock.today(partnership),
            closed=closed_days_of(partnership),
            earlier=list(meeting.notices.select_related("item").order_by("given_on", "pk")),
            reasons=text.reasons,
            representations=text.representations,
            response=text.response,
            agreed_by=text.agreed_by,
        )
        notice = Notice.objects.create(
            meeting=meeting,
            item=text.item,
            kind=text.kind,
            given_on=text.given_on,
            matter=text.matter,
            reasons=text.reasons,
            representations=text.representations,
            response=text.response,
            agreed_by=text.agreed_by,
            recorded_by=by,
            recorded_at=clock.now(partnership),
        )
        audit.record(
            by=by,
            verb="notice.give",
            target=notice,
            partnership=partnership,
            after={"given_on": text.given_on.isoformat(), "matter": text.matter, "agreed_by": text.agreed_by},
            reason=text.reasons,
        )
    return notice


@dataclass(frozen=True)
class NewTime:
    """Where and when a meeting is from now on. The last three are for one that is called at shorter notice."""

    on: date
    starts_at: time
    venue: str
    reason: str
    urgency_route: str = ""
    urgency_reason: str = ""
    urgency_agreed_by: str = ""


def move_meeting(*, by: User, meeting: Meeting, to: NewTime) -> Meeting:
    """Put a meeting on another day, or at another time or place. Its former address still leads to it."""
    with transaction.atomic():
        meeting = _lock(meeting.pk)
        partnership = meeting.committee.partnership
        before = (meeting.on, meeting.starts_at, meeting.venue)
        if before == (to.on, to.starts_at, to.venue):
            raise Refused("Day, time and place are the same as before.")
        if not to.reason.strip():
            raise Refused("State why the meeting is moved.")
        papers = list(Paper.objects.filter(item__meeting=meeting).select_related("item").order_by("pk"))
        policies.check_move(
            meeting,
            on=to.on,
            today=clock.today(partnership),
            closed=closed_days_of(partnership),
            items=list(meeting.items.order_by("number", "pk")),
            papers=papers,
            given=list(meeting.notices.select_related("item").order_by("pk")),
            route=to.urgency_route,
            reason=to.urgency_reason,
            agreed_by=to.urgency_agreed_by,
        )
        now = clock.now(partnership)
        MeetingMove.objects.create(
            meeting=meeting, from_on=meeting.on, to_on=to.on, reason=to.reason.strip(), moved_by=by, moved_at=now
        )
        meeting.on, meeting.starts_at, meeting.venue = to.on, to.starts_at, to.venue
        meeting.sequence += 1
        meeting.changed_at = now
        fields = ["on", "starts_at", "venue", "sequence", "changed_at"]
        if to.urgency_route and meeting.published_at is not None:
            meeting.urgency_route = to.urgency_route
            meeting.urgency_reason = to.urgency_reason.strip()
            meeting.urgency_agreed_by = to.urgency_agreed_by.strip()
            fields += ["urgency_route", "urgency_reason", "urgency_agreed_by"]
        meeting.save(update_fields=fields)
        audit.record(
            by=by,
            verb="meeting.move",
            target=meeting,
            partnership=partnership,
            before={"on": before[0].isoformat(), "starts_at": f"{before[1]:%H:%M}", "venue": before[2]},
            after={"on": to.on.isoformat(), "starts_at": f"{to.starts_at:%H:%M}", "venue": to.venue},
            reason=to.reason.strip(),
        )
    return meeting


def cancel_meeting(*, by: User, meeting: Meeting, reason: str) -> Meeting:
    """Cancel a meeting to come. What was published stays published; its page says that it is cancelled, and why."""
    with transaction.atomic():
        meeting = _lock(meeting.pk)
        partnership = meeting.committee.partnership
        policies.check_cancel(meeting, clock.today(partnership), reason)
        now = clock.now(partnership)
        meeting.state = Meeting.State.CANCELLED
        meeting.cancelled_at = meeting.changed_at = now
        meeting.cancelled_reason = reason.strip()
        meeting.sequence += 1
        meeting.save(update_fields=["state", "cancelled_at", "cancelled_reason", "changed_at", "sequence"])
        audit.record(
            by=by, verb="meeting.cancel", target=meeting, partnership=partnership, reason=meeting.cancelled_reason
        )
    return meeting


def add_late_item(*, by: User, meeting: Meeting, title: str, note: str, reason: str, agreed_by: str) -> AgendaItem:
    """Add an open item to an agenda that is published, after all others, so that no number changes."""
    with transaction.atomic():
        meeting = _lock(meeting.pk)
        partnership = meeting.committee.partnership
        policies.check_late_item(
            meeting,
            today=clock.today(partnership),
            closed=closed_days_of(partnership),
            title=title,
            reason=reason,
            agreed_by=agreed_by,
        )
        # The meeting is held, so no other item takes the number meanwhile.
        last = meeting.items.aggregate(last=Max("number"))["last"] or 0
        item = AgendaItem.objects.create(
            meeting=meeting,
            number=last + 1,
            kind=AgendaItem.Kind.URGENT,
            title=title.strip(),
            note=note.strip(),
            added_late_at=clock.now(partnership),
            late_reason=reason.strip(),
            late_agreed_by=agreed_by.strip(),
        )
        audit.record(
            by=by,
            verb="agenda.add-late",
            target=item,
            partnership=partnership,
            after={"title": item.title, "agreed_by": item.late_agreed_by},
            reason=item.late_reason,
        )
    return item


def add_closed_day(*, by: User, partnership: Partnership, on: date, reason: str) -> ClosedDay:
    """List a day on which the offices are closed, beside weekends and bank holidays."""
    with transaction.atomic():
        partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
        if partnership.closed_days.filter(on=on).exists():
            raise Refused("This day is listed already.")
        policies.check_closed_day(on, clock.today(partnership), _depending(partnership, on))
        made = ClosedDay.objects.create(partnership=partnership, on=on, reason=reason.strip())
        audit.record(by=by, verb="closed-day.add", target=made, partnership=partnership, reason=made.reason)
    return made


def remove_closed_day(*, by: User, day: ClosedDay) -> None:
    with transaction.atomic():
        partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=day.partnership_id)
        held = ClosedDay.objects.filter(pk=day.pk).first()
        if held is None:
            raise Refused("This day is not listed any longer.")
        policies.check_closed_day(held.on, clock.today(partnership), _depending(partnership, held.on))
        audit.record(by=by, verb="closed-day.remove", target=held, partnership=partnership, reason=held.reason)
        held.delete()


def _depending(partnership: Partnership, on: date) -> list[str]:
    meetings = Meeting.objects.filter(committee__partnership=partnership, on__gt=on, published_at__isnull=False)
    given = Notice.objects.filter(meeting__committee__partnership=partnership, meeting__on__gt=on, given_on__lt=on)
    return policies.depending_on(on, meetings.order_by("on", "pk"), given.select_related("meeting").order_by("pk"))
