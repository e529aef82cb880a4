"""What changes where limits begin anew: proposed by one person, approved by another, withdrawn with a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kpis import dashboard, limit_policies
from kpis.models import Indicator, Rebase
from portal import audit, clock

if TYPE_CHECKING:
    from portal.models import Council, User


@transaction.atomic
def propose_rebase(
    *,
    indicator: Indicator,
    council: Council | None,
    starts_on: date,
    reason: str,
    by: User,
    baseline_months: int | None = None,
) -> Rebase:
    """Ask that limits begin anew with a month, for one council or, without one, for all. Changes no chart yet.

    Raises Refused where the month, the reason or the baseline does not do, or where there is one already.
    """
    # Two people proposing the same month wait here for each other.
    indicator = Indicator.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=indicator.pk)
    choices, _ = dashboard.months_of(indicator.partnership)
    limit_policies.check_propose(
        indicator, council, starts_on, baseline_months, reason, first=choices[-1], last=choices[0]
    )
    rebase = Rebase.objects.create(
        indicator=indicator,
        council=council,
        starts_on=starts_on,
        baseline_months=baseline_months,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=clock.now(indicator.partnership),
    )
    _record(rebase, by=by, verb="limits.propose", after=_as_json(rebase))
    return rebase


@transaction.atomic
def approve_rebase(*, rebase: Rebase, by: User) -> Rebase:
    """Let limits begin anew: charts show it from now on."""
    rebase = _lock(rebase)
    limit_policies.check_approve(rebase, by)
    rebase.approved_by, rebase.approved_at = by, clock.now(rebase.indicator.partnership)
    rebase.save()
    _record(rebase, by=by, verb="limits.approve", after=_as_json(rebase))
    return rebase


@transaction.atomic
def withdraw_rebase(*, rebase: Rebase, by: User, reason: str) -> Rebase:
    """Take a proposal back, or limits that were approved: charts go back to what they were without them."""
    rebase = _lock(rebase)
    limit_policies.check_withdraw(rebase, reason)
    rebase.withdrawn_by, rebase.withdrawn_at = by, clock.now(rebase.indicator.partnership)
    rebase.save()
    _record(rebase, by=by, verb="limits.withdraw", before=_as_json(rebase), reason=reason.strip())
    return rebase


def _lock(rebase: Rebase) -> Rebase:
    locked = Rebase.objects.select_for_update(of=("self",))
    return locked.select_related("indicator__partnership", "council").get(pk=rebase.pk)


def _as_json(rebase: Rebase) -> dict[str, Any]:
    return {
        "from": f"{rebase.starts_on:%Y-%m}",
        "council": rebase.council.short_name if rebase.council is not None else "every council",
        "baseline_months": rebase.baseline_months,
        "reason": rebase.reason,
    }


def _record(rebase: Rebase, *, by: User, verb: str, before: Any = None, after: Any = None, reason: str = "") -> None:
    partnership = rebase.indicator.partnership
    audit.record(by=by, verb=verb, target=rebase, partnership=partnership, before=before, after=after, reason=reason)
