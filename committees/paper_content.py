"""The content of a paper of any kind: cover table, numbered sections, figures of other apps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.safestring import SafeString, mark_safe

from committees import minutes_content, numbering, restriction
from committees.content import Body, PaperContent, Row, SectionContent, Value, pieces
from committees.models import Meeting, Minutes, Paper, PaperSection
from portal import blocks
from portal.models import Part, Partnership, Person

Link = Callable[[Paper], str]


def for_content(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Papers in their order with all that `of` needs, in a number of queries that does not grow with them."""
    open_minutes = Paper.objects.filter(
        item__meeting=OuterRef("item__meeting"),
        minutes_of=OuterRef("minutes_of"),
        kind=Paper.Kind.MINUTES,
        part=Part.ONE,
        item__part=Part.ONE,
    )
    return (
        papers.annotate(beside_open_minutes=Exists(open_minutes))
        .select_related("item__meeting__committee__partnership", "contact_officer", "signed_off_by", "cleared_by")
        .prefetch_related(
            Prefetch("sections", PaperSection.objects.select_related("frozen").order_by("position", "pk")),
            Prefetch("item__papers", Paper.objects.select_related("item").order_by("position", "pk")),
            Prefetch("minutes_of", minutes_content.for_content(Meeting.objects.all())),
        )
        .order_by("item__number", "position", "pk")
    )


def of(paper: Paper, partnership: Partnership, *, for_print: bool, link: Link) -> PaperContent:
    """The whole content of a paper, for whoever may read it; its private title stands above it.

    `paper` comes with what `for_content` loads. `link` gives the address of another paper of the same item.
    """
    restricted = restriction.applying_to(paper)
    is_report = paper.kind == Paper.Kind.REPORT
    return PaperContent(
        kicker=f"Item {paper.item.number}, {paper.label}" if paper.label else f"Item {paper.item.number}",
        title=paper.title_for(True),
        byline=f"Report of the {paper.author}" if paper.author and is_report else paper.author,
        restriction_label=restriction.label(paper),
        restriction_reason=restriction.reason(restricted, paper.item.meeting.committee) if restricted else "",
        is_landscape=paper.is_landscape,
        body=_minutes(paper) if paper.minutes_of else _report(paper, partnership, for_print=for_print, link=link),
    )


def _minutes(paper: Paper) -> Body:
    """Minutes that the committee is to approve.

    Where an open paper of the same meeting has them, a restricted one keeps the restricted items apart; otherwise it
    is the only one, and has them whole.
    """
    minutes: Minutes | None = getattr(paper.minutes_of, "minutes", None)
    if minutes is None:
        return Body(closing=("These minutes are still to be written.",))
    if not paper.is_restricted:
        shown = minutes_content.open_items(minutes)
    elif getattr(paper, "beside_open_minutes"):  # noqa: B009 - annotated by for_content
        shown = minutes_content.restricted_items(minutes)
    else:
        shown = list(minutes.items.all())
    return minutes_content.of(minutes, shown)


def _report(paper: Paper, partnership: Partnership, *, for_print: bool, link: Link) -> Body:
    return Body(
        cover_caption="Report details",
        cover=tuple(_cover(paper, link)),
        sections=_sections(paper, list(paper.sections.all()), partnership, for_print=for_print),
    )


def _cover(paper: Paper, link: Link) -> list[Row]:
    """The cover table of a report: what a reader must know of it before reading it."""
    if paper.kind != Paper.Kind.REPORT:
        return []
    # Their public titles, whoever reads: an open report must not give away a restricted appendix.
    appendices = [other for other in paper.item.papers.all() if other.kind == Paper.Kind.APPENDIX]
    rows = [
        Row("Wards affected", (Value(paper.wards_affected),)),
        Row("Key or non-key decision", (Value(paper.get_decision_type_display()),)),
        Row("Open or exempt", (Value(restriction.label(paper) or "Open"),)),
        Row(
            "Appendices",
            tuple(Value(str(other), link(other)) for other in appendices) or (Value("None"),),
        ),
        Row("Background papers", (Value(paper.background_papers or "None"),)),
        Row("Contact officer", (Value(_with_post(paper.contact_officer)),)),
        Row("Signed off by", (Value(_with_post(paper.signed_off_by)),)),
    ]
    return [row for row in rows if any(value.words for value in row.values)]


def _with_post(person: Person | None) -> str:
    if person is None:
        return ""
    return f"{person}, {person.job_title}" if person.job_title else str(person)


def _sections(
    paper: Paper, sections: Sequence[PaperSection], partnership: Partnership, *, for_print: bool
) -> tuple[SectionContent, ...]:
    numbered = numbering.number(
        [
            numbering.Section(
                section.heading, "Not applicable." if section.not_applicable else section.body, section.is_numbered
            )
            for section in sections
        ],
        numbering.Scheme(paper.numbering),
    )
    return tuple(
        SectionContent(
            position=section.position,
            number=shown.number,
            heading=shown.heading,
            pieces=pieces(shown.blocks),
            block=_block(section, partnership, for_print=for_print, is_published=paper.item.meeting.is_published),
            reported_to=section.frozen.reported_to if section.frozen else "",
            is_wide=bool(section.block) and blocks.get(section.block).is_wide,
        )
        for section, shown in zip(sections, numbered, strict=True)
    )


def _block(section: PaperSection, partnership: Partnership, *, for_print: bool, is_published: bool) -> SafeString | str:
    if not section.block:
        return ""
    html = blocks.html(
        section.block,
        partnership=partnership,
        params=section.block_params,
        frozen=section.frozen,
        for_print=for_print,
        is_published=is_published,
    )
    # Safe because a block's renderer escapes what it is given; see portal.blocks.
    return mark_safe(html)  # noqa: S308
