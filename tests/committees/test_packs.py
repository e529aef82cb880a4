"""Packs: what is in them, page by page, and what is rendered again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from committees import actions, packs
from committees.models import Meeting, MinuteItem, Minutes, Paper, PaperRendering
from tests import factories, pdf_checks
from tests.committees import makers

pytestmark = pytest.mark.django_db


@dataclass
class Seed:
    public: bytes
    members: bytes
    papers: list[str]


_built: list[Seed] = []


@pytest.fixture
def seed(db: None) -> Seed:
    """Both editions of the pack of 16 October 2018, with a restricted appendix in its middle; built once."""
    if not _built:
        makers.load_seed()
        meeting = Meeting.objects.get(on="2018-10-16")
        report = Paper.objects.get(slug="report").item
        secret = makers.restricted_paper(report, 9, label="Appendix C", private_title="The Zanzibar contract")
        for position in (1, 2):
            makers.section(secret, position, heading="Zanzibar terms", body="\n\n".join(["Zanzibar pays. " * 40] * 8))
        public, members = (packs.build(meeting, edition) for edition in ("public", "members"))
        assert (public.papers_rendered, members.papers_rendered, members.papers_reused) == (6, 0, 6)
        _built.append(Seed(public.pdf, members.pdf, [str(paper) for paper in packs.papers_of(meeting)]))
    return _built[0]


@pytest.mark.parametrize("edition", ["public", "members"])
def test_the_pack_is_valid_and_accessible(seed: Seed, edition: str) -> None:
    pdf = getattr(seed, edition)
    pdf_checks.assert_qpdf(pdf)
    pdf_checks.assert_ua1(pdf)
    pdf_checks.assert_parent_tree(pdf)


# A range stands at the end of its line; an en dash joins first and last.
_RANGE = re.compile(r"(?P<first>\d+)(?:–(?P<last>\d+))?$")


def agenda_ranges(pages: list[str]) -> dict[int, tuple[int, int]]:
    """What the agenda prints in its column of pages, by item."""
    lines = "\n".join(page for page in pages[:3] if "Business" in page or "Declaring interests" in page).splitlines()
    found = {}
    for line in lines:
        item = re.match(r"\s*(\d{1,2})\s{2,}\S", line)
        pages_printed = _RANGE.search(line.rstrip())
        if item and pages_printed and re.search(r"\s{3,}\d+(?:–\d+)?$", line.rstrip()):
            first = int(pages_printed["first"])
            found[int(item[1])] = (first, int(pages_printed["last"] or first))
    return found


def printed_numbers(pages: list[str]) -> list[str]:
    """The number in the footer of each page: the last word of its last line."""
    return [page.rstrip().splitlines()[-1].split()[-1] for page in pages]


def item_of(page: str) -> int | None:
    """The item whose paper begins on this page: its first line says so."""
    begins = re.match(r"\s*(?:Restricted: [^\n]*\n)?\s*Item (\d+)", page.lstrip("\n "))
    return int(begins[1]) if begins else None


@pytest.mark.parametrize("edition", ["public", "members"])
def test_the_agenda_gives_the_numbers_that_are_printed(seed: Seed, edition: str) -> None:
    """Read back from the text of the PDF, page by page."""
    pages = pdf_checks.page_texts(getattr(seed, edition))
    numbers = printed_numbers(pages)
    assert numbers == pdf_checks.page_labels(getattr(seed, edition))
    items: dict[int, list[int]] = {}
    current = None
    for page, number in zip(pages, numbers, strict=True):
        if number in {"i", "ii", "iii"}:
            continue
        current = item_of(page) or current
        assert current is not None
        items.setdefault(current, []).extend(int(part) for part in number.split("–"))
    assert agenda_ranges(pages) == {item: (min(found), max(found)) for item, found in items.items()}
    assert set(items) == {4, 6, 7}


def test_both_editions_have_the_same_numbers(seed: Seed) -> None:
    public, members = (pdf_checks.page_labels(pdf) for pdf in (seed.public, seed.members))
    assert [label for label in public if "–" in label] == ["16–19"]
    at = public.index("16–19")
    assert members == [*public[:at], "16", "17", "18", "19", *public[at + 1 :]]
    # The agenda takes a third sheet, since it says which appendix is to be taken in private, and why.
    assert public[:4] == ["i", "ii", "iii", "1"]
    arabic = [label for label in members if label.isdigit()]
    assert arabic == [str(number) for number in range(1, len(arabic) + 1)]


def test_the_sheet_for_a_restricted_paper(seed: Seed) -> None:
    at = pdf_checks.page_labels(seed.public).index("16–19")
    sheet = " ".join(pdf_checks.page_texts(seed.public)[at].split())
    assert "This paper is restricted" in sheet
    assert "Appendix C: Commercial appendix" in sheet
    assert "paragraph 3 of Part 1 of Schedule 12A to the Local Government Act 1972" in sheet
    assert "financial or business affairs of any particular person" in sheet
    assert "Pages 16–19 are kept for it. The next page is 20." in sheet


def test_restricted_pages_are_marked_in_the_members_edition(seed: Seed) -> None:
    labels = pdf_checks.page_labels(seed.members)
    marked = [
        label
        for label, page in zip(labels, pdf_checks.page_texts(seed.members), strict=True)
        if "Restricted: Part II, paragraph 3" in page
    ]
    assert marked == ["16", "17", "18", "19"]
    assert "The Zanzibar contract" in pdf_checks.page_texts(seed.members)[labels.index("16")]


def test_bookmarks_lead_from_item_to_paper_to_section(seed: Seed) -> None:
    marks = pdf_checks.outline(seed.public)
    assert [mark.title for mark in marks if mark.depth == 0] == [
        "Front sheet and agenda",
        "4. Minutes of 4 July 2018",
        "6. Update report on the shared service",
        "7. Shared ICT service arrangements",
    ]
    papers = [mark.title for mark in marks if mark.depth == 1 and mark.sheet > 2]
    assert papers == seed.papers
    assert [mark.title for mark in marks if mark.depth == 2 and mark.title.startswith("8. Human")] == [
        "8. Human resources and property implications"
    ]


def test_the_front_sheet(seed: Seed) -> None:
    front = " ".join(pdf_checks.page_texts(seed.public)[0].split())
    for words in (
        "Joint Committee of the London Boroughs of Brent, Lewisham and Southwark",
        "Tuesday 16 October 2018, 6.30 pm",
        "Boardrooms 5 and 6, Brent Civic Centre",
        "Brent Cllr Margaret McLennan Cllr Amer Agha Cllr Tom Miller Cllr Krupa Sheth",
        "Draft of the public edition, 21 numbered pages. Made on Friday 5 October 2018. Not published.",
        "One paper is restricted: a sheet stands for it, and its pages are kept.",
        "Governance Manager, London Borough of Brent",
        "A lift goes to the meeting room.",
    ):
        assert words in front


def test_the_performance_pack_carries_the_published_figures(seed: Seed) -> None:
    """Row by row from the pack of 16 October 2018."""
    pages = pdf_checks.page_texts(seed.public)
    table = next(page for page in pages if "Performance, June to September 2018" in page and "Total calls" in page)
    lines = [" ".join(line.split()) for line in table.splitlines()]
    assert "Total calls logged 4,148 2,974 3,514 3,926 2,752 3,547 3,723 2,516 3,294 3,898 2,976 3,708" in lines
    overall = "79.15 76.14 79.79 75.60 78.86 74.69 74.89 77.50 76.50 78.34 80.89 73.58"
    assert any(line.endswith(overall) for line in lines)


# Stored renderings


def build(world: makers.World, edition: str = "public") -> packs.BuiltPack:
    return packs.build(world.meeting, edition)


def test_an_unchanged_paper_is_not_rendered_again() -> None:
    world = makers.world()
    second = factories.paper(world.item, 2, title="Second", slug="second")
    makers.section(second)
    first_build = build(world)
    assert (first_build.papers_rendered, first_build.papers_reused) == (2, 0)
    again = build(world)
    assert (again.papers_rendered, again.papers_reused) == (0, 2)
    world.section.body = "New words."
    world.section.save()
    changed = build(world)
    assert (changed.papers_rendered, changed.papers_reused) == (1, 1)


def test_a_rendering_whose_file_is_gone_is_made_again() -> None:
    world = makers.world()
    before = build(world)
    for rendering in PaperRendering.objects.all():
        rendering.file.storage.delete(str(rendering.file.name))
    after = build(world)
    assert (after.papers_rendered, after.sha256 != "") == (1, True)
    assert after.pages == before.pages


def test_stored_files_have_names_that_tell_nothing() -> None:
    world = makers.world()
    makers.section(makers.restricted_paper(world.item, 2))
    build(world)
    for rendering in PaperRendering.objects.all():
        assert re.fullmatch(r"renderings/[0-9a-f]{64}\.pdf", str(rendering.file.name))
        assert rendering.key not in str(rendering.file.name)


def test_a_frozen_block_shows_what_was_reported() -> None:
    world, counter = makers.world(), makers.Counter()
    makers.section(world.paper, 2, kind="block", block=counter.name, body="")
    actions.clear_paper(by=world.clerk, paper=world.paper)
    counter.figure = 2
    text = " ".join(" ".join(pdf_checks.page_texts(build(world).pdf)).split())
    assert "The figure is 1." in text
    assert "Figures as reported to the meeting of 16 October 2018." in text


def test_a_live_block_shows_the_figures_of_now() -> None:
    world, counter = makers.world(), makers.Counter()
    makers.section(world.paper, 2, kind="block", block=counter.name, body="")
    counter.figure = 2
    assert any("The figure is 2." in page for page in pdf_checks.page_texts(build(world).pdf))


def test_an_edition_published_late_says_so() -> None:
    world = makers.world(today=date(2018, 10, 9))
    actions.clear_paper(by=world.clerk, paper=world.paper)
    meeting = actions.publish(
        by=world.clerk,
        meeting=world.meeting,
        urgency_route="special-circumstances",
        urgency_reason="The link failed.",
        urgency_agreed_by="the chair",
    )
    front = " ".join(pdf_checks.page_texts(packs.build(meeting, "public", is_published=True).pdf)[0].split())
    assert "Published on Tuesday 9 October 2018, four clear days before the meeting." in front
    assert "Urgent: The link failed. Agreed by the chair." in front


def test_a_paper_that_cannot_be_printed_is_named_by_its_number_alone() -> None:
    world = makers.world()
    secret = makers.restricted_paper(world.item, 2)
    makers.section(secret, body="[a link](zanzibar/price)")
    with pytest.raises(packs.CannotBuild) as caught:
        build(world)
    assert str(caught.value) == "Item 1, paper 2 cannot become a PDF: open it and look at its links and pictures."


def test_minutes_of_restricted_items_are_kept_apart() -> None:
    """In an open paper a restricted minute is a public title; its text stands in a Part II paper alone."""
    world = makers.world()
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held")
    minutes = Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    MinuteItem.objects.create(minutes=minutes, number=1, title="Chair", text="Somebody chaired.")
    MinuteItem.objects.create(
        minutes=minutes, number=2, title="Contract", part="II", exempt_paragraphs=[3], text="Zanzibar was chosen."
    )
    factories.paper(world.item, 2, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    makers.restricted_paper(
        world.item,
        3,
        kind=Paper.Kind.MINUTES,
        minutes_of=before,
        slug="part-2-minutes",
        title="Part II minutes",
        label="",
    )
    public = " ".join(" ".join(pdf_checks.page_texts(build(world).pdf)).split())
    assert "Somebody chaired." in public
    assert "What was said and resolved is restricted: Part II, paragraph 3." in public
    assert "Zanzibar" not in public
    members = " ".join(" ".join(pdf_checks.page_texts(build(world, "members").pdf)).split())
    assert members.count("Zanzibar was chosen.") == 1
    assert members.count("Somebody chaired.") == 1


@pytest.mark.parametrize("edition", ["public", "members"])
def test_metadata_names_the_committee_and_nobody_else(seed: Seed, edition: str) -> None:
    with pikepdf.open(BytesIO(getattr(seed, edition))) as pdf:
        said = {name: str(value) for name, value in pdf.docinfo.items()}
        packet = pdf.Root.Metadata.read_bytes().decode()
    committee = "Joint Committee of the London Boroughs of Brent, Lewisham and Southwark"
    label = {"public": "public edition", "members": "members’ edition"}[edition]
    assert said.pop("/Title") == f"{committee}, 16 October 2018, {label}"
    assert said.pop("/Author") == committee
    # 5 October 2018 is in British Summer Time.
    assert {value[:10] + value[-6:] for value in said.values()} == {"D:20181005+01'00"}
    assert set(said) == {"/CreationDate", "/ModDate"}
    assert "@" not in packet
    assert "Zanzibar" not in packet
