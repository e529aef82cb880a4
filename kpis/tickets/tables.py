"""An export as rows of text: which kind of file, in which characters, with which separator, where its headings are.

Pure. A file is read from its path once; its text is never kept. CSV is read by Python's own reader, strictly, so that
a row keeps the number that a spreadsheet shows; workbooks by openpyxl, row by row.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from kpis.tickets import mapping as fields
from kpis.tickets.mapping import DELIMITERS, ENCODINGS, Mapping, heading
from kpis.tickets.problems import Problems
from portal import ooxml

# Small enough to stay in the processor's cache: pieces of 4,096 rows take half as long again.
CHUNK = 128
MOST_COLUMNS = 2000
# Title lines may come before the headings (Zammad writes two).
_LINES_BEFORE = 10
_BLOCK = 1 << 20
# A workbook of a million rows comes to some 600 MB of XML.
_UNPACKED = 700 * 1024 * 1024
_NO_TABLES = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "an archive",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"{": "JSON",
    b"[": "JSON",
    b"<": "a page of HTML or XML",
}
_ZONE = re.compile(r"[^:]{1,40}: ([A-Za-z]+(?:/[A-Za-z0-9_+-]+)*)")

Rows = list[list[str]]
Chunk = tuple[Sequence[int], Rows]


@dataclass(frozen=True, slots=True)
class Head:
    """The line of headings. `places` has the column of each field that is needed, `twins` further columns under the
    same heading with their field."""

    row: int
    headings: tuple[str, ...]
    places: dict[str, int]
    twins: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Table:
    """An opened export. `chunks` reads it anew each time; `zone` is known once it has been read to its end."""

    head: Head
    chunks: Callable[[Problems], Iterator[Chunk]]
    width: int
    sha256: str
    said: str
    has_nul: bool = False
    lines: int = 0
    zone: str = ""


def open_table(path: Path, mapping: Mapping, problems: Problems) -> Table:
    """Open a CSV file or a workbook. Raises FileRefused, with the cause among the problems, where it is neither."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise problems.refuse("empty-file", "The file is empty. Export it again.")
    if start.startswith(b"PK"):
        return _Workbook(path, mapping, problems).table()
    for magic, name in _NO_TABLES.items():
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(magic):
            raise problems.refuse("wrong-file", f"The file is {name}. Export it as CSV or as .xlsx.")
    return _Text(path, mapping, problems).table()


def find_head(rows: Iterable[tuple[int, list[str]]], mapping: Mapping, problems: Problems) -> Head:
    """The first line that has the headings which every export needs. Raises FileRefused where none has."""
    first: Head | None = None
    for number, cells in islice(rows, _LINES_BEFORE):
        if not any(cell.strip() for cell in cells):
            continue
        head = _head(number, cells, mapping)
        if all(wanted in head.places for wanted in fields.REQUIRED):
            _check_head(head, mapping, problems)
            return head
        first = head if first is None or len(head.places) > len(first.places) else first
    if first is None:
        raise problems.refuse("empty-file", "The file has no headings. Export it again.")
    _check_head(first, mapping, problems)
    raise problems.refuse("no-headings", "The file has no line of headings.")


def _head(number: int, cells: Sequence[str], mapping: Mapping) -> Head:
    known: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        name = heading(cell)
        known.setdefault(name, []).append(place)
        # GLPI puts the group of a field before its label: "Characteristics - Opening date".
        if " - " in cell and mapping.preset == "glpi":
            known.setdefault(heading(cell.rpartition(" - ")[2]), []).append(place)
    places: dict[str, int] = {}
    twins: list[tuple[str, int]] = []
    for field, names in mapping.columns.items():
        if field == fields.GROUP and not mapping.needs_group:
            continue
        for name in names:
            if found := known.get(heading(name)):
                places[field] = found[0]
                twins += [(field, place) for place in found[1:]]
                break
    return Head(number, tuple(cells), places, tuple(twins))


