"""Publishing an agenda: a page that says what becomes public, and the step itself, which cannot be taken back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from committees import actions, meeting_page, notice_record, readiness, restriction, rights
from committees.links import meeting_url, paper_url
from committees.models import AgendaItem, Meeting, Paper
from committees.notice_forms import UrgencyForm
from committees.reading import find_meeting
from committees.timing import timing
from portal import clock, permissions
from portal.models import Part, Partnership
from portal.policies import Refused
from portal.words import counted


@require_safe
def publish_confirm(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.AGENDA_PUBLISH, meeting)
    return _page(request, meeting, UrgencyForm(meeting=meeting))


@require_POST
def publish(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.AGENDA_PUBLISH, meeting)
    form = UrgencyForm(request.POST, meeting=meeting)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    try:
        actions.publish(by=permissions.signed_in(request), meeting=meeting, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
        if any(form.cleaned_data.values()):
            # With what was typed: a reason for urgency is not written twice.
            return _page(request, meeting, form, status=409)
        return redirect(meeting_url(meeting))
    messages.success(request, "Agenda and papers are published. Both editions of the pack are being built.")
    return redirect(meeting_url(meeting))


def _page(request: HttpRequest, meeting: Meeting, urgency: UrgencyForm, status: int = 200) -> HttpResponse:
    """What publication would do today. Where it cannot be done, the page says so instead of offering it."""
    partnership = meeting.committee.partnership
    closed = frozenset(partnership.closed_days.values_list("on", flat=True))
    now = timing(clock.today(partnership), meeting.on, closed=closed)
    items = list(meeting.items.order_by("number", "pk"))
    papers = list(
        Paper.objects.filter(item__meeting=meeting).select_related("item").order_by("item__number", "position", "pk")
    )
    context = {
        "meeting": meeting,
        "committee": meeting.committee,
        "now": now,
        "is_open": not meeting.is_published and meeting.state == Meeting.State.SCHEDULED and not now.is_over,
        "causes": meeting_page.causes(
            meeting,
            [
                *readiness.blockers(items, papers),
                *readiness.refused_figures(papers, partnership),
                *notice_record.blockers(meeting, items, papers, meeting.notices.select_related("item"), closed),
            ],
        ),
        "items_counted": counted(len(items), "item"),
        "clear_days_counted": counted(now.clear_days, "clear day"),
        "public": [(_named(paper), paper_url(paper, meeting)) for paper in papers if not paper.is_restricted],
        "minutes": list(actions.minutes_to_publish(papers).select_related("meeting").order_by("meeting__on")),
        "restricted": _restricted(items, papers),
        "urgency": urgency,
        "back": meeting_url(meeting),
    }
    return render(request, "committees/publish_confirm.html", context, status=status)


def _named(paper: Paper) -> str:
    """By its public title, which is the one that becomes public."""
    return f"Item {paper.item.number}, {paper}"


def _restricted(items: list[AgendaItem], papers: list[Paper]) -> list[tuple[str, str]]:
    """What stays restricted, with its label: every restricted paper, and restricted items without one."""
    found: list[tuple[str, str]] = []
    for item in items:
        own = [paper for paper in papers if paper.item_id == item.pk and paper.is_restricted]
        found += [(_named(paper), restriction.label(paper)) for paper in own]
        if item.part == Part.TWO and not own:
            found.append((f"Item {item.number}, {item.title}", item.restriction_label()))
    return found
