"""May it now? Each app's policies.py raises `Refused`, in words for the person who asked."""

from __future__ import annotations

from portal.models import Action


class Refused(Exception):
    """The state of the thing does not allow it. The message says why and what would be right."""


def check_action_update(action: Action, status: str) -> None:
    """A closed action takes further word only when it is opened again."""
    if action.status == Action.Status.CLOSED and status == Action.Status.CLOSED:
        raise Refused("This action is closed. To add to it, open it again: choose “In hand”.")
