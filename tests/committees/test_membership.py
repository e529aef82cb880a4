"""Seats with their terms: given, ended, changed, and never two of one person at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from committees import membership_actions, seats
from committees.models import Committee, Membership
from portal.models import AuditEvent, Council, Person
from portal.policies import Refused
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    """It stands on 5 October 2018."""
    return makers.world()


@pytest.fixture
def committee(world: makers.World) -> Committee:
    return world.meeting.committee


@pytest.fixture
def clerk(world: makers.World) -> Client:
    return makers.signed_in(world.clerk)


def council(world: makers.World, place: int = 0) -> Council:
    return world.partnership.places.order_by("position")[place].council


def url(world: makers.World, rest: str = "members/") -> str:
    return f"/{world.partnership.slug}/committees/{world.meeting.committee.slug}/{rest}"


def seat(world: makers.World, **values: Any) -> Membership:
    defaults = {"person": factories.person("Ann Able", honorific="councillor"), "council": council(world)}
    return world.meeting.committee.memberships.create(**(defaults | {"role": "member"} | values))


def add(world: makers.World, **values: Any) -> dict[str, Any]:
    return {
        "person": "", "full_name": "Ben Bold", "honorific": "councillor", "council": council(world).pk,
        "role": "member", "from_on": "2018-10-01", "until_on": "",
    } | values  # fmt: skip


# Giving a seat


def test_a_new_person_gets_a_seat(world: makers.World, committee: Committee, clerk: Client) -> None:
    assert clerk.post(url(world, "members/add/"), add(world)).status_code == 302
    made = committee.memberships.get()
    assert (made.person.full_name, made.person.honorific, made.person.council) == (
        "Ben Bold", "councillor", council(world),
    )  # fmt: skip
    assert (made.role, made.from_on, made.until_on) == ("member", date(2018, 10, 1), None)
    assert AuditEvent.objects.get(verb="seat.add").target == f"Councillor Ben Bold, {committee.short_name}"


def test_a_known_person_gets_a_seat(world: makers.World, committee: Committee, clerk: Client) -> None:
    known = factories.person("Cy Calm", council=council(world))
    clerk.post(url(world, "members/add/"), add(world, person=known.pk, full_name="", role="substitute"))
    assert (committee.memberships.get().person, committee.memberships.get().role) == (known, "substitute")


@pytest.mark.parametrize("name", ["Ben Bold ben@council.example", "Ben Bold 020 7946 0018"])
def test_no_address_and_no_number_is_kept(world: makers.World, committee: Committee, clerk: Client, name: str) -> None:
    response = clerk.post(url(world, "members/add/"), add(world, full_name=name))
    assert response.status_code == 422
    assert "no address and no number" in response.content.decode()
    assert not committee.memberships.exists()


def test_a_person_or_a_name_and_not_both(world: makers.World, committee: Committee, clerk: Client) -> None:
    known = factories.person(council=council(world))
    for values in ({"full_name": ""}, {"person": known.pk}):
        response = clerk.post(url(world, "members/add/"), add(world, **values))
        assert response.status_code == 422
        assert "one of the two" in response.content.decode()


def test_a_council_that_is_no_partner(world: makers.World, committee: Committee, clerk: Client) -> None:
    far = factories.council("Far")
    assert clerk.post(url(world, "members/add/"), add(world, council=far.pk)).status_code == 422
    with pytest.raises(Refused, match="Far is no partner"):
        membership_actions.add_seat(
            by=world.clerk, committee=committee, council=far, role="member", from_on=date(2018, 10, 1), full_name="X"
        )
    assert not Person.objects.filter(full_name="X").exists()


@pytest.mark.parametrize(
    ("held", "wanted", "refused"),
    [
        ((None, None), (date(2018, 10, 1), None), True),
        ((date(2018, 5, 1), date(2019, 4, 30)), (date(2019, 4, 30), None), True),
        ((date(2018, 5, 1), date(2019, 4, 30)), (date(2019, 5, 1), None), False),
        ((date(2018, 5, 1), None), (date(2017, 5, 1), date(2018, 4, 30)), False),
        ((date(2018, 5, 1), None), (date(2017, 5, 1), date(2018, 5, 1)), True),
        ((None, date(2018, 9, 30)), (date(2018, 10, 1), None), False),
    ],
)
def test_one_seat_a_person_at_a_time(
    world: makers.World, clerk: Client, committee: Committee,
    held: tuple[date | None, date | None], wanted: tuple[date, date | None], refused: bool,
) -> None:  # fmt: skip
    first = seat(world, from_on=held[0], until_on=held[1])
    data = add(world, person=first.person.pk, full_name="", from_on=wanted[0], until_on=wanted[1] or "")
    first.person.council = council(world)
    first.person.save()
    response = clerk.post(url(world, "members/add/"), data)
    assert response.status_code == (409 if refused else 302)
    assert committee.memberships.count() == (1 if refused else 2)
    if refused:
        assert "has a seat then already" in response.content.decode()


def test_asked_twice_a_seat_is_given_once(world: makers.World, committee: Committee, clerk: Client) -> None:
    clerk.post(url(world, "members/add/"), add(world))
    again = add(world, person=Person.objects.get(full_name="Ben Bold").pk, full_name="")
    assert clerk.post(url(world, "members/add/"), again).status_code == 409
    assert committee.memberships.count() == 1


# Ending and changing


def test_a_term_ends_and_stays_on_record(world: makers.World, committee: Committee, clerk: Client) -> None:
    one = seat(world)
    assert clerk.post(url(world, f"members/{one.pk}/end/"), {"until_on": "2018-10-04"}).status_code == 302
    one.refresh_from_db()
    assert one.until_on == date(2018, 10, 4)
    page = clerk.get(url(world)).content.decode()
    assert "Former terms" in page
    assert "Nobody has a seat yet." in page
    again = clerk.post(url(world, f"members/{one.pk}/end/"), {"until_on": "2018-10-03"})
    assert again.status_code == 409
    assert "This term ended on 4 October 2018." in again.content.decode()


def test_a_term_does_not_end_before_it_begins(world: makers.World, clerk: Client) -> None:
    one = seat(world, from_on=date(2018, 10, 1))
    response = clerk.post(url(world, f"members/{one.pk}/end/"), {"until_on": "2018-09-30"})
    assert (response.status_code, Membership.objects.get().until_on) == (409, None)


def test_a_role_changes_from_a_day(world: makers.World, committee: Committee, clerk: Client) -> None:
    one = seat(world, from_on=date(2018, 5, 1), until_on=date(2019, 4, 30))
    clerk.post(url(world, f"members/{one.pk}/role/"), {"role": "vice-chair", "from_on": "2018-10-05"})
    assert list(committee.memberships.order_by("from_on").values_list("role", "from_on", "until_on")) == [
        ("member", date(2018, 5, 1), date(2018, 10, 4)),
        ("vice-chair", date(2018, 10, 5), date(2019, 4, 30)),
    ]
    again = clerk.post(url(world, f"members/{one.pk}/role/"), {"role": "vice-chair", "from_on": "2018-10-06"})
    assert again.status_code == 409
    assert committee.memberships.count() == 2


def test_one_vice_chair_at_a_time(world: makers.World, clerk: Client) -> None:
    seat(world, role="vice-chair")
    other = seat(world)
    response = clerk.post(url(world, f"members/{other.pk}/role/"), {"role": "vice-chair", "from_on": "2018-10-05"})
    assert response.status_code == 409
    assert "is vice-chair then" in response.content.decode()


def test_a_seat_of_another_committee_is_not_found(world: makers.World, clerk: Client) -> None:
    other = factories.committee(world.partnership)
    one = other.memberships.create(person=factories.person(), council=council(world), role="member")
    assert clerk.get(url(world, f"members/{one.pk}/end/")).status_code == 404


# The chair


def test_a_chair_is_elected_for_the_year_and_a_member_again_after_it(
    world: makers.World, committee: Committee, clerk: Client
) -> None:
    Committee.objects.update(chair_rule="elected")
    one = seat(world, from_on=date(2018, 5, 1))
    data = {"seat": one.pk, "from_on": "2018-10-05", "until_on": "2019-05-14"}
    assert clerk.post(url(world, "members/chair/"), data).status_code == 302
    assert list(committee.memberships.order_by("from_on").values_list("role", "from_on", "until_on")) == [
        ("member", date(2018, 5, 1), date(2018, 10, 4)),
        ("chair", date(2018, 10, 5), date(2019, 5, 14)),
        ("member", date(2019, 5, 15), None),
    ]
    assert [one.role for one in seats.on(committee, date(2018, 12, 1))] == ["chair"]
    assert clerk.post(url(world, "members/chair/"), data).status_code == 422


def test_a_second_chair_is_refused_while_there_is_one(world: makers.World, clerk: Client) -> None:
    Committee.objects.update(chair_rule="elected")
    seat(world, role="chair", until_on=date(2019, 5, 14))
    other = seat(world)
    data = {"seat": other.pk, "from_on": "2018-10-05", "until_on": "2019-05-14"}
    assert clerk.post(url(world, "members/chair/"), data).status_code == 409
    assert Membership.objects.filter(role="chair").count() == 1


def test_where_the_chair_rotates_none_is_elected(world: makers.World, clerk: Client) -> None:
    one = seat(world)
    data = {"seat": one.pk, "from_on": "2018-10-05", "until_on": "2019-05-14"}
    response = clerk.post(url(world, "members/chair/"), data)
    assert (response.status_code, Membership.objects.get().role) == (409, "member")


def test_a_chair_is_not_elected_for_years(world: makers.World, clerk: Client) -> None:
    Committee.objects.update(chair_rule="elected")
    one = seat(world)
    data = {"seat": one.pk, "from_on": "2018-10-05", "until_on": "2021-05-14"}
    assert clerk.post(url(world, "members/chair/"), data).status_code == 409


def test_the_committee_page_says_whose_turn_it_is(world: makers.World) -> None:
    """The first council hosts on 16 October 2018, and nobody has hosted before."""
    first, second = council(world, 0), council(world, 1)
    page = makers.signed_in(None).get(url(world, "")).content.decode()
    assert f"After the meetings arranged so far: {second}." in page
    assert f"{second} has not hosted yet; {first} hosted last, on 16 October 2018." in page


def test_a_meeting_without_a_host_says_whose_turn_it_would_be(world: makers.World) -> None:
    other = factories.meeting(world.meeting.committee, date(2018, 12, 4), host=None)
    chair = seats.chair_of(other, [])
    assert chair.who == f"A member from {council(world, 1)}, by turn"


# Rules and dispensations


RULES = {"quorum_members": "4", "quorum_per_council": "1", "chair_rule": "host", "clerk_follows_host": "on"}


def test_rules_are_data(world: makers.World, committee: Committee, clerk: Client) -> None:
    assert clerk.post(url(world, "rules/"), RULES).status_code == 302
    committee.refresh_from_db()
    assert (committee.quorum_members, committee.quorum_per_council) == (4, 1)
    assert (committee.allows_remote, committee.clerk_follows_host) == (False, True)
    assert "4 members, at least 1 from each council" in makers.signed_in(None).get(url(world, "")).content.decode()
    clerk.post(url(world, "rules/"), RULES)
    assert AuditEvent.objects.filter(verb="committee.rules").count() == 1


def test_a_quorum_is_a_number(world: makers.World, committee: Committee, clerk: Client) -> None:
    response = clerk.post(url(world, "rules/"), RULES | {"quorum_members": "-1"})
    assert response.status_code == 422
    committee.refresh_from_db()
    assert committee.quorum_members == 0


@pytest.mark.parametrize(("until", "status"), [("2022-10-05", 302), ("2022-10-06", 409), ("2018-10-04", 409)])
def test_a_dispensation_lasts_four_years_at_most(world: makers.World, clerk: Client, until: str, status: int) -> None:
    one = seat(world)
    data = {
        "person": one.person.pk, "scope": "To speak on the contract.", "granted_by": "Standards Committee",
        "granted_on": "2018-10-05", "until_on": until,
    }  # fmt: skip
    assert clerk.post(url(world, "dispensations/add/"), data).status_code == status
    assert world.meeting.committee.dispensations.count() == (1 if status == 302 else 0)


# Who may


@pytest.mark.parametrize("role", ["member", "service-manager", "auditor", "council-clerk"])
@pytest.mark.parametrize("rest", ["members/", "members/add/", "members/chair/", "rules/", "dispensations/add/"])
def test_it_is_the_clerks(world: makers.World, role: str, rest: str) -> None:
    Committee.objects.update(clerk_follows_host=True)
    own = council(world) if role in {"member", "council-clerk"} else None
    client = makers.signed_in(factories.user(world.partnership, role, own))
    assert client.get(url(world, rest)).status_code == 403
    assert client.post(url(world, rest), add(world) | RULES).status_code == (405 if rest == "members/" else 403)
    assert not Membership.objects.exists()
