"""The room of a meeting and the writing of its minutes in the browser, at two widths, with and without the script."""

from __future__ import annotations

from datetime import date, time

import pytest
from playwright.sync_api import expect

from committees.models import Attendance, Meeting, MinuteItem
from portal.models import Partnership, User
from tests.browser import Visit, assert_axe, assert_fits, expect_error
from tests.committees import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEETING = f"/{makers.SLUG}/meetings/joint-committee/2018-10-16/"


@pytest.fixture
def clerk() -> User:
    """The demonstration on the day of its meeting."""
    makers.load_seed()
    Partnership.objects.update(demonstration_today=date(2018, 10, 16))
    committee = Meeting.objects.get(on="2018-10-16").committee
    committee.quorum_members, committee.quorum_per_council, committee.allows_remote = 3, 1, True
    committee.save()
    return User.objects.get(username="clerk")


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_attendance_is_taken_and_quorum_shown(visit: Visit, clerk: User, width: int, javascript: bool) -> None:
    page = visit(f"{MEETING}room/", user=clerk, width=width, javascript=javascript)
    if javascript:
        assert_axe(page)
        assert_fits(page)
    expect(page.get_by_text("Not quorate: 0 of 3 needed; nobody from Brent, Lewisham or Southwark")).to_be_visible()
    for name in ("Margaret McLennan", "Tom Miller", "Kevin Bonavia"):
        page.get_by_label(f"There: Councillor {name}").select_option("present")
        page.get_by_role("button", name=f"Save Councillor {name}").click()
    expect(page.get_by_text("Not quorate: 3 of 3 needed, but nobody from Southwark")).to_be_visible()
    page.get_by_label("There: Councillor Stephanie Cryan").select_option("apologies")
    page.get_by_role("button", name="Save Councillor Stephanie Cryan").click()
    page.get_by_label("There: Councillor Rebecca Lury").select_option("present")
    page.get_by_label("Sits for: Councillor Rebecca Lury").select_option(label="Councillor Stephanie Cryan")
    page.get_by_label("Arrived: Councillor Rebecca Lury").fill("18:45")
    page.get_by_role("button", name="Save Councillor Rebecca Lury").click()
    expect(page.get_by_text("Quorate: 4 of 3 needed", exact=True)).to_be_visible()
    page.get_by_label("Takes the chair").select_option(label="Councillor Tom Miller, Brent")
    page.get_by_role("button", name="Take the chair").click()
    expect(page.get_by_text("In the chair", exact=True)).to_be_visible()
    page.get_by_text("Write down an interest").first.click()
    page.get_by_label("Its nature").fill("A relative works for the supplier.")
    page.get_by_role("button", name="Write down the interest").click()
    expect(page.get_by_text("Leaves the room for this item")).to_be_visible()
    if javascript:
        assert_axe(page)
        assert_fits(page)
    row = Attendance.objects.get(person__full_name="Rebecca Lury", meeting__on="2018-10-16")
    assert (row.arrived_at, str(row.stands_in_for)) == (time(18, 45), "Councillor Stephanie Cryan")


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_fit(visit: Visit, clerk: User, width: int) -> None:
    page = visit(f"{MEETING}minutes/edit/", user=clerk, width=width, dark=width == 390)
    for name in ("Begin the minutes", "Add a resolution under item 6"):
        with page.expect_navigation():
            page.get_by_role("button", name=name).click()
    committee = f"/{makers.SLUG}/committees/joint-committee/"
    for path in (
        f"{MEETING}minutes/edit/",
        f"{MEETING}minutes/",
        f"{MEETING}minutes/private/",
        f"{MEETING}minutes/items/6/action/",
        f"{MEETING}room/",
        committee,
        f"{committee}members/",
        f"{committee}members/add/",
        f"{committee}rules/",
        f"{committee}attendance/",
    ):
        page.goto(path)
        assert_axe(page)
        assert_fits(page)


def test_minutes_are_saved_as_they_are_typed_and_nothing_is_lost(visit: Visit, clerk: User) -> None:
    page = visit(f"{MEETING}minutes/edit/", user=clerk)
    page.get_by_role("button", name="Begin the minutes").click()
    page.locator("[name^='text.']").first.wait_for()
    item = MinuteItem.objects.get(minutes__meeting__on="2018-10-16", number=6)
    box = page.locator(f"[name='text.{item.pk}']")
    box.fill("The report was noted.")
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    item.refresh_from_db()
    assert item.text == "The report was noted."
    # Somebody else writes in the same box; both texts are shown, and the next save is meant.
    MinuteItem.objects.filter(pk=item.pk).update(text="Theirs.")
    expect_error(page, "403")
    page.context.clear_cookies()
    box.fill("Mine.")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")
    page.close()
    assert MinuteItem.objects.get(pk=item.pk).text == "Theirs."
