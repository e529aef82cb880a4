"""Tables as CSV and as Excel workbooks, for spreadsheets that must not take a text for a formula."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, cast

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

# A cell that begins with one of these is run as a formula by spreadsheet programs (OWASP, "CSV Injection"); the wide
# forms are read like the plain ones in some locales.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a worksheet holds, after its headings, and a cell.
_MOST_ROWS = 1_048_575
_MOST_CHARACTERS = 32_767
_WIDEST, _NARROWEST = 60, 8
_ROWS_THAT_SET_WIDTHS = 200
_LEFT_OUT = "The list goes on: a worksheet has no more rows. Download it as CSV."


def harmless(value: Any) -> Any:
    """The cell, with an apostrophe before a text that a spreadsheet would run. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return value
    text = _text(value)
    # Leading blanks are dropped by some programs, so they do not shield what follows.
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel takes UTF-8 for something else
    yield writer.writerow([harmless(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_response(filename: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The rows as a download, sent as they are read. `filename` is plain ASCII, without quotation marks."""
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response


def xlsx_response(
    filename: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, sheet: str = "Table"
) -> FileResponse:
    """The rows as a workbook of one sheet. `title` names the document, `sheet` the sheet.

    Rows are written as they are read, to a file that has no name and is gone with the response.
    """
    file = cast("IO[bytes]", tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115 - the response closes it
    write_workbook(file, headings, rows, title=title, sheet=sheet)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def write_workbook(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, sheet: str = "Table"
) -> None:
    """Write a workbook to an open file: headings in bold that stay on top, numbers as numbers, dates as dates, every
    other cell as text. Nothing in it says who made it."""
    book = Workbook(write_only=True)
    properties = book.properties
    properties.title, properties.language = title, "en-GB"
    properties.creator = properties.lastModifiedBy = None
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31])
    page.freeze_panes = "A2"
    ahead = iter(rows)
    first = list(islice(ahead, _ROWS_THAT_SET_WIDTHS))
    for index, width in enumerate(_widths([headings, *first]), start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    top = [_cell(page, heading) for heading in headings]
    for cell in top:
        cell.font, cell.alignment = bold, wrapped
    page.append(top)
    for number, row in enumerate(chain(first, ahead), start=1):
        if number == _MOST_ROWS:
            page.append([_cell(page, _LEFT_OUT)])
            break
        page.append([_cell(page, value) for value in row])
    book.save(file)


def _widths(rows: Iterable[Sequence[Any]]) -> list[int]:
    """A width for each column, in characters: that of its longest line, within reason."""
    widths: list[int] = []
    for row in rows:
        widths += [_NARROWEST] * (len(row) - len(widths))
        for index, value in enumerate(row):
            longest = max((len(line) for line in _shown(value).splitlines()), default=0)
            widths[index] = max(widths[index], min(longest + 2, _WIDEST))
    return widths


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return "31 Dec 2018 23:59"
    return "31 Dec 2018" if isinstance(value, date) else str(harmless(value))


def _cell(page: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        # A workbook knows no time zones: the time is London's, as on every page.
        moment = timezone.make_naive(value) if timezone.is_aware(value) else value
        return _formatted(page, moment.replace(microsecond=0), "d mmm yyyy hh:mm")
    if isinstance(value, date):
        return _formatted(page, value, "d mmm yyyy")
    kept = harmless(value)
    if isinstance(kept, int | float | Decimal):
        decimals = -int(kept.as_tuple().exponent) if isinstance(kept, Decimal) and kept.is_finite() else 0
        return _formatted(page, kept, f"0.{'0' * decimals}" if decimals > 0 else "General")
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", kept)
    if len(text) > _MOST_CHARACTERS:
        text = f"{text[: _MOST_CHARACTERS - 1]}…"
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"  # whatever it looks like: never a formula, never an error
    return cell


def _formatted(page: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(page, value)
    cell.number_format = number_format
    return cell
