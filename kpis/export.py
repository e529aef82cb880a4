"""Figures in rows: for the download of the dashboard, and for the table of one indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from kpis import typed, whole_period, wording
from kpis.models import Indicator, ReturnVersion
from kpis.record import ALL, Cell, Record
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
    "Reasons given",
)


def rows(
    record: Record, whole: Iterable[whole_period.WholeRow] = (), councils: Sequence[Council] | None = None
) -> Iterator[tuple[Any, ...]]:
    """One row per month, council and indicator, all councils together being one more, then the rows of the whole run.

    A month that is not reported has its rows too, and says so; so has a figure that is withheld from the reader.
    """
    columns = record.columns if councils is None else councils
    for month in record.months:
        for council in columns:
            for indicator in record.indicators:
                yield _row(record, indicator, council, month)
    span = f"{record.months[0]:%Y-%m} to {record.months[-1]:%Y-%m}"
    for row in whole:
        for council, amount, figure in zip(columns, row.amounts, row.figures, strict=True):
            about = (row.indicator.code, row.name, row.indicator.group, row.indicator.get_unit_display())
            state = figure if amount is None and figure else row.how
            yield (span, council.short_name, *about, amount, *[None] * 6, state, None, None)


def _row(record: Record, indicator: Indicator, council: Council, month: date) -> tuple[Any, ...]:
    cell = record.cell(indicator, council, month)
    target = record.target(indicator, council, month)
    findings = cell.findings if cell else ()
    return (
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
        # Without an exponent: 90 is 9E+1 once it is cut.
        Decimal(f"{target.value.normalize():f}") if target else None,
        record.result(indicator, council, month).capitalize(),
        _state(record, indicator, council, month, cell),
        " ".join(finding.message for finding in findings),
        " ".join(finding.reason for finding in findings if finding.reason),
    )


def _state(record: Record, indicator: Indicator, council: Council, month: date, cell: Cell | None) -> str:
    """The state of the return, or why there is no figure. Months entered afterwards say so."""
    if council.pk == ALL.pk:
        return cell.lack if cell is not None else wording.NOT_REPORTED
    version = record.versions.get((council.pk, month))
    if version is None:
        return wording.NOT_REPORTED
    if record.is_hidden(indicator, council):
        return wording.WITHHELD
    afterwards = version.origin == ReturnVersion.Origin.BACKFILLED
    return f"{version.get_state_display()}{', entered afterwards' if afterwards else ''}"


def _number(value: Decimal | None, indicator: Indicator) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(1).scaleb(-indicator.decimals), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class IndicatorCell:
    """`why` says why there is no figure."""

    council: Council
    version: ReturnVersion | None
    cell: Cell | None
    result: str
    figure: str
    why: str = ""

    @property
    def is_of_all(self) -> bool:
        return self.council.pk == ALL.pk

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
    """Month by month, newest first, what each council reported and in which state it is, and what all come to."""
    return [
        IndicatorRow(month, tuple(_indicator_cell(record, indicator, council, month) for council in record.columns))
        for month in reversed(record.months)
    ]


def _indicator_cell(record: Record, indicator: Indicator, council: Council, month: date) -> IndicatorCell:
    cell = record.cell(indicator, council, month)
    why = ""
    if record.is_hidden(indicator, council) and record.is_reported(council, month):
        why = wording.WITHHELD
    elif cell is None:
        why = wording.NOT_REPORTED
    elif cell.lack:
        why = f"{wording.NOT_AVAILABLE}. {cell.lack}"
    return IndicatorCell(
        council,
        record.versions.get((council.pk, month)),
        cell,
        record.result(indicator, council, month),
        wording.amount(record.amount(indicator, council, month), indicator.unit, indicator.decimals),
        why,
    )
