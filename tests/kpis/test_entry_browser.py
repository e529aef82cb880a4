"""The entry grid by keyboard alone, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from kpis.models import Figure, ReturnVersion
from portal.models import RoleGrant, User
from tests import factories
from tests.browser import assert_axe, assert_fits, expect_error
from tests.kpis.conftest import TRUE_MONTH

pytestmark = pytest.mark.browser

GRID = "/brent-lewisham-southwark/returns/brent/2018-10/edit/"


def box(page: Page, name: str):
    return page.locator(f'[name="{name}"]')


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved at \d"))


def stored(draft: ReturnVersion) -> dict[str, str]:
    return dict(Figure.objects.filter(version=draft).values_list("indicator__code", "typed"))


def paste(page: Page, name: str, text: str) -> None:
    """As the keys do it: a paste event with the text of the clipboard."""
    box(page, name).focus()
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const happened = { clipboardData, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", happened));
        }""",
        text,
    )


def test_a_month_is_entered_and_submitted_by_keyboard_alone(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    assert_axe(page)
    box(page, "figure.p1-incidents").focus()
    for text in TRUE_MONTH.values():
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#submit")).to_have_text("")
    assert stored(draft) == TRUE_MONTH
    expect(page.locator("#output-calls-per-employee")).to_have_text("1.00")
    expect(page.locator("#check-total-calls")).to_have_text("Adds up 10 + 20 + 700 + 2,270")
    assert_axe(page)
    submit = page.get_by_role("button", name="Submit to the approver")
    for _ in range(40):
        page.keyboard.press("Tab")
        if submit.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Monthly return: Brent, October 2018")
    expect(page.get_by_text("Waits for approval by another person")).to_be_visible()
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert_axe(page)


def test_keys_move_undo_and_find_errors(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    box(page, "figure.p1-incidents").fill("12a")
    page.keyboard.press("ArrowDown")
    expect(box(page, "figure.p2-incidents")).to_be_focused()
    saved(page)
    expect(page.locator("#check-p1-incidents")).to_contain_text("“12a” is not a number. Use digits only")
    expect(box(page, "figure.p1-incidents")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#summary h2")).to_have_text("One thing stops this return")
    page.keyboard.type("20")
    page.keyboard.press("Escape")
    expect(box(page, "figure.p2-incidents")).to_have_value("")
    page.keyboard.press("F8")
    expect(box(page, "figure.p1-incidents")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("#check-p1-incidents")).to_have_text("OK")
    expect(box(page, "figure.p1-incidents")).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("ArrowUp")
    expect(box(page, "figure.p1-incidents")).to_be_focused()
    assert stored(draft) == {"p1-incidents": "12"}
    assert_axe(page)


def test_a_pasted_column_fills_down(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    paste(page, "figure.p1-incidents", "\r\n".join(TRUE_MONTH.values()) + "\r\n")
    saved(page)
    assert stored(draft) == TRUE_MONTH


def test_a_published_column_with_worked_out_rows_fills_down_too(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    # Brent, September 2018, as the pack prints it: fifteen rows, two of them worked out.
    printed = "1 25 841 3031 3898 1.30 763 0.25 100 65 73.71 88.56 78.34 67.74 93"
    column = printed.split()
    paste(page, "figure.p1-incidents", "\n".join(column))
    saved(page)
    assert list(stored(draft).values()) == [text for place, text in enumerate(column) if place not in (5, 7)]


@pytest.mark.parametrize(
    ("start", "pasted", "said"),
    [
        (
            "p1-incidents",
            "1\n2\n3",
            "Priority 1 incidents, October 2018: 3 figures were pasted, but from here there are 5 rows to the end of "
            "Demand and 13 to the end of the table.",
        ),
        ("open-calls", "\t".join("1234567890"), "10 figures were pasted, but from here there are 1 rows"),
        ("p1-incidents", "1\t2\n3\t4", "several columns were pasted"),
    ],
)
def test_a_pasted_column_of_the_wrong_length_is_refused_and_nothing_lost(
    draft, officer, visit, start, pasted, said
) -> None:
    page = visit(GRID, user=officer)
    box(page, "figure.p1-incidents").fill("7")
    page.keyboard.press("Enter")
    saved(page)
    paste(page, f"figure.{start}", pasted)
    alert = page.locator(f"#check-{start} [role=alert]")
    expect(alert).to_contain_text(said)
    expect(alert).to_contain_text("Nothing was filled in. Paste one column with a figure for each of these rows.")
    expect(box(page, "figure.p1-incidents")).to_have_value("7")
    assert stored(draft) == {"p1-incidents": "7"}
    assert_axe(page)


def test_two_officers_in_one_box(draft, officer, visit) -> None:
    grant = RoleGrant.objects.get(user=officer)
    colleague = factories.user(grant.partnership, "officer", grant.council)
    first, second = visit(GRID, user=officer), visit(GRID, user=colleague)
    box(first, "figure.p1-incidents").fill("10")
    first.keyboard.press("Enter")
    saved(first)
    expect_error(second, "409")
    box(second, "figure.p1-incidents").fill("12")
    second.keyboard.press("Enter")
    expect(second.locator("#check-p1-incidents")).to_contain_text("officer-brent saved “10” at ")
    expect(second.locator("#saved")).to_contain_text("Not saved")
    expect(box(second, "figure.p1-incidents")).to_have_value("12")
    assert stored(draft) == {"p1-incidents": "10"}
    assert_axe(second)
    # Save sends it again, now knowing of the other figure.
    second.get_by_role("button", name="Save").click()
    expect(second.locator("#check-p1-incidents")).to_have_text("OK")
    assert stored(draft) == {"p1-incidents": "12"}


def test_what_was_typed_survives_the_end_of_the_session(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    box(page, "figure.p1-incidents").fill("10")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("You are signed out. What you typed is kept in this browser.")
    assert stored(draft) == {}
    page.context.add_cookies(cookies)
    page.reload()
    expect(box(page, "figure.p1-incidents")).to_have_value("10")
    saved(page)
    assert stored(draft) == {"p1-incidents": "10"}


def test_save_lets_go_of_what_was_typed_only_once_it_has_come_back(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    kept = """() => JSON.stringify(Object.entries(localStorage).filter(([name]) => name.startsWith("return-entry")))"""
    # The form's own Save, whose answer never arrives; the script's saving is held back too.
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.evaluate("() => { document.addEventListener('submit', event => event.preventDefault()); }")
    box(page, "figure.p1-incidents").fill("10")
    page.get_by_role("button", name="Save").click()
    assert "figure.p1-incidents" in page.evaluate(kept)
    page.reload()
    saved(page)
    assert stored(draft) == {"p1-incidents": "10"}
    assert page.evaluate(kept) == "[]"
    # A page that comes back with the same text saved lets go of it as well.
    box(page, "figure.p1-incidents").evaluate(
        """box => localStorage.setItem(
            `return-entry ${box.form.dataset.user} ${box.form.getAttribute("action")}`,
            JSON.stringify({ [box.name]: { text: "10", was: "" } }),
        )"""
    )
    page.evaluate("() => { window.addEventListener('pagehide', event => event.stopImmediatePropagation(), true); }")
    page.goto(page.url)
    assert page.evaluate(kept) == "[]"


def test_a_month_submitted_meanwhile_is_said_and_the_text_kept(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    ReturnVersion.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_by=officer, submitted_at=draft.created_at
    )
    expect_error(page, "409")
    box(page, "figure.p1-incidents").fill("10")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("October 2018 is submitted and waits for approval")
    expect(box(page, "figure.p1-incidents")).to_have_value("10")


def test_counts_give_a_percentage_that_can_be_taken_over(draft, officer, visit) -> None:
    page = visit(GRID, user=officer)
    box(page, "numerator.p1-sla").fill("5")
    box(page, "denominator.p1-sla").fill("6")
    page.keyboard.press("Enter")
    expect(page.locator("#check-p1-sla")).to_have_text("Worked out 83.33%: 5 of 6")
    page.get_by_role("button", name="Use 83.33%").click()
    expect(box(page, "figure.p1-sla")).to_have_value("83.33")
    expect(page.locator("#check-p1-sla")).to_have_text("OK")
    assert stored(draft)["p1-sla"] == "83.33"


def test_the_form_works_without_a_script(draft, officer, visit) -> None:
    page = visit(GRID, user=officer, javascript=False)
    for code, text in TRUE_MONTH.items():
        box(page, f"figure.{code}").fill(text)
    box(page, "figure.surveys-returned").press("Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert stored(draft) == TRUE_MONTH


PAGES = [
    ("member-lewisham", "performance/"),
    ("member-lewisham", "performance/calls-per-employee/"),
    ("officer-brent", "returns/"),
    ("officer-brent", "returns/brent/2018-08/"),
    ("officer-brent", "returns/brent/2018-10/edit/?check=yes"),
    ("officer-brent", ""),
]


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, False), (1280, True)])
def test_pages_pass_axe_and_fit(draft, visit, width: int, dark: bool) -> None:
    for name, path in PAGES:
        page = visit(f"/brent-lewisham-southwark/{path}", user=User.objects.get(username=name), width=width, dark=dark)
        assert_axe(page)
        assert_fits(page)
