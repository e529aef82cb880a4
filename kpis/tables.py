"""The lists of kpis."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kpis import wording
from kpis.models import FigureFinding
from portal.models import Partnership
from portal.tables import FIGURE, OPTIONAL, PortalTable


class FindingTable(PortalTable):
    caption = "What the figures check found, newest month first unless sorted otherwise"
    shows_caption = False
    row_header = "indicator"

    indicator = tables.Column("Indicator", order_by=("indicator__position",))
    month = tables.Column("Month", accessor="version__parent__period", order_by=("version__parent__period",))
    council = tables.Column("Council", accessor="version__parent__council", order_by=("version__parent__council",))
    stated = tables.Column("Stated", attrs=FIGURE, orderable=False)
    message = tables.Column("What was found", orderable=False)
    computed = tables.Column("Computed", attrs=OPTIONAL, orderable=False)
    severity = tables.Column("Reason", orderable=True)

    def __init__(self, *args: Any, partnership: Partnership, may_explain: bool, **kwargs: Any) -> None:
        self.partnership, self.may_explain = partnership, may_explain
        super().__init__(*args, **kwargs)

    def render_indicator(self, record: FigureFinding) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.address(record), record.indicator.name)

    def render_month(self, record: FigureFinding) -> str:
        return wording.month(record.version.parent.period)

    def render_severity(self, record: FigureFinding) -> str:
        context = {"finding": record, "address": self.address(record), "may_explain": self.may_explain}
        return render_to_string("kpis/_finding_reason.html", context)

    def address(self, record: FigureFinding) -> str:
        return reverse("kpis:finding", kwargs={"partnership": self.partnership.slug, "pk": record.pk})
