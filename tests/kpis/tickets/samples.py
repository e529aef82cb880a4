"""Small exports, made by hand, as each service desk writes them."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from kpis.tickets.counting import Counts
from kpis.tickets.examining import Examined

FOLDER = Path(__file__).parent / "files"
EXCERPT = FOLDER / "servicenow_event_log.csv"

# A name that no table, file or message may hold after an import.
NAME = "Wilhelmina Quackenbush"


def csv_file(folder: Path, text: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(folder: Path, rows: Sequence[Sequence[Any]], name: str = "export.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


def bomb() -> bytes:
    """A workbook whose sheet unpacks to a hundred megabytes of nothing."""
    book = openpyxl.Workbook()
    book.active.append(["a"])
    plain, packed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                content = content.replace(b"</worksheet>", b" " * 100_000_000 + b"</worksheet>")
            target.writestr(info.filename, content)
    return packed.getvalue()


def rules(found: Examined) -> dict[str, int]:
    """How many problems of each kind."""
    counted: Counter[str] = Counter()
    for kind in found.problems.kinds():
        counted[kind.rule] += kind.count
    return dict(counted)


def named(found: Examined, rule: str) -> list[tuple[int | None, str]]:
    return [one for kind in found.problems.kinds() if kind.rule == rule for one in kind.named]


def counts_of(found: Examined) -> Counts:
    assert not found.is_refused, found.problems.as_json()
    assert found.counts is not None
    return found.counts


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


SERVICENOW_HEAD = "number,incident_state,priority,made_sla,opened_at,sys_updated_at,resolved_at,closed_at,caller_id"


def servicenow(*rows: str) -> str:
    """Lines under the headings that the preset needs, with the name in a column that it does not."""
    return "\r\n".join([SERVICENOW_HEAD, *(f"{row},{NAME}" for row in rows)]) + "\r\n"


# One ticket of June, one logged and resolved in September, one open at its end, one of October.
PLAIN = servicenow(
    "INC0001,Closed,2 - High,TRUE,13-06-2018 09:00,14-09-2018 10:00,13-09-2018 10:00,14-09-2018 10:00",
    "INC0002,Closed,3 - Moderate,FALSE,03-09-2018 09:00,19-09-2018 10:00,17-09-2018 10:00,19-09-2018 10:00",
    "INC0003,Active,3 - Moderate,TRUE,28-09-2018 09:00,28-09-2018 09:30,?,?",
    "INC0004,Active,1 - Critical,TRUE,01-10-2018 00:00,01-10-2018 09:30,?,?",
)
