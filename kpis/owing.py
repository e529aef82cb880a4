"""Who owes which return, who can enter it, and when they were last reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kpis import overview, reminders
from kpis.overview import Standing
from portal import clock, deputies, permissions
from portal.models import OutgoingMail, RoleGrant, User
from portal.tables import FIGURE, OPTIONAL, PortalTable
from portal.words import day, short_moment

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from portal.models import Partnership


@dataclass(frozen=True, slots=True)
class Enterer:
    """An account that can enter a council's return today; `deputy_for` where it stands in for somebody away."""

    user: User
    deputy_for: User | None = None
    is_away: bool = False

    @property
    def words(self) -> str:
        if self.deputy_for is not None:
            return f"{self.user}, deputy for {self.deputy_for}"
        return f"{self.user} (away)" if self.is_away else str(self.user)


def enterers(partnership: Partnership) -> dict[int, list[Enterer]]:
    """By council: accounts with the right to enter its return today, each once. Two queries."""
    today = clock.today(partnership)
    roles = [role for role, held in permissions.ROLE_PERMISSIONS.items() if permissions.RETURN_EDIT in held]
    away = deputies.away_on(partnership, today)
    grants = RoleGrant.objects.filter(
        deputies.valid_on(today), partnership=partnership, role__in=roles, user__is_active=True
    ).select_related("user", "deputy_for")
    found: dict[int, dict[int, Enterer]] = defaultdict(dict)
    # Own roles first: whoever holds the role themselves is nobody's deputy in it.
    for grant in sorted(grants, key=lambda one: (one.deputy_for_id is not None, one.user.username, one.pk)):
        if grant.council_id is not None:
            is_away = (grant.user_id, grant.role, grant.council_id) in away
            found[grant.council_id].setdefault(grant.user_id, Enterer(grant.user, grant.deputy_for, is_away))
    return {council: list(people.values()) for council, people in found.items()}


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of the list. `late` is how many days the due date is past."""

    standing: Standing
    late: int
    enterers: tuple[Enterer, ...]
    reminded_at: datetime | None
    reminded: str

    @property
    def month(self) -> date:
        return self.standing.month

    @property
    def council(self) -> str:
        return self.standing.council.short_name

    @property
    def state(self) -> str:
        return self.standing.words

    @property
    def due_on(self) -> date | None:
        return self.standing.due_on


def rows(partnership: Partnership) -> list[Owed]:
    """Every return that is asked for, whose month is over, and that is not handed in; the oldest first."""
    today = clock.today(partnership)
    people = enterers(partnership)
    reminded: dict[str, OutgoingMail] = {}
    mails = OutgoingMail.objects.filter(partnership=partnership, kind=reminders.KIND)
    for mail in mails.order_by("written_at", "pk"):
        reminded[reminders.return_of(mail.key)] = mail
    found = []
    for one in overview.load(partnership).owed():
        last = reminded.get(reminders.name_of(partnership.slug, one.council.slug, one.month))
        found.append(
            Owed(
                one,
                max(0, (today - one.due_on).days) if one.due_on is not None else 0,
                tuple(people.get(one.council.pk, ())),
                last.written_at if last is not None else None,
                last.get_state_display() if last is not None else "",
            )
        )
    return found


class OwedTable(PortalTable):
    caption = "Returns that are owed"
    row_header = "month"

    month = tables.Column("Month")
    council = tables.Column("Council")
    state = tables.Column("State")
    due_on = tables.Column("Due")
    late = tables.Column("Days late", attrs=FIGURE)
    enterers = tables.Column("Who can enter it", orderable=False, empty_values=())
    reminded_at = tables.Column("Last reminder", empty_values=(), attrs=OPTIONAL)

    def __init__(self, data: Sequence[Owed], *, partnership: Partnership, with_names: bool, **kwargs: Any) -> None:
        self.partnership = partnership
        hidden = () if with_names else ("enterers", "reminded_at")
        super().__init__(data, exclude=hidden, **kwargs)

    def render_month(self, record: Owed) -> SafeString:
        place = {"partnership": self.partnership.slug, "council": record.standing.council.slug, "period": record.month}
        return format_html('<a href="{}">{}</a>', reverse("kpis:return", kwargs=place), f"{record.month:%B %Y}")

    def render_state(self, record: Owed) -> SafeString:
        return format_html('<span class="mk {}">{}</span>', record.standing.mark, record.state)

    def render_due_on(self, value: date) -> str:
        return day(value)

    def render_late(self, value: int) -> str:
        return str(value) if value else ""

    def render_enterers(self, record: Owed) -> str:
        if not record.enterers:
            return "Nobody: no account has the role"
        return "; ".join(one.words for one in record.enterers)

    def render_reminded_at(self, record: Owed) -> str:
        if record.reminded_at is None:
            return "None"
        return f"{short_moment(timezone.localtime(record.reminded_at))}: {record.reminded.lower()}"
