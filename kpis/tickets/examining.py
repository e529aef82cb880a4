"""A file from its path to counts, in one call. Pure: nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kpis.tickets import mapping as fields
from kpis.tickets import reading, tables
from kpis.tickets.counting import Counts, Month
from kpis.tickets.mapping import DECIDED_BY, Mapping
from kpis.tickets.moments import Clock
from kpis.tickets.problems import WARNING, FileRefused, Problems

Step = Callable[[int, int], None]


@dataclass(slots=True)
class Examined:
    """What a file is found to hold. `month` and `counts` are None where the file is refused; `problems` say why."""

    problems: Problems
    sha256: str = ""
    rows: int = 0
    tickets: int = 0
    month: Month | None = None
    counts: Counts | None = None
    said: dict[str, Any] | None = None

    @property
    def is_refused(self) -> bool:
        return self.counts is None or self.problems.has_errors


def examine(
    path: Path,
    mapping: Mapping,
    period: date,
    *,
    closed: AbstractSet[date] = frozenset(),
    step: Step = lambda done, total: None,
) -> Examined:
    """Read an export for a month. `closed` has the days on which the offices are closed beside bank holidays; `step`
    is told how many lines of how many are read.

    Raises OSError where the file cannot be opened, and nothing for what is in it.
    """
    found = Examined(Problems())
    try:
        table = tables.open_table(path, mapping, found.problems)
        found.sha256 = table.sha256
        read = reading.read(table, mapping, found.problems, lambda rows: step(rows, max(rows, table.lines)))
        found.rows, found.tickets = read.rows, len(read.tickets)
        if found.problems.has_errors:
            # What rests on cells that could not be read would be said twice.
            return found
        month = Month(read, mapping, period, closed=closed, clock=_clock(table.zone, found.problems))
        counts = month.count(found.problems)
        _look_for_flag(table, mapping, found.problems)
    except FileRefused:
        return found
    found.month, found.counts = month, counts
    found.said = {
        "file": table.said,
        "formats": read.formats,
        "zone": table.zone or "Europe/London",
        "blank_rows": read.blank_rows,
        "decided_by": DECIDED_BY[mapping.met_by],
        "column": _column(table, mapping),
    }
    return found


def _clock(zone: str, problems: Problems) -> Clock:
    if not zone:
        return Clock()
    try:
        return Clock(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        message = "The file ends with a time zone that is not known. Export it with London's."
        raise problems.refuse("unknown-zone", message) from None


def _column(table: tables.Table, mapping: Mapping) -> str:
    """The heading of the column that decides whether a target was met, where one does."""
    name = fields.DUE if mapping.met_by == fields.BY_DUE else fields.MET
    if mapping.met_by == fields.BY_HOURS or name not in table.head.places:
        return ""
    return table.head.headings[table.head.places[name]].strip()[:60]


def _look_for_flag(table: tables.Table, mapping: Mapping, problems: Problems) -> None:
    if mapping.met_by != fields.BY_HOURS and not _column(table, mapping):
        name = fields.DUE if mapping.met_by == fields.BY_DUE else fields.MET
        problems.add(
            "no-met-column",
            f"{fields.FIELDS[name]}: the file has no column {mapping.names(name)}, so that no percentage is proposed. "
            "Add it to the export, or choose another way to decide in the council's columns.",
            row=table.head.row,
            severity=WARNING,
        )
