"""What counts as logged, resolved, open and met; every expected number is worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpis.tickets import mapping as fields
from kpis.tickets.counting import LOGGED, MET, MISSED, OPEN, RESOLVED, UNDECIDED
from kpis.tickets.examining import examine
from kpis.tickets.mapping import Mapping, ScopeRule, from_json
from kpis.tickets.moments import Clock
from kpis.tickets.presets import PRESETS, SERVICENOW
from kpis.tickets.proposals import Wanted, propose
from kpis.tickets.service_hours import ServiceHours
from tests.kpis.tickets.samples import PLAIN, counts_of, csv_file, named, rules, servicenow

SEPTEMBER = date(2018, 9, 1)


def test_logged_resolved_open_met_and_missed(tmp_path: Path) -> None:
    found = examine(csv_file(tmp_path, PLAIN), SERVICENOW, SEPTEMBER)
    counts = counts_of(found)
    # INC0001 of June was resolved in time; INC0002 late; INC0003 is open; INC0004 was opened on 1 October at 0.00.
    assert [counts.total(what) for what in (LOGGED, RESOLVED, OPEN, MET, MISSED)] == [2, 2, 1, 1, 1]
    assert counts.total(MET, priority=2) == 1
    assert counts.total(MISSED, type="incident", priority=3) == 1
    assert counts.elsewhere == 1
    assert found.month is not None
    assert [ticket.reference for ticket in found.month.tickets()] == ["INC0001", "INC0002", "INC0003"]


def test_a_month_begins_and_ends_on_londons_clock(tmp_path: Path) -> None:
    """23.30 UTC on 31 August is half past midnight on 1 September in London."""
    head = "number,priority,made_sla,opened_at,resolved_at"
    rows = [
        "INC1,3,TRUE,2018-08-31T23:30:00Z,2018-09-30T23:30:00Z",
        "INC2,3,TRUE,2018-08-31T22:30:00Z,2018-09-30T22:30:00Z",
    ]
    counts = counts_of(examine(csv_file(tmp_path, "\n".join([head, *rows])), SERVICENOW, SEPTEMBER))
    assert (counts.total(LOGGED), counts.total(RESOLVED), counts.total(OPEN)) == (1, 1, 1)


def test_the_last_state_is_the_one_updated_last_whatever_its_place(tmp_path: Path) -> None:
    first = "INC1,Active,3,TRUE,13-09-2018 09:00,13-09-2018 09:30,?,?"
    last = "INC1,Closed,2,FALSE,13-09-2018 09:00,19-09-2018 10:00,17-09-2018 10:00,19-09-2018 10:00"
    for rows in ((first, last), (last, first)):
        counts = counts_of(examine(csv_file(tmp_path, servicenow(*rows)), SERVICENOW, SEPTEMBER))
        assert counts.tickets == 1
        assert counts.total(MISSED, priority=2) == 1
        assert counts.total(LOGGED) == 1


def test_of_two_rows_of_one_minute_the_later_one_stands(tmp_path: Path) -> None:
    row = "INC1,Closed,{},FALSE,13-09-2018 09:00,19-09-2018 10:00,17-09-2018 10:00,19-09-2018 10:00"
    text = servicenow(row.format(2), row.format(3))
    assert counts_of(examine(csv_file(tmp_path, text), SERVICENOW, SEPTEMBER)).total(LOGGED, priority=3) == 1
    # Without a column for the update it is the last row.
    without = text.replace("sys_updated_at", "elsewhere")
    assert counts_of(examine(csv_file(tmp_path, without), SERVICENOW, SEPTEMBER)).total(LOGGED, priority=3) == 1


def test_a_ticket_opened_again_is_open(tmp_path: Path) -> None:
    row = "INC1,Active,3,TRUE,13-09-2018 09:00,19-09-2018 10:00,17-09-2018 10:00,"
    found = examine(csv_file(tmp_path, servicenow(row)), SERVICENOW, SEPTEMBER)
    assert (counts_of(found).total(OPEN), counts_of(found).total(RESOLVED)) == (1, 0)
    assert [number for number, _ in named(found, "opened-again")] == [2]


def test_closed_without_a_time_counts_neither_as_resolved_nor_as_open(tmp_path: Path) -> None:
    row = "INC1,Closed,3,TRUE,13-09-2018 09:00,19-09-2018 10:00,?,?"
    found = examine(csv_file(tmp_path, servicenow(row)), SERVICENOW, SEPTEMBER)
    counts = counts_of(found)
    assert (counts.total(LOGGED), counts.total(OPEN), counts.total(RESOLVED)) == (1, 0, 0)
    assert rules(found)["no-resolved"] == 1


def test_what_cannot_be_decided_is_in_no_denominator(tmp_path: Path) -> None:
    row = "INC{},Closed,3,{},13-09-2018 09:00,19-09-2018 10:00,17-09-2018 10:00,19-09-2018 10:00"
    text = servicenow(*(row.format(number, flag) for number, flag in enumerate(("TRUE", "TRUE", "FALSE", "?"))))
    found = examine(csv_file(tmp_path, text), SERVICENOW, SEPTEMBER)
    counts = counts_of(found)
    assert counts.total(UNDECIDED) == 1
    (share,) = propose(counts, [Wanted("sla", "In time", 2, "met")])
    assert (share.figure, share.numerator, share.denominator) == ("66.67", 2, 3)
    assert "Of 4 tickets resolved in the month 1 cannot be decided" in named(found, "undecided")[0][1]


def test_nothing_resolved_gives_no_percentage(tmp_path: Path) -> None:
    counts = counts_of(examine(csv_file(tmp_path, PLAIN), SERVICENOW, SEPTEMBER))
    (share,) = propose(counts, [Wanted("sla", "In time", 2, "met", "incident", 1)])
    assert (share.figure, share.why_not) == ("", "No ticket was resolved in the month")


def test_cancelled_tickets_and_those_of_another_team_are_counted_apart(tmp_path: Path) -> None:
    head = "number,state,priority,made_sla,opened_at,resolved_at,assignment_group"
    rows = [
        "INC1,Closed,1,TRUE,13-09-2018 09:00,14-09-2018 09:00,Networks",
        "INC2,Closed,2,TRUE,13-09-2018 09:00,14-09-2018 09:00,Networks",
        "INC3,Closed,1,TRUE,13-09-2018 09:00,14-09-2018 09:00,Service Desk",
        "INC4,Cancelled,1,TRUE,13-09-2018 09:00,14-09-2018 09:00,Service Desk",
    ]
    path = csv_file(tmp_path, "\n".join([head, *rows]))
    theirs = replace(SERVICENOW, out_of_scope=(ScopeRule(groups=("networks",), priorities=(1,)),))
    counts = counts_of(examine(path, theirs, SEPTEMBER))
    assert (counts.total(LOGGED), counts.apart[LOGGED]) == (2, 2)
    others = replace(SERVICENOW, out_of_scope=(ScopeRule(groups=("service desk",), other_groups=True),))
    counts = counts_of(examine(path, others, SEPTEMBER))
    assert (counts.total(LOGGED), counts.apart[LOGGED]) == (1, 3)


def due(tmp_path: Path, resolved: str, by: str) -> tuple[int, int]:
    text = f"number,priority,opened_at,resolved_at,sla_due\nINC1,3,13-09-2018 09:00,{resolved},{by}\n"
    mapping = replace(SERVICENOW, met_by=fields.BY_DUE)
    counts = counts_of(examine(csv_file(tmp_path, text), mapping, SEPTEMBER))
    return counts.total(MET), counts.total(MISSED)


def test_met_by_the_due_date(tmp_path: Path) -> None:
    assert due(tmp_path, "14-09-2018 17:00", "14-09-2018 17:00") == (1, 0)
    assert due(tmp_path, "14-09-2018 17:01", "14-09-2018 17:00") == (0, 1)
    # Due on a day is due by its end.
    assert due(tmp_path, "14-09-2018 23:59", "14-09-2018") == (1, 0)
    assert due(tmp_path, "15-09-2018 00:00", "14-09-2018") == (0, 1)
    assert due(tmp_path, "15-09-2018 00:00", "?") == (0, 0)


def hours(tmp_path: Path, opened: str, resolved: str, allowed: float, closed: frozenset[date] = frozenset()) -> bool:
    text = f"number,priority,opened_at,resolved_at\nINC1,3,{opened},{resolved}\n"
    mapping: Mapping = replace(SERVICENOW, met_by=fields.BY_HOURS, target_hours={"3": allowed})
    period = date(int(resolved[6:10]), int(resolved[3:5]), 1)
    counts = counts_of(examine(csv_file(tmp_path, text), mapping, period, closed=closed))
    assert counts.total(MET) + counts.total(MISSED) == 1
    return counts.total(MET) == 1


def test_met_within_service_hours(tmp_path: Path) -> None:
    # Friday 14 September 2018, 16.00, to Monday, 10.00: two hours on Friday and two on Monday.
    assert hours(tmp_path, "14-09-2018 16:00", "17-09-2018 10:00", 4)
    assert not hours(tmp_path, "14-09-2018 16:00", "17-09-2018 10:01", 4)
    # Over the August bank holiday, Monday 27 August 2018: two hours on Friday, none on Monday, one on Tuesday.
    assert hours(tmp_path, "24-08-2018 16:00", "28-08-2018 09:00", 3)
    assert not hours(tmp_path, "24-08-2018 16:00", "28-08-2018 09:01", 3)
    # A day on which the offices are closed beside: nothing on Monday 17 September.
    assert hours(tmp_path, "14-09-2018 16:00", "18-09-2018 08:00", 2, frozenset({date(2018, 9, 17)}))
    assert not hours(tmp_path, "14-09-2018 16:00", "18-09-2018 08:00", 2)


def test_a_priority_without_a_target_is_not_decided(tmp_path: Path) -> None:
    text = "number,priority,opened_at,resolved_at\nINC1,2,13-09-2018 09:00,14-09-2018 10:00\n"
    mapping = replace(SERVICENOW, met_by=fields.BY_HOURS, target_hours={"3": 4})
    assert counts_of(examine(csv_file(tmp_path, text), mapping, SEPTEMBER)).total(UNDECIDED) == 1
    anything = replace(mapping, target_hours={"0": 20})
    assert counts_of(examine(csv_file(tmp_path, text), anything, SEPTEMBER)).total(MET) == 1


def test_a_day_of_24_hours_is_25_where_the_clocks_go_back() -> None:
    clock = Clock()
    around = {str(day): ("00:00", "24:00") for day in range(7)}
    desk = ServiceHours(around, first=date(2018, 10, 20), last=date(2018, 11, 5), closed=frozenset(), clock=clock)

    def day(on: date, following: date) -> float:
        return desk.between(clock.midnight(on), clock.midnight(following)) / 3600

    assert day(date(2018, 10, 27), date(2018, 10, 28)) == 24
    assert day(date(2018, 10, 28), date(2018, 10, 29)) == 25


def test_what_the_file_as_a_whole_leaves_open(tmp_path: Path) -> None:
    row = "INC1,Closed,?,TRUE,13-09-2018 09:00,17-09-2018 10:00,17-09-2018 10:00,17-09-2018 10:00"
    found = examine(csv_file(tmp_path, servicenow(row)), SERVICENOW, SEPTEMBER)
    assert set(rules(found)) == {"ends-early", "no-backlog", "no-priority"}
    assert not found.is_refused


def test_no_column_for_the_target_gives_counts_without_percentages(tmp_path: Path) -> None:
    text = "number,state,priority,opened_at,closed_at\nINC1,Closed,3,13-09-2018 09:00,17-09-2018 10:00\n"
    found = examine(csv_file(tmp_path, text), SERVICENOW, SEPTEMBER)
    assert counts_of(found).total(RESOLVED) == 1
    assert rules(found)["no-met-column"] == 1


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_mapping_survives_being_stored(preset: str) -> None:
    assert from_json(PRESETS[preset].as_json()).as_json() == PRESETS[preset].as_json()
