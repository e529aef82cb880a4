"""Notices, urgency routes, moves, cancellations, late items and closed days. The meeting: Tuesday 16 October 2018.

Its last days by hand, as in test_notices.py: Monday 8 October for five clear days, Wednesday 5 September for 28.
"""

from __future__ import annotations

import re
from datetime import date, time
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from committees import actions, notice_actions
from committees.models import AgendaItem, Meeting, MeetingMove, Notice, Paper
from committees.notice_actions import NewTime, NoticeText
from portal.models import AuditEvent, ClosedDay
from portal.policies import Refused
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


def executive(today: date = date(2018, 9, 3)) -> makers.World:
    """A committee under SI 2012/2089, with a key decision and a restricted appendix under item 1."""
    world = makers.world(today=today)
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    Paper.objects.filter(pk=world.paper.pk).update(decision_type="key")
    makers.restricted_paper(world.item, 2)
    return world


def stand_on(world: makers.World, day: date) -> None:
    world.partnership.demonstration_today = day
    world.partnership.save()


def give(world: makers.World, kind: str, on: date, **values: Any) -> Notice:
    text = NoticeText(kind=kind, given_on=on, matter="Contract for the service", **values)
    return notice_actions.give_notice(by=world.clerk, meeting=world.meeting, text=text)


def all_notices(world: makers.World) -> None:
    give(world, "key-decision", date(2018, 9, 3), item=world.item)
    give(world, "private", date(2018, 9, 3), item=world.item, reasons="Paragraph 3.")


def clear_all(world: makers.World) -> None:
    for paper in Paper.objects.filter(item__meeting=world.meeting):
        actions.clear_paper(by=world.clerk, paper=paper)


def publish(world: makers.World, **urgency: str) -> Meeting:
    return actions.publish(by=world.clerk, meeting=world.meeting, **urgency)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# Notices


def test_a_notice_is_recorded_as_given() -> None:
    world = executive()
    notice = give(world, "key-decision", date(2018, 9, 3), item=world.item)
    assert (notice.given_on, notice.item, notice.recorded_by) == (date(2018, 9, 3), world.item, world.clerk)
    event = AuditEvent.objects.get(verb="notice.give")
    assert event.after["given_on"] == "2018-09-03"
    with pytest.raises(Refused, match="given already"):
        give(world, "key-decision", date(2018, 9, 3), item=world.item)


