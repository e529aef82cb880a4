"""One figure for the whole run of months, council by council, and how it was worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kpis import aggregation, per_head, wording
from kpis.aggregation import Aggregate, Rate
from kpis.models import Indicator
from kpis.record import ALL, Record
from portal.words import listed

if TYPE_CHECKING:
    from portal.models import Council

_HOW = {
    "sum": "Months added",
    "last month": "As at the end of the last month",
    "counts": "From the counts of all months",
    "per head": "Divided by the headcount",
    "of two": "From the two figures of all months",
}
NO_COUNTS = "The counts behind it were not reported."
NOT_ASKED = "It was not asked for in these months."
NOT_A_SUM = "A figure of this kind cannot be put together from months."
# More months than this are counted instead of named.
NAMED_MONTHS = 4


@dataclass(frozen=True, slots=True)
class WholeRow:
    """`figures` has one text per council, "" where there is none, and `amounts` their numbers; `how` says how, or why
    not."""

    indicator: Indicator
    name: str
    amounts: tuple[Decimal | None, ...]
    figures: tuple[str, ...]
    how: str

    @property
    def is_available(self) -> bool:
        return any(self.figures)


def rows(record: Record, councils: Sequence[Council] | None = None, is_per_hundred: bool = False) -> list[WholeRow]:
    """A row for each indicator, with a figure for each of the councils: those that are shown, where none are named.

    `is_per_hundred` divides counts by the headcount, for every 100 employees.
    """
    shown = record.councils if councils is None else councils
    return [
        _row(record, indicator, shown, is_per_hundred and per_head.is_counted(indicator))
        for indicator in record.indicators
    ]


def _row(record: Record, indicator: Indicator, councils: Sequence[Council], is_per_hundred: bool) -> WholeRow:
    work_out = _per_hundred if is_per_hundred else aggregate
    found = {
        council: work_out(record, indicator, council)
        for council in councils
        if not record.is_hidden(indicator, council)
    }
    decimals = per_head.DECIMALS if is_per_hundred else indicator.decimals
    unit = Indicator.Unit.RATIO if is_per_hundred else indicator.unit
    amounts = tuple(one.rounded(decimals) if (one := found.get(council)) is not None else None for council in councils)
    figures = tuple(
        wording.amount(amount, unit, decimals) if council in found else wording.WITHHELD
        for council, amount in zip(councils, amounts, strict=True)
    )
    name = per_head.name_of(indicator) if is_per_hundred else indicator.name
    return WholeRow(indicator, name, amounts, figures, _how(record, indicator, found))


def _per_hundred(record: Record, indicator: Indicator, council: Council) -> Aggregate | None:
    whole = aggregate(record, indicator, council)
    if whole is None or whole.basis not in ("sum", "last month"):
        return None
    heads = [record.headcount(council, month) for month in record.months]
    one = aggregation.per_head(whole, [None if head is None else head.employees for head in heads])
    exact = None if one.exact is None else per_head.HUNDRED * one.exact
    return replace(one, exact=exact, partial=exact)


def aggregate(record: Record, indicator: Indicator, council: Council) -> Aggregate | None:
    """The figure of the run; None for what cannot be put together from months at all."""
    if indicator.source == Indicator.Source.PER_EMPLOYEE:
        if indicator.measured_on_id is None:
            return None
        whole = aggregate(record, record.known[indicator.measured_on_id], council)
        if whole is None or whole.basis not in ("sum", "last month"):
            return None
        heads = [record.headcount(council, month) for month in record.months]
        return aggregation.per_head(whole, [None if head is None else head.employees for head in heads])
    if indicator.source in (Indicator.Source.RATE, Indicator.Source.DIFFERENCE):
        return _of_two(record, indicator, council)
    # A quarterly figure is not missing in the months between.
    months = [month for month in record.months if record.definitions[indicator.code].is_asked(month)]
    if not months:
        return Aggregate(None, None, "sum", reason=NOT_ASKED)
    cells = {month: cell for month in months if (cell := record.cell(indicator, council, month)) is not None}
    if indicator.across == Indicator.Across.RATE:
        # A month in which nothing was measured has no figure; it adds nothing to either count.
        rates = {
            month: Rate(0, 0)
            if cell.amount is None and cell.denominator is None and not cell.lack
            else Rate(cell.numerator, cell.denominator)
            for month, cell in cells.items()
        }
        return aggregation.rate(months, rates)
    amounts = {month: cell.amount for month, cell in cells.items() if cell.amount is not None}
    if indicator.across == Indicator.Across.LAST:
        return aggregation.at_end(months, amounts)
    return aggregation.total(months, amounts) if indicator.unit != Indicator.Unit.RATIO else None


def _of_two(record: Record, indicator: Indicator, council: Council) -> Aggregate | None:
    """A rate or a difference that is worked out: from its two figures for the whole run."""
    keys = (indicator.numerator_of_id, indicator.measured_on_id)
    two = [aggregate(record, record.known[key], council) for key in keys if key is not None]
    first, second = (*two, None, None)[:2]
    if first is None or second is None:
        return None
    if indicator.source == Indicator.Source.DIFFERENCE:
        return aggregation.difference(first, second)
    return aggregation.quotient(first, second, percent=indicator.unit == Indicator.Unit.PERCENT)


def _how(record: Record, indicator: Indicator, found: Mapping[Council, Aggregate | None]) -> str:
    """How the figures were worked out; where some or all are not available, why not."""
    reasons = {
        council.short_name: _reason(record, indicator, council, one)
        for council, one in found.items()
        if one is None or one.exact is None
    }
    if not reasons:
        return _HOW[next(one.basis for one in found.values() if one is not None)] if found else ""
    concerned: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        concerned.setdefault(reason, []).append(name)
    if len(found) == 1 or list(concerned) == [NOT_A_SUM]:
        return next(iter(concerned))
    for names in concerned.values():
        # What keeps single councils from a figure keeps all of them together from it.
        if len(names) > 1 and ALL.short_name in names:
            names.remove(ALL.short_name)
    return " ".join(f"{listed(names)}: {reason[:1].lower()}{reason[1:]}" for reason, names in concerned.items())


def _reason(record: Record, indicator: Indicator, council: Council, one: Aggregate | None) -> str:
    if one is None:
        return NOT_A_SUM
    cells = [record.cell(indicator, council, month) for month in record.months]
    lacks = [cell.lack for cell in cells if cell is not None and cell.lack]
    if lacks:
        return lacks[0]
    lacks_counts = any(cell is not None and cell.amount is not None and cell.denominator is None for cell in cells)
    if indicator.across == Indicator.Across.RATE and lacks_counts:
        return NO_COUNTS
    if len(one.missing) > NAMED_MONTHS:
        return f"{len(one.missing)} months are not reported."
    return one.reason
