"""The choices above portal's lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from portal import audit_words
from portal.models import Action, AuditEvent, Council, Partnership, Person, User


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


_NO_DAY = {"invalid": "Write the day like 5/10/2018."}


class ActionFilter(django_filters.FilterSet):
    """Outstanding actions unless the reader asks for others."""

    OUTSTANDING = "outstanding"
    OVERDUE = "overdue"

    status = django_filters.ChoiceFilter(
        label="Status",
        choices=[(OUTSTANDING, "Outstanding"), (OVERDUE, "Overdue"), *Action.Status.choices],
        empty_label="All",
        method="by_status",
    )
    council = django_filters.ModelChoiceFilter(label="Council", queryset=Council.objects.none(), empty_label="All")
    owner = django_filters.ModelChoiceFilter(label="Owner", queryset=Person.objects.none(), empty_label="All")

    class Meta:
        model = Action
        fields = ["status", "council", "owner"]

    def __init__(self, data: Any, *, visible: QuerySet[Action], partnership: Partnership, today: date, **kwargs: Any):
        self.today = today
        super().__init__({"status": self.OUTSTANDING} | (data.dict() if data else {}), **kwargs)
        councils = Council.objects.filter(partnerships=partnership)
        self.filters["council"].queryset = councils.order_by("places__position", "pk")
        # Only owners of actions that the reader sees: a name in the list must not tell of a hidden action.
        self.filters["owner"].queryset = (
            Person.objects.filter(actions__in=visible).distinct().order_by("full_name", "pk")
        )

    def by_status(self, actions: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        if value == self.OUTSTANDING:
            return actions.exclude(status=Action.Status.CLOSED)
        if value == self.OVERDUE:
            return actions.exclude(status=Action.Status.CLOSED).filter(due_on__lt=self.today)
        return actions.filter(status=value)


class AuditFilter(django_filters.FilterSet):
    """Who, what, and between which days. Choices are those that occur in the events that the reader may see."""

    by = django_filters.ModelChoiceFilter(label="Who", queryset=User.objects.none(), empty_label="Everybody")
    verb = django_filters.ChoiceFilter(label="What", choices=[], empty_label="Everything")
    since = django_filters.DateFilter(
        label="From", field_name="at", lookup_expr="date__gte", widget=DayInput, error_messages=_NO_DAY
    )
    until = django_filters.DateFilter(
        label="To", field_name="at", lookup_expr="date__lte", widget=DayInput, error_messages=_NO_DAY
    )

    class Meta:
        model = AuditEvent
        fields = ["by", "verb", "since", "until"]

    def __init__(self, data: Any, *, visible: QuerySet[AuditEvent], **kwargs: Any):
        super().__init__(data, **kwargs)
        self.filters["by"].queryset = User.objects.filter(audit_events__in=visible).distinct().order_by("username")
        verbs = visible.order_by("verb").values_list("verb", flat=True).distinct()
        self.filters["verb"].extra["choices"] = [(verb, audit_words.verb(verb)) for verb in verbs]
