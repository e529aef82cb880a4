"""The frame around every page: partnership, navigation, account; the front door and the start page."""

import re
from datetime import date

import pytest
from django.urls import reverse

from portal import panels
from portal.models import Action, Role
from tests import factories
from tests.markup import said

db = pytest.mark.django_db


@pytest.fixture
def brent(db):
    return factories.council("Brent")


@pytest.fixture
def lewisham(db):
    return factories.council("Lewisham")


@pytest.fixture
def partnership(brent, lewisham):
    return factories.partnership(
        brent,
        lewisham,
        slug="brent-lewisham",
        name="Brent and Lewisham",
        service_name="Shared Digital Service",
        hue=338,
        chroma="0.10",
        demonstration_today=date(2018, 10, 5),
    )


def start(partnership):
    return reverse("portal:start", kwargs={"partnership": partnership.slug})


def entries(response):
    nav = re.search(r'<nav class="nav".*?</nav>', response.content.decode(), re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]*)</a>", nav[0]) if nav else []


# The frame


@db
def test_the_frame_names_the_partnership_and_its_service(client, partnership):
    response = client.get(start(partnership))
    html = response.content.decode()
    assert '<html lang="en-GB" class="p-brent-lewisham">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "<title>Start – Brent and Lewisham</title>" in html
    assert "<b>Brent and Lewisham</b><span>Shared Digital Service: governance portal</span>" in html
    assert html.index('<a class="skip" href="#main">') < html.index('<header class="top">')
    assert '<main class="page" id="main">' in html
    assert html.count("<h1>") == 1


@db
def test_no_page_carries_a_style_or_a_script_of_its_own(client, partnership):
    html = client.get(start(partnership)).content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


@db
def test_pages_without_a_partnership_speak_for_the_portal(client):
    html = client.get(reverse("portal:home")).content.decode()
    assert '<html lang="en-GB">' in html
    assert "<title>Partnerships – Joint committee portal</title>" in html
    assert "theme.css" not in html
    assert 'class="nav"' not in html


@db
@pytest.mark.parametrize(
    ("role", "of_brent", "line"),
    [
        (Role.CLERK, False, "Clerk"),
        (Role.SERVICE_MANAGER, False, "Service manager"),
        (Role.OFFICER, True, "Officer, Brent"),
        (Role.APPROVER, True, "Approver, Brent"),
    ],
)
def test_the_frame_says_who_one_is(client, partnership, brent, role, of_brent, line):
    client.force_login(factories.user(partnership, role, brent if of_brent else None))
    html = client.get(start(partnership)).content.decode()
    assert f"<span>{line}</span>" in html
    assert f'<form method="post" action="{reverse("account_logout")}">' in html
    assert ">Sign in</a>" not in html


@db
def test_two_roles_are_both_named(client, partnership, brent, lewisham):
    user = factories.user(partnership, Role.OFFICER, brent)
    user.grants.create(partnership=partnership, role=Role.OFFICER, council=lewisham, is_demonstration=True)
    client.force_login(user)
    assert "<span>Officer, Brent; Officer, Lewisham</span>" in client.get(start(partnership)).content.decode()


@db
def test_the_public_is_offered_to_sign_in_and_no_way_out(client, partnership):
    html = client.get(start(partnership)).content.decode()
    # The way in leads back to the page that one was reading.
    assert f'href="{reverse("account_login")}?next={start(partnership)}">Sign in</a>' in html
    assert "Sign out" not in html
    assert "Change your password" not in html


@db
def test_an_entry_appears_for_whom_it_is(client, partnership, brent):
    public = entries(client.get(start(partnership)))
    assert public[0] == "Start"
    assert not {"Actions", "Audit trail"} & set(public)
    client.force_login(factories.user(partnership, Role.OFFICER, brent))
    officer = entries(client.get(start(partnership)))
    assert "Actions" in officer
    assert "Audit trail" not in officer
    client.force_login(factories.user(partnership, Role.AUDITOR))
    assert entries(client.get(start(partnership)))[-2:] == ["Actions", "Audit trail"]


@db
def test_the_current_entry_is_marked_on_its_own_pages_too(client, partnership):
    client.force_login(factories.user(partnership, Role.CLERK))
    action = Action.objects.create(partnership=partnership, title="A", source="B", created_at="2018-07-04T18:30:00Z")
    for path in (
        reverse("portal:actions", kwargs={"partnership": partnership.slug}),
        reverse("portal:action", kwargs={"partnership": partnership.slug, "pk": action.pk}),
    ):
        nav = re.search(r'<nav class="nav".*?</nav>', client.get(path).content.decode(), re.DOTALL)[0]
        assert re.findall(r'aria-current="page">([^<]*)<', nav) == ["Actions"]


@db
def test_every_link_of_the_frame_leads_somewhere(client, partnership):
    client.force_login(factories.user(partnership, Role.AUDITOR))
    html = client.get(start(partnership)).content.decode()
    frame = html[: html.index("<main")] + html[html.index("</main>") :]
    for path in set(re.findall(r'href="(/[^"]*)"', frame)):
        if not path.startswith("/static/"):
            assert client.get(path).status_code == 200, path


# The day of the demonstration


@db
def test_the_frame_says_on_which_day_it_stands(client, partnership):
    assert "Demonstration: today is 5 October 2018." in said(client.get(start(partnership)))
    partnership.demonstration_today = None
    partnership.save()
    assert "Demonstration: today" not in said(client.get(start(partnership)))


