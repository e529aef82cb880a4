"""Building an agenda: a meeting from the committee's template, its items, their order.

Every change locks the meeting first, so that two clerks who work on one agenda wait for each other and lose nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

from django.db import transaction

from committees import agenda, minutes_carry, policies
from committees.models import AgendaItem, Committee, Meeting
from committees.wording import day
from portal import audit, clock

if TYPE_CHECKING:
    from portal.models import Council, User

# Out of the way of every number in use, while items change places: two items never share a number.
_ASIDE = 10_000


class ItemConflict(Exception):
    """Somebody else changed the item since it was opened. `item` is as it stands now."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__("Somebody else has changed this item since you opened it.")
        self.item = item


@dataclass(frozen=True)
class ItemText:
    kind: str
    title: str
    note: str

    @classmethod
    def of(cls, item: AgendaItem) -> ItemText:
        return cls(item.kind, item.title, item.note)

    def token(self) -> str:
        """Names this very text, so that a form can tell whether it is still what is stored."""
        written = json.dumps([self.kind, self.title, self.note], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "title": self.title, "note": self.note}


@transaction.atomic
def arrange_meeting(
    *, by: User, committee: Committee, on: date, starts_at: time, venue: str, host: Council | None
) -> Meeting:
    """Put a meeting into the diary, with the items that stand on every agenda of the committee.

    The item for the minutes of the meeting before is named after it. Raises policies.Refused.
    """
    committee = Committee.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=committee.pk)
    policies.check_arrange(committee, on)
    meeting = Meeting.objects.create(
        committee=committee,
        on=on,
        starts_at=starts_at,
        venue=venue.strip(),
        host=host,
        changed_at=clock.now(committee.partnership),
    )
    before = (
        Meeting.objects.filter(committee=committee, on__lt=on)
        .exclude(state=Meeting.State.CANCELLED)
        .order_by("-on", "pk")
        .first()
    )
    for number, template in enumerate(committee.template_items.order_by("position", "pk"), start=1):
        title = template.title
        if template.kind == AgendaItem.Kind.MINUTES and before is not None:
            title = title.replace("the previous meeting", day(before.on))
        AgendaItem.objects.create(
            meeting=meeting,
            number=number,
            kind=template.kind,
            title=title,
            note=template.note,
            part=template.part,
        )
    audit.record(
        by=by,
        verb="meeting.arrange",
        target=meeting,
        partnership=committee.partnership,
        after={"on": on.isoformat(), "starts_at": f"{starts_at:%H:%M}", "venue": meeting.venue},
    )
    minutes_carry.bring(by=by, meeting=meeting)
    return meeting


def _lock(meeting: Meeting) -> Meeting:
    held = Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=meeting.pk)
    policies.check_change(held)
    return held


def _renumber(items: list[AgendaItem]) -> None:
    """Number the items 1, 2, 3 … in this order."""
    changed = [(place, item) for place, item in enumerate(items, start=1) if item.number != place]
    for place, item in changed:
        item.number = _ASIDE + place
    AgendaItem.objects.bulk_update([item for _, item in changed], ["number"])
    for place, item in changed:
        item.number = place
    AgendaItem.objects.bulk_update([item for _, item in changed], ["number"])


@transaction.atomic
def add_item(*, by: User, meeting: Meeting, text: ItemText, after: int | None = None) -> AgendaItem:
    """A new item below the one with the number `after`; at the end without it, and on top for 0."""
    meeting = _lock(meeting)
    items = list(meeting.items.order_by("number", "pk"))
    place = len(items) if after is None else min(max(0, after), len(items))
    item = AgendaItem.objects.create(meeting=meeting, number=_ASIDE, **text.as_json())
    _renumber([*items[:place], item, *items[place:]])
    _record(by, meeting, item, verb="agenda.add", after=text.as_json() | {"number": item.number})
    return item


@transaction.atomic
def edit_item(*, by: User, item: AgendaItem, text: ItemText, seen: str) -> bool:
    """Change kind, title and note. `seen` is the token of what the person had before them.

    Returns whether anything changed. Raises ItemConflict if somebody stored something else meanwhile.
    """
    meeting = _lock(item.meeting)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk, meeting=meeting)
    before = ItemText.of(item)
    if before == text:
        return False
    if before.token() != seen:
        raise ItemConflict(item)
    item.kind, item.title, item.note = text.kind, text.title, text.note
    item.save(update_fields=["kind", "title", "note"])
    _record(by, meeting, item, verb="agenda.edit", before=before.as_json(), after=text.as_json())
    return True


@transaction.atomic
def move_item(*, by: User, item: AgendaItem, to: int) -> bool:
    """Put an item at a place, counted from 1; the others close up. Returns whether it moved."""
    meeting = _lock(item.meeting)
    items = {one.pk: one for one in meeting.items.order_by("number", "pk")}
    if item.pk not in items:
        raise policies.Refused("This item has been taken off the agenda meanwhile.")
    held = items[item.pk]
    was = held.number
    _renumber([items[pk] for pk in agenda.moved(list(items), item.pk, to)])
    if held.number == was:
        return False
    _record(by, meeting, held, verb="agenda.move", before={"number": was}, after={"number": held.number})
    return True


@transaction.atomic
def remove_item(*, by: User, item: AgendaItem) -> None:
    """Take an item off the agenda. One that has papers stays: nothing that was written goes with it unseen."""
    meeting = _lock(item.meeting)
    items = list(meeting.items.order_by("number", "pk"))
    held = next((one for one in items if one.pk == item.pk), None)
    if held is None:
        return
    policies.check_remove_item(held)
    before = ItemText.of(held).as_json() | {"number": held.number}
    _record(by, meeting, held, verb="agenda.remove", before=before)
    rest = [one for one in items if one is not held]
    held.delete()
    _renumber(rest)


def _record(
    by: User,
    meeting: Meeting,
    item: AgendaItem,
    *,
    verb: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=meeting,
        partnership=meeting.committee.partnership,
        before=before,
        after=after,
        label=f"{meeting}: {item.title}",
        restricted=item.is_restricted,
    )
