"""Addresses of what the law wants of a meeting: notices, moves, compliance, and of the feeds."""

from __future__ import annotations

from django.urls import reverse

from committees.models import Committee, Meeting
from portal.models import Partnership


def _of_meeting(name: str, meeting: Meeting) -> str:
    committee = meeting.committee
    return reverse(
        f"committees:{name}",
        kwargs={"partnership": committee.partnership.slug, "committee": committee.slug, "on": meeting.on},
    )


def notices_url(meeting: Meeting) -> str:
    return _of_meeting("notices", meeting)


def notice_add_url(meeting: Meeting) -> str:
    return _of_meeting("notice-add", meeting)


def move_url(meeting: Meeting) -> str:
    return _of_meeting("meeting-move", meeting)


def cancel_url(meeting: Meeting) -> str:
    return _of_meeting("meeting-cancel", meeting)


def late_item_url(meeting: Meeting) -> str:
    return _of_meeting("late-item", meeting)


def compliance_url(meeting: Meeting) -> str:
    return _of_meeting("compliance", meeting)


def compliance_pdf_url(meeting: Meeting) -> str:
    return _of_meeting("compliance-pdf", meeting)


def closed_days_url(partnership: Partnership) -> str:
    return reverse("committees:closed-days", kwargs={"partnership": partnership.slug})


def calendar_url(partnership: Partnership, committee: Committee | None = None) -> str:
    return _feed("calendar", partnership, committee)


def publications_url(partnership: Partnership, committee: Committee | None = None) -> str:
    return _feed("publications", partnership, committee)


def feeds_url(partnership: Partnership) -> str:
    return reverse("committees:feeds", kwargs={"partnership": partnership.slug})


def oparl_url(partnership: Partnership) -> str:
    return reverse("committees:oparl", kwargs={"partnership": partnership.slug})


def _feed(name: str, partnership: Partnership, committee: Committee | None) -> str:
    if committee is None:
        return reverse(f"committees:{name}", kwargs={"partnership": partnership.slug})
    return reverse(
        f"committees:committee-{name}", kwargs={"partnership": partnership.slug, "committee": committee.slug}
    )


def oparl_list_url(partnership: Partnership, kind: str) -> str:
    return reverse("committees:oparl-list", kwargs={"partnership": partnership.slug, "kind": kind})


def oparl_object_url(partnership: Partnership, kind: str, key: str) -> str:
    return reverse("committees:oparl-object", kwargs={"partnership": partnership.slug, "kind": kind, "key": key})
