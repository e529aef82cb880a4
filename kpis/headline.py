"""What the figures of a run of months say, in a sentence or two: the heading of the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kpis import wording
from kpis.models import Indicator
from kpis.record import MET, MISSED, NEAR, Record
from portal.words import counted, listed

if TYPE_CHECKING:
    from portal.models import Council

# A rate of a handful of cases, or a count of them, moves far by chance: it heads no page.
FEWEST_CASES = 20


@dataclass(frozen=True, slots=True)
class Headline:
    title: str
    lede: str


@dataclass(frozen=True, slots=True)
class Change:
    """From the month before the last to the last. `gain` is positive for the better, relative to where it stood."""

    indicator: Indicator
    council: Council
    before: Decimal
    now: Decimal
    is_small: bool

    @property
    def is_better(self) -> bool:
        return (self.now > self.before) == (self.indicator.direction == Indicator.Direction.INCREASE)

    @property
    def size(self) -> Decimal:
        return abs(self.now - self.before) / abs(self.before) if self.before else Decimal(0)

    def words(self) -> str:
        decimals = self.indicator.decimals
        change = wording.amount(abs(self.now - self.before), self.indicator.unit, decimals)
        percent = self.indicator.unit == Indicator.Unit.PERCENT
        name = self.indicator.short_name or self.indicator.name
        direction = "up" if self.now > self.before else "down"
        return (
            f"{name[:1].lower()}{name[1:]} in {self.council}, {direction} by {change}{' points' if percent else ''} "
            f"to {wording.amount(self.now, self.indicator.unit, decimals)}{'%' if percent else ''}"
        )


def say(record: Record) -> Headline:
    """The heading and its lede, by what matters most: nothing reported, targets missed, then what changed."""
    month = wording.month(record.months[-1])
    reported = [council for council in record.councils if record.is_reported(council, record.months[-1])]
    missing = _missing(record.missing(record.months[:-1]))
    if not reported:
        return Headline(f"No council has reported {month}", missing)
    results = [
        (council, record.result(indicator, council, record.months[-1]))
        for council in record.councils
        for indicator in record.indicators
    ]
    with_target = [(council, result) for council, result in results if result]
    if with_target:
        title, lede = _against_targets(with_target, month)
    else:
        title, lede = _by_change(_changes(record), month)
    absent = [council.short_name for council in record.councils if council not in reported]
    if absent:
        verb = "has" if len(absent) == 1 else "have"
        return Headline(f"{listed(absent)} {verb} not reported {month}", _join(f"{title}.", lede, missing))
    return Headline(title, _join(lede, missing))


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _against_targets(results: list[tuple[Council, str]], month: str) -> tuple[str, str]:
    missed = [council.short_name for council, result in results if result == MISSED]
    near = sum(result == NEAR for _, result in results)
    met = sum(result == MET for _, result in results)
    every = counted(len(results), "result")
    if not missed:
        title = (
            f"All {every} met their target in {month}" if not near else f"None of {every} missed its target in {month}"
        )
        return title, f"{counted(met).capitalize()} met it, {counted(near)} came near." if near else ""
    share = f"{counted(len(missed)).capitalize()} of {every}"
    by_council = [
        f"{name} missed {counted(missed.count(name))}" if position == 0 else f"{name} {counted(missed.count(name))}"
        for position, name in enumerate(sorted(set(missed), key=lambda name: (-missed.count(name), name)))
    ]
    return f"{share} missed {'its' if len(missed) == 1 else 'their'} target in {month}", f"{listed(by_council)}."


def _changes(record: Record) -> list[Change]:
    """Every entered figure for which one direction is better, and which stands in both of the last two months."""
    last = record.months[-1]
    counts = {indicator.pk: indicator for indicator in record.indicators}
    changes = []
    for council in record.councils:
        for indicator in record.indicators:
            if indicator.direction == Indicator.Direction.NEUTRAL or not indicator.is_typed:
                continue
            before = record.month_before(indicator)
            now, then = record.amount(indicator, council, last), record.amount(indicator, council, before)
            if now is None or then is None:
                continue
            cases = [now, then]
            if indicator.unit != Indicator.Unit.COUNT and indicator.measured_on_id is not None:
                count = counts[indicator.measured_on_id]
                cases = [record.amount(count, council, month) or Decimal(0) for month in (last, before)]
            changes.append(Change(indicator, council, then, now, is_small=min(cases) < FEWEST_CASES))
    return changes


def _by_change(changes: list[Change], month: str) -> tuple[str, str]:
    if not changes:
        return f"Figures for {month}", ""
    moved = [change for change in changes if change.now != change.before]
    worse = [change for change in moved if not change.is_better]
    better = [change for change in moved if change.is_better]
    share = f"{_number(len(worse)).capitalize()} of {len(changes)} figures"
    title = f"{share} got worse in {month}, {_number(len(better))} got better"
    furthest = [
        f"Furthest for the {word}: {max(large, key=lambda change: change.size).words()}."
        for word, side in (("worse", worse), ("better", better))
        if (large := [change for change in side if not change.is_small])
    ]
    return title, " ".join(furthest)


def _number(number: int) -> str:
    return counted(number) if number else "none"


def _missing(missing: list[tuple[date, Council]]) -> str:
    """Which returns are missing, in a sentence; by number where there are many."""
    if not missing:
        return ""
    if len(missing) > 3:
        return f"{counted(len(missing)).capitalize()} returns of the months before are missing."
    named = listed([f"{council.short_name}, {wording.month(month)}" for month, council in missing])
    return f"Not reported: {named}."
