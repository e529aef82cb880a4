"""What the agenda says of excluding press and public: for which items, and under which rule. Pure.

Local Government Act 1972 s.100A(2) (confidential information, which the law itself excludes) and s.100A(4) (exempt
information, by resolution, naming the description in Part 1 of Schedule 12A); for a committee of executive members
SI 2012/2089 reg 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.words import listed

NONE_IDENTIFIED = "No item has been identified in advance."


@dataclass(frozen=True)
class Closed:
    """What is to be taken in private. `place` and `title` are the public ones: "Item 6, Appendix A".

    `paragraphs` are numbers of Part 1 of Schedule 12A.
    """

    place: str
    title: str
    paragraphs: tuple[int, ...] = ()
    is_confidential: bool = False


def note(closed: Sequence[Closed], descriptions: Mapping[int, str], *, is_executive: bool) -> str:
    """One sentence for each, in the order given; `descriptions` are the law's words for each paragraph."""
    return " ".join(_sentence(thing, descriptions, is_executive) for thing in closed) or NONE_IDENTIFIED


def _sentence(thing: Closed, descriptions: Mapping[int, str], is_executive: bool) -> str:
    named = f"{thing.place}, “{thing.title}”"
    if thing.is_confidential:
        rule = "regulation 4(2) of SI 2012/2089" if is_executive else "section 100A(2) of the Local Government Act 1972"
        return f"{named}: the public is excluded under {rule}, because confidential information would be disclosed."
    rule = "regulation 4 of SI 2012/2089" if is_executive else "section 100A(4) of the Local Government Act 1972"
    proposed = f"{named}: it is proposed to exclude the public under {rule}"
    if not thing.paragraphs:
        return f"{proposed}; the paragraph of Schedule 12A is still to be stated."
    numbers = listed([str(paragraph) for paragraph in thing.paragraphs])
    words = "; ".join(descriptions[paragraph] for paragraph in thing.paragraphs)
    schedule = "Part 1 of Schedule 12A" + (" to the Local Government Act 1972" if is_executive else " to that Act")
    return (
        f"{proposed}, because exempt information would be disclosed under "
        f"paragraph{'s' if len(thing.paragraphs) > 1 else ''} {numbers} of {schedule}: {words}."
    )
