"""Deputies: who holds somebody's role while they are away, from a day until a day.

A deputy's role is a grant of its own (RoleGrant.deputy_for), so rights begin and end with its days. Whoever is named
acts already in the partnership: for the same council, or for none. So a person from one council never changes another
council's return, in an absence either. What a deputy does stands in the audit trail as done for the person away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from portal import audit, clock, permissions
from portal.models import Role, RoleGrant, User
from portal.policies import Refused
from portal.words import day

if TYPE_CHECKING:
    from portal.models import Council, Partnership

LONGEST_DAYS = 90

# Whoever only reads for a reason of their office does not act for others: an auditor changes nothing.
_NO_DEPUTIES = frozenset({Role.MEMBER, Role.AUDITOR, Role.COUNCILLOR, Role.SCRUTINY})
# Roles with work that somebody else can do: those whose holders may name a deputy.
_DEPUTISED = frozenset(role for role, held in permissions.ROLE_PERMISSIONS.items() if permissions.DEPUTY_NAME in held)


def valid_on(on: date) -> Q:
    """Grants that give rights on a day."""
    return (Q(starts_on__isnull=True) | Q(starts_on__lte=on)) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def grants_of(partnership: Partnership) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(partnership=partnership).select_related(
        "user", "council", "deputy_for", "named_by", "partnership"
    )


def roles_to_give(user: User, partnership: Partnership) -> QuerySet[RoleGrant]:
    """The grants for which this account may name a deputy: its own, or everybody's with the wider right."""
    held = grants_of(partnership).filter(
        valid_on(clock.today(partnership)), deputy_for__isnull=True, role__in=_DEPUTISED, user__is_active=True
    )
    if not permissions.may(user, permissions.DEPUTY_NAME_ANY, partnership):
        held = held.filter(user=user)
    return held.order_by("council__short_name", "role", "user__username", "pk")


def candidates(partnership: Partnership, grants: Iterable[RoleGrant]) -> QuerySet[User]:
    """Accounts that could stand in for one of these grants, by name; `check_deputy` has the last word."""
    today = clock.today(partnership)
    councils = {grant.council_id for grant in grants if grant.council_id is not None}
    own = RoleGrant.objects.filter(valid_on(today), partnership=partnership, deputy_for__isnull=True)
    barred = own.filter(role__in=_NO_DEPUTIES).values("user")
    elsewhere = own.exclude(council__isnull=True).exclude(council__in=councils).values("user")
    there = own.values("user")
    return (
        User.objects.filter(is_active=True, pk__in=there)
        .exclude(pk__in=barred)
        .exclude(pk__in=elsewhere)
        .order_by("last_name", "first_name", "username", "pk")
    )


def entries(user: User, partnership: Partnership) -> list[RoleGrant]:
    """Absences that this account may see, the latest first: its own on either side; all with the wider right."""
    named = grants_of(partnership).filter(deputy_for__isnull=False)
    if not permissions.may(user, permissions.DEPUTY_NAME_ANY, partnership):
        named = named.filter(Q(user=user) | Q(deputy_for=user))
    return list(named.order_by("-ends_on", "-starts_on", "pk"))


@dataclass(frozen=True, slots=True)
class Entry:
    """An absence as a list shows it."""

    grant: RoleGrant
    state: str  # "now", "coming" or "over"
    may_end: bool


def listed(user: User, partnership: Partnership) -> list[Entry]:
    today = clock.today(partnership)
    return [Entry(one, _state(one, today), may_end(user, one, today)) for one in entries(user, partnership)]


def _state(grant: RoleGrant, today: date) -> str:
    if grant.ends_on is not None and grant.ends_on < today:
        return "over"
    return "coming" if grant.starts_on is not None and grant.starts_on > today else "now"


def may_end(user: User, grant: RoleGrant, today: date) -> bool:
    """The person who is away, and whoever may name anybody's deputy; as long as it is not over."""
    may = grant.deputy_for_id == user.pk or permissions.may(user, permissions.DEPUTY_NAME_ANY, grant.partnership)
    return may and _state(grant, today) != "over"


