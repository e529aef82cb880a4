"""The choices above the lists of kpis."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from kpis.models import FigureFinding
from portal.models import Council, Partnership

NO_REASON, REASON = "none", "given"


class FindingFilter(django_filters.FilterSet):
    council = django_filters.ModelChoiceFilter(
        label="Council", queryset=Council.objects.none(), field_name="version__parent__council", empty_label="All"
    )
    severity = django_filters.ChoiceFilter(
        label="Severity", choices=[("error", "Cannot be true"), ("warning", "Wants a reason")], empty_label="All"
    )
    reason = django_filters.ChoiceFilter(
        label="Reason", choices=[(NO_REASON, "None yet"), (REASON, "Given")], empty_label="All", method="by_reason"
    )

    class Meta:
        model = FigureFinding
        fields = ["council", "severity", "reason"]

    def __init__(self, data: Any, *, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        councils = Council.objects.filter(partnerships=partnership)
        self.filters["council"].queryset = councils.order_by("places__position", "pk")

    def by_reason(self, found: QuerySet[FigureFinding], name: str, value: str) -> QuerySet[FigureFinding]:
        return found.exclude(reason="") if value == REASON else found.filter(reason="")
