"""What the agenda says of excluding press and public, against the words of section 100A and Schedule 12A."""

from __future__ import annotations

import re
from datetime import date

import pytest

from committees import exclusion, pack_content, packs
from committees.exclusion import Closed
from portal.pdf_join import PageRange
from tests import factories
from tests.committees import makers

WORDS = {1: "information relating to any individual", 3: "information relating to money", 5: "legal advice"}
STAFF = Closed("Item 7", "Staffing", (1,))
PRICES = Closed("Item 6, Appendix A", "Commercial appendix", (3, 5))
SECRET = Closed("Item 9", "From the Home Office", is_confidential=True)


@pytest.mark.parametrize(
    ("closed", "is_executive", "said"),
    [
        ([], False, "No item has been identified in advance."),
        ([], True, "No item has been identified in advance."),
        (
            [STAFF],
            False,
            "Item 7, “Staffing”: it is proposed to exclude the public under section 100A(4) of the Local Government "
            "Act 1972, because exempt information would be disclosed under paragraph 1 of Part 1 of Schedule 12A to "
            "that Act: information relating to any individual.",
        ),
        (
            [PRICES],
            True,
            "Item 6, Appendix A, “Commercial appendix”: it is proposed to exclude the public under regulation 4 of SI "
            "2012/2089, because exempt information would be disclosed under paragraphs 3 and 5 of Part 1 of Schedule "
            "12A to the Local Government Act 1972: information relating to money; legal advice.",
        ),
        (
            [SECRET],
            False,
            "Item 9, “From the Home Office”: the public is excluded under section 100A(2) of the Local Government Act "
            "1972, because confidential information would be disclosed.",
        ),
        (
            [SECRET],
            True,
            "Item 9, “From the Home Office”: the public is excluded under regulation 4(2) of SI 2012/2089, because "
            "confidential information would be disclosed.",
        ),
        (
            [Closed("Item 7", "Staffing")],
            False,
            "Item 7, “Staffing”: it is proposed to exclude the public under section 100A(4) of the Local Government "
            "Act 1972; the paragraph of Schedule 12A is still to be stated.",
        ),
    ],
)
def test_the_note(closed: list[Closed], is_executive: bool, said: str) -> None:
    assert exclusion.note(closed, WORDS, is_executive=is_executive) == said


def test_each_has_its_sentence_in_order() -> None:
    said = exclusion.note([PRICES, STAFF], WORDS, is_executive=False)
    assert re.findall(r"“(.+?)”", said) == ["Commercial appendix", "Staffing"]


# On the page and in the pack


def kept(first: int, last: int) -> PageRange:
    return PageRange(first, last, first, last, tuple(str(page) for page in range(first, last + 1)))


NOTHING = "No item has been identified in advance."


def agenda_page(world: makers.World) -> str:
    return re.sub(r"\s+", " ", makers.signed_in(None).get(world.url).content.decode())


def agenda_sheet(world: makers.World) -> str:
    papers = packs.papers_of(world.meeting)
    ranges = {pack_content.paper_key(paper): kept(at, at) for at, paper in enumerate(papers, start=1)}
    source = pack_content.front_source(
        world.meeting, papers, ranges, edition="public", made_on=date(2018, 10, 5), is_published=False
    )
    return re.sub(r"\s+", " ", source.html)


@pytest.mark.django_db
@pytest.mark.parametrize("shown", [agenda_page, agenda_sheet])
def test_it_follows_what_is_restricted(shown: object) -> None:
    world = makers.world(published_before_portal=False)
    world.meeting.published_at, world.meeting.published_by = "2018-10-05T09:00Z", world.clerk
    world.meeting.save()
    world.meeting.refresh_from_db()
    # A note that somebody typed long ago does not stand against the facts.
    factories.item(world.meeting, 8, kind="exclusion", title="Exclusion of press and public", note=NOTHING)
    assert shown(world).count(NOTHING) == 1  # type: ignore[operator]
    makers.restricted_paper(world.item, 2, private_title="Zanzibar contract")
    closed = factories.item(
        world.meeting, 2, title="Staffing", part="II", is_confidential=True, private_title="Zanzibar redundancies"
    )
    factories.paper(closed, 1, title="Staffing report", slug="staffing")
    page = shown(world)  # type: ignore[operator]
    assert NOTHING not in page
    assert "Zanzibar" not in page
    assert (
        "Item 1, Appendix A, “Commercial appendix”: it is proposed to exclude the public under section 100A(4) of the "
        "Local Government Act 1972, because exempt information would be disclosed under paragraph 3 of Part 1"
    ) in page
    assert "Item 2, “Staffing”: the public is excluded under section 100A(2) of the Local Government Act 1972" in page
    assert "Staffing report”" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pages", "is_last", "said"),
    [
        (kept(16, 17), False, "Pages 16–17 are kept for it. The next page is 18."),
        (kept(16, 17), True, "Pages 16–17 are kept for it."),
        (kept(16, 16), False, "Page 16 is kept for it."),
    ],
)
def test_the_sheet_names_the_pages_it_keeps(pages: PageRange, is_last: bool, said: str) -> None:
    world = makers.world()
    sheet = pack_content.sealed_source(makers.restricted_paper(world.item, 2), pages, is_last=is_last)
    assert re.findall(r"<p>(Pages? .*?)</p>", sheet.html) == [said]