@db
@pytest.mark.parametrize(("role", "offered"), [(Role.ADMINISTRATOR, True), (Role.CLERK, False)])
def test_who_may_is_offered_another_day(client, partnership, role, offered):
    client.force_login(factories.user(partnership, role))
    assert ("Choose another day" in client.get(start(partnership)).content.decode()) is offered


# The front door


@db
def test_the_public_finds_every_partnership(client, partnership):
    other = factories.partnership(factories.council("Stevenage"), factories.council("East Herts"), name="A and B")
    html = client.get(reverse("portal:home")).content.decode()
    assert re.findall(r'<h2><a href="([^"]*)">([^<]*)</a></h2>', html) == [
        (start(other), "A and B"),
        (start(partnership), "Brent and Lewisham"),
    ]
    assert "Borough of Stevenage, Borough of East Herts" in html


@db
def test_a_portal_without_a_partnership_says_so(client):
    assert "No partnership has been set up" in said(client.get(reverse("portal:home")))


@db
def test_who_works_in_one_partnership_is_led_there(client, partnership, brent):
    factories.partnership(brent)
    client.force_login(factories.user(partnership, Role.CLERK))
    response = client.get(reverse("portal:home"))
    assert (response.status_code, response["Location"]) == (302, start(partnership))
    assert client.get(f"{reverse('portal:home')}?all=yes").status_code == 200


@db
def test_who_works_in_two_chooses(client, partnership, brent):
    other = factories.partnership(brent)
    user = factories.user(partnership, Role.CLERK)
    user.grants.create(partnership=other, role=Role.CLERK)
    client.force_login(user)
    assert client.get(reverse("portal:home")).status_code == 200


@db
def test_the_front_door_asks_the_database_as_often_for_three_as_for_one(client, django_assert_num_queries):
    factories.partnership(factories.council())
    with django_assert_num_queries(3):  # partnerships, their places, the councils of these
        client.get(reverse("portal:home"))
    for _ in range(2):
        factories.partnership(factories.council(), factories.council())
    with django_assert_num_queries(3):
        client.get(reverse("portal:home"))


# The start page


@pytest.fixture
def only(monkeypatch):
    """The start page with these panels alone."""
    monkeypatch.setattr(panels, "_panels", {})
    return panels.register


@db
def test_panels_stand_in_their_order_and_empty_ones_are_left_out(client, partnership, brent, only):
    only(name="b", position=20, render=lambda request, partnership: "<section>second</section>")
    only(name="a", position=10, render=lambda request, partnership: f"<section>first of {partnership}</section>")
    only(name="c", position=30, render=lambda request, partnership: "")
    only(
        name="d", position=5, render=lambda request, partnership: "<section>beside</section>", place=panels.Place.ASIDE
    )
    client.force_login(factories.user(partnership, Role.OFFICER, brent))
    html = client.get(start(partnership)).content.decode()
    found = re.findall(r"<section>(.*?)</section>", html)
    assert found == ["first of Brent and Lewisham", "second", "beside"]


@db
def test_the_first_finding_heads_the_page(client, partnership, only):
    only(name="a", position=10, render=lambda *_: "", headline=lambda *_: "")
    only(name="b", position=20, render=lambda *_: "", headline=lambda *_: "Your next meeting is in <b>eleven</b> days")
    only(name="c", position=30, render=lambda *_: "", headline=lambda *_: "Never said")
    html = client.get(start(partnership)).content.decode()
    assert "<h1>Your next meeting is in &lt;b&gt;eleven&lt;/b&gt; days</h1>" in html


@db
def test_the_public_reads_who_shares_the_service(client, partnership, only):
    html = client.get(start(partnership)).content.decode()
    assert "<h1>Brent and Lewisham share one IT service</h1>" in html
    assert 'Borough of Brent <span class="tag">Host</span>' in html
    assert "Borough of Lewisham" in html


@db
def test_a_role_reads_what_is_outstanding(client, partnership, brent):
    for n in range(7):
        Action.objects.create(
            partnership=partnership,
            title=f"Action {n}",
            source="Minutes",
            due_on=date(2018, 10, 1 + n),
            created_at="2018-07-04T18:30:00Z",
        )
    client.force_login(factories.user(partnership, Role.OFFICER, brent))
    words = said(client.get(start(partnership)))
    assert "Due 4 October 2018 Overdue" in words
    assert "Due 5 October 2018 Overdue" not in words  # due today
    assert "Action 4" in words
    assert "Action 5" not in words
    assert "And 2 more." in words


@db
def test_there_is_no_start_page_of_nothing(client):
    assert client.get("/no-such-partnership/").status_code == 404


# The partnership's colours


def theme(partnership):
    return reverse("portal:theme", kwargs={"partnership": partnership.slug})


@db
def test_the_partnership_gives_its_hue_and_the_number_of_its_councils(client, partnership):
    response = client.get(theme(partnership))
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.content == b":root{--hue:338;--chroma:0.10;--councils:2}\n"
    assert "public" in response["Cache-Control"]


@db
def test_it_is_sent_again_only_when_it_changed(client, partnership):
    first = client.get(theme(partnership))["ETag"]
    unchanged = client.get(theme(partnership), headers={"if-none-match": first})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    partnership.hue = 218
    partnership.save()
    assert client.get(theme(partnership), headers={"if-none-match": first}).status_code == 200
