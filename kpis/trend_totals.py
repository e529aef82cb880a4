"""Trends with all councils together: beside the councils' own, or in their place where those are withheld."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kpis import trends
from kpis.record import Record
from kpis.trends import Data, Trend


def collect(record: Record, codes: Collection[str] | None = None) -> Data:
    """Trends as JSON, for papers: each council's, or that of all councils where a council's is withheld."""
    wanted = [one.code for one in record.indicators if codes is None or one.code in codes]
    own = trends.collect(record, [code for code in wanted if code not in record.hidden])
    if not record.hidden.intersection(wanted):
        return own
    of_all = trends.collect(record.of_all(), [code for code in wanted if code in record.hidden])
    found = {one["code"]: one for one in (*own["indicators"], *of_all["indicators"])}
    return {**own, "indicators": [found[code] for code in wanted]}


def drawn(record: Record, *, units: dict[str, str] | None = None) -> list[Trend]:
    """Charts of every indicator for a page: of each council that is shown, then of all councils together.

    The chart of all councils has a scale of its own. It is left out where none of its figures is available. `units`
    names units by code that are not the indicator's own.
    """
    of_councils = {one.code: one for one in _charts(record, [*_visible(record)], units)}
    if len(record.members) < 2:
        return list(of_councils.values())
    of_all = {one.code: one for one in _charts(record.of_all(), None, units)}
    found = []
    for indicator in record.indicators:
        total = of_all[indicator.code]
        own = of_councils.get(indicator.code)
        if own is None or not own.charts:
            found.append(total)
        elif any(value is not None for value in total.charts[0].series[0].values):
            caption = f"{own.caption} All councils together on a scale of their own."
            found.append(replace(own, caption=caption, charts=(*own.charts, *total.charts)))
        else:
            found.append(own)
    return found


def _visible(record: Record) -> list[str]:
    return [one.code for one in record.indicators if one.code not in record.hidden]


def _charts(record: Record, codes: Collection[str] | None, units: dict[str, str] | None) -> list[Trend]:
    data = trends.collect(record, codes)
    for one in data["indicators"]:
        one["unit"] = (units or {}).get(one["code"], one["unit"])
    return trends.trends(data)
