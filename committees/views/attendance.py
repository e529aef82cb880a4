"""Attendance at the committee's meetings over a period, as a page and as CSV."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees import attendance_figures
from committees.member_links import attendance_csv_url
from committees.models import Committee
from committees.reading import find_committee
from portal import exports, permissions
from portal.filters import DayInput
from portal.models import Partnership

HEADINGS = (
    "Council",
    "Member",
    "Meetings as a member",
    "Present",
    "Apologies",
    "Absent without apologies",
    "Present, per cent",
    "Represented by a substitute",
    "Sat as a substitute",
)


class PeriodForm(forms.Form):
    since = forms.DateField(label="From", widget=DayInput, required=False)
    until = forms.DateField(label="To", widget=DayInput, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first day.")
        return data

    def period(self) -> dict[str, Any]:
        """What was asked for, as far as it makes sense."""
        return self.cleaned_data if self.is_valid() else {}


def _asked(
    request: HttpRequest, partnership: Partnership, committee: str
) -> tuple[Committee, PeriodForm, attendance_figures.Figures]:
    found = find_committee(partnership, committee)
    permissions.check(request.user, permissions.ACTION_VIEW, partnership)
    form = PeriodForm(request.GET)
    return found, form, attendance_figures.of(found, **form.period())


@require_safe
def attendance(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found, form, figures = _asked(request, partnership, committee)
    asked = request.GET.urlencode()
    context = {
        "committee": found,
        "form": form,
        "figures": figures,
        "csv_url": attendance_csv_url(found) + (f"?{asked}" if asked else ""),
    }
    return render(request, "committees/attendance.html", context, status=200 if form.is_valid() else 422)


@require_safe
def attendance_csv(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponseBase:
    found, _, figures = _asked(request, partnership, committee)
    rows = [
        (
            str(row.council), str(row.person), row.expected, row.present, row.apologies, row.absent, row.share,
            row.represented, row.substituted,
        )
        for row in figures.rows
    ]  # fmt: skip
    return exports.csv_response(f"{partnership.slug}-{found.slug}-attendance.csv", HEADINGS, rows)
