"""What charts say of their limits. The series are those of test_spc.py, worked by hand there."""

from __future__ import annotations

from datetime import date

import pytest

from kpis import limit_words
from kpis.aggregation import months_from
from kpis.spc import xmr
from tests.kpis.test_spc import PUBLISHED, QUIET, RISING, SHIFTED

MONTHS = months_from(date(2017, 1, 1), date(2019, 12, 1))


def said(values, *, direction="increase", target=None, step="month", **options):
    read = xmr(values, direction=direction, target=target, **options)
    words = f"{target}%" if target is not None else ""
    return limit_words.sentence(read, MONTHS[: len(values)], target=words, step=step)


@pytest.mark.parametrize(
    ("target", "direction", "outlook"),
    [
        (10, "increase", "will hit or miss the 10% target by chance"),
        (20, "increase", "will miss the 20% target unless something changes"),
        (20, "decrease", "will meet the 20% target unless something changes"),
    ],
)
def test_variation_then_what_becomes_of_the_target(target, direction, outlook):
    values = [10, 12, 10, 12, 10, 14, 12, 13, 14, 13, 14, 13, 14]
    assert said(values, direction=direction, target=target) == f"Within normal month-to-month variation; {outlook}"


@pytest.mark.parametrize(
    ("direction", "meaning"),
    [("increase", ": a change for the better"), ("decrease", ": look into it"), ("neutral", "")],
)
def test_a_shift_says_since_when_and_what_it_means(direction, meaning):
    # The seven above the mean begin with the seventh month.
    assert said(SHIFTED, direction=direction) == f"Higher than normal variation explains since July 2017{meaning}"


def test_one_month_outside_is_said_of_that_month():
    # The quiet year, then 15: 15 lies over 10.5 + 2.66.
    assert (
        said([*QUIET, 15], baseline=12)
        == "Higher than normal variation explains in January 2018: a change for the better"
    )
    assert said([*QUIET, 5], baseline=12) == "Lower than normal variation explains in January 2018: look into it"


def test_a_trend_is_said_as_one():
    assert said(RISING, direction="decrease") == "Rising without a break since July 2017: look into it"
    assert said([24 - value for value in RISING]) == "Falling without a break since July 2017: look into it"


def test_too_few_months_are_said_with_their_number():
    assert said(PUBLISHED[:4]) == "Too few months for firm limits (4 of 13)"
    assert said([*SHIFTED, 20, 30], rebases=[13]) == "Too few months for firm limits since February 2018 (2 of 13)"
    assert said([5, 6], step="quarter") == "Too few quarters for firm limits (2 of 13)"
    assert said([None, None]) == ""


def test_months_that_never_have_a_neighbour_have_no_limits():
    assert said([5, None] * 13) == "No firm limits: no two neighbouring months are reported"


def test_what_never_changes_is_said_so():
    assert said([100] * 13, target=100) == ("The same every month; will meet the 100% target unless something changes")


def test_the_last_month_there_is_speaks():
    assert said([*SHIFTED, None]) == "Higher than normal variation explains since July 2017: a change for the better"


def test_verdicts_are_words_with_shapes():
    def shapes(values, **options):
        return [(one.shape, one.words) for one in limit_words.verdicts(xmr(values, **options))]

    assert shapes(SHIFTED, direction="decrease", target=8) == [
        ("concern", "Change to look into"),
        ("missed", "Misses the target reliably"),
    ]
    assert shapes(SHIFTED, direction="increase", target=12) == [
        ("better", "Change for the better"),
        ("near", "Target met or missed by chance"),
    ]
    assert shapes(SHIFTED, direction="neutral", target=12) == [("changed", "Change, neither better nor worse")]
    assert shapes([100] * 13, direction="increase", target=95) == [
        ("usual", "Normal variation"),
        ("met", "Meets the target reliably"),
    ]
    assert shapes(PUBLISHED[:4], direction="increase", target=95) == []
