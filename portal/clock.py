"""The one clock: what day it is, for a partnership.

Nothing else in the portal asks the system what day it is (leases of jobs apart, which are machine time). A
demonstration's partnership can stand on a day of its own, so that a meeting of 2018 is still to come.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from portal.models import Partnership


def today(partnership: Partnership | None = None) -> date:
    """Today in London; on a demonstration day where the partnership has one."""
    if partnership is not None and partnership.demonstration_today is not None:
        return partnership.demonstration_today
    if settings.TODAY:
        return date.fromisoformat(settings.TODAY)
    return timezone.localdate()


def now(partnership: Partnership | None = None) -> datetime:
    """This moment, with time zone; its day is `today`."""
    moment = timezone.localtime()
    day = today(partnership)
    if day == moment.date():
        return moment
    # The wall clock on the other day, made aware anew: the offset may differ between summer and winter.
    return timezone.make_aware(datetime.combine(day, moment.time().replace(tzinfo=None)))
