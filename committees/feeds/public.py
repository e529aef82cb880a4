"""What the public may know of a partnership's committees, with the stored times of each thing. A constant number of
queries, and the same result for everybody: nothing here asks who reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Min, Prefetch
from django.utils import timezone

from committees.meeting_clock import Facts
from committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    Decision,
    Meeting,
    MeetingMove,
    Membership,
    Minutes,
    Notice,
    Pack,
    Paper,
    RestrictionDecision,
)
from portal.models import AuditEvent, Council, Part, Partnership

NOBODY = AnonymousUser()
# Identifiers of things in feeds, the same for ever: made of a thing's kind and key within its partnership.
_NAMESPACE = uuid.UUID("5b1f0d7e-5f0c-4c55-9d0e-3a6f4f0a9c21")


def identity(partnership: Partnership, kind: str, key: object) -> uuid.UUID:
    """The lasting identifier of a thing, wherever the portal stands and whatever its address becomes."""
    return uuid.uuid5(_NAMESPACE, f"{partnership.slug}/{kind}/{key}")


@dataclass(frozen=True)
class Stamp:
    created: datetime
    modified: datetime


@dataclass
class Times:
    """First and last event of each thing of a kind, from the audit trail; `epoch` where there is none."""

    epoch: datetime
    known: dict[tuple[str, str], Stamp] = field(default_factory=dict)

    def of(self, kind: str, pk: object, *later: datetime | None) -> Stamp:
        """`later` are further times at which the thing changed."""
        stamp = self.known.get((kind, str(pk)), Stamp(self.epoch, self.epoch))
        return Stamp(stamp.created, latest(stamp.modified, *later))


def latest(first: datetime, *others: datetime | None) -> datetime:
    return max([first, *(at for at in others if at is not None)])


def epoch_of(partnership: Partnership) -> datetime:
    """Where nothing says when a thing was made: the first day of the partnership's records."""
    return timezone.make_aware(datetime.combine(partnership.reporting_from, time()))


# Of a meeting's events only these are public: when somebody worked at a draft is nobody's business.
_PUBLIC_VERBS = {"meeting.arrange", "meeting.move", "meeting.cancel", "agenda.publish"}


def times_of(partnership: Partnership) -> Times:
    """Two queries."""
    kinds = ["committees.membership", "committees.committee", "portal.person"]
    times = Times(epoch_of(partnership))
    events = AuditEvent.objects.filter(partnership=partnership)
    for found in (
        events.filter(target_type__in=kinds),
        events.filter(target_type="committees.meeting", verb__in=_PUBLIC_VERBS),
    ):
        rows = found.order_by().values_list("target_type", "target_id").annotate(Min("at"), Max("at"))
        times.known |= {(kind, pk): Stamp(first, last) for kind, pk, first, last in rows}
    return times


@dataclass(frozen=True)
class Changes:
    """How often, and when last, the days on which all is closed changed: each change moves dates of meetings."""

    count: int
    last: datetime | None


def closed_day_changes(partnership: Partnership) -> Changes:
    events = AuditEvent.objects.filter(partnership=partnership, verb__startswith="closed-day.")
    found = list(events.order_by("at", "pk").values_list("at", flat=True))
    return Changes(len(found), found[-1] if found else None)


@dataclass(frozen=True)
class PublicMeeting:
    """A meeting as the public knows it. `items` and `papers` are empty until the agenda is published; `papers` are
    those that the public may open; `minutes` is None until they are public."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    papers: tuple[Paper, ...]
    key_or_private: tuple[Paper, ...]
    notices: tuple[Notice, ...]
    moves: tuple[MeetingMove, ...]
    decisions: tuple[Decision, ...]
    packs: tuple[Pack, ...]
    minutes: Minutes | None
    present: tuple[int, ...]

    def facts(self, closed: frozenset[date]) -> Facts:
        """For its dates alone, which do not depend on the day on which they are asked for."""
        return Facts(
            meeting=self.meeting,
            today=self.meeting.on,
            closed=closed,
            items=self.items,
            papers=self.key_or_private,
            notices=self.notices,
            moves=self.moves,
            decisions=self.decisions,
            minutes=self.minutes,
            knows_agenda=self.meeting.is_published,
        )

    def is_open(self, decision: Decision) -> bool:
        """Whether the public may read it: neither it nor the item it was made under is restricted."""
        restricted = {item.pk for item in self.items if item.is_restricted}
        return not decision.is_restricted and decision.item_id not in restricted

    def changed_at(self, times: Times) -> Stamp:
        meeting = self.meeting
        return times.of(
            "committees.meeting", meeting.pk, meeting.changed_at, meeting.published_at, meeting.cancelled_at
        )


def meetings(partnership: Partnership, committee: Committee | None = None) -> list[PublicMeeting]:
    """Every meeting: that it takes place is public. In the order in which they came into the portal."""
    found = Meeting.objects.filter(committee__partnership=partnership)
    if committee is not None:
        found = found.filter(committee=committee)
    lifted = Prefetch("restriction_decisions", RestrictionDecision.objects.filter(part=Part.ONE).order_by("pk"))
    loaded = found.select_related("committee__partnership", "host", "minutes").prefetch_related(
        Prefetch("notices", Notice.objects.select_related("item").order_by("given_on", "pk")),
        Prefetch("moves", MeetingMove.objects.order_by("moved_at", "pk")),
        Prefetch("decisions", Decision.objects.filter(published_at__isnull=False).order_by("pk")),
        Prefetch("items", AgendaItem.objects.prefetch_related(lifted).order_by("number", "pk")),
        Prefetch(
            "packs",
            Pack.objects.filter(edition=Pack.Edition.PUBLIC, published_at__isnull=False).order_by("pk"),
        ),
        Prefetch(
            "attendances",
            Attendance.objects.filter(status=Attendance.Status.PRESENT).order_by("pk"),
        ),
    )
    every = Paper.objects.filter(item__meeting__in=found).select_related("item").prefetch_related(lifted)
    readable = set(Paper.objects.visible_to(NOBODY, partnership).values_list("pk", flat=True))
    papers: dict[int, list[Paper]] = {}
    for paper in every.order_by("item__number", "position", "pk"):
        papers.setdefault(paper.item.meeting_id, []).append(paper)
    return [_public(meeting, papers.get(meeting.pk, []), readable) for meeting in loaded.order_by("pk")]


def _public(meeting: Meeting, papers: Iterable[Paper], readable: set[int]) -> PublicMeeting:
    knows = meeting.is_published
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if minutes is not None and minutes.state not in Minutes.PUBLIC:
        minutes = None
    own = tuple(papers) if knows else ()
    with_decisions = {item.pk: item for item in meeting.items.all()}
    for paper in own:
        paper.item = with_decisions[paper.item_id]
        paper.item.meeting = meeting
    return PublicMeeting(
        meeting=meeting,
        items=tuple(meeting.items.all()) if knows else (),
        papers=tuple(paper for paper in own if paper.pk in readable),
        key_or_private=own,
        notices=tuple(meeting.notices.all()),
        moves=tuple(meeting.moves.all()),
        decisions=tuple(meeting.decisions.all()),
        packs=tuple(meeting.packs.all()),
        minutes=minutes,
        present=tuple(row.person_id for row in meeting.attendances.all()) if minutes is not None else (),
    )


def memberships(partnership: Partnership) -> list[Membership]:
    seats = Membership.objects.filter(committee__partnership=partnership)
    return list(seats.select_related("person", "council", "committee").order_by("pk"))


def councils(partnership: Partnership) -> list[Council]:
    return [place.council for place in partnership.places.select_related("council").order_by("position", "pk")]
