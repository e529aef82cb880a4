"""Meetings with papers to try things on, and the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from committees.models import AgendaItem, Meeting, Paper, PaperSection
from portal import blocks
from portal.models import Partnership, User
from tests import factories

SLUG = "brent-lewisham-southwark"


def load_seed() -> Partnership:
    """The partnership, figures and papers of the demonstration, as `manage.py demo` loads them."""
    for path in settings.DEMONSTRATION_LOADERS:
        import_string(path)(Path(settings.FIXTURES) / SLUG)
    return Partnership.objects.get(slug=SLUG)


def section(paper: Paper, position: int = 1, **values: Any) -> PaperSection:
    defaults: dict[str, Any] = {"heading": f"Section {position}", "body": "One paragraph.\n\nAnother."}
    return PaperSection.objects.create(paper=paper, position=position, **(defaults | values))


@dataclass
class World:
    """A meeting on 16 October 2018 of a partnership that stands on 5 October, with one open paper."""

    partnership: Partnership
    meeting: Meeting
    item: AgendaItem
    paper: Paper
    section: PaperSection
    clerk: User

    @property
    def url(self) -> str:
        committee = self.meeting.committee
        return f"/{self.partnership.slug}/meetings/{committee.slug}/{self.meeting.on}/"

    @property
    def paper_url(self) -> str:
        return f"{self.url}papers/{self.item.number}/{self.paper.slug}/"


def world(*, today: date = date(2018, 10, 5), **meeting: Any) -> World:
    partnership = factories.partnership(factories.council(), factories.council(), demonstration_today=today)
    made = factories.meeting(factories.committee(partnership), **meeting)
    item = factories.item(made, 1, title="Update")
    paper = factories.paper(item, 1, title="Update report", slug="report", author="Head of Service")
    return World(partnership, made, item, paper, section(paper), factories.user(partnership, "clerk"))


def restricted_paper(item: AgendaItem, position: int, **values: Any) -> Paper:
    defaults: dict[str, Any] = {
        "part": "II",
        "exempt_paragraphs": [3],
        "public_interest": "A supplier would learn what the councils can pay.",
        "title": "Commercial appendix",
        "slug": "commercial",
        "kind": Paper.Kind.APPENDIX,
        "label": "Appendix A",
    }
    return factories.paper(item, position, **(defaults | values))


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="portal.signin.PortalBackend")
    return client


def body(response: Any) -> bytes:
    """All that a response sends. A file is read to its end, which closes it as a server would."""
    return b"".join(response.streaming_content) if response.streaming else response.content


class Counter:
    """A block whose figure a test can change."""

    name = "tests.counter"

    def __init__(self) -> None:
        self.figure = 1
        blocks.register(
            blocks.Block(
                self.name,
                "A number",
                collect=lambda partnership, params: {"figure": self.figure},
                render=lambda data, for_print: f"<p>The figure is {data['figure']}.</p>",
            )
        )
