"""OParl 1.1 against the rules of its published schemas, written down by hand: which attributes every object has, what
each attribute is, and what the specification's chapters on lists, filters and errors want."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from committees.models import Meeting, Membership
from tests import factories
from tests.committees import feed_world, makers

pytestmark = pytest.mark.django_db

SCHEMA = "https://schema.oparl.org/1.1/"
HOST = "http://testserver"

# Beside id and type, which every object has; created and modified too, by chapter 3.1.
REQUIRED = {
    "System": {"oparlVersion", "body"},
    "Body": {"name", "organization", "person", "meeting", "paper", "legislativeTerm"},
    "AgendaItem": {"order"},
    "File": {"accessUrl"},
}

URL, TEXT, YES, NUMBER, DAY, TIME = "url", "text", "yes or no", "number", "day", "time"
URLS, TEXTS = "urls", "texts"
# A capital: an object of that type; a list of it: objects.
WHAT: dict[str, dict[str, Any]] = {
    "System": {
        "oparlVersion": URL, "otherOparlVersions": URLS, "license": URL, "body": URL, "name": TEXT,
        "contactEmail": TEXT, "contactName": TEXT, "website": URL, "vendor": URL, "product": URL,
    },
    "Body": {
        "system": URL, "shortName": TEXT, "name": TEXT, "website": URL, "organization": URL, "person": URL,
        "meeting": URL, "paper": URL, "legislativeTerm": ["LegislativeTerm"], "agendaItem": URL, "consultation": URL,
        "file": URL, "locationList": URL, "legislativeTermList": URL, "membership": URL, "classification": TEXT,
        "location": "Location", "mainOrganization": URL,
    },
    "Organization": {
        "body": URL, "name": TEXT, "membership": URLS, "meeting": URL, "consultation": URL, "shortName": TEXT,
        "post": TEXTS, "subOrganizationOf": URL, "organizationType": TEXT, "classification": TEXT, "startDate": DAY,
        "endDate": DAY, "website": URL, "location": "Location", "memberCount": NUMBER,
    },
    "Person": {
        "body": URL, "name": TEXT, "familyName": TEXT, "givenName": TEXT, "formOfAddress": TEXT, "affix": TEXT,
        "title": TEXTS, "status": TEXTS, "membership": ["Membership"],
    },
    "Membership": {
        "person": URL, "organization": URL, "role": TEXT, "votingRight": YES, "startDate": DAY, "endDate": DAY,
        "onBehalfOf": URL,
    },
    "Meeting": {
        "name": TEXT, "meetingState": TEXT, "cancelled": YES, "start": TIME, "end": TIME, "location": "Location",
        "organization": URLS, "participant": URLS, "invitation": "File", "resultsProtocol": "File",
        "verbatimProtocol": "File", "auxiliaryFile": ["File"], "agendaItem": ["AgendaItem"],
    },
    "AgendaItem": {
        "meeting": URL, "number": TEXT, "order": NUMBER, "name": TEXT, "public": YES, "consultation": URL,
        "result": TEXT, "resolutionText": TEXT, "resolutionFile": "File", "auxiliaryFile": ["File"],
    },
    "Paper": {
        "body": URL, "name": TEXT, "reference": TEXT, "date": DAY, "paperType": TEXT, "relatedPaper": URLS,
        "mainFile": "File", "auxiliaryFile": ["File"], "underDirectionOf": URLS, "consultation": ["Consultation"],
    },
    "Consultation": {
        "paper": URL, "agendaItem": URL, "meeting": URL, "organization": URLS, "authoritative": YES, "role": TEXT,
    },
    "File": {
        "name": TEXT, "fileName": TEXT, "mimeType": TEXT, "date": DAY, "size": NUMBER, "accessUrl": URL,
        "downloadUrl": URL, "meeting": URLS, "agendaItem": URLS, "paper": URLS,
    },
    "Location": {"description": TEXT, "room": TEXT, "meetings": URLS},
    "LegislativeTerm": {"body": URL, "name": TEXT, "startDate": DAY, "endDate": DAY},
}  # fmt: skip
EVERY = {"id": URL, "type": URL, "created": TIME, "modified": TIME, "web": URL, "deleted": YES, "license": URL}
LISTS = {
    "body": "Body", "organization": "Organization", "person": "Person", "membership": "Membership",
    "meeting": "Meeting", "agenda-item": "AgendaItem", "consultation": "Consultation", "paper": "Paper",
    "file": "File", "legislative-term": "LegislativeTerm", "location": "Location",
}  # fmt: skip


@pytest.fixture
def world() -> makers.World:
    return feed_world.world()


def get(url: str, status: int = 200) -> Any:
    response = Client().get(url.removeprefix(HOST))
    assert response.status_code == status, url
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()


def of(world: makers.World, name: str = "", query: str = "") -> Any:
    return get(f"/{world.partnership.slug}/oparl/{f'{name}/' if name else ''}{query}")


def faults(one: Any, wanted: str) -> list[str]:
    """What is wrong with an object, by the rules above."""
    if not isinstance(one, dict):
        return [f"{wanted}: no object"]
    found = []
    if one.get("type") != f"{SCHEMA}{wanted}":
        found.append(f"{wanted}: type is {one.get('type')}")
    missing = ({"id", "type", "created", "modified"} | REQUIRED.get(wanted, set())) - one.keys()
    found += [f"{wanted}: no {name}" for name in sorted(missing)]
    for name, value in one.items():
        what = (EVERY | WHAT[wanted]).get(name)
        if what is None:
            found.append(f"{wanted}.{name} is not in the schema")
        else:
            found += [f"{wanted}.{name}: {fault}" for fault in value_faults(value, what)]
    if "created" in one and "modified" in one and one["modified"] < one["created"]:
        found.append(f"{wanted}: changed before it was made")
    return found


def value_faults(value: Any, what: Any) -> list[str]:
    if isinstance(what, list):
        return [fault for one in value for fault in faults(one, what[0])] if isinstance(value, list) else ["no list"]
    if what in WHAT:
        return faults(value, what)
    if what in (URLS, TEXTS):
        one = URL if what == URLS else TEXT
        return [fault for each in value for fault in value_faults(each, one)] if isinstance(value, list) else ["none"]
    checks = {
        URL: lambda: isinstance(value, str) and value.startswith(("http://", "https://")),
        TEXT: lambda: isinstance(value, str) and value != "",
        YES: lambda: isinstance(value, bool),
        NUMBER: lambda: isinstance(value, int) and not isinstance(value, bool),
        DAY: lambda: isinstance(value, str) and str(date.fromisoformat(value)) == value,
        TIME: lambda: datetime.fromisoformat(value).tzinfo is not None,
    }
    return [] if checks[what]() else [f"{value!r} is no {what}"]


def test_the_system_leads_to_the_body_and_that_to_every_list(world: makers.World) -> None:
    system = of(world)
    assert faults(system, "System") == []
    assert system["oparlVersion"] == SCHEMA
    bodies = get(system["body"])["data"]
    assert len(bodies) == 1
    assert bodies[0]["name"] == world.partnership.name
    for name in ("organization", "person", "meeting", "paper", "agendaItem", "consultation", "file", "membership",
                 "locationList", "legislativeTermList"):  # fmt: skip
        assert set(get(bodies[0][name])) == {"data", "pagination", "links"}


@pytest.mark.parametrize("name", LISTS)
def test_every_object_keeps_to_its_schema_and_has_its_own_address(world: makers.World, name: str) -> None:
    rows = of(world, name)["data"]
    assert [fault for one in rows for fault in faults(one, LISTS[name])] == []
    assert bool(rows) is (name != "legislative-term")
    assert len({one["id"] for one in rows}) == len(rows)
    for one in rows:
        assert get(one["id"]) == one


def test_every_reference_leads_to_an_object(world: makers.World) -> None:
    known = {one["id"] for name in LISTS for one in of(world, name)["data"]}

    def references(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            for inner, each in value.items():
                yield from references(each, inner)
        elif isinstance(value, list):
            for each in value:
                yield from references(each, name)
        elif isinstance(value, str) and "/oparl/" in value and value.count("/") > 6:
            yield value

    found = {one for name in LISTS for row in of(world, name)["data"] for one in references(row)}
    assert len(found) > 10
    assert found <= known


def test_a_meeting(world: makers.World) -> None:
    meetings = {one["start"]: one for one in of(world, "meeting")["data"]}
    published = meetings["2018-10-16T18:30:00+01:00"]
    assert (published["meetingState"], published["cancelled"]) == ("eingeladen", False)
    assert published["created"] == "2018-06-01T00:00:00+01:00"  # the partnership's records begin
    assert published["modified"] == "2018-10-17T13:00:00+01:00"  # the last of its decisions
    assert published["location"]["description"] == "Town Hall"
    assert published["invitation"]["downloadUrl"].endswith(".pdf")
    assert [(one["number"], one["name"], one["public"]) for one in published["agendaItem"]] == [
        ("1", "Update", True),
        ("2", "Staffing", False),
    ]
    first, second = published["agendaItem"]
    assert (first["result"], first["resolutionText"]) == ("Agreed", "Agreed as set out.")
    assert "result" not in second
    assert "resolutionText" not in second
    draft = meetings["2018-12-04T18:30:00+00:00"]
    assert draft["meetingState"] == "terminiert"
    assert "agendaItem" not in draft
    held = meetings["2018-07-04T18:30:00+01:00"]
    assert held["resultsProtocol"]["mimeType"] == "text/html"
    assert len(held["participant"]) == 1


def test_a_cancelled_meeting_stays(world: makers.World) -> None:
    Meeting.objects.filter(on=date(2018, 12, 4)).update(state="cancelled")
    cancelled = next(one for one in of(world, "meeting")["data"] if one["start"].startswith("2018-12-04"))
    assert cancelled["cancelled"] is True
    assert "meetingState" not in cancelled


def test_people_and_their_seats(world: makers.World) -> None:
    people = of(world, "person")["data"]
    assert [one["name"] for one in people] == ["Ann Example"]
    assert people[0]["formOfAddress"] == "Councillor"
    seat = people[0]["membership"][0]
    assert (seat["role"], seat["votingRight"], seat["startDate"]) == ("Member", True, "2018-05-22")
    assert get(seat["onBehalfOf"])["classification"] == "Council"


def test_papers_that_the_public_may_open_alone(world: makers.World) -> None:
    assert [one["name"] for one in of(world, "paper")["data"]] == ["Update report"]
    assert Client().get(of(world, "paper")["data"][0]["mainFile"]["accessUrl"]).status_code == 200


# Lists


def many(world: makers.World) -> None:
    council = world.partnership.places.first().council
    for _ in range(5):
        person = factories.person()
        Membership.objects.create(committee=world.meeting.committee, person=person, council=council, role="substitute")


def test_paging_walks_through_all_once(world: makers.World) -> None:
    many(world)
    url, seen, pages = f"/{world.partnership.slug}/oparl/person/?limit=4&omit_internal=true", [], []
    while url:
        page = get(url)
        assert page["links"]["self"].removeprefix(HOST).startswith(f"/{world.partnership.slug}/oparl/person/?limit=4")
        seen += [one["id"] for one in page["data"]]
        assert all("membership" not in one for one in page["data"])
        pages.append(page)
        url = page["links"].get("next", "")
    assert len(seen) == len(set(seen)) == 6
    assert [page["pagination"]["currentPage"] for page in pages] == [1, 2]
    assert pages[0]["pagination"] == {
        "totalElements": 6, "elementsPerPage": 4, "currentPage": 1, "totalPages": 2,
    }  # fmt: skip
    assert "prev" not in pages[0]["links"]
    assert pages[1]["links"]["prev"] == pages[0]["links"]["self"] == pages[1]["links"]["first"]
    assert pages[1]["links"]["self"] == pages[0]["links"]["last"] == pages[0]["links"]["next"]


def test_filters_and_that_they_stay_in_the_links(world: makers.World) -> None:
    def found(**asked: str) -> list[str]:
        query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
        return [one["start"][:10] for one in of(world, "meeting", f"?{query}")["data"]]

    assert found(modified_since="2018-10-17T13:00:00+01:00") == ["2018-10-16"]
    assert found(modified_since="2018-10-17T13:00:01+01:00") == []
    assert found(modified_until="2018-10-17T12:59:59+01:00") == ["2018-12-04", "2018-07-04"]
    assert len(found(created_since="2018-06-01T00:00:00+01:00")) == 3
    assert found(created_until="2018-05-31T23:59:59+01:00") == []
    page = of(world, "meeting", "?modified_since=2018-01-01T00:00:00%2B00:00&limit=1")
    assert "modified_since=2018-01-01T00%3A00%3A00%2B00%3A00" in page["links"]["next"]
    # A plus sign that a client forgot to encode.
    assert len(of(world, "meeting", "?modified_since=2018-01-01T00:00:00+00:00")["data"]) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("meeting/?modified_since=yesterday", 400),
        ("meeting/?modified_since=2018-10-16", 400),
        ("meeting/?modified_since=2018-10-16T10:00:00", 400),
        ("meeting/?modified_since=2018-13-45T10:00:00%2B00:00", 400),
        ("meeting/?page=0", 400),
        ("meeting/?page=two", 400),
        ("meeting/?limit=-1", 400),
        ("meeting/?page=2", 404),
        ("meeting/999999/", 404),
        ("nothing/", 404),
        ("nothing/1/", 404),
    ],
)
def test_an_error_is_an_object_too(world: makers.World, path: str, status: int) -> None:
    error = get(f"/{world.partnership.slug}/oparl/{path}", status)
    assert error["type"] == f"{SCHEMA}Error"
    assert error["message"]


def test_a_draft_cannot_be_asked_for_by_its_number(world: makers.World) -> None:
    draft = Meeting.objects.get(on=date(2018, 12, 4))
    item = draft.items.get()
    for path in (f"agenda-item/{item.pk}", f"paper/{item.papers.get().pk}", f"file/paper-{item.papers.get().pk}"):
        get(f"/{world.partnership.slug}/oparl/{path}/", 404)
    elsewhere = factories.meeting(factories.committee(factories.partnership(factories.council())))
    get(f"/{world.partnership.slug}/oparl/meeting/{elsewhere.pk}/", 404)
