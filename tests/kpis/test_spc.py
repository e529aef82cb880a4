"""XmR by hand. The first example is the one published with the NHS-R community's plot-the-dots package, in its account
of where it differs from the NHS spreadsheets; sums for the others stand beside them."""

from decimal import Decimal
from fractions import Fraction
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.spc import xmr

PUBLISHED = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
# Sum 161, mean 12.385; moving ranges 6 x 2 and 6 x 1, mean 1.5; limits 12.385 ± 3.99.
SHIFTED = [10, 12, 10, 12, 10, 12, 14, 13, 14, 13, 14, 13, 14]
# Sum 156, mean 12; moving ranges 5 x 4, 5, 6 x 1: 31 / 12; limits 12 ± 6.87.
RISING = [10, 14, 10, 14, 10, 14, 9, 10, 11, 12, 13, 14, 15]
QUIET = [10, 11] * 6  # sum 126, moving ranges 11 x 1; what follows it below makes these twelve a shift as well


def marked(result, signal):
    return [i for i, point in enumerate(result.points) if signal in point.signals]


def all_signals(result):
    return {i: set(point.signals) for i, point in enumerate(result.points) if point.signals}


def test_published_example_with_screening():
    # Sum 35, mean 35 / 18 = 1.94. Moving ranges 1, 1, 1, 8, 9 and 12 x 1: mean 32 / 17 = 1.88, and 3.267 times that
    # is 6.15, so 8 and 9 go; the mean of the rest is 1, and the limits are 1.94 ± 2.66.
    result = xmr(PUBLISHED, direction="increase")
    assert (round(result.mean, 2), round(result.upper, 2), round(result.lower, 2)) == (1.94, 4.60, -0.72)
    assert all_signals(result) == {4: {"outside"}}


def test_published_example_without_screening():
    result = xmr(PUBLISHED, direction="increase", screen=False)
    assert (round(result.mean, 2), round(result.upper, 2), round(result.lower, 2)) == (1.94, 6.95, -3.06)
    assert all_signals(result) == {4: {"outside"}}


def test_seven_on_one_side_are_a_shift_and_six_are_none():
    result = xmr(SHIFTED, direction="increase")
    assert result.mean == pytest.approx(161 / 13)
    assert (result.lower, result.upper) == (pytest.approx(161 / 13 - 3.99), pytest.approx(161 / 13 + 3.99))
    assert all_signals(result) == {i: {"shift"} for i in range(6, 13)}  # the six before, all below, are none
    # The same values with a 12 and a 14 changed about, so that six are left above the mean.
    assert not all_signals(xmr([10, 12, 10, 12, 10, 14, 12, 13, 14, 13, 14, 13, 14], direction="increase"))


def test_a_value_on_the_mean_ends_a_shift():
    # Sum 0 over 13, mean 0: seven below, then six above, with the fourth on the mean itself.
    values = [-1, -2, -1, 0, -1, -2, -1, 1, 2, 1, 2, 1, 1]
    assert sum(values) == 0
    assert marked(xmr(values, direction="increase"), "shift") == []


def test_seven_rising_are_a_trend_and_six_are_none():
    result = xmr(RISING, direction="increase")
    assert all_signals(result) == {i: {"trend"} for i in range(6, 13)}
    assert result.variation == "improvement"
    assert not all_signals(xmr([*RISING[:6], 11, *RISING[7:]], direction="increase"))  # 11, 10, 11, ...: six rising


def test_seven_falling_are_a_trend_the_other_way():
    result = xmr([24 - value for value in RISING], direction="increase")
    assert all_signals(result) == {i: {"trend"} for i in range(6, 13)}
    assert result.variation == "concern"


def test_an_equal_neighbour_ends_a_trend():
    assert marked(xmr([10, 14, 10, 14, 10, 9, 10, 11, 12, 12, 13, 14, 15], direction="increase"), "trend") == []


def test_at_a_turning_point_the_trend_that_ends_there_counts():
    # Sum 60 of 21; moving ranges 8 x 6 and 12 x 1, mean 3; limits 2.86 ± 7.98. Seven are above the mean, a shift,
    # but a trend says more about which way things go.
    values = [0, 6, 0, 6, 0, 6, 0, 6, 0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0]
    result = xmr(values, direction="increase")
    assert marked(result, "trend") == list(range(8, 21))
    assert marked(result, "shift") == list(range(11, 18))
    assert [point.variation for point in result.points[8:]] == ["improvement"] * 7 + ["concern"] * 6


