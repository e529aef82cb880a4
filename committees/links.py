"""Addresses of meetings and what belongs to them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from committees.models import AgendaItem, Committee, Decision, Meeting, Pack, Paper
from portal.models import Partnership


def _to(name: str, committee: Committee, **where: Any) -> str:
    return reverse(
        f"committees:{name}",
        kwargs={"partnership": committee.partnership.slug, "committee": committee.slug, **where},
    )


def committee_url(committee: Committee) -> str:
    return _to("committee", committee)


def meeting_url(meeting: Meeting, part: str = "") -> str:
    address = _to("meeting", meeting.committee, on=meeting.on)
    return f"{address}#{part}" if part else address


def agenda_url(meeting: Meeting) -> str:
    """Where the agenda is built."""
    return _to("agenda-build", meeting.committee, on=meeting.on)


def publish_confirm_url(meeting: Meeting) -> str:
    return _to("publish-confirm", meeting.committee, on=meeting.on)


def minutes_url(meeting: Meeting) -> str:
    return _to("minutes", meeting.committee, on=meeting.on)


def pack_url(pack: Pack, meeting: Meeting) -> str:
    return _to("pack", meeting.committee, on=meeting.on, pk=pack.pk)


def item_restriction_url(item: AgendaItem, meeting: Meeting) -> str:
    return _to("item-restriction", meeting.committee, on=meeting.on, number=item.number)


def _paper(name: str, paper: Paper, meeting: Meeting, **where: Any) -> str:
    return _to(name, meeting.committee, on=meeting.on, number=paper.item.number, paper=paper.slug, **where)


def paper_url(paper: Paper, meeting: Meeting) -> str:
    return _paper("paper", paper, meeting)


def paper_clear_url(paper: Paper, meeting: Meeting) -> str:
    return _paper("paper-clear", paper, meeting)


def paper_restriction_url(paper: Paper, meeting: Meeting) -> str:
    return _paper("paper-restriction", paper, meeting)


def section_edit_url(paper: Paper, meeting: Meeting, position: int) -> str:
    return _paper("section-edit", paper, meeting, position=position)


def decision_url(decision: Decision, partnership: Partnership) -> str:
    return reverse("committees:decision", kwargs={"partnership": partnership.slug, "pk": decision.pk})
