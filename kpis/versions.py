"""The versions of a return as texts, cell by cell, for pages that set two of them side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpis import comparison, definitions, saving, wording
from kpis.comparison import Cell, Difference
from kpis.models import Indicator, ReturnVersion
from portal.models import AuditEvent

if TYPE_CHECKING:
    from kpis.checks import Checked
    from kpis.models import Return

NO_CODES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sides:
    """Two versions, or a version and a paper, with every cell that one of them has."""

    before: str
    after: str
    cells: tuple[Difference, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.cells if one.is_different)


def name_of(version: ReturnVersion) -> str:
    """Version 2."""
    return f"Version {version.number}"


def cells_of(version: ReturnVersion, hidden: Collection[str] = NO_CODES) -> dict[str, Cell]:
    """Every cell of a version by its name, as a reader sees it. `hidden` has codes of indicators to leave out."""
    indicators, _ = definitions.indicators_of(version.parent.partnership)
    return _cells(version, definitions.check_version(version), indicators, hidden)


def _cells(
    version: ReturnVersion, checked: Checked, indicators: Sequence[Indicator], hidden: Collection[str]
) -> dict[str, Cell]:
    figures = {figure.indicator_id: figure for figure in version.figures.all()}
    cells: dict[str, Cell] = {}
    for indicator in indicators:
        if indicator.code in hidden:
            continue
        figure = figures.get(indicator.pk)
        typed = figure.typed.strip() if figure is not None else ""
        cells[f"{saving.FIGURE}.{indicator.code}"] = _figure(indicator, checked, typed)
        if figure is not None:
            cells[f"{saving.NUMERATOR}.{indicator.code}"] = Cell(figure.numerator_typed.strip())
            cells[f"{saving.DENOMINATOR}.{indicator.code}"] = Cell(figure.denominator_typed.strip())
    for finding in version.findings.select_related("indicator"):
        if finding.indicator.code not in hidden:
            cells[f"{saving.REASON}.{finding.indicator.code}.{finding.rule}"] = Cell(finding.reason.strip())
    return cells | {saving.COMMENT: Cell(version.comment.strip())}


def _figure(indicator: Indicator, checked: Checked, typed: str) -> Cell:
    """The figure as the dashboard shows it; what was typed where that says something else."""
    amount = checked.amount(indicator.code)
    text = wording.amount(amount, indicator.unit, indicator.decimals)
    says_more = bool(typed) and (amount is None or amount != round(amount, indicator.decimals))
    return Cell(typed if says_more else text, amount)


def compare(before: ReturnVersion, after: ReturnVersion, hidden: Collection[str] = NO_CODES) -> Sides:
    """What one version has and the other, cell by cell: figures, counts, reasons, comment."""
    old, new = cells_of(before, hidden), cells_of(after, hidden)
    return Sides(name_of(before), name_of(after), comparison.compare(labels_of(before.parent, old, new), old, new))


def labels_of(return_: Return, *sides: dict[str, Cell]) -> list[tuple[str, str]]:
    """Names and labels of the cells, indicator by indicator, the comment last."""
    labels = saving.labels(return_.partnership)
    indicators, _ = definitions.indicators_of(return_.partnership)
    names = list(dict.fromkeys(name for side in sides for name in side))
    ordered = []
    for indicator in indicators:
        kinds = (saving.FIGURE, saving.NUMERATOR, saving.DENOMINATOR)
        ordered += [(f"{kind}.{indicator.code}", labels[f"{kind}.{indicator.code}"]) for kind in kinds]
        start = f"{saving.REASON}.{indicator.code}."
        ordered += [(name, f"{indicator.name}, reason") for name in names if name.startswith(start)]
    return [*ordered, (saving.COMMENT, saving.COMMENT_LABEL)]


def against_in_force(version: ReturnVersion, hidden: Collection[str] = NO_CODES) -> Sides | None:
    """What a reopened version changes; None for one that corrects nothing, or is in force itself."""
    in_force = version.parent.in_force
    if in_force is None or in_force.pk == version.pk:
        return None
    in_force.parent = version.parent
    return compare(in_force, version, hidden)


def deputies_of(return_: Return) -> dict[tuple[int, str], str]:
    """For whom a step was taken by their deputy, by number of the version and verb, out of the audit trail."""
    events = AuditEvent.objects.filter(
        partnership=return_.partnership_id,
        target_type=return_._meta.label_lower,
        target_id=str(return_.pk),
        verb__in=["return.submit", "return.approve"],
    ).order_by("pk")
    return {
        (event.after["version"], event.verb): event.after.get("deputy_for", "")
        for event in events
        if isinstance(event.after, dict) and "version" in event.after
    }
