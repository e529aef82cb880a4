"""Figures in rows: for the download of the dashboard, and for the table of one indicator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from kpis import typed, wording
from kpis.models import Indicator, ReturnVersion
from kpis.record import Cell, Record
from portal.figures import Printed

if TYPE_CHECKING:
    from portal.models import Council

HEADINGS = (
    "Month",
    "Council",
    "Code",
    "Indicator",
    "Group",
    "Unit",
    "Figure",
    "As reported",
    "Worked out",
    "In time",
    "Measured",
    "Target",
    "Result",
    "State",
    "Figures check",
)


def rows(record: Record) -> Iterator[tuple[Any, ...]]:
    """One row per month, council and indicator; a month that is not reported has its rows too, and says so."""
    for month in record.months:
        for council in record.councils:
            version = record.versions.get((council.pk, month))
            for indicator in record.indicators:
                cell = record.cell(indicator, council, month)
                target = record.target(indicator, council, month)
                yield (
                    f"{month:%Y-%m}",
                    council.short_name,
                    indicator.code,
                    indicator.name,
                    indicator.group,
                    indicator.get_unit_display(),
                    _number(cell.amount if cell else None, indicator),
                    cell.typed if cell else "",
                    _number(cell.worked_out if cell else None, indicator),
                    cell.numerator if cell else None,
                    cell.denominator if cell else None,
                    target.value.normalize() if target else None,
                    record.result(indicator, council, month).capitalize(),
                    version.get_state_display() if version else wording.NOT_REPORTED,
                    " ".join(finding.message for finding in cell.findings) if cell else "",
                )


def _number(value: Decimal | None, indicator: Indicator) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-indicator.decimals), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class IndicatorCell:
    council: Council
    version: ReturnVersion | None
    cell: Cell | None
    result: str
    figure: str

    @property
    def as_typed(self) -> str:
        """What was reported, where it says more than the figure with the indicator's decimals does."""
        if self.cell is None or not self.cell.typed or not self.figure:
            return ""
        reported, shown = (Printed.read(typed.plain(text)).value for text in (self.cell.typed, self.figure))
        return self.cell.typed if reported != shown else ""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    month: date
    cells: tuple[IndicatorCell, ...]


def indicator_rows(record: Record, indicator: Indicator) -> list[IndicatorRow]:
    """Month by month, newest first, what each council reported and in which state it is."""
    return [
        IndicatorRow(
            month,
            tuple(
                IndicatorCell(
                    council,
                    record.versions.get((council.pk, month)),
                    record.cell(indicator, council, month),
                    record.result(indicator, council, month),
                    wording.amount(record.amount(indicator, council, month), indicator.unit, indicator.decimals),
                )
                for council in record.councils
            ),
        )
        for month in reversed(record.months)
    ]
