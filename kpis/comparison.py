"""Two versions of a return side by side, cell by cell. Pure: texts in, differences out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.numbers import format_change


class Kind(StrEnum):
    """What became of a cell. Each has its word and its shape on the page, so that colour alone never says it."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"

    @property
    def word(self) -> str:
        return {"changed": "Changed", "added": "Added", "removed": "Removed", "same": "As it was"}[self.value]

    @property
    def mark(self) -> str:
        return "" if self is Kind.SAME else self.value


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a version: what is shown, and its number where it has one."""

    text: str
    amount: Decimal | None = None


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
    def is_text(self) -> bool:
        """Whether it is words rather than a figure."""
        return self.name.partition(".")[0] in ("reason", "comment")

    @property
    def by_words(self) -> str:
        """The difference with its sign, as many decimals as it has."""
        return "" if self.by is None else format_change(self.by, max(0, -int(self.by.normalize().as_tuple().exponent)))

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
    amounts = before.amount, after.amount
    is_same = before.text == after.text and (None in amounts or before.amount == after.amount)
    return Kind.SAME if is_same else Kind.CHANGED
