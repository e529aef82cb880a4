"""What benchmarks put on the start page: how the service compares, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.template.loader import render_to_string

from kpis import benchmark_pages
from kpis.models import ActualsTable, Assessment, Benchmark
from portal import panels, permissions

if TYPE_CHECKING:
    from portal.models import Partnership


def compared_panel(request: HttpRequest, partnership: Partnership) -> str:
    """The latest of each; empty for a reader who sees none, and where nothing has been entered."""
    if not permissions.may(request.user, permissions.RETURN_VIEW, partnership):
        return ""
    who = benchmark_pages.who(partnership)
    benchmarks = Benchmark.objects.visible_to(request.user, partnership)
    assessments = Assessment.objects.visible_to(request.user, partnership)
    tables = ActualsTable.objects.visible_to(request.user, partnership)
    shown = [benchmark_pages.shown(one, who) for one in benchmarks.prefetch_related("results__values")]
    lines = [(one.benchmark.name, one.finding) for one in shown if one.latest.ours is not None]
    frameworks = benchmark_pages.frameworks(assessments.prefetch_related("areas"))
    lines += [(one.name, one.finding) for one in frameworks]
    actuals = [benchmark_pages.shown_actuals(table) for table in tables.prefetch_related("rows")]
    lines += [("Targets and what was reached", one.finding) for one in actuals]
    if not lines:
        return ""
    context = {"lines": lines, "who": who, "partnership": partnership}
    return render_to_string("kpis/benchmark_panel.html", context, request)


def register() -> None:
    panels.register(name="kpis.compared", position=45, render=compared_panel)
