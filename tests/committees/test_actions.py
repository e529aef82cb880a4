"""What changes a meeting's state: effect, state in which it is refused, trace in the audit trail."""

from __future__ import annotations

from datetime import date

import pytest

from committees import actions
from committees.actions import Conflict, Restriction, SectionText
from committees.models import Meeting, Minutes, Pack, Paper, PaperSection
from committees.policies import Refused
from portal.models import AuditEvent, ClosedDay, FrozenBlock, Job
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    return makers.world()


@pytest.fixture
def counter() -> makers.Counter:
    return makers.Counter()


# Clearing


def test_clearing_freezes_the_figures_as_reported_to_the_meeting(world: makers.World, counter: makers.Counter) -> None:
    live = makers.section(world.paper, 2, kind="block", block=counter.name, body="")
    actions.clear_paper(by=world.clerk, paper=world.paper)
    counter.figure = 2

    live.refresh_from_db()
    assert live.frozen is not None
    assert (live.frozen.data, live.frozen.reported_to, live.frozen.reported_on) == (
        {"figure": 1},
        "meeting of 16 October 2018",
        date(2018, 10, 16),
    )
    world.paper.refresh_from_db()
    assert world.paper.cleared_by == world.clerk
    assert world.paper.cleared_at is not None
    assert world.paper.cleared_at.date() == date(2018, 10, 5)
    page = makers.signed_in(world.clerk).get(world.paper_url).content.decode()
    assert "The figure is 1." in page
    # Before its figures, so that the words and the table keep together in print.
    assert 0 < page.index("Figures as reported to the meeting of 16 October 2018.") < page.index("The figure is 1.")


