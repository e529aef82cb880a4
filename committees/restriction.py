"""What the public is told of a restricted paper: which part of the law restricts it, in words, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence

from committees import exclusion
from committees.models import AgendaItem, Committee, Meeting, Paper
from portal.models import EXEMPT_PARAGRAPHS, Part, Restrictable
from portal.words import listed


def applying_to(paper: Paper) -> Restrictable | None:
    """What restricts the paper: its own part, or that of its whole item; None for an open one."""
    if paper.part == Part.TWO:
        return paper
    return paper.item if paper.item.part == Part.TWO else None


def label(paper: Paper) -> str:
    """Part II, paragraph 3 – of the paper or of its item; "" for an open paper."""
    thing = applying_to(paper)
    return thing.restriction_label() if thing else ""


def reason(thing: Restrictable, committee: Committee) -> str:
    """Why it is restricted: the description that the law gives, and the rule under which the public is excluded.

    Local Government Act 1972 s.100A(2) and (4), s.100I and Schedule 12A Part 1; for a committee of executive members
    SI 2012/2089 reg 4(2).
    """
    executive = committee.legal_basis == Committee.LegalBasis.EXECUTIVE
    if thing.is_confidential:
        rule = "regulation 4(2)(a) of SI 2012/2089" if executive else "section 100A(2) of the Local Government Act 1972"
        return f"It holds confidential information, for which the law excludes the public ({rule})."
    if not thing.exempt_paragraphs:
        return "The paragraph of Schedule 12A to the Local Government Act 1972 is still to be stated."
    numbers = listed([str(paragraph) for paragraph in thing.exempt_paragraphs])
    described = "; ".join(EXEMPT_PARAGRAPHS[paragraph] for paragraph in thing.exempt_paragraphs)
    rule = "regulation 4(2)(b) of SI 2012/2089" if executive else "section 100A(4) of the Act"
    return (
        f"It holds exempt information under paragraph{'s' if len(thing.exempt_paragraphs) > 1 else ''} {numbers} of "
        f"Part 1 of Schedule 12A to the Local Government Act 1972 ({rule}): {described}."
    )


def place(paper: Paper) -> str:
    """Item 6, Appendix A – or Item 6, report."""
    return f"Item {paper.item.number}, {paper.label or paper.get_kind_display().lower()}"


def note(item: AgendaItem, meeting: Meeting, items: Sequence[AgendaItem], papers: Sequence[Paper]) -> str:
    """What the agenda says below an item's title, to everybody.

    Below the exclusion of press and public it says which of `items` and `papers`, those of the whole meeting, are to
    be taken in private. What was published before the portal is not known here item by item.
    """
    if item.kind != AgendaItem.Kind.EXCLUSION or meeting.published_before_portal:
        return item.note
    closed: list[exclusion.Closed] = []
    for other in items:
        if other.part == Part.TWO:
            closed.append(_closed(f"Item {other.number}", other))
            continue
        own = [paper for paper in papers if paper.item_id == other.pk and paper.part == Part.TWO]
        closed += [_closed(place(paper), paper) for paper in own]
    executive = meeting.committee.legal_basis == Committee.LegalBasis.EXECUTIVE
    return exclusion.note(closed, EXEMPT_PARAGRAPHS, is_executive=executive)


def _closed(where: str, thing: Restrictable) -> exclusion.Closed:
    return exclusion.Closed(where, thing.title, tuple(thing.exempt_paragraphs), thing.is_confidential)


def gaps(thing: Restrictable) -> list[str]:
    """What has to be stated of a restriction before anything is published, in words that begin a sentence."""
    missing = []
    if not thing.is_confidential:
        if not thing.exempt_paragraphs:
            missing.append("name the paragraph of Schedule 12A that restricts it")
        if not thing.public_interest.strip():
            missing.append("state why the public interest is served by keeping it restricted")
    return missing
