"""What members could ask about the months shown: facts that stand out, each with the place where it is looked into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kpis import doubts, performance_table, trends, wording
from kpis.record import Record
from portal.charts.spec import Mark

if TYPE_CHECKING:
    from kpis.models import Indicator
    from portal.models import Council


class Kind(StrEnum):
    MISSING = "Not reported"
    IMPOSSIBLE = "Cannot be true"
    CHANGE = "Outside normal variation"
    SINCE = "Changed since a meeting"


# So many of a kind are listed; a sentence counts the rest.
LISTED = 6


@dataclass(frozen=True, slots=True)
class Question:
    """`council` and `month` say which return it leads to; where there is none it leads to the indicator's trend."""

    text: str
    council: Council | None = None
    month: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """All questions of a kind, the first of them in `listed`."""

    kind: Kind
    questions: tuple[Question, ...]
    about: str = ""

    @property
    def listed(self) -> tuple[Question, ...]:
        return self.questions[:LISTED]

    @property
    def rest(self) -> tuple[Question, ...]:
        return self.questions[LISTED:]


@dataclass(frozen=True, slots=True)
class Reported:
    """A performance table as a meeting had it: which meeting, its day, and the table as it was frozen."""

    meeting: str
    on: date
    table: Mapping[str, Any]


def topics(record: Record, drawn: Sequence[trends.Trend], reported: Reported | None) -> list[Topic]:
    """What there is to ask, kind by kind. `drawn` are the trends of the record."""
    found = [
        Topic(Kind.MISSING, tuple(_missing(record))),
        Topic(Kind.IMPOSSIBLE, tuple(_impossible(record))),
        Topic(Kind.CHANGE, tuple(_changes(drawn))),
    ]
    if reported is not None:
        found.append(Topic(Kind.SINCE, tuple(_since(record, reported)), f"Since the {reported.meeting}"))
    return [topic for topic in found if topic.questions]


def _missing(record: Record) -> Iterable[Question]:
    """Newest month first: that is the one which is chased."""
    for month, council in sorted(record.missing(), key=lambda one: one[0], reverse=True):
        yield Question(f"{council.short_name} has not reported {wording.month(month)}.", council, month)


def _impossible(record: Record) -> Iterable[Question]:
    for doubt in reversed(doubts.collect(record).impossible):
        place = f"{doubt.council.short_name}, {wording.month(doubt.month)}, {doubt.indicator.name}"
        yield Question(f"{place}: {doubt.finding.message}", doubt.council, doubt.month, doubt.indicator.code)


def _changes(drawn: Iterable[trends.Trend]) -> Iterable[Question]:
    """Last figures that differ from what is normal, those to look into before those for the better."""
    found: dict[Mark, list[Question]] = {Mark.CONCERN: [], Mark.IMPROVEMENT: []}
    for trend in drawn:
        for chart in trend.charts:
            mark = chart.series[0].mark(len(chart.periods) - 1)
            if mark in found and chart.series[0].values[-1] is not None:
                found[mark].append(Question(f"{trend.name}, {chart.title}.", code=trend.code))
    return found[Mark.CONCERN] + found[Mark.IMPROVEMENT]


def _since(record: Record, reported: Reported) -> Iterable[Question]:
    """Figures of the months shown that are not what the meeting had before it."""
    councils = {council.slug: council for council in record.members}
    months = {f"{month:%Y-%m}": month for month in record.months}
    known = {indicator.code: indicator for indicator in record.indicators}
    for m, printed in enumerate(reported.table["months"]):
        for c, column in enumerate(reported.table["councils"]):
            month, council = months.get(printed["key"]), councils.get(column["slug"])
            if month is None or council is None:
                continue
            for row in (row for group in reported.table["groups"] for row in group["rows"]):
                indicator = known.get(row["code"])
                if indicator is None or record.is_hidden(indicator, council):
                    continue
                then, now = row["months"][m][c]["text"], _now(record, indicator, council, month)
                if then != now and then != wording.WITHHELD:
                    place = f"{council.short_name}, {wording.month(month)}, {indicator.name}"
                    text = f"{place}: {_said(then)} then, {_said(now)} now."
                    yield Question(text, council, month, indicator.code)


def _now(record: Record, indicator: Indicator, council: Council, month: date) -> str:
    return str(performance_table.cell_of(record, indicator, council, month)["text"])


def _said(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}" if text else "no figure"
