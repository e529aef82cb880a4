"""Changes of state in portal: progress on an action, the day on which a demonstration stands."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal import audit, clock, policies
from portal.models import Action, ActionUpdate, Part, Partnership, User


@transaction.atomic
def update_action(*, action: Action, status: str, text: str, by: User) -> ActionUpdate:
    """Record progress. Raises policies.Refused where the action's state does not allow it."""
    held = Action.objects.select_for_update().select_related("partnership").get(pk=action.pk)
    policies.check_action_update(held, status)
    before = held.status
    held.status = status
    held.save(update_fields=["status"])
    update = ActionUpdate.objects.create(action=held, at=clock.now(held.partnership), by=by, status=status, text=text)
    restricted = held.part == Part.TWO
    audit.record(
        by=by,
        verb="action.update",
        target=held,
        partnership=held.partnership,
        before={"status": before},
        after={"status": status, "update": text},
        label=f"Action {held.pk}" if restricted else "",
        restricted=restricted,
    )
    return update


@transaction.atomic
def set_demonstration_day(*, partnership: Partnership, day: date, by: User) -> Partnership:
    """Let the demonstration stand on a day."""
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    before = held.demonstration_today
    held.demonstration_today = day
    held.save(update_fields=["demonstration_today"])
    audit.record(
        by=by,
        verb="demonstration.set-day",
        target=held,
        partnership=held,
        before={"day": before.isoformat() if before else None},
        after={"day": day.isoformat()},
    )
    return held
