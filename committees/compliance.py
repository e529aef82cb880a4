"""A meeting's compliance sheet: every rule, what was done about it, and whether it was kept.

The public sheet holds what the public knows: no draft agenda, no private title, no reasoning of a restriction, no
account. The full one is for those who prepare meetings and may read what is restricted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import render_to_string
from django.utils import timezone

from committees import meeting_clock, renderings, restriction
from committees.clock import Step
from committees.meeting_clock import ClockStep, Facts
from committees.models import AgendaItem, Meeting, Notice, Pack, Paper
from committees.notices import RULES, Kind
from committees.renderings import Source
from committees.wording import day, moment, time_of_day, weekday
from portal import pdf
from portal.models import Part, Restrictable
from portal.pdf_join import Part as PdfPart
from portal.pdf_join import join
from portal.words import counted

KEY = "compliance"


@dataclass(frozen=True)
class Row:
    """`verdict` is "Kept", "Not kept" or "Open"; `mark` its class of .mk."""

    what: str
    rule: str
    last_day: str
    done: str
    by: str
    verdict: str
    mark: str


@dataclass(frozen=True)
class Restriction:
    """`reasoning` and `decisions` are empty on the public sheet."""

    place: str
    title: str
    label: str
    reason: str
    reasoning: str
    decisions: tuple[str, ...]


@dataclass(frozen=True)
class GivenNotice:
    kind: str
    matter: str
    given: str
    reasons: str
    agreed_by: str
    rule: str


@dataclass(frozen=True)
class Edition:
    name: str
    published: str
    pages: int
    sha256: str


@dataclass(frozen=True)
class Sheet:
    committee: str
    when: str
    venue: str
    law: str
    state: str
    stands_on: str
    is_full: bool
    rows: tuple[Row, ...]
    urgency: tuple[str, ...]
    moves: tuple[str, ...]
    late_items: tuple[str, ...]
    notices: tuple[GivenNotice, ...]
    restrictions: tuple[Restriction, ...]
    editions: tuple[Edition, ...]
    finding: str


_SKIPPED = {Step.MEETING, Step.QUESTIONS, Step.DEPUTATIONS, Step.GENERAL_EXCEPTION}


def sheet(facts: Facts, packs: Sequence[Pack], *, is_full: bool) -> Sheet:
    """The sheet as it stands on the facts' day. `packs` are those that the reader may have."""
    meeting = facts.meeting
    steps = [step for step in meeting_clock.steps(facts) if step.step is not None and step.step not in _SKIPPED]
    rows = tuple(_row(step, facts, is_full) for step in steps)
    return Sheet(
        committee=meeting.committee.name,
        when=f"{weekday(meeting.on)}, {time_of_day(meeting.starts_at)}",
        venue=meeting.venue,
        law=meeting.committee.get_legal_basis_display(),
        state=_state(meeting),
        stands_on=day(facts.today),
        is_full=is_full,
        rows=rows,
        urgency=_urgency(meeting),
        moves=tuple(_move(facts, at, is_full) for at in range(len(facts.moves))),
        late_items=tuple(
            f"Item {item.number}, {item.title}, added {_at(item.added_late_at)}: {item.late_reason} "
            f"Agreed by {item.late_agreed_by}."
            for item in facts.items
            if item.added_late_at is not None
        ),
        notices=tuple(_notice(notice, is_full) for notice in facts.notices),
        restrictions=tuple(_restrictions(facts, is_full)),
        editions=tuple(
            Edition(pack.get_edition_display(), _at(pack.published_at), pack.pages, pack.sha256)
            for pack in packs
            if pack.published_at is not None
        ),
        finding=_finding(rows),
    )


def _finding(rows: Sequence[Row]) -> str:
    """What the sheet says, for the heading of its page."""
    if missed := sum(row.verdict == "Not kept" for row in rows):
        return f"{counted(missed, 'rule').capitalize()} not kept"
    if any(row.verdict == "Kept" for row in rows):
        return "Every rule that has come due was kept"
    return "No rule has come due yet"


def _at(at: datetime | None) -> str:
    return moment(timezone.localtime(at)) if at is not None else ""


