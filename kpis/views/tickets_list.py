"""The tickets behind a figure, and the exports that were handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from kpis import wording
from kpis.models import Indicator, Ticket, TicketImport
from kpis.views import tickets as views
from portal import permissions
from portal.models import Partnership
from portal.tables import FIGURE, OPTIONAL, PortalTable
from portal.words import short_moment

_MET = {True: "Met", False: "Missed"}


class TicketTable(PortalTable):
    caption = "Tickets"
    shows_caption = False
    row_header = "reference"

    reference = tables.Column("Reference")
    type = tables.Column("Type")
    priority = tables.Column("Priority", attrs=FIGURE)
    state = tables.Column("State", attrs=OPTIONAL)
    opened_at = tables.Column("Opened")
    resolved_at = tables.Column("Resolved")
    due_at = tables.Column("Due", attrs=OPTIONAL)
    met = tables.Column("Target", empty_values=())

    def render_opened_at(self, value: datetime) -> str:
        return short_moment(timezone.localtime(value))

    render_resolved_at = render_opened_at
    render_due_at = render_opened_at

    def render_met(self, record: Ticket) -> SafeString | str:
        if not record.is_resolved:
            return ""
        if record.met is None:
            return "Cannot be decided"
        mark = "met" if record.met else "missed"
        return format_html('<span class="mk {}">{}</span>', mark, _MET[record.met])


class TicketFilter(django_filters.FilterSet):
    """Which tickets: those behind a figure, of a type, of a priority, met or missed."""

    figure = django_filters.ChoiceFilter(label="Figure", choices=[], empty_label="All tickets", method="by_figure")
    type = django_filters.ChoiceFilter(label="Type", choices=Indicator.TicketType.choices[1:], empty_label="All")
    priority = django_filters.ChoiceFilter(label="Priority", choices=[], empty_label="All")
    met = django_filters.ChoiceFilter(
        label="Target",
        choices=[("met", "Met"), ("missed", "Missed"), ("undecided", "Cannot be decided")],
        empty_label="All",
        method="by_met",
    )
    scope = django_filters.ChoiceFilter(
        label="Scope", choices=[("in", "In scope"), ("out", "Out of scope")], empty_label="Both", method="by_scope"
    )

    class Meta:
        model = Ticket
        fields = ["figure", "type", "priority", "met", "scope"]

    def __init__(self, data: Any, *, source: TicketImport, **kwargs: Any):
        super().__init__(data, **kwargs)
        counting = source.partnership.indicators.exclude(ticket_measure="").order_by("position", "pk")
        self.indicators = {one.code: one for one in counting}
        self.filters["figure"].extra["choices"] = [(one.code, one.name) for one in self.indicators.values()]
        self.filters["priority"].extra["choices"] = [(str(number), str(number)) for number in range(1, 10)]

    def by_figure(self, tickets: Any, name: str, value: str) -> Any:
        return tickets.behind(self.indicators[value])

    def by_met(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        met = {"met": Q(met=True), "missed": Q(met=False), "undecided": Q(met__isnull=True)}
        return tickets.filter(met[value], is_resolved=True)

    def by_scope(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        return tickets.filter(in_scope=value == "in")


class TicketList(SingleTableMixin, FilterView):
    table_class = TicketTable
    filterset_class = TicketFilter
    template_name = "kpis/tickets_list.html"
    table_pagination = {"per_page": 50}
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        self.source = views.find(request, self.partnership, kwargs["council"], kwargs["period"], kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Ticket]:
        return self.source.tickets.order_by("opened_at", "pk")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"source": self.source}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.request.GET.get("figure", "")
        chosen = context["filter"].indicators.get(asked)
        return context | {
            "source": self.source,
            "council": self.source.council,
            "period": self.source.period,
            "month": wording.month(self.source.period),
            "figure": chosen,
            "number": context["table"].paginator.count,
        }


class ImportTable(PortalTable):
    caption = "Exports that were handed in, newest first unless sorted otherwise"
    shows_caption = False
    row_header = "period"

    period = tables.Column("Month")
    council = tables.Column("Council", order_by=("council__short_name",))
    state = tables.Column("What came of it")
    tickets_read = tables.Column("Tickets", attrs=FIGURE)
    imported_at = tables.Column("Handed in")
    imported_by = tables.Column("By", attrs=OPTIONAL, order_by=("imported_by__username",), default="The command")

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        self.partnership = partnership
        super().__init__(*args, **kwargs)

    def render_period(self, record: TicketImport) -> SafeString:
        url = reverse(
            "kpis:tickets-import",
            kwargs={
                "partnership": self.partnership.slug,
                "council": record.council.slug,
                "period": record.period,
                "pk": record.pk,
            },
        )
        return format_html('<a href="{}">{}</a>', url, wording.month(record.period))

    def render_state(self, record: TicketImport) -> str:
        return "In use" if record.is_in_use else record.get_state_display()

    def render_imported_at(self, value: datetime) -> str:
        return short_moment(timezone.localtime(value))


class ImportFilter(django_filters.FilterSet):
    council = django_filters.ModelChoiceFilter(label="Council", queryset=None, empty_label="All")
    state = django_filters.ChoiceFilter(label="What came of it", choices=TicketImport.State.choices, empty_label="All")

    class Meta:
        model = TicketImport
        fields = ["council", "state"]

    def __init__(self, data: Any, *, councils: Any, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.filters["council"].queryset = councils


class ImportList(SingleTableMixin, FilterView):
    """The exports of the councils whose tickets the reader may see."""

    table_class = ImportTable
    filterset_class = ImportFilter
    template_name = "kpis/tickets_imports.html"
    table_pagination = {"per_page": 25}
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        councils = self.partnership.councils.order_by("places__position", "pk")
        if not permissions.may(request.user, permissions.TICKETS_VIEW_ALL, self.partnership):
            mine = permissions.council_ids(request.user, permissions.TICKETS_VIEW, self.partnership)
            if not mine:
                permissions.check(request.user, permissions.TICKETS_VIEW_ALL, self.partnership)
            councils = councils.filter(pk__in=mine)
        self.councils = councils
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[TicketImport]:
        imports = TicketImport.objects.filter(partnership=self.partnership, council__in=self.councils.order_by())
        return imports.select_related("council", "imported_by").order_by("-imported_at", "-pk")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"councils": self.councils}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"partnership": self.partnership}
