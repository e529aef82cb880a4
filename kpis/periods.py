"""The runs of months that a committee reports on, kept under a name so that everybody looks at the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from kpis import wording
from kpis.models import ReportingPeriod
from portal import audit, clock
from portal.models import Partnership
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User

# As the model has it; more is refused in words.
LONGEST_NAME = 80
# More than these would be no choice any more.
MOST = 30


def of(partnership: Partnership) -> list[ReportingPeriod]:
    """Newest first. One query."""
    return list(partnership.reporting_periods.order_by("-last", "-first", "pk"))


@transaction.atomic
def save_period(
    *, partnership: Partnership, name: str, first: date, last: date, is_usual: bool, by: User
) -> ReportingPeriod:
    """Keep a run of months under a name. Months are given by their first days.

    Raises portal.policies.Refused for a name that is empty, too long or taken.
    """
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    name = " ".join(name.split())
    kept = of(partnership)
    if not name:
        raise Refused("The reporting period has no name. Give it one, such as: Meeting of 16 October 2018.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"The name has {len(name)} characters. Shorten it to {LONGEST_NAME}.")
    if any(one.name == name for one in kept):
        raise Refused(f"There is a reporting period “{name}” already. Choose another name, or remove that one first.")
    if len(kept) >= MOST:
        raise Refused(f"There are {MOST} reporting periods. Remove one that nobody needs any more.")
    if first > last:
        raise Refused(f"{wording.month(first)} comes after {wording.month(last)}. Choose an earlier month.")
    if is_usual:
        partnership.reporting_periods.filter(is_usual=True).update(is_usual=False)
    period = ReportingPeriod.objects.create(
        partnership=partnership,
        name=name,
        first=first,
        last=last,
        is_usual=is_usual,
        saved_by=by,
        saved_at=clock.now(partnership),
    )
    audit.record(by=by, verb="period.save", target=period, partnership=partnership, after=_said(period))
    return period


@transaction.atomic
def make_usual(*, period: ReportingPeriod, by: User) -> ReportingPeriod:
    """Let the dashboard open with this period. Raises Refused where it does so already."""
    partnership = Partnership.objects.select_for_update().get(pk=period.partnership_id)
    period.refresh_from_db()
    if period.is_usual:
        raise Refused(f"The dashboard opens with “{period.name}” already.")
    before = partnership.reporting_periods.filter(is_usual=True).first()
    partnership.reporting_periods.filter(is_usual=True).update(is_usual=False)
    period.is_usual = True
    period.save(update_fields=["is_usual"])
    audit.record(
        by=by,
        verb="period.make-usual",
        target=period,
        partnership=partnership,
        before={"usual": before.name if before else None},
        after={"usual": period.name},
    )
    return period


@transaction.atomic
def remove_period(*, period: ReportingPeriod, by: User) -> None:
    """Forget a period. The months themselves stay as they are."""
    partnership = Partnership.objects.select_for_update().get(pk=period.partnership_id)
    audit.record(by=by, verb="period.remove", target=period, partnership=partnership, before=_said(period))
    period.delete()


def _said(period: ReportingPeriod) -> dict[str, str | bool]:
    return {"name": period.name, "months": wording.span(period.first, period.last), "usual": period.is_usual}
