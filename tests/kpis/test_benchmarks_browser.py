"""Benchmarks and limits in a real browser: nothing wider than the page, nothing that axe objects to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kpis import limit_actions
from tests.browser import assert_axe, assert_fits
from tests.kpis.test_limits import REASON, World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_benchmarks_and_their_forms(harrow_manager, visit, width: int) -> None:
    for path in ("benchmarks/", "benchmarks/new/", "assessments/new/"):
        page = visit(f"/harrow/{path}", user=harrow_manager, width=width)
        assert_axe(page)
        assert_fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_limits_that_begin_anew(db, visit, width: int) -> None:
    world = World()
    limit_actions.approve_rebase(rebase=world.propose(), by=world.approver)
    start = f"/{world.partnership.slug}/performance/calls/"
    page = visit(f"{start}limits/", user=world.officer, width=width)
    expect(page.get_by_text(REASON)).to_be_visible()
    assert_axe(page)
    assert_fits(page)
    page = visit(start, user=world.officer, width=width)
    expect(page.locator("figure").first.locator("figcaption")).to_contain_text("Normal variation")
    assert_axe(page)
    assert_fits(page)
