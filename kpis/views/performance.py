"""The dashboard, its downloads, and one indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kpis import dashboard as building
from kpis import doubts, export, month_notes, per_head, record, trend_totals, whole_period, wording
from kpis.models import Indicator
from kpis.views import choosing
from kpis.views.choosing import Choice
from portal import permissions
from portal.exports import csv_response, xlsx_response

if TYPE_CHECKING:
    from kpis.record import Record
    from portal.models import Partnership

# An indicator's page shows so many months unless others are asked for.
INDICATOR_MONTHS = 36


@require_safe
def dashboard(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return page(request, partnership, choosing.read(request.GET, partnership))


def page(
    request: HttpRequest, partnership: Partnership, choice: Choice, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The dashboard of a choice. `more` goes to the template as it is."""
    loaded = record.load(partnership, choice.run.first, choice.run.last, reader=request.user)
    councils, problem = choosing.councils(choice, loaded.members)
    problem = choice.problem or problem
    built = building.build(
        loaded,
        choice.run,
        councils=councils,
        is_per_hundred=choice.per_hundred,
        reported=building.last_reported(partnership),
    )
    context = {
        "page": built,
        "choice": choice,
        "problem": problem,
        "periods": [(one, choice.with_months(one.first, one.last)) for one in choice.periods],
        "picks_councils": len(loaded.members) > 2,
        "picked": {council.slug for council in councils},
        "may_save": permissions.may(request.user, permissions.PERIOD_SAVE, partnership),
        **more,
    }
    return render(request, "kpis/dashboard.html", context, status=400 if problem else status)


def _downloaded(request: HttpRequest, partnership: Partnership) -> tuple[Choice, Record, str]:
    """The choice in the address, its record with the councils that are shown, and what is wrong with it."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    choice = choosing.read(request.GET, partnership)
    loaded = record.load(partnership, choice.run.first, choice.run.last, reader=request.user, history=False)
    councils, problem = choosing.councils(choice, loaded.members)
    return choice, loaded.showing(councils), choice.problem or problem


def _rows(choice: Choice, loaded: Record) -> Any:
    shown = per_head.per_hundred(loaded) if choice.per_hundred else loaded
    several = len(loaded.months) > 1
    whole = whole_period.rows(loaded, loaded.columns, choice.per_hundred) if several else []
    return export.rows(shown, whole)


def _file(choice: Choice, partnership: Partnership, kind: str) -> str:
    return f"performance-{partnership.slug}-{choice.run.first:%Y-%m}-to-{choice.run.last:%Y-%m}.{kind}"


def _refused(problem: str) -> HttpResponse:
    return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")


@require_safe
def dashboard_csv(request: HttpRequest, partnership: Partnership) -> HttpResponse | StreamingHttpResponse:
    choice, loaded, problem = _downloaded(request, partnership)
    if problem:
        return _refused(problem)
    return csv_response(_file(choice, partnership, "csv"), export.HEADINGS, _rows(choice, loaded))


@require_safe
def dashboard_xlsx(request: HttpRequest, partnership: Partnership) -> HttpResponse | FileResponse:
    choice, loaded, problem = _downloaded(request, partnership)
    if problem:
        return _refused(problem)
    name, rows = _file(choice, partnership, "xlsx"), _rows(choice, loaded)
    title = f"Performance of {partnership.name}, {wording.span(choice.run.first, choice.run.last)}"
    return xlsx_response(name, export.HEADINGS, rows, title=title, sheet="Performance")


@require_safe
def indicator(request: HttpRequest, partnership: Partnership, code: str) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    one = get_object_or_404(
        Indicator.objects.select_related("measured_on", "numerator_of").prefetch_related(
            "part_links__part", "targets__council"
        ),
        partnership=partnership,
        code=code,
    )
    choice = choosing.read(request.GET, partnership, months=INDICATOR_MONTHS)
    loaded = record.load(partnership, choice.run.first, choice.run.last, reader=request.user, only=[code])
    councils, problem = choosing.councils(choice, loaded.members)
    problem = choice.problem or problem
    # One indicator has room for every council, unless some were picked.
    shown = loaded.showing(councils) if choice.slugs else loaded
    charted = loaded.showing(councils)
    (trend,) = trend_totals.drawn(charted)
    (whole,) = whole_period.rows(shown, shown.columns)
    context = {
        "indicator": one,
        "choice": choice,
        "problem": problem,
        "unit": trend.caption,
        "trend": trend,
        "parts": [link.part for link in one.part_links.all()],
        "targets": list(one.targets.all()),
        "months": export.indicator_rows(shown, one),
        "councils": shown.columns,
        "whole": whole if len(shown.months) > 1 else None,
        "is_withheld": one.code in loaded.hidden,
        "notes": month_notes.of(loaded, one.code),
        "members": loaded.members,
        "picked": {council.slug for council in councils},
        "picks_councils": len(loaded.members) > 2,
        "doubts": doubts.collect(shown, [one]),
        "span": wording.span(choice.run.first, choice.run.last),
        "is_worked_out": not one.is_typed,
    }
    return render(request, "kpis/indicator_detail.html", context, status=400 if problem else 200)
