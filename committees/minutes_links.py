"""Addresses of minutes as they are written."""

from __future__ import annotations

from django.urls import reverse

from committees.models import Meeting


def edit_url(meeting: Meeting, part: str = "") -> str:
    committee = meeting.committee
    kwargs = {"partnership": committee.partnership.slug, "committee": committee.slug, "on": meeting.on}
    address = reverse("committees:minutes-edit", kwargs=kwargs)
    return f"{address}#{part}" if part else address
