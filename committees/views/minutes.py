"""The minutes of a meeting."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees import minutes_content
from committees.models import Minutes
from committees.reading import find_meeting, find_minutes
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
    }
    return render(request, "committees/minutes_detail.html", context)
