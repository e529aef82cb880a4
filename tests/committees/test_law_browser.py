"""The pages of the law at two widths: notices, moving, compliance, closed days, feeds."""

from __future__ import annotations

from datetime import date

import pytest

from committees import actions, notice_actions
from committees.notice_actions import NoticeText
from tests.browser import Visit, assert_axe, assert_fits, expect_error
from tests.committees import makers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_are_sound_at_two_widths(visit: Visit) -> None:
    world = makers.world(today=date(2018, 9, 5))
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    makers.restricted_paper(world.item, 2)
    text = NoticeText("private", date(2018, 9, 5), "The contract", world.item, reasons="Exempt under paragraph 3.")
    notice_actions.give_notice(by=world.clerk, meeting=world.meeting, text=text)
    notice_actions.add_closed_day(
        by=world.clerk, partnership=world.partnership, on=date(2018, 12, 27), reason="Between the years"
    )
    start = f"/{world.partnership.slug}/"
    pages = [f"{world.url}{name}" for name in ("", "notices/", "notices/add/", "move/", "cancel/", "compliance/")]
    for url in [*pages, f"{start}closed-days/", f"{start}feeds/"]:
        page = visit(url, user=world.clerk)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert_axe(page)
            assert_fits(page)


def test_a_refused_notice_keeps_what_was_typed(visit: Visit) -> None:
    world = makers.world(today=date(2018, 9, 6))
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    page = visit(f"{world.url}notices/add/", user=world.clerk)
    page.get_by_label("Matter").fill("The contract")
    expect_error(page, "422")
    page.get_by_role("button", name="Record the notice").click()
    page.get_by_text("What is left is the general exception").first.wait_for()
    assert page.get_by_label("Matter").input_value() == "The contract"
    assert_axe(page)


def test_the_routes_of_a_late_publication(visit: Visit) -> None:
    world = makers.world(today=date(2018, 10, 9))
    actions.clear_paper(by=world.clerk, paper=world.paper)
    page = visit(f"{world.url}publish/confirm/", user=world.clerk)
    page.get_by_label("Special circumstances").check()
    page.get_by_label("Why it is urgent").fill("The link failed.")
    page.get_by_label("Who agreed").fill("The chair")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_axe(page)
        assert_fits(page)
    page.get_by_role("button", name="Publish agenda and pack").click()
    page.get_by_text("Agenda and papers are published.").wait_for()
    world.meeting.refresh_from_db()
    assert world.meeting.urgency_route == "special-circumstances"
