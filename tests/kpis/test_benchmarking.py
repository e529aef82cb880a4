"""Standing among others, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpis import benchmarking
from kpis.benchmarking import Outcome

D = Decimal


def said(outcome: Outcome, direction: str = "increase", decimals: int = 1) -> str:
    return benchmarking.standing(outcome, direction=direction, decimals=decimals, who="Harrow")


def test_the_survey_of_2006_reads_as_the_strategy_does():
    outcome = Outcome(2006, 14, ours=D("3.7"), median=D("4.8"), lowest=D("3.7"))
    assert said(outcome) == "Harrow: 3.7, the lowest of 14; median 4.8"


@pytest.mark.parametrize(
    ("outcome", "direction", "words"),
    [
        (Outcome(2006, 18, ours=D("2.5")), "neutral", "Harrow: 2.5; median not known"),
        (Outcome(2006, 18), "neutral", "Harrow: no value known for 2006"),
        (Outcome(2006, 9, ours=D(5), median=D(4)), "increase", "Harrow: 5.0, above the median of 4.0, the better side"),
        (Outcome(2006, 9, ours=D(5), median=D(4)), "decrease", "Harrow: 5.0, above the median of 4.0, the worse side"),
        (Outcome(2006, 9, ours=D(3), median=D(4)), "neutral", "Harrow: 3.0, below the median of 4.0"),
        (Outcome(2006, 9, ours=D(4), median=D(4)), "increase", "Harrow: 4.0, the median of 9"),
        (
            Outcome(2006, 9, ours=D(6), median=D(4), upper_quartile=D(5)),
            "increase",
            "Harrow: 6.0, in the upper quarter of 9; median 4.0",
        ),
    ],
)
def test_standing(outcome, direction, words):
    assert said(outcome, direction) == words


def test_a_small_group_shows_its_range_and_median_and_no_quartiles():
    outcome = Outcome(2018, 3, ours=D("78.34"), others=(D("80.89"), D("73.58"))).with_known()
    # 73.58, 78.34, 80.89: the middle one is ours.
    assert (outcome.lowest, outcome.median, outcome.highest) == (D("73.58"), D("78.34"), D("80.89"))
    assert outcome.is_small
    assert said(outcome, decimals=2) == "Harrow: 78.34, the median of 3"
    four = Outcome(2018, 4, ours=D(1), others=(D(2), D(4), D(9))).with_known()
    assert four.median == 3
    five = Outcome(2018, 5, ours=D(1), lower_quartile=D(1), others=(D(2), D(4), D(9), D(9))).with_known()
    assert not five.is_small
    assert five.lower_quartile == 1


@pytest.mark.parametrize(
    ("outcome", "field", "sentence"),
    [
        (
            Outcome(2006, 14, median=D(4), lower_quartile=D(5)),
            "median",
            "The median (4) is below the lower quartile (5)",
        ),
        (Outcome(2006, 14, median=D(4), upper_quartile=D(3)), "upper_quartile", "is below the median (4)"),
        (Outcome(2006, 14, lowest=D(4), highest=D(3)), "highest", "The highest (3) is below the lowest (4)"),
        (Outcome(2006, 14, ours=D(8)), "ours", "8 lies outside the scale"),
        (Outcome(2006, 14, ours=D(2), lowest=D(3)), "ours", "2 is below the lowest value (3)"),
        (Outcome(2006, 14, others=(D(6),), highest=D(5)), "values", "6 is above the highest value (5)"),
        (Outcome(2006, 2, ours=D(2), others=(D(3), D(4))), "values", "3 values are given, ours among them, for 2"),
        (Outcome(2006, 4, lower_quartile=D(3)), "lower_quartile", "Fewer than 5 participants have no quartiles"),
        (
            Outcome(2006, 3, ours=D(1), median=D(3), others=(D(2), D(3))),
            "median",
            "The median of the values given is 2",
        ),
    ],
)
def test_what_cannot_be_true_is_named(outcome, field, sentence):
    found = benchmarking.problems(outcome, least=D(1), most=D(7))
    assert any(name == field and sentence in words for name, words in found), found


def test_a_result_in_order_has_no_problem():
    outcome = Outcome(2006, 14, D("3.7"), D("4.8"), D("4.4"), D("5.1"), D("3.7"), D("5.6"), others=(D("4.0"), D("5.6")))
    assert benchmarking.problems(outcome, least=D(1), most=D(7)) == []


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        (["19", "44", "22", "15"], ""),  # 100
        (["19", "44", "23", "15"], ""),  # 101: four whole numbers can be off by two
        (["19", "44", "22", "12"], "The shares sum to 97, not to 100. Correct one."),
        (["19.0", "44.0", "22.0", "15.2"], ""),  # off by 0.2, and four tenths can be
        (["19.0", "44.0", "22.0", "15.3"], "The shares sum to 100.3, not to 100. Correct one."),
        (["19", "44", "37"], "Give one share for each of the four grades, not 3."),
        (["19", "44", "22", "x"], "“x” is no percentage. Give numbers such as 19 or 19.5."),
        (["119", "44", "-78", "15"], "119 is no percentage from 0 to 100."),
        (["NaN", "44", "22", "15"], "NaN is no percentage from 0 to 100."),
    ],
)
def test_a_distribution_sums_to_100_within_rounding(shares, problem):
    assert benchmarking.distribution_problem(shares, 4) == problem


def test_where_a_grade_stands_nationally():
    # 22 + 15 above.
    assert benchmarking.place_among(["19", "44", "22", "15"], 1) == (
        "44% have this grade, 19% a lower one and 37% a higher one"
    )


@pytest.mark.parametrize(
    ("target", "actual", "direction", "result"),
    [
        ("98", "96", "increase", "missed"),
        ("98", "98", "increase", "met"),
        ("5", "15", "decrease", "missed"),
        ("5", "5", "decrease", "met"),
        ("5", "5", "neutral", ""),
        (None, "5", "increase", ""),
    ],
)
def test_met_or_missed(target, actual, direction, result):
    assert benchmarking.met(None if target is None else D(target), D(actual), direction) == result
