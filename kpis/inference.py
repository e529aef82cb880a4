"""What published per-employee figures say of the headcount they were worked out with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpis.record import Record
from portal.figures import Finding, HeadcountFit, check_constant_headcount, infer_headcount
from portal.models import Headcount

if TYPE_CHECKING:
    from portal.models import Council


@dataclass(frozen=True, slots=True)
class Inference:
    """Which constant headcounts fit a council's published per-employee figures, beside the one in use."""

    council: Council
    fit: HeadcountFit
    headcount: Headcount | None

    def sentence(self) -> str:
        """Says which fits: cut figures, rounded ones, both or neither."""
        rounded, cut = self.fit.rounded, self.fit.cut
        if rounded is not None and cut is not None:
            return f"{rounded} employees if they were rounded, {cut} if they were cut"
        if rounded is not None:
            return f"{rounded} employees, rounded"
        if cut is not None:
            return f"{cut} employees, if the figures were cut; no one headcount gives them rounded"
        return "no one headcount, neither rounded nor cut"


def infer(record: Record) -> list[Inference]:
    """One per council that has published per-employee figures in the run."""
    found = []
    for council in record.councils:
        pairs = _published(record, council)
        if pairs:
            headcount = record.headcount(council, record.months[-1])
            found.append(Inference(council, infer_headcount(pairs), headcount))
    return found


def findings(record: Record, span: str) -> list[tuple[Council, Finding]]:
    """What is doubtful about a constant headcount, council by council. `span` names the months."""
    checked = [
        (one.council, check_constant_headcount(one.fit, where=(one.council.short_name, span, "Headcount")))
        for one in infer(record)
    ]
    return [(council, finding) for council, finding in checked if finding is not None]


def _published(record: Record, council: Council) -> list[tuple[int, str]]:
    """Every published per-employee figure of the run with the count that it divides."""
    counts = {indicator.pk: indicator for indicator in record.indicators}
    pairs = []
    for indicator in record.indicators:
        if indicator.is_typed or indicator.measured_on_id is None:
            continue
        for month in record.months:
            cell = record.cell(indicator, council, month)
            count = record.amount(counts[indicator.measured_on_id], council, month)
            if cell is not None and cell.typed and cell.amount is not None and count is not None:
                pairs.append((int(count), cell.typed))
    return pairs
