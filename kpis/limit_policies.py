"""May limits begin anew? Whose chart one may touch, and what the state of a rebase allows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpis.models import Indicator, Rebase
from portal import permissions
from portal.permissions import Permission
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Council, Partnership, User
    from portal.permissions import Reader

# Fewer months fix limits to too little: NHSRplotthedots takes no fewer than twelve either.
LEAST_BASELINE = 12


def may_propose(user: Reader, partnership: Partnership, council: Council | None) -> bool:
    """One's own council's chart with a role for that council; every chart with a role for all of them."""
    return _holds(user, permissions.LIMITS_PROPOSE, partnership, council)


def may_approve(user: Reader, partnership: Partnership, council: Council | None) -> bool:
    """As `may_propose`; limits for every council may be approved by the approver of any, so that there is another."""
    if council is None:
        return permissions.may(user, permissions.LIMITS_APPROVE, partnership)
    return _holds(user, permissions.LIMITS_APPROVE, partnership, council)


def may_withdraw(user: User, rebase: Rebase, partnership: Partnership) -> bool:
    """Whoever proposed it, while they still may, and whoever may approve it."""
    is_own = rebase.proposed_by_id == user.pk and may_propose(user, partnership, rebase.council)
    return is_own or may_approve(user, partnership, rebase.council)


def _holds(user: Reader, permission: Permission, partnership: Partnership, council: Council | None) -> bool:
    if not permissions.may(user, permission, partnership):
        return False
    for right in permissions.rights_of(user):
        if right.partnership_id != partnership.pk or permission not in permissions.ROLE_PERMISSIONS[right.role]:
            continue
        if right.council_id is None or (council is not None and right.council_id == council.pk):
            return True
    return False


def check_propose(
    indicator: Indicator,
    council: Council | None,
    starts_on: date,
    baseline_months: int | None,
    reason: str,
    *,
    first: date,
    last: date,
) -> None:
    """`first` and `last` are the months that charts can show."""
    where = council.short_name if council is not None else "every council"
    if not reason.strip():
        raise Refused("Say what changed in the way the work is done.")
    if baseline_months is not None and baseline_months < LEAST_BASELINE:
        raise Refused(
            f"Limits can be fixed to {LEAST_BASELINE} months or more, not {baseline_months}. "
            "Leave it empty to let every month count."
        )
    if not first <= starts_on <= last:
        raise Refused(f"There are no figures for {starts_on:%B %Y}. Choose {first:%B %Y} to {last:%B %Y}.")
    if starts_on == first and baseline_months is None:
        raise Refused(f"Limits begin with {first:%B %Y} as it is. Choose a later month, or fix the baseline.")
    if indicator.rebases.filter(council=council, starts_on=starts_on, withdrawn_at__isnull=True).exists():
        raise Refused(
            f"New limits from {starts_on:%B %Y} for {where} are proposed or approved already. Withdraw those first."
        )


def check_approve(rebase: Rebase, by: User) -> None:
    """A proposal that stands, by anybody with the right except whoever proposed it."""
    _check_stands(rebase)
    if rebase.approved_at is not None:
        raise Refused(f"These limits were approved already, on {_day(rebase.approved_at.date())}.")
    if rebase.proposed_by_id == by.pk:
        raise Refused("You proposed these limits. Another person with the right to approve has to look at them.")


def check_withdraw(rebase: Rebase, reason: str) -> None:
    _check_stands(rebase)
    if not reason.strip():
        raise Refused("Limits are withdrawn with a reason. Say why they should not count.")


def _check_stands(rebase: Rebase) -> None:
    if rebase.withdrawn_at is not None:
        raise Refused(f"These limits were withdrawn on {_day(rebase.withdrawn_at.date())}. Propose them anew.")


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
