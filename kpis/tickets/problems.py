"""What is wrong with a file: counted by kind, named by row. Pure.

A row is numbered as a spreadsheet shows it: the first line of the file is 1, an empty line counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"

# Of each kind so many are named by row; all are counted.
MOST_NAMED = 100
# What is quoted of a cell.
_QUOTED = 40


class FileRefused(Exception):
    """The file cannot be read on. What is wrong stands among the problems."""


@dataclass(slots=True)
class Kind:
    """All problems of one kind. `named` holds (row or None, sentence), the first hundred of them."""

    rule: str
    severity: Severity
    column: str = ""
    count: int = 0
    named: list[tuple[int | None, str]] = field(default_factory=list)


class Problems:
    """Gathers what is found, so that a file's problems are all said at once."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], Kind] = {}

    def add(
        self, rule: str, message: str, *, row: int | None = None, column: str = "", severity: Severity = ERROR
    ) -> None:
        kind = self._kinds.setdefault((rule, column), Kind(rule, severity, column))
        kind.count += 1
        if len(kind.named) < MOST_NAMED:
            kind.named.append((row, message))

    def refuse(self, rule: str, message: str, *, row: int | None = None, column: str = "") -> FileRefused:
        """Note an error after which reading on makes no sense; the caller raises what it gets."""
        self.add(rule, message, row=row, column=column)
        return FileRefused(rule)

    @property
    def has_errors(self) -> bool:
        return any(kind.severity == ERROR for kind in self._kinds.values())

    def kinds(self) -> list[Kind]:
        """Errors first, otherwise in the order of their first row."""

        def place(kind: Kind) -> tuple[bool, int]:
            return kind.severity != ERROR, kind.named[0][0] or 0

        return sorted(self._kinds.values(), key=place)

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "rule": kind.rule,
                "severity": kind.severity,
                "column": kind.column,
                "count": kind.count,
                "rows": [{"row": row, "message": message} for row, message in kind.named],
            }
            for kind in self.kinds()
        ]


def quoted(cell: str) -> str:
    """A cell of a mapped column, in quotation marks, without control characters, cut where it is long."""
    text = " ".join("".join(one if one.isprintable() else " " for one in cell[: _QUOTED * 4]).split())
    return f"“{text if len(text) <= _QUOTED else text[:_QUOTED] + '…'}”"


def rows_in_words(rows: Iterable[int]) -> str:
    """ "row 7", "rows 7, 9 and 12", "rows 7, 9, 12 and 88 more"."""
    known = list(rows)
    if len(known) == 1:
        return f"row {known[0]}"
    shown, rest = known[:5], len(known) - 5
    if rest > 0:
        return f"rows {', '.join(map(str, shown))} and {rest} more"
    return f"rows {', '.join(map(str, shown[:-1]))} and {shown[-1]}"
