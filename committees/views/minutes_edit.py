"""Writing minutes: all items in one form, saved box by box by the script, or as a whole without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees import minutes_actions, minutes_policies, minutes_saving, minutes_sheet, rights
from committees.links import meeting_url, minutes_url
from committees.minutes_forms import ActionForm, PrivateItemForm, VoteForm
from committees.minutes_links import edit_url
from committees.minutes_saving import Box, Saved
from committees.models import Meeting, MinuteItem, Minutes, Resolution, Vote
from committees.reading import find_meeting, reader
from portal import clock, permissions
from portal.models import Partnership
from portal.policies import Refused
from portal.words import hour

_FORM = require_http_methods(["GET", "HEAD", "POST"])
MayRead = Callable[[MinuteItem], bool]


def _meeting(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> tuple[Meeting, MayRead]:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    return meeting, reader(request, partnership, meeting).may_read


def _minutes(meeting: Meeting) -> Minutes:
    minutes = get_object_or_404(Minutes, meeting=meeting)
    minutes.meeting = meeting
    return minutes


@require_POST
def minutes_begin(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting, _ = _meeting(request, partnership, committee, on)
    try:
        minutes_actions.begin(by=permissions.signed_in(request), meeting=meeting)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting_url(meeting))
    return redirect(edit_url(meeting))


@never_cache
@require_safe
def minutes_edit(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting, may_read = _meeting(request, partnership, committee, on)
    minutes = Minutes.objects.filter(meeting=meeting).first()
    if minutes is None:
        return render(request, "committees/minutes_begin.html", {"meeting": meeting, "committee": meeting.committee})
    minutes.meeting = meeting
    try:
        minutes_policies.check_write(minutes)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(minutes_url(meeting))
    return _page(request, minutes, may_read)


def _page(
    request: HttpRequest, minutes: Minutes, may_read: MayRead, *, boxes: Sequence[Box] = (), saved: Saved | None = None
) -> HttpResponse:
    problems = saved.problems if saved else {}
    rows = minutes_sheet.of(minutes, may_read, boxes=boxes, problems=problems)
    fields = [field for row in rows for field in (row.box, *(one.box for one in row.resolutions))]
    context = {
        "meeting": minutes.meeting,
        "committee": minutes.meeting.committee,
        "minutes": minutes,
        "rows": rows,
        "wrong": [field for field in fields if field.problem],
    }
    return render(request, "committees/minutes_edit.html", context, status=_status(saved) if saved else 200)


def _status(saved: Saved) -> int:
    if any(problem.theirs is not None for problem in saved.problems.values()):
        return 409
    return 422 if saved.problems else 200


@require_POST
def minutes_save(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    """Keeps what was typed. JSON for the script, a page for a plain form; both say what was not kept and why."""
    meeting, may_read = _meeting(request, partnership, committee, on)
    minutes = _minutes(meeting)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    boxes: Sequence[Box] = ()
    try:
        boxes = minutes_saving.boxes_of(request.POST.dict())
        if not boxes:
            raise Refused(minutes_saving.NOT_WHOLE)
        saved = minutes_saving.save_boxes(
            by=permissions.signed_in(request), minutes=minutes, boxes=boxes, may_read=may_read
        )
        part = "" if saved.problems or wants_json else _also(request, minutes, may_read)
    except Refused as refusal:
        if wants_json:
            return JsonResponse({"refused": str(refusal)}, status=409)
        context = {"meeting": meeting, "committee": meeting.committee, "refusal": str(refusal), "boxes": boxes}
        return render(request, "committees/minutes_refused.html", context, status=409)
    if wants_json:
        return JsonResponse(_answer(saved, hour(clock.now(partnership))), status=_status(saved))
    if saved.problems:
        return _page(request, minutes, may_read, boxes=boxes, saved=saved)
    messages.success(request, f"Saved at {hour(clock.now(partnership))}.")
    return redirect(edit_url(meeting, part))


def _answer(saved: Saved, at: str) -> dict[str, Any]:
    return {
        "stored": {name: {"text": text, "token": minutes_saving.token(text)} for name, text in saved.stored.items()},
        "problems": {
            name: {"message": problem.message, "theirs": problem.theirs} for name, problem in saved.problems.items()
        },
        "status": f"Saved at {at}",
    }


def _also(request: HttpRequest, minutes: Minutes, may_read: MayRead) -> str:
    """What else a button of the form asks for, once everything typed is kept. Returns where on the page it is."""
    by = permissions.signed_in(request)
    for name in ("add", "phrase", "drop"):
        asked = request.POST.get(name, "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            continue
        if name == "drop":
            resolution = get_object_or_404(Resolution.objects.select_related("item"), pk=asked, item__minutes=minutes)
            item = resolution.item
        else:
            item = get_object_or_404(MinuteItem, pk=asked, minutes=minutes)
        if not may_read(item):
            raise Refused("There is no such item. Load the page again.")
        item.minutes = minutes
        if name == "add":
            minutes_actions.add_resolution(by=by, item=item)
        elif name == "drop":
            resolution.item = item
            minutes_actions.remove_resolution(by=by, resolution=resolution)
        else:
            _add_phrase(request, minutes, item, may_read)
        return f"item-{item.number}"
    return ""


def _add_phrase(request: HttpRequest, minutes: Minutes, item: MinuteItem, may_read: MayRead) -> None:
    """Put the standing phrase below what is written."""
    row = next((row for row in minutes_sheet.of(minutes, may_read) if row.item.pk == item.pk), None)
    if row is None or not row.phrase:
        return
    text = f"{row.item.text}\n\n{row.phrase}" if row.item.text else row.phrase
    box = Box(row.box.name, text, row.box.was)
    minutes_saving.save_boxes(by=permissions.signed_in(request), minutes=minutes, boxes=[box], may_read=may_read)


# Pages of their own


def _form_page(
    request: HttpRequest, minutes: Minutes, form: Form, done: str, action: Callable[[], Any], part: str, **page: Any
) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                action()
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, done)
                return redirect(edit_url(minutes.meeting, part))
    context = {"meeting": minutes.meeting, "committee": minutes.meeting.committee, "form": form, **page}
    return render(request, "committees/minutes_form.html", context, status=status)


@_FORM
def minutes_private(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting, _ = _meeting(request, partnership, committee, on)
    minutes = _minutes(meeting)
    form = PrivateItemForm(request.POST if request.method == "POST" else None)
    return _form_page(
        request, minutes, form, "The item is kept apart.",
        lambda: minutes_actions.add_private_item(
            by=permissions.signed_in(request), minutes=minutes, title=form.cleaned_data["title"], privacy=form.privacy()
        ),
        "", title="What was taken in private", button="Keep it apart",
        lead="A restricted item of its own. The public minutes say that it was taken in private, and nothing else.",
    )  # fmt: skip


@_FORM
def minutes_vote(request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int) -> HttpResponse:
    meeting, may_read = _meeting(request, partnership, committee, on)
    minutes = _minutes(meeting)
    resolution = get_object_or_404(Resolution.objects.select_related("item"), pk=pk, item__minutes=minutes)
    if not may_read(resolution.item):
        raise Http404
    resolution.item.minutes = minutes
    vote = Vote.objects.filter(resolution=resolution).prefetch_related("named").first()
    data = request.POST if request.method == "POST" else None
    form = VoteForm(data, voters=minutes_actions.voters(meeting), vote=vote)
    takes_off = data is not None and "remove" in data
    by = permissions.signed_in(request)

    def act() -> None:
        minutes_actions.record_vote(by=by, resolution=resolution, ballot=form.ballot())

    if takes_off:
        try:
            minutes_actions.remove_vote(by=by, resolution=resolution)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The vote is off the record.")
        return redirect(edit_url(meeting, f"item-{resolution.item.number}"))
    return _form_page(
        request, minutes, form, "The vote is recorded.", act, f"item-{resolution.item.number}",
        title=f"Vote on resolution {resolution.number}, item {resolution.item.number}", button="Record the vote",
        lead=resolution.text, can_remove=vote is not None,
        hint="Counts alone, or by name where a recorded vote was asked for: then names and counts agree.",
    )  # fmt: skip


@_FORM
def minutes_action(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int
) -> HttpResponse:
    meeting, may_read = _meeting(request, partnership, committee, on)
    minutes = _minutes(meeting)
    item = get_object_or_404(MinuteItem, minutes=minutes, number=number)
    if not may_read(item):
        raise Http404
    item.minutes = minutes
    form = ActionForm(request.POST if request.method == "POST" else None, partnership=partnership)
    return _form_page(
        request, minutes, form, "The action is written down.",
        lambda: minutes_actions.ask_for_action(by=permissions.signed_in(request), item=item, **form.cleaned_data),
        f"item-{number}", title=f"Action under item {number}", button="Write down the action",
        lead="It is restricted, as the item is." if item.is_restricted else "Everybody with a role here can see it.",
    )  # fmt: skip
