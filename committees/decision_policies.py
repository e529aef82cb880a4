"""May it now? What can be recorded of a decision, and when. Each check raises Refused, in words for who asked."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from committees.models import Decision, ForwardPlanEntry, Meeting, OnwardRecommendation
from committees.wording import weekday
from portal import clock
from portal.policies import Refused


def check_record(meeting: Meeting) -> None:
    """What a meeting decided is recorded once it has begun."""
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("The meeting is cancelled. It decided nothing.")
    if clock.today(meeting.committee.partnership) < meeting.on:
        raise Refused(f"The meeting is on {weekday(meeting.on)}. Its decisions can be recorded from that day.")


def check_edit(decision: Decision) -> None:
    if decision.published_at is not None:
        raise Refused("This decision is published and cannot change any more. Record a correction beside it.")


def check_publish(decision: Decision, *, is_executive: bool) -> None:
    """Once. A statement of an executive decision gives its reasons, the alternatives and the interests declared.

    SI 2012/2089 reg 12(2).
    """
    if decision.published_at is not None:
        raise Refused("This decision is published already.")
    if is_executive:
        wanted = {"reasons": decision.reasons, "alternatives": decision.alternatives, "conflicts": decision.conflicts}
        words = {
            "reasons": "its reasons",
            "alternatives": "the alternatives considered",
            "conflicts": "the interests declared",
        }
        missing = [words[name] for name, text in wanted.items() if not text.strip()]
        if missing:
            raise Refused(
                f"The statement of this decision still lacks {', '.join(missing)} (SI 2012/2089, regulation 12(2)). "
                "Write “None” where there were none."
            )


def check_correct(decision: Decision, text: str) -> None:
    if decision.published_at is None:
        raise Refused("This decision is not published yet. Change it itself.")
    if not text.strip():
        raise Refused("Say what is corrected.")


def check_call_in(decision: Decision, on: date) -> None:
    if decision.published_at is None or decision.call_in_ends_on is None:
        raise Refused("This decision is not open to call-in.")
    if decision.called_in_on is not None:
        raise Refused("This decision has been called in already.")
    if on > decision.call_in_ends_on:
        raise Refused(f"Call-in ended on {weekday(decision.call_in_ends_on)}.")
    if on < _local_day(decision):
        raise Refused(f"The decision was published on {weekday(_local_day(decision))}. Choose that day or a later one.")
    if on > clock.today(decision.meeting.committee.partnership):
        raise Refused("Choose a day that has come.")


def check_settle_call_in(decision: Decision, outcome: str) -> None:
    if decision.called_in_on is None:
        raise Refused("This decision was not called in.")
    if decision.call_in_outcome:
        raise Refused("What came of the call-in is recorded already.")
    if not outcome.strip():
        raise Refused("Say what came of the call-in.")


def check_council_decides(recommendation: OnwardRecommendation, outcome: str, on: date | None) -> None:
    if recommendation.decision.published_at is None:
        raise Refused("The decision is not published yet. A council decides on it afterwards.")
    if recommendation.outcome != OnwardRecommendation.Outcome.WAITING:
        raise Refused(f"What {recommendation.council} decided is recorded already.")
    if outcome == OnwardRecommendation.Outcome.WAITING:
        raise Refused("Choose what the council decided.")
    if on is None or on < recommendation.decision.meeting.on:
        raise Refused("Give the day on which the council decided, not before the committee's meeting.")
    if on > clock.today(recommendation.decision.meeting.committee.partnership):
        raise Refused("Choose a day that has come.")


def check_plan_edit(entry: ForwardPlanEntry) -> None:
    if entry.state != ForwardPlanEntry.State.PLANNED:
        raise Refused(f"This entry is {entry.get_state_display().lower()}. It cannot change any more.")


def _local_day(decision: Decision) -> date:
    assert decision.published_at is not None
    return timezone.localtime(decision.published_at).date()
