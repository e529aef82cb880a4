"""What a reader asks of the performance pages by address: which months, which councils, per 100 employees or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kpis import dashboard as building
from kpis import periods, wording

if TYPE_CHECKING:
    from django.http import QueryDict

    from kpis.models import ReportingPeriod
    from portal.models import Council, Partnership

# More councils than this are not set side by side unless a reader picks some.
SIDE_BY_SIDE = 8
PER = "100"
_NO_FIGURES = "There are no figures for the month that was asked for."


@dataclass(frozen=True, slots=True)
class Choice:
    """`slugs` names the councils that were picked, None where none were. `problem` says what is wrong with what was
    asked for; the usual choice stands in its place."""

    run: building.Run
    periods: tuple[ReportingPeriod, ...]
    slugs: tuple[str, ...] | None = None
    per_hundred: bool = False
    problem: str = ""

    @property
    def query(self) -> str:
        """The address of this choice, after the question mark."""
        asked = [("from", f"{self.run.first:%Y-%m}"), ("to", f"{self.run.last:%Y-%m}")]
        asked += [("council", slug) for slug in self.slugs or ()]
        return urlencode(asked + [("per", PER)] * self.per_hundred)

    @property
    def period(self) -> ReportingPeriod | None:
        """The reporting period of these months, if they are one."""
        months = (self.run.first, self.run.last)
        return next((one for one in self.periods if (one.first, one.last) == months), None)

    def with_months(self, first: date, last: date) -> str:
        """The address of the same choice for other months."""
        return Choice(building.Run(self.run.choices, first, last), (), self.slugs, self.per_hundred).query

    @property
    def other_counting(self) -> str:
        """The address of the same choice counted the other way."""
        return Choice(self.run, (), self.slugs, not self.per_hundred).query


def read(asked: QueryDict, partnership: Partnership, *, months: int = building.USUAL_MONTHS) -> Choice:
    """The choice in an address. Two queries."""
    kept = tuple(periods.of(partnership))
    usual = _usual(partnership, kept, months)
    run, problem = _run(asked, usual)
    per = asked.get("per", "").strip()
    if per not in ("", PER):
        problem = problem or f"Figures can be shown as counted or per {PER} employees."
    # An empty box of the form is no council. What was picked is looked up by whoever knows the councils.
    slugs = tuple(dict.fromkeys(slug.strip()[:50] for slug in asked.getlist("council") if slug.strip()))
    if problem:
        return Choice(usual, kept, problem=problem)
    return Choice(run, kept, slugs or None, per == PER)


def councils(choice: Choice, members: Sequence[Council]) -> tuple[list[Council], str]:
    """The councils to set side by side, and what is wrong with those that were asked for."""
    if choice.slugs is None:
        return (list(members) if len(members) <= SIDE_BY_SIDE else []), ""
    unknown = set(choice.slugs) - {council.slug for council in members}
    if unknown:
        return [], f"A council that was asked for is not in this partnership. Choose from {_names(members)}."
    return [council for council in members if council.slug in choice.slugs], ""


def _names(members: Iterable[Council]) -> str:
    names = [council.short_name for council in members]
    return ", ".join(names[:SIDE_BY_SIDE]) + (" and others" if len(names) > SIDE_BY_SIDE else "")


def _usual(partnership: Partnership, kept: Sequence[ReportingPeriod], months: int) -> building.Run:
    """The reporting period that the dashboard opens with, otherwise the last months with figures."""
    run = building.usual_run(partnership, months)
    chosen = next((one for one in kept if one.is_usual), None)
    if chosen is None or months != building.USUAL_MONTHS or not {chosen.first, chosen.last} <= set(run.choices):
        return run
    return building.Run(run.choices, chosen.first, chosen.last)


def _run(asked: QueryDict, usual: building.Run) -> tuple[building.Run, str]:
    """The run of months that is asked for, or the usual one with what is wrong with what was asked for."""
    keys = {f"{month:%Y-%m}": month for month in usual.choices}
    given = {name: asked.get(name, "").strip() for name in ("from", "to")}
    if any(key and key not in keys for key in given.values()):
        span = wording.span(usual.choices[-1], usual.choices[0])
        return usual, f"{_NO_FIGURES} Choose one of {span}."
    first = keys[given["from"]] if given["from"] else usual.first
    last = keys[given["to"]] if given["to"] else usual.last
    if given["from"] and not given["to"]:
        last = max(first, usual.last)
    if given["to"] and not given["from"]:
        first = min(last, usual.first)
    if first > last:
        return usual, f"{wording.month(first)} comes after {wording.month(last)}. Choose an earlier month."
    return building.Run(usual.choices, first, last), ""
