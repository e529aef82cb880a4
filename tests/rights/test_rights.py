"""Every address as every kind of person, by GET and by POST, against one table.

The table is the plain-language rule written down by hand. An address that is not in it fails the first test, so that
nobody adds a page without saying who may have it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.rights.table import DONE, IN, OK, PEOPLE, rows
from tests.rights.world import MARKER, World, build, names_of_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def outcome(response: Any) -> str:
    """The response in the table's words."""
    if response.status_code in {302, 303}:
        return IN if response["Location"].startswith("/account/sign-in/?next=") else DONE
    return OK if response.status_code == 200 else str(response.status_code)


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_every_address_is_in_the_table() -> None:
    spoken_for = {(address.split("/")[0], method) for address, method, _ in rows()}
    assert {name for name, _ in spoken_for} == names_of_addresses()
    missing = [name for name in names_of_addresses() for method in ("GET", "POST") if (name, method) not in spoken_for]
    assert missing == []


# Whoever is granted the page of a restricted thing may read the marker there; nobody else anywhere.
READS_RESTRICTED = {"member", "manager", "clerk", "auditor"}


@pytest.mark.parametrize("person", PEOPLE)
def test_rights(world: World, person: str) -> None:
    """Each request is undone, so that the next meets the same world."""
    wrong = []
    for address, method, expected in rows():
        client = Client()
        if (account := world.people[person]) is not None:
            client.force_login(account, backend="portal.signin.PortalBackend")
        url = reverse(address.split("/")[0], kwargs=world.addresses[address])
        with transaction.atomic():
            response = client.get(url) if method == "GET" else client.post(url, world.data.get(address, {}))
            got = outcome(response)
            content = body_of(response)
            transaction.set_rollback(True)
        if got != expected[person]:
            wrong.append(f"{method} {address}: {got}, not {expected[person]}")
        if person not in READS_RESTRICTED and MARKER.encode() in content.lower():
            wrong.append(f"{method} {address}: restricted words were sent")
        if response.has_header("Location") and MARKER in response["Location"]:
            wrong.append(f"{method} {address}: restricted words in the address")
    assert wrong == []


def test_the_marker_reaches_those_with_the_right(world: World) -> None:
    """Otherwise the test above would pass on pages that never show it to anybody."""
    client = Client()
    client.force_login(world.people["member"], backend="portal.signin.PortalBackend")
    page = client.get(reverse("committees:paper", kwargs=world.addresses["committees:paper/part-2"]))
    assert f"The price is {MARKER}." in page.content.decode()
    pack = client.get(reverse("committees:pack", kwargs=world.addresses["committees:pack/members"]))
    assert MARKER.encode() in body_of(pack)


def test_a_grant_that_has_ended_gives_nothing(world: World) -> None:
    officer = world.people["officer"]
    assert officer is not None
    officer.grants.update(ends_on=world.partnership.demonstration_today - timedelta(days=1))
    client = Client()
    client.force_login(officer, backend="portal.signin.PortalBackend")
    assert client.get(reverse("kpis:return-edit", kwargs=world.addresses["kpis:return-edit"])).status_code == 403
