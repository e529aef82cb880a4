"""A clerk publishes the agenda of 16 October 2018, and the public reads it: by keyboard and pointer, with axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from committees.models import Meeting, Paper
from portal import jobs
from portal.models import Job, User
from tests.browser import Visit, assert_axe, assert_fits
from tests.committees import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEETING = f"/{makers.SLUG}/meetings/joint-committee/2018-10-16/"
JULY = f"/{makers.SLUG}/meetings/joint-committee/2018-07-04/"


def account(username: str) -> User:
    return User.objects.get(username=username)


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("requested_at", "pk"):
        assert jobs.run(str(job.pk)).error == ""


def test_the_way_from_draft_to_published_pack(visit: Visit) -> None:
    makers.load_seed()
    makers.restricted_paper(
        Paper.objects.get(slug="report").item, 9, label="Appendix C", private_title="The deal", public_interest=""
    )
    clerk = account("clerk")
    page = visit(MEETING, user=clerk)
    expect(page.get_by_role("heading", level=1)).to_have_text("Joint Committee: two working days left to publish")
    expect(page.get_by_role("heading", name="Seven things stop publication")).to_be_visible()
    assert_axe(page)

    page.get_by_role("link", name="state why the public interest is served").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What restricts it")
    assert_axe(page)
    page.get_by_label("Why the public interest is served by keeping it restricted").fill("Prices are being negotiated.")
    page.get_by_role("button", name="Record the decision").click()
    for left in range(6, 0, -1):
        expect(page.get_by_role("button", name="Clear item")).to_have_count(left)
        page.get_by_role("button", name="Clear item").first.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ready to publish")).to_be_visible()
    assert_axe(page)
    page.get_by_role("link", name="Publish agenda and pack").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish agenda and pack")
    expect(page.get_by_role("heading", name="Stays restricted")).to_be_visible()
    assert_axe(page)
    assert_fits(page)
    page.get_by_role("button", name="Publish agenda and pack").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Agenda and papers are published.")).to_be_visible()
    run_jobs()
    page.reload()
    expect(page.get_by_role("link", name="Public edition", exact=True)).to_be_visible()
    assert_axe(page)

    public = visit(MEETING)
    expect(public.get_by_text("Appendix C: Commercial appendix")).to_be_visible()
    expect(public.get_by_text("The deal")).to_have_count(0)
    expect(public.get_by_role("link", name="Read the papers")).to_have_attribute(
        "href", f"{MEETING}packs/{Meeting.objects.get(on='2018-10-16').packs.get(edition='public').pk}.pdf"
    )
    assert_axe(public)


PAGES = (
    f"/{makers.SLUG}/",
    f"/{makers.SLUG}/meetings/",
    f"/{makers.SLUG}/committees/joint-committee/",
    MEETING,
    f"{MEETING}papers/4/minutes/",
    f"{MEETING}papers/6/report/",
    f"{MEETING}papers/6/report/sections/3/",
    f"{MEETING}papers/6/report/restriction/",
    f"{MEETING}papers/6/performance/",
    f"{MEETING}papers/7/discussion-paper/",
    JULY,
    f"{JULY}minutes/",
)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_every_page_is_accessible_and_fits(visit: Visit, width: int, dark: bool) -> None:
    makers.load_seed()
    page = visit(PAGES[0], user=account("clerk"), width=width, dark=dark)
    for path in PAGES:
        page.goto(path)
        assert_axe(page)
        assert_fits(page)


def test_a_papers_table_opens_at_its_newest_month_on_a_phone(visit: Visit) -> None:
    """The last column is in view, and the indicators' names stand beside it."""
    makers.load_seed()
    page = visit(f"{MEETING}papers/6/performance/", user=account("clerk"), width=390)
    table = page.get_by_role("region", name="All indicators").first
    edges = table.evaluate(
        """region => {
            const edge = (cell) => cell.getBoundingClientRect();
            const row = region.querySelector("tbody tr:not(.band)");
            const [name, last] = [edge(row.firstElementChild), edge(row.lastElementChild)];
            const frame = edge(region);
            return [frame.left, name.left, last.right, frame.right].map(Math.round);
        }"""
    )
    assert edges[0] == edges[1], "the names are out of view"
    assert edges[2] == edges[3], "the newest month is out of view"


def test_pages_work_without_a_script(visit: Visit) -> None:
    makers.load_seed()
    page = visit(MEETING, user=account("clerk"), javascript=False)
    page.get_by_role("button", name="Clear item 4").click()
    expect(page.get_by_text("Item 4, Minutes of 4 July 2018 is cleared.")).to_be_visible()
    expect(page.get_by_role("button", name="Clear item")).to_have_count(4)