def _check_head(head: Head, mapping: Mapping, problems: Problems) -> None:
    if len(head.headings) > MOST_COLUMNS:
        raise problems.refuse(
            "too-many-columns",
            f"The file has {len(head.headings):,} columns; at most {MOST_COLUMNS:,} are read. Export fewer fields.",
            row=head.row,
        )
    missing = [wanted for wanted in fields.REQUIRED if wanted not in head.places]
    if not missing and fields.RESOLVED not in head.places and fields.CLOSED not in head.places:
        missing = [fields.RESOLVED if mapping.columns.get(fields.RESOLVED) else fields.CLOSED]
    for wanted in missing:
        problems.add(
            "no-column",
            f"{fields.FIELDS[wanted]}: the file has no column {mapping.names(wanted)}. Add it to the export, or say "
            "under which heading it stands.",
            row=head.row,
            column=fields.FIELDS[wanted],
        )
    if missing:
        raise problems.refuse("no-headings", "The headings do not fit, so no row was read.", row=head.row)


class _Text:
    """A CSV file."""

    def __init__(self, path: Path, mapping: Mapping, problems: Problems) -> None:
        self.path, self.mapping = path, mapping
        self.lines = 0
        self.encoding, self.has_nul, self.sha256 = self._scan(problems)
        self.delimiter = mapping.delimiter or self._delimiter(problems)
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            try:
                self.head = find_head(enumerate(reader, start=1), mapping, problems)
            except csv.Error as error:
                raise problems.refuse("unreadable-row", _said(error), row=1) from None

    def table(self) -> Table:
        name = next((label for key, label in ENCODINGS.items() if self.encoding.startswith(key)), "UTF-8")
        said = f"CSV, {name}, separated by {DELIMITERS[self.delimiter]}"
        return Table(self.head, self._chunks, len(self.head.headings), self.sha256, said, self.has_nul, self.lines)

    def _open(self) -> Any:
        return self.path.open(encoding=self.encoding, newline="")

    def _scan(self, problems: Problems) -> tuple[str, bool, str]:
        """Characters, whether there are null ones, and the checksum, in one pass over the bytes."""
        digest = hashlib.sha256()
        decoder: codecs.IncrementalDecoder | None = None
        encoding, has_nul, clean = "", False, True
        with self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                if not encoding:
                    encoding = _encoding_of(block, self.mapping.encoding)
                    decoder = codecs.getincrementaldecoder(encoding)()
                digest.update(block)
                self.lines += block.count(b"\n")
                has_nul = has_nul or b"\0" in block
                clean = clean and decoder is not None and _decodes(decoder, block)
        if clean and decoder is not None:
            clean = _decodes(decoder, b"", final=True)
        if not clean and encoding == "utf-8-sig" and not self.mapping.encoding:
            encoding, clean = "cp1252", True
        if not clean and encoding != "cp1252":
            raise problems.refuse(
                "wrong-characters", f"The file is not written in {encoding.upper()}. Leave the choice to the file."
            )
        return encoding, has_nul and not encoding.startswith("utf-16"), digest.hexdigest()

    def _delimiter(self, problems: Problems) -> str:
        """What separates the columns: what finds the most headings, then the most columns."""
        try:
            with self._open() as file:
                lines = list(islice((file.readline(_BLOCK) for _ in range(_LINES_BEFORE)), _LINES_BEFORE))
        except UnicodeDecodeError:
            raise problems.refuse("wrong-characters", "The file holds characters that cannot be read.") from None

        def score(delimiter: str) -> tuple[int, int]:
            best = (0, 0)
            try:
                for cells in csv.reader(lines, delimiter=delimiter):
                    best = max(best, (len(_head(1, cells, self.mapping).places), len(cells)))
            except csv.Error:
                return best
            return best

        return max(DELIMITERS, key=score)

    def _chunks(self, problems: Problems) -> Iterator[Chunk]:
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            while True:
                rows: Rows = []
                failed = ""
                try:
                    # `extend` keeps the rows that came before an error.
                    rows.extend(islice(reader, CHUNK))
                except csv.Error as error:
                    failed = _said(error)
                except UnicodeDecodeError:
                    failed = "The row holds characters that the file's encoding does not have."
                first = number + 1
                number += len(rows)
                if rows:
                    skipped = max(0, self.head.row - first + 1)
                    yield range(first + skipped, number + 1), rows[skipped:] if skipped else rows
                if failed:
                    raise problems.refuse("unreadable-row", f"{failed} Nothing after it was read.", row=number + 1)
                if len(rows) < CHUNK:
                    return


