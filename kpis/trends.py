"""Trends: one small chart per council and indicator, all on one scale, from plain JSON that can be stored.

`collect` reads a record and works out limits and marks; `charts` makes chart specs of what it returned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from kpis import spc, wording
from kpis.models import Indicator
from kpis.record import Record
from portal.charts.spec import Band, Chart, Mark, Period, Series, side_by_side, trimmed
from portal.numbers import format_number
from portal.words import counted, listed

if TYPE_CHECKING:
    from portal.models import Council

Data = dict[str, Any]

# Fewer points than this give no limits that mean anything, not even provisional ones.
FEWEST_FOR_LIMITS = 4
_MARKS = {"concern": Mark.CONCERN, "improvement": Mark.IMPROVEMENT}
_RANGES = {Indicator.Unit.PERCENT: ("0", "100"), Indicator.Unit.NET_SCORE: ("-100", "100")}
_UNITS = {
    Indicator.Unit.COUNT: "Number",
    Indicator.Unit.PERCENT: "Per cent",
    Indicator.Unit.RATIO: "Number for each employee",
    Indicator.Unit.SCORE: "Score",
    Indicator.Unit.NET_SCORE: "Score from −100 to 100",
    Indicator.Unit.CURRENCY: "Pounds",
    Indicator.Unit.DURATION: "Hours",
}


@dataclass(frozen=True, slots=True)
class Trend:
    """The charts of one indicator, council by council, and what is said above them."""

    code: str
    name: str
    caption: str
    provisional: str
    charts: tuple[Chart, ...]
    is_long: bool

    @property
    def has_marks(self) -> bool:
        return any(chart.has_marks for chart in self.charts)


def collect(record: Record, codes: Collection[str] | None = None) -> Data:
    return {
        "span": wording.span(record.months[0], record.months[-1]),
        "months": [f"{month:%Y-%m}" for month in record.months],
        "indicators": [
            _indicator(record, indicator) for indicator in record.indicators if codes is None or indicator.code in codes
        ],
    }


def _indicator(record: Record, indicator: Indicator) -> Data:
    least, most = _RANGES.get(Indicator.Unit(indicator.unit), ("0", None))
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": _UNITS[Indicator.Unit(indicator.unit)],
        "direction": indicator.direction,
        "decimals": indicator.decimals,
        "prefix": "£" if indicator.unit == Indicator.Unit.CURRENCY else "",
        "suffix": "%" if indicator.unit == Indicator.Unit.PERCENT else "",
        "least": least,
        "most": most,
        "series": [_series(record, indicator, council) for council in record.councils],
    }


def _series(record: Record, indicator: Indicator, council: Council) -> Data:
    values = [record.amount(indicator, council, month) for month in record.months]
    targets = [record.target(indicator, council, month) for month in record.months]
    last_target = targets[-1].value if targets[-1] is not None else None
    read = spc.xmr(values, direction=record.definitions[indicator.code].direction, target=last_target)
    limits = read.count >= FEWEST_FOR_LIMITS and read.lower is not None
    return {
        "council": council.short_name,
        "values": [_plain(value) for value in values],
        "targets": [None if target is None else _plain(target.value) for target in targets],
        "result": record.result(indicator, council, record.months[-1]),
        "reported": record.is_reported(council, record.months[-1]),
        "mean": _rounded(read.mean) if limits else None,
        "lower": _rounded(read.lower) if limits else None,
        "upper": _rounded(read.upper) if limits else None,
        "provisional": read.provisional,
        "count": read.count,
        "marks": [point.variation for point in read.points],
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _rounded(value: float | None) -> str | None:
    """A limit is no figure of anybody's: four decimals are plenty."""
    return None if value is None else f"{Decimal(str(value)).quantize(Decimal('0.0001'), ROUND_HALF_UP):f}"


def trends(data: Data, *, with_provisional: bool = True) -> list[Trend]:
    """Chart specs of collected data. `with_provisional` draws limits that rest on too few months as well."""
    return [_trend(one, data["months"], with_provisional=with_provisional) for one in data["indicators"]]


