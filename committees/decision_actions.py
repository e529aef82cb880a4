"""Recording decisions: what was decided, its publication, corrections, call-in, and what each council made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from committees import decision_policies as policies
from committees.clock import working_days_after
from committees.models import (
    AgendaItem,
    Committee,
    Decision,
    DecisionCorrection,
    ForwardPlanEntry,
    Meeting,
    OnwardRecommendation,
    Resolution,
)
from portal import audit, clock
from portal.models import Part

if TYPE_CHECKING:
    from portal.models import Council, User


@dataclass(frozen=True)
class DecisionText:
    """What a clerk writes of a decision. `item` is the agenda item it was taken under."""

    item: AgendaItem | None
    title: str
    outcome: str
    text: str
    reasons: str
    alternatives: str
    conflicts: str
    is_key: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item.number if self.item is not None else None,
            "title": self.title,
            "outcome": self.outcome,
            "text": self.text,
            "reasons": self.reasons,
            "alternatives": self.alternatives,
            "conflicts": self.conflicts,
            "is_key": self.is_key,
        }


def _lock_meeting(pk: int) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=pk)


def _lock(decision: Decision) -> Decision:
    meeting = _lock_meeting(decision.meeting_id)
    held = Decision.objects.select_for_update(of=("self",)).select_related("item").get(pk=decision.pk)
    held.meeting = meeting
    return held


@transaction.atomic
def record_decision(
    *,
    by: User,
    meeting: Meeting,
    text: DecisionText,
    resolution: Resolution | None = None,
    councils: Mapping[Council, str],
) -> Decision:
    """Write down a decision of a meeting. `councils` are those it goes on to, each with the body that decides there.

    It is restricted as its item is. Raises policies.Refused.
    """
    meeting = _lock_meeting(meeting.pk)
    policies.check_record(meeting)
    partnership = meeting.committee.partnership
    number = text.item.number if text.item is not None else 0
    like = f"{meeting.on:%Y-%m-%d}/{number}."
    restricted = text.item if text.item is not None and text.item.part == Part.TWO else None
    if resolution is not None and resolution.item.part == Part.TWO:
        restriction: Any = resolution.item
    else:
        restriction = restricted
    decision = Decision.objects.create(
        meeting=meeting,
        item=text.item,
        resolution=resolution,
        reference=f"{like}{meeting.decisions.filter(reference__startswith=like).count() + 1}",
        title=text.title,
        outcome=text.outcome,
        text=text.text,
        reasons=text.reasons,
        alternatives=text.alternatives,
        conflicts=text.conflicts,
        is_key=text.is_key,
        part=Part.TWO if restriction is not None else Part.ONE,
        exempt_paragraphs=restriction.exempt_paragraphs if restriction is not None else [],
        is_confidential=restriction.is_confidential if restriction is not None else False,
        public_interest=restriction.public_interest if restriction is not None else "",
        recorded_by=by,
        recorded_at=clock.now(partnership),
    )
    for council, body in councils.items():
        OnwardRecommendation.objects.create(decision=decision, council=council, to_body=body)
    if text.item is not None:
        ForwardPlanEntry.objects.filter(item=text.item, state=ForwardPlanEntry.State.PLANNED).update(
            state=ForwardPlanEntry.State.DECIDED
        )
    _record(by, decision, verb="decision.record", after=text.as_json() | {"councils": _slugs(councils)})
    return decision


@transaction.atomic
def edit_decision(*, by: User, decision: Decision, text: DecisionText, councils: Mapping[Council, str]) -> Decision:
    """Change a decision that is not published. Raises policies.Refused."""
    decision = _lock(decision)
    policies.check_edit(decision)
    before = _text_of(decision)
    for name in ("title", "outcome", "text", "reasons", "alternatives", "conflicts", "is_key"):
        setattr(decision, name, getattr(text, name))
    decision.save()
    goes_to = {row.council_id: row for row in decision.recommendations.all()}
    for council, body in councils.items():
        row = goes_to.pop(council.pk, None) or OnwardRecommendation(decision=decision, council=council)
        row.to_body = body
        row.save()
    for row in goes_to.values():
        row.delete()
    after = text.as_json() | {"councils": _slugs(councils)}
    _record(by, decision, verb="decision.edit", before=before, after=after)
    return decision


@transaction.atomic
def publish_decision(*, by: User, decision: Decision) -> Decision:
    """Put a decision into the public register. From that day call-in counts, where the committee knows one."""
    decision = _lock(decision)
    committee = decision.meeting.committee
    policies.check_publish(decision, is_executive=committee.legal_basis == Committee.LegalBasis.EXECUTIVE)
    partnership = committee.partnership
    decision.published_at = clock.now(partnership)
    if committee.call_in_working_days:
        closed = frozenset(partnership.closed_days.values_list("on", flat=True))
        today = clock.today(partnership)
        decision.call_in_ends_on = working_days_after(today, committee.call_in_working_days, closed=closed)
    decision.save(update_fields=["published_at", "call_in_ends_on"])
    ends = decision.call_in_ends_on
    _record(by, decision, verb="decision.publish", after={"call_in_ends_on": ends.isoformat() if ends else None})
    return decision


@transaction.atomic
def correct_decision(*, by: User, decision: Decision, text: str) -> DecisionCorrection:
    """Put right what is wrong about a published decision, beside it."""
    decision = _lock(decision)
    policies.check_correct(decision, text)
    at = clock.now(decision.meeting.committee.partnership)
    correction = DecisionCorrection.objects.create(decision=decision, text=text.strip(), by=by, at=at)
    _record(by, decision, verb="decision.correct", after={"correction": correction.text})
    return correction


@transaction.atomic
def call_in(*, by: User, decision: Decision, on: date, reason: str) -> Decision:
    """Record that scrutiny has called a decision in."""
    decision = _lock(decision)
    policies.check_call_in(decision, on)
    decision.called_in_on = on
    decision.save(update_fields=["called_in_on"])
    _record(by, decision, verb="decision.call-in", after={"called_in_on": on.isoformat()}, reason=reason.strip())
    return decision


@transaction.atomic
def settle_call_in(*, by: User, decision: Decision, outcome: str) -> Decision:
    decision = _lock(decision)
    policies.check_settle_call_in(decision, outcome)
    decision.call_in_outcome = outcome.strip()
    decision.save(update_fields=["call_in_outcome"])
    _record(by, decision, verb="decision.settle-call-in", after={"call_in_outcome": decision.call_in_outcome})
    return decision


@transaction.atomic
def council_decides(
    *, by: User, recommendation: OnwardRecommendation, outcome: str, on: date | None, note: str
) -> OnwardRecommendation:
    """Record what a council made of a recommendation. Once."""
    decision = _lock(recommendation.decision)
    recommendation = (
        OnwardRecommendation.objects.select_for_update(of=("self",)).select_related("council").get(pk=recommendation.pk)
    )
    recommendation.decision = decision
    policies.check_council_decides(recommendation, outcome, on)
    recommendation.outcome, recommendation.decided_on, recommendation.note = outcome, on, note.strip()
    recommendation.save(update_fields=["outcome", "decided_on", "note"])
    after = {"council": recommendation.council.slug, "outcome": outcome, "decided_on": on.isoformat() if on else None}
    _record(by, decision, verb="decision.council-decides", after=after)
    return recommendation


def _text_of(decision: Decision) -> dict[str, Any]:
    text = DecisionText(
        decision.item,
        decision.title,
        decision.outcome,
        decision.text,
        decision.reasons,
        decision.alternatives,
        decision.conflicts,
        decision.is_key,
    )
    return text.as_json() | {"councils": sorted(decision.recommendations.values_list("council__slug", flat=True))}


def _slugs(councils: Collection[Council]) -> list[str]:
    return sorted(council.slug for council in councils)


def _record(
    by: User,
    decision: Decision,
    *,
    verb: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=decision,
        partnership=decision.meeting.committee.partnership,
        before=before,
        after=after,
        reason=reason,
        restricted=decision.is_restricted,
    )


# Forward plan


@dataclass(frozen=True)
class PlanText:
    title: str
    summary: str
    meeting: Meeting | None
    expected: str
    is_key: bool
    documents: str
    contact: str

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "summary": self.summary,
            "meeting": self.meeting.on.isoformat() if self.meeting is not None else None,
            "expected": self.expected,
            "is_key": self.is_key,
            "documents": self.documents,
            "contact": self.contact,
        }

    def onto(self, entry: ForwardPlanEntry) -> None:
        for name in ("title", "summary", "meeting", "expected", "is_key", "documents", "contact"):
            setattr(entry, name, getattr(self, name))


@transaction.atomic
def plan(*, by: User, committee: Committee, text: PlanText, entry: ForwardPlanEntry | None = None) -> ForwardPlanEntry:
    """Put a decision to come into the forward plan, or change an entry of it. Raises policies.Refused."""
    before = None
    if entry is not None:
        entry = ForwardPlanEntry.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=entry.pk)
        policies.check_plan_edit(entry)
        before = PlanText(
            entry.title, entry.summary, entry.meeting, entry.expected, entry.is_key, entry.documents, entry.contact
        ).as_json()
    else:
        entry = ForwardPlanEntry(committee=committee, listed_at=clock.now(committee.partnership))
    text.onto(entry)
    entry.save()
    audit.record(
        by=by,
        verb="plan.add" if before is None else "plan.edit",
        target=entry,
        partnership=committee.partnership,
        before=before,
        after=text.as_json(),
        restricted=entry.is_restricted,
    )
    return entry


@transaction.atomic
def withdraw_plan(*, by: User, entry: ForwardPlanEntry, reason: str) -> ForwardPlanEntry:
    """Take an entry out of the forward plan. It stays to be read, with its state."""
    entry = (
        ForwardPlanEntry.objects.select_for_update(of=("self",))
        .select_related("committee__partnership")
        .get(pk=entry.pk)
    )
    policies.check_plan_edit(entry)
    entry.state = ForwardPlanEntry.State.WITHDRAWN
    entry.save(update_fields=["state"])
    audit.record(
        by=by,
        verb="plan.withdraw",
        target=entry,
        partnership=entry.committee.partnership,
        before={"state": ForwardPlanEntry.State.PLANNED},
        after={"state": entry.state},
        reason=reason.strip(),
        restricted=entry.is_restricted,
    )
    return entry
