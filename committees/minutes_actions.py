"""Minutes from their beginning to their approval: items, resolutions, votes, actions, and one step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from committees import minutes_carry
from committees import minutes_policies as policies
from committees.minutes_saving import lock, record, token
from committees.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MinuteItem,
    Minutes,
    NamedVote,
    Paper,
    Resolution,
    Vote,
)
from committees.wording import day
from portal import actions as portal_actions
from portal import audit, clock
from portal.models import Part
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Action, Council, Person, User

_RESTRICTION = ("part", "private_title", "exempt_paragraphs", "is_confidential", "public_interest")


def _step(by: User, minutes: Minutes, verb: str, before: str, *, reason: str = "", **after: object) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=minutes,
        partnership=minutes.meeting.committee.partnership,
        before={"state": before},
        after={"state": minutes.state, **after},
        reason=reason,
    )


@transaction.atomic
def begin(*, by: User, meeting: Meeting) -> Minutes:
    """Begin the minutes with an item for each of the agenda, or bring in items that came since. Raises Refused.

    What is restricted on the agenda is restricted here; a restricted paper of an open item gets an item of its own.
    """
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=meeting.pk)
    )
    policies.check_begin(meeting, policies.today_of(meeting))
    minutes, is_new = Minutes.objects.get_or_create(meeting=meeting)
    minutes.meeting = meeting
    policies.check_write(minutes)
    taken = set(minutes.items.values_list("number", flat=True))
    known = set(minutes.items.filter(agenda_item__isnull=False).values_list("agenda_item_id", flat=True))
    titles = set(minutes.items.values_list("title", flat=True))
    made = 0
    items = list(meeting.items.order_by("number", "pk"))
    for item in items:
        if item.pk in known or item.number in taken:
            continue
        taken.add(item.number)
        made += 1
        MinuteItem.objects.create(
            minutes=minutes,
            number=item.number,
            title=item.title,
            agenda_item=item,
            **{name: getattr(item, name) for name in _RESTRICTION},
        )
    restricted = Paper.objects.filter(item__in=items, item__part=Part.ONE, part=Part.TWO).select_related("item")
    for paper in restricted.order_by("item__number", "position", "pk"):
        title = f"Item {paper.item.number}, in private: {paper.title}"[:200]
        if title in titles:
            continue
        number = max([*taken, items[-1].number]) + 1
        taken.add(number)
        made += 1
        MinuteItem.objects.create(
            minutes=minutes,
            number=number,
            title=title,
            **{name: getattr(paper, name) for name in _RESTRICTION},
        )
    if is_new or made:
        audit.record(
            by=by,
            verb="minutes.begin",
            target=minutes,
            partnership=meeting.committee.partnership,
            after={"items": made},
        )
    return minutes


@dataclass(frozen=True)
class Privacy:
    """Why something was taken in private that the agenda had as open."""

    exempt_paragraphs: tuple[int, ...]
    is_confidential: bool
    public_interest: str


@transaction.atomic
def add_private_item(*, by: User, minutes: Minutes, title: str, privacy: Privacy) -> MinuteItem:
    """A restricted item of its own for what was taken in private. Its title is public. Raises Refused."""
    minutes = lock(minutes)
    policies.check_write(minutes)
    if not privacy.is_confidential and not privacy.exempt_paragraphs:
        raise Refused("Choose at least one paragraph of Schedule 12A, or say that the information is confidential.")
    last = minutes.items.order_by("-number").values_list("number", flat=True).first() or 0
    item = MinuteItem.objects.create(
        minutes=minutes,
        number=last + 1,
        title=title.strip(),
        part=Part.TWO,
        exempt_paragraphs=sorted(privacy.exempt_paragraphs),
        is_confidential=privacy.is_confidential,
        public_interest=privacy.public_interest.strip(),
    )
    record(by, minutes, item, "minutes.private-item", None, {"exempt_paragraphs": item.exempt_paragraphs})
    return item


# Resolutions and votes


@transaction.atomic
def add_resolution(*, by: User, item: MinuteItem, text: str = "") -> Resolution:
    """A further numbered resolution under an item. Raises Refused."""
    minutes = lock(item.minutes)
    policies.check_write(minutes)
    last = item.resolutions.order_by("-number").values_list("number", flat=True).first() or 0
    made = Resolution.objects.create(item=item, number=last + 1, text=text)
    record(by, minutes, item, "minutes.resolution-add", None, {"resolution": made.number})
    return made


@transaction.atomic
def remove_resolution(*, by: User, resolution: Resolution) -> None:
    """Take a resolution away; those after it close up. Raises Refused."""
    minutes = lock(resolution.item.minutes)
    policies.check_write(minutes)
    held = Resolution.objects.filter(pk=resolution.pk).first()
    if held is None:
        raise Refused("This resolution is gone already.")
    if hasattr(held, "decision"):
        raise Refused("A decision rests on this resolution. It stays.")
    record(by, minutes, resolution.item, "minutes.resolution-remove", {f"resolution {held.number}": held.text}, None)
    held.delete()
    for number, other in enumerate(resolution.item.resolutions.order_by("number", "pk"), start=1):
        if other.number != number:
            other.number = number
            other.save(update_fields=["number"])


def voters(meeting: Meeting) -> list[Attendance]:
    """Members and substitutes who were in the room for some of the meeting."""
    rows = meeting.attendances.filter(status=Attendance.Status.PRESENT, is_remote=False)
    return list(
        rows.exclude(capacity=Attendance.Capacity.OFFICER).select_related("person", "council").order_by("council", "pk")
    )


@dataclass(frozen=True)
class Ballot:
    """Counts without the chair's second vote; `named` gives the choice of each person by key, or is empty."""

    votes_for: int
    votes_against: int
    abstentions: int
    chair_cast: bool
    named: dict[int, str]


