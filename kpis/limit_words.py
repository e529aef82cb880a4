"""What an XmR chart says, in one plain sentence, and in words beside shapes. Pure: kpis.spc in, words out.

The words follow the two summaries of "Making data count": variation (is there a change to look into?) and assurance
(will the target be met?).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpis import wording
from kpis.spc import MINIMUM_POINTS, Assurance, Xmr
from portal.charts.limits import Verdict

_HIGH_OR_LOW = {1: "Higher than normal variation explains", -1: "Lower than normal variation explains"}
_TREND = {1: "Rising without a break", -1: "Falling without a break"}
_MEANS = {"concern": ": look into it", "improvement": ": a change for the better", "neutral change": ""}
_OUTLOOK: dict[Assurance, str] = {
    "pass": "will meet the {target} target unless something changes",
    "fail": "will miss the {target} target unless something changes",
    "hit or miss": "will hit or miss the {target} target by chance",
}
_VARIATION = {
    "common": Verdict("usual", "Normal variation"),
    "concern": Verdict("concern", "Change to look into"),
    "improvement": Verdict("better", "Change for the better"),
    "neutral change": Verdict("changed", "Change, neither better nor worse"),
}
_ASSURANCE: dict[Assurance, Verdict] = {
    "pass": Verdict("met", "Meets the target reliably"),
    "fail": Verdict("missed", "Misses the target reliably"),
    "hit or miss": Verdict("near", "Target met or missed by chance"),
}


def sentence(read: Xmr, months: Sequence[date], *, target: str = "", step: str = "month") -> str:
    """The finding of a chart, without a full stop: what varies, then what becomes of the target.

    `months` are those of the values read; `target` is the last month's as it is to be said ("85%"), `step` what a
    value stands for: month, quarter, year. Empty without any value: there is nothing to say of limits.
    """
    if not any(point.value is not None for point in read.points):
        return ""
    if read.variation is None:
        since = f" since {wording.month(months[read.segments[-1].first])}" if len(read.segments) > 1 else ""
        if not read.provisional:
            return f"No firm limits{since}: no two neighbouring {step}s are reported"
        return f"Too few {step}s for firm limits{since} ({read.count} of {MINIMUM_POINTS})"
    said = _variation(read, months, step)
    outlook = _OUTLOOK[read.assurance].format(target=target) if read.assurance else ""
    return f"{said}; {outlook}" if outlook else said


def verdicts(read: Xmr) -> tuple[Verdict, ...]:
    """Variation, and assurance where there is a target; nothing while limits are provisional."""
    found = () if read.variation is None else (_VARIATION[read.variation],)
    return (*found, _ASSURANCE[read.assurance]) if read.assurance else found


def _variation(read: Xmr, months: Sequence[date], step: str) -> str:
    last = max(place for place, point in enumerate(read.points) if point.value is not None)
    change = read.points[last].change
    if not change:
        return f"The same every {step}" if read.lower == read.upper else f"Within normal {step}-to-{step} variation"
    first, start = last, read.segments[-1].first
    while first > start and read.points[first - 1].change == change:
        first -= 1
    is_trend = all(read.points[place].signals == {"trend"} for place in range(first, last + 1))
    words = (_TREND if is_trend else _HIGH_OR_LOW)[change]
    when = f"in {wording.month(months[last])}" if first == last else f"since {wording.month(months[first])}"
    return f"{words} {when}{_MEANS[read.points[last].variation]}"
