"""The room of a meeting on the day: attendance, chair, interests, quorum, the end. Every form is a plain post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_time
from django.views.decorators.http import require_POST, require_safe

from committees import attendance_actions as actions
from committees import attendance_forms as forms
from committees import attendance_policies, rights
from committees import room as rooms
from committees.models import Interest, Meeting
from committees.reading import find_meeting, reader
from committees.room_links import room_url
from committees.wording import time_of_day
from portal import clock, permissions
from portal.models import Partnership
from portal.policies import Refused


def _own(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> Meeting:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    return meeting


def _asked_time(request: HttpRequest) -> time | None:
    """The time for which quorum is asked; anything that is no time asks for how things stand."""
    try:
        return parse_time(request.GET.get("at", ""))
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    status: int = 200,
    refused: dict[int, str] | None = None,
    typed: Any = None,
    **bound: Form,
) -> HttpResponse:
    at = _asked_time(request)
    is_open, why = True, ""
    try:
        attendance_policies.check_open(meeting)
    except Refused as refusal:
        is_open, why = False, str(refusal)
    now = clock.now(meeting.committee.partnership)
    who = reader(request, meeting.committee.partnership, meeting)
    found = rooms.of(meeting, at=at, refused=refused, typed=typed)
    wrong = next((form for form in bound.values() if form.errors), None)
    context = {
        "meeting": meeting,
        "committee": meeting.committee,
        "room": found,
        "at": at,
        "at_said": time_of_day(at) if at else "",
        "is_open": is_open,
        "why_closed": why,
        "has_begun": now.date() >= meeting.on,
        "form": wrong,
        "officer_form": bound.get("officer") or forms.OfficerForm(meeting=meeting, auto_id="officer_%s"),
        "interest_form": bound.get("interest") or forms.InterestForm(meeting=meeting, auto_id="interest_%s"),
        "close_form": bound.get("close") or forms.CloseForm(auto_id="close_%s"),
        "link_form": bound.get("link")
        or forms.LinkForm(auto_id="link_%s", initial={"remote_link": meeting.remote_link}),
        "interests": [(one, _item_name(one, who.may_read)) for one in found.interests],
        "refused": refused or {},
    }
    return render(request, "committees/meeting_room.html", context, status=status)


def _item_name(interest: Interest, may_read: Callable[[Any], bool]) -> str:
    if interest.item is None:
        return "The meeting as a whole"
    return f"Item {interest.item.number}: {interest.item.title_for(may_read(interest.item))}"


def _do(request: HttpRequest, meeting: Meeting, part: str, done: str, action: Callable[[], Any]) -> HttpResponse:
    """Do what a button asks for; say why where it cannot be done."""
    try:
        action()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(room_url(meeting, part))


def _with_form(
    request: HttpRequest, meeting: Meeting, name: str, form: Form, part: str, done: str, action: Callable[[], Any]
) -> HttpResponse:
    """Do what a form asks for. One that is wrong or refused comes back as it was typed."""
    status = 422
    if form.is_valid():
        try:
            action()
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, done)
            return redirect(room_url(meeting, part))
    bound: dict[str, Any] = {name: form}
    return _page(request, meeting, status=status, **bound)


@require_safe
def room(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    return _page(request, _own(request, partnership, committee, on))


@require_POST
def attendance_record(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = forms.AttendanceForm(request.POST)
    if not form.is_valid():
        person = form.cleaned_data.get("person")
        if person is None:
            messages.error(request, "The form was not sent whole. Nothing was written down.")
            return redirect(room_url(meeting))
        return _page(request, meeting, status=422, refused={person.pk: form.said()}, typed=request.POST)
    person = form.cleaned_data["person"]
    try:
        actions.record_attendance(by=permissions.signed_in(request), meeting=meeting, person=person, entry=form.entry())
    except Refused as refusal:
        return _page(request, meeting, status=409, refused={person.pk: str(refusal)}, typed=request.POST)
    messages.success(request, f"{person}: written down.")
    return redirect(room_url(meeting, f"person-{person.pk}"))


@require_POST
def officer_record(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = forms.OfficerForm(request.POST, meeting=meeting, auto_id="officer_%s")
    return _with_form(
        request, meeting, "officer", form, "officers", "Written down.",
        lambda: actions.record_officer(
            by=permissions.signed_in(request), meeting=meeting, person=form.cleaned_data["person"]
        ),
    )  # fmt: skip


def _person_named(request: HttpRequest) -> Any:
    form = forms.PersonForm(request.POST)
    return form.cleaned_data["person"] if form.is_valid() else None


@require_POST
def attendance_remove(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    person = _person_named(request)
    if person is None:
        messages.error(request, "The form was not sent whole. Nothing was changed.")
        return redirect(room_url(meeting))
    return _do(
        request, meeting, "attendance", f"{person} is off the record.",
        lambda: actions.remove_attendance(by=permissions.signed_in(request), meeting=meeting, person=person),
    )  # fmt: skip


@require_POST
def chair_take(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    person = _person_named(request)
    if person is None:
        messages.error(request, "Choose who takes the chair.")
        return redirect(room_url(meeting, "chair"))
    return _do(
        request, meeting, "chair", f"{person} is in the chair.",
        lambda: actions.take_chair(by=permissions.signed_in(request), meeting=meeting, person=person),
    )  # fmt: skip


@require_POST
def interest_declare(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = forms.InterestForm(request.POST, meeting=meeting, auto_id="interest_%s")
    return _with_form(
        request, meeting, "interest", form, "interests", "The interest is written down.",
        lambda: actions.declare_interest(by=permissions.signed_in(request), meeting=meeting, **form.cleaned_data),
    )  # fmt: skip


def _interest(meeting: Meeting, pk: int) -> Interest:
    found = get_object_or_404(Interest.objects.filter(meeting=meeting), pk=pk)
    found.meeting = meeting
    return found


@require_POST
def interest_time(request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    interest = _interest(meeting, pk)
    form = forms.TimeOutForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect(room_url(meeting, "interests"))
    return _do(
        request, meeting, "interests", "The time out of the room is written down.",
        lambda: actions.record_time_out(by=permissions.signed_in(request), interest=interest, **form.cleaned_data),
    )  # fmt: skip


@require_POST
def interest_withdraw(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int
) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    interest = _interest(meeting, pk)
    return _do(
        request, meeting, "interests", "The interest is off the record.",
        lambda: actions.withdraw_interest(by=permissions.signed_in(request), interest=interest),
    )  # fmt: skip


@require_POST
def meeting_close(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = forms.CloseForm(request.POST, auto_id="close_%s")
    return _with_form(
        request, meeting, "close", form, "", "The meeting is recorded as held.",
        lambda: actions.close_meeting(
            by=permissions.signed_in(request), meeting=meeting, closed_at=form.cleaned_data["closed_at"]
        ),
    )  # fmt: skip


@require_POST
def remote_link(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = forms.LinkForm(request.POST, auto_id="link_%s")
    return _with_form(
        request, meeting, "link", form, "link", "The link is kept.",
        lambda: actions.set_remote_link(
            by=permissions.signed_in(request), meeting=meeting, link=form.cleaned_data["remote_link"]
        ),
    )  # fmt: skip
