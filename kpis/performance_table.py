"""The performance table: indicators by month and council, as plain JSON from which pages and papers are drawn.

Numbers are strings, as they are to be printed; a stored copy therefore prints the same for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kpis import wording
from kpis.models import FigureFinding, Indicator
from kpis.record import ALL, Cell, Record
from portal.charts.spec import trimmed
from portal.words import counted, listed

if TYPE_CHECKING:
    from portal.models import Council

Data = dict[str, Any]

# The name under which papers carry the table.
BLOCK = "kpis.performance_table"


def collect(record: Record, codes: Collection[str] | None = None, *, with_totals: bool = False) -> Data:
    """The table of a record. `codes` names the indicators that are wanted; all of them otherwise.

    `with_totals` adds a column for all councils together. It is there in any case where an indicator's councils are
    withheld, since nothing else of it can be shown.
    """
    indicators = [one for one in record.indicators if codes is None or one.code in codes]
    withheld = [one for one in indicators if one.code in record.hidden]
    councils = record.columns if with_totals or withheld else record.councils
    groups = [
        _group(record, name, list(members), councils)
        for name, members in groupby(indicators, key=lambda one: one.group)
    ]
    rows = [row for group in groups for row in group["rows"]]
    return {
        "span": wording.span(record.months[0], record.months[-1]),
        "months": [{"key": f"{month:%Y-%m}", "name": wording.month(month)} for month in record.months],
        "councils": [{"slug": council.slug, "name": council.short_name} for council in councils],
        "groups": groups,
        "withheld": [one.name for one in withheld],
        "lacks": _lacks(record, indicators) if len(councils) > len(record.councils) else [],
        "has_targets": any(row["target"] for row in rows),
        "has_worked_out": any(cell["worked_out"] for row in rows for month in row["months"] for cell in month),
        "is_inferred": any(
            headcount is not None and headcount.basis == headcount.Basis.INFERRED
            for headcount in (record.headcount(council, record.months[-1]) for council in record.councils)
        ),
        "missing": [
            {"month": wording.month(month), "council": council.short_name} for month, council in record.missing()
        ],
        "impossible": _impossible(record, indicators),
    }


def _lacks(record: Record, indicators: list[Indicator]) -> list[str]:
    """Why figures of all councils are not available: each reason once, with its indicators where they are few."""
    found: dict[str, list[str]] = {}
    for indicator in indicators:
        for month in record.months:
            cell = record.cell(indicator, ALL, month)
            if cell is not None and cell.lack and indicator.name not in found.setdefault(cell.lack, []):
                found[cell.lack].append(indicator.name)
    few = 3
    return [
        f"{listed(names) if len(names) <= few else counted(len(names), 'indicator').capitalize()}: "
        f"{reason[:1].lower()}{reason[1:]}"
        for reason, names in found.items()
    ]


def _group(record: Record, name: str, indicators: list[Indicator], councils: Sequence[Council]) -> Data:
    return {
        "name": wording.group_heading(name, [indicator.unit for indicator in indicators]),
        "rows": [_row(record, indicator, councils) for indicator in indicators],
    }


def _row(record: Record, indicator: Indicator, councils: Sequence[Council]) -> Data:
    return {
        "code": indicator.code,
        "name": indicator.name,
        "is_total": bool(record.definitions[indicator.code].parts),
        "target": _targets(record, indicator),
        "months": [[cell_of(record, indicator, council, month) for council in councils] for month in record.months],
    }


def _targets(record: Record, indicator: Indicator) -> str:
    """The target of the last month, "varies" where the run or its councils have several, "" without any."""
    values = {
        target.value
        for council in record.members
        for month in record.months
        if (target := record.target(indicator, council, month)) is not None
    }
    if len(values) > 1:
        return "varies"
    return trimmed(values.pop()) if values else ""


def cell_of(record: Record, indicator: Indicator, council: Council, month: date) -> Data:
    """text: the figure; "" where it does not apply. worked_out: ours, beside a published one that is not the same.
    missing: the text says why there is no figure."""
    cell = record.cell(indicator, council, month)
    if record.is_hidden(indicator, council) and record.is_reported(council, month):
        return _without(wording.WITHHELD)
    if cell is None and not record.definitions[indicator.code].is_asked(month):
        # Between quarters nothing is missing.
        return _without("") | {"missing": False}
    if cell is None:
        return _without(wording.NOT_REPORTED)
    if cell.lack:
        return _without(wording.NOT_AVAILABLE)
    return {
        "text": wording.amount(cell.amount, indicator.unit, indicator.decimals),
        "missing": False,
        "result": record.result(indicator, council, month),
        "worked_out": _beside(cell, indicator),
        "impossible": cell.is_impossible,
    }


def _without(text: str) -> Data:
    return {"text": text, "missing": True, "result": "", "worked_out": "", "impossible": False}


def _beside(cell: Cell, indicator: Indicator) -> str:
    return wording.amount(cell.worked_out, indicator.unit, indicator.decimals) if cell.typed else ""


def _impossible(record: Record, indicators: list[Indicator]) -> list[Data]:
    """The figures that cannot be true, month by month, with what the figures check says of them."""
    found = []
    for month in record.months:
        for council in record.councils:
            for indicator in indicators:
                cell = record.cell(indicator, council, month)
                for finding in cell.findings if cell is not None else ():
                    if finding.severity == FigureFinding.Severity.ERROR:
                        found.append(
                            {
                                "month": wording.month(month),
                                "key": f"{month:%Y-%m}",
                                "council": council.short_name,
                                "slug": council.slug,
                                "indicator": indicator.name,
                                "message": finding.message,
                            }
                        )
    return found
