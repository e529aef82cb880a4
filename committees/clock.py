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

from portal.working_days import is_working_day, working_day_after, working_day_before

_ONE_DAY = timedelta(days=1)
_NO_DAYS: frozenset[date] = frozenset()

# Local Government Act 1972 s.100A(6), s.100B(3), as amended by SI 2002/715; SI 2012/2089 regs 5(4), 6(1), 6(2).
AGENDA_CLEAR_DAYS = 5
# SI 2012/2089 regs 5(2) and 9(2).
ADVANCE_NOTICE_CLEAR_DAYS = 28
# SI 2012/2089 reg 10(1)(c).
GENERAL_EXCEPTION_CLEAR_DAYS = 5
# Local Government Act 1972 s.100C(1) and s.100D(2).
YEARS_OPEN = 6
YEARS_OPEN_BACKGROUND = 4


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
    GENERAL_EXCEPTION = "general-exception"
    PRIVATE_MEETING_NOTICE = "private-meeting-notice"
    PRIVATE_MEETING_SECOND_NOTICE = "private-meeting-second-notice"
    MEETING_NOTICE = "meeting-notice"
    AGENDA_AND_REPORTS = "agenda-and-reports"
    MEETING = "meeting"
    DECISION_STATEMENT = "decision-statement"
    CLEARANCE = "clearance"
    QUESTIONS = "questions"
    DEPUTATIONS = "deputations"
    CALL_IN = "call-in"
    DRAFT_MINUTES = "draft-minutes"
    OPEN_TO_INSPECTION = "open-to-inspection"
    BACKGROUND_OPEN_TO_INSPECTION = "background-open-to-inspection"


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

    def other_reading(self) -> str:
        """How the 28 clear days are counted otherwise, in words; "" for every other step."""
        if self.reading is None:
            return ""
        return "calendar days" if self.reading is Reading.WORKING_DAYS else "working days"


@dataclass(frozen=True, slots=True)
class LocalRules:
    """Numbers of working days that a committee's terms of reference set; None where there is no such rule."""

    questions: int | None = None
    deputations: int | None = None
    clearance: int | None = None
    call_in: int | None = None
    draft_minutes: int | None = None


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


def working_days_before(on: date, days: int, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The first, second, ... working day before `on`, which is itself not counted. Raises ValueError below 1."""
    if days < 1:
        raise ValueError("Working days before a day are counted from 1.")
    return latest_publication(on, days - 1, closed=closed)


def working_days_after(on: date, days: int, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The first, second, ... working day after `on`, which is itself not counted. Raises ValueError below 1."""
    if days < 1:
        raise ValueError("Working days after a day are counted from 1.")
    day = on
    for _ in range(days):
        day = working_day_after(day, closed=closed)
    return day


def earliest_by_general_exception(available_on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The earliest day for a key decision whose notice was made available on that day.

    SI 2012/2089 reg 10(1)(c): after five clear days have elapsed following that day. The decision's day is the day
    after the fifth of them, of whatever kind: a meeting may be held on a Saturday.
    """
    return working_days_after(available_on, GENERAL_EXCEPTION_CLEAR_DAYS, closed=closed) + _ONE_DAY


def last_day_open(meeting_on: date, years: int) -> date:
    """The last day of a period of so many years *beginning with* the date of the meeting: that day counts.

    It is the day before the anniversary. A period that begins with 29 February ends on 28 February of a year without
    one, since the day before 1 March is the day before the place where the anniversary would stand.
    """
    try:
        return meeting_on.replace(year=meeting_on.year + years) - _ONE_DAY
    except ValueError:
        return date(meeting_on.year + years, 2, 28)


def local_dates(
    meeting_on: date, rules: LocalRules, *, closed: AbstractSet[date] = _NO_DAYS
) -> tuple[StatutoryDate, ...]:
    """What the committee's own rules want before a meeting: reports cleared, questions and deputations received."""
    publication = latest_publication(meeting_on, AGENDA_CLEAR_DAYS, closed=closed)
    wanted = (
        (Step.CLEARANCE, "Reports cleared", rules.clearance, publication, "the last day to publish"),
        (Step.QUESTIONS, "Public questions", rules.questions, meeting_on, "the meeting"),
        (Step.DEPUTATIONS, "Deputations", rules.deputations, meeting_on, "the meeting"),
    )
    return tuple(
        StatutoryDate(
            step,
            label,
            working_days_before(before, days, closed=closed),
            f"at the latest on working day {days} before {of_what}",
            "Local rule of the committee",
        )
        for step, label, days, before, of_what in wanted
        if days
    )


def dates_after(
    meeting_on: date,
    regime: Regime,
    rules: LocalRules,
    *,
    decisions_published_on: date | None = None,
    closed: AbstractSet[date] = _NO_DAYS,
) -> tuple[StatutoryDate, ...]:
    """What follows a meeting: call-in, draft minutes, and how long its papers stay open to inspection.

    Call-in counts from the day on which the decisions were published; without it the step has no day yet.
    """
    steps = []
    if rules.call_in:
        steps.append(
            StatutoryDate(
                Step.CALL_IN,
                "End of call-in",
                working_days_after(decisions_published_on, rules.call_in, closed=closed)
                if decisions_published_on
                else None,
                f"working day {rules.call_in} after the decisions are published",
                "Local rule of the committee",
            )
        )
    if rules.draft_minutes:
        steps.append(
            StatutoryDate(
                Step.DRAFT_MINUTES,
                "Draft minutes",
                working_days_after(meeting_on, rules.draft_minutes, closed=closed),
                f"at the latest on working day {rules.draft_minutes} after the meeting",
                "Local rule of the committee",
            )
        )
    # The Regulations open reports, records and background papers to inspection (regs 14, 15 and 21) without a period.
    same = " – SI 2012/2089 names no period; the portal applies the same one" if regime is Regime.EXECUTIVE else ""
    steps += [
        StatutoryDate(
            Step.BACKGROUND_OPEN_TO_INSPECTION,
            "Background papers open to inspection",
            last_day_open(meeting_on, YEARS_OPEN_BACKGROUND),
            "until the end of four years beginning with the date of the meeting",
            f"Local Government Act 1972, section 100D(2){same}",
        ),
        StatutoryDate(
            Step.OPEN_TO_INSPECTION,
            "Minutes, agenda and reports open to inspection",
            last_day_open(meeting_on, YEARS_OPEN),
            "until the end of six years beginning with the date of the meeting",
            f"Local Government Act 1972, section 100C(1){same}",
        ),
    ]
    return tuple(steps)


def general_exception_date(meeting_on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> StatutoryDate:
    """The latest day for a notice of general exception, so that the decision can be made at this meeting."""
    return StatutoryDate(
        Step.GENERAL_EXCEPTION,
        "Notice of general exception",
        latest_publication(meeting_on, GENERAL_EXCEPTION_CLEAR_DAYS, closed=closed),
        "so that 5 clear days have elapsed before the meeting",
        "SI 2012/2089, regulation 10(1)(c)",
        GENERAL_EXCEPTION_CLEAR_DAYS,
    )


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
