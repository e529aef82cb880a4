"""Rights that come from elsewhere than a grant: from a seat, from hosting a meeting, from being a councillor.

Views of one meeting ask `may` and `check` of this module, which name the meeting; a right that moves with the host
counts nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from committees.models import Meeting, Membership
from portal import clock, permissions
from portal.models import PartnershipCouncil, Person, Role, User
from portal.permissions import Permission, Right


def of_seats(user: User) -> Iterable[Right]:
    """A member's rights in each committee on which the account's person sits today, as member or as substitute."""
    if user.person_id is None:
        return
    seats = Membership.objects.filter(person_id=user.person_id).select_related("committee__partnership")
    for seat in seats.order_by("pk"):
        partnership = seat.committee.partnership
        if seat.is_held_on(clock.today(partnership)):
            yield Right(Role.MEMBER, partnership.pk, seat.council_id, seat.committee_id)


def of_hosting(user: User) -> Iterable[Right]:
    """A clerk's rights at the meetings that a council's clerk hosts, in committees whose clerk follows the host."""
    held = [right for right in permissions.rights_of(user) if right.role == Role.COUNCIL_CLERK]
    if not held:
        return
    hosted = Q()
    for right in held:
        hosted |= Q(host_id=right.council_id, committee__partnership_id=right.partnership_id)
    meetings: dict[tuple[int, int], set[int]] = defaultdict(set)
    for partnership_id, committee_id, pk in Meeting.objects.filter(
        hosted, committee__clerk_follows_host=True
    ).values_list("committee__partnership_id", "committee_id", "pk"):
        meetings[partnership_id, committee_id].add(pk)
    for (partnership_id, committee_id), pks in sorted(meetings.items()):
        yield Right(Role.CLERK, partnership_id, committee_id=committee_id, meeting_ids=frozenset(pks))


def of_councillors(user: User) -> Iterable[Right]:
    """A councillor's rights in every partnership of which their council is a partner."""
    if user.person_id is None:
        return
    places = PartnershipCouncil.objects.filter(
        council__people=user.person_id, council__people__honorific=Person.Honorific.COUNCILLOR
    )
    for partnership_id, council_id in places.order_by("pk").values_list("partnership_id", "council_id"):
        yield Right(Role.COUNCILLOR, partnership_id, council_id)


def register() -> None:
    permissions.provide_rights(of_seats)
    permissions.provide_rights(of_hosting)
    permissions.provide_rights(of_councillors)


def may(user: Any, permission: Permission, meeting: Meeting) -> bool:
    """Whether the account holds the permission at this meeting. It comes with its committee and partnership."""
    return permissions.may(
        user, permission, meeting.committee.partnership, committee_id=meeting.committee_id, meeting_id=meeting.pk
    )


def check(user: Any, permission: Permission, meeting: Meeting) -> None:
    """Raise PermissionDenied, which says what is missing, unless the account may at this meeting."""
    permissions.check(
        user, permission, meeting.committee.partnership, committee_id=meeting.committee_id, meeting_id=meeting.pk
    )
