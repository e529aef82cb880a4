"""What every page's frame needs: the partnership, the navigation, who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal import clock, navigation, permissions
from portal.models import Council, Partnership, Role


def page(request: HttpRequest) -> dict[str, Any]:
    partnership = getattr(request, "partnership", None)
    user = getattr(request, "user", None)
    if partnership is None:
        return {"partnership": None, "demonstration": settings.DEMONSTRATION}
    return {
        "partnership": partnership,
        "today": clock.today(partnership),
        "demonstration": settings.DEMONSTRATION,
        "stands_on": partnership.demonstration_today,
        "may_set_day": settings.DEMONSTRATION and permissions.may(user, permissions.DEMONSTRATION_SET_DAY, partnership),
        "navigation": navigation.entries(request, partnership),
        "my_rights": permissions.roles_in(user, partnership),
        "may_name_deputy": permissions.may(user, permissions.DEPUTY_NAME, partnership)
        or permissions.may(user, permissions.DEPUTY_NAME_ANY, partnership),
        "my_roles": roles_line(user, partnership),
    }


def roles_line(user: Any, partnership: Partnership) -> str:
    """What the account is in the partnership, as in the head of the page: Officer, Brent."""
    rights = permissions.roles_in(user, partnership)
    wanted = {right.council_id for right in rights if right.council_id is not None}
    names = partnership.council_names if wanted else {}
    if not wanted <= names.keys():  # a role for a council that is no partner any more
        names = dict(Council.objects.filter(pk__in=wanted).values_list("pk", "short_name"))
    lines = [
        f"{Role(right.role).label}, {names[right.council_id]}" if right.council_id else Role(right.role).label
        for right in rights
    ]
    return "; ".join(dict.fromkeys(lines))
