"""Rows to tickets: a ticket that stands in several rows counts once, by its last state. Pure.

The last state is the row with the latest time of update; of rows with the same one, and where no column says when a
row was updated, the last in the file. A flag such as "made SLA" can change from row to row: the last state decides it
like everything else.

A file of a million rows is worked through in pieces, column by column, so that what is done for each row runs in the
interpreter's own loops. What is kept of a ticket is one tuple of numbers and short words.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from kpis.tickets import mapping as fields
from kpis.tickets import moments
from kpis.tickets.mapping import Mapping, plain
from kpis.tickets.moments import MISSING, ColumnReader, DateStyle, is_missing
from kpis.tickets.problems import ERROR, WARNING, Problems, quoted
from kpis.tickets.tables import Rows, Table

KEPT_CHARACTERS = 60
_ODD = frozenset({"", "?", "null", "NULL", "Null"})
_PRIORITY = re.compile(r"(?:p|priority )?\s?([1-9])\b.*")
_REMAINING = re.compile(r"([-−])?\s*\d[\d.,:]*\s*[\w\s]*")


# A ticket's last state, as the file has it: its row, when that was updated, state, type, priority (0 for none), target
# met, in a group that is out of scope; opened, resolved, closed and due, on the file's own clock (see moments.py). A
# plain tuple: giving names to each row's would take longer than reading the file.
Last = tuple[int, int, str, str, int, bool | None, bool, int, int, int, int]


class _Unknown:
    """A word that the mapping does not have."""


UNKNOWN = _Unknown()


@dataclass(slots=True)
class Read:
    """What a file comes to. `tickets` by reference; `formats` how each date column is written."""

    tickets: dict[str, Last] = field(default_factory=dict)
    rows: int = 0
    blank_rows: int = 0
    formats: dict[str, str] = field(default_factory=dict)
    zoned: frozenset[str] = frozenset()
    day_only: frozenset[str] = frozenset()
    newest: int = MISSING


def read(table: Table, mapping: Mapping, problems: Problems, step: Callable[[int], None] = lambda rows: None) -> Read:
    """Read the table to its end. `step` is told the number of rows now and then.

    Raises FileRefused where reading cannot go on; everything else that is wrong is noted in `problems`.
    """
    reader = _Reader(table, mapping, problems)
    with no_collection():
        for numbers, rows in table.chunks(problems):
            reader.piece(numbers, rows)
            step(reader.read.rows)
        return reader.finish()


@contextmanager
def no_collection() -> Iterator[None]:
    """Without the search for circular references: there are none among rows, and looking through hundreds of
    thousands of tuples again and again takes as long as reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Words(dict[str, Any]):
    """What a cell means, by its text; found out once for each text."""

    def __init__(self, meaning: Callable[[str], Any]) -> None:
        super().__init__()
        self._meaning = meaning
        self.met_unknown = False

    def __missing__(self, cell: str) -> Any:
        value = self._meaning(cell)
        if value is UNKNOWN:
            self.met_unknown = True
        if len(self) < 20_000:
            self[cell] = value
        return value


