"""Opening a restricted paper by a wider right, and what the proper officer finds of it. Both are kept on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from committees import wider
from committees.models import Committee, Meeting, MinuteItem, Paper, PaperAccess, WiderFinding
from portal import audit, clock, permissions
from portal.models import Part, Role
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership, User
    from portal.permissions import Reader


def roles_of(user: Reader, partnership: Partnership) -> tuple[bool, bool]:
    """Whether the account reads as a councillor of a partner council, and as a member of scrutiny."""
    councils = set(partnership.places.values_list("council_id", flat=True))
    roles = {
        right.role
        for right in permissions.roles_in(user, partnership)
        if permissions.PAPER_READ_WIDER in permissions.ROLE_PERMISSIONS[right.role] and right.council_id in councils
    }
    return Role.COUNCILLOR in roles, Role.SCRUTINY in roles


def document_of(paper: Paper) -> wider.Document:
    """The paper as the law looks at it: with its item's restriction, and those of minutes that it shows."""
    things = [thing for thing in (paper, paper.item) if thing.part == Part.TWO]
    paragraphs = {number for thing in things for number in thing.exempt_paragraphs}
    is_confidential = any(thing.is_confidential for thing in things)
    if paper.kind == Paper.Kind.MINUTES:
        for item in MinuteItem.objects.filter(minutes__meeting=paper.minutes_of_id, part=Part.TWO):
            paragraphs |= set(item.exempt_paragraphs)
            is_confidential = is_confidential or item.is_confidential
    finding = WiderFinding.objects.filter(paper=paper).first()
    meeting = paper.item.meeting
    return wider.Document(
        paragraphs=frozenset(paragraphs),
        is_confidential=is_confidential,
        holds_terms=finding.holds_terms if finding else None,
        is_executive=meeting.committee.legal_basis == Committee.LegalBasis.EXECUTIVE,
        was_held=meeting.state == Meeting.State.HELD or clock.today(meeting.committee.partnership) > meeting.on,
    )


def answer_for(user: Reader, paper: Paper) -> wider.Answer:
    """What the wider right gives the account of this paper. It comes with its item, meeting and committee."""
    meeting = paper.item.meeting
    if not meeting.is_published or meeting.state == Meeting.State.CANCELLED:
        return wider.Answer(None, "Its agenda is not published.")
    councillor, scrutiny = roles_of(user, meeting.committee.partnership)
    return wider.answer(document_of(paper), is_councillor=councillor, is_scrutiny=scrutiny)


@transaction.atomic
def open_paper(*, by: User, paper: Paper, need: str) -> PaperAccess:
    """Record that somebody reads a restricted paper by a wider right. Raises policies.Refused."""
    found = answer_for(by, paper)
    if found.ground is None:
        raise Refused(found.why)
    need = need.strip()
    if found.asks_need and len(need) < 10:
        raise Refused("Say what you need it for: the decision or review, in a sentence.")
    partnership = paper.item.meeting.committee.partnership
    made = PaperAccess.objects.create(
        paper=paper, by=by, ground=found.ground.value, need=need, at=clock.now(partnership)
    )
    audit.record(
        by=by,
        verb="paper.open-wider",
        target=paper,
        partnership=partnership,
        after={"ground": found.ground.value},
        reason=need,
        label=f"Item {paper.item.number}: {paper}",
        restricted=True,
    )
    return made


@transaction.atomic
def record_finding(*, by: User, paper: Paper, holds_terms: bool, decided_as: str) -> WiderFinding:
    """Record whether a paper holds terms proposed in negotiations for a contract. A later finding replaces it."""
    if not decided_as.strip():
        raise Refused("Say as what you decide: the proper officer, or who acts for them.")
    partnership = paper.item.meeting.committee.partnership
    before = WiderFinding.objects.filter(paper=paper).first()
    made, _ = WiderFinding.objects.update_or_create(
        paper=paper,
        defaults={
            "holds_terms": holds_terms,
            "decided_as": decided_as.strip(),
            "decided_by": by,
            "decided_at": clock.now(partnership),
        },
    )
    audit.record(
        by=by,
        verb="paper.finding",
        target=paper,
        partnership=partnership,
        before={"holds_terms": before.holds_terms} if before else None,
        after={"holds_terms": holds_terms, "decided_as": made.decided_as},
        label=f"Item {paper.item.number}: {paper}",
        restricted=True,
    )
    return made
