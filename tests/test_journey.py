"""The whole way once: from figures typed in a browser to the printed pack.

The figures are those published for Southwark and September 2018. They are taken out of the demonstration first, typed
in again by keyboard, submitted, approved by another person, and read on the dashboard and in the pack of 16 October.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from playwright.sync_api import Page, expect

from kpis.models import ReturnVersion
from portal import jobs
from portal.models import Job, User
from tests.browser import Visit, assert_axe
from tests.pdf_checks import assert_accessible, page_texts

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SLUG = "brent-lewisham-southwark"
HOME = f"/{SLUG}/"
# Seed: performance pack of 16 October 2018, column Southwark, September 2018, in the order of the grid's boxes.
TYPED = {
    "p1-incidents": "3",
    "p2-incidents": "23",
    "p3-incidents": "2,228",
    "service-requests": "1,454",
    "total-calls": "3,708",
    "open-calls": "1077",
    "p1-sla": "66.67",
    "p2-sla": "45.83",
    "p3-sla": "73.06",
    "service-request-sla": "79.73",
    "overall-sla": "73.58",
    "satisfaction": "56.74",
    "surveys-returned": "141",
}


@pytest.fixture
def without_southwark_in_september(transactional_db: None, tmp_path: Path) -> None:
    """The demonstration as it would be without that return. A return that was handed in cannot be taken away again."""
    folder = tmp_path / "fixtures" / SLUG
    shutil.copytree(Path(settings.FIXTURES) / SLUG, folder)
    figures = folder / "figures.csv"
    rows = figures.read_text("utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("2018-09,southwark,")]
    assert len(kept) == len(rows) - 1
    figures.write_text("".join(kept), "utf-8")
    for loader in settings.DEMONSTRATION_LOADERS:
        import_string(loader)(folder)


def account(username: str) -> User:
    return User.objects.get(username=username)


def sign_in(visit: Visit, username: str) -> Page:
    """Through the form, by keyboard alone."""
    page = visit(f"/account/sign-in/?next={HOME}")
    page.get_by_label("User name or e-mail address").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type("demonstration")
    page.keyboard.press("Enter")
    # The form's own address ends in the same words, as a question: wait for the page itself.
    page.wait_for_url(lambda address: urlsplit(address).path == HOME)
    return page


def everything_is_sent(page: Page) -> None:
    """Two requests at once share one connection to SQLite's database in memory, which no real portal does."""
    page.wait_for_load_state("networkidle")


def test_from_typed_figures_to_the_printed_pack(
    without_southwark_in_september: None,
    visit: Visit,
    tmp_path: Path,
) -> None:
    # The officer finds the missing month and types it in.
    page = sign_in(visit, "officer-southwark")
    assert_axe(page)
    page.goto(f"{HOME}returns/southwark/2018-09/")
    expect(page.get_by_text("Not reported").first).to_be_visible()
    page.get_by_role("button", name="Open the return").press("Enter")
    page.locator('[name="figure.p1-incidents"]').focus()
    for code, text in TYPED.items():
        box = page.locator(f'[name="figure.{code}"]')
        expect(box).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")  # goes to the next figure, and the portal saves this one
    expect(page.locator("#check-total-calls")).to_contain_text("3 + 23 + 2,228 + 1,454")
    expect(page.locator("#check-p2-sla")).to_contain_text("23")
    assert_axe(page)

    everything_is_sent(page)
    page.reload()
    expect(page.locator('[name="figure.p3-incidents"]')).to_have_value("2,228")
    reasons = page.locator("#reasons textarea")
    # As published: P2, P3 and service requests need other denominators, the overall rate too and it is far from the
    # weighted rate of its parts.
    assert reasons.count() >= 4
    for index in range(reasons.count()):
        reasons.nth(index).fill("Measured on the calls resolved in the month.")
    page.keyboard.press("Tab")
    everything_is_sent(page)
    page.get_by_role("button", name="Submit to the approver").press("Enter")
    page.wait_for_url("**/returns/southwark/2018-09/")
    version = ReturnVersion.objects.get(parent__council__slug="southwark", parent__period="2018-09-01")
    assert version.state == ReturnVersion.State.SUBMITTED

    # Not on the dashboard before somebody else has approved it.
    member = visit(f"{HOME}performance/?from=2018-09&to=2018-09", user=account("member-lewisham"))
    expect(member.get_by_role("main")).not_to_contain_text("1,077")
    expect(member.get_by_role("main")).to_contain_text("Not reported")

    approver = sign_in(visit, "approver-southwark")
    approver.goto(f"{HOME}returns/southwark/2018-09/")
    assert_axe(approver)
    approver.get_by_role("button", name="Approve the return").press("Enter")
    expect(approver.get_by_role("button", name="Approve the return")).to_have_count(0)

    member.reload()
    expect(member.get_by_role("main")).to_contain_text("1,077")
    expect(member.get_by_role("main")).to_contain_text("45.83")
    assert_axe(member)

    # The clerk asks for the pack; the worker builds it; the figures are in it.
    clerk = sign_in(visit, "clerk")
    clerk.goto(f"{HOME}meetings/joint-committee/2018-10-16/")
    assert_axe(clerk)
    clerk.get_by_role("button", name="Build a draft of the public edition").press("Enter")
    clerk.wait_for_url("**/jobs/**")
    assert_axe(clerk)
    job = jobs.run(str(Job.objects.get(kind="committees.pack").pk))
    assert job.state == Job.State.DONE, job.error
    clerk.goto(f"{HOME}meetings/joint-committee/2018-10-16/")
    with clerk.expect_download() as download:
        clerk.evaluate("document.querySelector('a[href$=\".pdf\"]').setAttribute('download', '')")
        clerk.locator('a[href$=".pdf"]').first.press("Enter")
    file = tmp_path / "pack.pdf"
    download.value.save_as(file)
    assert_accessible(file)
    performance = next(text for text in page_texts(file) if "Open calls at month end" in text)
    assert "1,077" in performance
    assert "45.83" in performance
