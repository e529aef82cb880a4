"""Everything the dashboard shows, from a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Min

from kpis import doubts, headline, inference, performance_table, policies, record, trends, whole_period, wording
from kpis.aggregation import months_from
from kpis.models import Indicator, Return, month_of
from kpis.record import MISSED, NEAR, Record
from portal import clock
from portal.charts.spec import trimmed
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council, Partnership
    from portal.permissions import Reader

# How many months are shown unless others are asked for.
USUAL_MONTHS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """The months that can be chosen, newest first, and those that are."""

    choices: tuple[date, ...]
    first: date
    last: date

    @property
    def ends(self) -> tuple[tuple[str, str, date], ...]:
        """Name, label and month of the two choices."""
        return ("from", "From", self.first), ("to", "To", self.last)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A result that is missed or near. `bar` and `tick` are lengths on a bar 200 long, for percentages."""

    indicator: Indicator
    result: str
    figure: str
    target: str
    change: str
    bar: Decimal | None
    tick: Decimal | None


@dataclass(frozen=True, slots=True)
class CouncilShortfalls:
    council: Council
    title: str
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    run: Run
    span: str
    headline: headline.Headline
    shortfalls: tuple[CouncilShortfalls, ...]
    table: dict[str, Any]
    whole: tuple[whole_period.WholeRow, ...]
    doubts: doubts.Doubts
    inferences: tuple[inference.Inference, ...]
    trends: tuple[trends.Trend, ...]
    record: Record


def months_of(partnership: Partnership) -> tuple[tuple[date, ...], date]:
    """The months that can be chosen, newest first, and the last one with a figure in force. One query.

    The current month is among them only once a figure of it is in force: until it has ended, nothing is missing.
    """
    in_force = Return.objects.filter(partnership=partnership, in_force__isnull=False)
    ends = in_force.aggregate(first=Min("period"), last=Max("period"))
    ended = policies.month_before(month_of(clock.today(partnership)))
    first = min(one for one in (partnership.reporting_from, ends["first"]) if one is not None)
    last = max(one for one in (first, ended, ends["last"]) if one is not None)
    return tuple(reversed(months_from(first, last))), ends["last"] or last


def usual_run(partnership: Partnership) -> Run:
    """The last four months up to the newest with figures."""
    choices, last = months_of(partnership)
    until = choices.index(last)
    return Run(choices, choices[until : until + USUAL_MONTHS][-1], last)


def build(partnership: Partnership, run: Run, reader: Reader | record.Audience) -> Dashboard:
    loaded = record.load(partnership, run.first, run.last, reader=reader)
    return Dashboard(
        run=run,
        span=wording.span(run.first, run.last),
        headline=headline.say(loaded),
        shortfalls=shortfalls(loaded),
        table=performance_table.collect(loaded),
        whole=tuple(whole_period.rows(loaded)) if len(loaded.months) > 1 else (),
        doubts=doubts.collect(loaded),
        inferences=tuple(inference.infer(loaded)),
        trends=tuple(trends.trends(trends.collect(loaded))),
        record=loaded,
    )


def shortfalls(loaded: Record) -> tuple[CouncilShortfalls, ...]:
    """Missed and near results of the last month: most missed first, and in each council furthest from target first."""
    month = loaded.months[-1]
    councils = []
    for council in loaded.councils:
        found = []
        for indicator in loaded.indicators:
            result = loaded.result(indicator, council, month)
            if result in (MISSED, NEAR):
                found.append(
                    (_distance(loaded, indicator, council, month), _shortfall(loaded, indicator, council, month))
                )
        if found:
            missed = sum(one.result == MISSED for _, one in found)
            near = len(found) - missed
            words = [f"{counted(missed)} missed"] * bool(missed) + [f"{counted(near)} near"] * bool(near)
            ordered = sorted(found, key=lambda one: (one[1].result != MISSED, -one[0]))
            councils.append(
                (
                    missed,
                    CouncilShortfalls(
                        council, f"{council.short_name}: {', '.join(words)}", tuple(one for _, one in ordered)
                    ),
                )
            )
    return tuple(one for _, one in sorted(councils, key=lambda pair: -pair[0]))


def _distance(loaded: Record, indicator: Indicator, council: Council, month: date) -> Decimal:
    """From the target, relative to it, so that counts and percentages can be put in one order."""
    target, amount = loaded.target(indicator, council, month), loaded.amount(indicator, council, month)
    if target is None or amount is None:
        return Decimal(0)
    return abs(amount - target.value) / abs(target.value) if target.value else abs(amount - target.value)


def _shortfall(loaded: Record, indicator: Indicator, council: Council, month: date) -> Shortfall:
    target, amount = loaded.target(indicator, council, month), loaded.amount(indicator, council, month)
    month_before = loaded.month_before(indicator)
    before = loaded.amount(indicator, council, month_before)
    suffix = "%" if indicator.unit == Indicator.Unit.PERCENT else ""
    change = ""
    if amount is not None and before is not None:
        size = wording.amount(abs(amount - before), indicator.unit, indicator.decimals)
        name = f"{month_before:%B}"
        change = f"as in {name}" if amount == before else f"{'up' if amount > before else 'down'} {size} on {name}"
    has_bar = indicator.unit == Indicator.Unit.PERCENT and target is not None and amount is not None
    return Shortfall(
        indicator=indicator,
        result=loaded.result(indicator, council, month),
        figure=f"{wording.amount(amount, indicator.unit, indicator.decimals)}{suffix}",
        target=f"{trimmed(target.value)}{suffix}" if target is not None else "",
        change=change,
        bar=2 * amount if has_bar and amount is not None else None,
        tick=2 * target.value - 1 if has_bar and target is not None else None,
    )
