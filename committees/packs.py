"""Agenda packs: the papers of a meeting joined into one PDF, in a public and a members' edition.

Both editions have the same page numbers. A restricted paper is rendered for the members' edition; in the public one a
sheet stands for it that keeps its pages.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from committees import pack_content, paper_content, renderings, restriction
from committees.models import Meeting, Pack, Paper
from committees.pack_content import FRONT_KEY, paper_key
from committees.renderings import Rendered
from committees.wording import day
from portal import clock
from portal.pdf import PaperError
from portal.pdf_join import PageRange, Part, join, number_pages

Step = Callable[[str, int, int], None]


class CannotBuild(Exception):
    """The pack cannot be built. The message names the paper by its number alone, so that it discloses nothing."""


@dataclass(frozen=True)
class BuiltPack:
    """A pack and how it came about. `ranges` has for each paper, by primary key, its pages and its rendering."""

    pdf: bytes
    sha256: str
    pages: int
    seconds: float
    papers_rendered: int
    papers_reused: int
    ranges: dict[str, dict[str, Any]]

    def summary(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "bytes": len(self.pdf),
            "seconds": round(self.seconds, 3),
            "papers_rendered": self.papers_rendered,
            "papers_reused": self.papers_reused,
            "sha256": self.sha256,
        }


def papers_of(meeting: Meeting) -> list[Paper]:
    """All papers of a meeting in their order, with their content. For building: whoever calls this sees everything."""
    return list(paper_content.for_content(Paper.objects.filter(item__meeting=meeting)))


def _no_step(text: str, progress: int, total: int) -> None:
    pass


def build(meeting: Meeting, edition: str, *, is_published: bool = False, step: Step = _no_step) -> BuiltPack:
    """Render what has no rendering yet and join the edition. Nothing is written but renderings.

    Raises CannotBuild where a paper cannot become a PDF.
    """
    began = time.perf_counter()
    partnership = meeting.committee.partnership
    papers = papers_of(meeting)
    total = len(papers) + 2
    rendered: dict[str, Rendered] = {}
    for at, paper in enumerate(papers):
        step(f"Paper {at + 1} of {len(papers)}", at, total)
        rendered[paper_key(paper)] = render(paper)
    ranges = number_pages([_part(paper, rendered[paper_key(paper)], edition="") for paper in papers]) if papers else {}

    step("Front sheet and agenda", len(papers), total)
    made_at = meeting.published_at if is_published and meeting.published_at else clock.now(partnership)
    made_at = timezone.localtime(made_at)
    front = renderings.of(
        pack_content.front_source(
            meeting, papers, ranges, edition=edition, made_on=made_at.date(), is_published=is_published
        )
    )
    # The members' agenda gives private titles.
    secret = edition == Pack.Edition.MEMBERS and any(paper.is_restricted for paper in papers)
    marking = "Members’ edition: not for publication" if secret else ""
    parts = [
        Part(
            key=FRONT_KEY,
            title="Front sheet and agenda",
            prepared=renderings.read(front.rendering),
            front=True,
            marking=marking,
        )
    ]
    for paper in papers:
        key = paper_key(paper)
        if edition == Pack.Edition.PUBLIC and paper.is_restricted:
            parts.append(_sealed(paper, ranges[key], is_last=paper is papers[-1]))
        else:
            parts.append(_part(paper, rendered[key], edition=edition))

    step("Joining the papers", len(papers) + 1, total)
    joined = join(
        parts,
        title=f"{meeting.committee.name}, {day(meeting.on)}, {Pack.Edition(edition).label.lower()}",
        author=meeting.committee.name,
        footer_left=f"{meeting.committee.name} · {day(meeting.on)}",
        created=made_at,
    )
    _check_numbers(ranges, joined.ranges)
    return BuiltPack(
        pdf=joined.pdf,
        sha256=hashlib.sha256(joined.pdf).hexdigest(),
        pages=joined.pages,
        seconds=time.perf_counter() - began,
        papers_rendered=sum(its.is_new for its in rendered.values()),
        papers_reused=sum(not its.is_new for its in rendered.values()),
        ranges=_stored_ranges(papers, ranges, rendered),
    )


def render(paper: Paper) -> Rendered:
    partnership = paper.item.meeting.committee.partnership
    try:
        return renderings.of(pack_content.paper_source(paper, partnership))
    except PaperError as error:
        place = f"Item {paper.item.number}, paper {paper.position}"
        # The renderer quotes what it stumbles over, which nobody may read here if the paper is restricted.
        why = "open it and look at its links and pictures" if paper.is_restricted else str(error)
        raise CannotBuild(f"{place} cannot become a PDF: {why}.") from error


def _under(paper: Paper) -> tuple[str, ...]:
    return (f"{paper.item.number}. {paper.item.title}",)


def _part(paper: Paper, rendered: Rendered, *, edition: str) -> Part:
    restricted = restriction.label(paper)
    return Part(
        key=paper_key(paper),
        title=str(paper),
        prepared=renderings.read(rendered.rendering),
        under=_under(paper),
        marking=f"Restricted: {restricted}" if restricted and edition else "",
    )


def _sealed(paper: Paper, pages: PageRange, *, is_last: bool) -> Part:
    sheet = renderings.of(pack_content.sealed_source(paper, pages, is_last=is_last))
    return Part(
        key=paper_key(paper),
        title=str(paper),
        prepared=renderings.read(sheet.rendering),
        under=_under(paper),
        reserved=pages.last - pages.first + 1,
    )


def _check_numbers(planned: Mapping[str, PageRange], printed: Mapping[str, PageRange]) -> None:
    """The agenda was written before the papers were joined; it must say what is printed."""
    for key, pages in planned.items():
        if (pages.first, pages.last) != (printed[key].first, printed[key].last):
            raise AssertionError(f"{key} was to have pages {pages} and has {printed[key]}")


def _stored_ranges(
    papers: Sequence[Paper], ranges: Mapping[str, PageRange], rendered: Mapping[str, Rendered]
) -> dict[str, dict[str, Any]]:
    return {
        str(paper.pk): {
            "first": ranges[paper_key(paper)].first,
            "last": ranges[paper_key(paper)].last,
            "rendering": rendered[paper_key(paper)].rendering.key,
        }
        for paper in papers
    }


def changed_between(before: Pack, after: Pack, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that read otherwise in the later pack, or are new in it."""
    return [
        paper
        for paper in papers
        if str(paper.pk) in after.ranges
        and before.ranges.get(str(paper.pk), {}).get("rendering") != after.ranges[str(paper.pk)]["rendering"]
    ]
