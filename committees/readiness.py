"""What stands between a meeting and the publication of its agenda and pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from committees import restriction
from committees.models import AgendaItem, Paper, PaperSection
from portal import blocks
from portal.models import Part, Partnership


@dataclass(frozen=True)
class Blocker:
    """One cause, in words that disclose nothing, and where it is put right: a paper, or an item as a whole."""

    text: str
    paper: Paper | None = None
    item: AgendaItem | None = None
    is_clearance: bool = False
    is_notice: bool = False


def blockers(items: Sequence[AgendaItem], papers: Iterable[Paper]) -> list[Blocker]:
    """In the order of the agenda. Papers come with their item."""
    if not items:
        return [Blocker("The agenda has no items")]
    found: list[Blocker] = []
    by_item: dict[int, list[Paper]] = {}
    for paper in papers:
        by_item.setdefault(paper.item_id, []).append(paper)
    for item in items:
        if item.part == Part.TWO:
            found += [Blocker(f"Item {item.number}: {gap}", item=item) for gap in restriction.gaps(item)]
        for paper in by_item.get(item.pk, []):
            place = restriction.place(paper)
            if paper.part == Part.TWO:
                found += [Blocker(f"{place}: {gap}", paper=paper) for gap in restriction.gaps(paper)]
            if paper.cleared_at is None:
                found.append(Blocker(f"{place}: not cleared", paper=paper, is_clearance=True))
    return found


def refused_figures(papers: Iterable[Paper], partnership: Partnership) -> list[Blocker]:
    """Cleared papers whose frozen figures may not be published any more. They are cleared again, or changed.

    Papers come with their item. One query, and what the apps ask whose blocks they carry.
    """
    cleared = {paper.pk: paper for paper in papers if paper.cleared_at is not None}
    sections = PaperSection.objects.filter(paper__in=cleared, frozen__isnull=False).select_related("frozen")
    found: dict[int, Blocker] = {}
    for section in sections.order_by("paper__item__number", "paper__position", "position", "pk"):
        if section.frozen is not None and section.paper_id not in found:
            refused = blocks.refusal(section.frozen, partnership)
            if refused:
                paper = cleared[section.paper_id]
                found[paper.pk] = Blocker(f"{restriction.place(paper)}: {refused}", paper=paper)
    return list(found.values())
