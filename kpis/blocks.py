"""What a committee's report can show of performance: the table of the figures, and their trends.

Both read figures in force alone. Their data holds every number as it is to be printed, so that a frozen copy shows the
same for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from kpis import performance_table, readers, record, trend_totals, trends
from portal import blocks

if TYPE_CHECKING:
    from portal.models import Partnership

Data = dict[str, Any]


def _month(params: Data, name: str) -> date:
    try:
        return date.fromisoformat(f"{params[name]}-01")
    except (KeyError, ValueError):
        raise ValueError(f"A performance block needs “{name}”, a month like 2018-09.") from None


def _record(partnership: Partnership, params: Data, *, history: bool) -> tuple[record.Record, Collection[str] | None]:
    """The record for the months named by "from" and "to", and the codes in "indicators" where some are named.

    Raises ValueError, in words for the author of the report, when the params make no block.
    """
    first, last = _month(params, "from"), _month(params, "to")
    # Papers and packs are published, whoever builds them.
    loaded = record.load(partnership, first, last, reader=record.EVERYONE, history=history)
    codes = params.get("indicators")
    if codes is None:
        return loaded, None
    unknown = sorted(set(codes) - set(loaded.definitions))
    if unknown:
        raise ValueError(f"There is no indicator {', '.join(unknown)}. There are: {', '.join(loaded.definitions)}.")
    return loaded, codes


def collect_table(partnership: Partnership, params: Data) -> Data:
    """`params` may ask for "totals": a column for all councils together."""
    loaded, codes = _record(partnership, params, history=False)
    return performance_table.collect(loaded, codes, with_totals=bool(params.get("totals")))


def render_table(data: Data, for_print: bool) -> str:
    template = "kpis/blocks/performance_table_print.html" if for_print else "kpis/blocks/performance_table.html"
    return render_to_string(template, {"table": data, "columns": 1 + len(data["months"]) * len(data["councils"])})


def collect_trends(partnership: Partnership, params: Data) -> Data:
    return trend_totals.collect(*_record(partnership, params, history=True))


def render_trends(data: Data, for_print: bool) -> str:
    template = "kpis/blocks/trends_print.html" if for_print else "kpis/blocks/trends.html"
    # Paper has no room to say that a limit is provisional on every chart, so it shows none that is.
    return render_to_string(template, {"trends": trends.trends(data, with_provisional=not for_print)})


def refuses(partnership: Partnership, params: Data, data: Data) -> str:
    """Why a frozen table or frozen trends may not be published any more: they show a split that is withheld since."""
    if not partnership.indicators.filter(is_split_withheld=True).exists():
        return ""
    hidden = readers.hidden_from_everyone(partnership)
    shown = [one["name"] for one in _splits(data) if one["code"] in hidden]
    if not shown:
        return ""
    names = ", ".join(shown)
    return f"Councils are not set side by side any more in {names}. Clear the paper again, so that it leaves them out."


def _splits(data: Data) -> Iterator[Data]:
    """The indicators of which frozen data has the figure of a single council."""
    for one in data.get("indicators", ()):
        if any(series["council"] != record.ALL.short_name for series in one["series"]):
            yield one
    for group in data.get("groups", ()):
        for row in group["rows"]:
            if any(
                _is_figure(cell, council)
                for month in row["months"]
                for cell, council in zip(month, data["councils"], strict=True)
            ):
                yield row


def _is_figure(cell: Data, council: Data) -> bool:
    return bool(cell["text"]) and not cell["missing"] and council["slug"] != record.ALL.slug


def register() -> None:
    blocks.register(
        blocks.Block(
            "kpis.performance_table",
            "Performance table: indicators by month and council",
            collect_table,
            render_table,
            is_wide=True,
            refuses=refuses,
        )
    )
    blocks.register(
        blocks.Block(
            "kpis.trends",
            "Trends: a chart per indicator and council",
            collect_trends,
            render_trends,
            is_wide=True,
            refuses=refuses,
        )
    )
