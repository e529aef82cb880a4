"""The service's budget against actual, by council: four indicators like any other."""

from __future__ import annotations

from kpis.indicator_rules import Values

_GROUP = "Budget"

BUDGET_SET = (
    Values(
        code="budget",
        name="Budget",
        definition="What the council has set aside for the shared service in the month, in pounds.",
        why_it_matters="What the spending is measured against.",
        group=_GROUP,
        unit="currency",
        direction="neutral",
        decimals=2,
    ),
    Values(
        code="budget-actual",
        name="Actual",
        definition="What the council has spent on the shared service in the month, in pounds. A credit is negative.",
        why_it_matters="Shows early whether the year will end within its budget.",
        group=_GROUP,
        unit="currency",
        direction="neutral",
        decimals=2,
    ),
    Values(
        code="budget-variance",
        name="Variance",
        definition="Actual less budget: above £0 more was spent than was set aside.",
        why_it_matters="How far spending is from plan, in pounds.",
        group=_GROUP,
        unit="currency",
        direction="decrease",
        decimals=2,
        source="difference",
        numerator_of="budget-actual",
        measured_on="budget",
    ),
    Values(
        code="budget-spent",
        name="Share of the budget spent",
        definition="Actual out of budget. Over several months: all that was spent out of all that was set aside.",
        why_it_matters="Lets councils with budgets of different size be compared.",
        group=_GROUP,
        unit="percent",
        direction="neutral",
        decimals=2,
        source="rate",
        across="rate",
        numerator_of="budget-actual",
        measured_on="budget",
    ),
)
