"""What the figures check says of a run of months, for readers: what cannot be true, and what is doubtful."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpis.models import FigureFinding, Indicator
from kpis.record import Record
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council

# One and several of what each rule finds, in the words of a reader.
_RULES = {
    "percentage-of-count": ("percentage does", "percentages do", "not follow from the number logged"),
    "combined-near-weighted": ("combined rate lies", "combined rates lie", "far from what the parts weigh to"),
    "combined-between-parts": ("combined rate lies", "combined rates lie", "outside its parts"),
    "score-of-count": ("score does", "scores do", "not follow from the surveys returned"),
    "per-head-of-headcount": ("per-employee figure does", "per-employee figures do", "not follow from the headcount"),
    "total-of-parts": ("total is", "totals are", "not the sum of the parts"),
    "unusual-change": ("figure lies", "figures lie", "outside the usual variation"),
}
# So many figures that cannot be true are listed at once.
LISTED = 8
_OTHER = ("figure is", "figures are", "doubtful")


@dataclass(frozen=True, slots=True)
class Doubt:
    month: date
    council: Council
    indicator: Indicator
    finding: FigureFinding


@dataclass(frozen=True, slots=True)
class Kind:
    """All warnings of one rule. `title`: "37 percentages do not follow from the number logged"."""

    rule: str
    title: str
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Doubts:
    impossible: tuple[Doubt, ...]
    kinds: tuple[Kind, ...]

    @property
    def first(self) -> tuple[Doubt, ...]:
        """The newest of what cannot be true, oldest of them first; the rest is in `more`."""
        return self.impossible[-LISTED:]

    @property
    def more(self) -> tuple[Doubt, ...]:
        return self.impossible[:-LISTED]

    @property
    def title(self) -> str:
        """The heading of the note, which names what is worst."""
        if self.impossible:
            number = len(self.impossible)
            return f"{counted(number)} {'figure' if number == 1 else 'figures'} cannot be true"
        number = sum(len(kind.doubts) for kind in self.kinds)
        return f"{counted(number)} {'figure is' if number == 1 else 'figures are'} doubtful"

    def __bool__(self) -> bool:
        return bool(self.impossible or self.kinds)


def collect(record: Record, indicators: list[Indicator] | None = None) -> Doubts:
    """The findings of the months of a record, oldest month first; warnings by rule, most frequent first."""
    impossible: list[Doubt] = []
    by_rule: dict[str, list[Doubt]] = defaultdict(list)
    for month in record.months:
        for council in record.councils:
            for indicator in record.indicators if indicators is None else indicators:
                cell = record.cell(indicator, council, month)
                for finding in cell.findings if cell is not None else ():
                    doubt = Doubt(month, council, indicator, finding)
                    if finding.severity == FigureFinding.Severity.ERROR:
                        impossible.append(doubt)
                    else:
                        by_rule[finding.rule].append(doubt)
    kinds = [Kind(rule, _title(rule, len(doubts)), tuple(doubts)) for rule, doubts in by_rule.items()]
    return Doubts(tuple(impossible), tuple(sorted(kinds, key=lambda kind: (-len(kind.doubts), kind.rule))))


def _title(rule: str, number: int) -> str:
    one, many, rest = _RULES.get(rule, _OTHER)
    return f"{counted(number).capitalize()} {one if number == 1 else many} {rest}"
