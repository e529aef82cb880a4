"""Pages of meetings, papers and minutes: what they say, to whom, and what a form does."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from committees import actions
from committees.models import Meeting, MinuteItem, Minutes, Paper
from portal.models import AuditEvent, Job
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    return makers.world()


@pytest.fixture
def clerk(world: makers.World) -> Client:
    return makers.signed_in(world.clerk)


def words(response: object) -> str:
    """The page as it reads: no tags, single blanks."""
    content = response.content.decode()  # type: ignore[attr-defined]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def heading(response: object) -> str:
    return re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.S)[1]  # type: ignore[attr-defined,index]


# Finding in the heading


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2018, 10, 5), "two working days left to publish"),
        (date(2018, 10, 8), "today is the last day to publish"),
        (date(2018, 10, 9), "too late to publish without an urgency route"),
        (date(2018, 10, 17), "its day has passed without publication"),
    ],
)
def test_the_heading_says_how_long_there_is(today: date, said: str) -> None:
    world = makers.world(today=today)
    page = makers.signed_in(world.clerk).get(world.url)
    assert heading(page) == f"{world.meeting.committee.short_name}: {said}"


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2018, 10, 5), "meets in 11 days, agenda to come"),
        (date(2018, 10, 15), "meets tomorrow, agenda to come"),
        (date(2018, 10, 16), "meets today, agenda to come"),
    ],
)
def test_the_public_is_told_when_it_meets(today: date, said: str) -> None:
    world = makers.world(today=today)
    page = makers.signed_in(None).get(world.url)
    assert heading(page) == f"{world.meeting.committee.short_name}: {said}"
    assert "published by Monday 8 October 2018, five clear days before" in words(page)


# Blockers and publication


def test_each_blocker_leads_to_where_it_is_mended(world: makers.World, clerk: Client) -> None:
    makers.restricted_paper(world.item, 2, exempt_paragraphs=[], public_interest="")
    page = clerk.get(world.url)
    assert "Four things stop publication" in words(page)
    content = page.content.decode()
    assert '<a href="#clearance-1-report">Item 1, report: not cleared</a>' in content
    assert '<a href="#clearance-1-commercial">Item 1, Appendix A: not cleared</a>' in content
    for row in ("clearance-1-report", "clearance-1-commercial"):
        assert content.count(f'<tr id="{row}"') == 1
    address = f"{world.url}papers/1/commercial/restriction/"
    assert (
        f'<a href="{address}">Item 1, Appendix A: name the paragraph of Schedule 12A that restricts it</a>' in content
    )
    assert re.search(r'<button[^>]*aria-disabled="true"[^>]*>\s*Publish agenda and pack', content)
    assert clerk.get(address).status_code == 200


def test_clearing_and_publishing_from_the_page(world: makers.World, clerk: Client) -> None:
    assert clerk.post(f"{world.paper_url}clear/")["Location"] == world.url
    page = clerk.get(world.url)
    assert "Ready to publish: every paper is cleared" in words(page)
    link = f'<a class="btn" href="{world.url}publish/confirm/">Publish agenda and pack</a>'
    assert link in page.content.decode()
    assert "the public has six clear days before the meeting; five are needed" in words(
        clerk.get(f"{world.url}publish/confirm/")
    )
    response = clerk.post(f"{world.url}publish/", follow=True)
    assert "Agenda and papers are published." in words(response)
    world.meeting.refresh_from_db()
    assert world.meeting.published_by == world.clerk
    public = makers.signed_in(None)
    assert "Update report" in words(public.get(world.url))
    assert "Another." in words(public.get(world.paper_url))
    assert "They cannot change" in words(clerk.post(f"{world.paper_url}clear/", follow=True))


def test_publishing_late_keeps_what_was_typed() -> None:
    world = makers.world(today=date(2018, 10, 9))
    actions.clear_paper(by=world.clerk, paper=world.paper)
    clerk = makers.signed_in(world.clerk)
    refused = clerk.post(
        f"{world.url}publish/", {"urgency_route": "special-circumstances", "urgency_reason": "The link failed"}
    )
    assert refused.status_code == 409
    assert "The link failed</textarea>" in refused.content.decode()
    assert "State why it is urgent and who agreed." in words(refused)
    clerk.post(
        f"{world.url}publish/",
        {"urgency_route": "shorter-notice", "urgency_reason": "The link failed", "urgency_agreed_by": "The chair"},
    )
    world.meeting.refresh_from_db()
    assert world.meeting.urgency_agreed_by == "The chair"
    assert "by an urgency route" in words(makers.signed_in(None).get(world.url))


def test_a_blocked_publication_says_so(world: makers.World, clerk: Client) -> None:
    response = clerk.post(f"{world.url}publish/", follow=True)
    assert response.redirect_chain == [(world.url, 302)]
    assert "One thing must be put right first." in words(response)


@pytest.mark.parametrize("path", ["publish/", "packs/build/", "papers/1/report/clear/"])
def test_changes_of_state_are_posts(world: makers.World, clerk: Client, path: str) -> None:
    assert clerk.get(f"{world.url}{path}").status_code == 405
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", ["service-manager", "auditor", "administrator"])
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("publish/", {}),
        ("packs/build/", {"edition": "public"}),
        ("papers/1/report/clear/", {}),
        ("papers/1/report/sections/1/", {"heading": "x", "body": "x", "seen": "x"}),
        ("papers/1/report/restriction/", {"part": "I"}),
        ("items/1/restriction/", {"part": "I"}),
    ],
)
def test_only_the_clerk_prepares_a_meeting(world: makers.World, role: str, path: str, data: dict[str, str]) -> None:
    response = makers.signed_in(factories.user(world.partnership, role)).post(f"{world.url}{path}", data)
    assert response.status_code == 403
    assert (AuditEvent.objects.count(), Job.objects.count()) == (0, 0)


def test_a_clerk_of_another_partnership_changes_nothing(world: makers.World) -> None:
    other = factories.user(factories.partnership(factories.council()), "clerk")
    assert makers.signed_in(other).post(f"{world.paper_url}clear/").status_code == 403
    world.paper.refresh_from_db()
    assert world.paper.cleared_at is None


def test_the_service_manager_sees_the_state_and_no_buttons(world: makers.World) -> None:
    content = makers.signed_in(factories.user(world.partnership, "service-manager")).get(world.url).content.decode()
    assert "Not cleared" in content
    assert "<form" not in re.search(r"<main.*</main>", content, re.S)[0]  # type: ignore[index]


# The clock


def test_each_date_stands_with_its_rule(world: makers.World, clerk: Client) -> None:
    page = words(clerk.get(world.url))
    assert "8 October, in one working day Agenda and reports, at least 5 clear days before the meeting" in page
    assert "Local Government Act 1972, section 100B(3) To be published" in page
    assert "5 October Today" in page


def test_after_publication_the_clock_says_when_it_was_given(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    actions.publish(by=world.clerk, meeting=world.meeting)
    assert words(makers.signed_in(None).get(world.url)).count("Given 5 October 2018") == 2


# Packs on the page


def test_asking_for_a_pack_leads_to_its_progress(world: makers.World, clerk: Client) -> None:
    response = clerk.post(f"{world.url}packs/build/", {"edition": "members"})
    job = Job.objects.get()
    assert response["Location"] == f"/{world.partnership.slug}/jobs/{job.pk}/"
    page = clerk.get(world.url).content.decode()
    assert "Waiting to be built" in page
    assert f'href="/{world.partnership.slug}/jobs/{job.pk}/"' in page
    assert page.count("Build a draft of the") == 1  # of the other edition


def test_an_unknown_edition_is_refused(world: makers.World, clerk: Client) -> None:
    response = clerk.post(f"{world.url}packs/build/", {"edition": "secret"}, follow=True)
    assert "Choose the public or the members’ edition." in words(response)
    assert Job.objects.count() == 0


# Papers and minutes


def test_a_paper_page_shows_cover_and_numbers(world: makers.World, clerk: Client) -> None:
    officer = factories.person("Pat Example", job_title="Head of Service")
    Paper.objects.filter(pk=world.paper.pk).update(wards_affected="All", decision_type="key", contact_officer=officer)
    makers.restricted_paper(world.item, 2, private_title="The deal")
    page = words(clerk.get(world.paper_url))
    for said in (
        "Report of the Head of Service",
        "Wards affected All Key or non-key decision Key Open or exempt Open",
        "Appendices Appendix A: Commercial appendix Background papers None",
        "Contact officer Pat Example, Head of Service",
        "1.1 One paragraph.",
        "1.2 Another.",
    ):
        assert said in page


def test_markdown_is_made_harmless(world: makers.World, clerk: Client) -> None:
    world.section.body = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    world.section.save()
    content = clerk.get(world.paper_url).content.decode()
    assert "<strong>bold</strong>" in content
    assert "alert(1)</script>" not in content
    assert 'href="javascript' not in content


def minutes(world: makers.World, state: str) -> Meeting:
    held = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held", published_before_portal=True)
    made = Minutes.objects.create(meeting=held, state=state)
    item = MinuteItem.objects.create(minutes=made, number=1, title="Update", text="It was said:\n\n1. this;\n2. that.")
    item.resolutions.create(number=1, text="To note the report.")
    return held


def test_minutes_are_public_once_published(world: makers.World) -> None:
    held = minutes(world, "checked")
    url = world.url.replace("2018-10-16", "2018-07-04") + "minutes/"
    public, clerk = makers.signed_in(None), makers.signed_in(world.clerk)
    assert public.get(url).status_code == 404
    assert "Checked by the chair" in words(clerk.get(url))
    held.minutes.state = "published"
    held.minutes.save()
    page = words(public.get(url))
    assert "1. Update It was said: this; that. Resolved To note the report." in page
    assert "Read the minutes" in words(public.get(url.removesuffix("minutes/")))


def test_a_meeting_without_minutes_has_no_page_for_them(world: makers.World, clerk: Client) -> None:
    assert clerk.get(f"{world.url}minutes/").status_code == 404


# Committee and lists


def test_the_committee_says_who_chairs_next_and_why(world: makers.World) -> None:
    committee, host = world.meeting.committee, world.meeting.host
    person = factories.person("Sam Example", honorific="councillor")
    committee.memberships.create(person=person, council=host, role="member")
    former = factories.person("Past Example", honorific="councillor")
    committee.memberships.create(person=former, council=host, role="member", until_on=date(2018, 10, 4))
    page = words(makers.signed_in(None).get(f"/{world.partnership.slug}/committees/{committee.slug}/"))
    assert f"A member from {host} The chair goes with the council that hosts, and {host} hosts this meeting." in page
    assert "Councillor Sam Example" in page
    assert "Past Example" not in page


def test_an_elected_chair_is_named(world: makers.World) -> None:
    committee = world.meeting.committee
    committee.chair_rule = "elected"
    committee.save()
    url = f"/{world.partnership.slug}/committees/{committee.slug}/"
    assert "Not elected yet" in words(makers.signed_in(None).get(url))
    person = factories.person("Sam Example", honorific="councillor")
    committee.memberships.create(person=person, council=world.meeting.host, role="chair")
    assert f"Councillor Sam Example ({world.meeting.host}) Elected for the municipal year." in words(
        makers.signed_in(None).get(url)
    )


def test_meetings_the_next_one_first(world: makers.World) -> None:
    for on, state in ((date(2018, 7, 4), "held"), (date(2018, 12, 4), "scheduled"), (date(2018, 2, 20), "held")):
        factories.meeting(world.meeting.committee, on=on, state=state)
    page = words(makers.signed_in(None).get(f"/{world.partnership.slug}/meetings/"))
    assert "meets in 11 days" in page
    order = [
        page.index(day) for day in ("Tuesday 16 October 2018", "4 December 2018", "4 July 2018", "20 February 2018")
    ]
    assert order == sorted(order)


def test_meetings_of_another_partnership_are_not_listed(world: makers.World) -> None:
    other = makers.world(on=date(2019, 1, 15))
    page = words(makers.signed_in(None).get(f"/{world.partnership.slug}/meetings/"))
    assert "15 January 2019" not in page
    assert (
        makers.signed_in(other.clerk).get(other.url.replace(other.partnership.slug, world.partnership.slug)).status_code
        == 404
    )


@pytest.mark.parametrize("path", ["meetings/none/2018-10-16/", "committees/none/", "meetings/committee/2018-02-31/"])
def test_addresses_of_nothing(world: makers.World, path: str) -> None:
    assert makers.signed_in(None).get(f"/{world.partnership.slug}/{path}").status_code == 404
