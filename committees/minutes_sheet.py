"""Minutes as their clerk writes them: a box for each item and resolution, with what is offered beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from committees.minutes_actions import source_of
from committees.minutes_saving import RESOLUTION, TEXT, Box, Problem, token
from committees.models import Committee, MinuteItem, Minutes, Resolution, TemplateItem, Vote
from portal.models import Action


@dataclass(frozen=True)
class Field:
    """One box. `theirs` is what somebody else stored meanwhile."""

    name: str
    text: str
    was: str
    problem: str = ""
    theirs: str | None = None


@dataclass(frozen=True)
class ResolutionRow:
    resolution: Resolution
    box: Field
    vote: Vote | None


@dataclass(frozen=True)
class ItemRow:
    item: MinuteItem
    title: str
    box: Field
    resolutions: tuple[ResolutionRow, ...]
    phrase: str
    actions: tuple[Action, ...]


def of(
    minutes: Minutes,
    may_read: Callable[[MinuteItem], bool],
    *,
    boxes: Iterable[Box] = (),
    problems: Mapping[str, Problem] | None = None,
) -> list[ItemRow]:
    """The items that the reader may read. What was typed and not stored stays in its box. Five queries."""
    problems = problems or {}
    typed = {box.name: box.text for box in boxes if box.name in problems}
    items = [
        item
        for item in minutes.items.select_related("agenda_item")
        .prefetch_related("resolutions__vote")
        .order_by("number", "pk")
        if may_read(item)
    ]
    for item in items:
        item.minutes = minutes
    phrases = _phrases(minutes.meeting.committee)
    sources = {source_of(item): item.pk for item in items}
    actions: dict[int, list[Action]] = {}
    asked = Action.objects.filter(partnership=minutes.meeting.committee.partnership, source__in=sources)
    for action in asked.select_related("owner").order_by("pk"):
        actions.setdefault(sources[action.source], []).append(action)

    def field(name: str, stored: str) -> Field:
        problem = problems.get(name)
        return Field(
            name,
            typed.get(name, stored),
            token(stored),
            problem.message if problem else "",
            problem.theirs if problem else None,
        )

    return [
        ItemRow(
            item=item,
            title=item.title_for(True),
            box=field(f"{TEXT}.{item.pk}", item.text),
            resolutions=tuple(
                ResolutionRow(one, field(f"{RESOLUTION}.{one.pk}", one.text), getattr(one, "vote", None))
                for one in sorted(item.resolutions.all(), key=lambda one: one.number)
            ),
            phrase=phrase_for(item, phrases),
            actions=tuple(actions.get(item.pk, ())),
        )
        for item in items
    ]


def _phrases(committee: Committee) -> list[TemplateItem]:
    return list(committee.template_items.exclude(phrase="").order_by("position", "pk"))


def phrase_for(item: MinuteItem, phrases: Iterable[TemplateItem]) -> str:
    """What minutes usually say under a standing item: by its title, otherwise by its kind where only one has it."""
    if item.agenda_item is None:
        return ""
    same = [one for one in phrases if one.kind == item.agenda_item.kind]
    named = [one for one in same if one.title == item.agenda_item.title]
    chosen = named or (same if len(same) == 1 else [])
    return chosen[0].phrase if chosen else ""
