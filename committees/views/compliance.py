"""The compliance sheet of a meeting, on screen and for print."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees import compliance, meeting_clock, notice_actions
from committees.compliance import Sheet
from committees.law_links import compliance_pdf_url
from committees.links import meeting_url
from committees.models import Meeting, Pack, Paper, RestrictionDecision
from committees.reading import find_meeting, reader
from portal import clock
from portal.models import Partnership


@require_safe
@login_not_required
def compliance_sheet(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    context = {
        "meeting": meeting,
        "committee": meeting.committee,
        "sheet": _sheet(request, meeting),
        "pdf_url": compliance_pdf_url(meeting),
        "back": meeting_url(meeting),
    }
    return render(request, "committees/compliance.html", context)


@require_safe
@login_not_required
def compliance_pdf(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    sheet = _sheet(request, meeting)
    content = compliance.as_pdf(sheet, on=meeting.on, made_at=clock.now(partnership))
    response = HttpResponse(content, content_type="application/pdf")
    edition = "-full" if sheet.is_full else ""
    name = f"{partnership.slug}-{meeting.on:%Y-%m-%d}-compliance{edition}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    # Drawn anew each time, by who asks.
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(request: HttpRequest, meeting: Meeting) -> Sheet:
    """As this reader may have it. A constant number of queries."""
    partnership = meeting.committee.partnership
    who = reader(request, partnership, meeting)
    is_full = who.prepares and who.reads_restricted
    knows_agenda = meeting.agenda_open_to(who.user, partnership)
    decisions = Prefetch("restriction_decisions", RestrictionDecision.objects.order_by("decided_at", "pk"))
    items = list(meeting.items.prefetch_related(decisions).order_by("number", "pk")) if knows_agenda else []
    papers = (
        list(
            Paper.objects.filter(item__meeting=meeting)
            .select_related("item")
            .prefetch_related(decisions)
            .order_by("item__number", "position", "pk")
        )
        if knows_agenda
        else []
    )
    facts = meeting_clock.load(
        meeting,
        today=clock.today(partnership),
        closed=notice_actions.closed_days_of(partnership),
        items=items,
        papers=papers,
        knows_agenda=knows_agenda,
        prepares=who.prepares,
    )
    packs = Pack.objects.visible_to(who.user, partnership).filter(meeting=meeting).order_by("published_at", "pk")
    return compliance.sheet(facts, list(packs), is_full=is_full)
