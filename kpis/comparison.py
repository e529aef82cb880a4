"""Two versions of a return side by side, cell by cell. Pure: texts in, differences out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What became of a cell. Each has its word and its shape on the page, so that colour alone never says it."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"

    @property
    def word(self) -> str:
        return {"changed": "Changed", "added": "Added", "removed": "Removed", "same": "As it was"}[self.value]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a version. `text` is what is shown, `key` what it is told apart by (the typed text: 83.3 and 83.30
    are printed differently), `amount` its number where it has one."""

    text: str
    key: str = ""
    amount: Decimal | None = None

    @property
    def identity(self) -> str:
        return self.key or self.text


@dataclass(frozen=True, slots=True)
class Difference:
    """`name` says which cell: the indicator, or one of its counts, its reason, or the comment."""

    name: str
    label: str
    before: str
    after: str
    kind: Kind
    by: Decimal | None = None

    @property
    def is_different(self) -> bool:
        return self.kind != Kind.SAME


_NOTHING = Cell("")


def compare(
    labels: Sequence[tuple[str, str]], before: Mapping[str, Cell], after: Mapping[str, Cell]
) -> tuple[Difference, ...]:
    """Every cell that one side or the other has, in the order of `labels` (name and label of each)."""
    return tuple(
        _difference(name, label, before.get(name, _NOTHING), after.get(name, _NOTHING))
        for name, label in labels
        if before.get(name, _NOTHING).text or after.get(name, _NOTHING).text
    )


def _difference(name: str, label: str, before: Cell, after: Cell) -> Difference:
    by = after.amount - before.amount if before.amount is not None and after.amount is not None else None
    return Difference(name, label, before.text, after.text, _kind(before, after), by or None)


def _kind(before: Cell, after: Cell) -> Kind:
    if before.text and not after.text:
        return Kind.REMOVED
    if after.text and not before.text:
        return Kind.ADDED
    return Kind.SAME if before.identity == after.identity and before.text == after.text else Kind.CHANGED
