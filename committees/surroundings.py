"""What stands round the dates of a meeting on its page: moves, cancellation, late items, and the ways on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from committees import law_links
from committees.clock import Reading, clear_days
from committees.meeting_clock import Facts
from committees.models import AgendaItem, Committee, Meeting, MeetingMove
from committees.reading import Reader
from committees.wording import day
from portal.words import counted


@dataclass(frozen=True)
class Surroundings:
    """`links` are pairs of address and label; `moved` says what a move means for what was published before it."""

    moves: Sequence[MeetingMove]
    moved: str
    late_items: Sequence[AgendaItem]
    links: Sequence[tuple[str, str]]
    calendar_url: str
    publications_url: str
    feeds_url: str
    reading: str


def of(facts: Facts, who: Reader) -> Surroundings:
    meeting = facts.meeting
    partnership = meeting.committee.partnership
    links = [(law_links.compliance_url(meeting), "Compliance sheet")]
    if facts.notices or meeting.committee.legal_basis == Committee.LegalBasis.EXECUTIVE:
        links.insert(0, (law_links.notices_url(meeting), f"Notices given: {len(facts.notices)}"))
    is_to_come = meeting.state == Meeting.State.SCHEDULED and facts.today <= meeting.on
    if who.publishes and is_to_come:
        if meeting.is_published:
            links.append((law_links.late_item_url(meeting), "Add an item late"))
        links += [
            (law_links.move_url(meeting), "Move the meeting"),
            (law_links.cancel_url(meeting), "Cancel the meeting"),
        ]
    if who.publishes:
        links.append((law_links.closed_days_url(partnership), "Closed days"))
    return Surroundings(
        moves=facts.moves,
        moved=_moved(facts),
        late_items=[item for item in facts.items if item.added_late_at is not None] if facts.knows_agenda else [],
        links=links,
        calendar_url=law_links.calendar_url(partnership, meeting.committee),
        publications_url=law_links.publications_url(partnership, meeting.committee),
        feeds_url=law_links.feeds_url(partnership),
        reading=_reading(meeting),
    )


def _moved(facts: Facts) -> str:
    """What counts for an agenda that was published for another day."""
    meeting = facts.meeting
    last = facts.moves[-1] if facts.moves else None
    if last is None or meeting.published_at is None or last.moved_at <= meeting.published_at:
        return ""
    if facts.published_on is None or facts.noticed_on is None:
        return ""
    left = clear_days(facts.published_on, meeting.on, closed=facts.closed)
    return (
        f"The agenda was published on {day(facts.published_on)} for the former day and stays published: it was open to "
        f"inspection for {counted(left, 'clear day')} before the day on which the meeting stands now. Notice of the "
        f"new time and place was given on {day(facts.noticed_on)}. The pack bears the former day, since a published "
        "pack never changes."
    )


def _reading(meeting: Meeting) -> str:
    """How the committee reads the 28 clear days of SI 2012/2089; "" under Part VA, which has none."""
    if meeting.committee.legal_basis != Committee.LegalBasis.EXECUTIVE:
        return ""
    return "working days" if meeting.committee.notice_reading == Reading.WORKING_DAYS.value else "calendar days"
