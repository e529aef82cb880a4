"""What committees put into the frame: the navigation entry, and panels of the start page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string

from committees import meeting_page, readiness, seats
from committees.links import meeting_url, pack_url, paper_url
from committees.models import AgendaItem, Meeting, Membership, Pack, Paper
from committees.timing import Timing, timing
from portal import clock, navigation, panels, permissions
from portal.models import Partnership, Role
from portal.navigation import Entry
from portal.words import counted, listed


def register() -> None:
    navigation.register(
        Entry(
            "Meetings",
            "committees:meetings",
            20,
            lambda user, partnership: True,
            frozenset(
                {
                    "committees:attendance",
                    "committees:chair-elect",
                    "committees:committee",
                    "committees:committee-rules",
                    "committees:dispensation-add",
                    "committees:member-add",
                    "committees:member-end",
                    "committees:member-role",
                    "committees:members",
                    "committees:agenda-build",
                    "committees:item-add",
                    "committees:item-edit",
                    "committees:item-restriction",
                    "committees:meeting",
                    "committees:meeting-arrange",
                    "committees:minutes",
                    "committees:minutes-action",
                    "committees:minutes-edit",
                    "committees:minutes-private",
                    "committees:minutes-save",
                    "committees:minutes-vote",
                    "committees:paper",
                    "committees:paper-access",
                    "committees:paper-restriction",
                    "committees:publish",
                    "committees:room",
                    "committees:room-attendance",
                    "committees:room-close",
                    "committees:room-interest",
                    "committees:room-link",
                    "committees:room-officer",
                    "committees:publish-confirm",
                    "committees:section-edit",
                }
            ),
        )
    )
    navigation.register(
        Entry(
            "Decisions",
            "committees:decisions",
            25,
            lambda user, partnership: True,
            frozenset(
                {
                    "committees:decision",
                    "committees:decision-edit",
                    "committees:decision-record",
                    "committees:forward-plan",
                    "committees:plan-add",
                    "committees:plan-edit",
                }
            ),
        )
    )
    panels.register(
        name="committees.preparation",
        position=10,
        render=preparation_panel,
        headline=preparation_headline,
    )
    panels.register(
        name="committees.next",
        position=20,
        render=next_panel,
        headline=next_headline,
        place=panels.Place.LEAD,
    )
    panels.register(name="committees.papers", position=30, render=papers_panel)


@dataclass(frozen=True)
class _ToCome:
    meeting: Meeting
    now: Timing


def _to_come(request: HttpRequest, partnership: Partnership) -> list[_ToCome]:
    """The meetings to come, the next one first; asked for once per request."""
    known: list[_ToCome] | None = getattr(request, "_meetings_to_come", None)
    if known is None:
        today = clock.today(partnership)
        closed = frozenset(partnership.closed_days.values_list("on", flat=True))
        meetings = Meeting.objects.filter(
            committee__partnership=partnership, on__gte=today, state=Meeting.State.SCHEDULED
        ).select_related("committee__partnership", "host")
        known = [
            _ToCome(meeting, timing(today, meeting.on, closed=closed))
            for meeting in meetings.order_by("on", "starts_at", "pk")
        ]
        request._meetings_to_come = known  # type: ignore[attr-defined]
    return known


# For those who prepare meetings: the clock of each, and what stands in its way


def _in_preparation(request: HttpRequest, partnership: Partnership) -> list[_ToCome]:
    if not permissions.may(request.user, permissions.MEETING_PREPARE, partnership):
        return []
    return [row for row in _to_come(request, partnership) if not row.meeting.is_published]


def preparation_panel(request: HttpRequest, partnership: Partnership) -> str:
    rows = _in_preparation(request, partnership)
    if not rows:
        return ""
    meetings = [row.meeting for row in rows]
    items: dict[int, list[AgendaItem]] = {}
    papers: dict[int, list[Paper]] = {}
    for item in AgendaItem.objects.filter(meeting__in=meetings).order_by("number", "pk"):
        items.setdefault(item.meeting_id, []).append(item)
    for paper in (
        Paper.objects.filter(item__meeting__in=meetings)
        .select_related("item")
        .order_by("item__number", "position", "pk")
    ):
        papers.setdefault(paper.item.meeting_id, []).append(paper)
    shown = []
    for row in rows:
        blockers = readiness.blockers(items.get(row.meeting.pk, []), papers.get(row.meeting.pk, []))
        shown.append(
            {
                "meeting": row.meeting,
                "url": meeting_url(row.meeting),
                "now": row.now,
                "said": row.now.said(),
                "stops": f"{counted(len(blockers), 'thing')} {'stops' if len(blockers) == 1 else 'stop'} publication"
                if blockers
                else "",
                "causes": meeting_page.causes(row.meeting, blockers)[:6],
            }
        )
    return render_to_string("committees/_panel_preparation.html", {"rows": shown}, request)


def preparation_headline(request: HttpRequest, partnership: Partnership) -> str:
    rows = _in_preparation(request, partnership)
    return f"{rows[0].meeting.committee.short_name}: {rows[0].now.said()}" if rows else ""


# For everybody: the next meeting


def next_panel(request: HttpRequest, partnership: Partnership) -> str:
    rows = _to_come(request, partnership)
    if not rows:
        return ""
    meeting = rows[0].meeting
    held = seats.on(meeting.committee, meeting.on)
    pack = _reading(request, partnership, meeting)
    context = {
        "meeting": meeting,
        "meeting_url": meeting_url(meeting),
        "chair": seats.chair_of(meeting, held),
        "colleagues": _colleagues(request, partnership, held),
        "reading": {"url": pack_url(pack, meeting), "pages": pack.pages} if pack else None,
    }
    return render_to_string("committees/_next.html", context, request)


def _reading(request: HttpRequest, partnership: Partnership, meeting: Meeting) -> Pack | None:
    """The published edition that this reader has: the members' one where they may."""
    if not meeting.is_published:
        return None
    packs = Pack.objects.visible_to(request.user, partnership).filter(meeting=meeting, published_at__isnull=False)
    # "members" comes before "public".
    return packs.order_by("edition", "-number", "pk").first()


