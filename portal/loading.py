"""Loads a partnership, its councils and people, and the demonstration's accounts from fixtures/<slug>/partnership.toml.

Loading makes what is missing and changes nothing that is there, so that it can be repeated over work done since.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.models import Council, Partnership, PartnershipCouncil, Person, RoleGrant, User

DEMONSTRATION_PASSWORD = "demonstration"  # noqa: S105 - published on purpose; see portal/signin.py


def load(folder: Path) -> None:
    data = tomllib.loads((folder / "partnership.toml").read_text())
    councils = {row["slug"]: _council(row) for row in data["councils"]}
    partnership, _ = Partnership.objects.get_or_create(
        slug=folder.name,
        defaults={
            "name": data["name"],
            "service_name": data["service_name"],
            "hue": data["hue"],
            "chroma": Decimal(data["chroma"]),
            "reporting_from": data["reporting_from"],
            "return_due_working_day": data.get("return_due_working_day"),
            "demonstration_today": data.get("demonstration_today") if settings.DEMONSTRATION else None,
        },
    )
    for position, row in enumerate(data["councils"]):
        PartnershipCouncil.objects.get_or_create(
            partnership=partnership,
            council=councils[row["slug"]],
            defaults={"position": position, "is_host": row.get("host", False)},
        )
    for row in data.get("people", []):
        _person(row, councils)
    if settings.DEMONSTRATION:
        for row in data.get("accounts", []):
            _account(row, partnership, councils)


def _council(row: dict[str, Any]) -> Council:
    council, _ = Council.objects.get_or_create(
        slug=row["slug"], defaults={"name": row["name"], "short_name": row["short_name"]}
    )
    return council


def _person(row: dict[str, Any], councils: dict[str, Council]) -> Person:
    person, _ = Person.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "full_name": row["full_name"],
            "honorific": row.get("honorific", ""),
            "job_title": row.get("job_title", ""),
            "council": councils[row["council"]] if "council" in row else None,
        },
    )
    return person


def _account(row: dict[str, Any], partnership: Partnership, councils: dict[str, Council]) -> None:
    user = User.objects.filter(username=row["username"]).first()
    if user is None:
        user = User.objects.create_user(
            username=row["username"], password=DEMONSTRATION_PASSWORD, is_demonstration=True
        )
    elif not user.is_demonstration:
        return  # a real account has this name: it is given nothing
    RoleGrant.objects.get_or_create(
        user=user,
        partnership=partnership,
        role=row["role"],
        council=councils[row["council"]] if "council" in row else None,
        defaults={"is_demonstration": True},
    )
