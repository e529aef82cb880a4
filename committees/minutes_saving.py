"""Saving what is written in minutes, box by box. Each box comes with a token of the text it was loaded with.

Two clerks who write under different items never disturb each other. Where both wrote in the same box, nothing is
stored, and the one who comes second has both texts before them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from committees import minutes_policies
from committees.models import MinuteItem, Minutes, Resolution
from portal import audit, text
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User

TEXT, RESOLUTION = "text", "resolution"
KINDS = (TEXT, RESOLUTION)
NOT_WHOLE = "The form was not sent whole. Load the page again; what you typed is kept in this browser."
# Longer than any minutes: a mistake, or an attack.
LONGEST = 60_000

_ADDRESS = re.compile(r'href="([^"]*)"')
_WHOLE_ADDRESS = re.compile(r"(https?://|mailto:).")


@dataclass(frozen=True)
class Box:
    """`name` is text.<item> or resolution.<resolution>, `was` the token of the text it was loaded with."""

    name: str
    text: str
    was: str


@dataclass(frozen=True)
class Problem:
    """Why a box was not stored. `theirs` is what somebody else has stored meanwhile; None where that is not why."""

    message: str
    theirs: str | None = None


@dataclass
class Saved:
    """What is stored now for each box, and what was not stored."""

    stored: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)


def token(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def tidy(written: str) -> str:
    """One kind of line end, no blanks at the ends of lines, no empty lines around the text."""
    lines = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _wrong(written: str) -> str:
    if len(written) > LONGEST:
        return f"The text has {len(written):,} characters; {LONGEST:,} fit. Shorten it."
    if "\0" in written:
        return "The text holds a character that cannot be stored. Type it anew."
    for address in _ADDRESS.findall(text.to_html(written)):
        if not _WHOLE_ADDRESS.match(address):
            return f"The link to “{address}” leads nowhere in print. Write its whole address, beginning with https://"
    return ""


def lock(minutes: Minutes) -> Minutes:
    held = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    held.meeting = minutes.meeting
    return held


def _known(minutes: Minutes, may_read: Callable[[MinuteItem], bool]) -> dict[str, MinuteItem | Resolution]:
    """The boxes that the reader may know of, with what each is stored in."""
    items = [item for item in MinuteItem.objects.filter(minutes=minutes).order_by("number", "pk") if may_read(item)]
    found: dict[str, MinuteItem | Resolution] = {f"{TEXT}.{item.pk}": item for item in items}
    for resolution in Resolution.objects.filter(item__in=items).select_related("item").order_by("pk"):
        found[f"{RESOLUTION}.{resolution.pk}"] = resolution
    return found


@transaction.atomic
def save_boxes(*, by: User, minutes: Minutes, boxes: Iterable[Box], may_read: Callable[[MinuteItem], bool]) -> Saved:
    """Store what changed. Raises policies.Refused where nothing may be stored, or a box is not known."""
    minutes = lock(minutes)
    minutes_policies.check_write(minutes)
    known, saved = _known(minutes, may_read), Saved()
    changed: list[tuple[MinuteItem, str, str, str]] = []
    for box in boxes:
        thing = known.get(box.name)
        if thing is None:
            raise Refused("Something was taken away meanwhile. Load the page again; copy what you typed first.")
        stored, typed = thing.text, tidy(box.text)
        saved.stored[box.name] = stored
        if typed == stored:
            continue
        wrong = _wrong(typed)
        if wrong:
            saved.problems[box.name] = Problem(wrong)
        elif token(stored) != box.was:
            saved.problems[box.name] = Problem(
                "Somebody else has written here since you opened it. Both texts stand here; save to replace theirs.",
                stored,
            )
        else:
            thing.text = typed
            thing.save(update_fields=["text"])
            saved.stored[box.name] = typed
            item = thing.item if isinstance(thing, Resolution) else thing
            what = f"resolution {thing.number}" if isinstance(thing, Resolution) else "text"
            changed.append((item, what, stored, typed))
    for item, what, before, after in changed:
        record(by, minutes, item, "minutes.edit", {what: before}, {what: after})
    return saved


def record(
    by: User,
    minutes: Minutes,
    item: MinuteItem,
    verb: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    """An audit event of one item: named by its number, and restricted where the item is."""
    audit.record(
        by=by,
        verb=verb,
        target=minutes,
        partnership=minutes.meeting.committee.partnership,
        before=before,
        after=after,
        label=f"{minutes}, item {item.number}",
        restricted=item.is_restricted,
    )


def boxes_of(sent: dict[str, str]) -> Sequence[Box]:
    """The boxes of a form that was sent. Raises policies.Refused where a token is missing."""
    names = [name for name in sent if name.partition(".")[0] in KINDS]
    if any(f"was.{name}" not in sent for name in names):
        raise Refused(NOT_WHOLE)
    return [Box(name, sent[name], sent[f"was.{name}"]) for name in names]
