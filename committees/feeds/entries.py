"""Meetings and publications as entries of a calendar and of an Atom feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.utils import timezone

from committees import meeting_clock
from committees.clock import Step
from committees.feeds import atom, ical
from committees.feeds.public import Changes, PublicMeeting, Stamp, Times, identity, latest
from committees.law_links import notices_url
from committees.links import decision_url, meeting_url, minutes_url, pack_url
from committees.models import Meeting
from committees.wording import day
from portal.models import Partnership

# Makes a whole address of a path.
Absolute = Callable[[str], str]


def calendar_entries(
    partnership: Partnership, meetings: Iterable[PublicMeeting], times: Times, absolute: Absolute
) -> list[ical.Entry]:
    return [_meeting(partnership, held, held.changed_at(times), absolute) for held in meetings]


def _meeting(partnership: Partnership, held: PublicMeeting, stamp: Stamp, absolute: Absolute) -> ical.Entry:
    meeting = held.meeting
    begins = timezone.make_aware(datetime.combine(meeting.on, meeting.starts_at))
    ends = None
    if meeting.closed_at is not None and meeting.closed_at > meeting.starts_at:
        ends = timezone.make_aware(datetime.combine(meeting.on, meeting.closed_at))
    url = absolute(meeting_url(meeting))
    said = f"Agenda and papers: {url}"
    if meeting.state == Meeting.State.CANCELLED:
        said = f"Cancelled. {meeting.cancelled_reason}".strip()
    elif held.moves:
        said = f"Moved: {held.moves[-1].reason}\n{said}"
    return ical.Entry(
        uid=f"urn:uuid:{identity(partnership, 'meeting', meeting.pk)}",
        sequence=meeting.sequence,
        created=stamp.created,
        modified=stamp.modified,
        begins=begins,
        ends=ends,
        summary=meeting.committee.name,
        description=said,
        location=meeting.venue,
        url=url,
        is_cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def date_entries(
    partnership: Partnership,
    meetings: Iterable[PublicMeeting],
    times: Times,
    absolute: Absolute,
    closed: frozenset[date],
    changes: Changes,
) -> list[ical.Entry]:
    """Every date of the meetings as an event of a day. A changed list of closed days counts as a change of each."""
    found = []
    for held in meetings:
        meeting, stamp = held.meeting, held.changed_at(times)
        for step in meeting_clock.dates(held.facts(closed)):
            if step.on is None or step.step is Step.MEETING:
                continue
            found.append(
                ical.Entry(
                    uid=f"urn:uuid:{identity(partnership, f'meeting-{step.step.value}', meeting.pk)}",
                    sequence=meeting.sequence + changes.count,
                    created=stamp.created,
                    modified=latest(stamp.modified, changes.last),
                    begins=step.on,
                    summary=f"{meeting.committee.short_name}, {day(meeting.on)}: {step.label}",
                    description=f"{step.timing}. {step.rule}",
                    url=absolute(meeting_url(meeting, "clock")),
                    is_cancelled=meeting.state == Meeting.State.CANCELLED,
                )
            )
    return found


def atom_entries(partnership: Partnership, meetings: Iterable[PublicMeeting], absolute: Absolute) -> list[atom.Entry]:
    """What was published through the portal. What was published before it has no stored time and is left out."""
    return [entry for held in meetings for entry in _publications(partnership, held, absolute)]


def _publications(partnership: Partnership, held: PublicMeeting, absolute: Absolute) -> Iterable[atom.Entry]:
    meeting = held.meeting
    of = f"{meeting.committee.name}, {day(meeting.on)}"
    page = absolute(meeting_url(meeting))
    if meeting.published_at is not None:
        listed = "; ".join(f"{item.number}. {item.title}" for item in held.items)
        last = latest(meeting.published_at, *(item.added_late_at for item in held.items))
        yield atom.Entry(
            identity(partnership, "agenda", meeting.pk), f"Agenda: {of}", listed, f"{page}#agenda", "agenda", last
        )
    for pack in held.packs:
        if pack.published_at is not None:
            yield atom.Entry(
                identity(partnership, "pack", pack.pk),
                f"Pack, public edition: {of}",
                f"{pack.pages} pages. SHA-256 {pack.sha256}",
                absolute(pack_url(pack, meeting)),
                "pack",
                pack.published_at,
                "application/pdf",
            )
    for decision in held.decisions:
        if decision.published_at is not None:
            # Of a restricted decision the public has the title alone.
            at = absolute(decision_url(decision, partnership)) if held.is_open(decision) else page
            said = decision.text if held.is_open(decision) else decision.restriction_label() or "Restricted"
            yield atom.Entry(
                identity(partnership, "decision", decision.pk),
                f"Decision {decision.reference}: {decision.title}",
                said,
                at,
                "decision",
                decision.published_at,
            )
    if held.minutes is not None and held.minutes.published_at is not None:
        yield atom.Entry(
            identity(partnership, "minutes", held.minutes.pk),
            f"Minutes: {of}",
            str(held.minutes.get_state_display()),
            absolute(minutes_url(meeting)),
            "minutes",
            held.minutes.published_at,
        )
    for notice in held.notices:
        yield atom.Entry(
            identity(partnership, "notice", notice.pk),
            f"Notice: {notice.matter}",
            f"{notice.get_kind_display()}, given {day(notice.given_on)}, for {of}",
            absolute(notices_url(meeting)),
            "notice",
            notice.recorded_at,
        )
    if meeting.cancelled_at is not None:
        yield atom.Entry(
            identity(partnership, "cancelled", meeting.pk),
            f"Cancelled: {of}",
            meeting.cancelled_reason,
            page,
            "cancelled",
            meeting.cancelled_at,
        )
    for move in held.moves:
        yield atom.Entry(
            identity(partnership, "move", move.pk),
            f"Moved from {day(move.from_on)}: {of}",
            move.reason,
            page,
            "moved",
            move.moved_at,
        )
