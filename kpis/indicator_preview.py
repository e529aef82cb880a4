"""How an indicator will look in the return's grid and on the dashboard: an example with made-up figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kpis import wording
from kpis.indicator_rules import Values

# Before and now, for each unit. Nobody's figures.
_EXAMPLES = {
    "count": ("1204", "1250"),
    "percent": ("85.25", "87.5"),
    "ratio": ("1.25", "1.5"),
    "score": ("4.1", "4.25"),
    "net-score": ("-4", "12"),
    "currency": ("12400", "12650.5"),
    "duration": ("6.5", "7.25"),
}
_UNIT_WORDS = {"percent": "%", "duration": " hours"}
_MONTHS_OF = {"month": "every month", "quarter": "in June, September, December and March", "year": "in March"}


@dataclass(frozen=True, slots=True)
class Preview:
    """`typed` is what an officer would type; empty where the portal works the figure out."""

    name: str
    short_name: str
    group: str
    is_typed: bool
    before: str
    typed: str
    now: str
    change: str
    unit: str
    direction: str
    asked: str


def preview(values: Values, *, direction: str) -> Preview:
    """`direction` in words. Money shows as £1,234.50; a percentage stands under a heading that says it is one."""
    before, now = (Decimal(text) for text in _EXAMPLES[values.unit])
    shown = wording.amount(now, values.unit, values.decimals)
    asked = _MONTHS_OF[values.frequency]
    if values.starts_on:
        asked += f", from {wording.month(values.starts_on)}"
    if values.ends_on:
        asked += f", until {wording.month(values.ends_on)}"
    is_typed = values.source == "typed"
    return Preview(
        name=values.name,
        short_name=values.short_name or values.name,
        group=wording.group_heading(values.group, [values.unit]),
        is_typed=is_typed,
        before=wording.amount(before, values.unit, values.decimals),
        typed=shown if is_typed else "",
        now=shown,
        change=wording.change(now - before, values.unit, values.decimals),
        unit=_UNIT_WORDS.get(values.unit, ""),
        direction=direction,
        asked=asked,
    )
