"""The wider right of councillors and of scrutiny members to a restricted paper. Pure: one answer for one paper.

Members of a partner council: Local Government Act 1972 s.100F(1), (2) and (2A); where the committee's members are all
executive members, SI 2012/2089 reg 16. Both open exempt information of paragraphs 3 and 6 of Schedule 12A alone, and
paragraph 3 not to the extent of terms proposed in negotiations for a contract. Members of overview and scrutiny:
reg 17, after the meeting, where the paper is relevant to what they review. Where the law can be read two ways, the
narrower reading holds here; whoever is refused can ask the proper officer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

# What s.100F(2A) and reg 16(6) leave open to every member of the council.
OPEN_TO_MEMBERS = frozenset({3, 6})


class Ground(Enum):
    MEMBER = "member"
    EXECUTIVE = "executive"
    SCRUTINY = "scrutiny"


RULES = {
    Ground.MEMBER: "section 100F of the Local Government Act 1972",
    Ground.EXECUTIVE: "regulation 16 of SI 2012/2089",
    Ground.SCRUTINY: "regulation 17 of SI 2012/2089",
}


@dataclass(frozen=True)
class Document:
    """A restricted paper: every paragraph under which any part of it is exempt; what has been found of it.

    `holds_terms` None: nobody has found yet whether it holds terms proposed in negotiations for a contract.
    """

    paragraphs: Collection[int]
    is_confidential: bool
    holds_terms: bool | None
    is_executive: bool
    was_held: bool


@dataclass(frozen=True)
class Answer:
    """`ground` None: no right, and `why` says so. `asks_need`: the need has to be stated first."""

    ground: Ground | None
    why: str
    asks_need: bool = False


def answer(document: Document, *, is_councillor: bool, is_scrutiny: bool) -> Answer:
    """What the law gives. A councillor's right is tried first; scrutiny's adds to it."""
    refusals = []
    if is_councillor:
        found = _member(document)
        if found.ground is not None:
            return found
        refusals.append(found.why)
    if is_scrutiny:
        found = _scrutiny(document)
        if found.ground is not None:
            return found
        refusals.append(found.why)
    return Answer(None, " ".join(refusals) or "Your account has no wider right to papers.")


def _member(document: Document) -> Answer:
    ground = Ground.EXECUTIVE if document.is_executive else Ground.MEMBER
    rule = RULES[ground]
    if not document.is_executive and document.was_held:
        return Answer(None, f"The right under {rule} is to business to be transacted; this meeting was held.")
    if not document.is_confidential and not document.paragraphs:
        return Answer(None, "The paragraph that restricts it is not stated.")
    shut = sorted(set(document.paragraphs) - OPEN_TO_MEMBERS)
    if shut:
        return Answer(None, f"It is exempt under paragraph {shut[0]}, which {rule} does not open to members.")
    if 3 in document.paragraphs and document.holds_terms is None:
        return Answer(
            None,
            "It is exempt under paragraph 3, and the proper officer has not found yet whether it holds terms proposed "
            "in negotiations for a contract.",
        )
    if 3 in document.paragraphs and document.holds_terms:
        return Answer(None, f"It holds terms proposed in negotiations for a contract, which {rule} does not open.")
    return Answer(ground, f"You may read it by {rule}.", asks_need=document.is_confidential)


def _scrutiny(document: Document) -> Answer:
    rule = RULES[Ground.SCRUTINY]
    if not document.is_executive:
        return Answer(None, f"The right under {rule} is to papers of the executive; this committee is not one.")
    if not document.was_held:
        return Answer(None, f"The right under {rule} is to business that has been transacted; this meeting is to come.")
    return Answer(
        Ground.SCRUTINY,
        f"You may read it by {rule}, where it is relevant to an action or decision that you review, or to a review in "
        "the committee’s programme of work.",
        asks_need=True,
    )
