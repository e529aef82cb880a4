"""Forms of clerks: a section's text, what restricts a paper or an item."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from committees import actions
from committees.actions import SectionText
from tests.committees import makers
from tests.committees.test_views import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    return makers.world()


@pytest.fixture
def clerk(world: makers.World) -> Client:
    return makers.signed_in(world.clerk)


# Sections


def section_url(world: makers.World) -> str:
    return f"{world.paper_url}sections/1/"


def test_editing_a_section(world: makers.World, clerk: Client) -> None:
    form = clerk.get(section_url(world))
    seen = re.search(r'name="seen" value="(\w+)"', form.content.decode())[1]  # type: ignore[index]
    assert seen == SectionText.of(world.section).token()
    response = clerk.post(
        section_url(world), {"heading": "Purpose", "body": "To tell.\r\n\r\n1. one\r\n", "seen": seen}
    )
    assert response["Location"] == f"{world.paper_url}#section-1"
    world.section.refresh_from_db()
    assert (world.section.heading, world.section.body) == ("Purpose", "To tell.\n\n1. one")
    assert "1. Purpose" in words(clerk.get(world.paper_url))


def test_the_second_of_two_clerks_keeps_what_they_typed(world: makers.World, clerk: Client) -> None:
    seen = SectionText.of(world.section).token()
    clerk.post(section_url(world), {"heading": "Section 1", "body": "The first one's words.", "seen": seen})
    second = clerk.post(section_url(world), {"heading": "Section 1", "body": "The second one's words.", "seen": seen})
    assert second.status_code == 409
    page = words(second)
    assert "Somebody else has changed this section" in page
    assert "The second one's words." in page
    assert "The first one's words." in page
    again = re.search(r'name="seen" value="(\w+)"', second.content.decode())[1]  # type: ignore[index]
    clerk.post(section_url(world), {"heading": "Section 1", "body": "The second one's words.", "seen": again})
    world.section.refresh_from_db()
    assert world.section.body == "The second one's words."


def test_a_link_that_leads_nowhere_in_print_is_named(world: makers.World, clerk: Client) -> None:
    seen = SectionText.of(world.section).token()
    response = clerk.post(section_url(world), {"heading": "x", "body": "See [here](report.html).", "seen": seen})
    assert response.status_code == 422
    assert "The link to “report.html” leads nowhere in print." in words(response)
    assert "See [here](report.html)." in response.content.decode()
    world.section.refresh_from_db()
    assert world.section.body == "One paragraph.\n\nAnother."


def test_a_change_after_clearance_is_announced(world: makers.World, clerk: Client) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert "Saving a change takes its clearance away" in words(clerk.get(section_url(world)))
    seen = SectionText.of(world.section).token()
    response = clerk.post(section_url(world), {"heading": "x", "body": "New.", "seen": seen}, follow=True)
    assert "has to be cleared again" in words(response)


def test_an_implication_can_be_marked_as_not_applicable(world: makers.World, clerk: Client) -> None:
    legal = makers.section(world.paper, 2, kind="implication", heading="Legal implications", body="Some.")
    clerk.post(
        f"{world.paper_url}sections/2/",
        {"heading": "Legal implications", "body": "", "not_applicable": "on", "seen": SectionText.of(legal).token()},
    )
    assert "2. Legal implications Change Legal implications 2.1 Not applicable." in words(clerk.get(world.paper_url))


def test_sections_of_a_published_paper_are_closed(world: makers.World, clerk: Client) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    actions.publish(by=world.clerk, meeting=world.meeting)
    assert "Change" not in words(clerk.get(world.paper_url)).split("All partnerships")[0]
    for response in (clerk.get(section_url(world)), clerk.post(section_url(world), {"body": "x", "seen": "x"})):
        assert response["Location"] == world.paper_url
    world.section.refresh_from_db()
    assert world.section.body == "One paragraph.\n\nAnother."


@pytest.mark.parametrize("path", ["papers/9/report/", "papers/1/other/", "papers/1/report/sections/9/"])
def test_what_is_not_there(world: makers.World, clerk: Client, path: str) -> None:
    assert clerk.get(f"{world.url}{path}").status_code == 404


# Restriction


def test_restricting_a_paper_from_its_page(world: makers.World, clerk: Client) -> None:
    url = f"{world.paper_url}restriction/"
    data = {"part": "II", "exempt_paragraphs": ["3", "5"], "public_interest": "Prices.", "private_title": "The deal"}
    assert clerk.post(url, data)["Location"] == world.url
    world.paper.refresh_from_db()
    assert (world.paper.exempt_paragraphs, world.paper.private_title) == ([3, 5], "The deal")
    assert "Part II, paragraphs 3 and 5" in words(clerk.get(world.url))
    # Open again, it keeps nothing of the restriction.
    clerk.post(url, {"part": "I", "exempt_paragraphs": ["3"], "private_title": "The deal"})
    world.paper.refresh_from_db()
    assert (world.paper.part, world.paper.exempt_paragraphs, world.paper.private_title) == ("I", [], "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"part": "II"}, "Choose at least one paragraph"),
        ({"part": "II", "exempt_paragraphs": ["8"]}, "8 is not one of the available choices"),
        ({}, "This field is required"),
    ],
)
def test_a_restriction_needs_its_reason(world: makers.World, clerk: Client, data: dict[str, str], said: str) -> None:
    response = clerk.post(f"{world.paper_url}restriction/", data)
    assert response.status_code == 422
    assert said in words(response)
    world.paper.refresh_from_db()
    assert world.paper.part == "I"


def test_restricting_a_whole_item(world: makers.World, clerk: Client) -> None:
    clerk.post(f"{world.url}items/1/restriction/", {"part": "II", "is_confidential": "on", "private_title": "A person"})
    world.item.refresh_from_db()
    assert (world.item.part, world.item.is_confidential) == ("II", True)
    page = words(clerk.get(world.url))
    assert "A person Part II, confidential" in page
    assert "section 100A(2) of the Local Government Act 1972" in page
