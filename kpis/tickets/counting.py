"""Tickets to counts: logged, resolved, open, met and missed in a month, by type and priority. Pure.

A ticket is logged in the month in which it was opened. It is resolved when the export says so, or else when it was
closed; one whose last state is open has been opened again and is not resolved. It is open at the month's end where it
was opened before and not resolved by then. Whether it met its target is asked of tickets resolved in the month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from kpis.tickets import mapping as fields
from kpis.tickets.mapping import Mapping
from kpis.tickets.moments import EARLIEST, MISSING, Clock
from kpis.tickets.problems import WARNING, FileRefused, Problems
from kpis.tickets.reading import Last, Read, no_collection
from kpis.tickets.service_hours import ServiceHours

LOGGED, RESOLVED, OPEN, MET, MISSED, UNDECIDED = "logged", "resolved", "open", "met", "missed", "undecided"
# Places in a ticket's last state; see reading.Last.
_STATE: Final = 2
_OPENED: Final = 7
_RESOLVED: Final = 8
_CLOSED: Final = 9
_ENDED = frozenset({"resolved", "closed"})
_DAY = 86_400


class Judged(NamedTuple):
    """A ticket as it counts in the month. Moments are UTC, in seconds since 1970."""

    reference: str
    type: str
    priority: int
    state: str
    opened: int
    resolved: int
    closed: int
    due: int
    met: bool | None
    in_scope: bool
    is_logged: bool
    is_resolved: bool
    is_open: bool


@dataclass(slots=True)
class Counts:
    """What a month's tickets come to. `groups` by (type, priority), priority 0 for none; out of scope counted apart."""

    groups: dict[tuple[str, int], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    apart: Counter[str] = field(default_factory=Counter)
    tickets: int = 0
    left_out: int = 0
    elsewhere: int = 0
    first: int = MISSING
    last: int = MISSING

    def total(self, what: str, *, type: str = "", priority: int | None = None) -> int:
        return sum(
            counted[what]
            for (kind, number), counted in self.groups.items()
            if (not type or kind == type) and (priority is None or number == priority)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "groups": [
                {"type": kind, "priority": priority, **counted}
                for (kind, priority), counted in sorted(self.groups.items())
            ],
            "apart": dict(self.apart),
            "tickets": self.tickets,
            "left_out": self.left_out,
            "elsewhere": self.elsewhere,
        }


def counts_from_json(stored: AnyMapping[str, Any]) -> Counts:
    """The counts that `as_json` wrote."""
    counts = Counts(tickets=stored["tickets"], left_out=stored["left_out"], elsewhere=stored["elsewhere"])
    for group in stored["groups"]:
        counted = {name: number for name, number in group.items() if name not in {"type", "priority"}}
        counts.groups[group["type"], group["priority"]].update(counted)
    counts.apart.update(stored["apart"])
    return counts


class Month:
    """Judges the tickets of a file for one month."""

    def __init__(
        self, read: Read, mapping: Mapping, period: date, *, closed: AbstractSet[date] = frozenset(),
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.read, self.mapping, self.clock = read, mapping, clock or Clock()
        london = Clock()
        self.period = period
        following = date(period.year + period.month // 12, period.month % 12 + 1, 1)
        # A month is London's, whatever clock a file is written by.
        self.begin, self.end = london.midnight(period), london.midnight(following)
        self.closed_days = closed
        self._beginnings = [(word[:-1], kind) for word, kind in mapping.types.items() if word.endswith("*")]
        self._type_of_the_rest = mapping.types.get("", "")
        self._opened, self._resolved = self._clock_of(fields.OPENED), self._clock_of(fields.RESOLVED)
        self._closed, self._due = self._clock_of(fields.CLOSED), self._clock_of(fields.DUE)
        self._due_by_day = fields.DUE in read.day_only
        self._hours: ServiceHours | None = None
        self._targets = {int(number): hours * 3600 for number, hours in mapping.target_hours.items()}

    def tickets(self) -> Iterator[Judged]:
        """Every ticket of the file that counts for something in the month, in or out of scope."""
        for reference, last in self.read.tickets.items():
            judged = self._judge(reference, last)
            if judged is not None and (judged.is_logged or judged.is_resolved or judged.is_open):
                yield judged

    def _clock_of(self, name: str) -> Callable[[int], int]:
        """Takes a column's moments to UTC; one that names its zone is there already."""
        return int if name in self.read.zoned else self.clock.utc

    def _type(self, reference: str, kind: str) -> str:
        """The type that the file gives; where it gives none, the one that references of this beginning have."""
        if kind:
            return kind
        start = reference.casefold()
        for beginning, meant in self._beginnings:
            if start.startswith(beginning):
                return meant
        return self._type_of_the_rest

    def _judge(self, reference: str, last: Last) -> Judged | None:
        """None for a ticket that can count for nothing: without a time of opening, or resolved before it."""
        _, _, state, kind, priority, flag, is_out, opened, resolved, closed, due = last
        if opened < EARLIEST:
            return None
        opened = self._opened(opened)
        if closed >= EARLIEST:
            closed = self._closed(closed)
        ended = MISSING if state == "open" else self._resolved(resolved) if resolved >= EARLIEST else closed
        if EARLIEST <= ended < opened:
            return None
        if due >= EARLIEST:
            # Due on a day is due by its end.
            due = self._due(due + _DAY - 1 if self._due_by_day else due)
        is_over = ended >= EARLIEST or state in _ENDED
        is_resolved = self.begin <= ended < self.end
        met = self._met(flag, opened, ended, due, priority) if is_resolved else None
        return Judged(
            reference, self._type(reference, kind), priority, state or ("resolved" if is_over else "open"),
            opened, ended, closed, due, met,
            not is_out and state != "cancelled",
            self.begin <= opened < self.end,
            is_resolved,
            opened < self.end and (not is_over or ended >= self.end),
        )  # fmt: skip

    def _met(self, flag: bool | None, opened: int, ended: int, due: int, priority: int) -> bool | None:
        """Whether the target was met; None where the file does not tell."""
        by = self.mapping.met_by
        if by == fields.BY_DUE:
            return None if due < EARLIEST else ended <= due
        if by == fields.BY_HOURS:
            allowed = self._targets.get(priority, self._targets.get(0))
            return None if allowed is None else self._service().between(opened, ended) <= allowed
        return flag

    def _service(self) -> ServiceHours:
        if self._hours is None:
            opened = [last[_OPENED] for last in self.read.tickets.values() if last[_OPENED] >= EARLIEST]
            first = datetime.fromtimestamp(min(opened, default=self.begin) - 2 * 86_400, tz=UTC).date()
            last = datetime.fromtimestamp(self.end + 2 * 86_400, tz=UTC).date()
            # A date that is centuries off is a slip of the export; nobody has targets that long.
            first = max(first, date(last.year - 50, 1, 1))
            self._hours = ServiceHours(
                self.mapping.service_hours, first=first, last=last, closed=self.closed_days, clock=self.clock
            )
        return self._hours

    def count(self, problems: Problems) -> Counts:
        """Count the month, and note what is wrong with single tickets, by the row of their last state.

        Raises FileRefused where the file has nothing of the month.
        """
        with no_collection():
            counts = self._count(problems)
        self._look_at(counts, problems)
        return counts

    def _count(self, problems: Problems) -> Counts:
        counts = Counts()
        groups = counts.groups
        for reference, last in self.read.tickets.items():
            judged = self._judge(reference, last)
            counts.tickets += 1
            if judged is None:
                counts.left_out += 1
                self._name(reference, last, problems)
                continue
            counts.first = judged.opened if counts.first == MISSING else min(counts.first, judged.opened)
            counts.last = max(counts.last, judged.opened, judged.resolved)
            if last[_STATE] == "open" or (judged.resolved < EARLIEST and last[_STATE] in _ENDED):
                self._doubt(last, judged, problems)
            if not (judged.is_logged or judged.is_resolved or judged.is_open):
                counts.elsewhere += 1
                continue
            counted = groups[judged.type, judged.priority] if judged.in_scope else counts.apart
            if judged.is_logged:
                counted[LOGGED] += 1
            if judged.is_open:
                counted[OPEN] += 1
            if judged.is_resolved:
                counted[RESOLVED] += 1
                counted[UNDECIDED if judged.met is None else MET if judged.met else MISSED] += 1
        return counts

    def _name(self, reference: str, last: Last, problems: Problems) -> None:
        if last[_OPENED] < EARLIEST:
            problems.add(
                "no-opened",
                "The ticket has no time at which it was opened.",
                row=last[0],
                column=fields.FIELDS[fields.OPENED],
            )
        else:
            problems.add(
                "resolved-before-opened",
                "The ticket was resolved before it was opened. It is left out of every count.",
                row=last[0],
                severity=WARNING,
            )

    def _doubt(self, last: Last, judged: Judged, problems: Problems) -> None:
        if last[_STATE] == "open":
            if max(last[_RESOLVED], last[_CLOSED]) >= EARLIEST:
                problems.add(
                    "opened-again",
                    "The ticket's last state is open, though it has a time of resolution. It counts as open.",
                    row=last[0],
                    severity=WARNING,
                )
        elif judged.resolved < EARLIEST:
            problems.add(
                "no-resolved",
                "The ticket is resolved or closed, and no time says when. It counts neither as resolved nor as open.",
                row=last[0],
                severity=WARNING,
            )

    def _look_at(self, counts: Counts, problems: Problems) -> None:
        """What the file as a whole says of the month."""
        month = f"{self.period:%B %Y}"
        touched = counts.apart[LOGGED] + counts.apart[RESOLVED] + counts.total(LOGGED) + counts.total(RESOLVED)
        if counts.first == MISSING:
            if not problems.has_errors:
                problems.add("no-tickets", "The file has no ticket that can be counted.")
            raise FileRefused("no-tickets")
        if not touched:
            span = f"from {_day(counts.first)} to {_day(counts.last)}"
            problems.add("other-period", f"No ticket of the file was logged or resolved in {month}: it is {span}.")
            raise FileRefused("other-period")
        newest = max(counts.last, self._clock_of(fields.UPDATED)(self.read.newest))
        if newest < self.end - 86_400:
            problems.add(
                "ends-early",
                f"The newest entry of the file is of {_day(newest)}. If the desk worked on in {month}, the figures are "
                "too low: export again once the month has ended.",
                severity=WARNING,
            )
        if counts.first >= self.begin:
            problems.add(
                "no-backlog",
                f"No ticket of the file was logged before {month}. Calls that were open already are not among the "
                "open calls, nor among those resolved: include older calls in the export.",
                severity=WARNING,
            )
        self._undecided(counts, problems)
        without = sum(counted[LOGGED] for (_, priority), counted in counts.groups.items() if not priority)
        if without:
            problems.add(
                "no-priority",
                f"{without:,} of the tickets logged have no priority. They count to no figure of one priority.",
                severity=WARNING,
            )
        unclear = self._unclear()
        if unclear:
            problems.add(
                "clock-change",
                f"{unclear:,} tickets have a time in the hour in which the clocks change. It is read as the first of "
                "the two in autumn, and an hour later in spring.",
                severity=WARNING,
            )

    def _undecided(self, counts: Counts, problems: Problems) -> None:
        undecided, resolved = counts.total(UNDECIDED), counts.total(RESOLVED)
        if undecided:
            problems.add(
                "undecided",
                f"Of {resolved:,} tickets resolved in the month {undecided:,} cannot be decided: the file does not say "
                "whether they met their target. No percentage counts them.",
                severity=WARNING,
            )

    def _unclear(self) -> int:
        """How many tickets have a time at which the clocks changed."""
        days = self.clock.days_of_change()
        if not days:
            return 0
        names = (fields.OPENED, fields.RESOLVED, fields.CLOSED)
        own = [place for place, name in enumerate(names) if name not in self.read.zoned]
        unclear = 0
        for last in self.read.tickets.values():
            times = last[_OPENED:]
            unclear += any(times[place] // _DAY in days and self.clock.is_unclear(times[place]) for place in own)
        return unclear


def _day(moment: int) -> str:
    day = datetime.fromtimestamp(moment, tz=UTC)
    return f"{day.day} {day:%B %Y}"
