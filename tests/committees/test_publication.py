"""The page before publication, and what a clerk is told after each step towards it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from committees import actions
from committees.models import MinuteItem, Minutes, Paper
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    """An open paper, a restricted appendix, and a restricted item without papers."""
    world = makers.world()
    makers.restricted_paper(world.item, 2, private_title="Zanzibar contract")
    factories.item(world.meeting, 7, title="Staffing", part="II", exempt_paragraphs=[1], public_interest="A person.")
    return world


@pytest.fixture
def clerk(world: makers.World) -> Client:
    return makers.signed_in(world.clerk)


def main(response: object) -> str:
    content = response.content.decode()  # type: ignore[attr-defined]
    inner = content[content.index("<main") : content.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", inner)))


def messages(response: object) -> list[str]:
    return [str(message) for message in response.context["messages"]]  # type: ignore[attr-defined]


def clear_all(world: makers.World) -> None:
    for paper in Paper.objects.filter(item__meeting=world.meeting):
        actions.clear_paper(by=world.clerk, paper=paper)


def test_it_names_what_becomes_public_and_what_stays_restricted(world: makers.World, clerk: Client) -> None:
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held", published_before_portal=True)
    minutes = Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    MinuteItem.objects.create(minutes=minutes, number=1, title="Chair", text="Somebody chaired.")
    item = factories.item(world.meeting, 4, title="Minutes", kind="minutes")
    factories.paper(item, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    clear_all(world)
    response = clerk.get(f"{world.url}publish/confirm/")
    page = main(response)
    public = page[page.index("Becomes public") : page.index("Stays restricted")]
    restricted = page[page.index("Stays restricted") : page.index("Clear days")]
    assert "its three items" in public
    assert "Item 1, Update report" in public
    assert "The minutes of 4 July 2018" in public
    assert "Commercial" not in public
    assert "Staffing" not in public
    assert "Item 1, Appendix A: Commercial appendix Part II, paragraph 3" in restricted
    assert "Item 7, Staffing Part II, paragraph 1" in restricted
    assert "Zanzibar" not in page
    assert "the public has six clear days before the meeting; five are needed" in page
    content = response.content.decode()
    assert re.search(rf'<form[^>]*method="post"\s+action="{world.url}publish/"', content)
    assert '<button class="btn">Publish agenda and pack</button>' in content
    # Looking at the page does nothing.
    world.meeting.refresh_from_db()
    assert world.meeting.is_published is False
    clerk.post(f"{world.url}publish/")
    world.meeting.refresh_from_db()
    assert world.meeting.is_published is True
    assert "are published already" in main(clerk.get(f"{world.url}publish/confirm/"))


def test_restricted_minutes_do_not_become_public(world: makers.World, clerk: Client) -> None:
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held", published_before_portal=True)
    Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    item = factories.item(world.meeting, 4, title="Minutes", kind="minutes", part="II", exempt_paragraphs=[3],
                          public_interest="Prices.")  # fmt: skip
    factories.paper(item, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    clear_all(world)
    page = main(clerk.get(f"{world.url}publish/confirm/"))
    assert "minutes of 4 July 2018" not in page
    assert "Item 4, Minutes Part II, paragraph 3" in page


def test_what_stops_publication_is_shown_in_place_of_the_button(world: makers.World, clerk: Client) -> None:
    content = clerk.get(f"{world.url}publish/confirm/").content.decode()
    assert f'<a href="{world.url}#clearance-1-commercial">Item 1, Appendix A: not cleared</a>' in content
    assert "Publish agenda and pack</button>" not in content


def test_too_late_it_asks_for_the_urgency_route() -> None:
    world = makers.world(today=date(2018, 10, 9))
    clear_all(world)
    clerk = makers.signed_in(world.clerk)
    response = clerk.get(f"{world.url}publish/confirm/")
    assert "the public has four clear days of five; the last day was Monday 8 October 2018" in main(response)
    assert 'name="urgency_reason"' in response.content.decode()
    assert 'name="urgency_reason"' not in clerk.get(world.url).content.decode()


# What a clerk is told


def told(clerk: Client, url: str, **data: object) -> list[str]:
    response = clerk.post(url, data, follow=True)
    assert response.redirect_chain[-1][0].partition("#")[2] == ""  # the message stands at the top of the page
    return messages(response)


def test_clearing_names_the_paper_by_label_and_public_title(world: makers.World, clerk: Client) -> None:
    clear = f"{world.url}papers/1/commercial/clear/"
    assert told(clerk, clear) == ["Item 1, Appendix A: Commercial appendix is cleared."]
    assert told(clerk, clear) == ["This paper is cleared already."]


def test_figures_are_frozen_only_where_there_are_some(world: makers.World, clerk: Client) -> None:
    counter = makers.Counter()
    makers.section(world.paper, 2, kind="block", block=counter.name)
    assert told(clerk, f"{world.paper_url}clear/") == ["Item 1, Update report is cleared. Its figures are frozen."]


OPEN = {"part": "I"}
EXEMPT = {"part": "II", "exempt_paragraphs": ["3"], "public_interest": "Prices.", "private_title": "Zanzibar"}


def test_a_decision_says_what_it_came_to(world: makers.World, clerk: Client) -> None:
    item, paper = f"{world.url}items/7/restriction/", f"{world.url}papers/1/commercial/restriction/"
    assert told(clerk, item, **OPEN) == ["Item 7 is open again."]
    assert told(clerk, item, **OPEN) == []
    assert told(clerk, item, **EXEMPT) == ["Item 7 is restricted: paragraph 3."]
    both = EXEMPT | {"exempt_paragraphs": ["1", "3"]}
    assert told(clerk, paper, **both) == ["Item 1, Appendix A: Commercial appendix is restricted: paragraphs 1 and 3."]
    confidential = {"part": "II", "is_confidential": "on"}
    assert told(clerk, paper, **confidential) == [
        "Item 1, Appendix A: Commercial appendix is restricted: confidential."
    ]
    actions.clear_paper(by=world.clerk, paper=Paper.objects.get(slug="commercial"))
    assert told(clerk, paper, **OPEN) == [
        "Item 1, Appendix A: Commercial appendix is open again. What it covers has to be cleared again."
    ]


def test_a_paper_of_a_restricted_item_is_not_called_open(world: makers.World, clerk: Client) -> None:
    told(clerk, f"{world.url}items/1/restriction/", **EXEMPT)
    assert told(clerk, f"{world.url}papers/1/commercial/restriction/", **OPEN) == [
        "Item 1, Appendix A: Commercial appendix has no restriction of its own. Item 1 stays restricted."
    ]
