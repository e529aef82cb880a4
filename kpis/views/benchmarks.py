"""Benchmarks, self-assessments and tables of actuals: read by all, kept by the service manager."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpis import benchmark_actions, benchmark_export, benchmark_pages
from kpis.benchmark_forms import (
    AreaFormSet,
    AssessmentForm,
    BenchmarkForm,
    YearFormSet,
    initial_assessment,
    initial_benchmark,
)
from kpis.models import ActualsTable, Assessment, Benchmark
from portal import permissions
from portal.exports import csv_response, xlsx_response
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership


def _benchmarks(request: HttpRequest, partnership: Partnership) -> Iterable[Benchmark]:
    visible = Benchmark.objects.visible_to(request.user, partnership)
    return visible.select_related("indicator").prefetch_related("results__values").order_by("survey", "name", "pk")


def _assessments(request: HttpRequest, partnership: Partnership) -> Iterable[Assessment]:
    visible = Assessment.objects.visible_to(request.user, partnership)
    return visible.prefetch_related("areas").order_by("framework", "-assessed_on", "pk")


def _actuals(request: HttpRequest, partnership: Partnership) -> list[benchmark_pages.ShownActuals]:
    visible = ActualsTable.objects.visible_to(request.user, partnership)
    tables = visible.prefetch_related("rows").order_by("-period", "position", "pk")
    return [benchmark_pages.shown_actuals(table) for table in tables]


@require_safe
def benchmarks(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    who = benchmark_pages.who(partnership)
    context = {
        # What can be compared comes first.
        "benchmarks": sorted(
            (benchmark_pages.shown(one, who) for one in _benchmarks(request, partnership) if one.results.all()),
            key=lambda one: (one.latest.median is None, one.latest.ours is None),
        ),
        "frameworks": benchmark_pages.frameworks(_assessments(request, partnership)),
        "actuals": _actuals(request, partnership),
        "who": who,
        "may_edit": permissions.may(request.user, permissions.BENCHMARK_EDIT, partnership),
    }
    return render(request, "kpis/benchmark_list.html", context)


@require_safe
def benchmarks_file(
    request: HttpRequest, partnership: Partnership, kind: str, form: str
) -> FileResponse | StreamingHttpResponse:
    """What the page shows, as CSV or as a workbook: `kind` is one of its three parts."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    headings: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]
    if kind == "benchmarks":
        headings, rows = benchmark_export.BENCHMARKS, benchmark_export.benchmark_rows(_benchmarks(request, partnership))
    elif kind == "assessments":
        found = _assessments(request, partnership)
        headings, rows = benchmark_export.ASSESSMENTS, benchmark_export.assessment_rows(found)
    else:
        headings, rows = benchmark_export.ACTUALS, benchmark_export.actuals_rows(_actuals(request, partnership))
    name = f"{kind}-{partnership.slug}.{form}"
    if form == "csv":
        return csv_response(name, headings, rows)
    title = f"{kind.capitalize()} of {partnership.name}"
    return xlsx_response(name, headings, rows, title=title, sheet=kind.capitalize())


def _may_edit(request: HttpRequest, partnership: Partnership) -> None:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    permissions.check(request.user, permissions.BENCHMARK_EDIT, partnership)


def _benchmark(request: HttpRequest, partnership: Partnership, pk: int) -> Benchmark:
    visible = Benchmark.objects.visible_to(request.user, partnership)
    return get_object_or_404(visible.select_related("indicator"), pk=pk)


def _assessment(request: HttpRequest, partnership: Partnership, pk: int) -> Assessment:
    visible = Assessment.objects.visible_to(request.user, partnership)
    return get_object_or_404(visible.prefetch_related("areas"), pk=pk)


