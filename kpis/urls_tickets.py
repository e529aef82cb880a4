"""Addresses of ticket exports, below /<partnership>/."""

from django.urls import path

from kpis.views import tickets, tickets_list

_MONTH = "tickets/<slug:council>/<month:period>/"
_IMPORT = f"{_MONTH}imports/<int:pk>/"

urlpatterns = [
    path("tickets/", tickets_list.ImportList.as_view(), name="tickets"),
    path("tickets/<slug:council>/columns/", tickets.tickets_columns, name="tickets-columns"),
    path(_MONTH, tickets.tickets_month, name="tickets-month"),
    path(f"{_MONTH}hand-in/", tickets.tickets_hand_in, name="tickets-hand-in"),
    path(_IMPORT, tickets.tickets_import, name="tickets-import"),
    path(f"{_IMPORT}tickets/", tickets_list.TicketList.as_view(), name="tickets-list"),
    path(f"{_IMPORT}take-over/", tickets.tickets_take_over, name="tickets-take-over"),
]
