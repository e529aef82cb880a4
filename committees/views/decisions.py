"""The register of decisions: reading it, and what the clerk records there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from committees import decision_actions, decision_policies, rights
from committees.decision_export import HEADINGS, rows
from committees.decision_forms import (
    CallInForm,
    CallInOutcomeForm,
    CorrectionForm,
    CouncilDecidesForm,
    DecisionForm,
)
from committees.filters import DecisionFilter
from committees.links import decision_url, meeting_url
from committees.models import Decision, Meeting, OnwardRecommendation, Resolution
from committees.reading import find_meeting
from committees.tables import DecisionTable
from portal import permissions
from portal.exports import csv_response
from portal.models import Council, Part, Partnership
from portal.policies import Refused


def _shown(request: HttpRequest, partnership: Partnership) -> QuerySet[Decision]:
    onward = OnwardRecommendation.objects.select_related("council").order_by("council__short_name", "pk")
    return (
        Decision.objects.visible_to(request.user, partnership)
        .select_related("meeting__committee", "item")
        .prefetch_related(Prefetch("recommendations", onward))
        .order_by("-meeting__on", "reference", "pk")
    )


@method_decorator(login_not_required, name="dispatch")
class DecisionList(SingleTableMixin, FilterView):
    table_class = DecisionTable
    filterset_class = DecisionFilter
    template_name = "committees/decision_list.html"
    table_pagination = {"per_page": 25}
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Decision]:
        return _shown(self.request, self.partnership)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"partnership": self.partnership}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"partnership": self.partnership}


@require_safe
@login_not_required
def decision_csv(request: HttpRequest, partnership: Partnership) -> StreamingHttpResponse:
    chosen = DecisionFilter(request.GET, queryset=_shown(request, partnership), partnership=partnership)
    return csv_response(f"decisions-{partnership.slug}.csv", HEADINGS, rows(chosen.qs))


def _decision(request: HttpRequest, partnership: Partnership, pk: int) -> Decision:
    decision = get_object_or_404(_shown(request, partnership), pk=pk)
    decision.meeting.committee.partnership = partnership
    return decision


def _records(request: HttpRequest, decision: Decision) -> bool:
    return rights.may(request.user, permissions.DECISION_RECORD, decision.meeting)


def _page(request: HttpRequest, decision: Decision, *, status: int = 200, **forms_: forms.Form | None) -> HttpResponse:
    partnership = decision.meeting.committee.partnership
    may_read = Decision.objects.with_text_for(request.user, partnership).filter(pk=decision.pk).exists()
    records = _records(request, decision)
    own = permissions.council_ids(request.user, permissions.COUNCIL_DECISION_RECORD, partnership)
    waiting = OnwardRecommendation.Outcome.WAITING
    is_public = decision.published_at is not None
    context: dict[str, Any] = {
        "decision": decision,
        "meeting": decision.meeting,
        "committee": decision.meeting.committee,
        "meeting_url": meeting_url(decision.meeting),
        "may_read": may_read,
        "records": records,
        "corrections": decision.corrections.select_related("by") if may_read else [],
        "recommendations": [
            (row, is_public and row.outcome == waiting and (records or row.council_id in own))
            for row in decision.recommendations.all()
        ],
        "correction_form": CorrectionForm() if records and is_public else None,
        "call_in_form": CallInForm()
        if records and decision.call_in_ends_on and decision.called_in_on is None
        else None,
        "call_in_outcome_form": CallInOutcomeForm()
        if records and decision.called_in_on and not decision.call_in_outcome
        else None,
        "council_form": CouncilDecidesForm(),
        "form": next((form for form in forms_.values() if form is not None), None),
    }
    return render(request, "committees/decision_detail.html", context | forms_, status=status)


@require_safe
@login_not_required
def decision_detail(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _page(request, _decision(request, partnership, pk))


# Recording


def _councils(partnership: Partnership) -> list[Council]:
    return [place.council for place in partnership.places.select_related("council").order_by("position", "pk")]


def _resolution(request: HttpRequest, meeting: Meeting) -> Resolution | None:
    """The resolution that the decision is written down from, where one is named that the reader may read."""
    key = request.GET.get("resolution", request.POST.get("resolution", ""))
    if not (key.isascii() and key.isdigit()):
        return None
    found = Resolution.objects.filter(item__minutes__meeting=meeting, decision__isnull=True).select_related("item")
    if not rights.may(request.user, permissions.PAPER_READ_RESTRICTED, meeting):
        found = found.filter(item__part=Part.ONE)
    return found.filter(pk=int(key)).first() if len(key) < 18 else None


@require_http_methods(["GET", "HEAD", "POST"])
def decision_record(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.DECISION_RECORD, meeting)
    try:
        decision_policies.check_record(meeting)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting_url(meeting))
    councils = _councils(partnership)
    resolution = _resolution(request, meeting)
    if request.method == "POST":
        form = DecisionForm(request.POST, meeting=meeting, councils=councils)
        if form.is_valid():
            try:
                made = decision_actions.record_decision(
                    by=permissions.signed_in(request),
                    meeting=meeting,
                    text=form.written(),
                    resolution=resolution,
                    councils=form.goes_to(),
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Decision {made.reference} is recorded. It is not public yet.")
                return redirect(decision_url(made, partnership))
    else:
        form = DecisionForm(initial=_from(resolution, meeting), meeting=meeting, councils=councils)
    context = {"meeting": meeting, "form": form, "resolution": resolution, "back": meeting_url(meeting)}
    return render(request, "committees/decision_form.html", context, status=422 if form.is_bound else 200)


def _from(resolution: Resolution | None, meeting: Meeting) -> dict[str, Any]:
    if resolution is None:
        return {}
    item = meeting.items.filter(number=resolution.item.number).first()
    return {"item": item.pk if item else None, "title": resolution.item.title, "text": resolution.text}


@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    decision = _decision(request, partnership, pk)
    rights.check(request.user, permissions.DECISION_RECORD, decision.meeting)
    if not Decision.objects.with_text_for(request.user, partnership).filter(pk=pk).exists():
        raise Http404
    back = decision_url(decision, partnership)
    try:
        decision_policies.check_edit(decision)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    councils = _councils(partnership)
    if request.method == "POST":
        form = DecisionForm(request.POST, meeting=decision.meeting, councils=councils)
        if form.is_valid():
            try:
                decision_actions.edit_decision(
                    by=permissions.signed_in(request), decision=decision, text=form.written(), councils=form.goes_to()
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Saved.")
                return redirect(back)
    else:
        form = DecisionForm(initial=DecisionForm.initial_of(decision), meeting=decision.meeting, councils=councils)
    context = {"meeting": decision.meeting, "decision": decision, "form": form, "back": back}
    return render(request, "committees/decision_form.html", context, status=422 if form.is_bound else 200)


# Steps


def _step(
    request: HttpRequest,
    partnership: Partnership,
    pk: int,
    act: Callable[[Decision, Any], object],
    done: str,
    *,
    form: forms.Form | None = None,
    name: str = "",
) -> HttpResponse:
    """One step: refused in words with what was typed kept, or done and said."""
    decision = _decision(request, partnership, pk)
    rights.check(request.user, permissions.DECISION_RECORD, decision.meeting)
    if form is not None and not form.is_valid():
        return _page(request, decision, status=422, **{name: form})
    try:
        act(decision, form.cleaned_data if form is not None else {})
    except Refused as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
            return _page(request, decision, status=409, **{name: form})
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(decision_url(decision, partnership))


@require_POST
def decision_publish(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _step(
        request,
        partnership,
        pk,
        lambda decision, _: decision_actions.publish_decision(by=permissions.signed_in(request), decision=decision),
        "The decision is in the public register.",
    )


@require_POST
def decision_correct(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _step(
        request,
        partnership,
        pk,
        lambda decision, data: decision_actions.correct_decision(
            by=permissions.signed_in(request), decision=decision, **data
        ),
        "The correction stands beside the decision.",
        form=CorrectionForm(request.POST),
        name="correction_form",
    )


@require_POST
def decision_call_in(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _step(
        request,
        partnership,
        pk,
        lambda decision, data: decision_actions.call_in(by=permissions.signed_in(request), decision=decision, **data),
        "The call-in is recorded.",
        form=CallInForm(request.POST),
        name="call_in_form",
    )


@require_POST
def decision_call_in_outcome(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _step(
        request,
        partnership,
        pk,
        lambda decision, data: decision_actions.settle_call_in(
            by=permissions.signed_in(request), decision=decision, **data
        ),
        "What came of the call-in is recorded.",
        form=CallInOutcomeForm(request.POST),
        name="call_in_outcome_form",
    )


@require_POST
def council_decides(request: HttpRequest, partnership: Partnership, pk: int, council: str) -> HttpResponse:
    """By the committee's clerk, or by the clerk of that council."""
    decision = _decision(request, partnership, pk)
    row = get_object_or_404(decision.recommendations.select_related("council"), council__slug=council)
    if not _records(request, decision):
        permissions.check(request.user, permissions.COUNCIL_DECISION_RECORD, partnership, council=row.council)
    form = CouncilDecidesForm(request.POST)
    status = 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            decision_actions.council_decides(
                by=permissions.signed_in(request),
                recommendation=row,
                outcome=data["outcome"],
                on=data["decided_on"],
                note=data["note"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"What {row.council} decided is recorded.")
            return redirect(decision_url(decision, partnership))
    return _page(request, decision, status=status, council_form=form)
