"""A seat on a committee gives a member's rights in it, as long as the seat is held."""

from __future__ import annotations

from collections.abc import Iterable

from committees.models import Membership
from portal import clock, permissions
from portal.models import Role, User
from portal.permissions import Right


def of_seats(user: User) -> Iterable[Right]:
    """A member's rights in each committee on which the account's person sits today, as member or as substitute."""
    if user.person_id is None:
        return
    seats = Membership.objects.filter(person_id=user.person_id).select_related("committee__partnership")
    for seat in seats.order_by("pk"):
        partnership = seat.committee.partnership
        if seat.is_held_on(clock.today(partnership)):
            yield Right(Role.MEMBER, partnership.pk, seat.council_id, seat.committee_id)


def register() -> None:
    permissions.provide_rights(of_seats)
