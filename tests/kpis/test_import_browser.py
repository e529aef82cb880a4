"""The way from the file to the grid, as a person sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.browser import assert_axe, assert_fits, expect_error

pytestmark = pytest.mark.browser

EDIT = "/brent-lewisham-southwark/returns/brent/2018-10/edit/"
HEADINGS = ["Code", "Figure", "In time", "Measured"]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_file_is_looked_at_and_imported(draft, officer, visit, width: int) -> None:
    page = visit(EDIT, user=officer, width=width)
    page.get_by_role("link", name="Import from a file").click()
    assert_axe(page)
    assert_fits(page)
    expect_error(page, "422")
    # Nothing chosen: the page says so, and the field is named.
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("alert")).to_contain_text("Filled-in file: Choose the file.")
    assert_axe(page)

    def choose(*rows: list[object]) -> None:
        content = samples.workbook(HEADINGS, *rows)
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        page.get_by_label("Filled-in file").set_input_files(
            {"name": "october.xlsx", "mimeType": mime, "buffer": content}
        )
        page.get_by_role("button", name="Show what would change").click()

    choose(["p1-incidents", "n/a"], ["p2-incidents", 20], ["nonsense", 1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Two cells of the file cannot be imported")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    assert_axe(page)
    assert_fits(page)
    page.get_by_role("link", name="Choose the file again").click()
    choose(["p1-incidents", 10], ["p2-incidents", 20], ["p1-sla", None, 9, 10])
    expect(page.get_by_role("heading", level=1)).to_have_text("The file would change four figures")
    assert_axe(page)
    assert_fits(page)
    page.get_by_role("button", name="Import four figures").click()
    expect(page.locator('[name="figure.p1-incidents"]')).to_have_value("10")
    expect(page.get_by_text("Four figures from “october.xlsx” are in the return.")).to_be_visible()