@pytest.mark.parametrize(
    ("kind", "today", "values", "said"),
    [
        ("key-decision", date(2018, 9, 6), {}, "regulation 9\\(2\\)"),
        ("key-decision", date(2018, 9, 3), {"on": date(2018, 9, 4)}, "still to come"),
        ("private", date(2018, 9, 3), {}, "State the reasons"),
        ("private-second", date(2018, 10, 1), {"reasons": "Paragraph 3."}, "first notice"),
        ("special-urgency", date(2018, 10, 10), {"reasons": "The link failed."}, "who agreed"),
        ("general-exception", date(2018, 10, 9), {"reasons": "Late."}, "regulation 10\\(1\\)\\(c\\)"),
        ("key-decision", date(2018, 10, 17), {}, "has been held"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_with_its_rule(
    kind: str, today: date, values: dict[str, Any], said: str
) -> None:
    world = executive(today)
    with pytest.raises(Refused, match=said):
        give(world, kind, values.pop("on", today), **values)
    assert Notice.objects.count() == 0


def test_representations_want_a_response() -> None:
    world = executive()
    give(world, "private", date(2018, 9, 3), reasons="Paragraph 3.")
    stand_on(world, date(2018, 10, 8))
    second = {"reasons": "Paragraph 3.", "representations": "A resident wants it open."}
    with pytest.raises(Refused, match="5\\(5\\)\\(c\\)"):
        give(world, "private-second", date(2018, 10, 8), **second)
    assert give(world, "private-second", date(2018, 10, 8), response="It names a price.", **second).pk


def test_part_va_knows_no_notices() -> None:
    with pytest.raises(Refused, match="which knows none"):
        give(makers.world(), "key-decision", date(2018, 9, 3))


@pytest.mark.parametrize("item", [True, False])
def test_the_database_keeps_a_notice_as_given(item: bool) -> None:
    world = executive()
    notice = give(world, "key-decision", date(2018, 9, 3), item=world.item if item else None)
    for change in (
        lambda: Notice.objects.filter(pk=notice.pk).update(matter="Something else"),
        lambda: Notice.objects.filter(pk=notice.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
            change()
    if connection.vendor == "sqlite":
        columns = (
            "meeting_id, item_id, kind, given_on, matter, reasons, representations, response, agreed_by, recorded_at"
        )
        with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
            connection.cursor().execute(
                f"INSERT OR REPLACE INTO committees_notice ({columns}) "
                f"SELECT meeting_id, item_id, kind, given_on, 'Other', '', '', '', '', recorded_at "
                "FROM committees_notice"
            )
    notice.refresh_from_db()
    assert notice.matter == "Contract for the service"


# Publication


def test_a_key_decision_and_a_private_part_need_their_notices() -> None:
    world = executive()
    clear_all(world)
    with pytest.raises(Refused, match="Three things"):
        publish(world)
    all_notices(world)
    stand_on(world, date(2018, 10, 8))
    with pytest.raises(Refused, match="One thing"):
        publish(world)
    give(world, "private-second", date(2018, 10, 8), item=world.item, reasons="Paragraph 3.")
    assert publish(world).is_published


def test_special_urgency_and_agreement_stand_in_for_notices() -> None:
    world = executive(date(2018, 10, 9))
    clear_all(world)
    urgent = {"reasons": "The contract ends.", "agreed_by": "A Councillor, chair of scrutiny", "item": world.item}
    give(world, "special-urgency", date(2018, 10, 9), **urgent)
    give(world, "private-urgent", date(2018, 10, 9), **urgent)
    route = {"urgency_reason": "The contract ends.", "urgency_agreed_by": "The chair"}
    with pytest.raises(Refused, match="called at shorter notice"):
        publish(world, urgency_route="special-circumstances", **route)
    with pytest.raises(Refused, match="called at shorter notice"):
        publish(world, urgency_route="special-urgency", **route)
    assert publish(world, urgency_route="shorter-notice", **route).urgency_route == "shorter-notice"


@pytest.mark.parametrize("route", ["special-circumstances", "shorter-notice"])
def test_part_va_has_two_routes(route: str) -> None:
    world = makers.world(today=date(2018, 10, 9))
    clear_all(world)
    urgency = {"urgency_reason": "The link failed.", "urgency_agreed_by": "The chair"}
    for other in ("", "general-exception", "special-urgency"):
        with pytest.raises(Refused, match="Choose the route"):
            publish(world, urgency_route=other, **urgency)
    assert publish(world, urgency_route=route, **urgency).urgency_route == route


def test_the_page_names_what_is_missing_and_leads_there() -> None:
    world = executive()
    clear_all(world)
    clerk = makers.signed_in(world.clerk)
    page = clerk.get(world.url).content.decode()
    assert f'<a href="{world.url}notices/">Item 1: a key decision without its notice in time' in page
    listed = words(clerk.get(f"{world.url}notices/"))
    assert "Still missing Item 1: a key decision" in listed
    assert "Still missing" not in words(Client().get(f"{world.url}notices/"))


def test_recording_a_notice_by_form() -> None:
    world = executive(date(2018, 10, 10))
    clerk = makers.signed_in(world.clerk)
    data = {
        "kind": "special-urgency",
        "given_on": "2018-10-10",
        "matter": "Contract",
        "reasons": "It ends.",
        "item": "1",
    }
    refused = clerk.post(f"{world.url}notices/add/", data)
    assert refused.status_code == 422
    assert "Choose who agreed" in words(refused)
    assert "It ends.</textarea>" in refused.content.decode()
    data |= {"agreed_as": "authority-chair", "agreed_by": "A Councillor"}
    assert clerk.post(f"{world.url}notices/add/", data).status_code == 302
    page = words(Client().get(f"{world.url}notices/"))
    assert "Agreed by A Councillor, chair of the authority Rule SI 2012/2089, regulation 11" in page
    late = clerk.post(f"{world.url}notices/add/", data | {"kind": "general-exception"})
    assert late.status_code == 422
    assert "Monday 8 October 2018 (SI 2012/2089, regulation 10(1)(c))" in words(late)


# Moving


def to(on: date, **values: Any) -> NewTime:
    return NewTime(
        **({"on": on, "starts_at": time(18, 30), "venue": "Town Hall", "reason": "The hall is shut."} | values)
    )


def test_a_meeting_moves_and_its_former_address_leads_to_it() -> None:
    world = makers.world()
    moved = notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 23)))
    moved.refresh_from_db()
    assert (moved.on, moved.sequence, moved.changed_at is not None) == (date(2018, 10, 23), 1, True)
    new = world.url.replace("2018-10-16", "2018-10-23")
    for below in ("", "notices/", "minutes/"):
        response = Client().get(f"{world.url}{below}")
        assert (response.status_code, response["Location"]) == (302, f"{new}{below}")
    assert makers.signed_in(world.clerk).post(f"{world.url}publish/").status_code == 404
    assert "Moved from Tuesday 16 October 2018 to Tuesday 23 October 2018" in words(Client().get(new))
    notice_actions.move_meeting(by=world.clerk, meeting=moved, to=to(date(2018, 10, 24)))
    assert Client().get(world.url)["Location"].endswith("/2018-10-24/")
    assert Client().get(new)["Location"].endswith("/2018-10-24/")
    assert Meeting.objects.get().sequence == 2
    assert [event.reason for event in AuditEvent.objects.filter(verb="meeting.move")] == ["The hall is shut."] * 2


def test_another_meeting_on_the_former_day_has_its_address() -> None:
    world = makers.world()
    notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 23)))
    factories.meeting(world.meeting.committee, date(2018, 10, 16))
    assert Client().get(world.url).status_code == 200


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": date(2018, 10, 4)}, "is past"),
        ({"on": date(2018, 12, 4)}, "already has a meeting"),
        ({"on": date(2018, 10, 16)}, "the same as before"),
        ({"on": date(2018, 10, 23), "reason": " "}, "why the meeting is moved"),
    ],
)
def test_a_move_that_cannot_be(values: dict[str, Any], said: str) -> None:
    world = makers.world()
    factories.meeting(world.meeting.committee, date(2018, 12, 4))
    with pytest.raises(Refused, match=said):
        notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(**values))
    assert MeetingMove.objects.count() == 0