@transaction.atomic
def record_vote(*, by: User, resolution: Resolution, ballot: Ballot) -> Vote:
    """Record how the committee voted; a second time replaces the first. Raises Refused."""
    minutes = lock(resolution.item.minutes)
    policies.check_write(minutes)
    policies.check_vote(
        resolution,
        ballot.votes_for,
        ballot.votes_against,
        ballot.abstentions,
        chair_cast=ballot.chair_cast,
        named=ballot.named,
        may_vote={row.person_id for row in voters(minutes.meeting)},
    )
    before = Vote.objects.filter(resolution=resolution).first()
    said = {f"vote on resolution {resolution.number}": str(before)} if before else None
    vote, _ = Vote.objects.update_or_create(
        resolution=resolution,
        defaults={
            "votes_for": ballot.votes_for,
            "votes_against": ballot.votes_against,
            "abstentions": ballot.abstentions,
            "chair_cast": ballot.chair_cast,
        },
    )
    vote.named.all().delete()
    NamedVote.objects.bulk_create(
        NamedVote(vote=vote, person_id=pk, choice=choice) for pk, choice in sorted(ballot.named.items())
    )
    record(by, minutes, resolution.item, "minutes.vote", said, {f"vote on resolution {resolution.number}": str(vote)})
    return vote


@transaction.atomic
def remove_vote(*, by: User, resolution: Resolution) -> None:
    """Take a vote off the record that was none. Raises Refused."""
    minutes = lock(resolution.item.minutes)
    policies.check_write(minutes)
    vote = Vote.objects.filter(resolution=resolution).first()
    if vote is None:
        raise Refused("No vote is recorded.")
    record(by, minutes, resolution.item, "minutes.vote", {f"vote on resolution {resolution.number}": str(vote)}, None)
    vote.delete()


# Actions


def source_of(item: MinuteItem) -> str:
    return f"Minutes of {day(item.minutes.meeting.on)}, item {item.number}"


