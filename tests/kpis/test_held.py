"""A form that was sent after the session had ended, without scripts: what was typed comes back and can be sent."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kpis.models import Figure, ReturnVersion
from tests.kpis.reading import OCTOBER, parse

TYPED = {
    "figure.p1-incidents": "10",
    "was.figure.p1-incidents": "",
    "figure.p2-incidents": "",
    "was.figure.p2-incidents": "",
    "comment": "A new desk opened.\nIt is “open” & <busy>.",
    "was.comment": "",
}
SAVE = f"{OCTOBER}save/"
SIGN_IN = "/account/sign-in/"


def fields(response: Any, action: str) -> dict[str, str]:
    """The fields of the page's form that goes to an address, as a browser would send them."""
    form = next(one for one in parse(response.content.decode()).all("form") if one.attributes.get("action") == action)
    return {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}


@pytest.fixture
def client(draft: ReturnVersion) -> Client:
    """A browser that was signed in, and checks that forms come from the portal's own pages."""
    client = Client(enforce_csrf_checks=True)
    response = client.get(SIGN_IN)
    assert client.post(SIGN_IN, fields(response, SIGN_IN) | NAME).status_code == 302
    client.get(f"{OCTOBER}edit/")
    return client


NAME = {"login": "officer-brent", "password": "demonstration"}


def token(client: Client) -> str:
    return fields(client.get(f"{OCTOBER}edit/"), SAVE)["csrfmiddlewaretoken"]


def test_what_was_typed_is_carried_through_signing_in(client: Client) -> None:
    form = TYPED | {"csrfmiddlewaretoken": token(client)}
    Session.objects.all().delete()
    response = client.post(SAVE, form)
    assert response.status_code == 403
    assert response["Cache-Control"] == "private, no-store"
    assert "Nothing is saved yet, and nothing is lost" in response.content.decode()
    # A wrong password first: it is still there.
    response = client.post(SIGN_IN, fields(response, SIGN_IN) | NAME | {"password": "wrong"})
    response = client.post(SIGN_IN, fields(response, SIGN_IN) | NAME)
    assert response.status_code == 200
    page = parse(response.content.decode())
    assert page.one("h1").text == "Nothing is saved yet"
    assert [[cell.text for cell in (tr.one("th"), tr.one("td"))] for tr in page.one("tbody").all("tr")] == [
        ["P1 incidents", "10"],
        ["Comment", "A new desk opened. It is “open” & <busy>."],
    ]
    assert not Figure.objects.filter(version__state="draft").exists()
    sent = fields(response, SAVE)
    assert {name: sent[name] for name in TYPED} == TYPED
    assert "password" not in sent
    response = client.post(SAVE, sent)
    assert (response.status_code, response.url) == (302, f"{OCTOBER}edit/")
    version = ReturnVersion.objects.get(state="draft")
    assert (version.figures.get().typed, version.comment) == ("10", TYPED["comment"])


def test_nothing_typed_is_kept_on_the_server(client: Client) -> None:
    form = TYPED | {"csrfmiddlewaretoken": token(client)}
    Session.objects.all().delete()
    client.post(SAVE, form)
    assert not [one for one in Session.objects.all() if "desk" in str(one.get_decoded())]


def test_signing_in_in_another_window_meanwhile_loses_nothing(client: Client) -> None:
    form = TYPED | {"csrfmiddlewaretoken": token(client)}
    Session.objects.all().delete()
    held = fields(client.post(SAVE, form), SIGN_IN)
    response = client.get(SIGN_IN)
    assert client.post(SIGN_IN, fields(response, SIGN_IN) | NAME).status_code == 302
    origin = {"Origin": "http://testserver"}
    # The token of either form is out of date by now.
    for address, data in ((SAVE, form), (SIGN_IN, held | NAME)):
        response = client.post(address, data, headers=origin)
        assert response.status_code == 403
        sent = fields(response, SAVE)
        assert {name: sent[name] for name in TYPED} == TYPED
    assert client.post(SAVE, sent, headers=origin).status_code == 302
    assert ReturnVersion.objects.get(state="draft").comment == TYPED["comment"]


@pytest.mark.parametrize("origin", ["", "http://evil.example", "http://testserver.evil.example", "null"])
def test_a_form_of_another_site_gets_no_new_token(client: Client, origin: str) -> None:
    response = client.post(
        SAVE, TYPED | {"csrfmiddlewaretoken": "x" * 32}, headers={"Origin": origin} if origin else {}
    )
    assert response.status_code == 403
    assert "desk" not in unescape(response.content.decode())
    assert not re.search(rf'action="{SAVE}"', response.content.decode())


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", f"{OCTOBER}approve/", "/account/sign-out/", "nowhere", ""]
)
def test_nothing_is_sent_on_to_an_address_that_keeps_nothing(client: Client, address: str) -> None:
    Session.objects.all().delete()
    response = client.get(SIGN_IN)
    data = fields(response, SIGN_IN) | NAME | {"held-to": address, "held.reason": "x"}
    assert client.post(SIGN_IN, data).status_code == 302


def test_a_script_is_led_to_sign_in_as_before(client: Client) -> None:
    csrf = token(client)
    Session.objects.all().delete()
    response = client.post(
        SAVE, TYPED, headers={"Accept": "application/json", "X-CSRFToken": csrf, "Origin": "http://testserver"}
    )
    assert response.status_code == 302
    assert response.url.startswith(SIGN_IN)


def test_another_account_that_signs_in_is_asked_whether_it_may(client: Client) -> None:
    form = TYPED | {"csrfmiddlewaretoken": token(client)}
    Session.objects.all().delete()
    held = fields(client.post(SAVE, form), SIGN_IN)
    response = client.post(SIGN_IN, held | NAME | {"login": "officer-lewisham"})
    assert client.post(SAVE, fields(response, SAVE)).status_code == 403
    assert ReturnVersion.objects.get(state="draft").comment == ""
