"""A committee: who sits on it, who chairs next, when it meets."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees import seats
from committees.models import Committee, Meeting
from committees.reading import find_committee
from portal import clock, permissions, text
from portal.models import Partnership


@require_safe
@login_not_required
def committee_detail(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = find_committee(partnership, committee)
    today = clock.today(partnership)
    held = seats.on(found, today)
    following = (
        found.meetings.filter(on__gte=today, state=Meeting.State.SCHEDULED)
        .select_related("host")
        .order_by("on", "starts_at", "pk")
        .first()
    )
    if following is not None:
        following.committee = found
    context = {
        "committee": found,
        "councils": seats.by_council(held, partnership),
        "following": following,
        "chair": seats.chair_of(following, held) if following else None,
        "turn": seats.turn_before(found) if found.chair_rule == Committee.ChairRule.HOST else None,
        "edits": permissions.may(request.user, permissions.COMMITTEE_EDIT, partnership, committee_id=found.pk),
        "sees_attendance": permissions.may(request.user, permissions.ACTION_VIEW, partnership),
        "access_note": text.to_html(found.access_note),
        "interests_note": text.to_html(found.interests_note),
        "meetings": found.meetings.order_by("-on", "-starts_at", "pk")[:12],
    }
    return render(request, "committees/committee_detail.html", context)
