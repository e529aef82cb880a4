"""May minutes take their next step now? Each check raises Refused, in words for the person who asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from committees.models import Attendance, Meeting, MinuteItem, Minutes, Paper, Resolution
from committees.wording import day
from portal import clock
from portal.models import Person
from portal.policies import Refused
from portal.words import listed

_STEP = {
    Minutes.State.DRAFT: "still being written",
    Minutes.State.CHECKED: "checked",
    Minutes.State.PUBLISHED: "published as a draft",
    Minutes.State.APPROVED: "approved",
}


def _stands(minutes: Minutes) -> str:
    return f"The minutes are {_STEP[Minutes.State(minutes.state)]}."


def check_begin(meeting: Meeting, today: date) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("The meeting is cancelled. It has no minutes.")
    if today < meeting.on:
        raise Refused(f"The meeting is on {day(meeting.on)}. Minutes are taken on the day or after it.")
    if not meeting.items.exists():
        raise Refused("The agenda has no items yet. The minutes follow it.")


def check_write(minutes: Minutes) -> None:
    """Minutes are written until the chair has checked them. What was approved never changes."""
    if minutes.state == Minutes.State.APPROVED:
        raise Refused("The minutes are approved. They never change.")
    if minutes.state != Minutes.State.DRAFT:
        raise Refused(f"{_stands(minutes)} They cannot be written in now.")


def chair_of(meeting: Meeting) -> Person | None:
    row = Attendance.objects.filter(meeting=meeting, chaired=True).select_related("person").first()
    return row.person if row else None


def has_chaired(user: Any, meeting: Meeting) -> bool:
    """Whether the account is that of whoever chaired."""
    person_id = getattr(user, "person_id", None)
    return person_id is not None and meeting.attendances.filter(chaired=True, person=person_id).exists()


def check_check(minutes: Minutes) -> None:
    """The chair checks minutes of a meeting that was held, in which every item says something."""
    if minutes.state != Minutes.State.DRAFT:
        raise Refused(_stands(minutes))
    if minutes.meeting.state != Meeting.State.HELD:
        raise Refused("Record the meeting as held first.")
    if chair_of(minutes.meeting) is None:
        raise Refused("Nobody is recorded as chair. Say who chaired first.")
    items = list(MinuteItem.objects.filter(minutes=minutes).prefetch_related("resolutions").order_by("number", "pk"))
    if not items:
        raise Refused("The minutes have no items yet.")
    silent = [str(item.number) for item in items if not item.text.strip() and not item.resolutions.all()]
    if silent:
        raise Refused(f"Nothing is written yet under item {listed(silent)}.")
    for item in items:
        for resolution in item.resolutions.all():
            if not resolution.text.strip():
                raise Refused(f"Resolution {resolution.number} under item {item.number} has no words.")


def check_send_back(minutes: Minutes, reason: str) -> None:
    if minutes.state != Minutes.State.CHECKED:
        raise Refused(f"{_stands(minutes)} Only minutes that are checked and not public go back.")
    if not reason.strip():
        raise Refused("Say what has to change.")
    if carried(minutes).filter(item__meeting__published_at__isnull=False).exists():
        raise Refused("The agenda that carries them is published. They cannot go back.")


def carried(minutes: Minutes) -> Any:
    """The papers by which other meetings have these minutes before them."""
    return Paper.objects.filter(minutes_of=minutes.meeting_id, kind=Paper.Kind.MINUTES)


def check_publish_draft(minutes: Minutes) -> None:
    if minutes.state == Minutes.State.DRAFT:
        raise Refused("The chair has not checked these minutes yet.")
    if minutes.state != Minutes.State.CHECKED:
        raise Refused(_stands(minutes))


def check_approve(minutes: Minutes, at: Meeting, today: date) -> None:
    """A later meeting approves, under an item that has these minutes before it."""
    if minutes.state != Minutes.State.PUBLISHED:
        raise Refused(f"{_stands(minutes)} Only published draft minutes can be approved.")
    if at.committee_id != minutes.meeting.committee_id or at.on <= minutes.meeting.on:
        raise Refused("A later meeting of the same committee approves minutes.")
    if at.state == Meeting.State.CANCELLED:
        raise Refused(f"The meeting of {day(at.on)} is cancelled.")
    if today < at.on:
        raise Refused(f"The meeting of {day(at.on)} is still to come.")
    if not carried(minutes).filter(item__meeting=at).exists():
        raise Refused(f"These minutes are not on the agenda of {day(at.on)}.")


def check_vote(
    resolution: Resolution,
    votes_for: int,
    votes_against: int,
    abstentions: int,
    *,
    chair_cast: bool,
    named: dict[int, str],
    may_vote: set[int],
) -> None:
    """Counts agree with who was in the room, and with the names where a recorded vote was asked for."""
    total = votes_for + votes_against + abstentions
    if not total:
        raise Refused("Nobody voted. Leave the vote out where none was taken.")
    if total > len(may_vote):
        raise Refused(f"{total} votes, but {len(may_vote)} members and substitutes were in the room.")
    if chair_cast and votes_for != votes_against:
        raise Refused("The chair’s second vote decides only where the votes are equal. Leave it out of the counts.")
    if not named:
        return
    if not set(named) <= may_vote:
        raise Refused("A name is not among those who were in the room.")
    choices = list(named.values())
    for said, count, choice in (
        ("for", votes_for, "for"), ("against", votes_against, "against"), ("abstained", abstentions, "abstained"),
    ):  # fmt: skip
        if choices.count(choice) != count:
            raise Refused(f"{count} {said}, but {choices.count(choice)} by name. The names and the counts must agree.")


def today_of(meeting: Meeting) -> date:
    return clock.today(meeting.committee.partnership)
