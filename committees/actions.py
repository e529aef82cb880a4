"""Changes of state: clearing papers, changing them, publishing an agenda, asking for a pack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from committees import notice_record, policies, readiness
from committees.models import AgendaItem, Meeting, Minutes, Pack, Paper, PaperSection
from committees.pack_jobs import request_pack as _request_pack
from committees.pack_jobs import request_rendering
from committees.timing import timing
from committees.wording import day
from portal import audit, blocks, clock
from portal.models import Job, Part

if TYPE_CHECKING:
    from portal.models import User


class Conflict(Exception):
    """Somebody else changed the section since it was opened. `section` is as it stands now."""

    def __init__(self, section: PaperSection) -> None:
        super().__init__("Somebody else has changed this section since you opened it.")
        self.section = section


def _lock_meeting(pk: int) -> Meeting:
    """The meeting, held until the transaction ends: publication and changes of papers wait for each other."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("committee__partnership").get(pk=pk)


def _lock_paper(paper: Paper) -> Paper:
    meeting = _lock_meeting(paper.item.meeting_id)
    held = Paper.objects.select_for_update(of=("self",)).select_related("item", "minutes_of__minutes").get(pk=paper.pk)
    held.item.meeting = meeting
    return held


def _label(paper: Paper) -> str:
    """The paper in words that disclose nothing: its public title."""
    return f"Item {paper.item.number}: {paper}"


# Clearance


def clear_paper(*, by: User, paper: Paper) -> Paper:
    """Clear a paper: its figures are frozen as reported to the meeting, and it is rendered for the pack."""
    with transaction.atomic():
        paper = _lock_paper(paper)
        meeting = paper.item.meeting
        partnership = meeting.committee.partnership
        policies.check_clear(paper, is_refused=bool(readiness.refused_figures([paper], partnership)))
        for section in paper.sections.filter(kind=PaperSection.Kind.BLOCK).order_by("position", "pk"):
            section.frozen = blocks.freeze(
                section.block,
                partnership=partnership,
                params=section.block_params,
                by=by,
                reported_to=f"meeting of {day(meeting.on)}",
                reported_on=meeting.on,
            )
            section.save(update_fields=["frozen"])
        paper.cleared_at = clock.now(partnership)
        paper.cleared_by = by
        paper.save(update_fields=["cleared_at", "cleared_by"])
        audit.record(
            by=by,
            verb="paper.clear",
            target=paper,
            partnership=partnership,
            label=_label(paper),
            restricted=paper.is_restricted,
        )
        request_rendering(paper, by=by)
    return paper


def _lose_clearance(paper: Paper) -> bool:
    """A paper that changes after clearance has to be cleared again, with the figures of that day."""
    if paper.cleared_at is None:
        return False
    paper.cleared_at = paper.cleared_by = None
    paper.save(update_fields=["cleared_at", "cleared_by"])
    paper.sections.update(frozen=None)
    return True


# Text


@dataclass(frozen=True)
class SectionText:
    heading: str
    body: str
    not_applicable: bool

    @classmethod
    def of(cls, section: PaperSection) -> SectionText:
        return cls(section.heading, section.body, section.not_applicable)

    def token(self) -> str:
        """Names this very text, so that a form can tell whether it is still what is stored."""
        written = json.dumps([self.heading, self.body, self.not_applicable], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {"heading": self.heading, "body": self.body, "not_applicable": self.not_applicable}


def edit_section(*, by: User, section: PaperSection, text: SectionText, seen: str) -> bool:
    """Store a section's text. `seen` is the token of the text that the person had before them.

    Raises Conflict if somebody stored another one meanwhile. Returns whether the paper lost its clearance.
    """
    with transaction.atomic():
        paper = _lock_paper(section.paper)
        policies.check_change(paper.item.meeting)
        section = PaperSection.objects.select_for_update(of=("self",)).get(pk=section.pk)
        before = SectionText.of(section)
        if before == text:
            return False
        if before.token() != seen:
            raise Conflict(section)
        section.heading, section.body, section.not_applicable = text.heading, text.body, text.not_applicable
        section.save(update_fields=["heading", "body", "not_applicable"])
        lost = _lose_clearance(paper)
        audit.record(
            by=by,
            verb="paper.edit",
            target=paper,
            partnership=paper.item.meeting.committee.partnership,
            before=before.as_json() | {"cleared": lost},
            after=text.as_json() | {"cleared": False},
            label=f"{_label(paper)}, section {section.position}",
            restricted=paper.is_restricted,
        )
    return lost


# Restriction


@dataclass(frozen=True)
class Restriction:
    """What the proper officer decides of an item or a paper."""

    part: str
    private_title: str
    exempt_paragraphs: tuple[int, ...]
    is_confidential: bool
    public_interest: str
    restriction_review_on: date | None

    @classmethod
    def of(cls, thing: AgendaItem | Paper) -> Restriction:
        return cls(
            thing.part,
            thing.private_title,
            tuple(thing.exempt_paragraphs),
            thing.is_confidential,
            thing.public_interest,
            thing.restriction_review_on,
        )

    def as_json(self) -> dict[str, Any]:
        review = self.restriction_review_on
        return {
            "part": self.part,
            "private_title": self.private_title,
            "exempt_paragraphs": list(self.exempt_paragraphs),
            "is_confidential": self.is_confidential,
            "public_interest": self.public_interest,
            "restriction_review_on": review.isoformat() if review else None,
        }

    def shown(self) -> tuple[Any, ...]:
        """What of it stands in the paper itself."""
        return self.part, self.private_title, self.exempt_paragraphs, self.is_confidential


def restrict(*, by: User, thing: AgendaItem | Paper, decision: Restriction) -> bool:
    """Record what restricts an item or a paper, or that nothing does. Returns whether clearance was lost."""
    with transaction.atomic():
        held: AgendaItem | Paper
        if isinstance(thing, Paper):
            held = paper = _lock_paper(thing)
            item = paper.item
        else:
            meeting = _lock_meeting(thing.meeting_id)
            held = item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=thing.pk)
            item.meeting = meeting
        policies.check_change(item.meeting)
        before = Restriction.of(held)
        if before == decision:
            return False
        for field, value in decision.as_json().items():
            setattr(held, field, value)
        held.restriction_review_on = decision.restriction_review_on
        held.save(update_fields=list(decision.as_json()))
        lost = False
        if before.shown() != decision.shown():
            papers = [held] if isinstance(held, Paper) else list(held.papers.order_by("position", "pk"))
            for paper in papers:
                lost = _lose_clearance(paper) or lost
        audit.record(
            by=by,
            verb="restriction.decide",
            target=held,
            partnership=item.meeting.committee.partnership,
            before=before.as_json(),
            after=decision.as_json(),
            label=_label(held) if isinstance(held, Paper) else f"Item {item.number}: {item.title}",
            restricted=Part.TWO in (before.part, decision.part),
        )
    return lost


