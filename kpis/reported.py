"""Figures as a meeting's papers carried them, beside those of today.

A paper's performance table is frozen when the paper is cleared: the frozen copy names the meeting and its day. What is
shown here are figures alone, and of them only those that the reader sees on the dashboard too: a council's figure
that is withheld today stays withheld, whatever was printed.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpis import performance_table, record, saving
from kpis.comparison import Cell
from portal import blocks, clock, permissions
from portal.models import FrozenBlock
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council, Partnership
    from portal.permissions import Reader

KIND = "kpis.performance_table"


@dataclass(frozen=True)
class Meeting:
    """A meeting and the performance tables in its papers, each as printed."""

    on: date
    name: str
    tables: tuple[dict[str, Any], ...]
    is_coming: bool = False

    def has(self, council: Council, month: date) -> bool:
        return bool(self.cells(council, month, ()))

    def cells(self, council: Council, month: date, hidden: Collection[str]) -> dict[str, Cell]:
        """A council's figures of a month as printed, named like the cells of a version."""
        found = {}
        for table in self.tables:
            for row, cell in _column(table, council.slug, f"{month:%Y-%m}"):
                if row["code"] not in hidden and not cell["missing"]:
                    found[f"{saving.FIGURE}.{row['code']}"] = Cell(cell["text"])
        return found

    @property
    def codes(self) -> set[str]:
        return {row["code"] for table in self.tables for group in table["groups"] for row in group["rows"]}


def _column(table: dict[str, Any], slug: str, key: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each row of a table with its cell for a council and a month; none where the table has no such column."""
    months = [month["key"] for month in table["months"]]
    councils = [council["slug"] for council in table["councils"]]
    if key not in months or slug not in councils:
        return []
    m, c = months.index(key), councils.index(slug)
    return [(row, row["months"][m][c]) for group in table["groups"] for row in group["rows"]]


def meetings(partnership: Partnership, reader: Reader) -> list[Meeting]:
    """Meetings whose papers carry a performance table, the latest first.

    Until its day has come, a meeting is listed for those alone who see papers before they are published. A table that
    was frozen again counts once, as frozen last; one that no paper carries any longer does not count.
    """
    today = clock.today(partnership)
    frozen = blocks.in_use(FrozenBlock.objects.filter(partnership=partnership, kind=KIND))
    if not permissions.may(reader, permissions.MEETING_PREPARE, partnership):
        frozen = frozen.filter(reported_on__lte=today)
    newest: dict[date, dict[str, FrozenBlock]] = {}
    for block in frozen.order_by("-reported_on", "frozen_at", "pk"):
        newest.setdefault(block.reported_on, {})[json.dumps(block.params, sort_keys=True)] = block
    return [
        Meeting(
            on,
            next(iter(found.values())).reported_to,
            tuple(block.data for block in found.values()),
            is_coming=on > today,
        )
        for on, found in newest.items()
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure as printed and as it is now."""

    reported: str
    now: str

    @property
    def differs(self) -> bool:
        return self.reported != self.now


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    cells: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in a sentence's parts."""

    code: str
    indicator: str
    council: str
    slug: str
    month: date
    beside: Beside


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a meeting. `columns` has month and council of every column."""

    span: str
    months: tuple[tuple[date, str], ...]
    councils: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    changes: tuple[Change, ...]
    is_partly_withheld: bool

    @property
    def columns(self) -> int:
        return 1 + len(self.months) * len(self.councils)


def finding(changes: int) -> str:
    """The heading of a meeting's page."""
    if not changes:
        return "Every figure stands as it was reported"
    few = f"{counted(changes, 'figure')} {'is' if changes == 1 else 'are'} different now"
    return f"{few[:1].upper()}{few[1:]}"


def tables(partnership: Partnership, meeting: Meeting, reader: Reader) -> list[Table]:
    """The meeting's tables beside today's figures, as far as this reader may see them."""
    return [_table(partnership, printed, reader) for printed in meeting.tables]


def _table(partnership: Partnership, printed: dict[str, Any], reader: Reader) -> Table:
    months = [date.fromisoformat(f"{month['key']}-01") for month in printed["months"]]
    loaded = record.load(partnership, months[0], months[-1], reader=reader)
    today = performance_table.collect(loaded)
    now: dict[tuple[str, str, str], str] = {}
    for month in today["months"]:
        for council in today["councils"]:
            for row, cell in _column(today, council["slug"], month["key"]):
                now[row["code"], council["slug"], month["key"]] = cell["text"]
    members = {council.slug for council in loaded.councils}
    # Columns of councils alone: what a paper printed of all of them together is worked out anew by the dashboard.
    places = [(n, one) for n, one in enumerate(printed["councils"]) if one["slug"] in members]
    known = {indicator.code for indicator in loaded.indicators}
    groups, changes, withheld = [], [], False
    for group in printed["groups"]:
        rows = []
        for row in group["rows"]:
            if row["code"] not in known or row["code"] in loaded.hidden:
                # Withheld today, or an indicator that is kept no longer, of which nobody can say who may see it.
                withheld = True
                continue
            cells = []
            for m, month in enumerate(printed["months"]):
                for n, council in places:
                    text = row["months"][m][n]["text"]
                    beside = Beside(text, now.get((row["code"], council["slug"], month["key"]), ""))
                    cells.append(beside)
                    if beside.differs:
                        changes.append(
                            Change(row["code"], row["name"], council["name"], council["slug"], months[m], beside)
                        )
            rows.append(Row(row["code"], row["name"], tuple(cells)))
        if rows:
            groups.append((group["name"], tuple(rows)))
    return Table(
        span=printed["span"],
        months=tuple(zip(months, (month["name"] for month in printed["months"]), strict=True)),
        councils=tuple(council["name"] for _, council in places),
        groups=tuple(groups),
        changes=tuple(changes),
        is_partly_withheld=withheld,
    )
