"""What a file would change in a return: box by box what it says, what is there, and what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpis import typed
from kpis.importing.layout import CODE, DENOMINATOR, FIGURE, LABELS, NUMERATOR, Entry, column_of
from kpis.importing.reading import EMPTY, Cell, Row, Table, name_of
from portal.ooxml import NotAccepted

CHANGE, SAME, KEPT = "change", "same", "kept"
_LAYOUT = "Download the layout of this return, fill it in and choose that file."
_HEADING_ROWS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One box of the return. `state`: CHANGE, from `before` to `after`; SAME, the file says what is there; KEPT, the
    file's cell is empty and what is there stays. `cell` names the file's cell: E5."""

    box: str
    label: str
    cell: str
    before: str
    after: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps the file from being imported. `cell` is empty where it is about a row as a whole."""

    row: int
    cell: str
    label: str
    value: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Comparison:
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def compare(table: Table, entries: Sequence[Entry], *, place: str, elsewhere: Mapping[str, str]) -> Comparison:
    """Hold a file against a draft.

    `entries` are the draft's boxes, `place` the name of its return, `elsewhere` why each other code of the partnership
    has no box here ("is worked out by the portal"). Raises NotAccepted for a file without the headings, or with those
    of another return.
    """
    at, columns = _headings(table, place)
    known = {one.code: one for one in entries}
    lines: list[Line] = []
    faults = list(_merged(table, at, columns))
    seen: dict[str, int] = {}
    for row in table.rows:
        if row.number <= at or not any(column in row.cells for column in columns.values()):
            continue
        code = row.cells.get(columns[CODE], EMPTY).text.casefold()
        if code in elsewhere and not any(column in row.cells for what, column in columns.items() if what != CODE):
            continue  # a line that stands there for the reader
        wrong = _wrong_code(row, code, columns, known, elsewhere, seen)
        if wrong is not None:
            faults.append(wrong)
            continue
        seen[code] = row.number
        for outcome in _row(row, known[code], columns):
            (lines if isinstance(outcome, Line) else faults).append(outcome)  # type: ignore[arg-type]
    return Comparison(tuple(lines), tuple(sorted(faults, key=lambda one: one.row)))


def _headings(table: Table, place: str) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the column of each that is read."""
    for row in table.rows[:_HEADING_ROWS]:
        found = [(number, known) for number, cell in row.cells.items() if (known := column_of(cell.text))]
        if not any(what == CODE for _, (what, _) in found):
            continue
        columns: dict[str, int] = {}
        for number, (what, named) in sorted(found):
            if named and what == FIGURE and named.casefold() != place.casefold():
                raise NotAccepted(f"is the layout for {named[:80]}, and this return is {place}.", _LAYOUT)
            if what in columns:
                label = LABELS.get(what, "Code")
                raise NotAccepted(f"has two columns headed “{label}”.", "Delete the one that is not meant.")
            columns[what] = number
        if len(columns) == 1:
            raise NotAccepted("has no column headed “Figure”, “In time” or “Measured”.", _LAYOUT)
        return row.number, columns
    raise NotAccepted(f"has no column headed “Code” in its first {_HEADING_ROWS} rows.", _LAYOUT)


def _merged(table: Table, at: int, columns: Mapping[str, int]) -> Iterator[Fault]:
    for left, top, right, bottom in table.merged:
        if bottom >= at and any(left <= column <= right for column in columns.values()):
            cells = f"{name_of(left, top)}:{name_of(right, bottom)}"
            yield Fault(
                top, cells, "", "", "These cells are merged, so it is not certain whose figure stands in them.",
                "Unmerge them and put each figure in its own cell.",
            )  # fmt: skip


def _wrong_code(
    row: Row,
    code: str,
    columns: Mapping[str, int],
    known: Mapping[str, Entry],
    elsewhere: Mapping[str, str],
    seen: Mapping[str, int],
) -> Fault | None:
    cell = name_of(columns[CODE], row.number)
    shown = typed.quoted(code) if code else ""
    if not code:
        return Fault(
            row.number, cell, "Code", "", "This row has figures and no code.", "Enter the code, or clear the row."
        )
    if code in seen:
        message = f"{shown} stands in row {seen[code]} already."
        return Fault(row.number, cell, "Code", code, message, "Delete the row that is not meant.")
    if code in elsewhere:
        return Fault(row.number, cell, "Code", code, f"{shown} {elsewhere[code]}.", "Delete the row.")
    if code not in known:
        return Fault(
            row.number, cell, "Code", code, f"{shown} is no code of this return.", "Take the code from the layout."
        )
    return None


def _row(row: Row, entry: Entry, columns: Mapping[str, int]) -> Iterator[Line | Fault]:
    for kind in (FIGURE, NUMERATOR, DENOMINATOR):
        if kind not in columns:
            continue
        cell = row.cells.get(columns[kind], EMPTY)
        where = name_of(columns[kind], row.number)
        label = entry.name if kind == FIGURE else f"{entry.name}, {LABELS[kind].lower()}"

        def fault(message: str, remedy: str, cell: Cell = cell, where: str = where, label: str = label) -> Fault:
            return Fault(row.number, where, label, cell.text, message, remedy)

        if kind not in entry.stored:
            if cell.text:
                yield fault(f"{entry.name} has no counts behind it.", "Clear this cell.")
            continue
        before = entry.stored[kind]
        if not cell.text:
            if before:
                yield Line(f"{kind}.{entry.code}", label, where, before, before, KEPT)
            continue
        if cell.wrong:
            yield fault(f"{typed.quoted(cell.text)} {cell.wrong}", cell.remedy)
            continue
        percent = entry.is_percent and kind == FIGURE
        try:
            amount = typed.read(cell.text, percent=percent) if kind == FIGURE else typed.read_count(cell.text)
        except typed.Unreadable as problem:
            yield fault(problem.message, _remedy(cell.text, problem))
            continue
        text = cell.text.removesuffix("%").rstrip() if percent else cell.text
        state = SAME if _says_the_same(before, amount, percent=percent) else CHANGE
        note = cell.note or (_fraction(cell.text, amount) if percent and state == CHANGE else "")
        yield Line(f"{kind}.{entry.code}", label, where, before, before if state == SAME else text, state, note)


def _remedy(text: str, problem: typed.Unreadable) -> str:
    """A word in place of a figure ("n/a", "nil", a dash) means that there is none."""
    if not any(character.isdigit() for character in text):
        return "Leave the cell empty where there is no figure: what is in the return then stays."
    return problem.remedy


def _says_the_same(before: str, amount: Decimal | int | None, *, percent: bool) -> bool:
    """Whether the number in the file is the one that is there: 1013 beside “1,013” changes nothing."""
    try:
        return bool(before.strip()) and typed.read(before, percent=percent) == amount
    except typed.Unreadable:
        return False


def _fraction(text: str, amount: Decimal | int | None) -> str:
    """A percentage of one or less is often a fraction of one that was meant as a percentage."""
    if amount is None or not 0 < amount <= 1 or text.endswith("%"):
        return ""
    meant = f"{(Decimal(amount) * 100).normalize():f}"
    return f"Taken as {text} per cent. If {meant} per cent was meant, enter {meant}."