def _trend(one: Data, keys: Sequence[str], *, with_provisional: bool) -> Trend:
    months = [date.fromisoformat(f"{key}-01") for key in keys]
    drawn = [_chart(one, series, months, with_provisional=with_provisional) for series in one["series"]]
    counts = {
        series["council"]: series["count"]
        for series in one["series"]
        if series["provisional"] and series["lower"] is not None
    }
    few = f"Limits provisional: {_months_of(counts, one)} of {spc.MINIMUM_POINTS} months" if counts else ""
    caption = f"{one['unit']}. {Indicator.Direction(one['direction']).label}."
    if len(drawn) > 1:
        caption += f" One scale for the {counted(len(drawn))} councils."
    charts = side_by_side(drawn) if drawn else ()
    return Trend(one["code"], one["name"], caption, few, charts, is_long=len(months) > spc.MINIMUM_POINTS)


def _months_of(counts: Mapping[str, int], one: Data) -> str:
    """How many months the limits rest on: one number where it is that of every council, else each council's own."""
    if len(counts) == len(one["series"]) and len(set(counts.values())) == 1:
        return str(next(iter(counts.values())))
    return listed([f"{council} {count}" for council, count in counts.items()])


def _chart(one: Data, series: Data, months: Sequence[date], *, with_provisional: bool) -> Chart:
    values = tuple(None if value is None else Decimal(value) for value in series["values"])
    targets = tuple(None if value is None else Decimal(value) for value in series["targets"])
    show_limits = series["lower"] is not None and (with_provisional or not series["provisional"])
    band = (
        Band(Decimal(series["lower"]), Decimal(series["upper"]), provisional=series["provisional"])
        if show_limits
        else None
    )
    return Chart(
        title=f"{series['council']}: {_finding(one, series, values, months)}",
        subject=f"{one['name']}, {series['council']}",
        periods=tuple(Period.month(month.year, month.month) for month in months),
        series=(
            Series(
                series["council"],
                values,
                tuple(_MARKS.get(mark, Mark.NORMAL) for mark in series["marks"]),
            ),
        ),
        prefix=one["prefix"],
        suffix=one["suffix"],
        decimals=one["decimals"],
        band=band,
        mean=Decimal(series["mean"]) if band is not None else None,
        target=_target(targets),
        least=_known(one["least"]),
        most=_known(one["most"]),
    )


def _target(targets: tuple[Decimal | None, ...]) -> Decimal | tuple[Decimal | None, ...] | None:
    """One value where it never changes, which reads better than steps."""
    if all(target is None for target in targets):
        return None
    return targets[0] if len(set(targets)) == 1 else targets


def _known(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _finding(one: Data, series: Data, values: Sequence[Decimal | None], months: Sequence[date]) -> str:
    """What the last figure says, in a few words: without one, that it is missing."""
    last = values[-1]
    if last is None:
        return f"{'no figure for' if series['reported'] else 'not reported in'} {wording.month(months[-1])}"
    now = f"{one['prefix']}{format_number(last, one['decimals'])}{one['suffix']}"
    mark = series["marks"][-1] if not series["provisional"] else ""
    if mark in _MARKS:
        return f"{now}, a change {'to look into' if mark == 'concern' else 'for the better'}"
    if series["result"] and series["targets"][-1] is not None:
        goal = trimmed(Decimal(series["targets"][-1]))
        words = {"met": "meets the target of", "near": "near the target of", "missed": "misses the target of"}
        return f"{now}, {words[series['result']]} {goal}"
    known = [value for value in values if value is not None]
    if len(known) > 2 and known.count(last) == 1 and last in (min(known), max(known)):
        return f"{now}, the {'lowest' if last == min(known) else 'highest'} of the {counted(len(known))} months"
    before = values[-2] if len(values) > 1 else None
    if before is None:
        return now
    if before == last:
        return f"unchanged at {now}"
    change = format_number(abs(last - before), one["decimals"]) + (" points" if one["suffix"] == "%" else "")
    return f"{'up' if last > before else 'down'} by {change}, to {now}"
