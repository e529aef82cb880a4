"""The indicator editor: the list in its order, one indicator with its form, and the steps that change them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kpis import budget, indicator_actions, indicator_policies, wording
from kpis.indicator_actions import ChangedMeanwhile
from kpis.indicator_forms import EndForm, IndicatorForm, as_typed, initial_of, sealed
from kpis.indicator_policies import Unfit, history_of, values_of
from kpis.indicator_preview import preview
from kpis.indicator_rules import FIXED, Values, changed, of_sources, without_unused
from kpis.models import Indicator
from portal import permissions
from portal.policies import Refused
from portal.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.models import Partnership

_RELATED = ("measured_on", "numerator_of", "partnership")


@require_safe
def indicator_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Readable by whoever reads returns; the buttons are for those who keep indicators."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    indicators = list(partnership.indicators.order_by("position", "pk"))
    codes = {one.code for one in indicators}
    context = {
        "groups": [(name, list(members)) for name, members in groupby(indicators, key=lambda one: one.group)],
        "first": indicators[0] if indicators else None,
        "last": indicators[-1] if indicators else None,
        "finding": _finding(indicators),
        "may_edit": permissions.may(request.user, permissions.INDICATOR_EDIT, partnership),
        "lacks_budget": any(one.code not in codes for one in budget.BUDGET_SET),
    }
    return render(request, "kpis/indicator_list.html", context)


def _finding(indicators: Sequence[Indicator]) -> str:
    if not indicators:
        return "No indicators yet"
    typed = sum(one.is_typed for one in indicators)
    rest = len(indicators) - typed
    said = f"{counted(len(indicators), 'indicator').capitalize()}: {counted(typed)} entered"
    return f"{said}, {counted(rest)} worked out" if rest else said


def _indicator(partnership: Partnership, code: str) -> Indicator:
    return get_object_or_404(Indicator.objects.select_related(*_RELATED), partnership=partnership, code=code)


def _may_edit(request: HttpRequest, partnership: Partnership) -> None:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    permissions.check(request.user, permissions.INDICATOR_EDIT, partnership)


def _others(partnership: Partnership, but: Indicator | None = None) -> list[Indicator]:
    every = partnership.indicators.order_by("position", "pk")
    return list(every.exclude(pk=but.pk) if but is not None else every)


@never_cache
@require_safe
def indicator_new(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    initial = {
        "unit": Indicator.Unit.COUNT,
        "direction": Indicator.Direction.NEUTRAL,
        "source": Indicator.Source.TYPED,
        "decimals": 0,
        "across": Indicator.Across.SUM,
        "frequency": Indicator.Frequency.MONTH,
        "screens_limits": True,
        "starts_on": indicator_policies.first_open_month(partnership),
    }
    form = IndicatorForm(initial=initial, others=_others(partnership))
    return _form_page(request, partnership, form)


@require_POST
def indicator_add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    form = IndicatorForm(request.POST, others=_others(partnership))
    if not form.is_valid():
        return _form_page(request, partnership, form, status=422)
    values, dropped = without_unused(form.values())
    if "preview" in request.POST:
        return _form_page(request, partnership, form, values=values)
    try:
        indicator = indicator_actions.add_indicator(
            partnership=partnership, values=values, by=permissions.signed_in(request)
        )
    except Unfit as unfit:
        form.add_problems(unfit.problems)
        return _form_page(request, partnership, form, values=values, status=422)
    messages.success(request, f"{indicator.name} was added, last in the list. Move it to its place there.")
    _say_dropped(request, form, values, dropped)
    return _to_list(partnership, indicator.code)


@never_cache
@require_safe
def indicator_edit(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    _may_edit(request, partnership)
    indicator = _indicator(partnership, code)
    values = values_of(indicator)
    form = IndicatorForm(initial=initial_of(values), others=_others(partnership, indicator))
    return _form_page(request, partnership, form, indicator=indicator, values=values)


@require_POST
def indicator_change(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    _may_edit(request, partnership)
    indicator = _indicator(partnership, code)
    others = _others(partnership, indicator)
    form = IndicatorForm(request.POST, others=others)
    if not form.is_valid():
        return _form_page(request, partnership, form, indicator=indicator, values=values_of(indicator), status=422)
    values, dropped = without_unused(form.values())
    if "preview" in request.POST:
        return _form_page(request, partnership, form, indicator=indicator, values=values)
    try:
        saved = indicator_actions.change_indicator(
            indicator=indicator, values=values, loaded=form.loaded_values(), by=permissions.signed_in(request)
        )
    except Unfit as unfit:
        form.add_problems(unfit.problems)
        return _form_page(request, partnership, form, indicator=indicator, values=values, status=422)
    except ChangedMeanwhile as conflict:
        return _conflict_page(request, partnership, indicator, form, values, conflict, others)
    messages.success(request, f"{saved.name} was saved.")
    _say_dropped(request, form, values, dropped)
    return redirect("kpis:indicator-edit", partnership=partnership.slug, code=saved.code)


def _conflict_page(
    request: HttpRequest,
    partnership: Partnership,
    indicator: Indicator,
    form: IndicatorForm,
    values: Values,
    conflict: ChangedMeanwhile,
    others: Sequence[Indicator],
) -> HttpResponse:
    """The form again: what was typed stays, what was not touched is as somebody else has left it by now."""
    loaded, typed, now = form.loaded_values(), values.plain(), conflict.now.plain()
    touched = changed(loaded, typed) if loaded else list(typed)
    merged = {name: typed[name] if name in touched else now[name] for name in typed}
    again = IndicatorForm(as_typed(merged) | {"loaded": sealed(conflict.now)}, others=others)
    again.is_valid()
    names = {one.code: one.name for one in others}
    meanwhile = [
        {
            "label": form.fields[name].label or form[name].label,
            "now": _in_words(form, name, now[name], names),
            "yours": _in_words(form, name, typed[name], names) if name in touched and typed[name] != now[name] else "",
        }
        for name in conflict.fields
        if name in form.fields
    ]
    return _form_page(
        request, partnership, again, indicator=indicator, values=values, status=409,
        conflict=conflict, meanwhile=meanwhile,
    )  # fmt: skip


def _in_words(form: IndicatorForm, name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return listed([names.get(code, code) for code in value]) or "none"
    if value in ("", None):
        return "empty"
    sent = as_typed({name: value})[name]
    return str(dict(getattr(form.fields[name], "choices", ())).get(sent, sent))


def _form_page(
    request: HttpRequest,
    partnership: Partnership,
    form: IndicatorForm,
    *,
    indicator: Indicator | None = None,
    values: Values | None = None,
    status: int = 200,
    end_form: EndForm | None = None,
    **more: Any,
) -> HttpResponse:
    history = history_of(indicator) if indicator is not None else None
    by_sources = {name: " ".join(of_sources(name)) for name in ("numerator_of", "measured_on", "parts")}
    by_sources |= {"across": "typed sum", "ticket_measure": "typed", "ticket_type": "typed", "ticket_priority": "typed"}
    context = {
        "form": form,
        "sections": [
            (title, [(form[name], by_sources.get(name, "")) for name in names]) for title, names in form.FIELDSETS
        ],
        "indicator": indicator,
        "history": history,
        "approved_span": wording.span(history.approved[0], history.approved[-1])
        if history is not None and history.approved
        else "",
        "fixed": listed([str(form[name].label).lower() for name in FIXED]),
        "end_form": end_form or EndForm(prefix="end"),
        "stands_in_the_way": indicator_policies.references_to(indicator) if indicator is not None else [],
        "example": preview(values, direction=Indicator.Direction(values.direction).label) if values else None,
        "council_count": partnership.places.count(),
        **more,
    }
    return render(request, "kpis/indicator_form.html", context, status=status)


def _say_dropped(request: HttpRequest, form: IndicatorForm, values: Values, dropped: Sequence[str]) -> None:
    """What does not matter for the source is not kept, and is said."""
    labels = [f"“{form[name].label}”" for name in dropped]
    if labels:
        source = Indicator.Source(values.source).label
        messages.warning(request, f"Not used here, and not kept: {listed(labels)}. (Where it comes from: {source}.)")


def _to_list(partnership: Partnership, code: str = "") -> HttpResponse:
    address = reverse("kpis:indicators", kwargs={"partnership": partnership.slug})
    return redirect(f"{address}#{code}" if code else address)


@require_POST
def indicator_move(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    _may_edit(request, partnership)
    indicator = _indicator(partnership, code)
    if request.POST.get("to") not in ("up", "down"):
        messages.error(request, "Choose whether it moves up or down.")
        return _to_list(partnership, code)
    up = request.POST["to"] == "up"
    try:
        indicator_actions.move_indicator(indicator=indicator, up=up, by=permissions.signed_in(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{indicator.name} was moved {'up' if up else 'down'}.")
    return _to_list(partnership, code)


@require_POST
def indicator_end(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    _may_edit(request, partnership)
    indicator = _indicator(partnership, code)
    form = EndForm(request.POST, prefix="end")
    if form.is_valid():
        last = form.cleaned_data["last"]
        try:
            indicator_actions.end_indicator(indicator=indicator, last=last, by=permissions.signed_in(request))
        except Unfit as unfit:
            form.add_error("last", str(unfit))
        else:
            messages.success(request, f"{indicator.name} ends with {wording.month(last)}.")
            return _to_list(partnership, code)
    values = values_of(indicator)
    main = IndicatorForm(initial=initial_of(values), others=_others(partnership, indicator))
    return _form_page(request, partnership, main, indicator=indicator, values=values, end_form=form, status=422)


@require_POST
def indicator_delete(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    _may_edit(request, partnership)
    indicator = _indicator(partnership, code)
    try:
        indicator_actions.delete_indicator(indicator=indicator, by=permissions.signed_in(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("kpis:indicator-edit", partnership=partnership.slug, code=code)
    messages.success(request, f"{indicator.name} was deleted.")
    return _to_list(partnership)


@require_POST
def budget_set_add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    try:
        added = indicator_actions.add_budget_set(partnership=partnership, by=permissions.signed_in(request))
    except Unfit as unfit:
        messages.error(request, str(unfit))
        return _to_list(partnership)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return _to_list(partnership)
    first = added[0].starts_on
    since = f" They are asked for from {wording.month(first)}." if first else ""
    messages.success(request, f"Added: {listed([one.name for one in added])}.{since}")
    return _to_list(partnership, added[0].code)
