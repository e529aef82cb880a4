"""Reading a CSV file or a workbook as a table of texts. Nothing in it is evaluated. Pure.

What a cell holds and what it shows can differ in a workbook: 0.8333 shown as 83.33%. The text here is what a person
sees in the cell, with every decimal that it holds as far as the portal keeps them.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, BinaryIO
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from kpis.importing import layout
from kpis.typed import KEPT_DECIMALS
from portal import file_kinds
from portal.exports import FORMULA_STARTS
from portal.ooxml import NotAccepted
from portal.words import listed

_MOST_ROWS = 2000
_MOST_COLUMNS = 40
_DELIMITERS = (",", ";", "\t")
_PROBED_ROWS = 20
# Blanks that people and programs put between thousands, and marks that nobody sees.
_BLANKS = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff")
)
_GROUPED = re.compile(r"[-−+]?[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?%?")
# What of a number format is no digit: quoted words, colours and conditions, padding, and single characters.
_NOT_DIGITS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_SHOWN_DECIMALS = re.compile(r"\.([0#?]+)")
# Excel keeps 15 significant digits; what lies beyond comes from binary arithmetic and was never typed.
_DIGITS = 15
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATED = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it reads. `wrong` and `remedy` say what makes it unusable; `note` what was made of it."""

    text: str
    wrong: str = ""
    remedy: str = ""
    note: str = ""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts as spreadsheets do, from 1; `cells` go by the number of their column, empty ones left out."""

    number: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """`merged` are the ranges of merged cells, as (first column, first row, last column, last row)."""

    rows: tuple[Row, ...]
    merged: tuple[tuple[int, int, int, int], ...] = field(default=())


def name_of(column: int, row: int) -> str:
    """A cell's name as spreadsheets show it: E5."""
    return f"{get_column_letter(column)}{row}"


def read(file: BinaryIO, kind: str) -> Table:
    """The table in a file that portal.uploads has taken; `kind` is file_kinds.CSV or XLSX. Raises NotAccepted."""
    reader: Callable[[BinaryIO], Table] = _read_xlsx if kind == file_kinds.XLSX else _read_csv
    table = reader(file)
    if not table.rows:
        raise NotAccepted("has nothing in it.", "Download the layout, fill it in and choose that file.")
    return table


# CSV


def _read_csv(file: BinaryIO) -> Table:
    encoding = file_kinds.encoding_of(file)
    file.seek(0)
    text = file.read().decode(encoding)
    try:
        return Table(tuple(_kept(_csv_cells(text, _delimiter(text)))))
    except csv.Error as error:
        raise NotAccepted("cannot be read as CSV.", "Save it anew as “CSV UTF-8” and choose that file.") from error


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """The separator under which most of our headings are found, a comma where none is."""

    def found(delimiter: str) -> int:
        most = 0
        for number, record in enumerate(_records(text, delimiter)):
            if number == _PROBED_ROWS:
                break
            most = max(most, sum(layout.column_of(heading) is not None for heading in record))
        return most

    return max(_DELIMITERS, key=found)


def _csv_cells(text: str, delimiter: str) -> Iterator[dict[int, Cell]]:
    for record in _records(text, delimiter):
        yield {number: read_text(value) for number, value in enumerate(record, start=1) if value.strip()}


def _kept(rows: Iterator[dict[int, Cell]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=1):
        used = {column: cell for column, cell in cells.items() if cell != EMPTY}
        if len(used) > _MOST_COLUMNS:
            raise NotAccepted(
                f"has {len(used)} columns; a return has seven.", "Download the layout, fill it in and choose that file."
            )
        if number > _MOST_ROWS:
            raise NotAccepted(
                f"has more than {_MOST_ROWS:,} rows, far more than a return.", "Delete the rows below the figures."
            )
        if used:
            yield Row(number, used)


def read_text(value: str) -> Cell:
    """A text as a person reads it: no blanks between thousands, none that cannot be seen."""
    text = " ".join(value.translate(_BLANKS).split())
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]  # as the portal's own downloads shield such a text
    if text.startswith("="):
        return _formula(text)
    return Cell(text.replace(" ", "") if _GROUPED.fullmatch(text) else text)


def _formula(text: str) -> Cell:
    return Cell(
        text,
        "is a formula, and nothing is worked out from a file.",
        "Put the figure itself in its place (copy the cell, then Paste Special, Values).",
    )


