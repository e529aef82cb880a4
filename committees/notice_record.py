"""From rows to what committees.notices and committees.clock reckon with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from committees import notices
from committees.clock import LocalRules, Reading, Regime
from committees.models import AgendaItem, Committee, Meeting, Notice, Paper
from committees.notices import Calendar, Given, Kind, Matter
from committees.readiness import Blocker


def rules_of(committee: Committee) -> LocalRules:
    return LocalRules(
        questions=committee.question_working_days,
        deputations=committee.deputation_working_days,
        clearance=committee.clearance_working_days,
        call_in=committee.call_in_working_days,
        draft_minutes=committee.draft_minutes_working_days,
    )


def calendar_of(meeting: Meeting, closed: frozenset[date]) -> Calendar:
    """The meeting, with `committee`, as its notices are counted."""
    committee = meeting.committee
    return Calendar(meeting.on, Regime(committee.legal_basis), Reading(committee.notice_reading), closed)


def given(rows: Iterable[Notice]) -> list[Given]:
    """Notices with their `item`."""
    return [
        Given(Kind(row.kind), row.given_on, row.item.number if row.item is not None else None, row.agreed_by)
        for row in rows
    ]


def matters(items: Iterable[AgendaItem], papers: Iterable[Paper]) -> list[Matter]:
    """What each item needs notices for. Papers come with their item."""
    keys = {paper.item_id for paper in papers if paper.decision_type == Paper.DecisionType.KEY}
    private = {paper.item_id for paper in papers if paper.is_restricted}
    return [Matter(item.number, item.pk in keys, item.is_restricted or item.pk in private) for item in items]


def blockers(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    papers: Iterable[Paper],
    rows: Iterable[Notice],
    closed: frozenset[date],
) -> list[Blocker]:
    """Items that cannot stand on a published agenda for want of a notice, in words that disclose nothing."""
    by_number = {item.number: item for item in items}
    found = notices.gaps(matters(items, papers), given(rows), calendar_of(meeting, closed))
    return [Blocker(f"Item {number}: {text}", item=by_number[number], is_notice=True) for number, text in found]