def _editor(
    request: HttpRequest, kind: str, thing: Benchmark | Assessment | None, form: Any, rows: Any, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rows": rows, "thing": thing, "problems": _problems(form, rows)}
    return render(request, f"kpis/{kind}_edit.html", context, status=status)


def _problems(form: Any, rows: Any) -> list[tuple[str, str]]:
    """Every error of the page: the id of its field, and a sentence that names it."""
    if not form.is_bound:
        return []
    found = [("", str(error)) for error in [*form.non_field_errors(), *rows.non_form_errors()]]
    for number, one in enumerate((form, *rows.forms)):
        for name, errors in one.errors.items():
            if name == "__all__":
                continue
            field = one[name]
            place = f"{rows.row_name} {number}, " if number else ""
            found += [(field.id_for_label, f"{place}{field.label}: {error}") for error in errors]
    return found


@require_safe
def benchmark_new(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    return _editor(request, "benchmark", None, BenchmarkForm(partnership=partnership), YearFormSet(prefix="years"))


@require_safe
def benchmark_edit(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    benchmark = _benchmark(request, partnership, pk)
    about, years = initial_benchmark(benchmark)
    form = BenchmarkForm(initial=about, partnership=partnership)
    return _editor(request, "benchmark", benchmark, form, YearFormSet(initial=years, prefix="years"))


@require_POST
def benchmark_add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    return _save_benchmark(request, partnership, None)


@require_POST
def benchmark_change(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    return _save_benchmark(request, partnership, _benchmark(request, partnership, pk))


def _save_benchmark(request: HttpRequest, partnership: Partnership, benchmark: Benchmark | None) -> HttpResponse:
    form = BenchmarkForm(request.POST, partnership=partnership)
    years: Any = YearFormSet(request.POST, prefix="years")
    whole = form.is_valid()
    for one in years.forms if whole else ():
        one.least, one.most = form.cleaned_data["least"], form.cleaned_data["most"]
    if not years.is_valid() or not whole:
        return _editor(request, "benchmark", benchmark, form, years, status=422)
    try:
        saved = benchmark_actions.save_benchmark(
            partnership=partnership,
            about=form.about(),
            years=[one.year_given() for one in years.given()],
            by=permissions.signed_in(request),
            benchmark=benchmark,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _editor(request, "benchmark", benchmark, form, years, status=409)
    messages.success(request, f"Saved: {saved}.")
    return redirect("kpis:benchmarks", partnership=partnership.slug)


@require_POST
def benchmark_remove(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    benchmark = _benchmark(request, partnership, pk)
    benchmark_actions.remove_benchmark(benchmark=benchmark, by=permissions.signed_in(request))
    messages.success(request, f"Removed: {benchmark}.")
    return redirect("kpis:benchmarks", partnership=partnership.slug)


@require_safe
def assessment_new(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    return _editor(request, "assessment", None, AssessmentForm(), AreaFormSet(prefix="areas"))


@require_safe
def assessment_edit(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    assessment = _assessment(request, partnership, pk)
    about, areas = initial_assessment(assessment)
    form = AssessmentForm(initial=about)
    return _editor(request, "assessment", assessment, form, AreaFormSet(initial=areas, prefix="areas"))


@require_POST
def assessment_add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    _may_edit(request, partnership)
    return _save_assessment(request, partnership, None)


@require_POST
def assessment_change(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    return _save_assessment(request, partnership, _assessment(request, partnership, pk))


def _save_assessment(request: HttpRequest, partnership: Partnership, assessment: Assessment | None) -> HttpResponse:
    form = AssessmentForm(request.POST)
    areas: Any = AreaFormSet(request.POST, prefix="areas")
    valid = form.is_valid() & areas.is_valid()
    if valid:
        for area in areas.given():
            area.check(form.cleaned_data["grades"])
        valid = not any(area.errors for area in areas.forms)
    if not valid:
        return _editor(request, "assessment", assessment, form, areas, status=422)
    try:
        saved = benchmark_actions.save_assessment(
            partnership=partnership,
            graded=form.graded(areas.given()),
            by=permissions.signed_in(request),
            assessment=assessment,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _editor(request, "assessment", assessment, form, areas, status=409)
    messages.success(request, f"Saved: {saved}.")
    return redirect("kpis:benchmarks", partnership=partnership.slug)


@require_POST
def assessment_remove(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _may_edit(request, partnership)
    assessment = _assessment(request, partnership, pk)
    benchmark_actions.remove_assessment(assessment=assessment, by=permissions.signed_in(request))
    messages.success(request, f"Removed: {assessment}.")
    return redirect("kpis:benchmarks", partnership=partnership.slug)