def _encoding_of(block: bytes, chosen: str) -> str:
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if chosen == "utf-16" or not chosen:
        # Without a mark: every other byte of plain text is null.
        even, odd = block[:400:2].count(0), block[1:400:2].count(0)
        size = len(block[:400]) // 2
        if size and max(even, odd) > 0.7 * size and min(even, odd) < 0.1 * size:
            return "utf-16-le" if odd > even else "utf-16-be"
    return {"cp1252": "cp1252", "utf-16": "utf-16"}.get(chosen, "utf-8-sig")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _said(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"A cell has more than {csv.field_size_limit():,} characters, or a quotation mark was never closed."
    if "unexpected end" in text:
        return "The file ends within quotation marks: it was cut off, or a quotation mark was never closed."
    return "A quotation mark stands where none can be."


class _Workbook:
    """The first sheet of an Excel workbook."""

    def __init__(self, path: Path, mapping: Mapping, problems: Problems) -> None:
        self.path = path
        self.made: Table | None = None
        with path.open("rb") as file:
            try:
                kind = ooxml.check(file, unpacked=_UNPACKED)
            except ooxml.NotAccepted as refusal:
                raise problems.refuse("wrong-file", f"The file {refusal.reason} {refusal.remedy}") from None
            if kind != "xlsx":
                raise problems.refuse("wrong-file", "The file is a Word document. Export it as CSV or as .xlsx.")
            file.seek(0)
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        rows = ((number, [_text(cell) for cell in cells]) for number, cells in self._cells(problems))
        self.head = find_head(rows, mapping, problems)

    def table(self) -> Table:
        self.made = Table(self.head, self._chunks, self._width(), self.sha256, "Excel workbook, first sheet")
        return self.made

    def _cells(self, problems: Problems) -> Iterator[tuple[int, tuple[Any, ...]]]:
        try:
            with warnings.catch_warnings():
                # openpyxl warns of styles and extensions that it leaves out; none of them is read here.
                warnings.simplefilter("ignore")
                # From an open file: a stored upload has no name that ends in .xlsx.
                with self.path.open("rb") as file:
                    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
                    sheet = book.worksheets[0]
                    sheet.reset_dimensions()
                    yield from enumerate(sheet.iter_rows(), start=1)
        except (KeyError, ValueError, IndexError, TypeError, AttributeError, SyntaxError):
            # Their texts quote the file.
            raise problems.refuse("wrong-file", "The workbook is damaged. Open it, save it anew, try again.") from None

    def _chunks(self, problems: Problems) -> Iterator[Chunk]:
        width = self._width()
        numbers: list[int] = []
        rows: Rows = []
        for number, cells in self._cells(problems):
            if number <= self.head.row:
                continue
            for place, cell in enumerate(cells):
                if cell.data_type == "f":
                    name = self.head.headings[place].strip() if place < len(self.head.headings) else ""
                    where = f"in the column “{name[:60]}” " if name else ""
                    problems.add(
                        "formula",
                        f"The cell {where}is a formula. An export has values alone: export it again, or paste values.",
                        row=number,
                    )
            texts = [_text(cell) for cell in cells]
            if self._is_footer(texts):
                continue
            while len(texts) > width and not texts[-1].strip():
                texts.pop()
            numbers.append(number)
            rows.append(texts + [""] * (width - len(texts)) if texts else texts)
            if len(rows) == CHUNK:
                yield numbers, rows
                numbers, rows = [], []
        if rows:
            yield numbers, rows

    def _width(self) -> int:
        """The columns up to the last with a heading: a sheet's rows end with their last filled cell."""
        width = len(self.head.headings)
        while width and not self.head.headings[width - 1].strip():
            width -= 1
        return width

    def _is_footer(self, texts: Sequence[str]) -> bool:
        """Zammad ends its sheet with the time zone in which the times are written."""
        filled = [text for text in texts if text]
        if len(filled) != 1 or not texts[0] or self.made is None:
            return False
        found = _ZONE.fullmatch(texts[0])
        if found is not None:
            self.made.zone = found[1]
        return found is not None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "f":
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        # A sheet keeps days as fractions: a second can come out as 59.9999.
        rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return rounded.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
