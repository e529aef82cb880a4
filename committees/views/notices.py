"""Notices of a meeting, its moves and cancellation, items that came late, and the days on which all is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees import meeting_clock, notice_actions, notice_record, rights
from committees.clock import clear_days
from committees.law_links import closed_days_url, notice_add_url, notices_url
from committees.links import meeting_url
from committees.models import Meeting, Notice, Paper
from committees.notice_forms import CancelForm, ClosedDayForm, LateItemForm, MoveForm, NoticeForm
from committees.notices import RULES, Kind
from committees.reading import find_meeting, reader
from committees.wording import day, weekday
from portal import clock, permissions
from portal.models import ClosedDay, Partnership
from portal.policies import Refused
from portal.words import counted


@require_safe
@login_not_required
def notice_list(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    """Every notice as it was given. All of it is public."""
    meeting = find_meeting(partnership, committee, on)
    who = reader(request, partnership, meeting)
    closed = notice_actions.closed_days_of(partnership)
    given = list(meeting.notices.select_related("item").order_by("given_on", "pk"))
    missing = []
    if who.prepares and meeting.state == Meeting.State.SCHEDULED:
        items = list(meeting.items.order_by("number", "pk"))
        papers = list(Paper.objects.filter(item__meeting=meeting).select_related("item").order_by("pk"))
        missing = [blocker.text for blocker in notice_record.blockers(meeting, items, papers, given, closed)]
    context = {
        "meeting": meeting,
        "committee": meeting.committee,
        "notices": [(notice, RULES[Kind(notice.kind)]) for notice in given],
        "missing": missing,
        "is_executive": meeting.committee.legal_basis == "executive",
        "add_url": notice_add_url(meeting) if who.publishes and meeting.state == Meeting.State.SCHEDULED else "",
        "back": meeting_url(meeting),
    }
    return render(request, "committees/notice_list.html", context)


def _for_publishers(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> Meeting:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.AGENDA_PUBLISH, meeting)
    return meeting


def _page(request: HttpRequest, meeting: Meeting, form: forms.Form, words: dict[str, Any], status: int) -> HttpResponse:
    context = {"meeting": meeting, "committee": meeting.committee, "form": form, "back": meeting_url(meeting)} | words
    return render(request, "committees/notice_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def notice_add(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _for_publishers(request, partnership, committee, on)
    form = NoticeForm(
        request.POST if request.method == "POST" else None,
        meeting=meeting,
        initial={"given_on": clock.today(partnership)},
    )
    calendar = notice_record.calendar_of(meeting, notice_actions.closed_days_of(partnership))
    words = {
        "heading": "Record a notice",
        "intro": "A notice is recorded as it was given, shown to everybody, and never changes.",
        "days": [(kind.label, calendar.last_for(Kind(kind.value)), RULES[Kind(kind.value)]) for kind in Notice.Kind],
        "button": "Record the notice",
    }
    if request.method != "POST":
        return _page(request, meeting, form, words, 200)
    if form.is_valid():
        try:
            notice = notice_actions.give_notice(by=permissions.signed_in(request), meeting=meeting, text=form.text())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The notice is recorded: {notice.get_kind_display()}.")
            return redirect(notices_url(meeting))
    return _page(request, meeting, form, words, 422)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_move(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _for_publishers(request, partnership, committee, on)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        meeting=meeting,
        initial={"on": meeting.on, "starts_at": meeting.starts_at, "venue": meeting.venue},
    )
    words = {
        "heading": "Move the meeting",
        "intro": (
            "Its former address leads to the new one, and calendars that follow the committee move it. "
            + (
                "The agenda is published: it stays so, and its clear days count towards the new day. Notice of the "
                "new time and place is given today."
                if meeting.published_at
                else "The agenda is not published yet: its last day moves with the meeting."
            )
        ),
        "button": "Move the meeting",
    }
    if request.method != "POST":
        return _page(request, meeting, form, words, 200)
    if form.is_valid():
        try:
            meeting = notice_actions.move_meeting(by=permissions.signed_in(request), meeting=meeting, to=form.to())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The meeting is on {weekday(meeting.on)} now.")
            return redirect(meeting_url(meeting))
    return _page(request, meeting, form, words, 422)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cancel(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _for_publishers(request, partnership, committee, on)
    form = CancelForm(request.POST if request.method == "POST" else None)
    words = {
        "heading": "Cancel the meeting",
        "intro": "This cannot be taken back. The page of the meeting and every calendar say that it is cancelled.",
        "button": "Cancel the meeting",
    }
    if request.method != "POST":
        return _page(request, meeting, form, words, 200)
    if form.is_valid():
        try:
            notice_actions.cancel_meeting(
                by=permissions.signed_in(request), meeting=meeting, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The meeting of {day(meeting.on)} is cancelled.")
            return redirect(meeting_url(meeting))
    return _page(request, meeting, form, words, 422)


@require_http_methods(["GET", "HEAD", "POST"])
def late_item(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _for_publishers(request, partnership, committee, on)
    form = LateItemForm(request.POST if request.method == "POST" else None)
    left = clear_days(clock.today(partnership), meeting.on, closed=notice_actions.closed_days_of(partnership))
    words = {
        "heading": "Add an item late",
        "intro": (
            f"Added today, the public has {counted(left, 'clear day')} before the meeting. The item comes last, so "
            "that no number changes, and is public at once."
        ),
        "button": "Add the item",
    }
    if request.method != "POST":
        return _page(request, meeting, form, words, 200)
    if form.is_valid():
        try:
            item = notice_actions.add_late_item(by=permissions.signed_in(request), meeting=meeting, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Item {item.number} is on the agenda.")
            return redirect(meeting_url(meeting))
    return _page(request, meeting, form, words, 422)


@require_http_methods(["GET", "HEAD", "POST"])
def closed_days(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The days that the clerk has listed, and a form for another."""
    permissions.check(request.user, permissions.COMMITTEE_EDIT, partnership)
    form = ClosedDayForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = notice_actions.add_closed_day(
                    by=permissions.signed_in(request), partnership=partnership, **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                _warn_of_late(request, partnership)
                messages.success(request, f"{weekday(made.on)} does not count as a working day any longer.")
                return redirect(closed_days_url(partnership))
    context = {"form": form, "days": list(partnership.closed_days.order_by("-on", "pk"))}
    return render(request, "committees/closed_days.html", context, status=status)


@require_POST
def closed_day_remove(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    permissions.check(request.user, permissions.COMMITTEE_EDIT, partnership)
    listed = get_object_or_404(ClosedDay.objects.filter(partnership=partnership), pk=pk)
    try:
        notice_actions.remove_closed_day(by=permissions.signed_in(request), day=listed)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{weekday(listed.on)} counts as a working day again.")
    return redirect(closed_days_url(partnership))


def _warn_of_late(request: HttpRequest, partnership: Partnership) -> None:
    """Name each published meeting to come that has fewer than five clear days with the calendar as it is now."""
    closed = notice_actions.closed_days_of(partnership)
    coming = Meeting.objects.filter(
        committee__partnership=partnership,
        on__gte=clock.today(partnership),
        state=Meeting.State.SCHEDULED,
        published_at__isnull=False,
    )
    for meeting in coming.select_related("committee").order_by("on", "pk"):
        facts = meeting_clock.Facts(meeting, clock.today(partnership), closed)
        if facts.published_on is not None and (days := clear_days(facts.published_on, meeting.on, closed=closed)) < 5:
            messages.warning(
                request,
                f"The agenda of {day(meeting.on)} now has {counted(days, 'clear day')} of five. "
                "Move the meeting, or call it at shorter notice.",
            )
