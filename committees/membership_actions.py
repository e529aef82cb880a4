"""Changes of who sits on a committee, of its chair and of its local rules. Former terms stay as they were."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from committees import membership_policies
from committees.models import Committee, Dispensation, Membership
from portal import audit, clock
from portal.models import Person

if TYPE_CHECKING:
    from portal.models import Council, User

_DAY = timedelta(days=1)


def _lock(committee: Committee) -> Committee:
    """The committee, held until the transaction ends: changes of its seats wait for each other."""
    return Committee.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=committee.pk)


def _held(seat: Membership) -> Membership:
    found = Membership.objects.select_related("person", "council").get(pk=seat.pk)
    found.committee = _lock(seat.committee)
    return found


def _term(seat: Membership) -> dict[str, Any]:
    return {
        "role": seat.role,
        "council": str(seat.council),
        "from": seat.from_on.isoformat() if seat.from_on else None,
        "until": seat.until_on.isoformat() if seat.until_on else None,
    }


def _record(
    verb: str, seat: Membership, by: User, before: dict[str, Any] | None, after: dict[str, Any] | None = None
) -> None:
    audit.record(
        by=by,
        verb=verb,
        target=seat,
        partnership=seat.committee.partnership,
        before=before,
        after=after or _term(seat),
        label=f"{seat.person}, {seat.committee.short_name}",
    )


def new_person(full_name: str, honorific: str, council: Council) -> Person:
    """Somebody who is to be named in public papers, with a slug that is free."""
    name = " ".join(full_name.split())
    stem = slugify(name)[:70] or "person"
    slug, number = stem, 1
    while Person.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return Person.objects.create(slug=slug, full_name=name, honorific=honorific, council=council)


@transaction.atomic
def add_seat(
    *,
    by: User,
    committee: Committee,
    council: Council,
    role: str,
    from_on: date,
    until_on: date | None = None,
    person: Person | None = None,
    full_name: str = "",
    honorific: str = "",
) -> Membership:
    """Give a seat to `person`, or to somebody new of that name. Raises policies.Refused."""
    committee = _lock(committee)
    membership_policies.check_partner(council, committee.partnership)
    if person is None:
        person = new_person(full_name, honorific, council)
    membership_policies.check_term(committee, person, role, from_on, until_on)
    seat = Membership.objects.create(
        committee=committee,
        person=person,
        council=council,
        role=role,
        from_on=from_on,
        until_on=until_on,
        position=committee.memberships.filter(council=council).count(),
    )
    _record("seat.add", seat, by, None)
    return seat


@transaction.atomic
def end_term(*, by: User, seat: Membership, until_on: date) -> Membership:
    """Let a seat end after a day. Raises policies.Refused."""
    seat = _held(seat)
    membership_policies.check_end(seat, until_on, clock.today(seat.committee.partnership))
    before = _term(seat)
    seat.until_on = until_on
    seat.save(update_fields=["until_on"])
    _record("seat.end", seat, by, before)
    return seat


def _follow(seat: Membership, role: str, from_on: date, until_on: date | None) -> Membership:
    """The seat that begins where another one of the same person ends."""
    return Membership.objects.create(
        committee=seat.committee,
        person=seat.person,
        council=seat.council,
        role=role,
        from_on=from_on,
        until_on=until_on,
        position=seat.position,
    )


@transaction.atomic
def change_role(*, by: User, seat: Membership, role: str, from_on: date) -> Membership:
    """Let the person hold another role from a day, to the end of the term. Raises policies.Refused."""
    seat = _held(seat)
    membership_policies.check_change_from(seat, role, from_on)
    membership_policies.check_term(seat.committee, seat.person, role, from_on, seat.until_on, apart_from=[seat.pk])
    before, until_on = _term(seat), seat.until_on
    seat.until_on = from_on - _DAY
    seat.save(update_fields=["until_on"])
    follows = _follow(seat, role, from_on, until_on)
    _record("seat.change-role", follows, by, before)
    return follows


@transaction.atomic
def elect_chair(*, by: User, seat: Membership, from_on: date, until_on: date) -> Membership:
    """Record that a member was elected chair from a day until a day. Afterwards they are what they were before.

    Raises policies.Refused.
    """
    seat = _held(seat)
    membership_policies.check_elect(seat.committee, seat, from_on, until_on)
    before, ends = _term(seat), seat.until_on
    last = min(until_on, ends) if ends is not None else until_on
    membership_policies.check_term(
        seat.committee, seat.person, Membership.Role.CHAIR, from_on, last, apart_from=[seat.pk]
    )
    seat.until_on = from_on - _DAY
    seat.save(update_fields=["until_on"])
    chair = _follow(seat, Membership.Role.CHAIR, from_on, last)
    if ends is None or last < ends:
        _follow(seat, seat.role, last + _DAY, ends)
    _record("chair.elect", chair, by, before)
    return chair


@dataclass(frozen=True)
class LocalRules:
    """What the committee's terms of reference lay down of its meetings."""

    chair_rule: str
    quorum_members: int
    quorum_per_council: int
    allows_remote: bool
    clerk_follows_host: bool

    @classmethod
    def of(cls, committee: Committee) -> LocalRules:
        return cls(
            committee.chair_rule,
            committee.quorum_members,
            committee.quorum_per_council,
            committee.allows_remote,
            committee.clerk_follows_host,
        )


@transaction.atomic
def set_rules(*, by: User, committee: Committee, rules: LocalRules) -> bool:
    """Store the rules. Returns whether anything changed."""
    committee = _lock(committee)
    before = LocalRules.of(committee)
    if before == rules:
        return False
    for name, value in asdict(rules).items():
        setattr(committee, name, value)
    committee.save(update_fields=list(asdict(rules)))
    audit.record(
        by=by,
        verb="committee.rules",
        target=committee,
        partnership=committee.partnership,
        before=asdict(before),
        after=asdict(rules),
    )
    return True


@transaction.atomic
def grant_dispensation(
    *, by: User, committee: Committee, person: Person, scope: str, granted_by: str, granted_on: date, until_on: date
) -> Dispensation:
    """Record a dispensation that was granted. Raises policies.Refused."""
    committee = _lock(committee)
    membership_policies.check_dispensation(granted_on, until_on)
    made = Dispensation.objects.create(
        committee=committee,
        person=person,
        scope=scope.strip(),
        granted_by=granted_by.strip(),
        granted_on=granted_on,
        until_on=until_on,
    )
    audit.record(
        by=by,
        verb="dispensation.grant",
        target=made,
        partnership=committee.partnership,
        after={"scope": made.scope, "granted_by": made.granted_by, "until": until_on.isoformat()},
        label=f"{person}, {committee.short_name}",
    )
    return made
