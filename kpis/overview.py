"""Where every return stands: for the list of returns, for the start page, for whoever chases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpis import policies, wording
from kpis.models import ReturnVersion
from portal import clock
from portal.models import ClosedDay
from portal.words import counted, listed
from portal.working_days import nth_working_day

if TYPE_CHECKING:
    from portal.models import Council, Partnership

State = ReturnVersion.State


@dataclass(frozen=True, slots=True)
class Standing:
    """One council's return for one month. `version` is the latest; None where the return was never opened."""

    council: Council
    month: date
    version: ReturnVersion | None
    has_ended: bool
    due_on: date | None
    is_late: bool
    # Whether the partnership asks for this month; one from before its first month is owed by nobody.
    is_asked: bool = True
    # Whether figures of the month are in force, while a newer version corrects them.
    is_reported: bool = False

    @property
    def is_outstanding(self) -> bool:
        """Asked for and not handed in; the month may still run. A reopened return is handed in already."""
        is_open = self.version is None or self.version.state == State.DRAFT
        return self.is_asked and not self.is_reported and is_open

    @property
    def is_owed(self) -> bool:
        """The month is over, and the officer has not handed the return in."""
        return self.has_ended and self.is_outstanding

    @property
    def mark(self) -> str:
        """Class of the mark: a ring that fills up, a square when final, a diamond when late."""
        if self.is_late:
            return "late"
        return {State.DRAFT: "half", State.LOCKED: "lock"}.get(self._state, "full") if self.version else ""

    @property
    def words(self) -> str:
        late = ", late" if self.is_late else ""
        if self.version is None:
            return f"{wording.NOT_REPORTED if self.has_ended else 'Not opened'}{late}"
        if self.is_reported and self.version.state == State.DRAFT:
            return "Reopened"
        if self.is_reported and self.version.state == State.SUBMITTED:
            return "Correction submitted"
        return f"{self.version.standing}{late}"

    @property
    def _state(self) -> State:
        return State(self.version.state) if self.version else State.DRAFT


@dataclass(frozen=True, slots=True)
class Overview:
    """Newest month first, each with its councils in order."""

    months: tuple[tuple[date, tuple[Standing, ...]], ...]

    def all(self) -> Iterable[Standing]:
        return (standing for _, standings in self.months for standing in standings)

    def oldest_first(self) -> Iterable[Standing]:
        return (standing for _, standings in reversed(self.months) for standing in standings)

    def owed(self) -> list[Standing]:
        """Oldest month first: that is the one to begin with."""
        return [one for one in self.oldest_first() if one.is_owed]

    def waiting(self) -> list[Standing]:
        return [one for one in self.all() if one.version is not None and one.version.state == State.SUBMITTED]

    def finding(self) -> str:
        """The heading of the list of returns."""
        owed = self.owed()
        ended = [standing.month for standing in self.all() if standing.has_ended and standing.is_asked]
        if owed:
            months = sorted({one.month for one in owed})
            if len(months) == 1:
                names = [one.council.short_name for one in self.all() if one.is_owed]
                return (
                    f"{listed(names)} {'owes' if len(names) == 1 else 'owe'} the return for {wording.month(months[0])}"
                )
            return f"{counted(len(owed)).capitalize()} returns are owed for {wording.span(months[0], months[-1])}"
        waiting = len(self.waiting())
        if waiting:
            return f"{counted(waiting, 'return').capitalize()} {'waits' if waiting == 1 else 'wait'} for approval"
        return f"Every return up to {wording.month(max(ended))} is in" if ended else "No month has ended yet"


def due_on(partnership: Partnership, month: date, closed: frozenset[date]) -> date | None:
    """The working day of the following month by which a return is due; None where the partnership sets none."""
    if partnership.return_due_working_day is None:
        return None
    return nth_working_day(policies.month_after(month), partnership.return_due_working_day, closed=closed)


def closed_days(partnership: Partnership) -> frozenset[date]:
    if partnership.return_due_working_day is None:
        return frozenset()
    return frozenset(ClosedDay.objects.filter(partnership=partnership).values_list("on", flat=True))


def load(partnership: Partnership, councils: Iterable[Council] | None = None) -> Overview:
    """All months since reporting began. A fixed number of queries."""
    today = clock.today(partnership)
    closed = closed_days(partnership)
    members = [place.council for place in partnership.places.select_related("council").order_by("position", "pk")]
    if councils is not None:
        wanted = {council.pk for council in councils}
        members = [council for council in members if council.pk in wanted]
    latest: dict[tuple[int, date], ReturnVersion] = {}
    versions = ReturnVersion.objects.filter(parent__partnership=partnership).select_related("parent__council")
    for version in versions.order_by("number", "pk"):
        latest[version.parent.council_id, version.parent.period] = version
    months = []
    for month in reversed(_months(partnership, latest)):
        due = due_on(partnership, month, closed)
        asked = month >= partnership.reporting_from
        due = due if asked else None
        months.append((month, tuple(_standing(council, month, latest, today, due, asked) for council in members)))
    return Overview(tuple(months))


def _months(partnership: Partnership, latest: Mapping[tuple[int, date], ReturnVersion]) -> list[date]:
    """Months that are due, and any before them that were reported all the same; oldest first."""
    return sorted({*policies.months_due(partnership), *(month for _, month in latest)})


def _standing(
    council: Council,
    month: date,
    latest: Mapping[tuple[int, date], ReturnVersion],
    today: date,
    due: date | None,
    asked: bool,
) -> Standing:
    version = latest.get((council.pk, month))
    is_reported = version is not None and version.parent.in_force_id is not None
    is_open = not is_reported and (version is None or version.state == State.DRAFT)
    return Standing(
        council=council,
        month=month,
        version=version,
        has_ended=today >= policies.month_after(month),
        due_on=due,
        is_late=is_open and due is not None and today > due,
        is_asked=asked,
        is_reported=is_reported,
    )
