"""Loads a committee, its members, meetings, papers and minutes from fixtures/<slug>/committee.toml and meetings/.

Loading makes what is missing and changes nothing that is there. Sections and minutes come with their paper or meeting
and are not added later, so that what a clerk has taken away does not come back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    Meeting,
    Membership,
    MinuteItem,
    Minutes,
    Paper,
    PaperSection,
    Resolution,
    TemplateItem,
)
from committees.wording import day
from portal.models import Action, Council, Part, Partnership, Person

Data = dict[str, Any]

# Local rules of a committee that its file may state.
_RULES = (
    "quorum_members",
    "quorum_per_council",
    "notice_reading",
    "call_in_working_days",
    "draft_minutes_working_days",
    "question_working_days",
    "deputation_working_days",
    "clearance_working_days",
    "allows_remote",
    "clerk_follows_host",
    "cover_style",
    "cover_fields",
    "implications",
    "sign_offs",
)


def load(folder: Path) -> None:
    """Load a partnership's committee, where the folder has one. Its councils and people are there already."""
    described = folder / "committee.toml"
    if not described.exists():
        return
    partnership = Partnership.objects.get(slug=folder.name)
    data = _read(described)
    names = _Names(partnership)
    committee, _ = Committee.objects.get_or_create(
        partnership=partnership,
        slug=data["slug"],
        defaults={key: data[key] for key in ("name", "short_name", "legal_basis", "chair_rule")}
        | {key: data.get(key, "").strip() for key in ("contact", "access_note", "interests_note")}
        | {key: data[key] for key in _RULES if key in data},
    )
    for position, row in enumerate(data.get("template", []), start=1):
        own = {key: row[key] for key in ("kind", "title", "note", "part", "phrase") if key in row}
        TemplateItem.objects.get_or_create(committee=committee, position=position, defaults=own)
    for position, row in enumerate(data.get("members", [])):
        Membership.objects.get_or_create(
            committee=committee,
            person=names.people[row["person"]],
            role=row["role"],
            from_on=row.get("from_on"),
            defaults={
                "council": names.councils[row["council"]],
                "until_on": row.get("until_on"),
                "position": position,
            },
        )
    # In the order of their days: minutes belong to a meeting before the one that approves them.
    for meeting_folder in sorted(path for path in (folder / "meetings").iterdir() if path.is_dir()):
        _meeting(meeting_folder, committee, names)


def _read(path: Path) -> Data:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from error


class _Names:
    """Councils and people by their slugs, asked for once."""

    def __init__(self, partnership: Partnership) -> None:
        self.councils: Mapping[str, Council] = {
            council.slug: council for council in Council.objects.filter(partnerships=partnership)
        }
        self.people: Mapping[str, Person] = {person.slug: person for person in Person.objects.all()}

    def council(self, row: Data, key: str = "council") -> Council | None:
        return self.councils[row[key]] if key in row else None

    def person(self, row: Data, key: str) -> Person | None:
        return self.people[row[key]] if key in row else None


def _meeting(folder: Path, committee: Committee, names: _Names) -> None:
    data = _read(folder / "meeting.toml")
    meeting, _ = Meeting.objects.get_or_create(
        committee=committee,
        on=data["on"],
        defaults={
            "starts_at": data["starts_at"],
            "closed_at": data.get("closed_at"),
            "venue": data["venue"],
            "host": names.council(data, "host"),
            "state": data["state"],
            "published_before_portal": data.get("published_before_portal", False),
        },
    )
    items = {row["number"]: _item(row, meeting) for row in data["items"]}
    for row in data.get("attendance", []):
        Attendance.objects.get_or_create(
            meeting=meeting,
            person=names.people[row["person"]],
            defaults={
                "council": names.council(row),
                "status": row["status"],
                "capacity": row["capacity"],
                "chaired": row.get("chaired", False),
                "stands_in_for": names.person(row, "stands_in_for"),
            },
        )
    for path in sorted((folder / "papers").glob("*.toml")):
        _paper(_read(path), items, committee, names)
    if (folder / "minutes.toml").exists():
        _minutes(_read(folder / "minutes.toml"), meeting)
    for row in data.get("actions", []):
        _action(row, meeting, names)


