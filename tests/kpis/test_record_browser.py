"""A correction as its approver sees it, and naming a deputy, in a real browser."""

from __future__ import annotations

import pytest

from kpis import actions
from tests.browser import assert_axe, assert_fits
from tests.kpis.reading import user
from tests.kpis.test_actions import approve
from tests.kpis.test_reopening import correct, submit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_a_correction_is_seen_and_approved(draft, officer, approver, visit, width: int) -> None:
    approve(draft, officer, approver)
    reopened = actions.reopen_return(version=draft, by=user("service-manager"), reason="Counted twice.")
    correct(reopened, officer)
    submit(reopened, officer)
    page = visit("/brent-lewisham-southwark/returns/brent/2018-10/", user=approver, width=width)
    assert page.locator("#changes tbody tr").count() == 3
    assert_axe(page)
    assert_fits(page)
    page.get_by_role("button", name="Approve the return").click()
    page.get_by_role("link", name="Compare versions and papers").click()
    assert_axe(page)
    assert_fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_deputy_is_named(draft, officer, visit, width: int) -> None:
    page = visit("/brent-lewisham-southwark/absence/", user=officer, width=width)
    page.get_by_label("Deputy").select_option(label="approver-brent")
    page.get_by_label("First day").fill("2018-11-05")
    page.get_by_label("Last day").fill("2018-11-09")
    page.get_by_role("button", name="Name the deputy").click()
    assert page.get_by_text("To come").is_visible()
    assert_axe(page)
    assert_fits(page)
