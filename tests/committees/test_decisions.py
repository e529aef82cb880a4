"""The register of decisions, what follows a decision, and the forward plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from committees import decision_actions
from committees.decision_actions import DecisionText, PlanText
from committees.models import (
    Committee,
    Decision,
    ForwardPlanEntry,
    Meeting,
    MinuteItem,
    Minutes,
    OnwardRecommendation,
    Resolution,
)
from portal.models import AuditEvent, Council, Part
from portal.policies import Refused
from tests import factories
from tests.browser import assert_axe, assert_fits
from tests.committees import makers
from tests.committees.test_views import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> makers.World:
    """A meeting on Tuesday 16 October 2018; today is that day."""
    made = makers.world(today=date(2018, 10, 16))
    Committee.objects.filter(pk=made.meeting.committee_id).update(call_in_working_days=5)
    return makers_fresh(made)


def makers_fresh(made: makers.World) -> makers.World:
    made.meeting = Meeting.objects.select_related("committee__partnership").get(pk=made.meeting.pk)
    return made


def councils(world: makers.World) -> list[Council]:
    return [place.council for place in world.partnership.places.order_by("position")]


def written(world: makers.World, **values: Any) -> DecisionText:
    defaults: dict[str, Any] = {
        "item": world.item,
        "title": "A second link",
        "outcome": Decision.Outcome.AGREED,
        "text": "To buy a second link.",
        "reasons": "The first one fails.",
        "alternatives": "None",
        "conflicts": "None",
        "is_key": True,
    }
    return DecisionText(**(defaults | values))


def record(world: makers.World, **values: Any) -> Decision:
    north, south = councils(world)
    return decision_actions.record_decision(
        by=world.clerk,
        meeting=world.meeting,
        text=written(world, **values),
        councils={north: "Cabinet", south: "Council"},
    )


def publish(world: makers.World, decision: Decision) -> Decision:
    return decision_actions.publish_decision(by=world.clerk, decision=decision)


def url(world: makers.World, decision: Decision, step: str = "") -> str:
    return f"/{world.partnership.slug}/decisions/{decision.pk}/{step}"


def stand_on(world: makers.World, day: date) -> None:
    world.partnership.demonstration_today = day
    world.partnership.save()


# Recording and publishing


def test_a_decision_is_recorded_numbered_and_goes_on_to_the_councils(world: makers.World) -> None:
    first, second = record(world), record(world, title="Another")
    assert (first.reference, second.reference) == ("2018-10-16/1.1", "2018-10-16/1.2")
    assert (first.published_at, first.part) == (None, Part.ONE)
    onward = first.recommendations.order_by("to_body").values_list("to_body", "outcome")
    assert list(onward) == [("Cabinet", "waiting"), ("Council", "waiting")]
    event = AuditEvent.objects.filter(verb="decision.record").earliest("pk")
    assert event.after["text"] == "To buy a second link."


def test_before_the_meeting_nothing_is_decided(world: makers.World) -> None:
    stand_on(world, date(2018, 10, 15))
    with pytest.raises(Refused, match="is on Tuesday 16 October 2018"):
        record(world)
    stand_on(world, date(2018, 10, 16))
    Meeting.objects.filter(pk=world.meeting.pk).update(state=Meeting.State.CANCELLED)
    with pytest.raises(Refused, match="cancelled"):
        record(world)
    assert not Decision.objects.exists()


def test_call_in_counts_from_publication(world: makers.World) -> None:
    decision = publish(world, record(world))
    # Published on Tuesday 16 October; working days 17, 18, 19, 22, 23 October.
    assert decision.call_in_ends_on == date(2018, 10, 23)
    with pytest.raises(Refused, match="published already"):
        publish(world, decision)


def test_without_a_rule_there_is_no_call_in(world: makers.World) -> None:
    Committee.objects.update(call_in_working_days=None)
    decision = publish(world, record(world))
    assert decision.call_in_ends_on is None
    with pytest.raises(Refused, match="not open to call-in"):
        decision_actions.call_in(by=world.clerk, decision=decision, on=date(2018, 10, 16), reason="")


def test_the_statement_of_an_executive_decision_is_complete(world: makers.World) -> None:
    """SI 2012/2089 reg 12(2): reasons, alternatives, interests."""
    Committee.objects.update(legal_basis=Committee.LegalBasis.EXECUTIVE)
    decision = record(world, reasons="", alternatives=" ")
    with pytest.raises(Refused, match="lacks its reasons, the alternatives considered"):
        publish(world, decision)
    Committee.objects.update(legal_basis=Committee.LegalBasis.PART_VA)
    assert publish(world, decision).published_at is not None


def test_a_published_decision_cannot_change(world: makers.World) -> None:
    decision = publish(world, record(world))
    with pytest.raises(Refused, match="cannot change any more"):
        decision_actions.edit_decision(by=world.clerk, decision=decision, text=written(world, title="x"), councils={})
    for statement in (
        "UPDATE committees_decision SET text = 'x'",
        "UPDATE committees_decision SET published_at = NULL",
        "DELETE FROM committees_decision",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    decision.refresh_from_db()
    assert decision.text == "To buy a second link."


def test_an_unpublished_decision_can_change(world: makers.World) -> None:
    decision = record(world)
    north = councils(world)[0]
    decision_actions.edit_decision(
        by=world.clerk, decision=decision, text=written(world, title="A third link"), councils={north: "Executive"}
    )
    decision.refresh_from_db()
    assert decision.title == "A third link"
    assert list(decision.recommendations.values_list("to_body", flat=True)) == ["Executive"]
    event = AuditEvent.objects.get(verb="decision.edit")
    assert (event.before["title"], event.after["title"]) == ("A second link", "A third link")


def test_a_correction_stands_beside_it_for_good(world: makers.World) -> None:
    decision = record(world)
    with pytest.raises(Refused, match="not published yet"):
        decision_actions.correct_decision(by=world.clerk, decision=decision, text="A slip.")
    publish(world, decision)
    decision_actions.correct_decision(by=world.clerk, decision=decision, text="It is the third link.")
    page = words(Client().get(url(world, decision)))
    assert "To buy a second link." in page
    assert "It is the third link." in page
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM committees_decisioncorrection")


# Call-in and councils


@pytest.mark.parametrize(
    ("on", "today", "refusal"),
    [
        (date(2018, 10, 24), date(2018, 10, 24), "Call-in ended on Tuesday 23 October 2018"),
        (date(2018, 10, 15), date(2018, 10, 17), "was published on Tuesday 16 October 2018"),
        (date(2018, 10, 18), date(2018, 10, 17), "a day that has come"),
    ],
)
def test_call_in_has_its_days(world: makers.World, on: date, today: date, refusal: str) -> None:
    decision = publish(world, record(world))
    stand_on(world, today)
    with pytest.raises(Refused, match=refusal):
        decision_actions.call_in(by=world.clerk, decision=decision, on=on, reason="")


def test_a_call_in_is_recorded_once_with_what_came_of_it(world: makers.World) -> None:
    decision = publish(world, record(world))
    with pytest.raises(Refused, match="not called in"):
        decision_actions.settle_call_in(by=world.clerk, decision=decision, outcome="Upheld.")
    decision_actions.call_in(by=world.clerk, decision=decision, on=date(2018, 10, 16), reason="Three members")
    with pytest.raises(Refused, match="called in already"):
        decision_actions.call_in(by=world.clerk, decision=decision, on=date(2018, 10, 16), reason="")
    decision_actions.settle_call_in(by=world.clerk, decision=decision, outcome="Upheld.")
    with pytest.raises(Refused, match="recorded already"):
        decision_actions.settle_call_in(by=world.clerk, decision=decision, outcome="Sent back.")
    decision.refresh_from_db()
    assert (decision.called_in_on, decision.call_in_outcome) == (date(2018, 10, 16), "Upheld.")


def test_each_councils_clerk_records_its_own_decision_alone(world: makers.World) -> None:
    decision = publish(world, record(world))
    north, south = councils(world)
    clerk = makers.signed_in(factories.user(world.partnership, "council-clerk", north))
    sent = {"outcome": "agreed", "decided_on": "2018-10-16", "note": ""}
    assert clerk.post(url(world, decision, f"councils/{south.slug}/"), sent).status_code == 403
    assert clerk.post(url(world, decision, f"councils/{north.slug}/"), sent).status_code == 302
    again = clerk.post(url(world, decision, f"councils/{north.slug}/"), sent | {"outcome": "rejected"})
    assert again.status_code == 409
    outcomes = {row.council_id: row.outcome for row in decision.recommendations.all()}
    assert outcomes == {north.pk: "agreed", south.pk: "waiting"}


def test_a_councils_decision_needs_a_day_that_makes_sense(world: makers.World) -> None:
    decision = publish(world, record(world))
    row = decision.recommendations.first()
    for on in (None, date(2018, 10, 15), date(2018, 10, 17)):
        with pytest.raises(Refused, match=r"Give the day|a day that has come"):
            decision_actions.council_decides(by=world.clerk, recommendation=row, outcome="agreed", on=on, note="")
    with pytest.raises(Refused, match="Choose what the council decided"):
        decision_actions.council_decides(
            by=world.clerk, recommendation=row, outcome="waiting", on=date(2018, 10, 16), note=""
        )
    assert row.outcome == OnwardRecommendation.Outcome.WAITING


# Who sees what

SECRET = "zanzibar"


def restricted(world: makers.World) -> Decision:
    item = factories.item(
        world.meeting, 7, part=Part.TWO, exempt_paragraphs=[3], public_interest="x", title="Commercial matter"
    )
    values = dict.fromkeys(("text", "reasons", "alternatives", "conflicts"), f"About {SECRET}.")
    made = record(world, item=item, title="Commercial matter", **values)
    return publish(world, made)


def test_a_restricted_decision_shows_its_public_title_and_nothing_else(world: makers.World) -> None:
    decision = restricted(world)
    assert (decision.part, decision.exempt_paragraphs) == (Part.TWO, [3])
    decision_actions.correct_decision(by=world.clerk, decision=decision, text=f"Not {SECRET}.")
    officer = factories.user(world.partnership, "officer", councils(world)[0])
    register = f"/{world.partnership.slug}/decisions"
    for client in (Client(), makers.signed_in(officer)):
        for address in (
            f"{register}/",
            f"{register}.csv",
            f"{register}/?title={SECRET}",
            url(world, decision),
            world.url,
        ):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert SECRET.encode() not in body.replace(f"?title={SECRET}".encode(), b"").replace(
                f'value="{SECRET}"'.encode(), b""
            )
        assert "Commercial matter" in words(client.get(url(world, decision)))
    member = makers.signed_in(factories.user(world.partnership, "member", councils(world)[0]))
    assert SECRET in member.get(url(world, decision)).content.decode()
    assert AuditEvent.objects.filter(verb__startswith="decision.", is_restricted=False).count() == 0


def test_a_decision_from_a_restricted_minute_is_restricted(world: makers.World) -> None:
    minutes = Minutes.objects.create(meeting=world.meeting)
    minute = MinuteItem.objects.create(minutes=minutes, number=1, title="Private", part=Part.TWO, exempt_paragraphs=[1])
    resolution = Resolution.objects.create(item=minute, number=1, text=SECRET)
    decision = decision_actions.record_decision(
        by=world.clerk, meeting=world.meeting, text=written(world), councils={}, resolution=resolution
    )
    assert (decision.part, decision.exempt_paragraphs) == (Part.TWO, [1])


def test_a_decision_is_closed_when_its_item_is_restricted_afterwards(world: makers.World) -> None:
    decision = publish(world, record(world, text=SECRET))
    assert SECRET in words(Client().get(url(world, decision)))
    world.item.part, world.item.exempt_paragraphs = Part.TWO, [3]
    world.item.save()
    assert SECRET not in Client().get(url(world, decision)).content.decode()


def test_what_is_not_published_is_known_to_those_who_prepare(world: makers.World) -> None:
    decision = record(world)
    assert Client().get(url(world, decision)).status_code == 404
    assert "A second link" not in words(Client().get(f"/{world.partnership.slug}/decisions/"))
    assert makers.signed_in(world.clerk).get(url(world, decision)).status_code == 200


def test_the_register_is_found_and_downloaded(world: makers.World) -> None:
    publish(world, record(world, title="=Cheaper links", is_key=False))
    publish(world, record(world, title="A key matter"))
    register = f"/{world.partnership.slug}/decisions"
    page = words(Client().get(f"{register}/?only=key"))
    assert "A key matter" in page
    assert "Cheaper links" not in page
    answer = Client().get(f"{register}.csv?title=cheaper")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert len(lines) == 3  # the headings, and a line for each council
    assert lines[1][1] == "'=Cheaper links"
    assert "No decision fits these choices" in words(Client().get(f"{register}/?title=nothing"))


@pytest.mark.parametrize("step", ["publish", "correct", "call-in", "call-in/outcome"])
def test_steps_are_for_the_clerk(world: makers.World, step: str) -> None:
    decision = publish(world, record(world))
    for role in ("auditor", "service-manager"):
        client = makers.signed_in(factories.user(world.partnership, role))
        assert client.post(url(world, decision, f"{step}/")).status_code == 403
        assert client.get(url(world, decision, f"{step}/")).status_code == 405


def test_recording_by_form_from_a_resolution(world: makers.World) -> None:
    minutes = Minutes.objects.create(meeting=world.meeting)
    minute = MinuteItem.objects.create(minutes=minutes, number=1, title="Update")
    resolution = Resolution.objects.create(item=minute, number=1, text="That the link be bought.")
    client = makers.signed_in(world.clerk)
    address = f"{world.url}decisions/record/"
    page = client.get(f"{address}?resolution={resolution.pk}").content.decode()
    assert "That the link be bought." in page
    north = councils(world)[0]
    sent = {
        "item": world.item.pk, "title": "The link", "outcome": "agreed", "text": "That the link be bought.",
        "resolution": resolution.pk, f"to_{north.slug}": "Cabinet",
    }  # fmt: skip
    empty = client.post(address, sent | {"text": ""})
    assert empty.status_code == 422
    assert "What was decided: This field is required." in words(empty)
    assert client.post(address, sent).status_code == 302
    decision = Decision.objects.get()
    assert (decision.resolution, decision.recommendations.get().council) == (resolution, north)


# Forward plan


def plan_text(**values: Any) -> PlanText:
    defaults: dict[str, Any] = {
        "title": "New laptops", "summary": "", "meeting": None, "expected": "Spring 2019", "is_key": True,
        "documents": "", "contact": "",
    }  # fmt: skip
    return PlanText(**(defaults | values))


def test_the_forward_plan_is_public_and_follows_what_is_decided(world: makers.World) -> None:
    committee = world.meeting.committee
    entry = decision_actions.plan(by=world.clerk, committee=committee, text=plan_text())
    other = decision_actions.plan(by=world.clerk, committee=committee, text=plan_text(title="Printers"))
    page = words(Client().get(f"/{world.partnership.slug}/forward-plan/"))
    assert "New laptops Spring 2019 Key decision" in page
    ForwardPlanEntry.objects.filter(pk=entry.pk).update(item=world.item)
    record(world)
    decision_actions.withdraw_plan(by=world.clerk, entry=other, reason="Bought elsewhere.")
    assert set(ForwardPlanEntry.objects.values_list("title", "state")) == {
        ("New laptops", "decided"),
        ("Printers", "withdrawn"),
    }
    for act in again(world, other):
        with pytest.raises(Refused, match="is withdrawn"):
            act()


def again(world: makers.World, entry: ForwardPlanEntry) -> list[Callable[[], object]]:
    return [
        lambda: decision_actions.withdraw_plan(by=world.clerk, entry=entry, reason=""),
        lambda: decision_actions.plan(
            by=world.clerk, committee=world.meeting.committee, text=plan_text(title="x"), entry=entry
        ),
    ]


def test_a_plan_says_when(world: makers.World) -> None:
    client = makers.signed_in(world.clerk)
    address = f"/{world.partnership.slug}/forward-plan/add/{world.meeting.committee.slug}/"
    refused = client.post(address, {"title": "Printers"})
    assert refused.status_code == 422
    assert "Expected: Choose a meeting, or say when it is expected." in words(refused)
    client.post(address, {"title": "Printers", "meeting": world.meeting.pk, "expected": "Spring"})
    entry = ForwardPlanEntry.objects.get()
    assert (entry.meeting, entry.expected) == (world.meeting, "")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_register_decision_and_plan_in_the_browser(visit, width: int) -> None:  # type: ignore[no-untyped-def]
    world = makers_fresh(makers.world(today=date(2018, 10, 16)))
    Committee.objects.update(call_in_working_days=5)
    decision = record(world)
    decision_actions.plan(by=world.clerk, committee=world.meeting.committee, text=plan_text(documents="A report"))
    page = visit(url(world, decision), user=world.clerk, width=width)
    page.get_by_role("button", name="Publish this decision").press("Enter")
    page.get_by_text("The decision is in the public register.").wait_for()
    for address in (
        url(world, decision),
        f"/{world.partnership.slug}/decisions/",
        f"/{world.partnership.slug}/forward-plan/",
    ):
        page.goto(address)
        assert_axe(page)
        assert_fits(page)
