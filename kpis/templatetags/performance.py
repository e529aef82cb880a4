"""Words and measures that the templates of kpis need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from portal import permissions
from portal.words import listed

register = template.Library()

# Columns of figures that have room beside the indicators' names on a wide page.
FITTING_COLUMNS = 12
# More months than this are not named one by one.
NAMED_MONTHS = 4
# Months that a landscape sheet has room for.
PAPER_MONTHS = 4


@register.simple_tag(takes_context=True)
def may_keep_indicators(context: dict[str, Any]) -> bool:
    """Whether the reader keeps this partnership's indicators, and so gives reasons for what the check finds."""
    request, partnership = context.get("request"), context.get("partnership")
    if request is None or partnership is None:
        return False
    return permissions.may(request.user, permissions.INDICATOR_EDIT, partnership)


@register.filter
def fits(table: dict[str, Any]) -> bool:
    """Whether the performance table needs no scrolling on a wide page."""
    return len(table["months"]) * len(table["councils"]) <= FITTING_COLUMNS


@register.filter
def beyond_paper(table: dict[str, Any]) -> bool:
    return len(table["months"]) > PAPER_MONTHS


@register.filter
def aged(table: dict[str, Any], linked: bool) -> list[dict[str, str]]:
    """The months with their names and the classes of their columns: " old" before the last, " older" beyond paper.

    Only the dashboard hides months, where a box brings them back; a table in a paper shows what it holds.
    """
    number = len(table["months"])
    return [
        {
            "name": month["name"],
            "age": (" old" * (left > 1) + " older" * (left > PAPER_MONTHS)) if linked else "",
        }
        for month, left in zip(table["months"], range(number, 0, -1), strict=True)
    ]


@register.filter
def by_month(row: dict[str, Any], months: list[dict[str, str]]) -> list[tuple[dict[str, str], list[dict[str, Any]]]]:
    """The months with the cells of a row."""
    return list(zip(months, row["months"], strict=True))


@register.filter
def earlier_months(months: list[dict[str, str]]) -> str:
    """The months before the last, in words: "June, July and August", "the 47 months before"."""
    earlier = months[:-1]
    if len(earlier) > NAMED_MONTHS:
        return f"the {len(earlier)} months before"
    return listed([month["name"].rpartition(" ")[0] for month in earlier])


@register.filter
def unlocalized(value: Decimal) -> str:
    """A length in a drawing: plain digits, whatever the language of the page."""
    return f"{value:.1f}"
