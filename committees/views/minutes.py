"""The minutes of a meeting as they are read, with the next step for whoever may take it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees import minutes_actions, minutes_content, minutes_policies, rights
from committees.minutes_forms import ApproveForm, SendBackForm
from committees.models import Meeting, Minutes
from committees.reading import find_meeting, find_minutes
from committees.views.minutes_steps import approving_meetings
from portal import permissions
from portal.models import Partnership


@require_safe
@login_not_required
def minutes_detail(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    minutes, readable = find_minutes(request, meeting)
    context = {
        "meeting": meeting,
        "minutes": minutes,
        "is_public": minutes.state in Minutes.PUBLIC,
        "body": minutes_content.of(minutes, readable),
        "approving_item": minutes_actions.approving_item(minutes) if minutes.approved_at_id else None,
    }
    return render(request, "committees/minutes_detail.html", context | _steps(request, meeting, minutes))


def _steps(request: HttpRequest, meeting: Meeting, minutes: Minutes) -> dict[str, Any]:
    """What the reader can do with the minutes as they stand."""
    edits = rights.may(request.user, permissions.MEETING_EDIT, meeting)
    is_chair = minutes_policies.has_chaired(request.user, meeting)
    state, steps = minutes.state, edits or is_chair
    if not steps or state == Minutes.State.APPROVED:
        return {}
    minutes.meeting = meeting
    meetings = approving_meetings(minutes)
    is_checked = state == Minutes.State.CHECKED
    return {
        "steps": True,
        "is_chair": is_chair,
        "writes": edits and state == Minutes.State.DRAFT,
        "may_check": state == Minutes.State.DRAFT,
        "may_publish": is_checked and rights.may(request.user, permissions.AGENDA_PUBLISH, meeting),
        "send_back_form": SendBackForm() if is_checked else None,
        "approve_form": ApproveForm(meetings=meetings)
        if edits and state == Minutes.State.PUBLISHED and meetings.exists()
        else None,
    }