def test_two_of_three_in_the_outer_third():
    # 14, 12, 14 after the quiet year: sum 166, mean 11.07; moving ranges 11 x 1, 3, 2, 2, mean 18 / 14; limit 3.42
    # away, two thirds of it 2.28; 14 is 2.93 away, and 12 above the mean.
    result = xmr([*QUIET, 14, 12, 14], direction="decrease")
    assert marked(result, "two_of_three") == [12, 14]
    assert marked(result, "outside") == []
    assert result.variation == "concern"


def test_two_of_three_wants_all_three_on_one_side():
    # 14, 10, 14: mean 164 / 15 = 10.93, limit 4.18 away, two thirds 2.79; 14 is 3.07 away, but 10 is below the mean.
    assert marked(xmr([*QUIET, 14, 10, 14], direction="decrease"), "two_of_three") == []


def test_a_value_beyond_the_limit_is_not_one_of_the_two():
    # 14, 12, 17: sum 169, mean 11.27; moving ranges 11 x 1, 3, 2, 5, mean 1.5; 5 is over 4.90 and goes, leaving
    # 16 / 13; the limit is 3.27 away (14.54), two thirds of it 2.18 (13.45). 17 is outside, which leaves 14 alone.
    result = xmr([*QUIET, 14, 12, 17], direction="increase")
    assert marked(result, "two_of_three") == []
    assert marked(result, "outside") == [14]


def test_a_value_on_the_limit_is_in_the_outer_third():
    # Limits fixed by the quiet year: 10.5 ± 2.66, two thirds of the way 12.27. 13.16 is on the limit itself.
    result = xmr([*QUIET, Decimal("13.16"), 12, 13], direction="increase", baseline=12)
    assert all_signals(result) == {12: {"two_of_three"}, 14: {"two_of_three"}}
    assert all_signals(xmr([*QUIET, Decimal("13.17"), 12, 13], direction="increase", baseline=12)) == {12: {"outside"}}


def test_screening_begins_above_3_267_times_the_mean():
    # Eleven ranges of 1 and one of 4.118: mean 15.118 / 12 = 1.25983; 3.267 times that is 4.11588, so 4.118 goes and
    # the limits are 2.66 from the mean. (3.27 times it is 4.11965, which would have kept it.)
    high = [Decimal("5.118"), Decimal("4.118")]
    result = xmr([0, 1, 0, 1, 0, 1, *high, *high, *high, high[0]], direction="increase")
    assert result.upper - result.mean == pytest.approx(2.66)
    # A range of 4.115 is under 3.267 x 15.115 / 12 = 4.11506 and stays: 2.66 x 15.115 / 12 = 3.35049.
    high = [Decimal("5.115"), Decimal("4.115")]
    result = xmr([0, 1, 0, 1, 0, 1, *high, *high, *high, high[0]], direction="increase")
    assert result.upper - result.mean == pytest.approx(3.35049, abs=0.00001)


def test_a_gap_gives_no_moving_range():
    # Eleven ranges of 2 remain: 6 x 4 and 7 x 6 have the mean 66 / 13, and the limits are 5.32 away from it.
    values = [4, 6, None, 6, 4, 6, 4, 6, 4, 6, 4, 6, 4, 6]
    result = xmr(values, direction="neutral")
    assert result.count == 13
    assert result.mean == pytest.approx(66 / 13)
    assert result.upper - result.mean == pytest.approx(5.32)
    assert result.points[2].value is None
    assert len(result.points) == 14


def test_a_gap_ends_a_run():
    assert marked(xmr([*SHIFTED[:9], None, *SHIFTED[9:]], direction="increase"), "shift") == []
    assert marked(xmr([*RISING[:9], None, *RISING[9:]], direction="increase"), "trend") == []
    assert marked(xmr([*QUIET, 14, None, 12, 14], direction="decrease"), "two_of_three") == []