def _member_councils(request: HttpRequest, partnership: Partnership) -> set[int]:
    return {
        right.council_id
        for right in permissions.roles_in(request.user, partnership)
        if right.role == Role.MEMBER and right.council_id is not None
    }


def _colleagues(request: HttpRequest, partnership: Partnership, held: list[Membership]) -> str:
    """Who else sits for the reader's council."""
    councils = _member_councils(request, partnership)
    own = [
        seat for seat in held if seat.council_id in councils and seat.person_id != getattr(request.user, "person_id", 0)
    ]
    members = [str(seat.person) for seat in own if seat.role != Membership.Role.SUBSTITUTE]
    substitutes = [str(seat.person) for seat in own if seat.role == Membership.Role.SUBSTITUTE]
    if not members and not substitutes:
        return ""
    said = listed(members)
    if substitutes:
        said += f"{'; substitutes: ' if said else 'Substitutes: '}{listed(substitutes)}"
    return said


def next_headline(request: HttpRequest, partnership: Partnership) -> str:
    """For members: "Your next meeting is in eleven days"."""
    rows = _to_come(request, partnership)
    if not rows or not _member_councils(request, partnership):
        return ""
    days = (rows[0].meeting.on - rows[0].now.today).days
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {counted(days, 'day')}")
    return f"Your next meeting is {when}"


# The papers of the next meeting, once they are published


def papers_panel(request: HttpRequest, partnership: Partnership) -> str:
    rows = _to_come(request, partnership)
    if not rows or not rows[0].meeting.is_published:
        return ""
    meeting = rows[0].meeting
    visible = (
        Paper.objects.visible_to(request.user, partnership)
        .filter(item__meeting=meeting)
        .select_related("item")
        .order_by("item__number", "position", "pk")
    )
    pack = _reading(request, partnership, meeting)
    papers = [
        {
            "url": paper_url(paper, meeting),
            "title": f"{paper.label}: {paper.title_for(True)}" if paper.label else paper.title_for(True),
            "item": paper.item.number,
            "pages": meeting_page.pages_in(pack, paper),
            "is_restricted": paper.is_restricted,
        }
        for paper in visible
    ]
    return render_to_string("committees/_panel_papers.html", {"papers": papers, "meeting": meeting}, request)
