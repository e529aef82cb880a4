"""The register of decisions in rows, for its download."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from committees.models import Decision

HEADINGS = (
    "Reference",
    "Title",
    "Meeting",
    "Committee",
    "Outcome",
    "Key",
    "Published",
    "Call-in ends",
    "Called in",
    "Council",
    "Body",
    "Council decided",
    "Council decided on",
)


def rows(decisions: QuerySet[Decision]) -> list[tuple[Any, ...]]:
    """One row for each decision and council that it goes on to. Titles only, which are public."""
    found: list[tuple[Any, ...]] = []
    for one in decisions:
        own = (
            one.reference,
            one.title,
            f"{one.meeting.on:%Y-%m-%d}",
            one.meeting.committee.short_name,
            one.get_outcome_display(),
            "Yes" if one.is_key else "No",
            f"{one.published_at:%Y-%m-%d}" if one.published_at else "",
            f"{one.call_in_ends_on:%Y-%m-%d}" if one.call_in_ends_on else "",
            f"{one.called_in_on:%Y-%m-%d}" if one.called_in_on else "",
        )
        onward = list(one.recommendations.all())
        found += [
            (
                *own,
                row.council.short_name,
                row.to_body,
                row.get_outcome_display(),
                f"{row.decided_on:%Y-%m-%d}" if row.decided_on else "",
            )
            for row in onward
        ] or [(*own, "", "", "", "")]
    return found