def test_under_thirteen_points_limits_are_provisional_and_nothing_is_marked():
    twelve = xmr(PUBLISHED[:12], direction="increase", target=20)
    assert twelve.provisional
    assert twelve.upper < 10
    assert all_signals(twelve) == {}
    assert (twelve.variation, twelve.assurance) == (None, None)
    # Sum 28, mean 2.15, so the eight after the 10 are all below. Moving ranges 8 and 9 are over 3.267 x 27 / 12 and
    # go: upper limit 2.15 + 2.66 = 4.81.
    thirteen = xmr(PUBLISHED[:13], direction="increase", target=20)
    assert not thirteen.provisional
    assert all_signals(thirteen) == {4: {"outside"}, **{i: {"shift"} for i in range(5, 13)}}
    assert (thirteen.variation, thirteen.assurance) == ("concern", "fail")


def test_gaps_are_no_points():
    assert xmr([*PUBLISHED[:12], None, None], direction="increase").provisional


def test_nothing_and_one_value():
    nothing = xmr([None, None], direction="increase", target=1)
    assert (nothing.mean, nothing.lower, nothing.upper, nothing.count) == (None, None, None, 0)
    assert [point.value for point in nothing.points] == [None, None]
    assert xmr([], direction="increase").points == ()
    one = xmr([5], direction="increase")
    assert (one.mean, one.lower, one.upper) == (5.0, None, None)


def test_values_that_never_move_mark_nothing():
    for value in (0.1, Decimal("66.67"), 100):
        result = xmr([value] * 13, direction="increase")
        assert result.mean == result.lower == result.upper == float(value)
        assert all_signals(result) == {}
        assert result.variation == "common"


def test_one_dip_in_values_that_never_move_does_not_mark_every_month():
    # Eleven ranges of 0 and one of 13: screened, the limits would have no width. Kept, they are 2.66 x 13 / 12 away.
    result = xmr([100] * 12 + [87], direction="increase")
    assert all_signals(result) == {12: {"outside"}, **{i: {"shift"} for i in range(12)}}
    assert result.upper - result.mean == pytest.approx(2.66 * 13 / 12)


def test_a_service_at_its_target_every_month_is_no_failure():
    full = [100] * 13
    assert xmr(full, direction="increase", target=100).assurance == "pass"
    assert xmr(full, direction="decrease", target=100).assurance == "pass"
    assert xmr(full, direction="increase", target=95).assurance == "pass"
    assert xmr([99] * 13, direction="increase", target=100).assurance == "fail"


def test_a_first_different_value_shows_against_a_baseline_that_never_moved():
    result = xmr([100] * 13 + [Decimal("99.5"), 100], direction="increase", baseline=12)
    assert (result.mean, result.lower, result.upper) == (100, 100, 100)
    assert all_signals(result) == {13: {"outside"}}
    assert result.points[13].variation == "concern"


def test_a_baseline_fixes_mean_and_limits_for_what_follows():
    # The quiet year alone: mean 126 / 12 = 10.5, moving ranges 11 x 1, limits 7.84 and 13.16, outer third from 12.27.
    # The two 13s are in it, with a 12 above the mean between them.
    result = xmr([*QUIET, 13, 12, 13], direction="increase", baseline=12)
    assert (result.mean, result.lower, result.upper) == (10.5, 7.84, 13.16)
    assert all_signals(result) == {12: {"two_of_three"}, 14: {"two_of_three"}}
    assert result.count == 15
    # Over all fifteen the mean is 164 / 15 = 10.93.
    assert xmr([*QUIET, 13, 12, 13], direction="increase").mean == pytest.approx(164 / 15)


def test_a_rebase_gives_each_part_its_own_limits():
    # [10, 11] x 6 and 10: sum 136, ranges 12 x 1: 10.46 ± 2.66. [20, 22] x 6 and 20: sum 272, ranges 12 x 2: ± 5.32.
    values = [*QUIET, 10, *[20, 22] * 6, 20]
    result = xmr(values, direction="increase", rebases=[13], target=15)
    first, second = result.segments
    assert (first.first, first.last, second.first, second.last) == (0, 12, 13, 25)
    assert (first.mean, first.upper) == (pytest.approx(136 / 13), pytest.approx(136 / 13 + 2.66))
    assert (second.mean, second.lower) == (pytest.approx(272 / 13), pytest.approx(272 / 13 - 5.32))
    assert (result.mean, result.lower, result.upper) == (second.mean, second.lower, second.upper)
    assert all_signals(result) == {}
    assert (result.variation, result.assurance) == ("common", "pass")  # 15 is under 15.60
    # Without it: all below, then all above 15.69, every one a shift.
    assert set(all_signals(xmr(values, direction="increase"))) == set(range(26))