def _item(row: Data, meeting: Meeting) -> AgendaItem:
    item, _ = AgendaItem.objects.get_or_create(
        meeting=meeting,
        number=row["number"],
        defaults={"kind": row["kind"], "title": row["title"], "note": row.get("note", "")} | _restriction(row),
    )
    return item


def _restriction(row: Data) -> Data:
    keys = ("part", "private_title", "exempt_paragraphs", "is_confidential", "public_interest", "restriction_review_on")
    return {key: row[key] for key in keys if key in row}


def _paper(data: Data, items: Mapping[int, AgendaItem], committee: Committee, names: _Names) -> None:
    item = items[data["item"]]
    plain = (
        "label",
        "author",
        "numbering",
        "is_landscape",
        "wards_affected",
        "decision_type",
        "background_papers",
        "cover",
    )
    paper, is_new = Paper.objects.get_or_create(
        item=item,
        slug=data["slug"],
        defaults={
            "position": item.papers.count() + 1,
            "kind": data["kind"],
            "title": data["title"],
            "contact_officer": names.person(data, "contact_officer"),
            "signed_off_by": names.person(data, "signed_off_by"),
            "minutes_of": Meeting.objects.get(committee=committee, on=data["minutes_of"])
            if "minutes_of" in data
            else None,
        }
        | {key: data[key] for key in plain if key in data}
        | _restriction(data),
    )
    if is_new:
        PaperSection.objects.bulk_create(
            PaperSection(
                paper=paper,
                position=position,
                kind=row.get("kind", PaperSection.Kind.TEXT),
                heading=row.get("heading", ""),
                is_numbered=row.get("is_numbered", True),
                body=row.get("body", "").strip(),
                not_applicable=row.get("not_applicable", False),
                block=row.get("block", ""),
                block_params=row.get("params", {}),
            )
            for position, row in enumerate(data.get("sections", []), start=1)
        )


def _minutes(data: Data, meeting: Meeting) -> None:
    # Approved minutes take no items any more: their state comes last.
    minutes, is_new = Minutes.objects.get_or_create(meeting=meeting)
    if not is_new:
        return
    for row in data["items"]:
        item = MinuteItem.objects.create(
            minutes=minutes,
            number=row["number"],
            title=row["title"],
            text=row.get("text", "").strip(),
            **_restriction(row),
        )
        for number, text in enumerate(row.get("resolutions", []), start=1):
            Resolution.objects.create(item=item, number=number, text=text)
    minutes.state = data["state"]
    minutes.save(update_fields=["state"])


def _action(row: Data, meeting: Meeting, names: _Names) -> None:
    """An action that the minutes left. It dates from the meeting, and is restricted where its item is."""
    committee = meeting.committee
    own = {"number": row["item"], "part": Part.TWO}
    is_restricted = (
        row.get("part") == Part.TWO
        or MinuteItem.objects.filter(minutes__meeting=meeting, **own).exists()
        or AgendaItem.objects.filter(meeting=meeting, **own).exists()
    )
    Action.objects.get_or_create(
        partnership=committee.partnership,
        source_key=f"{committee.slug}:{meeting.on:%Y-%m-%d}:{row['item']}:{row['key']}",
        defaults={
            "title": row["title"],
            "part": Part.TWO if is_restricted else Part.ONE,
            "owner": names.person(row, "owner"),
            "council": names.council(row),
            "due_on": row.get("due_on"),
            "status": row["status"],
            "source": f"Minutes of {day(meeting.on)}, item {row['item']}",
            "created_at": timezone.make_aware(datetime.combine(meeting.on, meeting.closed_at or meeting.starts_at)),
        },
    )
