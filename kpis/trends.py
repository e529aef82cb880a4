"""Trends: one small chart per council and indicator, all on one scale, from plain JSON that can be stored.

`collect` reads a record and works out limits and marks; `trends` makes chart specs of what it returned. Limits rest on
the months that the record holds before those shown as well: what is normal does not follow from how many months a
reader asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from kpis import limit_words, limits, spc, wording
from kpis.models import Indicator
from kpis.record import Record
from portal.charts.limits import Band, Stage, Verdict
from portal.charts.scales import side_by_side
from portal.charts.spec import Chart, Mark, Period, Series, trimmed
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


@dataclass(frozen=True, slots=True)
class _Source:
    """The months shown and, in the same record, those before them."""

    shown: Record

    def asked(self, indicator: Indicator) -> tuple[list[date], list[date]]:
        """The months before and those shown in which the indicator is asked for: of a quarterly one every third."""
        before = [month for month in self.shown.earlier if self.shown.is_asked(indicator, month)]
        shown = [month for month in self.shown.months if self.shown.is_asked(indicator, month)]
        return before, shown or list(self.shown.months)


def collect(shown: Record, codes: Collection[str] | None = None) -> Data:
    """Trends of the record's months, as JSON. No query: the record holds the months before them and where limits begin
    anew."""
    source = _Source(shown)
    return {
        "span": wording.span(shown.months[0], shown.months[-1]),
        "months": [f"{month:%Y-%m}" for month in shown.months],
        "indicators": [
            _indicator(source, indicator) for indicator in shown.indicators if codes is None or indicator.code in codes
        ],
    }


def _indicator(source: _Source, indicator: Indicator) -> Data:
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
        "frequency": indicator.frequency,
        "months": [f"{month:%Y-%m}" for month in source.asked(indicator)[1]],
        "series": [_series(source, indicator, council) for council in source.shown.councils],
    }


def _series(source: _Source, indicator: Indicator, council: Council) -> Data:
    shown, (earlier, asked) = source.shown, source.asked(indicator)
    months = [*earlier, *asked]
    values = [shown.amount(indicator, council, month) for month in months]
    targets = [shown.target(indicator, council, month) for month in asked]
    last_target = targets[-1].value if targets[-1] is not None else None
    cuts = limits.cuts(shown.rebases.get(indicator.pk, ()), council.pk, months)
    read = spc.xmr(
        values,
        direction=shown.definitions[indicator.code].direction,
        target=last_target,
        screen=indicator.screens_limits,
        rebases=cuts.rebases,
        baseline=cuts.baseline,
    )
    offset = len(earlier)
    stages = [_stage(one, offset, cuts) for one in read.segments if one.last >= offset]
    now = stages[-1]
    suffix = "%" if indicator.unit == Indicator.Unit.PERCENT else ""
    target = f"{trimmed(last_target)}{suffix}" if last_target is not None else ""
    return {
        "council": council.short_name,
        "values": [_plain(value) for value in values[offset:]],
        "targets": [None if target is None else _plain(target.value) for target in targets],
        "result": shown.result(indicator, council, asked[-1]),
        "reported": shown.is_reported(council, asked[-1]),
        "mean": now["mean"],
        "lower": now["lower"],
        "upper": now["upper"],
        "provisional": read.provisional,
        "count": read.count,
        "marks": [point.variation for point in read.points[offset:]],
        "stages": stages,
        "reading": limit_words.sentence(read, months, target=target, step=indicator.frequency),
        "verdicts": [asdict(verdict) for verdict in limit_words.verdicts(read)],
    }


def _stage(one: spc.Segment, offset: int, cuts: limits.Cuts) -> Data:
    """One segment as far as it is shown. A note says why limits begin anew where that is in sight."""
    has_limits = one.count >= FEWEST_FOR_LIMITS and one.lower is not None
    return {
        "first": max(0, one.first - offset),
        "last": one.last - offset,
        "mean": _rounded(one.mean) if has_limits else None,
        "lower": _rounded(one.lower) if has_limits else None,
        "upper": _rounded(one.upper) if has_limits else None,
        "provisional": one.provisional,
        "note": cuts.reason(one.first) if one.first > offset else "",
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _rounded(value: float | None) -> str | None:
    """A limit is no figure of anybody's: four decimals are plenty."""
    return None if value is None else f"{Decimal(str(value)).quantize(Decimal('0.0001'), ROUND_HALF_UP):f}"


def trends(data: Data, *, with_provisional: bool = True) -> list[Trend]:
    """Chart specs of collected data. `with_provisional` draws limits that rest on too few months as well."""
    return [
        _trend(one, one.get("months", data["months"]), with_provisional=with_provisional) for one in data["indicators"]
    ]


def _trend(one: Data, keys: Sequence[str], *, with_provisional: bool) -> Trend:
    months = [date.fromisoformat(f"{key}-01") for key in keys]
    drawn = [_chart(one, series, months, with_provisional=with_provisional) for series in one["series"]]
    counts = {
        series["council"]: series["count"]
        for series in one["series"]
        if series["provisional"] and series["lower"] is not None
    }
    few = (
        f"Limits provisional: {_months_of(counts, one)} of {spc.MINIMUM_POINTS} {one.get('frequency', 'month')}s"
        if counts
        else ""
    )
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
        stages=_stages(series, len(months), with_provisional=with_provisional),
        reading=series.get("reading", ""),
        verdicts=tuple(Verdict(**verdict) for verdict in series.get("verdicts", ())),
        target=_target(targets),
        least=_known(one["least"]),
        most=_known(one["most"]),
    )


def _stages(series: Data, length: int, *, with_provisional: bool) -> tuple[Stage, ...]:
    """The limits as they are drawn. Data stored before limits could begin anew has one stage, said on its own."""
    whole = {**{name: series[name] for name in ("mean", "lower", "upper", "provisional")}, "note": ""}
    stages = []
    for one in series.get("stages") or [{**whole, "first": 0, "last": length - 1}]:
        drawn = one["lower"] is not None and (with_provisional or not one["provisional"])
        stages.append(
            Stage(
                one["first"],
                one["last"],
                Decimal(one["mean"]) if drawn else None,
                Band(Decimal(one["lower"]), Decimal(one["upper"]), provisional=one["provisional"]) if drawn else None,
                one["note"],
            )
        )
    return tuple(stages)


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
        extreme = "lowest" if last == min(known) else "highest"
        return f"{now}, the {extreme} of the {counted(len(known), one.get('frequency', 'month'))}"
    before = values[-2] if len(values) > 1 else None
    if before is None:
        return now
    if before == last:
        return f"unchanged at {now}"
    change = format_number(abs(last - before), one["decimals"]) + (" points" if one["suffix"] == "%" else "")
    return f"{'up' if last > before else 'down'} by {change}, to {now}"
