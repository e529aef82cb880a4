"""The choices above lists of committees."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from committees.models import Committee, Decision, OnwardRecommendation
from portal.models import Partnership


class DecisionFilter(django_filters.FilterSet):
    """Titles alone are searched: they are public, and what a text says tells nobody who may not read it."""

    KEY = "key"
    WAITING = "waiting"

    committee = django_filters.ModelChoiceFilter(
        label="Committee", field_name="meeting__committee", queryset=Committee.objects.none(), empty_label="All"
    )
    outcome = django_filters.ChoiceFilter(label="Outcome", choices=Decision.Outcome.choices, empty_label="All")
    only = django_filters.ChoiceFilter(
        label="Only",
        choices=[(KEY, "Key decisions"), (WAITING, "Waiting for a council")],
        empty_label="Everything",
        method="by_only",
    )
    title = django_filters.CharFilter(label="Title contains", lookup_expr="icontains")

    class Meta:
        model = Decision
        fields = ["committee", "outcome", "only", "title"]

    def __init__(self, data: Any, *, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.filters["committee"].queryset = partnership.committees.order_by("name", "pk")

    def by_only(self, decisions: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        if value == self.KEY:
            return decisions.filter(is_key=True)
        waiting = OnwardRecommendation.objects.filter(outcome=OnwardRecommendation.Outcome.WAITING)
        return decisions.filter(pk__in=waiting.values("decision"))
