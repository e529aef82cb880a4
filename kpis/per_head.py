"""Counts per 100 employees, so that councils of different size can be set side by side."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from kpis.models import Indicator
from kpis.record import ALL, Cell, Record
from portal.models import Headcount

if TYPE_CHECKING:
    from portal.models import Council

HUNDRED = 100
DECIMALS = 2
UNIT = f"Number per {HUNDRED} employees"
NO_HEADCOUNT = "No headcount is known."


@dataclass(frozen=True, slots=True)
class Basis:
    """The headcount that a council's counts are divided by; `others` where it was another in some of the months."""

    council: Council
    headcount: Headcount | None
    others: bool

    @property
    def is_inferred(self) -> bool:
        return self.headcount is not None and self.headcount.basis == Headcount.Basis.INFERRED


def is_counted(indicator: Indicator) -> bool:
    return indicator.unit == Indicator.Unit.COUNT and indicator.source != Indicator.Source.PER_EMPLOYEE


def name_of(indicator: Indicator) -> str:
    return f"{indicator.name} per {HUNDRED} employees"


def is_possible(record: Record) -> bool:
    """Whether any council's headcount is known in the months shown."""
    return any(record.headcount(council, month) for council in record.members for month in record.months)


def bases(record: Record) -> list[Basis]:
    found = []
    for council in record.councils or record.members:
        own = [record.headcount(council, month) for month in record.months]
        dates = {one.valid_from for one in own if one is not None}
        found.append(Basis(council, own[-1], others=len(dates) > 1 or (None in own and bool(dates))))
    return found


def per_hundred(record: Record) -> Record:
    """The same record with its counts per 100 employees of the month's headcount.

    What was reported stands beside nothing here, and a target for a count is none for this figure.
    """
    scaled = {indicator.code: _scaled(indicator) for indicator in record.indicators if is_counted(indicator)}
    councils = {council.pk: council for council in (*record.members, ALL)}
    heads = {(pk, month): record.headcount(councils[pk], month) for _, pk, month in record.cells}
    cells = {
        (code, pk, month): _divided(cell, heads[pk, month]) if code in scaled else cell
        for (code, pk, month), cell in record.cells.items()
    }
    counted = {indicator.pk for indicator in record.indicators if indicator.code in scaled}
    return replace(
        record,
        indicators=tuple(scaled.get(indicator.code, indicator) for indicator in record.indicators),
        definitions={
            code: replace(one, unit="ratio", decimals=DECIMALS) if code in scaled else one
            for code, one in record.definitions.items()
        },
        cells=cells,
        targets={key: targets for key, targets in record.targets.items() if key not in counted},
    )


def _scaled(indicator: Indicator) -> Indicator:
    one = copy.copy(indicator)
    one.unit, one.decimals = Indicator.Unit.RATIO, DECIMALS
    one.name = name_of(indicator)
    return one


def _divided(cell: Cell, headcount: Headcount | None) -> Cell:
    if cell.amount is None:
        return Cell(None, findings=cell.findings, lack=cell.lack)
    if headcount is None:
        return Cell(None, findings=cell.findings, lack=NO_HEADCOUNT)
    exact = HUNDRED * cell.amount / headcount.employees
    return Cell(exact.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP), findings=cell.findings)
