"""Arranging a meeting and building its agenda."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees import agenda_actions, policies, rights
from committees.agenda_actions import ItemConflict, ItemText
from committees.agenda_forms import ItemForm, MeetingForm
from committees.links import agenda_url, meeting_url
from committees.models import AgendaItem, Meeting
from committees.reading import find_meeting, reader
from portal import permissions
from portal.models import Partnership
from portal.policies import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_arrange(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.MEETING_EDIT, partnership)
    form = MeetingForm(request.POST if request.method == "POST" else None, partnership=partnership)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                made = agenda_actions.arrange_meeting(by=permissions.signed_in(request), **form.cleaned_data)
            except Refused as refusal:
                form.add_error("on", str(refusal))
            else:
                messages.success(request, "The meeting is in the diary. Its agenda has the items of the template.")
                return redirect(agenda_url(made))
    return render(request, "committees/meeting_arrange.html", {"form": form}, status=status)


def _own(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> Meeting:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    return meeting


def _item(request: HttpRequest, meeting: Meeting, pk: int) -> AgendaItem:
    item = get_object_or_404(AgendaItem.objects.filter(meeting=meeting), pk=pk)
    if not reader(request, meeting.committee.partnership, meeting).may_read(item):
        raise Http404
    item.meeting = meeting
    return item


@require_safe
def agenda_build(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    try:
        policies.check_change(meeting)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting_url(meeting))
    may_read = reader(request, partnership, meeting).may_read
    items = [(item, item.title_for(may_read(item))) for item in meeting.items.order_by("number", "pk")]
    return render(request, "committees/agenda_build.html", {"meeting": meeting, "items": items})


@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    form = ItemForm(request.POST if request.method == "POST" else None)
    after = request.POST.get("after", request.GET.get("after", ""))
    if form.is_bound and form.is_valid():
        try:
            item = agenda_actions.add_item(
                by=permissions.signed_in(request),
                meeting=meeting,
                text=form.text(),
                after=int(after) if after.isascii() and after.isdigit() and len(after) < 6 else None,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Item {item.number} is on the agenda.")
            return redirect(f"{agenda_url(meeting)}#item-{item.pk}")
    context = {"meeting": meeting, "form": form, "after": after, "items": meeting.items.order_by("number", "pk")}
    return render(request, "committees/item_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    item = _item(request, meeting, pk)
    theirs: AgendaItem | None = None
    if request.method == "POST":
        form = ItemForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                agenda_actions.edit_item(
                    by=permissions.signed_in(request), item=item, text=form.text(), seen=form.cleaned_data["seen"]
                )
            except ItemConflict as conflict:
                # What was typed stays in the form; sending it again replaces what is shown beside it.
                theirs, status = conflict.item, 409
                data = request.POST.copy()
                data["seen"] = ItemText.of(theirs).token()
                form = ItemForm(data)
                form.is_valid()
                form.add_error(None, f"{conflict} Yours is kept below, theirs beside it. Save to replace theirs.")
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, f"Item {item.number} is saved.")
                return redirect(f"{agenda_url(meeting)}#item-{item.pk}")
    else:
        form, status = ItemForm(initial=ItemForm.initial_of(item)), 200
    context = {"meeting": meeting, "form": form, "item": item, "theirs": theirs}
    return render(request, "committees/item_form.html", context, status=status)


@require_POST
def item_move(request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int) -> HttpResponse:
    """To the place that is sent, counted from 1."""
    meeting = _own(request, partnership, committee, on)
    item = _item(request, meeting, pk)
    to = request.POST.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 6):
        messages.error(request, "Choose the place to which the item moves, such as 3.")
        return redirect(agenda_url(meeting))
    try:
        has_moved = agenda_actions.move_item(by=permissions.signed_in(request), item=item, to=int(to))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if has_moved:
            item.refresh_from_db(fields=["number"])
            messages.success(request, f"“{item.title}” is item {item.number} now.")
    return redirect(f"{agenda_url(meeting)}#item-{item.pk}")


@require_POST
def item_remove(request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int) -> HttpResponse:
    meeting = _own(request, partnership, committee, on)
    item = _item(request, meeting, pk)
    try:
        agenda_actions.remove_item(by=permissions.signed_in(request), item=item)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{item.title}” is off the agenda.")
    return redirect(agenda_url(meeting))
