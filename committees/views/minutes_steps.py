"""The steps of minutes: checked by the chair, sent back, published as a draft, approved by a later meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from committees import minutes_actions, minutes_policies, rights
from committees.links import minutes_url
from committees.minutes_forms import ApproveForm, SendBackForm
from committees.models import Meeting, Minutes
from committees.reading import find_meeting
from portal import permissions
from portal.models import Partnership
from portal.policies import Refused


def _minutes(
    request: HttpRequest,
    partnership: Partnership,
    committee: str,
    on: date,
    permission: permissions.Permission,
    *,
    chair_too: bool = False,
) -> Minutes:
    meeting = find_meeting(partnership, committee, on)
    if not (chair_too and minutes_policies.has_chaired(request.user, meeting)):
        rights.check(request.user, permission, meeting)
    minutes = get_object_or_404(Minutes, meeting=meeting)
    minutes.meeting = meeting
    return minutes


def _step(request: HttpRequest, minutes: Minutes, done: str, action: Callable[[], Any]) -> HttpResponse:
    try:
        action()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(minutes_url(minutes.meeting))


@require_POST
def minutes_check(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    """By whoever chaired, or by the clerk on their word."""
    minutes = _minutes(request, partnership, committee, on, permissions.MEETING_EDIT, chair_too=True)
    return _step(
        request, minutes, "The minutes are checked.",
        lambda: minutes_actions.check(by=permissions.signed_in(request), minutes=minutes),
    )  # fmt: skip


@require_POST
def minutes_send_back(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    minutes = _minutes(request, partnership, committee, on, permissions.MEETING_EDIT, chair_too=True)
    form = SendBackForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _step(
        request, minutes, "The minutes are open again.",
        lambda: minutes_actions.send_back(by=permissions.signed_in(request), minutes=minutes, reason=reason),
    )  # fmt: skip


@require_POST
def minutes_publish(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    minutes = _minutes(request, partnership, committee, on, permissions.AGENDA_PUBLISH)
    return _step(
        request, minutes, "The draft minutes are public. What was taken in private is not among them.",
        lambda: minutes_actions.publish_draft(by=permissions.signed_in(request), minutes=minutes),
    )  # fmt: skip


def approving_meetings(minutes: Minutes) -> Any:
    """Later meetings that have had these minutes before them."""
    return (
        Meeting.objects.filter(
            committee=minutes.meeting.committee_id,
            on__gt=minutes.meeting.on,
            on__lte=minutes_policies.today_of(minutes.meeting),
            items__papers__in=minutes_policies.carried(minutes),
        )
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("committee")
        .distinct()
        .order_by("on", "pk")
    )


@require_POST
def minutes_approve(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    minutes = _minutes(request, partnership, committee, on, permissions.MEETING_EDIT)
    form = ApproveForm(request.POST, meetings=approving_meetings(minutes))
    if not form.is_valid():
        messages.error(request, "Choose the meeting that approved them: one that had these minutes on its agenda.")
        return redirect(minutes_url(minutes.meeting))
    return _step(
        request, minutes, "The minutes are approved. They never change again.",
        lambda: minutes_actions.approve(by=permissions.signed_in(request), minutes=minutes, **form.cleaned_data),
    )  # fmt: skip
