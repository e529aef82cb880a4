"""Runs of months by hand, with figures published for June to September 2018 where any are named."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.aggregation import Aggregate, Rate, at_end, months_from, per_head, rate, total, volume_weighted

JUNE, JULY, AUGUST, SEPTEMBER = (date(2018, month, 1) for month in (6, 7, 8, 9))
SUMMER = (JUNE, JULY, AUGUST, SEPTEMBER)
# Brent: calls logged, open at month end.
CALLS = {JUNE: 4148, JULY: 3926, AUGUST: 3723, SEPTEMBER: 3898}
OPEN = {JUNE: 743, JULY: 718, AUGUST: 759, SEPTEMBER: 763}


def test_months_across_a_new_year():
    assert months_from(date(2018, 11, 30), date(2019, 2, 1)) == (
        date(2018, 11, 1),
        date(2018, 12, 1),
        date(2019, 1, 1),
        date(2019, 2, 1),
    )
    assert months_from(JUNE, JUNE) == (JUNE,)
    with pytest.raises(ValueError, match="June 2018 comes before July 2018"):
        months_from(JULY, JUNE)


def test_counts_are_added():
    result = total(SUMMER, CALLS)
    assert result == Aggregate(Fraction(15695), Fraction(15695), "sum")
    assert result.rounded(0) == Decimal(15695)


def test_a_missing_month_is_stated_and_not_taken_as_zero():
    result = total(SUMMER, {JUNE: 4148, AUGUST: 3723})
    assert result.exact is None
    assert result.rounded(0) is None
    assert result.partial == 7871
    assert result.missing == (JULY, SEPTEMBER)
    assert result.reason == "Not reported: July 2018 and September 2018."


def test_no_month_at_all():
    result = total((JUNE, JULY, AUGUST), {})
    assert (result.exact, result.partial) == (None, None)
    assert result.reason == "Not reported: June 2018, July 2018 and August 2018."


def test_what_is_open_at_the_end_is_that_of_the_last_month():
    assert at_end(SUMMER, OPEN).exact == 763
    without_july = at_end(SUMMER, {month: OPEN[month] for month in (JUNE, AUGUST, SEPTEMBER)})
    assert (without_july.exact, without_july.missing) == (763, (JULY,))


def test_no_earlier_month_stands_in_for_the_last():
    result = at_end(SUMMER, {JUNE: 743, JULY: 718, AUGUST: 759})
    assert (result.exact, result.partial, result.missing) == (None, None, (SEPTEMBER,))
    assert result.reason == "The last month, September 2018, is not reported."


def test_percentages_come_from_counts_and_are_not_averaged():
    # 1 of 1 and 3 of 9: 4 of 10. The average of 100% and 33.33% would be 66.67%.
    result = rate((JUNE, JULY), {JUNE: Rate(1, 1), JULY: Rate(3, 9)})
    assert (result.exact, result.basis) == (40, "counts")


def test_a_month_in_which_nothing_was_measured_adds_nothing():
    assert rate((JUNE, JULY), {JUNE: Rate(0, 0), JULY: Rate(3, 9)}).rounded(2) == Decimal("33.33")
    nothing = rate((JUNE, JULY), {JUNE: Rate(0, 0), JULY: Rate(0, 0)})
    assert (nothing.exact, nothing.reason) == (None, "Nothing was measured in these months.")


def test_a_printed_percentage_alone_makes_the_rate_unavailable():
    rates = {JUNE: Rate(1, 1), JULY: Rate(printed=Decimal("83.33"), volume=7), AUGUST: Rate(5, 6)}
    result = rate((JUNE, JULY, AUGUST), rates)
    assert (result.exact, result.partial) == (None, None)
    assert result.reason == "No numerator and denominator for July 2018."


def test_a_missing_month_leaves_the_reported_counts_as_partial():
    result = rate((JUNE, JULY), {JUNE: Rate(5, 6)})
    assert result.exact is None
    assert result.partial == Fraction(250, 3)
    assert result.missing == (JULY,)


def test_printed_percentages_weighed_by_volume_are_an_estimate():
    # Brent's service requests: (89.39 x 3117 + 89.11 x 3160) / 6277 = (278628.63 + 281587.60) / 6277 = 89.2490...
    rates = {JUNE: Rate(printed=Decimal("89.39"), volume=3117), JULY: Rate(printed=Decimal("89.11"), volume=3160)}
    result = volume_weighted((JUNE, JULY), rates)
    assert result.exact == Fraction("560216.23") / 6277
    assert result.rounded(2) == Decimal("89.25")
    assert result.basis == "estimate"


def test_an_estimate_wants_both_figure_and_volume():
    rates = {JUNE: Rate(printed=Decimal("89.39")), JULY: Rate(numerator=3, denominator=4)}
    reason = volume_weighted((JUNE, JULY), rates).reason
    assert reason == "No printed percentage with its volume for June 2018 and July 2018."


def test_a_sum_is_divided_by_the_mean_headcount():
    # 15695 / 2994 = 5.2421...; with 2900 and 3100 over two months, 8074 / 3000 = 2.6913...
    assert per_head(total(SUMMER, CALLS), [2994] * 4).rounded(2) == Decimal("5.24")
    assert per_head(total((JUNE, JULY), CALLS), [2900, 3100]).rounded(2) == Decimal("2.69")


def test_a_month_end_figure_is_divided_by_the_last_headcount():
    assert per_head(at_end(SUMMER, OPEN), [None, None, None, 3000]).rounded(4) == Decimal("0.2543")


def test_an_unknown_headcount_leaves_nothing_to_divide_by():
    result = per_head(total((JUNE, JULY), CALLS), [None, 3000])
    assert (result.exact, result.reason) == (None, "No headcount is known for every month.")


def test_a_missing_month_is_missing_per_head_too():
    result = per_head(total(SUMMER, {JUNE: 4148}), [3000] * 4)
    assert (result.exact, result.partial, result.missing) == (None, None, (JULY, AUGUST, SEPTEMBER))


def test_what_cannot_be_worked_out_is_refused():
    with pytest.raises(ValueError, match="at least one month"):
        total((), CALLS)
    with pytest.raises(ValueError, match="no headcounts"):
        per_head(total(SUMMER, CALLS), [])
    with pytest.raises(ValueError, match="1 or more"):
        per_head(total((JUNE,), CALLS), [0])
    with pytest.raises(ValueError, match="Only a sum or a month-end figure"):
        per_head(rate((JUNE,), {JUNE: Rate(5, 6)}), [3000])


def test_rounding_is_half_up_and_away_from_zero():
    assert Aggregate(Fraction(1, 8), None, "counts").rounded(2) == Decimal("0.13")
    assert Aggregate(Fraction(-1, 8), None, "counts").rounded(2) == Decimal("-0.13")
    assert str(Aggregate(Fraction(75), None, "counts").rounded(2)) == "75.00"


COUNTS = st.integers(0, 5000).flatmap(lambda below: st.tuples(st.integers(0, below), st.just(below)))


@given(st.lists(COUNTS, min_size=1, max_size=24))
def test_a_rate_lies_between_its_months_and_does_not_depend_on_how_they_are_cut(pairs):
    months = months_from(date(2017, 1, 1), date(2018, 12, 1))[: len(pairs)]
    result = rate(months, {month: Rate(*pair) for month, pair in zip(months, pairs, strict=True)})
    measured = [Fraction(100 * above, below) for above, below in pairs if below]
    if not measured:
        assert result.exact is None
        return
    assert min(measured) <= result.exact <= max(measured)
    half = len(pairs) // 2
    halves = [tuple(map(sum, zip(*part, strict=True))) for part in (pairs[:half], pairs[half:]) if part]
    two = months[: len(halves)]
    assert rate(two, {m: Rate(*pair) for m, pair in zip(two, halves, strict=True)}).exact == result.exact


@given(st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=24))
def test_a_total_is_whole_only_when_every_month_is_there(amounts):
    months = months_from(date(2017, 1, 1), date(2018, 12, 1))[: len(amounts)]
    given_amounts = {m: amount for m, amount in zip(months, amounts, strict=True) if amount is not None}
    result = total(months, given_amounts)
    assert len(result.missing) == amounts.count(None)
    assert (result.exact is None) == (None in amounts)
    if given_amounts:
        assert result.partial == sum(given_amounts.values())
