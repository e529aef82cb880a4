"""The dates of one meeting as a timeline: each with its rule, what has been done about it, and how far off it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from committees import clock, notice_record, notices
from committees.clock import Regime, StatutoryDate, Step
from committees.models import AgendaItem, Decision, Meeting, MeetingMove, Minutes, Notice, Paper
from committees.notices import Kind
from committees.timing import countdown
from committees.wording import day
from portal.words import counted

if TYPE_CHECKING:
    from committees.notices import Given


@dataclass(frozen=True)
class ClockStep:
    """`state` is "done", "now", "due" or ""; `mark` is a class of .mk with `said` its words.

    `off` is the countdown, "" once it is done or past. `other` says the day under the other reading of 28 clear days.
    `is_kept` is None while nothing can be said yet.
    """

    on: date | None
    label: str
    timing: str
    rule: str
    state: str = ""
    mark: str = ""
    said: str = ""
    off: str = ""
    other: str = ""
    step: Step | None = None
    is_kept: bool | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a meeting, as far as its reader may know it. Papers and notices come with their item."""

    meeting: Meeting
    today: date
    closed: frozenset[date]
    items: Sequence[AgendaItem] = ()
    papers: Sequence[Paper] = ()
    notices: Sequence[Notice] = ()
    moves: Sequence[MeetingMove] = ()
    decisions: Sequence[Decision] = ()
    minutes: Minutes | None = None
    knows_agenda: bool = True

    @property
    def published_on(self) -> date | None:
        return _day(self.meeting.published_at)

    @property
    def noticed_on(self) -> date | None:
        """The day on which time and place, as they stand now, were made public: with the agenda, or by a move."""
        moved = [move.moved_at for move in self.moves]
        if self.meeting.published_at is None:
            return None
        return _day(max([self.meeting.published_at, *moved]))

    @property
    def decided_on(self) -> date | None:
        """The day by which every published decision was published; None while there is none."""
        made = [decision.published_at for decision in self.decisions if decision.published_at is not None]
        return _day(max(made)) if made else None


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at is not None else None


def load(
    meeting: Meeting,
    *,
    today: date,
    closed: frozenset[date],
    items: Sequence[AgendaItem],
    papers: Sequence[Paper],
    knows_agenda: bool,
    prepares: bool,
) -> Facts:
    """The facts of a meeting beside its agenda, as this reader may know them. Three queries, or four."""
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    return Facts(
        meeting=meeting,
        today=today,
        closed=closed,
        items=items,
        papers=papers,
        notices=list(meeting.notices.select_related("item", "recorded_by").order_by("given_on", "pk")),
        moves=list(meeting.moves.select_related("moved_by").order_by("moved_at", "pk")),
        decisions=list(meeting.decisions.filter(published_at__isnull=False).order_by("pk")),
        minutes=minutes if minutes is not None and (prepares or minutes.state in Minutes.PUBLIC) else None,
        knows_agenda=knows_agenda,
    )


def steps(facts: Facts) -> list[ClockStep]:
    """Every date in order, and today among them while the meeting is to come."""
    meeting = facts.meeting
    found = [_step(step, facts) for step in dates(facts)]
    if meeting.state == Meeting.State.CANCELLED:
        return [replace(step, state="", mark="", said="", off="", is_kept=None) for step in found]
    if facts.today < meeting.on:
        before = sum(step.on is not None and step.on < facts.today for step in found)
        found.insert(before, ClockStep(facts.today, "Today", "", "", "now"))
    return found


