"""The versions of a return: one to read, two side by side, reopening, withdrawing, and months entered afterwards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis import actions, entry, policies, readers, reported, versions, wording
from kpis.comparison import Cell, compare
from kpis.indicator_forms import MonthField
from kpis.models import Return, ReturnVersion
from kpis.views.returns import council_of, sees_drafts, step
from portal import permissions
from portal.held import keeps_typed
from portal.policies import Refused
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council, Partnership, User

NOW = "now"


def _return(request: HttpRequest, partnership: Partnership, council: str, period: date) -> tuple[Return, Council]:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    seen = Return.objects.visible_to(request.user, partnership).select_related("in_force", "partnership", "council")
    return get_object_or_404(seen, council=place, period=period), place


def may_read(user: Any, version: ReturnVersion) -> bool:
    """Versions that were approved are read by everybody with a role; the others by whoever works on them."""
    is_final = version.state in (ReturnVersion.State.APPROVED, ReturnVersion.State.LOCKED)
    return is_final or sees_drafts(user, version.parent.partnership, version.parent.council)


def _readable(user: Any, return_: Return) -> list[ReturnVersion]:
    """The versions that this reader may see, the newest first."""
    related = ("submitted_by", "approved_by", "reopened_by")
    found = list(return_.versions.select_related(*related).order_by("-number"))
    for version in found:
        version.parent = return_
    return [version for version in found if may_read(user, version)]


@require_safe
def return_version(
    request: HttpRequest, partnership: Partnership, council: str, period: date, number: int
) -> HttpResponse:
    return_, place = _return(request, partnership, council, period)
    version = get_object_or_404(
        return_.versions.select_related("submitted_by", "approved_by", "reopened_by"), number=number
    )
    version.parent = return_
    if not may_read(request.user, version):
        permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=place)
    hidden = readers.withholding_for(request.user, partnership, place)
    deputies = versions.deputies_of(return_)
    context = {
        "council": place,
        "period": period,
        "month": wording.month(period),
        "version": version,
        "sheet": entry.build(version, hidden=hidden),
        "has_withheld": bool(hidden),
        "states": ReturnVersion.State,
        "is_in_force": return_.in_force_id == version.pk,
        "submitted_for": deputies.get((version.number, "return.submit"), ""),
        "approved_for": deputies.get((version.number, "return.approve"), ""),
        "others": [one for one in _readable(request.user, return_) if one.pk != version.pk],
    }
    return render(request, "kpis/return_version.html", context)


@require_safe
def return_compare(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    """Two versions side by side; or what a meeting's paper said, and what is in force now."""
    return_, place = _return(request, partnership, council, period)
    hidden = readers.withholding_for(request.user, partnership, place)
    readable = {str(version.number): version for version in _readable(request.user, return_)}
    meetings = {
        f"meeting-{one.on}": one for one in reported.meetings(partnership, request.user) if one.has(place, period)
    }
    choices = [(number, f"Version {number}, {version.standing.lower()}") for number, version in readable.items()]
    choices = [*choices, *((key, f"As reported to the {one.name}") for key, one in meetings.items())]
    if return_.in_force is not None:
        choices.insert(0, (NOW, f"Now: version {return_.in_force.number}"))
    before, after = _chosen(request, choices)

    def cells(key: str) -> dict[str, Cell]:
        if key in meetings:
            return meetings[key].cells(place, period, hidden)
        version = return_.in_force if key == NOW else readable[key]
        assert version is not None
        version.parent = return_
        return versions.cells_of(version, hidden)

    old, new = (cells(before), cells(after)) if choices else ({}, {})
    if before in meetings or after in meetings:
        # Papers carry figures alone: their counts, reasons and comments are not missing, they were never there.
        both = old.keys() & new.keys()
        old, new = ({name: one for name, one in side.items() if name in both} for side in (old, new))
    names = dict(choices)
    sides = versions.Sides(
        names.get(before, ""), names.get(after, ""), compare(versions.labels_of(return_, old, new), old, new)
    )
    context = {
        "council": place,
        "period": period,
        "month": wording.month(period),
        "choices": choices,
        "ends": (("from", "Before", before), ("to", "After", after)),
        "sides": sides,
        "finding": _finding(sides, len(choices)),
    }
    return render(request, "kpis/return_compare.html", context)


def _chosen(request: HttpRequest, choices: list[tuple[str, str]]) -> tuple[str, str]:
    """The two sides that were asked for; otherwise the two newest versions."""
    keys = [key for key, _ in choices]
    numbers = [key for key in keys if key.isdigit()]
    after = request.GET.get("to", "")
    after = after if after in keys else (numbers or keys or [""])[0]
    before = request.GET.get("from", "")
    earlier = [key for key in numbers if key != after] or keys or [""]
    return (before if before in keys else earlier[0]), after


def _finding(sides: versions.Sides, choices: int) -> str:
    if choices < 2 or sides.before == sides.after:
        return "There is one version to read" if choices else "There is nothing to compare"
    changed = len(sides.differences)
    if not changed:
        return "Nothing is different"
    words = f"{counted(changed, 'cell')} {'is' if changed == 1 else 'are'} different"
    return f"{words[:1].upper()}{words[1:]}"


@keeps_typed
@require_POST
def return_reopen(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    reason = _reason(request)
    return step(
        request,
        partnership,
        council,
        period,
        permissions.RETURN_REOPEN,
        lambda version: actions.reopen_return(version=version, by=_user(request), reason=reason),
        "reopened. The version in force stays so until the new one is approved.",
        typed=reason,
    )


@keeps_typed
@require_POST
def return_withdraw(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    reason = _reason(request)
    return step(
        request,
        partnership,
        council,
        period,
        permissions.RETURN_REOPEN,
        lambda version: actions.withdraw_return(version=version, by=_user(request), reason=reason),
        "withdrawn. Everything is as before it was reopened.",
        typed=reason,
    )


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "").replace("\r\n", "\n")


def _user(request: HttpRequest) -> User:
    return permissions.signed_in(request)


class BackfillForm(forms.Form):
    month = MonthField(
        label="Month",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a month, like May 2018."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def return_backfill(request: HttpRequest, partnership: Partnership, council: str) -> HttpResponse:
    """A month before the partnership's first one, opened to be entered afterwards."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=place)
    form = BackfillForm(request.POST if request.method == "POST" else None)
    form.fields["month"].help_text = (
        f"From {wording.month(policies.first_backfill(partnership))} "
        f"to {wording.month(policies.month_before(partnership.reporting_from))}, such as May 2018."
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        period = form.cleaned_data["month"]
        try:
            actions.backfill_return(partnership=partnership, council=place, period=period, by=_user(request))
        except Refused as refusal:
            form.add_error("month", str(refusal))
            status = 409
        else:
            return redirect("kpis:return-edit", partnership=partnership.slug, council=council, period=period)
    elif request.method == "POST":
        status = 422
    return render(request, "kpis/return_backfill.html", {"council": place, "form": form}, status=status)