@transaction.atomic
def ask_for_action(
    *, by: User, item: MinuteItem, title: str, owner: Person | None, council: Council | None, due_on: date | None
) -> Action:
    """Write down an action that the committee asked for; one under a restricted item is restricted. Raises Refused."""
    minutes = lock(item.minutes)
    policies.check_write(minutes)
    meeting = minutes.meeting
    return portal_actions.ask(
        partnership=meeting.committee.partnership,
        title=title,
        owner=owner,
        council=council,
        due_on=due_on,
        part=item.part,
        source=source_of(item),
        # Hashed, since the words of a restricted action have no place in a key.
        source_key=f"{meeting.committee.slug}:{meeting.on:%Y-%m-%d}:{item.number}:{token(title.strip().lower())}"[:120],
        by=by,
    )


# Steps


@transaction.atomic
def check(*, by: User, minutes: Minutes) -> Minutes:
    """Record that whoever chaired has checked the minutes. They come onto the next open agenda. Raises Refused."""
    minutes = lock(minutes)
    policies.check_check(minutes)
    chair = policies.chair_of(minutes.meeting)
    minutes.state = Minutes.State.CHECKED
    minutes.checked_by = str(chair)
    minutes.checked_at = clock.now(minutes.meeting.committee.partnership)
    minutes.save(update_fields=["state", "checked_by", "checked_at"])
    _step(by, minutes, "minutes.check", Minutes.State.DRAFT, checked_by=minutes.checked_by)
    following = minutes_carry.following(minutes.meeting)
    if following is not None:
        held = Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership")
        minutes_carry.bring(by=by, meeting=held.get(pk=following.pk))
    return minutes


@transaction.atomic
def send_back(*, by: User, minutes: Minutes, reason: str) -> Minutes:
    """Open checked minutes again, with what has to change. Papers that carry them lose their clearance."""
    minutes = lock(minutes)
    policies.check_send_back(minutes, reason)
    minutes.state, minutes.checked_by, minutes.checked_at = Minutes.State.DRAFT, "", None
    minutes.save(update_fields=["state", "checked_by", "checked_at"])
    policies.carried(minutes).update(cleared_at=None, cleared_by=None)
    _step(by, minutes, "minutes.send-back", Minutes.State.CHECKED, reason=reason.strip())
    return minutes


@transaction.atomic
def publish_draft(*, by: User, minutes: Minutes) -> Minutes:
    """Let everybody read the checked minutes as a draft, without what was taken in private. Raises Refused."""
    minutes = lock(minutes)
    policies.check_publish_draft(minutes)
    minutes.state = Minutes.State.PUBLISHED
    minutes.published_at = clock.now(minutes.meeting.committee.partnership)
    minutes.save(update_fields=["state", "published_at"])
    _step(by, minutes, "minutes.publish", Minutes.State.CHECKED)
    return minutes


@transaction.atomic
def approve(*, by: User, minutes: Minutes, at: Meeting, correction: str = "") -> Minutes:
    """Record that a later meeting approved the minutes, with what it corrected. They never change again.

    Raises Refused.
    """
    minutes = lock(minutes)
    policies.check_approve(minutes, at, policies.today_of(minutes.meeting))
    minutes.state, minutes.approved_at, minutes.correction = Minutes.State.APPROVED, at, correction.strip()
    minutes.save(update_fields=["state", "approved_at", "correction"])
    item = approving_item(minutes)
    _step(
        by, minutes, "minutes.approve", Minutes.State.PUBLISHED,
        meeting=at.on.isoformat(), item=item.number if item else None, correction=minutes.correction,
    )  # fmt: skip
    return minutes


def approving_item(minutes: Minutes) -> AgendaItem | None:
    """The item under which the minutes were approved: the open one that had them before the meeting."""
    papers = policies.carried(minutes).filter(item__meeting=minutes.approved_at_id).select_related("item")
    paper = papers.order_by("item__part", "item__number", "pk").first()
    return paper.item if paper else None