def check_days(starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise Refused(f"The first day, {day(starts_on)}, is over. Choose today or a later day.")
    if ends_on < starts_on:
        raise Refused(f"The last day, {day(ends_on)}, is before the first day, {day(starts_on)}.")
    if (ends_on - starts_on).days + 1 > LONGEST_DAYS:
        latest = starts_on + timedelta(days=LONGEST_DAYS - 1)
        raise Refused(
            f"A deputy acts for {LONGEST_DAYS} days at most. From {day(starts_on)} that is until {day(latest)}."
        )


def check_deputy(grant: RoleGrant, deputy: User, by: User, starts_on: date, ends_on: date) -> None:
    """Whether this account can stand in for that grant. Raises Refused, in words for whoever names it."""
    partnership = grant.partnership
    if grant.deputy_for_id is not None or grant.role not in _DEPUTISED:
        raise Refused("No deputy can be named for this role.")
    if deputy.pk == grant.user_id:
        raise Refused("Nobody is their own deputy. Choose another account.")
    if deputy.pk == by.pk:
        raise Refused("You cannot name yourself. Somebody else with the right to name deputies has to do it.")
    if grant.ends_on is not None and grant.ends_on < ends_on:
        raise Refused(f"{grant.user} holds this role until {day(grant.ends_on)}. Choose that day or an earlier one.")
    theirs = [right for right in permissions.rights_of(deputy) if right.partnership_id == partnership.pk]
    own = RoleGrant.objects.filter(user=deputy, partnership=partnership, deputy_for__isnull=True)
    if not deputy.is_active or not theirs or not own.exists():
        raise Refused("This account has no role in the partnership. Choose one that has.")
    if any(right.role in _NO_DEPUTIES for right in theirs):
        raise Refused(f"{deputy} reads and decides in an office of their own, and stands in for nobody.")
    # Roles held as a deputy count too, and so do those that begin later: both are councils this person works for.
    councils = set(
        RoleGrant.objects.filter(user=deputy, partnership=partnership, council__isnull=False)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        .values_list("council_id", flat=True)
    ) | {right.council_id for right in theirs if right.council_id is not None}
    if councils - {grant.council_id}:
        where = f"for {grant.council} or for no council" if grant.council else "for no council"
        raise Refused(f"{deputy} acts for another council. Choose somebody who acts {where}.")
    if own.filter(valid_on(starts_on), role=grant.role, council=grant.council).exists():
        raise Refused(f"{deputy} holds this role already. No deputy is needed.")
    there = RoleGrant.objects.filter(
        user=deputy, partnership=partnership, role=grant.role, council=grant.council, deputy_for=grant.user
    )
    overlap = there.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).order_by("starts_on").first()
    if overlap is not None and overlap.starts_on is not None and overlap.ends_on is not None:
        raise Refused(
            f"{deputy} is named for {day(overlap.starts_on)} to {day(overlap.ends_on)} already. "
            "Choose other days, or end that first."
        )


@transaction.atomic
def name_deputy(*, grant: RoleGrant, deputy: User, starts_on: date, ends_on: date, by: User) -> RoleGrant:
    """Let an account hold somebody's role from a day until a day. Raises Refused where it cannot be."""
    # The grant's row is locked, so that two who name a deputy at once see each other's.
    RoleGrant.objects.select_for_update().get(pk=grant.pk)
    held = grants_of(grant.partnership).get(pk=grant.pk)
    partnership = held.partnership
    check_days(starts_on, ends_on, clock.today(partnership))
    check_deputy(held, deputy, by, starts_on, ends_on)
    made = RoleGrant.objects.create(
        user=deputy,
        partnership=partnership,
        role=held.role,
        council=held.council,
        starts_on=starts_on,
        ends_on=ends_on,
        is_demonstration=held.is_demonstration,
        deputy_for=held.user,
        named_by=by,
    )
    audit.record(by=by, verb="deputy.name", target=made, partnership=partnership, after=_as_json(made))
    return made


@transaction.atomic
def end_deputy(*, grant: RoleGrant, by: User) -> None:
    """End an absence at once: the deputy's rights are gone with the next request. Raises Refused once it is over."""
    RoleGrant.objects.select_for_update().get(pk=grant.pk)
    held = grants_of(grant.partnership).get(pk=grant.pk)
    today = clock.today(held.partnership)
    if held.deputy_for_id is None or _state(held, today) == "over":
        raise Refused("This absence is over already.")
    before, target = _as_json(held), held
    after: dict[str, str | None] = {"ends_on": None}
    if held.starts_on is not None and held.starts_on < today:
        held.ends_on = today - timedelta(days=1)
        held.save(update_fields=["ends_on"])
        after = {"ends_on": held.ends_on.isoformat()}
    audit.record(
        by=by,
        verb="deputy.end",
        target=target,
        partnership=held.partnership,
        before={"ends_on": before["ends_on"]},
        after=after,
    )
    if held.starts_on is None or held.starts_on >= today:
        held.delete()  # it has no day left on which it was in force; the trail keeps what was done


def _as_json(grant: RoleGrant) -> dict[str, str | None]:
    return {
        "deputy": str(grant.user),
        "deputy_for": str(grant.deputy_for),
        "role": grant.get_role_display(),
        "council": str(grant.council) if grant.council else None,
        "starts_on": grant.starts_on.isoformat() if grant.starts_on else None,
        "ends_on": grant.ends_on.isoformat() if grant.ends_on else None,
    }


def acting_for(
    user: User, permission: permissions.Permission, partnership: Partnership, *, council: Council | None = None
) -> User | None:
    """Whom the account stands in for when it uses a permission; None where it has it by a right of its own."""
    roles = [role for role, held in permissions.ROLE_PERMISSIONS.items() if permission in held]
    grants = grants_of(partnership).filter(valid_on(clock.today(partnership)), user=user, role__in=roles)
    if permission.per_council:
        grants = grants.filter(council=council)
    known = list(grants.order_by("pk"))
    if any(grant.deputy_for_id is None for grant in known):
        return None
    return known[0].deputy_for if known else None


def away_on(partnership: Partnership, on: date) -> set[tuple[int, str, int | None]]:
    """Account, role and council of whoever is away on a day and has a deputy."""
    named = RoleGrant.objects.filter(valid_on(on), partnership=partnership, deputy_for__isnull=False)
    return {
        (away, role, council)
        for away, role, council in named.values_list("deputy_for_id", "role", "council_id")
        if away is not None
    }
