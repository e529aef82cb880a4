"""A seat on a committee gives a member's rights in it, for as long as it is held."""

from __future__ import annotations

from datetime import date

import pytest

from committees.models import Committee, Membership
from portal import permissions
from portal.models import Council, Partnership, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return factories.council()


@pytest.fixture
def partnership(council: Council) -> Partnership:
    """It stands on 5 October 2018."""
    return factories.partnership(council)


@pytest.fixture
def committee(partnership: Partnership) -> Committee:
    return factories.committee(partnership)


@pytest.fixture
def councillor() -> User:
    return User.objects.create_user("councillor", person=factories.person("A Councillor"))


def seat(committee: Committee, councillor: User, council: Council, **values: object) -> Membership:
    return committee.memberships.create(person=councillor.person, council=council, **({"role": "member"} | values))


@pytest.mark.parametrize("role", ["member", "substitute", "chair", "vice-chair"])
def test_every_seat_gives_a_members_rights(
    committee: Committee, councillor: User, council: Council, partnership: Partnership, role: str
) -> None:
    seat(committee, councillor, council, role=role)
    (right,) = permissions.roles_in(councillor, partnership)
    assert (right.role, right.council_id, right.committee_id) == ("member", council.pk, committee.pk)
    assert permissions.may(councillor, permissions.PAPER_READ_RESTRICTED, partnership, committee_id=committee.pk)


@pytest.mark.parametrize(
    ("from_on", "until_on", "held"),
    [
        (None, None, True),
        (date(2018, 10, 5), None, True),
        (date(2018, 10, 6), None, False),
        (None, date(2018, 10, 5), True),
        (None, date(2018, 10, 4), False),
    ],
)
def test_a_seat_counts_while_it_is_held(
    committee: Committee, councillor: User, council: Council, partnership: Partnership,
    from_on: date | None, until_on: date | None, held: bool,
) -> None:  # fmt: skip
    seat(committee, councillor, council, from_on=from_on, until_on=until_on)
    assert bool(permissions.roles_in(councillor, partnership)) is held


def test_a_seat_gives_nothing_in_another_committee(
    committee: Committee, councillor: User, council: Council, partnership: Partnership
) -> None:
    seat(committee, councillor, council)
    other = factories.committee(partnership)
    assert not permissions.may(councillor, permissions.PAPER_READ_RESTRICTED, partnership, committee_id=other.pk)


def test_an_account_that_is_nobody_has_no_seat(partnership: Partnership) -> None:
    assert permissions.roles_in(factories.user(), partnership) == []
