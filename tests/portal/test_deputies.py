"""Deputies: who can be one, for how long, what they may do meanwhile, and how it is written down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import deputies, permissions
from portal.models import AuditEvent, Council, Partnership, RoleGrant, User
from portal.policies import Refused
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2018, 10, 5)
MONDAY, FRIDAY = date(2018, 10, 8), date(2018, 10, 12)


@pytest.fixture
def brent() -> Council:
    return factories.council("Brent")


@pytest.fixture
def lewisham() -> Council:
    return factories.council("Lewisham")


@pytest.fixture
def home(brent: Council, lewisham: Council) -> Partnership:
    return factories.partnership(brent, lewisham, slug="home")


@pytest.fixture
def officer(home: Partnership, brent: Council) -> User:
    return factories.user(home, "officer", brent)


@pytest.fixture
def approver(home: Partnership, brent: Council) -> User:
    return factories.user(home, "approver", brent)


@pytest.fixture
def manager(home: Partnership) -> User:
    return factories.user(home, "service-manager")


def grant_of(user: User) -> RoleGrant:
    return RoleGrant.objects.get(user=user, deputy_for__isnull=True)


def name(away: User, deputy: User, by: User | None = None, starts: date = MONDAY, ends: date = FRIDAY) -> RoleGrant:
    return deputies.name_deputy(grant=grant_of(away), deputy=deputy, starts_on=starts, ends_on=ends, by=by or away)


def may_edit(user: User, partnership: Partnership, council: Council, on: date) -> bool:
    partnership.demonstration_today = on
    partnership.save()
    fresh = User.objects.get(pk=user.pk)
    return permissions.may(fresh, permissions.RETURN_EDIT, partnership, council=council)


def test_a_deputy_holds_the_role_on_those_days_and_on_no_other(home, brent, lewisham, officer, approver) -> None:
    name(officer, approver)
    days = [TODAY, date(2018, 10, 7), MONDAY, date(2018, 10, 10), FRIDAY, date(2018, 10, 13)]
    assert [may_edit(approver, home, brent, on) for on in days] == [False, False, True, True, True, False]
    assert not may_edit(approver, home, lewisham, MONDAY)
    event = AuditEvent.objects.get(verb="deputy.name")
    assert event.by == officer
    assert event.after == {
        "deputy": approver.username, "deputy_for": officer.username, "role": "Officer", "council": "Brent",
        "starts_on": "2018-10-08", "ends_on": "2018-10-12",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "ends", "message"),
    [
        (date(2018, 10, 4), FRIDAY, "The first day, 4 October 2018, is over. Choose today or a later day."),
        (FRIDAY, MONDAY, "The last day, 8 October 2018, is before the first day, 12 October 2018."),
        # From 8 October, the 24 days left of it, 30 of November and 31 of December make 85; 5 January is the 90th.
        (
            MONDAY,
            date(2019, 1, 6),
            "A deputy acts for 90 days at most. From 8 October 2018 that is until 5 January 2019.",
        ),
    ],
)
def test_days_that_cannot_be(officer, approver, starts: date, ends: date, message: str) -> None:
    with pytest.raises(Refused) as refused:
        name(officer, approver, starts=starts, ends=ends)
    assert str(refused.value) == message
    assert not RoleGrant.objects.filter(deputy_for__isnull=False).exists()


def test_ninety_days_can_be(officer, approver) -> None:
    assert name(officer, approver, ends=date(2019, 1, 5)).ends_on == date(2019, 1, 5)
    assert (date(2019, 1, 5) - MONDAY).days + 1 == 90


def test_a_person_from_one_council_never_acts_for_another(home, lewisham, officer, manager) -> None:
    other = factories.user(home, "officer", lewisham)
    for by in (officer, manager):
        with pytest.raises(Refused, match=r"acts for another council\. Choose somebody who acts for Brent or for no"):
            name(officer, other, by=by)
    # Nor by way of a role that belongs to no council, with which every return could be locked or reopened.
    with pytest.raises(Refused, match="Choose somebody who acts for no council"):
        name(manager, other)
    clerk = factories.user(home, "clerk")
    assert name(officer, clerk).council == grant_of(officer).council
    with pytest.raises(Refused, match="Choose somebody who acts for no council"):
        name(manager, clerk)  # who acts for Brent by now
    # Somebody who becomes another council's officer within these days acts for it too.
    helper = factories.user(home, "clerk")
    RoleGrant.objects.create(
        user=helper, partnership=home, role="officer", council=lewisham, starts_on=date(2018, 10, 11)
    )
    with pytest.raises(Refused, match="acts for another council"):
        name(officer, helper)


def test_who_cannot_be_a_deputy(home, brent, officer, approver, manager) -> None:
    stranger = factories.user(factories.partnership(factories.council()), "officer", factories.council())
    for deputy, by, message in (
        (officer, manager, "Nobody is their own deputy"),
        (manager, manager, "You cannot name yourself"),
        (stranger, officer, "has no role in the partnership"),
        (factories.user(home, "auditor"), officer, "stands in for nobody"),
        (factories.user(home, "member", brent), officer, "stands in for nobody"),
        (factories.user(home, "officer", brent), officer, "holds this role already"),
    ):
        with pytest.raises(Refused, match=message):
            name(officer, deputy, by=by)
    approver.is_active = False
    approver.save()
    with pytest.raises(Refused, match="has no role in the partnership"):
        name(officer, approver)
    assert not RoleGrant.objects.filter(deputy_for__isnull=False).exists()


def test_a_deputys_role_is_not_handed_on_and_days_do_not_overlap(home, officer, approver) -> None:
    made = name(officer, approver)
    clerk = factories.user(home, "clerk")
    with pytest.raises(Refused, match="No deputy can be named for this role"):
        deputies.name_deputy(grant=made, deputy=clerk, starts_on=MONDAY, ends_on=FRIDAY, by=approver)
    with pytest.raises(Refused, match="is named for 8 October 2018 to 12 October 2018 already"):
        name(officer, approver, starts=FRIDAY, ends=FRIDAY)
    name(officer, approver, starts=date(2018, 10, 15), ends=date(2018, 10, 15))


def test_an_absence_is_ended_at_once(home, brent, officer, approver) -> None:
    made = name(officer, approver, starts=TODAY)
    assert may_edit(approver, home, brent, date(2018, 10, 10))
    deputies.end_deputy(grant=made, by=officer)
    assert not may_edit(approver, home, brent, date(2018, 10, 10))
    assert RoleGrant.objects.get(pk=made.pk).ends_on == date(2018, 10, 9)
    with pytest.raises(Refused, match="over already"):
        deputies.end_deputy(grant=made, by=officer)
    event = AuditEvent.objects.get(verb="deputy.end")
    assert (event.before, event.after) == ({"ends_on": "2018-10-12"}, {"ends_on": "2018-10-09"})


def test_an_absence_that_begins_today_or_later_leaves_nothing(home, officer, approver) -> None:
    for starts in (TODAY, MONDAY):
        made = name(officer, approver, starts=starts)
        deputies.end_deputy(grant=made, by=officer)
        assert not RoleGrant.objects.filter(pk=made.pk).exists()


def test_for_whom_somebody_acts(home, brent, officer, approver) -> None:
    name(officer, approver, starts=TODAY)
    acting: Any = deputies.acting_for
    assert acting(approver, permissions.RETURN_EDIT, home, council=brent) == officer
    assert acting(approver, permissions.RETURN_APPROVE, home, council=brent) is None
    assert acting(officer, permissions.RETURN_EDIT, home, council=brent) is None
    home.demonstration_today = FRIDAY + timedelta(days=1)
    assert acting(approver, permissions.RETURN_EDIT, home, council=brent) is None


# The page


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="portal.signin.PortalBackend")
    return client


def data(away: User, deputy: User, **other: str) -> dict[str, str]:
    return {
        "grant": str(grant_of(away).pk), "deputy": str(deputy.pk), "starts_on": "2018-10-08", "ends_on": "2018-10-12",
    } | other  # fmt: skip


def test_an_officer_names_a_deputy_on_the_page_and_ends_it(home, officer, approver) -> None:
    client = client_of(officer)
    page = client.get("/home/absence/").content.decode()
    assert "Nobody is away" in page
    response = client.post("/home/absence/name/", data(officer, approver))
    assert (response.status_code, response.url) == (302, "/home/absence/")
    made = RoleGrant.objects.get(deputy_for=officer)
    page = client.get("/home/absence/").content.decode()
    assert f"{approver} stands in for {officer} from 8 October 2018 to 12 October 2018." in page
    assert "To come" in page
    assert f"{approver} stands in for you" in client.get("/home/").content.decode()
    assert f"You stand in for {officer}" in client_of(approver).get("/home/").content.decode()
    # The deputy sees it and cannot end it.
    assert "End it now" not in client_of(approver).get("/home/absence/").content.decode()
    assert client_of(approver).post(f"/home/absence/{made.pk}/end/").status_code == 403
    assert client.post(f"/home/absence/{made.pk}/end/").status_code == 302
    assert not RoleGrant.objects.filter(deputy_for=officer).exists()
    assert client.post(f"/home/absence/{made.pk}/end/").status_code == 404


def test_nobody_names_a_deputy_for_a_colleague_but_who_may(home, brent, officer, approver, manager) -> None:
    response = client_of(approver).post("/home/absence/name/", data(officer, approver))
    assert response.status_code == 422
    assert "Choose a role from the list." in response.content.decode()
    assert client_of(manager).post("/home/absence/name/", data(officer, approver)).status_code == 302
    assert RoleGrant.objects.get(deputy_for=officer).named_by == manager


def test_the_list_offers_nobody_from_elsewhere(home, lewisham, officer, approver) -> None:
    other = factories.user(home, "officer", lewisham)
    stranger = factories.user(factories.partnership(factories.council()), "clerk")
    page = client_of(officer).get("/home/absence/").content.decode()
    assert f">{approver}</option>" in page
    for user in (other, stranger, factories.user(home, "auditor")):
        assert f">{user}</option>" not in page
    assert client_of(officer).post("/home/absence/name/", data(officer, other)).status_code == 422


def test_what_was_typed_stays_in_the_form(officer, approver) -> None:
    response = client_of(officer).post("/home/absence/name/", data(officer, approver, ends_on="2019-03-01"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "A deputy acts for 90 days at most." in page
    assert 'value="2019-03-01"' in page
    response = client_of(officer).post("/home/absence/name/", data(officer, approver, starts_on="soon"))
    assert response.status_code == 422
    assert "This is no day. Write it like 5/10/2018." in response.content.decode()


def test_the_list_asks_as_often_for_three_as_for_one(officer, approver) -> None:
    url = reverse("portal:deputies", kwargs={"partnership": "home"})
    client = client_of(officer)
    client.get(url)
    asked = set()
    for n in range(1, 4):
        name(officer, approver, starts=MONDAY + timedelta(days=7 * n), ends=FRIDAY + timedelta(days=7 * n))
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        asked.add(len(captured))
    assert len(asked) == 1, asked