def test_moving_a_published_agenda_wants_five_clear_days_for_the_new_day() -> None:
    """Published on 5 October; moved on the 10th. To the 17th: 11, 12, 15, 16 are four. To the 18th: five."""
    world = makers.world()
    clear_all(world)
    publish(world)
    stand_on(world, date(2018, 10, 10))
    with pytest.raises(Refused, match="four clear days before it; five are needed"):
        notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 17)))
    short = {"urgency_route": "shorter-notice", "urgency_reason": "A flood.", "urgency_agreed_by": ""}
    with pytest.raises(Refused, match="who agreed"):
        notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 17), **short))
    moved = notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 18)))
    assert (moved.urgency_route, moved.is_published) == ("", True)
    page = words(Client().get(world.url, follow=True))
    # 8 to 12 October and 15 to 17 October.
    assert "open to inspection for eight clear days before the day on which the meeting stands now" in page
    assert "Notice of the new time and place was given on 10 October 2018" in page


def test_a_key_decision_cannot_move_to_before_its_notice_is_in_time() -> None:
    """Notice on 3 September is for 28 working days from 12 October on: 4 September to 11 October are 28."""
    world = executive()
    clear_all(world)
    all_notices(world)
    stand_on(world, date(2018, 9, 24))
    give(world, "private-second", date(2018, 9, 24), item=world.item, reasons="Paragraph 3.")
    publish(world)
    with pytest.raises(Refused, match="a key decision without its notice in time"):
        notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 11)))
    assert notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 12))).sequence == 1


def test_a_meeting_that_was_held_or_cancelled_does_not_move() -> None:
    world = makers.world()
    notice_actions.cancel_meeting(by=world.clerk, meeting=world.meeting, reason="No business.")
    with pytest.raises(Refused, match="is cancelled"):
        notice_actions.move_meeting(by=world.clerk, meeting=world.meeting, to=to(date(2018, 10, 23)))
    with pytest.raises(Refused, match="is cancelled"):
        notice_actions.cancel_meeting(by=world.clerk, meeting=world.meeting, reason="No business.")


def test_cancelling_says_so_with_its_reason() -> None:
    world = makers.world()
    clerk = makers.signed_in(world.clerk)
    assert clerk.post(f"{world.url}cancel/", {"reason": ""}).status_code == 422
    assert clerk.post(f"{world.url}cancel/", {"reason": "No business."}).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.sequence, meeting.cancelled_reason) == ("cancelled", 1, "No business.")
    assert meeting.cancelled_at == meeting.changed_at
    page = words(Client().get(world.url))
    assert "the meeting is cancelled" in page
    assert "No business. None of these dates counts any longer." in page
    assert AuditEvent.objects.get(verb="meeting.cancel").reason == "No business."


