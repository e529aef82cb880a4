"""What portal itself puts into the frame: its navigation entries and its panel on the start page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal import clock, deputies, navigation, panels, permissions
from portal.models import Action, Partnership, User
from portal.navigation import Entry
from portal.words import counted


def register() -> None:
    navigation.register(Entry("Start", "portal:start", 10, lambda user, partnership: True, frozenset()))
    navigation.register(
        Entry("Actions", "portal:actions", 80, _may(permissions.ACTION_VIEW), frozenset({"portal:action"}))
    )
    navigation.register(Entry("Audit trail", "portal:audit", 90, _may(permissions.AUDIT_VIEW), frozenset()))
    panels.register(
        name="portal.actions", position=60, render=actions_panel, headline=actions_headline, place=panels.Place.ASIDE
    )
    panels.register(name="portal.absence", position=80, render=absence_panel, place=panels.Place.ASIDE)


def absence_panel(request: HttpRequest, partnership: Partnership) -> str:
    """Absences that are on or to come, for whoever may name a deputy."""
    may = (permissions.DEPUTY_NAME, permissions.DEPUTY_NAME_ANY)
    if not isinstance(request.user, User) or not any(permissions.may(request.user, one, partnership) for one in may):
        return ""
    entries = [entry.grant for entry in deputies.listed(request.user, partnership) if entry.state != "over"]
    return render_to_string("portal/_panel_absence.html", {"partnership": partnership, "entries": entries}, request)


def _may(permission: permissions.Permission) -> Any:
    return lambda user, partnership: permissions.may(user, permission, partnership)


def _outstanding(request: HttpRequest, partnership: Partnership) -> list[Action]:
    """The reader's outstanding actions, first due first; asked for once per request."""
    known: list[Action] | None = getattr(request, "_outstanding_actions", None)
    if known is None:
        visible = Action.objects.visible_to(request.user, partnership).outstanding()
        known = list(visible.select_related("owner", "council"))
        request._outstanding_actions = known  # type: ignore[attr-defined]
    return known


def actions_panel(request: HttpRequest, partnership: Partnership) -> str:
    if not permissions.may(request.user, permissions.ACTION_VIEW, partnership):
        return ""
    outstanding = _outstanding(request, partnership)
    context = {
        "partnership": partnership,
        "actions": outstanding[:5],
        "more": max(0, len(outstanding) - 5),
        "today": clock.today(partnership),
    }
    return render_to_string("portal/_panel_actions.html", context, request)


def actions_headline(request: HttpRequest, partnership: Partnership) -> str:
    """How many actions are outstanding and overdue; "" for a reader who sees none."""
    if not permissions.may(request.user, permissions.ACTION_VIEW, partnership):
        return ""
    return finding([action.due_on for action in _outstanding(request, partnership)], clock.today(partnership))


def finding(due: list[date | None], today: date) -> str:
    """What the due dates of the outstanding actions say on a day, as a heading."""
    if not due:
        return "No action is outstanding"
    overdue = sum(1 for due_on in due if due_on is not None and due_on < today)
    text = f"{counted(len(due), 'action')} {'is' if len(due) == 1 else 'are'} outstanding"
    return f"{text[0].upper()}{text[1:]}, {counted(overdue) if overdue else 'none'} overdue"