# Workbooks


def _read_xlsx(file: BinaryIO) -> Table:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # What openpyxl leaves out (drawings, validation) has no figures in it.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, keep_links=False)
            try:
                sheet = _sheet(book)
                sheet.reset_dimensions()  # programs write wrong ones
                rows = tuple(_kept(_xlsx_cells(sheet)))
                return Table(rows, tuple(_merged(file, sheet.title)))
            finally:
                book.close()
    except NotAccepted:
        raise
    except Exception as error:  # whatever a workbook can do to its reader, its officer is told in words
        raise NotAccepted("cannot be read as a workbook.", "Open it, save it anew, and choose the new file.") from error


def _sheet(book: Any) -> Any:
    shown = [one for one in book.worksheets if one.sheet_state == "visible"]
    named = [one for one in shown if one.title.strip().casefold() == layout.SHEET.casefold()]
    if len(named or shown) == 1:
        return (named or shown)[0]
    if not shown:
        raise NotAccepted("has no sheet that can be seen.", f"Call the sheet with the figures “{layout.SHEET}”.")
    names = listed([f"“{one.title}”" for one in shown[:5]])
    raise NotAccepted(
        f"has {len(shown)} sheets: {names}{' and others' if len(shown) > 5 else ''}.",
        f"Call the one with the figures “{layout.SHEET}”, or delete the others.",
    )


def _xlsx_cells(sheet: Any) -> Iterator[dict[int, Cell]]:
    for cells in sheet.iter_rows():
        yield {
            number: read_value(cell.value, cell.data_type, cell.number_format)
            for number, cell in enumerate(cells, start=1)
            if cell.value is not None
        }


def read_value(value: Any, data_type: str, number_format: str) -> Cell:
    """A workbook's cell as it shows: openpyxl's value and type of it, and its number format."""
    if data_type == "f":
        return _formula(value if isinstance(value, str) else "a formula over several cells")
    if data_type == "e":
        return Cell(str(value), "is an error of the spreadsheet.", "Put the figure itself in its place.")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "is a yes or no, not a figure.", "Enter a number.")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(_day(value), "is a date or a time.", "Format the cell as a number and enter the figure again.")
    if isinstance(value, int | float):
        return _number(value, number_format)
    return read_text(str(value))


def _day(value: datetime | date | time | timedelta) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else str(value)


def _number(value: float, number_format: str) -> Cell:
    shown = _NOT_DIGITS.sub("", number_format.split(";")[0])
    exact = Decimal(f"{value:.{_DIGITS}g}")
    percent = "%" in shown
    if percent:
        exact = exact.scaleb(2)
    exact = exact.normalize()
    held = max(0, -int(exact.as_tuple().exponent))
    match = _SHOWN_DECIMALS.search(shown) if "E" not in shown.upper().replace("GENERAL", "") else None
    places = len(match[1]) if match else 0
    note = ""
    if held > KEPT_DECIMALS and 0 < places <= KEPT_DECIMALS:
        # As it shows, and said so: the cell holds more than the portal keeps.
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        note = f"The cell holds {exact:f} and shows {rounded:f}, which is taken."
        exact, held = rounded, places
    text = f"{exact:.{max(held, min(places, KEPT_DECIMALS) if match else 0)}f}"
    return Cell(f"{text}%" if percent else text, note=note)


def _merged(file: BinaryIO, title: str) -> Iterator[tuple[int, int, int, int]]:
    """The merged cells of a sheet, which a streaming reader does not tell. The parts have been checked by
    portal.ooxml: small, well-formed, and without declarations."""
    with zipfile.ZipFile(file) as archive, archive.open(_part_of(archive, title)) as part:
        for _, element in ElementTree.iterparse(part):  # noqa: S314 - checked, see above
            if element.tag.rpartition("}")[2] == "mergeCell":
                yield range_boundaries(element.get("ref", ""))
            element.clear()


def _part_of(archive: zipfile.ZipFile, title: str) -> str:
    """The name of the part in which a sheet's cells stand."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - as above
    sheets = [one for space in (_MAIN, _STRICT) for one in book.iter(f"{space}sheet")]
    key = next(one.get(name) for one in sheets if one.get("name") == title for name in _RELATED if one.get(name))
    related = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
    target = next(one.get("Target", "") for one in related if one.get("Id") == key)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
