"""Everything the dashboard shows, from a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Min

from kpis import (
    doubts,
    headline,
    inference,
    month_notes,
    per_head,
    performance_table,
    policies,
    questions,
    trend_totals,
    trends,
    whole_period,
    wording,
)
from kpis.aggregation import months_from
from kpis.models import Indicator, Return, month_of
from kpis.record import MISSED, NEAR, Record
from portal import blocks, clock
from portal.charts.spec import trimmed
from portal.models import FrozenBlock
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council, Partnership

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
    """`record` has every council and the figures as counted, `shown` the councils and figures that the table shows."""

    run: Run
    span: str
    headline: headline.Headline
    topics: tuple[questions.Topic, ...]
    shortfalls: tuple[CouncilShortfalls, ...]
    table: dict[str, Any]
    whole: tuple[whole_period.WholeRow, ...]
    doubts: doubts.Doubts
    inferences: tuple[inference.Inference, ...]
    trends: tuple[trends.Trend, ...]
    notes: tuple[month_notes.Note, ...]
    bases: tuple[per_head.Basis, ...]
    record: Record
    shown: Record
    can_be_per_hundred: bool


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


def usual_run(partnership: Partnership, months: int = USUAL_MONTHS) -> Run:
    """The last months up to the newest with figures."""
    choices, last = months_of(partnership)
    until = choices.index(last)
    return Run(choices, choices[until : until + months][-1], last)


def build(
    loaded: Record,
    run: Run,
    *,
    councils: Sequence[Council] | None = None,
    is_per_hundred: bool = False,
    reported: questions.Reported | None = None,
) -> Dashboard:
    """All of the page out of what is loaded. `councils` are set side by side; every council where none are named."""
    side_by_side = loaded.showing(councils) if councils is not None else loaded
    shown = per_head.per_hundred(side_by_side) if is_per_hundred else side_by_side
    units = {one.code: per_head.UNIT for one in loaded.indicators if is_per_hundred and per_head.is_counted(one)}
    drawn = trend_totals.drawn(shown, units=units)
    several = len(loaded.months) > 1
    return Dashboard(
        run=run,
        span=wording.span(run.first, run.last),
        headline=headline.say(loaded),
        topics=tuple(questions.topics(loaded, drawn, reported)),
        shortfalls=shortfalls(loaded),
        table=performance_table.collect(shown, with_totals=True),
        whole=tuple(whole_period.rows(side_by_side, side_by_side.columns, is_per_hundred)) if several else (),
        doubts=doubts.collect(loaded),
        inferences=tuple(inference.infer(side_by_side)),
        trends=tuple(drawn),
        notes=tuple(month_notes.of(loaded)),
        bases=tuple(per_head.bases(side_by_side)) if is_per_hundred else (),
        record=loaded,
        shown=shown,
        can_be_per_hundred=per_head.is_possible(loaded),
    )


def last_reported(partnership: Partnership) -> questions.Reported | None:
    """The performance table that the last meeting had before it, if one had. One query."""
    frozen = blocks.in_use(FrozenBlock.objects.filter(partnership=partnership, kind=performance_table.BLOCK))
    past = frozen.filter(reported_on__lte=clock.today(partnership))
    latest = past.order_by("-reported_on", "-frozen_at", "-pk").first()
    return questions.Reported(latest.reported_to, latest.reported_on, latest.data) if latest is not None else None


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