def dates(facts: Facts) -> list[StatutoryDate]:
    """The dates that apply to this meeting: in the order of their days, those without a day after the meeting."""
    meeting, committee = facts.meeting, facts.meeting.committee
    calendar = notice_record.calendar_of(meeting, facts.closed)
    rules = notice_record.rules_of(committee)
    kinds = {notice.kind for notice in facts.notices}
    matters = notice_record.matters(facts.items, facts.papers)
    key = any(matter.is_key for matter in matters) or bool(
        kinds & {Notice.Kind.KEY_DECISION, Notice.Kind.GENERAL_EXCEPTION, Notice.Kind.SPECIAL_URGENCY}
    )
    private = any(matter.is_private for matter in matters) or any(kind.startswith("private") for kind in kinds)
    found = [
        *clock.statutory_dates(
            meeting.on,
            calendar.regime,
            closed=facts.closed,
            reading=calendar.reading,
            key_decision=key,
            private=private,
        ),
        *clock.local_dates(meeting.on, rules, closed=facts.closed),
        *clock.dates_after(
            meeting.on, calendar.regime, rules, decisions_published_on=facts.decided_on, closed=facts.closed
        ),
    ]
    given = notice_record.given(facts.notices)
    full = [one for one in given if one.kind is Kind.KEY_DECISION and notices.in_time(one, calendar)]
    wanting = [one.item for one in matters if one.is_key and not any(notice.covers(one.item) for notice in full)]
    used = any(one.kind is Kind.GENERAL_EXCEPTION for one in given)
    if calendar.regime is Regime.EXECUTIVE and (wanting or used):
        # The exception matters where the full notice is missing, and where it was used.
        found.append(clock.general_exception_date(meeting.on, closed=facts.closed))
    return sorted(found, key=lambda step: (step.on or meeting.on, step.on is None, step.step is Step.MEETING))


# What stands in for a step, and is no failure where it was not needed.
_PERIODS = {Step.OPEN_TO_INSPECTION, Step.BACKGROUND_OPEN_TO_INSPECTION}


def _step(step: StatutoryDate, facts: Facts) -> ClockStep:
    state, mark, said, kept = _state(step, facts)
    other = ""
    if step.other_reading_on is not None and step.other_reading_on != step.on:
        other = f"Counted in {step.other_reading()}: {day(step.other_reading_on)}"
    waits = state != "done" and step.on is not None
    return ClockStep(
        on=step.on,
        label=step.label,
        timing=step.timing,
        rule=step.rule,
        state=state,
        mark=mark,
        said=said,
        off=countdown(facts.today, step.on, closed=facts.closed) if waits and step.on else "",
        other=other,
        step=step.step,
        is_kept=kept,
    )


_State = tuple[str, str, str, bool | None]


def _state(step: StatutoryDate, facts: Facts) -> _State:
    meeting, today = facts.meeting, facts.today
    kind = step.step
    if kind is Step.MEETING:
        if meeting.state == Meeting.State.HELD:
            return "done", "lock", "Held", None
        return ("now", "", "Today", None) if today == meeting.on else ("", "", "", None)
    if kind in _PERIODS:
        over = step.on is not None and today > step.on
        return ("done", "lock", "The period has ended", None) if over else ("", "", "", None)
    if meeting.published_before_portal and kind not in {Step.DRAFT_MINUTES, Step.CALL_IN, Step.DECISION_STATEMENT}:
        return "done", "ok", "Done before the portal", None
    if kind is Step.MEETING_NOTICE:
        return _against(step, facts.noticed_on, facts, "Goes out with the agenda")
    if kind is Step.AGENDA_AND_REPORTS:
        return _against(step, facts.published_on, facts, "To be published")
    if kind in {Step.KEY_DECISION_NOTICE, Step.GENERAL_EXCEPTION}:
        return _key_decisions(step, facts)
    if kind in {Step.PRIVATE_MEETING_NOTICE, Step.PRIVATE_MEETING_SECOND_NOTICE}:
        return _private_parts(step, facts)
    if kind is Step.CLEARANCE:
        return _clearance(step, facts)
    if kind in {Step.QUESTIONS, Step.DEPUTATIONS}:
        if step.on is not None and today > step.on:
            return "done", "lock", "Closed", None
        return "", "half", "Open", None
    return _after(step, facts)


def _after(step: StatutoryDate, facts: Facts) -> _State:
    """What is done once the meeting has been held."""
    held = facts.meeting.state == Meeting.State.HELD or facts.today > facts.meeting.on
    if step.step is Step.DECISION_STATEMENT:
        if facts.decided_on is not None:
            return "done", "ok", f"Published {day(facts.decided_on)}", True
        return ("due", "near", "To be published", None) if held else ("", "", "", None)
    if step.step is Step.CALL_IN:
        if step.on is None:
            return "", "", "Counts once the decisions are published" if held else "", None
        return ("done", "lock", "Ended", None) if facts.today > step.on else ("", "half", "Running", None)
    if not held:
        return "", "", "", None
    minutes = facts.minutes
    if minutes is not None and minutes.published_at is None and minutes.state in Minutes.PUBLIC:
        return "done", "ok", "Published", None
    return _against(step, _day(minutes.published_at) if minutes is not None else None, facts, "To be published")


