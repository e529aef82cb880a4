"""The figures check, rule by rule. Percentages are divided by hand; the properties go through every count there is."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.figures import (
    Finding,
    Printed,
    RatePart,
    check_change,
    check_combined_between,
    check_combined_weighted,
    check_count,
    check_counted_percentage,
    check_net_score,
    check_percentage,
    check_percentage_range,
    check_score_range,
    check_total,
    in_print,
    percentage_reachable,
)

INCIDENTS = ("incident", "incidents")
HERE = ("Brent", "August 2018", "P1 resolved in time")


def said(finding):
    return finding.rule, finding.severity, finding.stated, finding.computed


# Figures as printed


def test_figures_as_people_print_them():
    for text, units, decimals in [("83.88", 8388, 2), (" 83.88% ", 8388, 2), ("1,077", 1077, 0), ("−5.0", -50, 1)]:
        figure = Printed.read(text)
        assert (figure.units, figure.decimals) == (units, decimals)


@pytest.mark.parametrize("text", ["", "n/a", "12a", "1,07", "1.2.3", "٣", "--5", "1e3", ".5", "9" * 41])
def test_what_is_no_figure_says_so(text):
    with pytest.raises(ValueError, match=r"is not a figure\. Write it like 1,077 or 83\.88"):
        Printed.read(text)


def test_figures_print_as_uk_readers_write_them():
    assert in_print(1077) == "1,077"
    assert in_print(Decimal("83.325"), 2) == "83.33"
    assert in_print(Decimal("-0.5")) == "−1"
    assert in_print(Decimal("-0.4")) == "0"
    assert in_print(Decimal("0.05"), 2) == "0.05"


# Percentages and their counts


@pytest.mark.parametrize(
    ("percent", "count", "exact", "smallest"),
    [
        ("83.33", 6, True, 6),  # 5 of 6
        ("83.33", 7, False, 6),
        ("83.88", 6, False, 242),  # 203 of 242 is 83.884...
        ("83.88", 242, True, 242),
        ("66.67", 3, True, 3),
        ("66.66", 3, False, 2858),  # 1905 of 2858 is 66.655...
        ("100", 11, True, 1),
        ("0", 11, True, 1),
        ("0.00", 11, True, 1),
        ("100.00", 1, True, 1),
        ("50", 3, False, 2),
        ("13", 8, True, 8),  # 1 of 8 is 12.5, and a half goes up; 12.5 is the least that does
        ("12", 8, False, 17),  # 2 of 17 is 11.76...; 1 of 8 is not 12
        ("65", 25, False, 17),  # 11 of 17 is 64.7...
        ("65.00", 20, True, 20),
        ("99.99", 9999, True, 6667),  # 6666 of 6667 is 99.985...
        ("101", 5, False, None),
        ("100.01", 5, False, None),
        ("-1", 5, False, None),
        ("50", 0, False, 2),
    ],
)
def test_percentage_reachable(percent, count, exact, smallest):
    reach = percentage_reachable(percent, count)
    assert (reach.exact, reach.smallest_denominator) == (exact, smallest)


def test_the_nearest_that_is_possible():
    reach = percentage_reachable("83.88", 6)
    assert (reach.nearest, reach.nearest_numerator, reach.smallest_numerator) == ("83.33", 5, 203)
    beyond = percentage_reachable("140", 6)
    assert (beyond.nearest, beyond.nearest_numerator) == ("100", 6)
    nothing = percentage_reachable("83.88", 0)
    assert (nothing.nearest, nothing.nearest_numerator, nothing.only_if_cut) == (None, None, False)


def test_cut_off_figures_are_told_from_rounded_ones():
    cut = percentage_reachable("66.66", 3)
    assert (cut.only_if_cut, cut.cut_numerator) == (True, 2)
    assert not percentage_reachable("66.67", 3).only_if_cut
    assert not percentage_reachable("83.88", 6).only_if_cut


def test_a_negative_count_and_a_word_are_refused():
    with pytest.raises(ValueError, match="cannot be negative: -1"):
        percentage_reachable("50", -1)
    with pytest.raises(ValueError, match="is not a figure"):
        percentage_reachable("half", 2)


def shares(count, decimals, rounding):
    """Every percentage that some of `count` can be, with how many give it."""
    step = Decimal(1).scaleb(-decimals)
    return {(Decimal(100 * k) / count).quantize(step, rounding): k for k in range(count + 1)}


PERCENTAGES = st.integers(0, 2).flatmap(lambda d: st.integers(0, 100 * 10**d).map(lambda n: Decimal(n).scaleb(-d)))


@given(PERCENTAGES, st.integers(1, 400))
def test_reachable_agrees_with_trying_every_count(percent, count):
    decimals = -percent.as_tuple().exponent
    reach = percentage_reachable(str(percent), count)
    possible = shares(count, decimals, ROUND_HALF_UP)
    assert reach.exact == (percent in possible)
    assert reach.only_if_cut == (percent not in possible and percent in shares(count, decimals, ROUND_DOWN))
    nearest = Decimal(100 * reach.nearest_numerator) / count
    assert abs(nearest - percent) <= min(abs(share - percent) for share in possible) + Decimal(1).scaleb(-decimals)
    assert Decimal(reach.nearest) == nearest.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize(("decimals", "counts"), [(0, 200), (1, 250)])
def test_the_smallest_count_agrees_with_trying_every_one(decimals, counts):
    smallest = {}
    for count in range(counts, 0, -1):
        smallest |= dict.fromkeys(shares(count, decimals, ROUND_HALF_UP), count)
    for units in range(100 * 10**decimals + 1):
        percent = Decimal(units).scaleb(-decimals)
        found = percentage_reachable(str(percent), 1).smallest_denominator
        assert found == smallest.get(percent, found)
        assert percent in smallest or found > counts


@given(PERCENTAGES)
def test_the_smallest_count_gives_the_percentage_and_no_count_below_it_does(percent):
    reach = percentage_reachable(str(percent), 1)
    smallest = reach.smallest_denominator
    assert percentage_reachable(str(percent), smallest).exact
    assert not any(percentage_reachable(str(percent), n).exact for n in range(max(1, smallest - 50), smallest))


def test_an_impossible_percentage_is_an_error_that_names_the_nearest():
    assert check_percentage("83.88", 6, things=INCIDENTS, where=HERE) == Finding(
        rule="percentage-of-count",
        severity="error",
        stated="83.88",
        computed="83.33% (5 of 6); smallest count 242",
        where=HERE,
        message="83.88% is not possible for 6 incidents. Did you mean 83.33% (5 of 6)?",
        remedy="It takes at least 242 incidents (203 of 242). Correct it, or give both counts behind it: how many were "
        "measured, and how many of those met the target.",
    )


def test_a_percentage_that_another_count_gives_is_a_warning_that_asks_for_the_counts():
    finding = check_percentage("83.33", 7, things=INCIDENTS)
    assert said(finding) == ("percentage-of-count", "warning", "83.33", "85.71% (6 of 7); smallest count 6")
    assert finding.message == "83.33% is not possible for 7 incidents. 5 of 6 gives it."
    assert finding.remedy == (
        "If it was measured on another count, give both counts behind it: how many were measured, and how many of "
        "those met the target. Otherwise the nearest is 85.71% (6 of 7)."
    )


def test_a_percentage_that_its_count_gives_is_not_mentioned():
    assert check_percentage("83.33", 6) is None
    assert check_percentage("100", 1) is None


def test_where_an_error_begins_is_a_setting():
    # 64.29 needs 14 (9 of 14): 2 x 7 is enough, 1 x 7 and 2 x 6 are not.
    assert check_percentage("64.29", 7).severity == "warning"
    assert check_percentage("64.29", 7, error_factor=1).severity == "error"
    assert check_percentage("64.29", 6).severity == "error"


def test_a_figure_that_only_cutting_gives_says_so():
    # 1,519 of 1,682 is 90.309...%; by rounding 121 of 134 is 90.298...%.
    finding = check_percentage("90.30", 1682, things=("request", "requests"))
    assert finding.severity == "warning"
    assert finding.message == ("90.30% fits 1,682 requests only if it was cut off instead of rounded: 1,519 of 1,682.")


def test_a_percentage_of_nothing():
    finding = check_percentage("100", 0, things=INCIDENTS)
    assert said(finding) == ("percentage-of-none", "error", "100", "no figure")
    assert finding.message == "100% is not possible for 0 incidents: there was nothing to measure."
    assert finding.remedy.startswith("Leave it empty")


def test_a_percentage_is_0_to_100():
    for stated in ("101", "-1", "100.01"):
        expected = ("percentage-range", "error", stated, "0 to 100")
        assert said(check_percentage_range(stated)) == expected
        assert said(check_percentage(stated, 5)) == expected
    assert check_percentage_range("101").message == "101% is not between 0 and 100."
    assert check_percentage_range("100") is None
    assert check_percentage_range("0") is None


# Scores


def test_a_net_score_is_so_many_of_its_answers_either_way():
    assert check_net_score("40.91", 176) is None  # 72 of 176
    assert check_net_score("-40.91", 176) is None
    finding = check_net_score("23.57", 123)  # 29 of 123 is 23.577...; 33 of 140 is 23.571...
    assert said(finding) == ("score-of-count", "warning", "23.57", "23.58 (29 of 123); smallest count 140")
    assert finding.message == "23.57 fits 123 surveys only if it was cut off instead of rounded: 29 of 123."
    assert "number of surveys" in finding.remedy


def test_a_negative_net_score_keeps_its_sign():
    finding = check_net_score("−33", 4)
    assert finding.message == "−33 is not possible for 4 surveys. 1 of 3 gives it."
    assert finding.computed == "−25 (1 of 4); smallest count 3"


def test_a_score_stays_on_its_scale():
    assert said(check_score_range("-101")) == ("score-range", "error", "-101", "−100 to 100")
    assert said(check_net_score("150", 10)) == ("score-range", "error", "150", "−100 to 100")
    assert said(check_score_range("6", lowest=1, highest=5)) == ("score-range", "error", "6", "1 to 5")
    assert check_score_range("-100") is None


# Counts and totals


def test_a_count_is_whole_and_not_negative():
    assert check_count("1,077") is None
    assert check_count("4.00") is None
    assert said(check_count("-3")) == ("count-not-negative", "error", "-3", "0 or more")
    assert said(check_count("4.5")) == ("count-is-whole", "error", "4.5", "a whole number")


def test_a_total_is_the_sum_of_its_parts():
    # Brent, June 2018: 11 + 7 + 1,013 + 3,117 = 4,148.
    parts = {"P1": 11, "P2": 7, "P3": 1013, "requests": Decimal("3117.0000")}
    assert check_total("4,148", parts) is None
    finding = check_total("4184", parts, where=HERE)
    assert said(finding) == ("total-of-parts", "error", "4184", "4,148")
    assert finding.message == "The total is 4184, but its parts add up to 4,148: 36 too many."
    assert finding.remedy == "Correct the total, or one of its parts: P1, P2, P3, requests."
    assert finding.where == HERE
    assert check_total("4,147", parts).message.endswith("1 too few.")


def test_a_total_of_money_keeps_its_pence():
    finding = check_total("0.31", {"a": Decimal("0.1"), "b": Decimal("0.2")})
    assert finding.message == "The total is 0.31, but its parts add up to 0.3: 0.01 too many."


# Percentages with both counts


def test_a_percentage_agrees_with_its_two_counts():
    assert check_counted_percentage("83.33", 5, 6) is None
    assert check_counted_percentage("12.5", 1, 8) is None
    assert check_counted_percentage("13", 1, 8) is None  # half up
    finding = check_counted_percentage("83.88", 5, 6)
    assert said(finding) == ("percentage-of-its-counts", "error", "83.88", "83.33%")
    assert finding.message == "83.88% is not 5 of 6, which is 83.33%."
    assert finding.remedy == "Enter 83.33, or correct the counts."


def test_a_cut_percentage_is_told_so():
    finding = check_counted_percentage("66.66", 2, 3)
    assert finding.message == "66.66% is 2 of 3 cut off instead of rounded, which is 66.67%."


@pytest.mark.parametrize(("numerator", "denominator"), [(7, 6), (-1, 6), (1, -2), (1, 0)])
def test_counts_that_cannot_be(numerator, denominator):
    finding = check_counted_percentage("50", numerator, denominator)
    assert (finding.severity, finding.remedy) == ("error", "Correct the counts.")


def test_nothing_measured_has_no_percentage():
    assert said(check_counted_percentage("100", 0, 0)) == ("percentage-of-its-counts", "error", "100", "no figure")


# Combined rates. Brent, August 2018.

BRENT = [
    RatePart("P1", "83.88", 6),
    RatePart("P2", "71.43", 15),
    RatePart("P3", "67.87", 709),
    RatePart("requests", "86.54", 2993),
]


def test_a_combined_rate_lies_between_its_parts():
    assert check_combined_between("74.89", BRENT) is None
    above = check_combined_between("86.60", BRENT)
    assert said(above) == ("combined-between-parts", "error", "86.60", "67.87% to 86.54%")
    assert above.message == "86.60% is above all of its parts; the highest is requests at 86.54%."
    below = check_combined_between("67.80", BRENT)
    assert below.message == "67.80% is below all of its parts; the lowest is P3 at 67.87%."


def test_rounding_alone_does_not_put_a_rate_outside_its_parts():
    # Both parts can be 86.544..., which prints as 86.54 and, with one decimal, as 86.5; 86.55 can be 86.545.
    parts = [RatePart("a", "86.54", 10), RatePart("b", "86.54", 10)]
    assert check_combined_between("86.5", parts) is None
    assert check_combined_between("86.55", parts) is None
    assert check_combined_between("86.56", parts).severity == "error"


def test_a_part_measured_on_nothing_does_not_count():
    assert check_combined_between("86.60", [*BRENT, RatePart("P0", "100", 0)]).severity == "error"
    assert check_combined_between("50", [RatePart("P0", "100", 0)]) is None


def test_a_combined_rate_far_from_its_weighted_parts_wants_a_reason():
    # 83.88 x 6 + 71.43 x 15 + 67.87 x 709 + 86.54 x 2,993 = 503.28 + 1,071.45 + 48,119.83 + 259,014.22 = 308,708.78;
    # divided by 3,723 that is 82.919...
    finding = check_combined_weighted("74.89", BRENT)
    assert said(finding) == ("combined-near-weighted", "warning", "74.89", "82.92%")
    assert finding.message == (
        "74.89% is 8.03 points below 82.92%, which its parts come to when each is weighed by its volume."
    )


def test_how_far_a_combined_rate_may_be_is_a_setting():
    halves = [RatePart("a", "80", 50), RatePart("b", "90", 50)]
    assert check_combined_weighted("86", halves) is None
    assert check_combined_weighted("86.01", halves).message.startswith("86.01% is 1.01 points above 85.00%")
    assert check_combined_weighted("86.01", halves, tolerance=Decimal("1.5")) is None
    assert check_combined_weighted("86", halves, tolerance=0).severity == "warning"


def test_parts_without_volume_weigh_nothing():
    assert check_combined_weighted("50", [RatePart("a", "80", 0)]) is None


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 300)), min_size=1, max_size=5))
def test_a_rate_worked_out_from_its_parts_breaks_no_rule(pairs):
    cases = [(below, min(above, below)) for below, above in pairs]
    parts = [RatePart(str(i), in_print(Decimal(100 * k) / n, 2), n) for i, (n, k) in enumerate(cases)]
    everything, met = sum(n for n, _ in cases), sum(k for _, k in cases)
    combined = in_print(Decimal(100 * met) / everything, 2)
    assert check_combined_between(combined, parts) is None
    assert check_combined_weighted(combined, parts) is None
    assert check_percentage(combined, everything) is None
    assert check_counted_percentage(combined, met, everything) is None


# Changes


def test_a_figure_beyond_the_usual_range_wants_a_comment():
    finding = check_change("1,077", lower=621.4, upper=934.0, points=14)
    assert said(finding) == ("unusual-change", "warning", "1,077", "621 to 934")
    assert finding.message == "1,077 is above the range of usual variation, 621 to 934, of the 14 months before."
    assert check_change("600", lower=621.4, upper=934.0, points=14).message.startswith("600 is below")
    assert check_change("934", lower=621.4, upper=934.0, points=14) is None


def test_provisional_limits_say_nothing():
    assert check_change("1,077", lower=621.4, upper=934.0, points=12) is None
    assert check_change("1,077", lower=621.4, upper=934.0, points=12, needed=12).severity == "warning"
    assert check_change("1,077", lower=None, upper=None, points=20) is None
