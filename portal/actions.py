"""Changes of state in portal: progress on an action, the day on which a demonstration stands."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal import audit, clock, policies
from portal.models import Action, ActionUpdate, Council, Part, Partnership, Person, User


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
def ask(
    *,
    partnership: Partnership,
    title: str,
    owner: Person | None,
    council: Council | None,
    due_on: date | None,
    part: str,
    source: str,
    source_key: str,
    by: User,
) -> Action:
    """Write down something to be done, and who asked for it. Raises policies.Refused if it is written down already."""
    if source_key and Action.objects.filter(partnership=partnership, source_key=source_key).exists():
        raise policies.Refused("This action is written down already.")
    made = Action.objects.create(
        partnership=partnership,
        title=title.strip(),
        owner=owner,
        council=council,
        due_on=due_on,
        part=part,
        source=source,
        source_key=source_key,
        created_at=clock.now(partnership),
    )
    restricted = made.part == Part.TWO
    audit.record(
        by=by,
        verb="action.ask",
        target=made,
        partnership=partnership,
        after={"title": made.title, "source": source, "due_on": due_on.isoformat() if due_on else None},
        label=f"Action {made.pk}" if restricted else "",
        restricted=restricted,
    )
    return made


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
