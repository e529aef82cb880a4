"""The forward plan: what a committee is going to decide."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees import decision_actions, decision_policies
from committees.decision_forms import PlanForm, WithdrawForm
from committees.models import Committee, ForwardPlanEntry
from committees.reading import find_committee
from portal import permissions
from portal.models import Partnership
from portal.policies import Refused


@require_safe
@login_not_required
def forward_plan(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Every committee of the partnership with what it plans; an entry's public title and, if open, its summary."""
    records = permissions.may(request.user, permissions.DECISION_RECORD, partnership)
    entries = (
        ForwardPlanEntry.objects.filter(committee__partnership=partnership)
        .select_related("meeting__committee", "committee")
        .order_by(F("meeting__on").asc(nulls_last=True), "listed_at", "pk")
    )
    committees = [
        (committee, [entry for entry in entries if entry.committee_id == committee.pk])
        for committee in partnership.committees.order_by("name", "pk")
    ]
    context = {
        "committees": [
            (
                committee,
                [entry for entry in own if entry.state == ForwardPlanEntry.State.PLANNED],
                [entry for entry in own if entry.state != ForwardPlanEntry.State.PLANNED],
            )
            for committee, own in committees
        ],
        "records": records,
        "withdraw_form": WithdrawForm(auto_id=False),
    }
    return render(request, "committees/forward_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_add(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = find_committee(partnership, committee)
    permissions.check(request.user, permissions.DECISION_RECORD, partnership, committee_id=found.pk)
    return _form(request, partnership, found, None)


def _entry(request: HttpRequest, partnership: Partnership, pk: int) -> ForwardPlanEntry:
    permissions.check(request.user, permissions.DECISION_RECORD, partnership)
    entries = ForwardPlanEntry.objects.filter(committee__partnership=partnership)
    return get_object_or_404(entries.select_related("committee__partnership", "meeting"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    entry = _entry(request, partnership, pk)
    try:
        decision_policies.check_plan_edit(entry)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("committees:forward-plan", partnership=partnership.slug)
    return _form(request, partnership, entry.committee, entry)


def _form(
    request: HttpRequest, partnership: Partnership, committee: Committee, entry: ForwardPlanEntry | None
) -> HttpResponse:
    if request.method == "POST":
        form = PlanForm(request.POST, committee=committee)
        if form.is_valid():
            try:
                decision_actions.plan(
                    by=permissions.signed_in(request), committee=committee, text=form.written(), entry=entry
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The forward plan is saved.")
                return redirect("committees:forward-plan", partnership=partnership.slug)
    else:
        form = PlanForm(initial=PlanForm.initial_of(entry) if entry else {}, committee=committee)
    context = {"form": form, "committee": committee, "entry": entry}
    return render(request, "committees/plan_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def plan_withdraw(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    entry = _entry(request, partnership, pk)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        decision_actions.withdraw_plan(by=permissions.signed_in(request), entry=entry, reason=reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{entry.title}” is withdrawn. It stays to be read below.")
    return redirect("committees:forward-plan", partnership=partnership.slug)
