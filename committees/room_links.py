"""Addresses of a meeting's room."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from committees.models import Meeting


def _to(name: str, meeting: Meeting, **where: Any) -> str:
    committee = meeting.committee
    kwargs = {"partnership": committee.partnership.slug, "committee": committee.slug, "on": meeting.on, **where}
    return reverse(f"committees:{name}", kwargs=kwargs)


def room_url(meeting: Meeting, part: str = "") -> str:
    address = _to("room", meeting)
    return f"{address}#{part}" if part else address
