"""What meetings were told, beside the figures of today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis import reported as reports
from portal import permissions

if TYPE_CHECKING:
    from portal.models import Partnership


@require_safe
def reported_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return render(request, "kpis/reported_list.html", {"meetings": reports.meetings(partnership, request.user)})


@require_safe
def reported(request: HttpRequest, partnership: Partnership, on: date) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    meeting = next((one for one in reports.meetings(partnership, request.user) if one.on == on), None)
    if meeting is None:
        raise Http404("No figures were reported to a meeting on this day.")
    tables = reports.tables(partnership, meeting, request.user)
    changes = [change for table in tables for change in table.changes]
    context = {
        "finding": reports.finding(len(changes)),
        "meeting": meeting,
        "tables": tables,
        "changes": changes,
        "is_partly_withheld": any(table.is_partly_withheld for table in tables),
    }
    return render(request, "kpis/reported.html", context)
