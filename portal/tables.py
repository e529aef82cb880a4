"""What every list of the portal shares, and the lists of the portal's own pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import audit_words
from portal.models import Action, AuditEvent, Part, Partnership
from portal.words import short_moment

# Figures stand to the right.
FIGURE = {"cell": {"class": "n"}}
# A column that may go on a narrow page.
OPTIONAL = {"cell": {"class": "opt"}}


class PortalTable(tables.Table):
    """A list with a caption, drawn by templates/_components/table.html.

    `caption` names the table and the region in which it scrolls. `row_header` is the column whose cell heads its row.
    `classes` go on the region: "pin" keeps the first column in view, "stay" the head.
    """

    caption = ""
    shows_caption = True
    row_header = ""
    classes = ""

    class Meta:
        attrs: dict[str, Any] = {}
        default = ""

    def paginate(self, paginator_class: Any = Paginator, per_page: Any = None, page: int = 1, **kwargs: Any) -> Any:
        """The length of a page comes out of the address too: a page has 1 to 100 rows, whatever is asked for."""
        length = min(max(1, int(per_page or self._meta.per_page)), 100)
        return super().paginate(paginator_class, length, page, **kwargs)

    @property
    def order_by(self) -> Any:
        return self._order_by

    @order_by.setter
    def order_by(self, value: Any) -> None:
        """Sorted as asked, then by key: rows that are equal keep their places from page to page."""
        tables.Table.order_by.fset(self, value)
        data = self.data.data
        if isinstance(data, QuerySet) and self._order_by:
            self.data.data = data.order_by(*data.query.order_by, "pk")


class ActionTable(PortalTable):
    caption = "Actions"
    row_header = "title"

    title = tables.Column("Action")
    due_on = tables.Column("Due")
    status = tables.Column("Status")
    owner = tables.Column("Owner", order_by=("owner__full_name",))
    council = tables.Column("Council", order_by=("council__short_name",))
    source = tables.Column("Asked for by", attrs=OPTIONAL, orderable=False)

    class Meta(PortalTable.Meta):
        row_attrs = {"class": lambda record: "part2" if record.part == Part.TWO else None}

    def __init__(self, *args: Any, partnership: Partnership, today: date, **kwargs: Any) -> None:
        self.partnership = partnership
        self.today = today
        super().__init__(*args, **kwargs)

    def render_title(self, record: Action) -> SafeString:
        url = reverse("portal:action", kwargs={"partnership": self.partnership.slug, "pk": record.pk})
        link = format_html('<a href="{}">{}</a>', url, record.title)
        return format_html('{} <span class="tag p2">Part II</span>', link) if record.part == Part.TWO else link

    def render_owner(self, record: Action) -> str:
        return record.owner.dense_name() if record.owner else ""

    def render_due_on(self, record: Action) -> str:
        return render_to_string("portal/_action_due.html", {"action": record, "today": self.today})

    def render_status(self, record: Action) -> str:
        return render_to_string("portal/_action_status.html", {"action": record})

    def order_due_on(self, actions: QuerySet[Action], is_descending: bool) -> tuple[QuerySet[Action], bool]:
        """Actions without a date stand last either way."""
        due = F("due_on").desc(nulls_last=True) if is_descending else F("due_on").asc(nulls_last=True)
        return actions.order_by(due, "pk"), True


class AuditTable(PortalTable):
    caption = "Events, newest first unless sorted otherwise"
    shows_caption = False

    at = tables.Column("When", attrs={"cell": {"class": "when"}})
    by = tables.Column("Who", order_by=("by__username",), default="The portal")
    verb = tables.Column("What")
    target = tables.Column("To what", orderable=False)
    changed = tables.Column("Changed", empty_values=(), orderable=False)
    reason = tables.Column("Reason", orderable=False)

    class Meta(PortalTable.Meta):
        row_attrs = {"class": lambda record: "part2" if record.is_restricted else None}

    def render_at(self, value: datetime) -> str:
        return short_moment(timezone.localtime(value))

    def render_verb(self, value: str) -> str:
        return audit_words.verb(value)

    def render_target(self, record: AuditEvent) -> SafeString:
        if record.is_restricted:
            return format_html('{} <span class="tag p2">Restricted</span>', record.target)
        return format_html("{}", record.target)

    def render_changed(self, record: AuditEvent) -> str:
        return render_to_string(
            "portal/_audit_changes.html", {"changes": audit_words.changes(record.before, record.after)}
        )
