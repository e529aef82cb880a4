"""What holds for every request: where signing in leads, answers to a wrong method, who may keep a page."""

import re

import pytest
from django.urls import reverse

from portal.models import Role
from tests import factories
from tests.markup import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership():
    return factories.partnership(factories.council("Brent"), slug="brent-lewisham", name="Brent and Lewisham")


SENT_TO = "/brent-lewisham/demonstration-day/"


@pytest.mark.parametrize(
    ("referer", "then"),
    [
        ("http://testserver/brent-lewisham/actions/?page=2", "/brent-lewisham/actions/%3Fpage%3D2"),
        ("", "/brent-lewisham/"),
        ("http://evil.example/brent-lewisham/actions/", "/brent-lewisham/"),
        ("http://testserver//evil.example/", "/brent-lewisham/"),
        ("javascript:alert(1)", "/brent-lewisham/"),
        (f"http://testserver{SENT_TO}", SENT_TO),
    ],
)
def test_who_sends_a_form_signed_out_is_led_back_to_its_page(client, partnership, referer, then):
    response = client.post(SENT_TO, {"day": "2018-10-08"}, headers={"referer": referer} if referer else {})
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={then}")


def test_outside_a_partnership_it_is_the_front_door(client):
    response = client.post(reverse("account_change_password"))
    assert response["Location"] == f"{reverse('account_login')}?next=/"


def test_a_page_is_led_back_to_as_before(client, partnership):
    response = client.get(SENT_TO, headers={"referer": "http://testserver/brent-lewisham/"})
    assert response["Location"] == f"{reverse('account_login')}?next={SENT_TO}"


@pytest.fixture
def clerk(client, partnership):
    user = factories.user(partnership, Role.CLERK)
    client.force_login(user)
    return user


@pytest.mark.usefixtures("clerk")
def test_an_address_for_forms_says_what_to_do(client, partnership):
    response = client.get("/brent-lewisham/returns/brent/2018-09/open/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    words = said(response)
    assert "This address is not opened like this" in words
    assert "Go back to that page and use the button there." in words
    assert '<nav class="nav"' in response.content.decode()
    script = client.get("/brent-lewisham/returns/brent/2018-09/open/", headers={"accept": "application/json"})
    assert (script.status_code, script.content) == (405, b"")


@pytest.mark.usefixtures("clerk")
def test_a_page_that_takes_no_form_says_so(client, partnership):
    response = client.post("/brent-lewisham/actions/")
    assert response.status_code == 405
    assert "Nothing was saved." in said(response)
    assert re.search(r'href="/brent-lewisham/actions/">Open the page<', response.content.decode())


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("path", ["/brent-lewisham/", "/brent-lewisham/actions/", "/?all=yes", "/a/b/c/d/e/"])
def test_no_cache_keeps_what_a_signed_in_person_reads(client, partnership, path):
    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_a_public_page_and_a_view_of_its_own_mind_are_left_as_they_are(client, partnership):
    assert not client.get("/brent-lewisham/").has_header("Cache-Control")
    client.force_login(factories.user(partnership, Role.CLERK))
    theme = client.get("/brent-lewisham/theme.css")
    assert "public" in theme["Cache-Control"]
    again = client.get("/brent-lewisham/theme.css", headers={"if-none-match": theme["ETag"]})
    assert again.status_code == 304
    assert "no-store" not in again.get("Cache-Control", "")
