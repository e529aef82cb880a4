"""What the figures check found in the figures in force: which of it a reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from kpis import definitions, readers
from kpis.models import FigureFinding

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader

HEADINGS = (
    "Month",
    "Council",
    "Code",
    "Indicator",
    "Severity",
    "Rule",
    "Stated",
    "Computed",
    "What was found",
    "Remedy",
    "Reason given",
    "By",
)


def visible_to(reader: Reader, partnership: Partnership) -> QuerySet[FigureFinding]:
    """Findings in force, without those of indicators whose councils this reader does not see side by side."""
    indicators, known = definitions.indicators_of(partnership)
    hidden = readers.hidden_from(
        reader, partnership, indicators=indicators, known=known, councils=partnership.places.count()
    )
    found = FigureFinding.objects.filter(
        version__parent__partnership=partnership, version__parent__in_force=F("version")
    )
    related = ("indicator", "version__parent__council", "version__parent__partnership", "reason_by")
    return found.exclude(indicator__code__in=hidden).select_related(*related)


def rows(found: QuerySet[FigureFinding]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield (
            f"{one.version.parent.period:%Y-%m}",
            one.version.parent.council.short_name,
            one.indicator.code,
            one.indicator.name,
            one.get_severity_display(),
            one.rule,
            one.stated,
            one.computed,
            one.message,
            one.remedy,
            one.reason.strip(),
            str(one.reason_by) if one.reason.strip() and one.reason_by else "",
        )
