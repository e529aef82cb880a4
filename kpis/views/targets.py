"""Targets of one indicator: their history, and adding, correcting and removing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpis import target_actions, wording
from kpis.indicator_forms import TargetForm
from kpis.indicator_policies import Unfit
from kpis.models import Indicator, Target
from portal import permissions
from portal.models import Council

if TYPE_CHECKING:
    from portal.models import Partnership


def _councils(partnership: Partnership) -> list[Council]:
    return [place.council for place in partnership.places.select_related("council").order_by("position", "pk")]


def _indicator(request: HttpRequest, partnership: Partnership, code: str) -> Indicator:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return get_object_or_404(Indicator.objects.select_related("partnership"), partnership=partnership, code=code)


def _target(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> Target:
    indicator = _indicator(request, partnership, code)
    permissions.check(request.user, permissions.INDICATOR_EDIT, partnership)
    return get_object_or_404(
        Target.objects.select_related("indicator__partnership", "council"), indicator=indicator, pk=pk
    )


def _page(request: HttpRequest, indicator: Indicator, form: TargetForm | None, status: int = 200) -> HttpResponse:
    targets = indicator.targets.select_related("council").order_by("-valid_from", "council__short_name", "pk")
    context = {"indicator": indicator, "targets": [_shown(one, indicator) for one in targets], "form": form}
    return render(request, "kpis/indicator_targets.html", context, status=status)


def _shown(target: Target, indicator: Indicator) -> dict[str, Any]:
    return {
        "target": target,
        "value": _amount(target.value, indicator),
        "tolerance": _amount(target.tolerance, indicator) if target.tolerance else "",
    }


def _amount(value: Any, indicator: Indicator) -> str:
    """At the indicator's decimals, or as many more as the target has."""
    decimals = max(indicator.decimals, -value.normalize().as_tuple().exponent)
    return wording.amount(value, indicator.unit, decimals) + ("%" if indicator.unit == Indicator.Unit.PERCENT else "")


@require_safe
def target_list(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    indicator = _indicator(request, partnership, code)
    may_edit = permissions.may(request.user, permissions.INDICATOR_EDIT, partnership)
    form = TargetForm(indicator=indicator, councils=_councils(partnership)) if may_edit else None
    return _page(request, indicator, form)


@require_POST
def target_add(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    indicator = _indicator(request, partnership, code)
    permissions.check(request.user, permissions.INDICATOR_EDIT, partnership)
    councils = _councils(partnership)
    form = TargetForm(request.POST, indicator=indicator, councils=councils)
    if not form.is_valid():
        return _page(request, indicator, form, status=422)
    read = form.cleaned_data
    council = next((one for one in councils if one.slug == read["council"]), None)
    try:
        target = target_actions.add_target(
            indicator=indicator,
            council=council,
            valid_from=read["valid_from"],
            value=read["value"],
            tolerance=read["tolerance"],
            by=permissions.signed_in(request),
        )
    except Unfit as unfit:
        form.add_problems(unfit.problems)
        return _page(request, indicator, form, status=422)
    messages.success(request, f"The target holds from {wording.month(target.valid_from)}.")
    return redirect("kpis:targets", partnership=partnership.slug, code=code)


def _edit_page(request: HttpRequest, target: Target, form: TargetForm, status: int = 200) -> HttpResponse:
    context = {"indicator": target.indicator, "target": target, "form": form}
    return render(request, "kpis/indicator_target.html", context, status=status)


@require_safe
def target_edit(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> HttpResponse:
    target = _target(request, partnership, code, pk)
    initial = {
        "valid_from": target.valid_from,
        "value": f"{target.value.normalize():f}",
        "tolerance": f"{target.tolerance.normalize():f}" if target.tolerance else "",
    }
    return _edit_page(request, target, TargetForm(initial=initial, indicator=target.indicator, councils=None))


@require_POST
def target_correct(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> HttpResponse:
    target = _target(request, partnership, code, pk)
    form = TargetForm(request.POST, indicator=target.indicator, councils=None)
    if not form.is_valid():
        return _edit_page(request, target, form, status=422)
    read = form.cleaned_data
    try:
        target_actions.correct_target(
            target=target,
            valid_from=read["valid_from"],
            value=read["value"],
            tolerance=read["tolerance"],
            by=permissions.signed_in(request),
        )
    except Unfit as unfit:
        form.add_problems(unfit.problems)
        return _edit_page(request, target, form, status=422)
    messages.success(request, "The target was corrected.")
    return redirect("kpis:targets", partnership=partnership.slug, code=code)


@require_POST
def target_remove(request: HttpRequest, partnership: Partnership, code: str, pk: int) -> HttpResponse:
    target = _target(request, partnership, code, pk)
    try:
        target_actions.remove_target(target=target, by=permissions.signed_in(request))
    except Unfit as unfit:
        messages.error(request, str(unfit))
    else:
        messages.success(request, f"The target from {wording.month(target.valid_from)} was removed.")
    return redirect("kpis:targets", partnership=partnership.slug, code=code)