class _Reader:
    def __init__(self, table: Table, mapping: Mapping, problems: Problems) -> None:
        self.table, self.mapping, self.problems = table, mapping, problems
        self.places = table.head.places
        self.read = Read()
        self.columns: dict[str, ColumnReader] = {}
        self.unsure: set[str] = set()
        self.differing: set[str] = set()
        self.words = {
            fields.STATE: _Words(self._state),
            fields.TYPE: _Words(self._type),
            fields.PRIORITY: _Words(self._priority),
            fields.MET: _Words(self._remaining if mapping.met_by == fields.REMAINING else self._flag),
            fields.GROUP: _Words(plain),
        }
        # The columns that are needed, in one go; all others of a row are let go of.
        self.picked = tuple(self.places)
        self.pick = itemgetter(*self.places.values())
        self.cells: dict[str, tuple[str, ...]] = {}
        self.wants_met = mapping.met_by in {fields.FLAG, fields.REMAINING}

    # One piece of the file

    def piece(self, numbers: Sequence[int], rows: Rows) -> None:
        numbers, rows = self._whole(numbers, rows)
        if not rows:
            return
        self.read.rows += len(rows)
        self._compare_twins(numbers, rows)
        self.cells = dict(zip(self.picked, zip(*map(self.pick, rows), strict=True), strict=True))
        references = self._references(numbers)
        count = len(rows)
        words = {name: self._column(name, numbers) for name in (fields.STATE, fields.TYPE, fields.PRIORITY)}
        met = self._column(fields.MET, numbers) if self.wants_met else [None] * count
        times = {name: self._moments(name, numbers) for name in fields.MOMENTS}
        others = self._other_groups(words, count)
        tickets = self.read.tickets
        states = zip(
            numbers, times[fields.UPDATED], words[fields.STATE], words[fields.TYPE], words[fields.PRIORITY], met,
            others, times[fields.OPENED], times[fields.RESOLVED], times[fields.CLOSED], times[fields.DUE],
            strict=True,
        )  # fmt: skip
        if fields.UPDATED not in self.places:
            tickets.update(zip(references, states, strict=True))
            return
        known = tickets.get
        for reference, state in zip(references, states, strict=True):
            before = known(reference)
            if before is None or before[1] <= state[1]:
                tickets[reference] = state

    def _whole(self, numbers: Sequence[int], rows: Rows) -> tuple[Sequence[int], Rows]:
        """The rows that have a cell for every heading; empty ones are counted, others are named."""
        width = self.table.width
        reference = itemgetter(self.places[fields.REFERENCE])
        if set(map(len, rows)) == {width} and not self.table.has_nul and all(map(reference, rows)):
            return numbers, rows
        kept_numbers: list[int] = []
        kept: Rows = []
        for number, row in zip(numbers, rows, strict=True):
            if len(row) > width and not any(cell.strip() for cell in row[width:]):
                row = row[:width]
            if not any(cell.strip() for cell in row):
                self.read.blank_rows += 1
            elif len(row) != width:
                self._wrong_width(number, len(row))
            elif self.table.has_nul and any("\0" in cell for cell in row):
                message = "The row holds null characters, which no text has. Export the file again."
                self.problems.add("null-character", message, row=number)
            else:
                kept_numbers.append(number)
                kept.append(row)
        return kept_numbers, kept

    def _wrong_width(self, number: int, cells: int) -> None:
        width = self.table.width
        if cells > width:
            message = (
                f"The row has {cells:,} cells, and there are {width:,} headings. A text with a separator in it stands "
                "in no quotation marks."
            )
            self.problems.add("too-many-cells", message, row=number)
        else:
            message = f"The row has {cells:,} cells, and there are {width:,} headings. It was cut off."
            self.problems.add("too-few-cells", message, row=number)

    def _compare_twins(self, numbers: Sequence[int], rows: Rows) -> None:
        """Columns under one heading that is needed: the first is used, unless they differ."""
        for name, twin in self.table.head.twins:
            place = self.places[name]
            if name in self.differing or list(map(itemgetter(place), rows)) == list(map(itemgetter(twin), rows)):
                continue
            different = (
                row for row, cells in zip(numbers, rows, strict=True) if cells[place].strip() != cells[twin].strip()
            )
            row = next(different, None)
            if row is None:
                continue
            self.differing.add(name)
            self.problems.add(
                "heading-twice",
                f"The heading “{self.table.head.headings[place].strip()[:60]}” stands over several columns, which "
                "differ from this row on. Leave all but one out of the export.",
                row=row,
                column=fields.FIELDS[name],
            )

    def _references(self, numbers: Sequence[int]) -> list[str]:
        found = list(map(str.strip, self.cells[fields.REFERENCE]))
        # References of an export are of one length, more or less: a shorter or odd one is looked at.
        if not _ODD.isdisjoint(found) or max(map(len, found)) > KEPT_CHARACTERS or min(map(len, found)) < 5:
            for place, (number, reference) in enumerate(zip(numbers, found, strict=True)):
                if is_missing(reference):
                    self._problem("no-reference", fields.REFERENCE, number, "The row has no reference.")
                    found[place] = ""
                elif len(reference) > KEPT_CHARACTERS:
                    message = f"A reference has at most {KEPT_CHARACTERS} characters, this one {len(reference):,}."
                    self._problem("long-reference", fields.REFERENCE, number, message)
        return found

    def _column(self, name: str, numbers: Sequence[int]) -> Sequence[Any]:
        """What each cell of a column of words means."""
        if name not in self.places:
            return [{fields.PRIORITY: 0, fields.MET: None}.get(name, "")] * len(numbers)
        words = self.words[name]
        cells = self.cells[name]
        meant = list(map(words.__getitem__, cells))
        if words.met_unknown:
            for place, value in enumerate(meant):
                if value is UNKNOWN:
                    meant[place] = self._unknown(name, numbers[place], cells[place])
        return meant

    def _unknown(self, name: str, number: int, cell: str) -> Any:
        if cell.strip().startswith("="):
            self._formula(name, number)
        elif name == fields.STATE:
            message = f"{quoted(cell)} is no known state. The ticket is counted by its times alone."
            self._problem("unknown-state", name, number, message, warning=True)
        else:
            label = fields.FIELDS[name].lower()
            remedy = "Say what it means in the council's columns."
            self._problem(f"unknown-{name}", name, number, f"{quoted(cell)} is no known {label}. {remedy}")
        return {fields.PRIORITY: 0, fields.MET: None}.get(name, "")

    def _formula(self, name: str, number: int) -> None:
        message = "The cell is a formula. An export has values alone: export it again, or paste values."
        self._problem("formula", name, number, message)

    def _problem(self, rule: str, name: str, number: int, message: str, *, warning: bool = False) -> None:
        column = self.table.head.headings[self.places[name]].strip()[:60]
        severity = WARNING if warning else ERROR
        self.problems.add(rule, message, row=number, column=column, severity=severity)

    def _other_groups(self, words: dict[str, Sequence[Any]], count: int) -> Sequence[bool]:
        """Which rows are out of scope by the rules. The group itself goes no further."""
        rules = self.mapping.out_of_scope
        if not rules:
            return [False] * count
        known = self.words[fields.GROUP]
        groups = [known[cell] for cell in self.cells.get(fields.GROUP, ())] or [""] * count
        return [
            any(rule.fits(group, priority or None, kind) for rule in rules)
            for group, priority, kind in zip(groups, words[fields.PRIORITY], words[fields.TYPE], strict=True)
        ]

    # Dates

    def _moments(self, name: str, numbers: Sequence[int]) -> Sequence[int]:
        if name not in self.places or name in self.unsure:
            return [MISSING] * len(numbers)
        cells = self.cells[name]
        column = self.columns.get(name)
        if column is None:
            column = self._begin(name, numbers, cells)
        if column is None:
            return [MISSING] * len(numbers)
        found, bad = column.read(cells)
        for place in bad:
            self._bad_date(name, numbers[place], cells[place], column)
        newest = max(found)
        if name != fields.DUE and newest > self.read.newest:
            self.read.newest = newest
        return found

    def _begin(self, name: str, numbers: Sequence[int], cells: Sequence[str]) -> ColumnReader | None:
        """Find out how a column is written, from the first piece that has anything in it."""
        order = self.mapping.date_format
        detected = moments.detect(cells, order)
        if detected is not None and detected.format is None:
            # So far days and months could be swapped: the whole column says more.
            place = self.places[name]
            seen: set[str] = set()
            for _, rows in self.table.chunks(Problems()):
                seen.update(row[place] for row in rows if len(row) > place)
            detected = moments.detect(seen, order)
        if detected is None:
            for number, cell in zip(numbers, cells, strict=True):
                if not is_missing(cell):
                    self._bad_date(name, number, cell, None)
            return None
        if detected.format is None:
            self._ambiguous(name, numbers, cells, detected.choices)
            return None
        column = self.columns[name] = ColumnReader(detected.format)
        self.read.formats[fields.FIELDS[name]] = detected.format.label
        return column

    def _ambiguous(self, name: str, numbers: Sequence[int], cells: Sequence[str], choices: Sequence[DateStyle]) -> None:
        self.unsure.add(name)
        row, cell = next((row, cell) for row, cell in zip(numbers, cells, strict=True) if not is_missing(cell))
        labels = " or ".join(f"like {one.label}" for one in choices)
        message = (
            f"{quoted(cell)}: every date of this column can be read {labels}. Choose day first or month first in the "
            "council's columns."
        )
        self._problem("date-ambiguous", name, row, message)

    def _bad_date(self, name: str, number: int, cell: str, column: ColumnReader | None) -> None:
        text = moments.tidy(cell)
        if text.startswith("="):
            self._formula(name, number)
        elif column is not None and moments.detect([text]) is not None:
            known = column.format.label
            message = f"{quoted(cell)} is written in another way than the rest of the column ({known})."
            self._problem("date-mixed", name, number, f"{message} Export the file with one way of writing dates.")
        else:
            self._problem("date-unreadable", name, number, f"{quoted(cell)} is no date and time.")

    # Words

    def _state(self, cell: str) -> Any:
        word = plain(cell)
        return "" if is_missing(word) else self.mapping.states.get(word, UNKNOWN)

    def _type(self, cell: str) -> Any:
        word = plain(cell)
        return "" if is_missing(word) else self.mapping.types.get(word, UNKNOWN)

    def _priority(self, cell: str) -> Any:
        word = plain(cell)
        if is_missing(word):
            return 0
        known = self.mapping.priorities.get(word)
        if known is None and (found := _PRIORITY.fullmatch(word)):
            known = int(found[1])
        return UNKNOWN if known is None else known

    def _flag(self, cell: str) -> Any:
        word = plain(cell)
        return None if is_missing(word) else self.mapping.met_words.get(word, UNKNOWN)

    def _remaining(self, cell: str) -> Any:
        """Time that was left: with a minus it was missed. Words that the mapping has come first."""
        word = plain(cell)
        if is_missing(word):
            return None
        found = _REMAINING.fullmatch(word)
        if found is not None:
            return found[1] is None
        return self.mapping.met_words.get(word, UNKNOWN)

    # The end

    def finish(self) -> Read:
        read = self.read
        read.tickets.pop("", None)
        if not read.rows and not self.problems.has_errors:
            raise self.problems.refuse(
                "no-rows", "The file has headings and no row under them.", row=self.table.head.row
            )
        for reference in read.tickets:
            if reference.startswith("="):
                self._formula(fields.REFERENCE, read.tickets[reference][0])
        read.zoned = frozenset(name for name, column in self.columns.items() if column.format.is_zoned)
        read.day_only = frozenset(
            name for name, column in self.columns.items() if column.format.time == moments.NO_TIME
        )
        return read
