"""The list of meetings, and one meeting with its agenda."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from committees import meeting_clock, meeting_page, notice_record, readiness, rights, seats, surroundings
from committees.links import agenda_url, meeting_url, minutes_url, publish_confirm_url
from committees.models import Attendance, Decision, Meeting, Pack, Paper
from committees.reading import find_meeting, reader
from committees.tables import MeetingTable
from committees.timing import timing
from portal import clock, permissions, text
from portal.models import Partnership
from portal.words import counted


def meetings_of(partnership: Partnership) -> QuerySet[Meeting]:
    """Every meeting of the partnership: that it takes place, when and where, is public."""
    return Meeting.objects.filter(committee__partnership=partnership).select_related("committee__partnership", "host")


@require_safe
@login_not_required
def meeting_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    today = clock.today(partnership)
    prepares = permissions.may(request.user, permissions.MEETING_PREPARE, partnership)
    meetings = meetings_of(partnership).annotate(papers_count=Count("items__papers"))
    to_come = list(meetings.filter(on__gte=today).exclude(state=Meeting.State.HELD).order_by("on", "starts_at", "pk"))
    following = next((meeting for meeting in to_come if meeting.state == Meeting.State.SCHEDULED), None)
    shown = [meeting.pk for meeting in to_come]
    table = MeetingTable(
        meetings.exclude(pk__in=shown).order_by("-on", "-starts_at", "pk"), partnership=partnership, prepares=prepares
    )
    table.caption = "Past meetings"
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    later = MeetingTable(
        [meeting for meeting in to_come if meeting is not following],
        partnership=partnership,
        prepares=prepares,
        orderable=False,
    )
    later.caption = "Later meetings"
    held = seats.on(following.committee, following.on) if following else []
    context = {
        "following": following,
        "meeting_url": meeting_url(following) if following else "",
        "chair": seats.chair_of(following, held) if following else None,
        "until": meeting_page.until(timing(today, following.on)) if following else "",
        "later": later,
        "table": table,
        "may_arrange": permissions.may(request.user, permissions.MEETING_EDIT, partnership),
    }
    return render(request, "committees/meeting_list.html", context)


@require_safe
@login_not_required
def meeting_detail(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    who = reader(request, partnership, meeting)
    closed = frozenset(partnership.closed_days.values_list("on", flat=True))
    now = timing(clock.today(partnership), meeting.on, closed=closed)
    knows_agenda = meeting.agenda_open_to(who.user, partnership)
    items = list(meeting.items.order_by("number", "pk")) if knows_agenda else []
    # All papers of the meeting: titles are public once the agenda is, and what may be opened is decided row by row.
    papers = (
        list(
            Paper.objects.filter(item__meeting=meeting)
            .select_related("item", "cleared_by")
            .order_by("item__number", "position", "pk")
        )
        if knows_agenda
        else []
    )
    packs = list(Pack.objects.visible_to(who.user, partnership).filter(meeting=meeting).order_by("-built_at", "-pk"))
    editions = meeting_page.edition_rows(meeting, packs, papers)
    changes = not meeting.is_published and meeting.state == Meeting.State.SCHEDULED and not now.is_over
    facts = meeting_clock.load(
        meeting,
        today=now.today,
        closed=closed,
        items=items,
        papers=papers,
        knows_agenda=knows_agenda,
        prepares=who.prepares,
    )
    blockers: list[readiness.Blocker] = []
    if changes and who.prepares:
        blockers = readiness.blockers(items, papers)
        blockers += readiness.refused_figures(papers, partnership)
        blockers += notice_record.blockers(meeting, items, papers, facts.notices, closed)
    held = seats.on(meeting.committee, meeting.on)
    attended = (
        list(meeting.attendances.select_related("person", "council").order_by("capacity", "pk"))
        if meeting_page.minutes_are_open(meeting, who)
        else []
    )
    context = {
        "meeting": meeting,
        "committee": meeting.committee,
        "who": who,
        "now": now,
        "finding": meeting_page.finding(meeting, now, who),
        "knows_agenda": knows_agenda,
        "agenda": meeting_page.agenda(meeting, items, papers, who, meeting_page.shown_pack(packs)),
        "pages_from": meeting_page.shown_pack(packs),
        "has_papers": bool(papers),
        "can_change": changes,
        "causes": meeting_page.causes(meeting, blockers),
        "causes_counted": counted(len(blockers)).capitalize(),
        "clear_days_counted": counted(now.clear_days, "clear day"),
        "publish_url": publish_confirm_url(meeting),
        "decisions": list(Decision.objects.visible_to(who.user, partnership).filter(meeting=meeting).order_by("pk")),
        "may_record": now.today >= meeting.on
        and meeting.state != Meeting.State.CANCELLED
        and rights.may(who.user, permissions.DECISION_RECORD, meeting),
        "agenda_url": agenda_url(meeting) if changes and who.edits else "",
        "clock": meeting_clock.steps(facts),
        "law": surroundings.of(facts, who),
        "editions": editions,
        "edition_states": meeting_page.edition_states(meeting, packs, who),
        "to_read": meeting_page.to_read(editions),
        # Seats are those of today; who sat at a past meeting is in its minutes.
        "councils": [] if now.is_over else seats.by_council(held, partnership),
        "chair": seats.chair_of(meeting, held),
        "attended": attended,
        "officer": Attendance.Capacity.OFFICER,
        "minutes_url": minutes_url(meeting) if meeting_page.minutes_are_open(meeting, who) else "",
        "access_note": text.to_html(meeting.committee.access_note),
    }
    return render(request, "committees/meeting_detail.html", context)
