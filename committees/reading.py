"""What a reader may see of committees, meetings and papers. Views start here, never from a model's manager.

What one may not know of answers 404. What is known but restricted answers 403, or leads to sign-in who has not
signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from committees import access_actions, minutes_content, minutes_policies, paper_content, restriction
from committees.access_links import access_url
from committees.models import AgendaItem, Committee, Meeting, MeetingMove, MinuteItem, Minutes, Pack, Paper
from portal import permissions
from portal.models import Partnership


@dataclass(frozen=True)
class Reader:
    """An account, or nobody, before one meeting; each right asked for once."""

    user: Any
    partnership: Partnership
    prepares: bool
    edits: bool
    clears: bool
    builds: bool
    publishes: bool
    reads_restricted: bool

    def may_read(self, item: AgendaItem | MinuteItem) -> bool:
        return self.reads_restricted or not item.is_restricted


def reader(request: HttpRequest, partnership: Partnership, place: Committee | Meeting) -> Reader:
    """The rights of whoever asks: before a meeting those that hold at it, before a committee those that hold always."""
    committee_id = place.committee_id if isinstance(place, Meeting) else place.pk
    meeting_id = place.pk if isinstance(place, Meeting) else None

    def may(permission: permissions.Permission) -> bool:
        return permissions.may(request.user, permission, partnership, committee_id=committee_id, meeting_id=meeting_id)

    return Reader(
        user=request.user,
        partnership=partnership,
        prepares=may(permissions.MEETING_PREPARE),
        edits=may(permissions.MEETING_EDIT),
        clears=may(permissions.PAPER_CLEAR),
        builds=may(permissions.PACK_BUILD),
        publishes=may(permissions.AGENDA_PUBLISH),
        reads_restricted=may(permissions.PAPER_READ_RESTRICTED),
    )


def find_committee(partnership: Partnership, slug: str) -> Committee:
    committee = get_object_or_404(Committee.objects.filter(partnership=partnership), slug=slug)
    committee.partnership = partnership
    return committee


class MeetingMoved(Http404):
    """There is no meeting on that day any longer. Whoever reads is led to `on`: committees/middleware.py."""

    def __init__(self, on: date) -> None:
        super().__init__("The meeting was moved to another day.")
        self.on = on


def find_meeting(partnership: Partnership, committee: str, on: date) -> Meeting:
    """Day, time and place of every meeting are public. Raises MeetingMoved for the former day of one that moved."""
    found = find_committee(partnership, committee)
    meeting = Meeting.objects.filter(committee=found, on=on).select_related("host", "published_by").first()
    if meeting is None:
        moves = MeetingMove.objects.filter(meeting__committee=found, from_on=on).select_related("meeting")
        moved = moves.order_by("-moved_at", "-pk").first()
        if moved is None:
            raise Http404("The committee has no meeting on that day.")
        raise MeetingMoved(moved.meeting.on)
    meeting.committee = found
    return meeting


def _refusal(request: HttpRequest, why: str) -> HttpResponse:
    """For what is known to be there: sign-in for those who have not, 403 for those who have."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied(why)


def find_paper(request: HttpRequest, meeting: Meeting, number: int, slug: str) -> Paper | HttpResponse:
    """The paper with its content, if the reader may read it; an answer that refuses it otherwise.

    Raises Http404 for a paper that the reader may not know of, and PermissionDenied.
    """
    partnership = meeting.committee.partnership
    here = {"item__meeting": meeting, "item__number": number, "slug": slug}
    visible = Paper.objects.visible_to(request.user, partnership)
    paper = paper_content.for_content(visible.filter(**here)).first()
    if paper is not None:
        return paper
    known = Paper.objects.filter(**here).select_related("item").first()
    if known is None or not meeting.agenda_open_to(request.user, partnership):
        raise Http404
    if any(access_actions.roles_of(request.user, partnership)):
        # Their wider right has a page of its own, which asks and records.
        known.item.meeting = meeting
        return redirect(access_url(known, meeting))
    return _refusal(request, f"{restriction.label(known)}: for members of the committee and those who advise it.")


def find_minutes(request: HttpRequest, meeting: Meeting) -> tuple[Minutes, list[MinuteItem]]:
    """Minutes and those of their items whose text the reader may read. Raises Http404 before they are public."""
    loaded = minutes_content.for_content(Meeting.objects.filter(pk=meeting.pk)).get()
    minutes: Minutes | None = getattr(loaded, "minutes", None)
    who = reader(request, meeting.committee.partnership, meeting)
    if minutes is None or not (
        minutes.state in Minutes.PUBLIC or who.prepares or minutes_policies.has_chaired(request.user, meeting)
    ):
        raise Http404
    return minutes, [item for item in minutes.items.all() if who.may_read(item)]


def find_pack(request: HttpRequest, meeting: Meeting, pk: int) -> Pack | HttpResponse:
    """The pack, if the reader may have it. That a published edition exists is known; of a draft nobody is told."""
    partnership = meeting.committee.partnership
    visible = Pack.objects.visible_to(request.user, partnership)
    pack = visible.filter(meeting=meeting, pk=pk).first()
    if pack is not None:
        return pack
    if not Pack.objects.filter(meeting=meeting, pk=pk, published_at__isnull=False).exists():
        raise Http404
    return _refusal(request, "The members’ edition is for members of the committee and those who advise it.")
