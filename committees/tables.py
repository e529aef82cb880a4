"""Lists of meetings."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from committees.links import committee_url, meeting_url
from committees.models import Meeting
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