def test_clearing_asks_for_the_rendering_and_is_on_record(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    job = Job.objects.get()
    assert (job.kind, job.payload["paper"]) == ("committees.rendering", world.paper.pk)
    event = AuditEvent.objects.get()
    assert (event.verb, event.by, event.target) == ("paper.clear", world.clerk, "Item 1: Update report")


def test_a_paper_is_cleared_once(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    with pytest.raises(Refused, match="cleared already"):
        actions.clear_paper(by=world.clerk, paper=world.paper)


def test_minutes_are_cleared_once_the_chair_has_checked_them(world: makers.World) -> None:
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held")
    paper = factories.paper(world.item, 2, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes")
    with pytest.raises(Refused, match="still to be written"):
        actions.clear_paper(by=world.clerk, paper=paper)
    minutes = Minutes.objects.create(meeting=before)
    with pytest.raises(Refused, match="not checked"):
        actions.clear_paper(by=world.clerk, paper=paper)
    Minutes.objects.filter(pk=minutes.pk).update(state=Minutes.State.CHECKED)
    paper.refresh_from_db()
    assert actions.clear_paper(by=world.clerk, paper=paper).cleared_at is not None


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_papers_of_a_meeting_that_is_over_stay(state: str) -> None:
    world = makers.world(state=state)
    with pytest.raises(Refused, match="cannot change"):
        actions.clear_paper(by=world.clerk, paper=world.paper)
    text = SectionText("Other", "Other.", False)
    with pytest.raises(Refused, match="cannot change"):
        actions.edit_section(
            by=world.clerk, section=world.section, text=text, seen=SectionText.of(world.section).token()
        )


# Changing a section


def edit(world: makers.World, body: str, *, section: PaperSection | None = None, seen: str = "") -> bool:
    section = section or world.section
    return actions.edit_section(
        by=world.clerk,
        section=section,
        text=SectionText(section.heading, body, False),
        seen=seen or SectionText.of(section).token(),
    )


def test_an_edited_section_is_stored_with_its_trace(world: makers.World) -> None:
    assert edit(world, "New words.") is False
    world.section.refresh_from_db()
    assert world.section.body == "New words."
    event = AuditEvent.objects.get()
    assert event.verb == "paper.edit"
    assert event.before["body"] == "One paragraph.\n\nAnother."
    assert event.after["body"] == "New words."
    assert event.is_restricted is False


def test_saving_the_same_words_changes_nothing(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert edit(world, world.section.body) is False
    world.paper.refresh_from_db()
    assert world.paper.cleared_at is not None
    assert not AuditEvent.objects.filter(verb="paper.edit").exists()


def test_a_cleared_paper_that_changes_loses_clearance_and_frozen_figures(
    world: makers.World, counter: makers.Counter
) -> None:
    live = makers.section(world.paper, 2, kind="block", block=counter.name, body="")
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert edit(world, "New words.") is True
    world.paper.refresh_from_db()
    live.refresh_from_db()
    assert (world.paper.cleared_at, world.paper.cleared_by, live.frozen) == (None, None, None)
    assert FrozenBlock.objects.count() == 1  # what was once reported stays on record
    counter.figure = 5
    actions.clear_paper(by=world.clerk, paper=world.paper)
    live.refresh_from_db()
    assert live.frozen is not None
    assert live.frozen.data == {"figure": 5}


def test_of_two_clerks_the_second_is_told(world: makers.World) -> None:
    seen_by_both = SectionText.of(world.section).token()
    edit(world, "The first clerk's words.", seen=seen_by_both)
    with pytest.raises(Conflict) as caught:
        edit(world, "The second clerk's words.", seen=seen_by_both)
    assert caught.value.section.body == "The first clerk's words."
    # Having seen them, the second may replace them.
    edit(world, "Agreed words.", seen=SectionText.of(caught.value.section).token())
    world.section.refresh_from_db()
    assert world.section.body == "Agreed words."


def test_an_edit_of_a_restricted_paper_is_restricted_in_the_audit_trail(world: makers.World) -> None:
    paper = makers.restricted_paper(world.item, 2)
    edit(world, "A secret.", section=makers.section(paper))
    event = AuditEvent.objects.get()
    assert event.is_restricted is True
    assert event.target == "Item 1: Appendix A: Commercial appendix, section 1"


# Restriction

OPEN = Restriction("I", "", (), False, "", None)
EXEMPT = Restriction("II", "", (3,), False, "A supplier would learn what we can pay.", date(2019, 4, 1))


def test_restricting_a_paper(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert actions.restrict(by=world.clerk, thing=world.paper, decision=EXEMPT) is True
    world.paper.refresh_from_db()
    assert Restriction.of(world.paper) == EXEMPT
    assert world.paper.cleared_at is None  # the paper itself now says otherwise
    event = AuditEvent.objects.get(verb="restriction.decide")
    assert event.is_restricted is True


def test_a_better_reason_leaves_the_clearance(world: makers.World) -> None:
    actions.restrict(by=world.clerk, thing=world.paper, decision=EXEMPT)
    actions.clear_paper(by=world.clerk, paper=world.paper)
    decision = Restriction("II", "", (3,), False, "Prices are still under negotiation.", None)
    assert actions.restrict(by=world.clerk, thing=world.paper, decision=decision) is False
    world.paper.refresh_from_db()
    assert world.paper.public_interest == "Prices are still under negotiation."
    assert world.paper.cleared_at is not None


def test_restricting_an_item_takes_the_clearance_of_its_papers(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    assert actions.restrict(by=world.clerk, thing=world.item, decision=EXEMPT) is True
    paper = Paper.objects.select_related("item").get(pk=world.paper.pk)
    assert (paper.is_restricted, paper.cleared_at) == (True, None)
    actions.restrict(by=world.clerk, thing=world.item, decision=OPEN)
    assert Paper.objects.select_related("item").get(pk=world.paper.pk).is_restricted is False


# Publishing


def publish(world: makers.World, **urgency: str) -> Meeting:
    return actions.publish(by=world.clerk, meeting=world.meeting, **urgency)


def cleared(today: date) -> makers.World:
    world = makers.world(today=today)
    actions.clear_paper(by=world.clerk, paper=world.paper)
    return world


def test_publishing_on_the_last_day_gives_five_clear_days() -> None:
    """Monday 8 October: 9, 10, 11, 12 and 15 October are clear before Tuesday the 16th."""
    world = cleared(date(2018, 10, 8))
    meeting = publish(world)
    assert meeting.published_at is not None
    assert meeting.published_at.date() == date(2018, 10, 8)
    assert (meeting.published_by, meeting.urgency_reason) == (world.clerk, "")
    assert AuditEvent.objects.get(verb="agenda.publish").after["clear_days"] == 5


def test_publishing_a_day_later_is_refused() -> None:
    world = cleared(date(2018, 10, 9))
    with pytest.raises(Refused, match=r"Monday 8 October 2018; today would give four clear days of five"):
        publish(world)
    world.meeting.refresh_from_db()
    assert world.meeting.is_published is False


ROUTE = "special-circumstances"
URGENCIES = [
    {"urgency_route": ROUTE, "urgency_reason": "A fault"},
    {"urgency_route": ROUTE, "urgency_agreed_by": "The chair"},
]


@pytest.mark.parametrize("urgency", URGENCIES)
def test_urgency_needs_both_a_reason_and_who_agreed(urgency: dict[str, str]) -> None:
    with pytest.raises(Refused, match="who agreed"):
        publish(cleared(date(2018, 10, 9)), **urgency)


def test_urgency_is_recorded() -> None:
    world = cleared(date(2018, 10, 9))
    meeting = publish(
        world, urgency_route=ROUTE, urgency_reason="The link failed on 8 October.", urgency_agreed_by="The chair"
    )
    assert (meeting.urgency_reason, meeting.urgency_agreed_by) == ("The link failed on 8 October.", "The chair")
    event = AuditEvent.objects.get(verb="agenda.publish")
    assert (event.reason, event.after["clear_days"]) == ("The link failed on 8 October.", 4)


def test_words_about_urgency_are_not_kept_when_it_is_in_time() -> None:
    meeting = publish(
        cleared(date(2018, 10, 8)), urgency_route=ROUTE, urgency_reason="Early", urgency_agreed_by="Nobody"
    )
    assert (meeting.urgency_reason, meeting.urgency_agreed_by) == ("", "")


def test_a_listed_closed_day_makes_8_october_too_late() -> None:
    world = cleared(date(2018, 10, 8))
    ClosedDay.objects.create(partnership=world.partnership, on=date(2018, 10, 12), reason="Offices move")
    with pytest.raises(Refused, match="Friday 5 October 2018"):
        publish(world)


def test_an_uncleared_paper_stops_publication(world: makers.World) -> None:
    with pytest.raises(Refused, match="One thing must be put right"):
        publish(world)


def test_a_restriction_without_reasons_stops_publication(world: makers.World) -> None:
    bare = makers.restricted_paper(world.item, 2, exempt_paragraphs=[], public_interest="")
    for paper in (world.paper, bare):
        actions.clear_paper(by=world.clerk, paper=paper)
    with pytest.raises(Refused, match="Two things must be put right"):
        publish(world)


def test_confidential_information_needs_no_paragraph(world: makers.World) -> None:
    """Section 100A(2) excludes the public by itself; only exempt information needs a description."""
    paper = makers.restricted_paper(world.item, 2, exempt_paragraphs=[], public_interest="", is_confidential=True)
    for each in (world.paper, paper):
        actions.clear_paper(by=world.clerk, paper=each)
    assert publish(world).is_published


def test_an_empty_agenda_is_not_published() -> None:
    world = makers.world()
    world.paper.delete()
    world.item.delete()
    with pytest.raises(Refused, match="One thing"):
        publish(world)


def test_an_agenda_is_published_once() -> None:
    world = cleared(date(2018, 10, 5))
    publish(world)
    with pytest.raises(Refused, match="published already"):
        publish(world)


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_only_a_meeting_to_come_is_published(state: str) -> None:
    world = cleared(date(2018, 10, 5))
    Meeting.objects.filter(pk=world.meeting.pk).update(state=state)
    with pytest.raises(Refused, match="to come"):
        publish(world)


def test_the_day_after_the_meeting_is_too_late_for_any_urgency() -> None:
    world = cleared(date(2018, 10, 5))
    world.partnership.demonstration_today = date(2018, 10, 17)
    world.partnership.save()
    with pytest.raises(Refused, match="to come"):
        publish(world, urgency_route=ROUTE, urgency_reason="Late", urgency_agreed_by="The chair")


def test_papers_do_not_change_after_publication() -> None:
    world = cleared(date(2018, 10, 5))
    publish(world)
    with pytest.raises(Refused, match="They cannot change"):
        edit(world, "New words.")
    with pytest.raises(Refused, match="They cannot change"):
        actions.restrict(by=world.clerk, thing=world.paper, decision=EXEMPT)
    with pytest.raises(Refused, match="They cannot change"):
        actions.clear_paper(by=world.clerk, paper=world.paper)


def test_publishing_asks_for_both_editions() -> None:
    world = cleared(date(2018, 10, 5))
    Job.objects.all().delete()
    publish(world)
    pack_jobs = Job.objects.filter(kind="committees.pack")
    assert {job.payload["what"] for job in pack_jobs} == {
        "Public edition, 16 October 2018",
        "Members’ edition, 16 October 2018",
    }
    asked = {(job.payload["edition"], job.payload["publish"]) for job in pack_jobs}
    assert asked == {("public", True), ("members", True)}


def test_checked_minutes_become_public_with_the_papers() -> None:
    world = cleared(date(2018, 10, 5))
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held")
    minutes = Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    paper = factories.paper(world.item, 2, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes")
    actions.clear_paper(by=world.clerk, paper=paper)
    publish(world)
    minutes.refresh_from_db()
    assert minutes.state == Minutes.State.PUBLISHED


# Asking for packs


def test_two_clicks_are_one_job(world: makers.World) -> None:
    first = actions.request_pack(by=world.clerk, meeting=world.meeting, edition="public")
    second = actions.request_pack(by=world.clerk, meeting=world.meeting, edition="public")
    other = actions.request_pack(by=world.clerk, meeting=world.meeting, edition="members")
    assert first.pk == second.pk != other.pk


def test_an_edition_that_is_none(world: makers.World) -> None:
    with pytest.raises(Refused, match="Choose the public"):
        actions.request_pack(by=world.clerk, meeting=world.meeting, edition="secret")


def test_no_pack_of_a_meeting_that_does_not_take_place() -> None:
    world = makers.world(state="cancelled")
    with pytest.raises(Refused, match="cancelled"):
        actions.request_pack(by=world.clerk, meeting=world.meeting, edition="public")


def test_no_pack_where_it_was_published_before_the_portal() -> None:
    world = makers.world(published_before_portal=True)
    with pytest.raises(Refused, match="before the portal"):
        actions.request_pack(by=world.clerk, meeting=world.meeting, edition="public")
    assert not Pack.objects.exists()