# Packs and publication


def request_pack(*, by: User, meeting: Meeting, edition: str) -> Job:
    """Ask for an edition: a draft before publication, after it the published one if its build failed."""
    with transaction.atomic():
        meeting = _lock_meeting(meeting.pk)
        policies.check_build(meeting, edition, list(meeting.packs.filter(edition=edition)))
        return _request_pack(meeting, edition, by=by)


def minutes_to_publish(papers: Iterable[Paper]) -> QuerySet[Minutes]:
    """The minutes that become public with `papers`, which come with their item.

    Previous minutes do so with the paper that asks the committee to approve them, unless that paper is restricted.
    """
    previous = [paper.minutes_of_id for paper in papers if paper.kind == Paper.Kind.MINUTES and not paper.is_restricted]
    return Minutes.objects.filter(meeting__in=previous, state=Minutes.State.CHECKED)


def publish(
    *, by: User, meeting: Meeting, urgency_route: str = "", urgency_reason: str = "", urgency_agreed_by: str = ""
) -> Meeting:
    """Publish agenda and papers, and have both editions of the pack built. Papers cannot change afterwards.

    The urgency route is for an agenda with fewer than five clear days to go; in time it is not recorded.
    """
    with transaction.atomic():
        meeting = _lock_meeting(meeting.pk)
        partnership = meeting.committee.partnership
        closed = frozenset(row.on for row in partnership.closed_days.all())
        now = timing(clock.today(partnership), meeting.on, closed=closed)
        items = list(meeting.items.order_by("number", "pk"))
        papers = list(
            Paper.objects.filter(item__meeting=meeting)
            .select_related("item")
            .order_by("item__number", "position", "pk")
        )
        policies.check_publish(
            meeting,
            [
                *readiness.blockers(items, papers),
                *readiness.refused_figures(papers, partnership),
                *notice_record.blockers(meeting, items, papers, meeting.notices.select_related("item"), closed),
            ],
            now,
            urgency_route=urgency_route,
            urgency_reason=urgency_reason,
            urgency_agreed_by=urgency_agreed_by,
        )
        meeting.published_at = clock.now(partnership)
        meeting.published_by = by
        if not now.is_in_time:
            meeting.urgency_route = urgency_route
            meeting.urgency_reason = urgency_reason.strip()
            meeting.urgency_agreed_by = urgency_agreed_by.strip()
        urgency = ["urgency_route", "urgency_reason", "urgency_agreed_by"]
        meeting.save(update_fields=["published_at", "published_by", *urgency])
        minutes_to_publish(papers).update(state=Minutes.State.PUBLISHED, published_at=meeting.published_at)
        audit.record(
            by=by,
            verb="agenda.publish",
            target=meeting,
            partnership=partnership,
            after={
                "clear_days": now.clear_days,
                "urgency_route": meeting.urgency_route,
                "urgency_reason": meeting.urgency_reason,
                "urgency_agreed_by": meeting.urgency_agreed_by,
            },
            reason=meeting.urgency_reason,
        )
        for edition in Pack.Edition.values:
            _request_pack(meeting, edition, by=by)
    return meeting
