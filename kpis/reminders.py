"""Reminders of monthly returns: on which days they are due (pure), and the messages that are due today.

A partnership without a due date for returns sends none. Working days are those of the portal's calendar, less the days
on which the councils' offices are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from portal import clock, outbox
from portal.words import day
from portal.working_days import working_day_after, working_day_before

if TYPE_CHECKING:
    from kpis.overview import Standing
    from kpis.owing import Enterer
    from portal.models import Partnership

KIND = "return-due"
# Working days before the day on which a return is due, and between two reminders after it.
BEFORE = (5, 1)
EVERY = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """A reminder's place: before-5, before-1, late-1, late-6, late-11 ..., and the day on which it is due."""

    name: str
    on: date

    @property
    def is_late(self) -> bool:
        return self.name.startswith("late-")


def stages(due_on: date, until: date, *, closed: AbstractSet[date] = frozenset()) -> Iterator[Stage]:
    """The reminders of a return due on a day, up to another day: 5 and 1 working days before, on the morning of the
    next working day, then every 5 working days."""
    for number in BEFORE:
        on = due_on
        for _ in range(number):
            on = working_day_before(on, closed=closed)
        if on <= until:
            yield Stage(f"before-{number}", on)
    late, on = 1, working_day_after(due_on, closed=closed)
    while on <= until:
        yield Stage(f"late-{late}", on)
        for _ in range(EVERY):
            on = working_day_after(on, closed=closed)
        late += EVERY


def stage_on(due_on: date, today: date, *, closed: AbstractSet[date] = frozenset()) -> Stage | None:
    """The reminder that stands for today: the latest whose day has come. One that was missed is not sent beside it.

    Whether it was sent already is for the outbox to say, which keeps each of them once.
    """
    return max(stages(due_on, today, closed=closed), key=lambda stage: stage.on, default=None)


def name_of(partnership: str, council: str, month: date) -> str:
    """The return in the key of a message."""
    return f"{KIND}/{partnership}/{council}/{month:%Y-%m}"


def return_of(key: str) -> str:
    """The return that a key of `messages` is about."""
    return key.rsplit("/", 2)[0]


def messages(partnership: Partnership) -> Iterable[outbox.Message]:
    """What is to be sent today, one message for each return and reader. No figures: what is due, and where to sign in.

    Whoever is away gets none; their deputy does.
    """
    # Here, since the list of who owes what reads the names of these messages.
    from kpis import overview, owing

    today, closed = clock.today(partnership), overview.closed_days(partnership)
    if partnership.return_due_working_day is None:
        return
    people = owing.enterers(partnership)
    for standing in overview.load(partnership).oldest_first():
        if not standing.is_outstanding or standing.due_on is None:
            continue
        stage = stage_on(standing.due_on, today, closed=closed)
        if stage is None:
            continue
        for one in people.get(standing.council.pk, ()):
            if one.is_away or not one.user.email:
                continue
            yield outbox.Message(
                key=f"{name_of(partnership.slug, standing.council.slug, standing.month)}/{stage.name}/{one.user.pk}",
                kind=KIND,
                to=one.user,
                subject=_subject(standing, stage),
                body=_body(partnership, standing, stage, one),
            )


def _subject(standing: Standing, stage: Stage) -> str:
    state = "is late" if stage.is_late else "is due"
    return f"{standing.council.short_name}: the return for {standing.month:%B %Y} {state}"


def _body(partnership: Partnership, standing: Standing, stage: Stage, reader: Enterer) -> str:
    assert standing.due_on is not None
    was = "was" if stage.is_late else "is"
    place = {"partnership": partnership.slug, "council": standing.council.slug, "period": standing.month}
    as_what = f" as deputy for {reader.deputy_for}" if reader.deputy_for is not None else ""
    return (
        f"The monthly return of {standing.council.short_name} for {standing.month:%B %Y} {was} due on "
        f"{standing.due_on:%A} {day(standing.due_on)}. It is not submitted yet.\n\n"
        f"Sign in to enter it:\n{outbox.address(reverse('kpis:return', kwargs=place))}\n\n"
        f"You get this message because your account can enter this return{as_what}.\n"
    )


def register() -> None:
    outbox.provide(messages)
