"""The shared style in a browser: focus stays in view, marks and the current entry in forced colours, paper."""

from __future__ import annotations

import pytest

from tests.kpis.conftest import brent, draft, officer, seed  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRID = "/brent-lewisham-southwark/returns/brent/2018-10/edit/"

# How far what has the focus reaches below the window's end or the dock's beginning; of a whole region, its beginning.
HIDDEN = """() => {
    const focus = document.activeElement, dock = document.querySelector(".dock");
    const box = focus.getBoundingClientRect(), end = box.height > 300 ? box.top : box.bottom;
    const covers = getComputedStyle(dock).position === "sticky" && !dock.contains(focus);
    const seen = covers && focus.closest("main") ? dock.getBoundingClientRect().top : innerHeight;
    return end - Math.min(innerHeight, seen);
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_dock_never_hides_what_has_the_focus(draft, officer, visit, width):  # noqa: F811 - fixtures
    page = visit(GRID, user=officer, width=width)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.locator("main").get_by_role("link").first.focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.textContent")
        assert page.evaluate(HIDDEN) <= 0, name
    sticky = page.evaluate("getComputedStyle(document.querySelector('.dock')).position")
    assert sticky == ("sticky" if width == 1280 else "static")


def test_in_forced_colours_shapes_and_the_current_entry_still_tell_apart(draft, officer, visit):  # noqa: F811 - fixtures
    page = visit("/brent-lewisham-southwark/returns/", user=officer)
    page.emulate_media(forced_colors="active")
    page.evaluate("""() => document.querySelector("main").insertAdjacentHTML(
        "beforeend", '<p id="marks"><span class="mk">a</span><span class="mk half">b</span>'
        + '<span class="mk full">c</span></p>')""")
    ring, half, full = page.evaluate("""() => [...document.querySelectorAll("#marks .mk")].map(
        mark => { const s = getComputedStyle(mark, "::before"); return [s.backgroundColor, s.backgroundImage]; })""")
    assert ring == ["rgba(0, 0, 0, 0)", "none"]
    assert half[0] == "rgba(0, 0, 0, 0)"
    assert "gradient" in half[1]
    assert full[0] not in {"rgba(0, 0, 0, 0)", ""}
    lines = page.evaluate("""() => [...document.querySelectorAll(".nav a")].map(
        a => [a.hasAttribute("aria-current"), getComputedStyle(a).borderBottomColor])""")
    assert {current for current, _ in lines} == {True, False}
    for current, colour in lines:
        assert (colour != "rgb(255, 255, 255)") is current  # the ground of forced colours in a light scheme


def test_what_leads_elsewhere_is_not_printed_and_sections_may_break(draft, officer, visit):  # noqa: F811 - fixtures
    page = visit("/brent-lewisham-southwark/returns/", user=officer)
    page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend",
        '<nav class="tabs"><a href="/">One</a></nav><section class="sec" id="probe"><table><tbody>'
        + '<tr><th>A<small>b</small></th></tr></tbody></table></section>')""")
    assert page.evaluate("getComputedStyle(document.querySelector('#probe small')).display") == "block"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('main .tabs:last-of-type')).display") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('#probe')).breakInside") == "auto"
