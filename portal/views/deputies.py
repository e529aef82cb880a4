"""Absence and deputies: who stands in for whom, naming a deputy, ending an absence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock, deputies, permissions
from portal.filters import DayInput
from portal.held import keeps_typed
from portal.models import RoleGrant, User
from portal.policies import Refused
from portal.words import day

if TYPE_CHECKING:
    from portal.models import Partnership


class RoleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        place = f", {obj.council}" if obj.council else ""
        return f"{obj.user}: {obj.get_role_display()}{place}"


class DeputyForm(forms.Form):
    grant = RoleField(
        label="Who is away, in which role",
        queryset=RoleGrant.objects.none(),
        error_messages={"required": "Choose the role.", "invalid_choice": "Choose a role from the list."},
    )
    deputy = forms.ModelChoiceField(
        label="Deputy",
        help_text="Somebody who acts for the same council already, or for no council.",
        queryset=User.objects.none(),
        error_messages={"required": "Choose the deputy.", "invalid_choice": "Choose an account from the list."},
    )
    starts_on = forms.DateField(
        label="First day",
        widget=DayInput,
        error_messages={"required": "Choose the first day.", "invalid": "This is no day. Write it like 5/10/2018."},
    )
    ends_on = forms.DateField(
        label="Last day",
        help_text=f"At most {deputies.LONGEST_DAYS} days, the first and the last included.",
        widget=DayInput,
        error_messages={"required": "Choose the last day.", "invalid": "This is no day. Write it like 5/10/2018."},
    )

    def __init__(self, *args: Any, user: User, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants = deputies.roles_to_give(user, partnership)
        self.fields["grant"].queryset = grants  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = deputies.candidates(partnership, grants)  # type: ignore[attr-defined]
        if len(grants) == 1:
            self.fields["grant"].initial = grants[0].pk
            self.fields["grant"].empty_label = None  # type: ignore[attr-defined]


def _check(request: HttpRequest, partnership: Partnership) -> User:
    user = permissions.signed_in(request)
    if not may_see(user, partnership):
        raise PermissionDenied("Your account has no role for which a deputy can act.")
    return user


def may_see(user: Any, partnership: Partnership) -> bool:
    return permissions.may(user, permissions.DEPUTY_NAME, partnership) or permissions.may(
        user, permissions.DEPUTY_NAME_ANY, partnership
    )


@require_safe
def deputy_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    user = _check(request, partnership)
    today = clock.today(partnership)
    form = DeputyForm(user=user, partnership=partnership, initial={"starts_on": today})
    return _page(request, partnership, user, form)


def _page(
    request: HttpRequest, partnership: Partnership, user: User, form: DeputyForm, status: int = 200
) -> HttpResponse:
    entries = deputies.listed(user, partnership)
    context = {
        "entries": entries,
        "form": form,
        "finding": _finding(user, entries),
        "names_anybody": permissions.may(user, permissions.DEPUTY_NAME_ANY, partnership),
    }
    return render(request, "portal/deputy_list.html", context, status=status)


def _finding(user: User, entries: list[deputies.Entry]) -> str:
    now = [entry.grant for entry in entries if entry.state == "now"]
    for grant in now:
        if grant.deputy_for_id == user.pk:
            return f"{grant.user} stands in for you until {day(grant.ends_on)}" if grant.ends_on else ""
        if grant.user_id == user.pk:
            return f"You stand in for {grant.deputy_for} until {day(grant.ends_on)}" if grant.ends_on else ""
    return "Nobody is away" if not now else "Absence and deputies"


@keeps_typed
@require_POST
def deputy_name(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    user = _check(request, partnership)
    form = DeputyForm(request.POST, user=user, partnership=partnership)
    if not form.is_valid():
        return _page(request, partnership, user, form, status=422)
    starts_on: date = form.cleaned_data["starts_on"]
    ends_on: date = form.cleaned_data["ends_on"]
    try:
        made = deputies.name_deputy(
            grant=form.cleaned_data["grant"],
            deputy=form.cleaned_data["deputy"],
            starts_on=starts_on,
            ends_on=ends_on,
            by=user,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, partnership, user, form, status=409)
    messages.success(request, f"{made.user} stands in for {made.deputy_for} from {day(starts_on)} to {day(ends_on)}.")
    return redirect("portal:deputies", partnership=partnership.slug)


@require_POST
def deputy_end(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    user = _check(request, partnership)
    known = {grant.pk for grant in deputies.entries(user, partnership)}
    grant = get_object_or_404(deputies.grants_of(partnership), pk=pk if pk in known else None)
    wide = permissions.may(user, permissions.DEPUTY_NAME_ANY, partnership)
    if not wide and grant.deputy_for_id != user.pk:
        raise PermissionDenied("The person who is away ends the absence, or the service manager.")
    try:
        deputies.end_deputy(grant=grant, by=user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{grant.user} no longer stands in for {grant.deputy_for}.")
    return redirect("portal:deputies", partnership=partnership.slug)
