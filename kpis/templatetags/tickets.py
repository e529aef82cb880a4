"""The way from a month's return to its tickets, for those who may see them."""

from __future__ import annotations

from typing import Any

from django import template

from kpis.models import TicketImport
from portal import permissions

register = template.Library()


@register.inclusion_tag("kpis/_tickets_links.html", takes_context=True)
def ticket_links(context: dict[str, Any]) -> dict[str, Any]:
    """Links to the tickets behind the month's figures and to its exports. One query for those who may see tickets."""
    user, partnership, council = context["user"], context["partnership"], context["council"]
    may_import = permissions.may(user, permissions.TICKETS_IMPORT, partnership, council=council)
    may_view = permissions.may(user, permissions.TICKETS_VIEW, partnership, council=council)
    may_view = may_view or permissions.may(user, permissions.TICKETS_VIEW_ALL, partnership)
    in_use = TicketImport.objects.filter(
        partnership=partnership, council=council, period=context["period"], is_in_use=True
    )
    return {
        "in_use": in_use.first() if may_view else None,
        "partnership": partnership,
        "council": council,
        "period": context["period"],
        "may_import": may_import,
        "may_view": may_view,
    }
