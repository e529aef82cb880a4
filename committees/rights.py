"""Rights that come from elsewhere than a grant: from a seat, from hosting a meeting, from being a councillor.

Views of one meeting ask `may` and `check` of this module, which name the meeting; a right that moves with the host
counts nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from committees.models import Meeting, Membership
from portal import clock, permissions
from portal.models import PartnershipCouncil, Person, Role, User
from portal.permissions import Permission, Right


def of_persons(user: User) -> Iterable[Right]:
    """What an account may do because of who its person is: a member, a councillor. One query for whoever has a seat.

    A member's rights hold in each committee on which the person sits today, as member or as substitute; a
    councillor's in every partnership of which their council is a partner.
    """
    if user.person_id is None:
        return
    seats = Membership.objects.filter(person_id=user.person_id).select_related("committee__partnership", "person")
    # A row for each seat and each partnership of the person's council.
    rows = list(seats.annotate(of_council=F("person__council__places__partnership_id")).order_by("pk", "of_council"))
    for seat in {row.pk: row for row in rows}.values():
        partnership = seat.committee.partnership
        if seat.is_held_on(clock.today(partnership)):
            yield Right(Role.MEMBER, partnership.pk, seat.council_id, seat.committee_id)
    if not rows:
        yield from _of_councillor(user)
    elif rows[0].person.honorific == Person.Honorific.COUNCILLOR:
        for partnership_id in sorted({row.of_council for row in rows if row.of_council is not None}):
            yield Right(Role.COUNCILLOR, partnership_id, rows[0].person.council_id)


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


def _of_councillor(user: User) -> Iterable[Right]:
    places = PartnershipCouncil.objects.filter(
        council__people=user.person_id, council__people__honorific=Person.Honorific.COUNCILLOR
    )
    for partnership_id, council_id in places.order_by("pk").values_list("partnership_id", "council_id"):
        yield Right(Role.COUNCILLOR, partnership_id, council_id)


def register() -> None:
    permissions.provide_rights(of_persons)
    permissions.provide_rights(of_hosting)


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
