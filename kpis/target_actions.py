"""What changes targets. Results of approved months stay as they were: only later months get another target."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kpis.indicator_actions import lock
from kpis.indicator_policies import Unfit, check_target_month
from kpis.indicator_rules import Problem
from kpis.models import Indicator, Target
from portal import audit

if TYPE_CHECKING:
    from portal.models import Council, User


@transaction.atomic
def add_target(
    *, indicator: Indicator, council: Council | None, valid_from: date, value: Decimal, tolerance: Decimal, by: User
) -> Target:
    """`council` None: for the whole partnership. Raises Unfit, with the problem at its field."""
    lock(indicator.partnership)
    _check(indicator, council, valid_from, value, tolerance)
    check_target_month(indicator, valid_from, _pk(council), done="a target from then would change them")
    target = Target.objects.create(
        indicator=indicator, council=council, valid_from=valid_from, value=value, tolerance=tolerance
    )
    _record(target, by, verb="target.add", after=plain(target))
    return target


@transaction.atomic
def correct_target(*, target: Target, valid_from: date, value: Decimal, tolerance: Decimal, by: User) -> Target:
    """Only while no approved month has been measured against it. The council stays."""
    lock(target.indicator.partnership)
    target = Target.objects.select_related("indicator__partnership", "council").get(pk=target.pk)
    before = plain(target)
    earliest = min(target.valid_from, valid_from)
    check_target_month(target.indicator, earliest, target.council_id, done="this target is not corrected")
    _check(target.indicator, target.council, valid_from, value, tolerance, itself=target)
    target.valid_from, target.value, target.tolerance = valid_from, value, tolerance
    target.save()
    after = plain(target)
    if before != after:
        _record(target, by, verb="target.correct", before=before, after=after)
    return target


@transaction.atomic
def remove_target(*, target: Target, by: User) -> None:
    """Only while no approved month has been measured against it."""
    lock(target.indicator.partnership)
    target = Target.objects.select_related("indicator__partnership", "council").get(pk=target.pk)
    check_target_month(target.indicator, target.valid_from, target.council_id, done="this target is not removed")
    _record(target, by, verb="target.remove", before=plain(target))
    target.delete()


def plain(target: Target) -> dict[str, Any]:
    """As JSON holds it, for the audit trail."""
    return {
        "indicator": target.indicator.name,
        "council": target.council.short_name if target.council else "Whole partnership",
        "valid_from": target.valid_from.isoformat(),
        "value": f"{target.value.normalize():f}",
        "tolerance": f"{target.tolerance.normalize():f}",
    }


def _check(
    indicator: Indicator,
    council: Council | None,
    valid_from: date,
    value: Decimal,
    tolerance: Decimal,
    *,
    itself: Target | None = None,
) -> None:
    found = []
    if indicator.direction == Indicator.Direction.NEUTRAL:
        message = "Neither more nor less is better for this indicator, so a target would say nothing."
        found.append(Problem("value", f"{message} Set its direction first."))
    if indicator.unit == Indicator.Unit.PERCENT and not 0 <= value <= 100 and indicator.is_typed:
        found.append(Problem("value", f"{value.normalize():f} is not between 0 and 100. Enter a percentage."))
    if tolerance < 0:
        found.append(Problem("tolerance", "A tolerance is 0 or more."))
    same = Target.objects.filter(indicator=indicator, council=council, valid_from=valid_from)
    if itself is not None:
        same = same.exclude(pk=itself.pk)
    if same.exists():
        message = f"There is a target from {valid_from:%B %Y} already. Correct that one, or choose another month."
        found.append(Problem("valid_from", message))
    if found:
        raise Unfit(found)


def _record(target: Target, by: User, *, verb: str, **what: Any) -> None:
    indicator = target.indicator
    audit.record(
        by=by, verb=verb, target=target, partnership=indicator.partnership, label=f"Target of {indicator.name}", **what
    )


def _pk(council: Council | None) -> int | None:
    return None if council is None else council.pk
