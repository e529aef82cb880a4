"""Lists of meetings and of decisions."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from committees.links import committee_url, decision_url, meeting_url
from committees.models import Decision, Meeting
from committees.wording import day, time_of_day
from portal.models import Partnership
from portal.tables import FIGURE, OPTIONAL, PortalTable


class MeetingTable(PortalTable):
    """Meetings with `committee__partnership`, and `papers_count` as far as the reader may know of papers."""

    caption = "Meetings"
    shows_caption = False
    row_header = "on"

    on = tables.Column("Meeting")
    committee = tables.Column("Committee", order_by=("committee__name",))
    venue = tables.Column("Place", attrs=OPTIONAL, orderable=False)
    papers_count = tables.Column("Papers", attrs=FIGURE, orderable=False)
    state = tables.Column("State", orderable=False)

    def __init__(self, *args: Any, partnership: Partnership, prepares: bool, **kwargs: Any) -> None:
        self.partnership = partnership
        self.prepares = prepares
        super().__init__(*args, **kwargs)

    def render_on(self, record: Meeting) -> SafeString:
        return format_html(
            '<a href="{}">{}</a><small>{}, {}</small>',
            meeting_url(record),
            day(record.on),
            f"{record.on:%A}",
            time_of_day(record.starts_at),
        )

    def render_committee(self, record: Meeting) -> SafeString:
        return format_html('<a href="{}">{}</a>', committee_url(record.committee), record.committee.short_name)

    def render_papers_count(self, record: Meeting, value: int) -> str:
        return str(value) if value and (record.is_published or self.prepares) else ""

    def render_state(self, record: Meeting) -> str:
        return render_to_string("committees/_meeting_state.html", {"meeting": record})


class DecisionTable(PortalTable):
    """Decisions with `meeting__committee` and `recommendations__council`."""

    caption = "Decisions, newest meeting first unless sorted otherwise"
    shows_caption = False
    row_header = "title"

    reference = tables.Column("Reference")
    title = tables.Column("Decision")
    meeting = tables.Column("Meeting", order_by=("meeting__on",))
    outcome = tables.Column("Outcome")
    councils = tables.Column("Councils", empty_values=(), orderable=False)
    call_in = tables.Column("Call-in", empty_values=(), orderable=False, attrs=OPTIONAL)

    class Meta(PortalTable.Meta):
        row_attrs = {"class": lambda record: "part2" if record.is_restricted else None}

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        self.partnership = partnership
        super().__init__(*args, **kwargs)

    def render_title(self, record: Decision) -> str:
        context = {"decision": record, "url": decision_url(record, self.partnership)}
        return render_to_string("committees/_decision_title.html", context)

    def render_meeting(self, record: Decision) -> str:
        return day(record.meeting.on)

    def render_councils(self, record: Decision) -> str:
        return render_to_string("committees/_decision_councils.html", {"recommendations": record.recommendations.all()})

    def render_call_in(self, record: Decision) -> str:
        if record.called_in_on is not None:
            return f"Called in {day(record.called_in_on)}"
        return f"Until {day(record.call_in_ends_on)}" if record.call_in_ends_on is not None else ""