def test_no_signal_reaches_across_a_rebase():
    # 9, 10, 11, 12 | 13, 14, 15, 16: eight rising, four on either side of the cut.
    values = [10, 14, 10, 14, 10, 14, 10, 14, 10, 9, 10, 11, 12, 13, 14, 15, 16, 13, 16, 13, 16, 13, 16, 13, 16, 13]
    assert marked(xmr(values, direction="increase"), "trend") == list(range(9, 17))
    assert all_signals(xmr(values, direction="increase", rebases=[13])) == {}


def test_limits_after_a_rebase_are_provisional_until_there_are_thirteen():
    result = xmr([*SHIFTED, 20, 30, 20, 30], direction="increase", rebases=[13], target=50)
    # Mean 25, moving ranges 3 x 10.
    assert (result.provisional, result.count, result.mean, result.upper) == (True, 4, 25, 51.6)
    assert (result.variation, result.assurance) == (None, None)
    # What was said of the months before stands.
    assert all_signals(result) == {i: {"shift"} for i in range(6, 13)}
    assert not result.segments[0].provisional


def test_several_rebases_and_a_baseline_for_one_of_them():
    values = [*QUIET, 10, *[20, 22] * 7, *[5, 5, 5]]
    result = xmr(values, direction="increase", rebases=[27, 13, 13], baseline={13: 12})
    assert [(one.first, one.last, one.baseline) for one in result.segments] == [
        (0, 12, None),
        (13, 26, 12),
        (27, 29, None),
    ]
    assert result.segments[1].mean == 21
    assert (result.mean, result.lower, result.count) == (5, 5, 3)


def test_months_since_a_rebase_that_nobody_reported_have_no_limits():
    result = xmr([*SHIFTED, None], direction="increase", rebases=[13])
    assert (result.mean, result.upper, result.count, result.provisional) == (None, None, 0, True)
    assert result.variation is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rebases": [13]}, "There is no value at place 13 of 13"),
        ({"rebases": [-1]}, "There is no value at place -1"),
        ({"baseline": 1}, "A baseline has two months or more, not 1"),
        ({"baseline": {5: 12}}, "No limits begin at place 5"),
    ],
)
def test_limits_that_cannot_be_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        xmr(SHIFTED, direction="increase", **options)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("increase", "improvement"), ("decrease", "concern"), ("neutral", "neutral change")],
)
def test_variation_says_what_a_rise_means(direction, expected):
    assert xmr(SHIFTED, direction=direction).variation == expected


def test_variation_is_that_of_the_last_value_there_is():
    assert xmr([*SHIFTED, None], direction="increase").variation == "improvement"
    assert xmr(PUBLISHED, direction="increase").variation == "common"
    assert xmr(PUBLISHED, direction="increase").points[4].variation == "improvement"


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (17, "increase", "fail"),
        (17, "decrease", "pass"),
        (8, "increase", "pass"),
        (8, "decrease", "fail"),
        (12, "increase", "hit or miss"),
        (12, "decrease", "hit or miss"),
        (Decimal("8.5"), "increase", "hit or miss"),
        (17, "neutral", None),
        (None, "increase", None),
    ],
)
def test_assurance_against_limits_of_8_39_and_16_37(target, direction, expected):
    assert xmr(SHIFTED, direction=direction, target=target).assurance == expected


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="Direction is one of increase, decrease, neutral, not 'up'"):
        xmr(SHIFTED, direction="up")
    for value in (float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="is no finite number"):
            xmr([1, value], direction="increase")


# Pieces as they come, sorted or reversed, so that runs and trends are met often, with some gaps between them.
PIECES = st.tuples(
    st.lists(st.integers(0, 40), max_size=9, unique=True), st.sampled_from([list, sorted, lambda x: sorted(x)[::-1]])
).map(lambda piece: piece[1](piece[0]))
GAPS = st.just([None])
SERIES = st.lists(PIECES | PIECES | PIECES | GAPS, max_size=7).map(lambda pieces: list(chain.from_iterable(pieces)))


