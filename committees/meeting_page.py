"""What a meeting's page shows, as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from committees import pack_jobs, packs, readiness, restriction
from committees.law_links import notices_url
from committees.links import item_restriction_url, pack_url, paper_clear_url, paper_restriction_url, paper_url
from committees.models import AgendaItem, Meeting, Minutes, Pack, Paper
from committees.pack_content import span
from committees.reading import Reader
from committees.timing import Timing
from committees.wording import day
from portal.models import Job
from portal.words import counted


@dataclass(frozen=True)
class PaperRow:
    """`url` is empty where the reader may not read the paper; `title` is the one they may see."""

    paper: Paper
    title: str
    url: str
    pages: str
    restriction_label: str
    restriction_reason: str
    is_restricted: bool
    gaps: tuple[str, ...]
    clear_url: str
    clearance_row: str
    restriction_url: str


@dataclass(frozen=True)
class ItemRow:
    item: AgendaItem
    title: str
    note: str
    restriction_label: str
    restriction_reason: str
    is_restricted: bool
    pages: str
    papers: tuple[PaperRow, ...]
    gaps: tuple[str, ...]
    restriction_url: str

    @property
    def single(self) -> PaperRow | None:
        """Its only paper, which then needs no row of its own."""
        return self.papers[0] if len(self.papers) == 1 else None


def agenda(
    meeting: Meeting, items: Sequence[AgendaItem], papers: Sequence[Paper], reader: Reader, pack: Pack | None
) -> list[ItemRow]:
    """The agenda in order. `papers` are all of the meeting; `pack` is the one whose page numbers are shown."""
    visible = set(
        Paper.objects.visible_to(reader.user, reader.partnership)
        .filter(item__meeting=meeting)
        .values_list("pk", flat=True)
    )
    ranges: dict[str, Any] = pack.ranges if pack else {}
    rows = []
    for item in items:
        own = [paper for paper in papers if paper.item_id == item.pk]
        numbered = [ranges[str(paper.pk)] for paper in own if str(paper.pk) in ranges]
        rows.append(
            ItemRow(
                item=item,
                title=item.title_for(reader.may_read(item)),
                note=restriction.note(item, meeting, items, papers),
                restriction_label=item.restriction_label(),
                restriction_reason=restriction.reason(item, meeting.committee) if item.is_restricted else "",
                is_restricted=item.is_restricted,
                pages=span(numbered[0]["first"], numbered[-1]["last"]) if numbered else "",
                papers=tuple(_paper(paper, meeting, paper.pk in visible, ranges) for paper in own),
                gaps=tuple(restriction.gaps(item)) if item.is_restricted else (),
                restriction_url=item_restriction_url(item, meeting),
            )
        )
    return rows


def _paper(paper: Paper, meeting: Meeting, is_visible: bool, ranges: dict[str, Any]) -> PaperRow:
    pages = ranges.get(str(paper.pk))
    own = paper.is_restricted and not paper.item.is_restricted
    title = paper.title_for(is_visible)
    return PaperRow(
        paper=paper,
        title=f"{paper.label}: {title}" if paper.label else title,
        url=paper_url(paper, meeting) if is_visible else "",
        pages=span(pages["first"], pages["last"]) if pages else "",
        restriction_label=paper.restriction_label() if own else "",
        restriction_reason=restriction.reason(paper, meeting.committee) if own else "",
        is_restricted=paper.is_restricted,
        gaps=tuple(restriction.gaps(paper)) if own else (),
        clear_url=paper_clear_url(paper, meeting),
        clearance_row=clearance_row(paper),
        restriction_url=paper_restriction_url(paper, meeting),
    )


@dataclass(frozen=True)
class Cause:
    """Something that blocks publication, with the row or page on which it is put right."""

    text: str
    url: str


def clearance_row(paper: Paper) -> str:
    """The id of its row in the table of clearances."""
    return f"clearance-{paper.item.number}-{paper.slug}"


def causes(meeting: Meeting, blockers: Sequence[readiness.Blocker]) -> list[Cause]:
    made = []
    for blocker in blockers:
        if blocker.paper is not None and blocker.is_clearance:
            url = f"#{clearance_row(blocker.paper)}"
        elif blocker.is_notice:
            url = notices_url(meeting)
        elif blocker.paper is not None:
            url = paper_restriction_url(blocker.paper, meeting)
        elif blocker.item is not None:
            url = item_restriction_url(blocker.item, meeting)
        else:
            url = "#agenda"
        made.append(Cause(blocker.text, url))
    return made


# Packs


@dataclass(frozen=True)
class EditionRow:
    pack: Pack
    name: str
    url: str
    changed: str


@dataclass(frozen=True)
class EditionState:
    """One edition: whether it can be asked for now, and what is under way."""

    edition: str
    name: str
    is_restricted: bool
    job: Job | None
    failed: str
    published: Pack | None
    may_build: bool


def edition_rows(meeting: Meeting, visible: Sequence[Pack], papers: Sequence[Paper]) -> list[EditionRow]:
    """Every edition the reader may have, newest first, with what changed since the one before it."""
    rows = []
    for pack in visible:
        before = next((old for old in visible if old.edition == pack.edition and old.number < pack.number), None)
        name = pack.get_edition_display() if pack.published_at else f"{pack.get_edition_display()}, draft {pack.number}"
        rows.append(EditionRow(pack, name, pack_url(pack, meeting), _changed(before, pack, papers)))
    return rows


def _changed(before: Pack | None, pack: Pack, papers: Sequence[Paper]) -> str:
    if before is None:
        return "First"
    changed = packs.changed_between(before, pack, papers)
    if not changed:
        return "Nothing"
    # By number and label: titles of restricted papers have no place here.
    return "; ".join(
        f"Item {paper.item.number}, {paper.label or paper.get_kind_display().lower()}" for paper in changed
    )


def edition_states(meeting: Meeting, visible: Sequence[Pack], reader: Reader) -> list[EditionState]:
    """What a clerk can do about each edition. One query."""
    if not reader.builds or meeting.published_before_portal:
        return []
    keys = {edition: pack_jobs.pack_key(meeting, edition) for edition in Pack.Edition.values}
    latest: dict[str, Job] = {}
    for job in Job.objects.filter(kind=pack_jobs.PACK, key__in=keys.values()).order_by("requested_at", "pk"):
        latest[job.key] = job
    states = []
    for edition, label in Pack.Edition.choices:
        asked = latest.get(keys[edition])
        published = next((pack for pack in visible if pack.edition == edition and pack.published_at), None)
        under_way = asked if asked is not None and asked.is_open else None
        states.append(
            EditionState(
                edition=edition,
                name=label,
                is_restricted=edition == Pack.Edition.MEMBERS,
                job=under_way,
                failed=asked.error if asked is not None and asked.state == Job.State.FAILED else "",
                published=published,
                may_build=published is None and under_way is None and meeting.state != Meeting.State.CANCELLED,
            )
        )
    return states


def shown_pack(visible: Sequence[Pack]) -> Pack | None:
    """The pack whose page numbers stand in the agenda: the published one, otherwise the newest draft."""
    ordered = sorted(visible, key=lambda pack: (pack.published_at is not None, pack.built_at, pack.pk))
    return ordered[-1] if ordered else None


def to_read(editions: Sequence[EditionRow]) -> EditionRow | None:
    """The published edition for this reader: the members' one where they have it, since it is complete."""
    published = {row.pack.edition: row for row in editions if row.pack.published_at}
    return published.get(Pack.Edition.MEMBERS) or published.get(Pack.Edition.PUBLIC)


