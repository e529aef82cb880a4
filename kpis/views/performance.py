"""The dashboard, its download, and one indicator."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kpis import dashboard as building
from kpis import doubts, export, record, trends, wording
from kpis.models import Indicator
from portal import permissions
from portal.exports import csv_response, xlsx_response

if TYPE_CHECKING:
    from portal.models import Partnership


def _chosen(request: HttpRequest, partnership: Partnership) -> tuple[building.Run, str]:
    """The run of months that is asked for, or the usual one with what is wrong with what was asked for."""
    usual = building.usual_run(partnership)
    asked = {name: request.GET.get(name, "").strip() for name in ("from", "to")}
    keys = {f"{month:%Y-%m}": month for month in usual.choices}
    chosen: dict[str, date] = {"from": usual.first, "to": usual.last}
    for name, key in asked.items():
        if key and key not in keys:
            span = wording.span(usual.choices[-1], usual.choices[0])
            return usual, f"There are no figures for the month that was asked for. Choose one of {span}."
        if key:
            chosen[name] = keys[key]
    if asked["from"] and not asked["to"]:
        chosen["to"] = max(chosen["from"], usual.last)
    if asked["to"] and not asked["from"]:
        chosen["from"] = min(chosen["to"], usual.first)
    if chosen["from"] > chosen["to"]:
        problem = f"{wording.month(chosen['from'])} comes after {wording.month(chosen['to'])}. Choose an earlier month."
        return usual, problem
    return building.Run(usual.choices, chosen["from"], chosen["to"]), ""


@require_safe
def dashboard(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    run, problem = _chosen(request, partnership)
    context = {"page": building.build(partnership, run, request.user), "problem": problem}
    return render(request, "kpis/dashboard.html", context, status=400 if problem else 200)


@require_safe
def dashboard_csv(request: HttpRequest, partnership: Partnership) -> HttpResponse | StreamingHttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    run, problem = _chosen(request, partnership)
    if problem:
        return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")
    loaded = record.load(partnership, run.first, run.last, reader=request.user)
    name = f"performance-{partnership.slug}-{run.first:%Y-%m}-to-{run.last:%Y-%m}.csv"
    return csv_response(name, export.HEADINGS, export.rows(loaded))


@require_safe
def dashboard_xlsx(request: HttpRequest, partnership: Partnership) -> HttpResponse | FileResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    run, problem = _chosen(request, partnership)
    if problem:
        return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")
    loaded = record.load(partnership, run.first, run.last, reader=request.user)
    name = f"performance-{partnership.slug}-{run.first:%Y-%m}-to-{run.last:%Y-%m}.xlsx"
    title = f"Performance of {partnership.name}, {wording.span(run.first, run.last)}"
    return xlsx_response(name, export.HEADINGS, export.rows(loaded), title=title, sheet="Performance")


@require_safe
def indicator(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    one = get_object_or_404(
        Indicator.objects.select_related("measured_on").prefetch_related("part_links__part", "targets__council"),
        partnership=partnership,
        code=code,
    )
    choices, _ = building.months_of(partnership)
    loaded = record.load(partnership, choices[-1], choices[0], reader=request.user)
    (trend,) = trends.trends(trends.collect(loaded, [one.code]))
    context = {
        "indicator": one,
        "unit": trend.caption,
        "trend": trend,
        "parts": [link.part for link in one.part_links.all()],
        "targets": list(one.targets.all()),
        "months": export.indicator_rows(loaded, one),
        "councils": loaded.councils,
        "doubts": doubts.collect(loaded, [one]),
        "span": wording.span(choices[-1], choices[0]),
        "is_worked_out": not one.is_typed,
    }
    return render(request, "kpis/indicator_detail.html", context)
