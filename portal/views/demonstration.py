"""The day on which a demonstration stands."""

from __future__ import annotations

from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from portal import actions, clock, permissions
from portal.filters import DayInput
from portal.models import Partnership


class DayForm(forms.Form):
    day = forms.DateField(
        label="Day that stands for today",
        help_text="For example 5/10/2018.",
        widget=DayInput,
        validators=[
            MinValueValidator(date(2000, 1, 1), "Choose a day from 1 January 2000 on."),
            MaxValueValidator(date(2099, 12, 31), "Choose a day up to 31 December 2099."),
        ],
        error_messages={
            "required": "Choose a day.",
            "invalid": "This is no day. Write it like 5/10/2018.",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def demonstration_day(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    if not settings.DEMONSTRATION:
        raise Http404
    permissions.check(request.user, permissions.DEMONSTRATION_SET_DAY, partnership)
    form = DayForm(request.POST or None, initial={"day": clock.today(partnership)})
    if request.method == "POST" and form.is_valid():
        day: date = form.cleaned_data["day"]
        actions.set_demonstration_day(partnership=partnership, day=day, by=permissions.signed_in(request))
        messages.success(request, f"The demonstration now stands on {date_format(day)}.")
        return redirect("portal:start", partnership=partnership.slug)
    status = 422 if form.errors else 200
    return render(request, "portal/demonstration_day.html", {"form": form}, status=status)
