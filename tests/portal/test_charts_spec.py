"""What a chart says. Figures are those of the pack of 16 October 2018; scales are worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.charts.limits import Band, Stage
from portal.charts.scales import shared_scale, side_by_side
from portal.charts.spec import (
    Chart,
    Mark,
    Period,
    Scale,
    Series,
    listed,
    number,
    runs,
    trimmed,
)
from tests.portal.charts import BRENT, LEWISHAM, SOUTHWARK, SUMMER, all_calls, decimals, months, plain

D = Decimal


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        ("1077", 0, "1,077"),
        ("629795", 0, "629,795"),
        ("66.666", 2, "66.67"),
        ("0.005", 2, "0.01"),  # half up, as taught in schools, not to the even digit
        ("75.6", 2, "75.60"),
        ("-3.5", 1, "−3.5"),
        ("-0.001", 2, "0.00"),
        ("-1234.5", 0, "−1,235"),
        ("1E+3", 0, "1,000"),
    ],
)
def test_numbers_read_as_uk_readers_write_them(value: str, places: int, said: str):
    assert number(D(value), places) == said


@pytest.mark.parametrize(("value", "said"), [("80.00", "80"), ("82.50", "82.5"), ("1E+2", "100"), ("0.0", "0")])
def test_a_target_has_no_more_decimals_than_it_needs(value: str, said: str):
    assert trimmed(D(value)) == said


def test_the_unit_stands_at_a_value_said_in_full():
    assert all_calls().full(D("73.58")) == "73.58%"
    assert plain(1, prefix="£").full(D(-5)) == "−£5"
    assert plain(1, prefix="£").full(None) == "Not reported"


def test_a_month_has_its_names():
    assert Period.month(2018, 6).short == "Jun"
    assert Period.month(2018, 6).long == "June 2018"
    assert Period.month(2018, 6).dated == "Jun 2018"
    with pytest.raises(ValueError, match="month must be in"):
        Period.month(2018, 13)


def test_the_sentence_says_every_figure_and_the_target():
    assert all_calls().sentence() == (
        "Overall, all calls, Southwark, June to September 2018: 79.79, 74.69, 76.50, 73.58; target 80"
    )


def test_the_sentence_says_what_is_missing():
    chart = all_calls(values=("79.79", "74.69", None, "73.58"))
    assert chart.sentence() == (
        "Overall, all calls, Southwark, June to September 2018: 79.79, 74.69, not reported, 73.58; target 80"
    )
    assert all_calls(values=(None,) * 4, target=None).sentence() == (
        "Overall, all calls, Southwark, June to September 2018: not reported"
    )


def test_the_sentence_of_several_councils_names_each():
    chart = all_calls(
        subject="Overall, all calls",
        series=(Series("Brent", decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM))),
    )
    assert chart.sentence() == (
        "Overall, all calls, June to September 2018. Brent: 79.15, 75.60, 74.89, 78.34; "
        "Lewisham: 76.14, 78.86, 77.50, 80.89; target 80"
    )


def test_the_sentence_of_a_long_run_says_its_ends_extremes_gaps_and_changes():
    values = [50, 51, 40, 52, 53, None, 54, 70, 71, 72, 55, 56, 57]
    marks = [Mark.NORMAL] * 7 + [Mark.IMPROVEMENT] * 3 + [Mark.NORMAL, Mark.NORMAL, Mark.CONCERN]
    chart = plain(
        *values,
        series=(Series("Brent", decimals(*values), tuple(marks)),),
        mean=D("56.4"),
        band=Band(D(40), D("72.8")),
    )
    assert chart.sentence() == (
        "Open calls, Brent, January 2018 to January 2019: from 50 in January 2018 to 57 in January 2019, "
        "lowest 40 in March 2018, highest 72 in October 2018, 1 of 13 not reported; "
        "change to look into in January 2019; change for the better in August to October 2018; "
        "mean 56; expected range 40 to 73"
    )


@pytest.mark.parametrize(
    ("band", "said"),
    [
        (Band(D(41), D(60), provisional=True), "expected range 41 to 60, provisional"),
        (Band(None, D(60)), "expected range up to 60"),
        (Band(D(41), None), "expected range from 41"),
        (Band(None, None), ""),
    ],
)
def test_the_expected_range_in_words(band: Band, said: str):
    assert plain(50, band=band).references() == said


def test_the_expected_range_is_said_as_it_is_drawn_within_what_the_unit_allows():
    chart = plain(80, band=Band(D("60.46"), D("121.43")), least=D(0), most=D(100))
    assert chart.references() == "expected range 60 to 100"


def test_a_target_that_changes_is_said_with_its_months():
    chart = plain(1, 2, 3, 4, target=(None, D(70), D(75), D(75)))
    assert [(step.first, step.last, step.value) for step in chart.targets] == [(1, 1, D(70)), (2, 3, D(75))]
    assert chart.references() == "target 70 in February 2018, 75 from March 2018"


def test_a_target_that_is_dropped_and_taken_up_again_is_two():
    assert len(plain(1, 2, 3, target=(D(70), None, D(70))).targets) == 2


def test_the_span_of_periods():
    assert plain(1).span() == "January 2018"
    assert plain(*range(13)).span() == "January 2018 to January 2019"
    years = (Period("2016/17", "2016/17"), Period("2017/18", "2017/18"))
    assert plain(1, 2, periods=years).span() == "2016/17 to 2017/18"


def test_the_table_holds_every_figure():
    table = all_calls(values=("79.79", "74.69", None, "73.58")).table()
    assert table.headings == ("Period", "Southwark")
    assert table.rows == (
        ("June 2018", ("79.79",)),
        ("July 2018", ("74.69",)),
        ("August 2018", ("Not reported",)),
        ("September 2018", ("73.58",)),
    )


def test_the_table_says_how_marked_points_read_and_a_target_that_changes():
    chart = plain(
        10,
        None,
        30,
        series=(Series("Brent", decimals(10, None, 30), (Mark.CONCERN, Mark.NORMAL, Mark.NORMAL)),),
        target=(None, D(70), D("72.5")),
    )
    assert chart.table().headings == ("Period", "Brent", "Target", "Reading")
    assert [cells for _, cells in chart.table().rows] == [
        ("10", "", "Change to look into"),
        ("Not reported", "70", ""),
        ("30", "72.5", "Normal variation"),
    ]


def test_the_caption_needs_neither_unit_nor_direction():
    assert all_calls().caption() == "Per cent. Higher is better."
    assert all_calls(unit="").caption() == "Higher is better."
    assert all_calls(unit="", direction="").caption() == ""


def test_councils_side_by_side_share_a_scale_that_holds_every_figure():
    charts = [all_calls("Brent", BRENT), all_calls("Lewisham", LEWISHAM), all_calls("Southwark", SOUTHWARK)]
    drawn = side_by_side(charts)
    # 73.58 to 80.89 are 7.31 points apart; a twentieth of that, 0.3655, is left at each end.
    assert {chart.scale for chart in drawn} == {Scale(D("73.2145"), D("81.2555"))}
    assert [chart.series for chart in drawn] == [chart.series for chart in charts]


def test_a_scale_ends_where_the_unit_ends():
    assert shared_scale([plain(0, 100, scale=None, least=D(0), most=D(100))]) == Scale(D(0), D(100))
    assert shared_scale([plain(95, 100, scale=None, most=D(100))]) == Scale(D("94.75"), D(100))


def test_an_expected_range_is_cut_where_no_value_can_lie():
    chart = plain(60, 90, scale=None, least=D(0), most=D(100), band=Band(D(-20), D(104)))
    assert shared_scale([chart]) == Scale(D(0), D(100))


def test_a_figure_beyond_the_unit_is_still_seen():
    assert shared_scale([plain(101, 99, scale=None, most=D(100))]).high == D(101)


def test_equal_figures_and_none_at_all_still_give_a_scale():
    assert shared_scale([plain(50, 50, scale=None)]) == Scale(D(45), D(55))
    assert shared_scale([plain(0, 0, scale=None, least=D(0))]) == Scale(D(0), D(1))
    assert shared_scale([plain(None, scale=None)]) == Scale(D(0), D(1))
    assert shared_scale([plain(None, scale=None, least=D(0), most=D(100))]) == Scale(D(0), D(100))
    assert shared_scale([plain(None, scale=None, most=D(100))]) == Scale(D(99), D(100))


def test_different_units_share_no_scale():
    with pytest.raises(ValueError, match="different units"):
        shared_scale([plain(1, suffix="%"), plain(1)])
    with pytest.raises(ValueError, match="needs a chart"):
        shared_scale([])


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"series": ()}, ValueError, "needs periods and a series"),
        ({"periods": months(2018, 1, 3)}, ValueError, "3 periods need as many values and marks"),
        ({"series": (Series("Brent", decimals(1, 2), (Mark.NORMAL,)),)}, ValueError, "as many values and marks"),
        ({"target": (D(1),)}, ValueError, "as many targets"),
        ({"series": (Series("Brent", (1.5, None)),)}, TypeError, "1.5 is not a finite Decimal"),
        ({"mean": 2}, TypeError, "2 is not a finite Decimal"),
        ({"band": Band(D("NaN"), None)}, TypeError, "not a finite Decimal"),
        ({"target": (None, D("Infinity"))}, TypeError, "not a finite Decimal"),
    ],
)
def test_a_chart_that_cannot_be_is_refused(changes: dict, error: type[Exception], said: str):
    with pytest.raises(error, match=said):
        plain(1, 2, **changes)


def test_a_scale_rises():
    with pytest.raises(ValueError, match="a scale must rise: 5 to 5"):
        Scale(D(5), D(5))


def test_lists_and_runs():
    assert listed(["June"]) == "June"
    assert listed(["June", "July", "August"]) == "June, July and August"
    assert runs([0, 1, 2, 5, 7, 8]) == [(0, 2), (5, 5), (7, 8)]
    assert runs([]) == []


FIGURES = st.one_of(st.none(), st.decimals("-1e6", "1e6", places=2))


@given(st.lists(st.lists(FIGURES, min_size=4, max_size=4), min_size=1, max_size=4))
def test_a_shared_scale_always_holds_every_figure(councils: list[list[Decimal | None]]):
    charts = [
        Chart(title="", subject="Any", periods=SUMMER, series=(Series("Any", tuple(values)),)) for values in councils
    ]
    scale = shared_scale(charts)
    assert all(scale.low <= value <= scale.high for values in councils for value in values if value is not None)


STEPS = (Stage(0, 1, D(40), Band(D(30), D(50))), Stage(2, 3, D(60), Band(D(52), D(104)), note="New tool"))


def test_limits_in_steps_are_said_and_stand_in_the_table():
    chart = plain(41, 39, 61, 59, stages=STEPS, most=D(100), reading="Within normal variation")
    assert chart.references() == "new limits (New tool) from March 2018; mean 60; expected range 52 to 100"
    assert chart.sentence().endswith("expected range 52 to 100. Within normal variation")
    assert chart.table().headings == ("Period", "Brent", "Mean", "Expected range")
    assert [cells[1:] for _, cells in chart.table().rows] == [
        ("40", "30 to 50"),
        ("40", "30 to 50"),
        ("60", "New limits (New tool): 52 to 100"),
        ("60", "52 to 100"),
    ]


def test_a_stage_without_limits_yet_says_so():
    chart = plain(41, 39, 61, stages=(STEPS[0], Stage(2, 2, note="New tool")))
    assert chart.references() == "new limits (New tool) from March 2018"
    assert chart.table().rows[-1] == ("March 2018", ("61", "None yet", "New limits (New tool): None yet"))


def test_stages_must_cover_the_periods_and_stand_alone():
    for stages in ((STEPS[0],), (STEPS[0], Stage(3, 3)), (Stage(1, 3),)):
        with pytest.raises(ValueError, match="stages follow one another over the 4 periods"):
            plain(1, 2, 3, 4, stages=stages)
    with pytest.raises(ValueError, match="in place of band and mean"):
        plain(1, 2, 3, 4, stages=STEPS, mean=D(2))
    with pytest.raises(TypeError, match="not a finite Decimal"):
        plain(1, 2, stages=(Stage(0, 1, 40),))


def test_a_shared_scale_holds_every_step():
    # 30 to 100 with a twentieth of 70 free below; nothing lies over 100.
    scale = shared_scale([plain(41, 39, 61, 59, stages=STEPS, scale=None, most=D(100))])
    assert (scale.low, scale.high) == (D("26.5"), D(100))
