"""The figures check: what can be said of figures by arithmetic alone. Pure: no database, no Django.

Percentages are reachable from their counts, totals are the sums of their parts, combined rates lie between theirs,
per-head figures agree with a headcount. Figures are taken as printed; everything is worked out in whole numbers.
"""

from portal.figures.amounts import (
    check_difference,
    check_money,
    check_not_negative,
    check_quotient,
    check_share,
    pounds,
)
from portal.figures.findings import ERROR, WARNING, Finding, Severity
from portal.figures.headcount import Fit, HeadcountFit, Span, infer_headcount, per_head_fit
from portal.figures.printed import Printed, in_print
from portal.figures.reachable import Reachable, percentage_reachable
from portal.figures.rules import (
    RatePart,
    check_change,
    check_combined_between,
    check_combined_weighted,
    check_constant_headcount,
    check_count,
    check_counted_percentage,
    check_net_score,
    check_per_head,
    check_percentage,
    check_percentage_range,
    check_score_range,
    check_total,
)

__all__ = [
    "ERROR",
    "WARNING",
    "Finding",
    "Fit",
    "HeadcountFit",
    "Printed",
    "RatePart",
    "Reachable",
    "Severity",
    "Span",
    "check_change",
    "check_combined_between",
    "check_combined_weighted",
    "check_constant_headcount",
    "check_count",
    "check_counted_percentage",
    "check_difference",
    "check_money",
    "check_net_score",
    "check_not_negative",
    "check_per_head",
    "check_percentage",
    "check_percentage_range",
    "check_quotient",
    "check_score_range",
    "check_share",
    "check_total",
    "in_print",
    "infer_headcount",
    "per_head_fit",
    "percentage_reachable",
    "pounds",
]
