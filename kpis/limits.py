"""Approved rebases out of the database, as the limits of one council's chart take them.

A rebase without a council holds for every council; where a council has one of its own for the same month, that one
counts. Rebases that are proposed only, or withdrawn, change no chart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpis.models import Rebase

if TYPE_CHECKING:
    from portal.models import Partnership


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where limits begin anew, as places in a run of months: what kpis.spc.xmr takes, and the reasons by place."""

    rebases: tuple[int, ...] = ()
    baseline: Mapping[int, int] | None = None
    reasons: Mapping[int, str] | None = None

    def reason(self, place: int) -> str:
        return (self.reasons or {}).get(place, "")


def approved(partnership: Partnership) -> dict[int, list[Rebase]]:
    """The rebases that count, by the key of their indicator, earliest first. One query."""
    found: dict[int, list[Rebase]] = defaultdict(list)
    counting = Rebase.objects.filter(
        indicator__partnership=partnership, approved_at__isnull=False, withdrawn_at__isnull=True
    )
    for rebase in counting.order_by("starts_on", "pk"):
        found[rebase.indicator_id].append(rebase)
    return dict(found)


def cuts(rebases: Iterable[Rebase], council_id: int, months: Sequence[date]) -> Cuts:
    """The rebases of one indicator, for one council, in a run of months that begins with the first there are.

    One for the first month fixes its baseline and cuts nothing. One for a month after the last, or before the first,
    has nothing to cut.
    """
    places = {month: place for place, month in enumerate(months)}
    own: dict[int, Rebase] = {}
    for rebase in rebases:
        place = places.get(rebase.starts_on)
        if place is None or rebase.council_id not in (None, council_id):
            continue
        if place not in own or rebase.council_id is not None:
            own[place] = rebase
    return Cuts(
        rebases=tuple(sorted(place for place in own if place > 0)),
        baseline={place: one.baseline_months for place, one in own.items() if one.baseline_months is not None},
        reasons={place: one.reason for place, one in own.items()},
    )
