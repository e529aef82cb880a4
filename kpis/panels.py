"""What performance puts on the start page: what is due from me, what waits for me, what the latest figures say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from kpis import benchmark_panel, dashboard, definitions, doubts, headline, overview, record
from kpis.checks import Checked
from kpis.models import ReturnVersion
from kpis.overview import Standing
from portal import navigation, panels, permissions
from portal.figures import ERROR
from portal.models import Council
from portal.navigation import Entry
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Partnership


@dataclass(frozen=True, slots=True)
class Due:
    """A return that is due from this officer, or can be worked on, and what is missing in it."""

    standing: Standing
    checked: Checked | None

    @property
    def sent_back(self) -> str:
        """Why the approver sent it back; empty where nobody did."""
        return self.standing.version.sent_back_reason if self.standing.version else ""

    @property
    def lacks(self) -> str:
        if self.checked is None:
            return "Not opened yet"
        errors = sum(found.finding.severity == ERROR for found in self.checked.findings)
        parts = [f"{counted(len(self.checked.missing), 'figure')} missing"] * bool(self.checked.missing)
        parts += [counted(errors, "error")] * bool(errors)
        words = ", ".join(parts)
        return f"{words[:1].upper()}{words[1:]}" if words else "Complete, not submitted"


def _councils(request: HttpRequest, permission: permissions.Permission, partnership: Partnership) -> list[Council]:
    return list(Council.objects.filter(pk__in=permissions.council_ids(request.user, permission, partnership)))


def _due(request: HttpRequest, partnership: Partnership) -> list[Due]:
    """The reader's returns that are not handed in, oldest first; asked for once per request."""
    known: list[Due] | None = getattr(request, "_returns_due", None)
    if known is None:
        councils = _councils(request, permissions.RETURN_EDIT, partnership)
        seen = overview.load(partnership, councils) if councils else overview.Overview(())
        known = [
            Due(one, definitions.check_version(one.version) if one.version else None)
            for one in seen.oldest_first()
            if one.version is None or one.version.state == ReturnVersion.State.DRAFT
        ]
        request._returns_due = known  # type: ignore[attr-defined]
    return known


def _waiting(request: HttpRequest, partnership: Partnership) -> list[Standing]:
    known: list[Standing] | None = getattr(request, "_returns_waiting", None)
    if known is None:
        councils = _councils(request, permissions.RETURN_APPROVE, partnership)
        known = overview.load(partnership, councils).waiting() if councils else []
        request._returns_waiting = known  # type: ignore[attr-defined]
    return known


def due_panel(request: HttpRequest, partnership: Partnership) -> str:
    due = _due(request, partnership)
    if not permissions.council_ids(request.user, permissions.RETURN_EDIT, partnership):
        return ""
    return render_to_string("kpis/_panel_due.html", {"due": due, "partnership": partnership}, request)


def due_headline(request: HttpRequest, partnership: Partnership) -> str:
    owed = [one for one in _due(request, partnership) if one.standing.is_owed]
    if not owed:
        return ""
    if len(owed) > 1:
        return f"{counted(len(owed)).capitalize()} returns are due from you"
    return f"The return for {owed[0].standing.month:%B %Y} is due from you"


def waiting_panel(request: HttpRequest, partnership: Partnership) -> str:
    if not permissions.council_ids(request.user, permissions.RETURN_APPROVE, partnership):
        return ""
    context = {"waiting": _waiting(request, partnership), "partnership": partnership}
    return render_to_string("kpis/_panel_waiting.html", context, request)


def waiting_headline(request: HttpRequest, partnership: Partnership) -> str:
    waiting = len(_waiting(request, partnership))
    if not waiting:
        return ""
    return f"{counted(waiting, 'return').capitalize()} {'waits' if waiting == 1 else 'wait'} for your approval"


def latest_panel(request: HttpRequest, partnership: Partnership) -> str:
    """The newest month in a sentence, its exceptions, and what of it cannot be true."""
    if not permissions.may(request.user, permissions.RETURN_VIEW, partnership):
        return ""
    _, last = dashboard.months_of(partnership)
    loaded = record.load(partnership, last, last, reader=request.user, history=False)
    if not loaded.versions:
        return ""
    context: dict[str, Any] = {
        "partnership": partnership,
        "headline": headline.say(loaded),
        "shortfalls": dashboard.shortfalls(loaded),
        "impossible": doubts.collect(loaded).impossible,
        "month": last,
    }
    return render_to_string("kpis/_panel_latest.html", context, request)


def _may(permission: permissions.Permission) -> Any:
    return lambda user, partnership: permissions.may(user, permission, partnership)


_PERFORMANCE_PAGES = frozenset(
    {"kpis:indicator", "kpis:limits", "kpis:limits-propose"}
    | {"kpis:benchmarks", "kpis:benchmark-new", "kpis:assessment-new"}
    | {"kpis:reported-list", "kpis:reported"}
    | {"kpis:findings", "kpis:finding", "kpis:finding-explain"}
)


# With the steps that show their page again.
_INDICATOR_PAGES = frozenset(
    {"kpis:indicator-new", "kpis:indicator-add", "kpis:indicator-edit", "kpis:indicator-change", "kpis:indicator-end"}
    | {"kpis:targets", "kpis:target-add", "kpis:target-edit", "kpis:target-correct"}
)


def register() -> None:
    navigation.register(Entry("Performance", "kpis:dashboard", 30, _may(permissions.RETURN_VIEW), _PERFORMANCE_PAGES))
    navigation.register(
        Entry(
            "Returns",
            "kpis:returns",
            40,
            _may(permissions.RETURN_VIEW),
            frozenset(
                {
                    "kpis:return",
                    "kpis:return-edit",
                    "kpis:return-save",
                    "kpis:return-submit",
                    "kpis:return-version",
                    "kpis:return-compare",
                    "kpis:return-backfill",
                    "kpis:returns-owed",
                    "kpis:return-import",
                    "kpis:return-import-preview",
                    "kpis:tickets",
                    "kpis:tickets-month",
                    "kpis:tickets-hand-in",
                    "kpis:tickets-import",
                    "kpis:tickets-list",
                    "kpis:tickets-take-over",
                    "kpis:tickets-columns",
                }
            ),
        )
    )
    navigation.register(
        Entry(
            "Indicators",
            "kpis:indicators",
            45,
            _may(permissions.INDICATOR_EDIT),
            _INDICATOR_PAGES,
        )
    )
    benchmark_panel.register()
    panels.register(name="kpis.due", position=20, render=due_panel, headline=due_headline)
    panels.register(name="kpis.waiting", position=21, render=waiting_panel, headline=waiting_headline)
    panels.register(name="kpis.latest", position=40, render=latest_panel)
