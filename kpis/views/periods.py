"""Reporting periods: keep the months shown under a name, open the dashboard with one, remove one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from kpis import periods
from kpis.models import ReportingPeriod
from kpis.views import choosing, performance
from portal import permissions
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership, User


def _may_save(request: HttpRequest, partnership: Partnership) -> User:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    permissions.check(request.user, permissions.PERIOD_SAVE, partnership)
    return permissions.signed_in(request)


def _period(partnership: Partnership, pk: int) -> ReportingPeriod:
    return get_object_or_404(ReportingPeriod, partnership=partnership, pk=pk)


@require_POST
def period_save(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    user = _may_save(request, partnership)
    choice = choosing.read(request.POST, partnership)
    name, is_usual = request.POST.get("name", "").replace("\x00", ""), bool(request.POST.get("usual"))
    problem = choice.problem
    if not problem:
        try:
            periods.save_period(
                partnership=partnership,
                name=name,
                first=choice.run.first,
                last=choice.run.last,
                is_usual=is_usual,
                by=user,
            )
        except Refused as refusal:
            problem = str(refusal)
    if problem:
        typed = {"period_problem": problem, "period_name": name, "period_is_usual": is_usual}
        return performance.page(request, partnership, choice, status=422, **typed)
    messages.success(request, f"Saved as “{' '.join(name.split())}”.")
    address = reverse("kpis:dashboard", kwargs={"partnership": partnership.slug})
    return redirect(f"{address}?{choice.query}")


@require_POST
def period_usual(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    user = _may_save(request, partnership)
    try:
        period = periods.make_usual(period=_period(partnership, pk), by=user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The dashboard opens with “{period.name}” from now on.")
    return redirect("kpis:dashboard", partnership=partnership.slug)


@require_POST
def period_remove(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    user = _may_save(request, partnership)
    period = _period(partnership, pk)
    periods.remove_period(period=period, by=user)
    messages.success(request, f"“{period.name}” was removed. The months and their figures stay.")
    return redirect("kpis:dashboard", partnership=partnership.slug)
