"""Notices of key decisions and of private parts: when each is in time, and what is still missing. Pure.

SI 2012/2089, for a joint committee whose members are all executive members: reg 5 (private meetings), reg 9 (key
decisions), reg 10 (general exception), reg 11 (special urgency). Part VA of the Local Government Act 1972 knows none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from committees.clock import (
    ADVANCE_NOTICE_CLEAR_DAYS,
    AGENDA_CLEAR_DAYS,
    Reading,
    Regime,
    earliest_by_general_exception,
    latest_publication,
    latest_publication_by_calendar,
)
from committees.wording import weekday

_NO_DAYS: frozenset[date] = frozenset()


class Kind(StrEnum):
    """The values of committees.models.Notice.Kind."""

    KEY_DECISION = "key-decision"
    PRIVATE = "private"
    PRIVATE_SECOND = "private-second"
    PRIVATE_URGENT = "private-urgent"
    GENERAL_EXCEPTION = "general-exception"
    SPECIAL_URGENCY = "special-urgency"


# Where agreement that a matter cannot wait replaces a notice, the Regulations name who can give it, in this order.
WHO_AGREES: dict[str, str] = {
    "scrutiny-chair": "Chair of the relevant overview and scrutiny committee",
    "authority-chair": "Chair of the authority: there is no such scrutiny chair, or they are unable to act",
    "authority-vice-chair": "Vice-chair of the authority: there is no chair of either",
}
NEEDS_AGREEMENT = frozenset({Kind.PRIVATE_URGENT, Kind.SPECIAL_URGENCY})
NEEDS_REASONS = frozenset(Kind) - {Kind.KEY_DECISION}

RULES: dict[Kind, str] = {
    Kind.KEY_DECISION: "SI 2012/2089, regulation 9(2)",
    Kind.PRIVATE: "SI 2012/2089, regulation 5(2)",
    Kind.PRIVATE_SECOND: "SI 2012/2089, regulation 5(4)",
    Kind.PRIVATE_URGENT: "SI 2012/2089, regulation 5(6) and (7)",
    Kind.GENERAL_EXCEPTION: "SI 2012/2089, regulation 10(1)(c)",
    Kind.SPECIAL_URGENCY: "SI 2012/2089, regulation 11",
}


@dataclass(frozen=True)
class Calendar:
    """The meeting and how its committee counts."""

    meeting_on: date
    regime: Regime
    reading: Reading = Reading.WORKING_DAYS
    closed: AbstractSet[date] = _NO_DAYS

    @property
    def last_for_28(self) -> date:
        latest = latest_publication if self.reading is Reading.WORKING_DAYS else latest_publication_by_calendar
        return latest(self.meeting_on, ADVANCE_NOTICE_CLEAR_DAYS, closed=self.closed)

    @property
    def last_for_5(self) -> date:
        return latest_publication(self.meeting_on, AGENDA_CLEAR_DAYS, closed=self.closed)

    def last_for(self, kind: Kind) -> date:
        """The last day on which a notice of this kind can be given for the meeting."""
        if kind in (Kind.KEY_DECISION, Kind.PRIVATE):
            return self.last_for_28
        if kind in (Kind.PRIVATE_SECOND, Kind.GENERAL_EXCEPTION):
            return self.last_for_5
        return self.meeting_on


@dataclass(frozen=True)
class Given:
    """A notice as given; `item` is the number of the agenda item, or None for one that covers the whole meeting."""

    kind: Kind
    given_on: date
    item: int | None = None
    agreed_by: str = ""

    def covers(self, item: int) -> bool:
        return self.item is None or self.item == item


@dataclass(frozen=True)
class Matter:
    """An agenda item as far as notices are concerned. `place` is what it is called: "Item 6"."""

    item: int
    is_key: bool = False
    is_private: bool = False

    @property
    def place(self) -> str:
        return f"Item {self.item}"


def problem(kind: Kind, given_on: date, calendar: Calendar, earlier: Iterable[Given], item: int | None) -> str:
    """Why a notice of this kind cannot be given on that day, with the rule and the way out; "" where it can."""
    if calendar.regime is Regime.PART_VA:
        return (
            "Notices of key decisions and of private parts belong to committees under SI 2012/2089. "
            "This committee meets under Part VA of the Local Government Act 1972, which knows none."
        )
    last, rule = calendar.last_for(kind), RULES[kind]
    if given_on > last:
        return f"{_too_late(kind, calendar)} The last day was {weekday(last)} ({rule})."
    if kind is Kind.GENERAL_EXCEPTION and given_on <= calendar.last_for_28:
        return (
            f"Until {weekday(calendar.last_for_28)} the full notice of a key decision can be given. "
            "The general exception is for a decision where that is impracticable (SI 2012/2089, regulation 10(1))."
        )
    if kind is Kind.SPECIAL_URGENCY and given_on <= calendar.last_for_5:
        return (
            f"Until {weekday(calendar.last_for_5)} a notice of general exception can be given. Special urgency is for "
            "a decision where even that is impracticable (SI 2012/2089, regulation 11(1))."
        )
    if kind is Kind.PRIVATE_URGENT and given_on <= calendar.last_for_28:
        return (
            f"Until {weekday(calendar.last_for_28)} the full notice of a private part can be given. "
            "Agreement stands in for it only where that is impracticable (SI 2012/2089, regulation 5(6))."
        )
    if kind is Kind.PRIVATE_SECOND and not any(
        notice.kind is Kind.PRIVATE and notice.given_on <= given_on and notice.item in (None, item)
        for notice in earlier
    ):
        return "The first notice of this private part comes before the second (SI 2012/2089, regulation 5(2) and (4))."
    return ""


def _too_late(kind: Kind, calendar: Calendar) -> str:
    counted = "working days" if calendar.reading is Reading.WORKING_DAYS else "calendar days"
    if kind is Kind.KEY_DECISION:
        return (
            f"Too late for 28 clear days ({counted}) before the meeting. What is left is the general exception "
            "(regulation 10) or special urgency (regulation 11)."
        )
    if kind is Kind.PRIVATE:
        return (
            f"Too late for 28 clear days ({counted}) before the meeting. What is left is agreement that it is urgent "
            "(regulation 5(6))."
        )
    if kind is Kind.PRIVATE_SECOND:
        return "Too late for 5 clear days before the meeting. What is left is agreement that it is urgent (reg 5(6))."
    if kind is Kind.GENERAL_EXCEPTION:
        return "Too late: five clear days have to elapse before the decision. What is left is special urgency (reg 11)."
    return "The meeting has been held by then."


def in_time(notice: Given, calendar: Calendar) -> bool:
    """Whether the notice, as given, is in time for the meeting on the day on which it stands now."""
    if notice.kind is Kind.GENERAL_EXCEPTION:
        return earliest_by_general_exception(notice.given_on, closed=calendar.closed) <= calendar.meeting_on
    if notice.kind in NEEDS_AGREEMENT and not notice.agreed_by.strip():
        return False
    return notice.given_on <= calendar.last_for(notice.kind)


def for_key_decision(item: int, given: Sequence[Given], calendar: Calendar) -> Given | None:
    """The notice under which a key decision can be made: the full one, or the exception that stands in for it."""
    for kind in (Kind.KEY_DECISION, Kind.GENERAL_EXCEPTION, Kind.SPECIAL_URGENCY):
        for notice in given:
            if notice.kind is kind and notice.covers(item) and in_time(notice, calendar):
                return notice
    return None


def for_private_part(item: int, given: Sequence[Given], calendar: Calendar, kind: Kind = Kind.PRIVATE) -> Given | None:
    """The notice of that kind for a private part, or the agreement that stands in for both notices."""
    for wanted in (kind, Kind.PRIVATE_URGENT):
        for notice in given:
            if notice.kind is wanted and notice.covers(item) and in_time(notice, calendar):
                return notice
    return None


def gaps(matters: Iterable[Matter], given: Sequence[Given], calendar: Calendar) -> list[tuple[int, str]]:
    """What is missing before the items can be on an agenda: number of the item, and what, as a sentence begins.

    Empty for a committee under Part VA.
    """
    if calendar.regime is Regime.PART_VA:
        return []
    missing: list[tuple[int, str]] = []
    for matter in matters:
        if matter.is_key and for_key_decision(matter.item, given, calendar) is None:
            missing.append((matter.item, "a key decision without its notice in time (regulation 9, 10 or 11)"))
        if matter.is_private:
            if for_private_part(matter.item, given, calendar) is None:
                missing.append((matter.item, "a private part without its first notice (regulation 5(2) or 5(6))"))
            if for_private_part(matter.item, given, calendar, Kind.PRIVATE_SECOND) is None:
                missing.append((matter.item, "a private part without its second notice (regulation 5(4) or 5(6))"))
    return missing
