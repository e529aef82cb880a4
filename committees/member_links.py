"""Addresses of a committee's members, rules and attendance."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from committees.models import Committee


def _to(name: str, committee: Committee, **where: Any) -> str:
    return reverse(
        f"committees:{name}",
        kwargs={"partnership": committee.partnership.slug, "committee": committee.slug, **where},
    )


def members_url(committee: Committee) -> str:
    return _to("members", committee)


def attendance_csv_url(committee: Committee) -> str:
    return _to("attendance-csv", committee)
