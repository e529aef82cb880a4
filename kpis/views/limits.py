"""Where an indicator's limits begin anew: who proposed it and why, who approved it, and the steps between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpis import dashboard, limit_actions, limit_policies, wording
from kpis.models import Indicator, Rebase
from portal import permissions
from portal.models import Council
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership, User

_EVERY = "every"


class ProposeForm(forms.Form):
    """Which charts, from which month, and why."""

    council = forms.ChoiceField(label="Whose chart")
    starts_on = forms.ChoiceField(label="First month of the new limits")
    baseline_months = forms.IntegerField(
        label="Fix the limits to so many months",
        help_text="Leave it empty to let every month from there on count. Twelve or more, such as the first year.",
        required=False,
        min_value=limit_policies.LEAST_BASELINE,
        max_value=120,
        error_messages={"min_value": "Limits can be fixed to 12 months or more."},
    )
    reason = forms.CharField(
        label="What changed in the way the work is done",
        help_text="It stands beside the chart for everybody who sees it.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what changed in the way the work is done."},
    )

    def __init__(self, *args: Any, councils: list[Council], every: bool, months: tuple[date, ...], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._councils = {council.slug: council for council in councils}
        choices = [(_EVERY, "Every council")] * every
        choices += [(council.slug, str(council)) for council in councils]
        self.fields["council"].choices = choices  # type: ignore[attr-defined]
        self.fields["starts_on"].choices = [  # type: ignore[attr-defined]
            (f"{month:%Y-%m}", wording.month(month)) for month in months
        ]

    @property
    def chosen_council(self) -> Council | None:
        return self._councils.get(self.cleaned_data["council"])

    @property
    def month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['starts_on']}-01")


def _indicator(request: HttpRequest, partnership: Partnership, code: str) -> Indicator:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return get_object_or_404(Indicator, partnership=partnership, code=code)


def _form(user: User | Any, partnership: Partnership, data: Any = None) -> ProposeForm | None:
    """The form with the charts that the account may touch; None where it may touch none."""
    places = partnership.places.select_related("council").order_by("position", "pk")
    councils = [place.council for place in places if limit_policies.may_propose(user, partnership, place.council)]
    every = limit_policies.may_propose(user, partnership, None)
    if not councils and not every:
        return None
    months, _ = dashboard.months_of(partnership)
    return ProposeForm(data, councils=councils, every=every, months=months)


def _page(
    request: HttpRequest, partnership: Partnership, indicator: Indicator, form: ProposeForm | None, status: int = 200
) -> HttpResponse:
    rebases = indicator.rebases.select_related("council", "proposed_by", "approved_by", "withdrawn_by")
    rows = [
        {
            "rebase": rebase,
            "may_approve": rebase.approved_at is None
            and rebase.withdrawn_at is None
            and rebase.proposed_by_id != request.user.pk
            and limit_policies.may_approve(request.user, partnership, rebase.council),
            "may_withdraw": rebase.withdrawn_at is None
            and limit_policies.may_withdraw(permissions.signed_in(request), rebase, partnership),
        }
        for rebase in rebases.order_by("-starts_on", "-pk")
    ]
    context = {"indicator": indicator, "rows": rows, "form": form}
    return render(request, "kpis/limits_list.html", context, status=status)


@require_safe
def limits(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    indicator = _indicator(request, partnership, code)
    return _page(request, partnership, indicator, _form(request.user, partnership))


@require_POST
def limits_propose(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    indicator = _indicator(request, partnership, code)
    permissions.check(request.user, permissions.LIMITS_PROPOSE, partnership)
    council = partnership.councils.filter(slug=request.POST.get("council", "")).first()
    if council is not None and not limit_policies.may_propose(request.user, partnership, council):
        raise PermissionDenied(f"Your account may not do this for {council.short_name}.")
    form = _form(request.user, partnership, request.POST)
    if form is None or not form.is_valid():
        return _page(request, partnership, indicator, form, status=422)
    try:
        limit_actions.propose_rebase(
            indicator=indicator,
            council=form.chosen_council,
            starts_on=form.month,
            baseline_months=form.cleaned_data["baseline_months"],
            reason=form.cleaned_data["reason"],
            by=permissions.signed_in(request),
        )
    except Refused as refusal:
        # Shown with the form, so that what was typed is kept.
        form.add_error("starts_on", str(refusal))
        return _page(request, partnership, indicator, form, status=409)
    messages.success(
        request, f"New limits from {wording.month(form.month)} are proposed. Another person approves them."
    )
    return redirect("kpis:limits", partnership=partnership.slug, code=code)


def _step(
    request: HttpRequest,
    partnership: Partnership,
    code: str,
    pk: int,
    may: Callable[[User, Rebase], bool],
    act: Callable[[User, Rebase], Rebase],
    done: str,
) -> HttpResponse:
    indicator = _indicator(request, partnership, code)
    user = permissions.signed_in(request)
    rebase = get_object_or_404(indicator.rebases.select_related("council"), pk=pk)
    if not may(user, rebase):
        where = rebase.council.short_name if rebase.council is not None else "every council"
        raise PermissionDenied(f"Your account may not do this for {where}.")
    try:
        act(user, rebase)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"New limits from {wording.month(rebase.starts_on)}: {done}")
    return redirect("kpis:limits", partnership=partnership.slug, code=code)


@require_POST
def limits_approve(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> HttpResponse:
    return _step(
        request,
        partnership,
        code,
        pk,
        lambda user, rebase: limit_policies.may_approve(user, partnership, rebase.council),
        lambda user, rebase: limit_actions.approve_rebase(rebase=rebase, by=user),
        "approved. Charts show them from now on.",
    )


@require_POST
def limits_withdraw(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\x00", "")[:1000]
    return _step(
        request,
        partnership,
        code,
        pk,
        lambda user, rebase: limit_policies.may_withdraw(user, rebase, partnership),
        lambda user, rebase: limit_actions.withdraw_rebase(rebase=rebase, by=user, reason=reason),
        "withdrawn. Charts are as they were without them.",
    )
