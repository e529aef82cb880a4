"""The clock of a meeting: clear days, and the last day for each thing the law wants done before it.

Clear days leave out both the day of publication and the day of the meeting (R v Herefordshire Justices, 1820), and
count working days only (R v Swansea City Council, ex parte Elitestone Ltd, 1993). `closed` holds days on which the
offices are closed in addition to weekends and bank holidays in England, which never count.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from portal.working_days import is_working_day, working_day_before

_ONE_DAY = timedelta(days=1)
_NO_DAYS: frozenset[date] = frozenset()

# Local Government Act 1972 s.100A(6), s.100B(3), as amended by SI 2002/715; SI 2012/2089 regs 5(4), 6(1), 6(2).
AGENDA_CLEAR_DAYS = 5
# SI 2012/2089 regs 5(2) and 9(2).
ADVANCE_NOTICE_CLEAR_DAYS = 28


class Regime(Enum):
    """The law that a committee meets under."""

    PART_VA = "part-va"  # Part VA of the Local Government Act 1972
    EXECUTIVE = "executive"  # SI 2012/2089: a joint committee whose members are all executive members


class Reading(Enum):
    """How the "28 clear days" of SI 2012/2089 are counted, which the Regulations do not say."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


class Step(Enum):
    """A thing the law wants done for a meeting."""

    KEY_DECISION_NOTICE = "key-decision-notice"
    PRIVATE_MEETING_NOTICE = "private-meeting-notice"
    PRIVATE_MEETING_SECOND_NOTICE = "private-meeting-second-notice"
    MEETING_NOTICE = "meeting-notice"
    AGENDA_AND_REPORTS = "agenda-and-reports"
    MEETING = "meeting"
    DECISION_STATEMENT = "decision-statement"


@dataclass(frozen=True, slots=True)
class StatutoryDate:
    """A step, the last day for it, and the rule it follows from.

    `on` is None where the law names no day (`timing` then says what it does name). `other_reading_on` is the last
    day when 28 clear days are read the other way; None for every other step.
    """

    step: Step
    label: str
    on: date | None
    timing: str
    rule: str
    clear_days: int | None = None
    reading: Reading | None = None
    other_reading_on: date | None = None


def clear_days(published_on: date, meeting_on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> int:
    """Working days between publication and meeting, both left out; 0 when there are none, or the order is reversed.

    `closed` holds additional closed days; weekends and bank holidays in England never count.
    """
    between = (meeting_on - published_on).days - 1
    return sum(is_working_day(published_on + timedelta(days=offset), closed=closed) for offset in range(1, between + 1))


def latest_publication(meeting_on: date, days: int, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The latest working day on which publication leaves at least `days` clear days before the meeting.

    With `days` 0, the last working day before the meeting. Raises ValueError when `days` is negative.
    """
    if days < 0:
        raise ValueError("Clear days cannot be fewer than 0.")
    day = meeting_on
    for _ in range(days + 1):
        day = working_day_before(day, closed=closed)
    return day


def latest_publication_by_calendar(meeting_on: date, days: int, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """As latest_publication, but every day of the calendar counts as a clear day.

    The day itself is still a working day, because the notices have to be open to inspection at the offices.
    """
    if days < 0:
        raise ValueError("Clear days cannot be fewer than 0.")
    day = meeting_on - timedelta(days=days + 1)
    return day if is_working_day(day, closed=closed) else working_day_before(day, closed=closed)


def statutory_dates(
    meeting_on: date,
    regime: Regime,
    *,
    closed: AbstractSet[date] = _NO_DAYS,
    reading: Reading = Reading.WORKING_DAYS,
    key_decision: bool = True,
    private: bool = True,
) -> tuple[StatutoryDate, ...]:
    """What the law wants done for a meeting, in order, each step with its last day and its rule.

    `reading` decides which day counts for 28 clear days; the working-day reading is the earlier one and so is safe
    under both. `key_decision` and `private` leave out the notices that a meeting without a key decision, or without
    a private part, does not need. Part VA knows neither, so for it both are ignored.
    """
    five = latest_publication(meeting_on, AGENDA_CLEAR_DAYS, closed=closed)

    def at_five(step: Step, label: str, rule: str) -> StatutoryDate:
        return StatutoryDate(step, label, five, "at least 5 clear days before the meeting", rule, AGENDA_CLEAR_DAYS)

    meeting = StatutoryDate(Step.MEETING, "Meeting", meeting_on, "on the day", "")
    if regime is Regime.PART_VA:
        return (
            at_five(Step.MEETING_NOTICE, "Notice of time and place", "Local Government Act 1972, section 100A(6)(a)"),
            at_five(Step.AGENDA_AND_REPORTS, "Agenda and reports", "Local Government Act 1972, section 100B(3)"),
            meeting,
        )

    by_working_days = latest_publication(meeting_on, ADVANCE_NOTICE_CLEAR_DAYS, closed=closed)
    by_calendar = latest_publication_by_calendar(meeting_on, ADVANCE_NOTICE_CLEAR_DAYS, closed=closed)
    counts, other = (
        (by_working_days, by_calendar) if reading is Reading.WORKING_DAYS else (by_calendar, by_working_days)
    )

    def at_twenty_eight(step: Step, label: str, rule: str) -> StatutoryDate:
        timing = "at least 28 clear days before the meeting"
        return StatutoryDate(step, label, counts, timing, rule, ADVANCE_NOTICE_CLEAR_DAYS, reading, other)

    steps = [
        at_twenty_eight(Step.KEY_DECISION_NOTICE, "Notice of key decisions", "SI 2012/2089, regulation 9(2)"),
        at_twenty_eight(Step.PRIVATE_MEETING_NOTICE, "Notice of the private part", "SI 2012/2089, regulation 5(2)"),
        at_five(
            Step.PRIVATE_MEETING_SECOND_NOTICE, "Second notice of the private part", "SI 2012/2089, regulation 5(4)"
        ),
        at_five(Step.MEETING_NOTICE, "Notice of time and place", "SI 2012/2089, regulation 6(1)"),
        at_five(Step.AGENDA_AND_REPORTS, "Agenda and reports", "SI 2012/2089, regulations 6(2) and 7"),
        meeting,
        StatutoryDate(
            Step.DECISION_STATEMENT,
            "Statement of each decision",
            None,
            "as soon as reasonably practicable after the meeting",
            "SI 2012/2089, regulation 12(1)",
        ),
    ]
    unneeded = set()
    if not key_decision:
        unneeded.add(Step.KEY_DECISION_NOTICE)
    if not private:
        unneeded |= {Step.PRIVATE_MEETING_NOTICE, Step.PRIVATE_MEETING_SECOND_NOTICE}
    return tuple(step for step in steps if step.step not in unneeded)