def pages_in(pack: Pack | None, paper: Paper) -> str:
    """The paper's pages in that pack, as they are printed."""
    pages = pack.ranges.get(str(paper.pk)) if pack else None
    return span(pages["first"], pages["last"]) if pages else ""


# Finding


def finding(meeting: Meeting, now: Timing, reader: Reader) -> str:
    """What is to be said of the meeting, for the heading of its page."""
    name = meeting.committee.short_name
    if meeting.state == Meeting.State.CANCELLED:
        return f"{name}: the meeting is cancelled"
    if meeting.state == Meeting.State.HELD or now.is_over:
        return f"{name}: met on {day(meeting.on)}" if meeting.state == Meeting.State.HELD else f"{name}: {now.said()}"
    if meeting.is_published:
        return f"{name}: {until(now)}"
    if reader.prepares:
        return f"{name}: {now.said()}"
    return f"{name}: {until(now)}, agenda to come"


def until(now: Timing) -> str:
    """How far off the meeting is: "meets in eleven days"."""
    days = (now.meeting_on - now.today).days
    if days == 0:
        return "meets today"
    return "meets tomorrow" if days == 1 else f"meets in {counted(days, 'day')}"


def minutes_are_open(meeting: Meeting, reader: Reader) -> bool:
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    return minutes is not None and (minutes.state in Minutes.PUBLIC or reader.prepares)