def _against(step: StatutoryDate, done_on: date | None, facts: Facts, to_do: str) -> _State:
    """A thing done on a day, or still to do, against the last day for it."""
    if step.on is None:
        return "", "", "", None
    if done_on is not None:
        late = done_on > step.on
        by = ", by an urgency route" if late and facts.meeting.urgency_reason else ""
        words = f"Given {day(done_on)}{by}"
        return "done", "late" if late else "ok", words if by or not late else f"{words}, late", not late
    return _still(step.on, facts.today, to_do)


def _still(on: date, today: date, to_do: str) -> _State:
    if today > on:
        return "due", "missed", "Not given", False
    return ("due", "near", "Due today", None) if today == on else ("due", "", to_do, None)


def _key_decisions(step: StatutoryDate, facts: Facts) -> _State:
    calendar = notice_record.calendar_of(facts.meeting, facts.closed)
    given = notice_record.given(facts.notices)
    items = [matter.item for matter in notice_record.matters(facts.items, facts.papers) if matter.is_key]
    found: list[Given | None] = (
        [notices.for_key_decision(item, given, calendar) for item in items]
        if items
        else [notice for notice in given if notice.kind is Kind.KEY_DECISION]
    )
    if step.step is Step.GENERAL_EXCEPTION:
        used = [one for one in given if one.kind is Kind.GENERAL_EXCEPTION]
        if used:
            return "done", "ok", f"Given {day(used[-1].given_on)}", True
        return "", "", "Only where the full notice is impracticable", None
    return _by_notices(step, found, given, facts)


def _private_parts(step: StatutoryDate, facts: Facts) -> _State:
    calendar = notice_record.calendar_of(facts.meeting, facts.closed)
    given = notice_record.given(facts.notices)
    wanted = Kind.PRIVATE if step.step is Step.PRIVATE_MEETING_NOTICE else Kind.PRIVATE_SECOND
    items = [matter.item for matter in notice_record.matters(facts.items, facts.papers) if matter.is_private]
    found: list[Given | None] = (
        [notices.for_private_part(item, given, calendar, wanted) for item in items]
        if items
        else [notice for notice in given if notice.kind is wanted]
    )
    return _by_notices(step, found, given, facts)


_INSTEAD = {
    Kind.GENERAL_EXCEPTION: "by general exception",
    Kind.SPECIAL_URGENCY: "by special urgency",
    Kind.PRIVATE_URGENT: "by agreement that it is urgent",
}


def _by_notices(step: StatutoryDate, found: Sequence[Given | None], given: Sequence[Given], facts: Facts) -> _State:
    """Done once every item that needs a notice has one; by the one given last."""
    if step.on is None:
        return "", "", "", None
    complete = [notice for notice in found if notice is not None]
    if not found or len(complete) < len(found):
        state, mark, said, kept = _still(step.on, facts.today, "To be given")
        lacking = len(found) - len(complete)
        return state, mark, f"{said}: {counted(lacking, 'item')}" if lacking and mark == "missed" else said, kept
    last = max(complete, key=lambda notice: notice.given_on)
    instead = next((_INSTEAD[notice.kind] for notice in complete if notice.kind in _INSTEAD), "")
    words = f"Given {day(last.given_on)}{f', {instead}' if instead else ''}"
    return "done", "late" if instead else "ok", words, not instead


def _clearance(step: StatutoryDate, facts: Facts) -> _State:
    if step.on is None or not facts.knows_agenda:
        return "", "", "", None
    waiting = sum(paper.cleared_at is None for paper in facts.papers)
    if facts.papers and not waiting:
        cleared = max(paper.cleared_at for paper in facts.papers if paper.cleared_at is not None)
        on = timezone.localtime(cleared).date()
        return "done", "late" if on > step.on else "ok", f"Cleared {day(on)}", on <= step.on
    words = f"{counted(waiting, 'paper').capitalize()} not cleared" if waiting else "No papers yet"
    if facts.today > step.on:
        return "due", "missed" if waiting else "", words, False if waiting else None
    return "due", "near" if facts.today == step.on else "", words, None
