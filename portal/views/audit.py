"""The audit trail, on a page, as CSV and as a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from portal import clock, exports, permissions
from portal.filters import AuditFilter
from portal.models import AuditEvent, Partnership
from portal.tables import AuditTable
from portal.words import counted

HEADINGS = ["When", "Who", "What", "Kind", "Number", "To what", "Before", "After", "Reason", "Restricted"]


class AuditList(SingleTableMixin, FilterView):
    table_class = AuditTable
    filterset_class = AuditFilter
    template_name = "portal/audit_list.html"
    table_pagination = {"per_page": 50}
    strict = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        permissions.check(request.user, permissions.AUDIT_VIEW, self.partnership)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AuditEvent]:
        return AuditEvent.objects.visible_to(self.request.user, self.partnership).select_related("by")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"visible": AuditEvent.objects.visible_to(self.request.user, self.partnership)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        count = context["table"].paginator.count
        chosen = any(self.request.GET.get(name) for name in context["filter"].form.fields)
        fits = "fits these choices" if count < 2 else "fit these choices"
        context["finding"] = f"{counted(count, 'event')} {fits if chosen else 'on record'}".capitalize()
        return context

    def render_to_response(
        self, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse | StreamingHttpResponse | FileResponse:
        filterset = context["filter"]
        asked = self.request.GET.get("format")
        if asked in ("csv", "xlsx") and filterset.form.is_valid():
            name = f"audit-trail-{self.partnership.slug}-{clock.today(self.partnership):%Y-%m-%d}.{asked}"
            rows = _rows(filterset.qs)
            if asked == "csv":
                return exports.csv_response(name, HEADINGS, rows)
            title = f"Audit trail, {self.partnership.name}"
            return exports.xlsx_response(name, HEADINGS, rows, title=title, sheet="Audit trail")
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response


def _rows(events: QuerySet[AuditEvent]) -> Iterator[list[Any]]:
    for event in events.iterator(chunk_size=1000):
        yield [
            timezone.localtime(event.at),
            event.by.username if event.by else "",
            event.verb,
            event.target_type,
            event.target_id,
            event.target,
            _json(event.before),
            _json(event.after),
            event.reason,
            "yes" if event.is_restricted else "no",
        ]


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