def _state(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.CANCELLED:
        return (
            f"Cancelled{f' on {_at(meeting.cancelled_at)}' if meeting.cancelled_at else ''}: {meeting.cancelled_reason}"
        )
    return str(meeting.get_state_display())


def _row(step: ClockStep, facts: Facts, is_full: bool) -> Row:
    verdict, mark = {True: ("Kept", "ok"), False: ("Not kept", "missed"), None: ("Open", "")}[step.is_kept]
    if step.is_kept is None and step.state == "done":
        verdict, mark = "Not judged", "lock"
    by = ""
    if is_full and step.step in {Step.AGENDA_AND_REPORTS, Step.MEETING_NOTICE} and facts.meeting.published_by:
        by = str(facts.meeting.published_by)
    last = day(step.on) if step.on else step.timing
    return Row(
        what=step.label,
        rule=step.rule,
        last_day=f"{last}. {step.other}" if step.other else last,
        done=step.said or "Not due yet",
        by=by,
        verdict=verdict,
        mark=mark,
    )


def _urgency(meeting: Meeting) -> tuple[str, ...]:
    if not meeting.urgency_reason:
        return ()
    route = str(meeting.get_urgency_route_display()) if meeting.urgency_route else "Route not recorded"
    return (f"Route: {route}", f"Reason: {meeting.urgency_reason}", f"Agreed by: {meeting.urgency_agreed_by}")


def _move(facts: Facts, at: int, is_full: bool) -> str:
    move = facts.moves[at]
    who = f" by {move.moved_by}" if is_full and move.moved_by else ""
    return f"From {day(move.from_on)} to {day(move.to_on)}, on {_at(move.moved_at)}{who}: {move.reason}"


def _notice(notice: Notice, is_full: bool) -> GivenNotice:
    who = f" by {notice.recorded_by}" if is_full and notice.recorded_by else ""
    return GivenNotice(
        kind=str(notice.get_kind_display()),
        matter=notice.matter,
        given=f"{day(notice.given_on)}, recorded {_at(notice.recorded_at)}{who}",
        reasons=notice.reasons,
        agreed_by=notice.agreed_by,
        rule=RULES[Kind(notice.kind)],
    )


def _restrictions(facts: Facts, is_full: bool) -> list[Restriction]:
    """Items and papers that restrict themselves; papers of a restricted item go with it."""
    found = []
    for item in facts.items:
        if item.part == Part.TWO:
            found.append(_restriction(f"Item {item.number}", item, item, facts, is_full))
        for paper in facts.papers:
            if paper.item_id == item.pk and paper.part == Part.TWO:
                found.append(_restriction(restriction.place(paper), paper, paper, facts, is_full))
    return found


def _restriction(place: str, thing: Restrictable, row: AgendaItem | Paper, facts: Facts, is_full: bool) -> Restriction:
    return Restriction(
        place=place,
        title=thing.title_for(is_full),
        label=thing.restriction_label(),
        reason=restriction.reason(thing, facts.meeting.committee),
        reasoning=thing.public_interest if is_full else "",
        decisions=tuple(
            f"{_at(made.decided_at)}, {made.decided_as}: {made.get_part_display()}"
            for made in row.restriction_decisions.all()
        )
        if is_full
        else (),
    )


def as_pdf(content: Sheet, *, on: date, made_at: datetime) -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1): the same sheet and time give the same bytes."""
    title = f"Compliance sheet, {content.committee}, {day(on)}"
    html = render_to_string("committees/compliance_print.html", {"sheet": content, "title": title})
    source = Source(KEY, title, html)
    prepared = pdf.prepare(pdf.render(source.html, css=renderings.style(), title=source.title), source.key)
    part = PdfPart(
        key=KEY,
        title=title,
        prepared=prepared,
        marking="Full sheet: holds what is restricted, not for publication" if content.is_full else "",
    )
    joined = join(
        [part],
        title=title,
        author=content.committee,
        footer_left=f"{content.committee} · {day(on)}",
        created=timezone.localtime(made_at),
    )
    return joined.pdf
