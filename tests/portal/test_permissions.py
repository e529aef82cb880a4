"""Who may: roles, councils, dates, and what the database itself refuses."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal import permissions
from portal.models import Role, RoleGrant, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def brent():
    return factories.council("Brent")


@pytest.fixture
def lewisham():
    return factories.council("Lewisham")


@pytest.fixture
def partnership(brent, lewisham):
    return factories.partnership(brent, lewisham, demonstration_today=date(2018, 10, 5))


def anew(user):
    """The account as the next request loads it."""
    return User.objects.get(pk=user.pk)


def test_an_officer_edits_the_return_of_their_own_council_alone(partnership, brent, lewisham):
    officer = factories.user(partnership, Role.OFFICER, brent)
    assert permissions.may(officer, permissions.RETURN_EDIT, partnership, council=brent) is True
    assert permissions.may(officer, permissions.RETURN_EDIT, partnership, council=lewisham) is False
    assert permissions.may(officer, permissions.RETURN_EDIT, partnership) is False
    assert permissions.may(officer, permissions.RETURN_APPROVE, partnership, council=brent) is False
    assert permissions.council_ids(officer, permissions.RETURN_EDIT, partnership) == {brent.pk}


def test_an_officer_reads_every_council(partnership, brent, lewisham):
    officer = factories.user(partnership, Role.OFFICER, brent)
    assert permissions.may(officer, permissions.RETURN_VIEW, partnership, council=lewisham) is True


def test_two_councils_are_two_grants(partnership, brent, lewisham):
    officer = factories.user(partnership, Role.OFFICER, brent)
    RoleGrant.objects.create(user=officer, partnership=partnership, role=Role.OFFICER, council=lewisham)
    officer = anew(officer)
    assert permissions.council_ids(officer, permissions.RETURN_EDIT, partnership) == {brent.pk, lewisham.pk}


def test_a_role_in_another_partnership_is_none_here(partnership, brent):
    other = factories.partnership(brent)
    officer = factories.user(other, Role.OFFICER, brent)
    assert permissions.may(officer, permissions.RETURN_EDIT, other, council=brent) is True
    assert permissions.may(officer, permissions.RETURN_EDIT, partnership, council=brent) is False
    assert permissions.roles_in(officer, partnership) == []


@pytest.mark.parametrize("permission", permissions.ALL, ids=lambda permission: permission.name)
def test_the_public_and_an_account_without_a_role_may_nothing(partnership, brent, permission):
    assert permissions.may(AnonymousUser(), permission, partnership, council=brent) is False
    assert permissions.may(factories.user(), permission, partnership, council=brent) is False


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (None, None, True),
        (date(2018, 10, 5), date(2018, 10, 5), True),  # both days count
        (date(2018, 10, 6), None, False),
        (None, date(2018, 10, 4), False),
        (date(2018, 1, 1), date(2018, 12, 31), True),
    ],
)
def test_a_grant_holds_on_the_partnerships_own_day(partnership, starts_on, ends_on, holds):
    user = factories.user(partnership, Role.CLERK)
    user.grants.update(starts_on=starts_on, ends_on=ends_on)
    assert permissions.may(anew(user), permissions.PACK_BUILD, partnership) is holds


def test_an_inactive_account_may_nothing(partnership):
    user = factories.user(partnership, Role.CLERK)
    user.is_active = False
    user.save()
    assert permissions.may(anew(user), permissions.PACK_BUILD, partnership) is False


def test_rights_are_asked_for_once_per_account(partnership, django_assert_num_queries):
    user = anew(factories.user(partnership, Role.CLERK))
    permissions.may(user, permissions.PACK_BUILD, partnership)
    with django_assert_num_queries(0):
        permissions.may(user, permissions.ACTION_VIEW, partnership)
        permissions.roles_in(user, partnership)


def test_a_refusal_names_what_is_missing_and_where(partnership, brent, lewisham):
    officer = factories.user(partnership, Role.OFFICER, brent)
    permissions.check(officer, permissions.RETURN_EDIT, partnership, council=brent)
    with pytest.raises(
        PermissionDenied, match=r"^Your account may not do this for Lewisham: enter a council's return\.$"
    ):
        permissions.check(officer, permissions.RETURN_EDIT, partnership, council=lewisham)


def test_a_right_from_one_committee_counts_there_alone(partnership, brent, monkeypatch):
    monkeypatch.setattr(permissions, "_providers", [])
    permissions.provide_rights(lambda user: [permissions.Right(Role.MEMBER, partnership.pk, brent.pk, committee_id=7)])
    user = factories.user()
    permission = permissions.PAPER_READ_RESTRICTED
    assert permissions.may(user, permission, partnership, committee_id=7) is True
    assert permissions.may(user, permission, partnership, committee_id=8) is False
    assert permissions.may(user, permission, partnership) is True


# What each role may beyond reading figures and actions: worked out by hand from the product's description of the roles.
BEYOND_READING = {
    Role.CLERK: {
        "meeting.prepare", "meeting.edit", "paper.clear", "paper.read-restricted", "pack.build", "agenda.publish",
        "action.update", "action.edit", "period.save", "deputy.name", "committee.edit", "paper.write",
        "decision.record",
    },
    Role.SERVICE_MANAGER: {
        "meeting.prepare", "paper.read-restricted", "return.lock", "return.reopen", "action.update", "indicator.edit",
        "split.view", "limits.propose", "limits.approve", "period.save", "tickets.view-all", "benchmark.edit",
        "deputy.name", "deputy.name-any", "action.edit", "paper.write", "paper.sign-off-lead",
    },
    Role.OFFICER: {
        "return.edit", "return.submit", "tickets.import", "tickets.view", "limits.propose", "deputy.name",
    },
    Role.APPROVER: {"return.approve", "tickets.view", "limits.approve", "deputy.name"},
    Role.MEMBER: {"paper.read-restricted"},
    Role.AUDITOR: {"meeting.prepare", "paper.read-restricted", "audit.view", "split.view", "tickets.view-all"},
    Role.ADMINISTRATOR: {"demonstration.set-day", "deputy.name-any"},
    Role.COUNCIL_CLERK: {"council-decision.record", "deputy.name"},
    Role.FINANCE_OFFICER: {
        "meeting.prepare", "paper.read-restricted", "paper.sign-off-finance", "deputy.name",
    },
    Role.LEGAL_OFFICER: {"meeting.prepare", "paper.read-restricted", "paper.sign-off-legal", "deputy.name"},
    Role.COUNCILLOR: {"paper.read-wider"},
    Role.SCRUTINY: {"paper.read-wider"},
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_role_carries_what_it_is_for(role):
    names = {permission.name for permission in permissions.ROLE_PERMISSIONS[role]}
    # The law opens papers to councillors who are not on the committee; figures and actions are not theirs by it.
    reading = set() if role in (Role.COUNCILLOR, Role.SCRUTINY) else {"return.view", "action.view"}
    assert names == BEYOND_READING[role] | reading


def test_every_role_is_described_and_named_once():
    assert set(permissions.ROLE_DESCRIPTIONS) == set(permissions.ROLE_PERMISSIONS) == set(Role)
    assert len({permission.name for permission in permissions.ALL}) == len(permissions.ALL)


# What the database refuses, whoever writes to it


def refused(constraint, **values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RoleGrant.objects.create(**values)


def test_an_officer_needs_a_council_and_a_clerk_has_none(partnership, brent):
    user = factories.user()
    refused("role_is_held_where_it_belongs", user=user, partnership=partnership, role=Role.OFFICER)
    refused("role_is_held_where_it_belongs", user=user, partnership=partnership, role=Role.CLERK, council=brent)


def test_a_member_is_one_by_a_seat(partnership, brent):
    values = {"user": factories.user(), "partnership": partnership, "role": Role.MEMBER, "council": brent}
    refused("member_role_comes_from_membership", **values)
    RoleGrant.objects.create(**values, is_demonstration=True)


def test_a_grant_does_not_end_before_it_starts(partnership):
    refused(
        "grant_ends_after_it_starts",
        user=factories.user(),
        partnership=partnership,
        role=Role.CLERK,
        starts_on=date(2018, 10, 5),
        ends_on=date(2018, 10, 4),
    )


def test_a_role_is_granted_once(partnership, brent):
    officer = factories.user(partnership, Role.OFFICER, brent)
    clerk = factories.user(partnership, Role.CLERK)
    # SQLite names the columns, PostgreSQL the constraint.
    refused("role", user=officer, partnership=partnership, role=Role.OFFICER, council=brent)
    refused("role", user=clerk, partnership=partnership, role=Role.CLERK)


def test_a_demonstration_account_borrows_nobodys_name():
    with pytest.raises(IntegrityError, match="demonstration_account_is_nobody"), transaction.atomic():
        User.objects.create(username="x", is_demonstration=True, person=factories.person())
