"""The indicator editor in a real browser: by keyboard, at two widths, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kpis.models import Indicator, Target
from tests.browser import assert_axe, assert_fits, expect_error
from tests.kpis.reading import user

pytestmark = pytest.mark.browser

ROOT = "/brent-lewisham-southwark/indicators/"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_and_are_accessible(seed, visit, width: int) -> None:
    indicator = Indicator.objects.get(code="p1-sla")
    target = Target.objects.create(indicator=indicator, valid_from="2018-10-01", value=90)
    manager = user("service-manager")
    page = visit(ROOT, user=manager, width=width)
    for path in ("", "new/", "p1-sla/edit/", "p1-sla/targets/", f"p1-sla/targets/{target.pk}/", "../figures-check/"):
        page.goto(f"{ROOT}{path}")
        assert_axe(page)
        assert_fits(page)


def test_an_indicator_is_added_by_keyboard_and_only_what_matters_shows(seed, visit) -> None:
    page = visit(f"{ROOT}new/", user=user("service-manager"))
    expect(page.get_by_label("Begins with")).to_be_hidden()
    page.get_by_label("Name", exact=True).focus()
    for text in ("Share of Priority 1", "", "p1-share", "Demand"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_label("Unit").select_option("percent")
    page.get_by_label("Entered in the return").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Worked out: one count out of another")).to_be_checked()
    expect(page.get_by_label("Begins with")).to_be_visible()
    expect(page.get_by_role("group", name="Parts")).to_be_hidden()
    page.get_by_label("Begins with").select_option("p1-incidents")
    expect_error(page, "422")
    page.get_by_role("button", name="Add the indicator").press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert_axe(page)
    summary.get_by_role("link").click()
    expect(page.get_by_label("Out of, less, or divided")).to_be_focused()
    page.get_by_label("Out of, less, or divided").select_option("total-calls")
    page.get_by_role("button", name="Show the example").press("Enter")
    expect(page.locator("#example")).to_contain_text("Share of Priority 1")
    page.get_by_role("button", name="Add the indicator").press("Enter")
    expect(page.locator("#p1-share")).to_be_visible()
    made = Indicator.objects.get(code="p1-share")
    assert (made.source, made.numerator_of.code, made.measured_on.code) == ("rate", "p1-incidents", "total-calls")


def test_every_field_is_there_without_scripts(seed, visit) -> None:
    page = visit(f"{ROOT}new/", user=user("service-manager"), javascript=False)
    expect(page.get_by_label("Begins with")).to_be_visible()
    expect(page.get_by_role("group", name="Parts")).to_be_visible()
