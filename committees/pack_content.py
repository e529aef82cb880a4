"""The HTML of a pack's sheets: front sheet and agenda, papers, and the sheet in place of a restricted one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from committees import paper_content, restriction, seats
from committees.clock import clear_days
from committees.models import AgendaItem, Meeting, Pack, Paper
from committees.renderings import Source
from committees.wording import day, time_of_day, weekday
from portal import text
from portal.models import Partnership
from portal.pdf import PAPER_SCHEME
from portal.pdf_join import PageRange
from portal.words import counted

FRONT_KEY = "front"


def paper_key(paper: Paper) -> str:
    """The paper's key within its packs."""
    return f"p{paper.pk}"


def _link(paper: Paper) -> str:
    return f"{PAPER_SCHEME}:{paper_key(paper)}"


def paper_source(paper: Paper, partnership: Partnership) -> Source:
    """A paper as it stands in the pack, complete. It comes with what `paper_content.for_content` loads."""
    content = paper_content.of(paper, partnership, for_print=True, link=_link)
    html = render_to_string("committees/pack/paper.html", {"paper": content, "split_wide": not content.is_landscape})
    return Source(paper_key(paper), content.title, html)


def sealed_source(paper: Paper, pages: PageRange, *, is_last: bool) -> Source:
    """The sheet that stands for a restricted paper in the public edition, and keeps its pages."""
    thing = restriction.applying_to(paper)
    assert thing is not None
    several = pages.first != pages.last
    kept = f"Pages {span(pages.first, pages.last)} are" if several else f"Page {pages.first} is"
    follows = f" The next page is {pages.last + 1}." if several and not is_last else ""
    html = render_to_string(
        "committees/pack/sealed.html",
        {
            "kicker": f"Item {paper.item.number}, {restriction.label(paper)}",
            "title": str(paper),
            "reason": restriction.reason(thing, paper.item.meeting.committee),
            "reserved": f"{kept} kept for it.{follows}",
        },
    )
    return Source(paper_key(paper), str(paper), html)


# Front sheet and agenda


@dataclass(frozen=True)
class Seats:
    council: str
    members: tuple[str, ...]
    substitutes: tuple[str, ...]


@dataclass(frozen=True)
class ListedPaper:
    title: str
    url: str
    restriction: str
    pages: str


@dataclass(frozen=True)
class ListedItem:
    number: int
    title: str
    private_title: str
    restriction: str
    note: str
    pages: str
    url: str
    papers: tuple[ListedPaper, ...]


@dataclass(frozen=True)
class Front:
    committee: str
    when: str
    venue: str
    seats: tuple[Seats, ...]
    edition: str
    extent: str
    statement: str
    restricted: str
    contact: str
    access_note: SafeString
    interests_note: SafeString
    items: tuple[ListedItem, ...]


def front_source(
    meeting: Meeting,
    papers: Sequence[Paper],
    ranges: Mapping[str, PageRange],
    *,
    edition: str,
    made_on: date,
    is_published: bool,
) -> Source:
    """Front sheet and agenda. `ranges` are the pages of each paper, by its key."""
    committee = meeting.committee
    partnership = committee.partnership
    held = seats.by_council(seats.on(committee, meeting.on), partnership)
    items = list(meeting.items.order_by("number", "pk"))
    numbered = max((pages.last for pages in ranges.values()), default=0)
    front = Front(
        committee=committee.name,
        when=f"{weekday(meeting.on)}, {time_of_day(meeting.starts_at)}",
        venue=meeting.venue,
        seats=tuple(
            Seats(
                row.council.short_name,
                tuple(seat.person.dense_name() for seat in row.members),
                tuple(seat.person.dense_name() for seat in row.substitutes),
            )
            for row in held
        ),
        edition=_edition_name(edition, is_published),
        extent=f"{numbered} numbered page{'' if numbered == 1 else 's'}",
        statement=_statement(meeting, made_on, is_published),
        restricted=_restricted(papers, edition),
        contact=committee.contact,
        access_note=text.to_html(committee.access_note),
        interests_note=text.to_html(committee.interests_note, heading_level=4),
        items=tuple(
            _listed(
                item,
                [paper for paper in papers if paper.item_id == item.pk],
                ranges,
                edition,
                restriction.note(item, meeting, items, papers),
            )
            for item in items
        ),
    )
    html = render_to_string("committees/pack/front.html", {"front": front})
    return Source(FRONT_KEY, f"{committee.name}, {day(meeting.on)}", html)


def _edition_name(edition: str, is_published: bool) -> str:
    name = str(Pack.Edition(edition).label)
    return name if is_published else f"Draft of the {name.lower()}"


def _statement(meeting: Meeting, made_on: date, is_published: bool) -> str:
    if not is_published:
        return f"Made on {weekday(made_on)}. Not published."
    if meeting.published_at is None:
        return "Published before the portal."
    partnership = meeting.committee.partnership
    published_on = timezone.localtime(meeting.published_at).date()
    closed = frozenset(row.on for row in partnership.closed_days.all())
    days = clear_days(published_on, meeting.on, closed=closed)
    said = f"Published on {weekday(published_on)}, {counted(days, 'clear day')} before the meeting."
    if meeting.urgency_reason:
        said += f" Urgent: {meeting.urgency_reason.rstrip('.')}. Agreed by {meeting.urgency_agreed_by.rstrip('.')}."
    return said


def _restricted(papers: Sequence[Paper], edition: str) -> str:
    count = sum(paper.is_restricted for paper in papers)
    if not count:
        return "No paper is restricted."
    if edition == Pack.Edition.PUBLIC:
        if count == 1:
            return "One paper is restricted: a sheet stands for it, and its pages are kept."
        return f"{counted(count).capitalize()} papers are restricted: a sheet stands for each, and its pages are kept."
    held = "One paper is" if count == 1 else f"{counted(count).capitalize()} papers are"
    return f"{held} restricted. Each of the restricted pages is marked and is not for publication."


def _listed(
    item: AgendaItem, papers: Sequence[Paper], ranges: Mapping[str, PageRange], edition: str, note: str
) -> ListedItem:
    members = edition == Pack.Edition.MEMBERS
    pages = [ranges[paper_key(paper)] for paper in papers]
    # A single paper that is called as its item is needs no line of its own.
    single = len(papers) == 1 and papers[0].title == item.title and not papers[0].private_title
    return ListedItem(
        number=item.number,
        title=item.title,
        private_title=item.private_title if members else "",
        restriction=item.restriction_label() or (restriction.label(papers[0]) if single else ""),
        note=note,
        pages=span(pages[0].first, pages[-1].last) if pages else "",
        url=_link(papers[0]) if single else "",
        papers=()
        if single
        else tuple(
            ListedPaper(
                title=f"{paper.label}: {paper.title_for(members)}" if paper.label else paper.title_for(members),
                url=_link(paper),
                restriction=restriction.label(paper),
                pages=span(its.first, its.last) if len(papers) > 1 else "",
            )
            for paper, its in zip(papers, pages, strict=True)
        ),
    )


def span(first: int, last: int) -> str:
    """7–26, or 7."""
    return str(first) if first == last else f"{first}–{last}"
