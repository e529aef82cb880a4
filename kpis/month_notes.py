"""What councils said of their months: the officer's comment, and the reasons given for doubtful figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpis import doubts
from kpis.models import ReturnVersion
from kpis.record import Record

if TYPE_CHECKING:
    from portal.models import Council


@dataclass(frozen=True, slots=True)
class Note:
    """One council's month: its comment and its reasons, and whether it was entered for a month before the portal."""

    council: Council
    month: date
    comment: str
    reasons: tuple[doubts.Doubt, ...]
    version: ReturnVersion

    @property
    def is_backfilled(self) -> bool:
        return self.version.origin == ReturnVersion.Origin.BACKFILLED


def of(record: Record, code: str = "") -> list[Note]:
    """Months of the record about which something was said, newest first. `code` keeps to one indicator's reasons."""
    reasons: dict[tuple[int, date], list[doubts.Doubt]] = {}
    for kind in doubts.collect(record).kinds:
        for doubt in kind.doubts:
            if doubt.finding.reason.strip() and code in ("", doubt.indicator.code):
                reasons.setdefault((doubt.council.pk, doubt.month), []).append(doubt)
    found = []
    for month in reversed(record.months):
        for council in record.members:
            version = record.versions.get((council.pk, month))
            if version is None:
                continue
            said = tuple(reasons.get((council.pk, month), ()))
            if version.comment.strip() or said:
                found.append(Note(council, month, version.comment.strip(), said, version))
    return found