def test_moving_by_form_keeps_what_was_typed() -> None:
    world = makers.world()
    clerk = makers.signed_in(world.clerk)
    assert 'value="18:30"' in clerk.get(f"{world.url}move/").content.decode()
    data = {"on": "2018-10-04", "starts_at": "19:00", "venue": "Civic Suite", "reason": "The hall is shut."}
    refused = clerk.post(f"{world.url}move/", data)
    assert refused.status_code == 422
    assert 'value="Civic Suite"' in refused.content.decode()
    response = clerk.post(f"{world.url}move/", data | {"on": "2018-10-23"})
    assert response["Location"] == world.url.replace("2018-10-16", "2018-10-23")
    assert Meeting.objects.get().venue == "Civic Suite"


# Late items


def add_late(world: makers.World, **values: str) -> AgendaItem:
    late = {"title": "Outage", "note": "", "reason": "It happened on 10 October.", "agreed_by": "The chair"} | values
    return notice_actions.add_late_item(by=world.clerk, meeting=world.meeting, **late)


def test_an_item_comes_late_with_its_circumstances() -> None:
    world = makers.world()
    clear_all(world)
    with pytest.raises(Refused, match="not published yet"):
        add_late(world)
    publish(world)
    stand_on(world, date(2018, 10, 11))
    with pytest.raises(Refused, match="100B\\(4\\)\\(b\\)"):
        add_late(world, agreed_by=" ")
    item = add_late(world)
    assert (item.number, item.kind, item.late_agreed_by) == (2, "urgent", "The chair")
    page = words(Client().get(world.url))
    assert "It happened on 10 October. Agreed by The chair." in page
    assert "Outage" in page


def test_under_the_regulations_a_late_item_needs_five_clear_days() -> None:
    world = makers.world()
    committee = world.meeting.committee
    committee.legal_basis = "executive"
    committee.save()
    clear_all(world)
    publish(world)
    stand_on(world, date(2018, 10, 9))
    with pytest.raises(Refused, match="regulation 6\\(2\\)"):
        add_late(world)
    stand_on(world, date(2018, 10, 8))
    assert add_late(world).number == 2


# Closed days


def test_closed_days_are_listed_and_taken_off() -> None:
    world = makers.world()
    clerk = makers.signed_in(world.clerk)
    url = f"/{world.partnership.slug}/closed-days/"
    assert clerk.post(url, {"on": "2018-12-27", "reason": "Between the years"}).status_code == 302
    day = ClosedDay.objects.get()
    twice = clerk.post(url, {"on": "2018-12-27", "reason": "Again"})
    assert (twice.status_code, ClosedDay.objects.count()) == (422, 1)
    assert "listed already" in words(twice)
    assert clerk.get(f"{url}{day.pk}/remove/").status_code == 405
    assert clerk.post(f"{url}{day.pk}/remove/").status_code == 302
    assert ClosedDay.objects.count() == 0
    assert clerk.post(f"{url}{day.pk}/remove/").status_code == 404
    assert {e.verb for e in AuditEvent.objects.all()} == {"closed-day.add", "closed-day.remove"}
    elsewhere = factories.user(factories.partnership(factories.council()), "clerk")
    assert makers.signed_in(elsewhere).get(url).status_code == 403


def test_a_past_day_stays_once_something_published_was_counted_across_it() -> None:
    world = makers.world()
    clear_all(world)
    publish(world)
    stand_on(world, date(2018, 10, 12))
    for on, refused in ((date(2018, 10, 10), True), (date(2018, 10, 4), False), (date(2018, 10, 15), False)):
        if refused:
            with pytest.raises(Refused, match="the agenda of 16 October 2018"):
                notice_actions.add_closed_day(by=world.clerk, partnership=world.partnership, on=on, reason="Storm")
        else:
            notice_actions.add_closed_day(by=world.clerk, partnership=world.partnership, on=on, reason="Storm")
    assert ClosedDay.objects.count() == 2
    stand_on(world, date(2018, 10, 16))
    with pytest.raises(Refused, match="the agenda of 16 October 2018"):
        notice_actions.remove_closed_day(by=world.clerk, day=ClosedDay.objects.get(on=date(2018, 10, 15)))


def test_a_new_closed_day_names_the_agenda_that_it_makes_late() -> None:
    """Published on Monday 8 October, five clear days; without the 11th there are four."""
    world = makers.world(today=date(2018, 10, 8))
    clear_all(world)
    publish(world)
    clerk = makers.signed_in(world.clerk)
    page = clerk.post(f"/{world.partnership.slug}/closed-days/", {"on": "2018-10-11", "reason": "Storm"}, follow=True)
    assert "The agenda of 16 October 2018 now has four clear days of five" in words(page)
