"""Compliance sheets: what was kept and what was not, for the public and for audit, on screen and in print."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from committees import actions, notice_actions
from committees.models import Meeting, Pack, Paper
from committees.notice_actions import NoticeText
from portal import jobs
from portal.models import ClosedDay, Job, User
from tests import factories, pdf_checks
from tests.committees import makers

pytestmark = pytest.mark.django_db

MARKER = "zanzibar"


@pytest.fixture
def world() -> makers.World:
    """On 5 October 2018: an open paper, and a restricted one whose private title and reasoning hold the marker."""
    world = makers.world()
    makers.restricted_paper(world.item, 2, private_title=f"{MARKER} contract", public_interest=f"Prices of {MARKER}.")
    return world


def publish(world: makers.World, **urgency: str) -> None:
    for paper in Paper.objects.filter(item__meeting=world.meeting):
        actions.clear_paper(by=world.clerk, paper=paper)
    actions.publish(by=world.clerk, meeting=world.meeting, **urgency)


def stand_on(world: makers.World, day: date) -> None:
    world.partnership.demonstration_today = day
    world.partnership.save()


def get(world: makers.World, user: User | None, name: str = "compliance/") -> Any:
    return makers.signed_in(user).get(f"{world.url}{name}")


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_an_agenda_in_time_is_kept(world: makers.World) -> None:
    publish(world)
    page = words(get(world, None))
    assert "Every rule that has come due was kept" in page
    row = "Agenda and reports Local Government Act 1972, section 100B(3) 8 October 2018 Given 5 October 2018 Kept"
    assert row in page
    assert "No urgency route was used for the agenda." in page
    assert "Item 1, Appendix A: Commercial appendix Part II, paragraph 3. It holds exempt information" in page


def test_a_late_agenda_is_not_kept_and_names_its_route(world: makers.World) -> None:
    stand_on(world, date(2018, 10, 9))
    publish(
        world, urgency_route="special-circumstances", urgency_reason="The link failed.", urgency_agreed_by="The chair"
    )
    page = words(get(world, None))
    assert "Two rules not kept" in page  # notice of the meeting, and agenda and reports
    assert "8 October 2018 Given 9 October 2018, by an urgency route Not kept" in page
    assert "Route: Special circumstances: the chair’s opinion, s.100B(4)(b)" in page
    assert "Reason: The link failed. Agreed by: The chair" in page


def test_an_agenda_that_was_not_published_is_not_kept(world: makers.World) -> None:
    stand_on(world, date(2018, 10, 9))
    assert "8 October 2018 Not given Not kept" in words(get(world, None))


def test_local_rules_stand_in_it(world: makers.World) -> None:
    """Cleared on 5 October; the rule wanted it two working days before Monday the 8th, on Thursday the 4th."""
    committee = world.meeting.committee
    committee.clearance_working_days, committee.draft_minutes_working_days = 2, 10
    committee.save()
    publish(world)
    page = words(get(world, None))
    assert "Reports cleared Local rule of the committee 4 October 2018 Cleared 5 October 2018 Not kept" in page
    assert "Draft minutes Local rule of the committee 30 October 2018" in page
    ClosedDay.objects.create(partnership=world.partnership, on=date(2018, 10, 30), reason="Storm")
    assert "Draft minutes Local rule of the committee 31 October 2018" in words(get(world, None))


def test_notices_and_their_days(world: makers.World) -> None:
    Meeting.objects.get().committee.__class__.objects.update(legal_basis="executive")
    stand_on(world, date(2018, 9, 5))
    text = NoticeText("private", date(2018, 9, 5), "The contract", world.item, reasons="Paragraph 3.")
    notice_actions.give_notice(by=world.clerk, meeting=world.meeting, text=text)
    page = words(get(world, world.clerk))
    assert (
        "Notice of the private part SI 2012/2089, regulation 5(2) 5 September 2018. Counted in calendar days: "
        "17 September 2018 Given 5 September 2018 Kept" in page
    )
    assert "Private part of a meeting, reg 5(2): The contract Given 5 September 2018" in page


@pytest.mark.parametrize("published", [False, True])
def test_the_public_sheet_holds_nothing_restricted(world: makers.World, published: bool) -> None:
    if published:
        publish(world)
    officer = factories.user(world.partnership, "officer", world.partnership.places.first().council)
    for user in (None, officer, factories.user(world.partnership, "administrator")):
        page, pdf = get(world, user), get(world, user, "compliance.pdf")
        assert (page.status_code, pdf.status_code) == (200, 200)
        text = words(page) + " ".join(pdf_checks.page_texts(pdf.content)) + str(dict(pdf.headers))
        assert MARKER not in text.lower()
        assert world.clerk.username not in text
        assert ("Commercial appendix" in text) is published
        assert "full" not in pdf["Content-Disposition"]


def test_the_full_sheet_is_for_those_who_prepare_and_for_audit(world: makers.World) -> None:
    publish(world)
    for role in ("clerk", "auditor"):
        user = factories.user(world.partnership, role)
        page, pdf = get(world, user), get(world, user, "compliance.pdf")
        assert f"Prices of {MARKER}." in words(page)
        assert f"by {world.clerk}" in words(page)
        assert MARKER in " ".join(pdf_checks.page_texts(pdf.content))
        assert pdf["Content-Disposition"].endswith('-compliance-full.pdf"')


def test_the_pdf_can_be_read_by_everybody(world: makers.World) -> None:
    publish(world)
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("requested_at", "pk"):
        assert jobs.run(str(job.pk)).error == ""
    response = get(world, None, "compliance.pdf")
    pdf_checks.assert_accessible(response.content)
    printed = " ".join(" ".join(pdf_checks.page_texts(response.content)).split())
    public = Pack.objects.get(edition="public")
    members = Pack.objects.get(edition="members")
    assert public.sha256[:32] in printed
    assert members.sha256[:32] not in printed
    assert "Each rule, its last day, what was done" in printed


def test_the_queries_do_not_grow(world: makers.World, django_assert_max_num_queries: Any) -> None:
    publish(world)
    for number in range(2, 8):
        item = factories.item(world.meeting, number)
        makers.restricted_paper(item, 1)
    client = makers.signed_in(None)
    with django_assert_max_num_queries(14):
        client.get(f"{world.url}compliance/")