def read_by_hand(values, *, screen, fixed):
    """The rules once more, in another way: windows of a list of pairs, and a set of places for each rule."""
    base = values[:fixed]
    known = [Fraction(value) for value in base if value is not None]
    jumps = [abs(Fraction(b) - a) for a, b in pairwise(base) if None not in (a, b)]
    if sum(value is not None for value in values) < 13 or not jumps:
        return {}
    mean = sum(known) / len(known)
    if screen:
        small = [jump for jump in jumps if jump * len(jumps) * 1000 <= 3267 * sum(jumps)]
        jumps = small if sum(small) else jumps
    sigma = sum(jumps) / len(jumps) * Fraction(266, 300)
    z = [None if value is None else Fraction(value) - mean for value in values]
    found = {name: set() for name in ("outside", "shift", "trend", "two_of_three")}
    for at in range(len(z)):
        for size in (1, 3, 7):
            window = z[at : at + size]
            if len(window) < size or None in window:
                continue
            for way in (1, -1):
                away = [way * distance for distance in window]
                places = range(at, at + size)
                if size == 1 and away[0] > 3 * sigma:
                    found["outside"].add(at)
                if size == 3 and min(away) > 0:
                    near = [i for i, distance in zip(places, away, strict=True) if 2 * sigma < distance <= 3 * sigma]
                    found["two_of_three"].update(near if len(near) > 1 else ())
                if size == 7 and min(away) > 0:
                    found["shift"].update(places)
                if size == 7 and away == sorted(set(away)):
                    found["trend"].update(places)
    return {i: names for i in range(len(z)) if (names := {name for name, places in found.items() if i in places})}


@given(SERIES, st.booleans(), st.none() | st.integers(2, 20))
def test_signals_agree_with_a_second_reading_of_the_rules(values, screen, fixed):
    result = xmr(values, direction="increase", screen=screen, baseline=fixed)
    assert all_signals(result) == read_by_hand(values, screen=screen, fixed=fixed)


@given(SERIES, st.data())
def test_a_rebase_reads_each_part_as_if_it_stood_alone(values, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, len(values) - 1), max_size=3))) if len(values) > 1 else []
    result = xmr(values, direction="decrease", target=20, rebases=cuts)
    alone = [xmr(values[a:b], direction="decrease", target=20) for a, b in pairwise([0, *cuts, len(values)])]
    assert result.points == tuple(chain.from_iterable(one.points for one in alone))
    last = alone[-1]
    assert (result.mean, result.lower, result.upper) == (last.mean, last.lower, last.upper)
    assert (result.variation, result.assurance, result.count) == (last.variation, last.assurance, last.count)


@given(SERIES)
def test_read_backwards_the_same_values_stand_out(values):
    forwards, backwards = xmr(values, direction="increase"), xmr(values[::-1], direction="increase")
    assert (forwards.mean, forwards.lower, forwards.upper) == (backwards.mean, backwards.lower, backwards.upper)
    assert [point.signals for point in forwards.points] == [point.signals for point in reversed(backwards.points)]


@given(SERIES, st.integers(-50, 50), st.integers(1, 9))
def test_moving_and_stretching_the_scale_changes_no_signal(values, shift, factor):
    other = [None if value is None else value * factor + shift for value in values]
    before, after = xmr(values, direction="increase"), xmr(other, direction="increase")
    assert all_signals(before) == all_signals(after)
    for name in ("mean", "lower", "upper"):
        old, new = getattr(before, name), getattr(after, name)
        assert (old is None and new is None) or new == pytest.approx(old * factor + shift)


@given(SERIES)
def test_mirrored_values_and_the_other_direction_say_the_same(values):
    mirrored = [None if value is None else -value for value in values]
    result, mirror = xmr(values, direction="increase"), xmr(mirrored, direction="decrease")
    assert [point.variation for point in result.points] == [point.variation for point in mirror.points]
    assert [point.signals for point in result.points] == [point.signals for point in mirror.points]


@given(SERIES)
def test_screening_never_widens_the_limits(values):
    screened, plain = xmr(values, direction="increase"), xmr(values, direction="increase", screen=False)
    assert screened.mean == plain.mean
    if plain.upper is not None:
        assert screened.upper <= plain.upper
        assert screened.lower >= plain.lower
