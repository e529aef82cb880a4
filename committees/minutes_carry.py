"""What a meeting takes over from those before it: their minutes, and actions that are still open.

What was restricted stays restricted: minutes of what was taken in private come as an item and a paper of their own,
each restricted by itself, so that lifting one leaves the other shut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees import minutes_policies
from committees.models import AgendaItem, Meeting, MinuteItem, Minutes, Paper
from committees.wording import day
from portal import audit
from portal.models import Action, Part

if TYPE_CHECKING:
    from portal.models import User

_CARRIED = (Minutes.State.CHECKED, Minutes.State.PUBLISHED)


def following(meeting: Meeting) -> Meeting | None:
    """The next meeting of the committee whose agenda is still open."""
    return (
        Meeting.objects.filter(
            committee=meeting.committee_id,
            on__gt=meeting.on,
            state=Meeting.State.SCHEDULED,
            published_at__isnull=True,
            published_before_portal=False,
        )
        .select_related("committee__partnership")
        .order_by("on", "pk")
        .first()
    )


def bring(*, by: User, meeting: Meeting) -> list[AgendaItem]:
    """Bring former minutes and outstanding actions onto an open agenda. Repeating it changes nothing.

    The caller holds the meeting locked or has just made it. Returns the items that were made or filled.
    """
    if meeting.is_published or meeting.state != Meeting.State.SCHEDULED:
        return []
    touched: list[AgendaItem] = []
    former = Minutes.objects.filter(
        meeting__committee=meeting.committee_id, meeting__on__lt=meeting.on, state__in=_CARRIED
    ).select_related("meeting")
    for minutes in former.order_by("meeting__on", "pk"):
        touched += _minutes(minutes, meeting)
    partnership = meeting.committee.partnership
    if (
        Action.objects.filter(partnership=partnership).outstanding().exists()
        and not meeting.items.filter(kind=AgendaItem.Kind.ACTIONS).exists()
    ):
        touched.append(
            _item(
                meeting,
                AgendaItem.Kind.ACTIONS,
                "Outstanding actions",
                note="Progress of what earlier meetings asked for.",
            )
        )
    if touched:
        audit.record(
            by=by,
            verb="agenda.carry",
            target=meeting,
            partnership=partnership,
            after={"items": [item.number for item in touched]},
        )
    return touched


def _item(meeting: Meeting, kind: str, title: str, **values: object) -> AgendaItem:
    last = meeting.items.order_by("-number").values_list("number", flat=True).first() or 0
    return AgendaItem.objects.create(meeting=meeting, number=last + 1, kind=kind, title=title, **values)


def _minutes(minutes: Minutes, meeting: Meeting) -> list[AgendaItem]:
    made = []
    title = f"Minutes of {day(minutes.meeting.on)}"
    there = list(minutes_policies.carried(minutes).filter(item__meeting=meeting).select_related("item"))
    if not any(not paper.is_restricted for paper in there):
        empty = meeting.items.filter(kind=AgendaItem.Kind.MINUTES, part=Part.ONE, papers__isnull=True)
        item = empty.order_by("number", "pk").first() or _item(
            meeting, AgendaItem.Kind.MINUTES, title, note="To approve them as a correct record."
        )
        _paper(item, minutes, title, {})
        made.append(item)
    restricted = list(MinuteItem.objects.filter(minutes=minutes, part=Part.TWO).order_by("number", "pk"))
    if restricted and not any(paper.is_restricted for paper in there):
        why = {
            "part": Part.TWO,
            "exempt_paragraphs": sorted({number for item in restricted for number in item.exempt_paragraphs}),
            "is_confidential": any(item.is_confidential for item in restricted),
            "public_interest": "\n\n".join(dict.fromkeys(item.public_interest for item in restricted)).strip(),
        }
        private_title = f"{title}: what was taken in private"
        item = _item(meeting, AgendaItem.Kind.MINUTES, private_title, **why)
        _paper(item, minutes, private_title, why)
        made.append(item)
    return made


def _paper(item: AgendaItem, minutes: Minutes, title: str, restriction: dict[str, object]) -> Paper:
    return Paper.objects.create(
        item=item,
        position=item.papers.count() + 1,
        slug="minutes",
        kind=Paper.Kind.MINUTES,
        numbering=Paper.Numbering.NONE,
        title=title,
        minutes_of=minutes.meeting,
        **restriction,
    )
