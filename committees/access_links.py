"""The address at which a restricted paper is opened by a wider right."""

from __future__ import annotations

from django.urls import reverse

from committees.models import Meeting, Paper


def access_url(paper: Paper, meeting: Meeting) -> str:
    committee = meeting.committee
    return reverse(
        "committees:paper-access",
        kwargs={
            "partnership": committee.partnership.slug,
            "committee": committee.slug,
            "on": meeting.on,
            "number": paper.item.number,
            "paper": paper.slug,
        },
    )
