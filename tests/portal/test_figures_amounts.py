"""Money, hours, ratios, rates and differences: worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from portal import figures


def said(finding) -> tuple[str, str, str, str] | None:
    return None if finding is None else (finding.rule, finding.severity, finding.computed, finding.message)


def test_pounds_as_they_are_written() -> None:
    assert figures.pounds(Decimal("1234.5")) == "£1,234.50"
    assert figures.pounds(-5) == "−£5.00"
    assert figures.pounds(0) == "£0.00"


def test_money_has_two_decimals_at_most() -> None:
    assert figures.check_money("1,234.50") is None
    assert figures.check_money("1234") is None
    assert said(figures.check_money("1234.505")) == (
        "money-in-pence", "error", "£1,234.51", "£1234.505 has parts of a penny.",
    )  # fmt: skip


def test_a_credit_is_an_amount_and_a_negative_budget_is_not() -> None:
    assert figures.check_money("-20.00") is None
    assert figures.check_money("0", is_base_of="Share spent") is None
    assert said(figures.check_money("−20.00", is_base_of="Share spent")) == (
        "money-not-negative", "error", "£0 or more",
        "−£20.00 is negative, and “Share spent” is worked out of it: that takes £0 or more.",
    )  # fmt: skip


def test_time_and_ratio_are_not_negative() -> None:
    assert figures.check_not_negative("0", "time-not-negative", "a time") is None
    assert said(figures.check_not_negative("-1.5", "time-not-negative", "a time")) == (
        "time-not-negative", "error", "0 or more", "−1.5 is negative, and a time is 0 or more.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "above", "below", "percent", "expected"),
    [
        ("83.33", 5, 6, True, None),
        ("83", 5, 6, True, None),
        ("0.83", 5, 6, False, None),
        ("125.00", Decimal("150"), Decimal("120"), True, None),
        ("-12.5", -1, 8, True, None),
        # 8 of 9 is 88.888…: 88.88 is cut, 88.87 is neither.
        ("88.88", 8, 9, True, ("rate-of-its-two", "warning", "88.89%")),
        ("88.87", 8, 9, True, ("rate-of-its-two", "error", "88.89%")),
        ("50", 5, 0, True, ("rate-of-none", "error", "no figure")),
    ],
)
def test_a_published_rate_follows_from_its_two_figures(stated, above, below, percent, expected) -> None:
    found = figures.check_quotient(stated, above, below, percent=percent)
    assert (None if found is None else said(found)[:3]) == expected


def test_a_rate_that_does_not_follow_says_from_what() -> None:
    found = figures.check_quotient("90", 1013, 1200, names=("Met", "Calls"))
    assert found.message == "90% does not follow from its two figures: 1,013 out of 1,200 is 84%."
    assert found.remedy == "Enter 84, or correct Met or Calls."


def test_a_published_difference_follows_from_its_two_figures() -> None:
    assert figures.check_difference("−265.50", Decimal("1234.50"), 1500) is None
    # Printed in whole pounds: 265.5 rounds to 266 away from nothing.
    assert figures.check_difference("-266", Decimal("1234.50"), 1500) is None
    found = figures.check_difference("265.50", Decimal("1234.50"), 1500, names=("Actual", "Budget"))
    assert said(found) == (
        "difference-of-its-two", "error", "−265.50", "265.50 is not 1,234.5 less 1,500: that is −265.50.",
    )  # fmt: skip
    assert found.remedy == "Enter −265.50, or correct Actual or Budget."


def test_a_share_above_all_wants_a_reason() -> None:
    assert figures.check_share(Decimal(100), 6, 6, decimals=0) is None
    found = figures.check_share(Decimal("116.67"), 7, 6, decimals=2)
    assert said(found) == (
        "share-above-all", "warning", "at most 100%", "7 out of 6 is 116.67%: more were counted than there were.",
    )  # fmt: skip


def test_a_total_of_money_is_too_much_or_too_little() -> None:
    parts = {"One": Decimal("10.25"), "Two": Fraction(1, 4)}
    assert figures.check_total("10.50", parts, counted=False) is None
    found = figures.check_total("11", parts, counted=False)
    assert found.message == "The total is 11, but its parts add up to 10.5: 0.5 too much."
    assert figures.check_total("10", parts, counted=False).message.endswith("0.5 too little.")
