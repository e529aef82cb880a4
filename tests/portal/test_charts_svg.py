"""The drawn chart. Places are worked by hand for the usual size of 380 by 172.

On a scale from 0 to 100, 100 stands at 20 and 0 at 132.5 (172 less 21.5 for the names of the periods and 18 above the
axis): 1.125 to the unit. The plot runs from 8 to 318 across.
"""

import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from portal import pdf
from portal.charts import geometry, palette
from portal.charts.limits import Band, Stage
from portal.charts.scales import side_by_side
from portal.charts.spec import Chart, Mark, Period, Scale, Series
from portal.charts.svg import chart_id, to_svg
from tests import pdf_checks
from tests.portal.charts import BRENT, LEWISHAM, SOUTHWARK, all_calls, decimals, months, plain

D = Decimal
LIBERATION = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"


def drawn(chart: Chart, **how) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(chart, **how))


def with_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if element.get("class") == name]


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter("text")]


def lines(svg: ElementTree.Element) -> list[str]:
    return [element.get("points", "") for element in svg.iter("polyline")]


def test_points_stand_at_their_values():
    svg = drawn(plain(0, 50, 100, 80))
    assert lines(svg) == ["46.8,132.5 124.2,76.2 201.8,20.0 279.2,42.5"]
    assert [(c.get("cx"), c.get("cy")) for c in svg.iter("circle")] == [
        ("46.8", "132.5"),
        ("124.2", "76.2"),
        ("201.8", "20.0"),
        ("279.2", "42.5"),
    ]


def test_a_value_equal_to_the_target_lies_on_the_target():
    svg = drawn(plain(50, 80, target=D(80)))
    (target,) = with_class(svg, "c-target")
    assert (target.get("x1"), target.get("x2"), target.get("y1"), target.get("y2")) == ("8.0", "318.0", "42.5", "42.5")
    assert list(svg.iter("circle"))[1].get("cy") == "42.5"


def test_a_target_that_changes_is_drawn_in_steps():
    svg = drawn(plain(1, 2, 3, 4, target=(None, D(40), D(80), D(80))))
    steps = [(t.get("x1"), t.get("x2"), t.get("y1")) for t in with_class(svg, "c-target")]
    # Four periods of 77.5: the second from 85.5 to 163, the last two from there to 318; 40 stands at 132.5 - 45.
    assert steps == [("85.5", "163.0", "87.5"), ("163.0", "318.0", "42.5")]
    assert "Target 80" in texts(svg)
    assert "Target 40" not in texts(svg)


def test_councils_on_one_scale_put_one_value_at_one_height():
    brent, lewisham = side_by_side([all_calls("Brent", ("79.15", "70", "75", "76")), all_calls("Lewisham", LEWISHAM)])
    heights = {
        series: [c.get("cy") for c in drawn(chart).iter("circle")]
        for series, chart in (("Brent", brent), ("Lewisham", lewisham))
    }
    targets = {with_class(drawn(chart), "c-target")[0].get("y1") for chart in (brent, lewisham)}
    assert len(targets) == 1
    same = side_by_side([all_calls("Brent", BRENT), all_calls("Lewisham", BRENT), all_calls("Southwark", SOUTHWARK)])
    assert [c.get("cy") for c in drawn(same[0]).iter("circle")] == [c.get("cy") for c in drawn(same[1]).iter("circle")]
    assert heights["Brent"] != heights["Lewisham"]


def test_a_missing_figure_parts_the_line_and_is_said():
    svg = drawn(plain(40, 80, None, 80, 40))
    # Five periods of 62, their middles from 39 on.
    assert lines(svg) == ["39.0,87.5 101.0,42.5", "225.0,42.5 287.0,87.5"]
    assert len(list(svg.iter("circle"))) == 4
    (gap,) = with_class(svg, "c-lim")
    assert (gap.get("x1"), gap.get("x2")) == ("163.0", "163.0")
    assert texts(svg).count("not reported") == 1


def test_a_figure_between_two_gaps_is_a_point_without_a_line():
    svg = drawn(plain(None, 50, None))
    assert lines(svg) == []
    assert [c.get("cy") for c in svg.iter("circle")] == ["76.2"]
    # Also among points so dense that normal ones are left to the line.
    dense = drawn(plain(*[50] * 70, None, 50, None, *[50] * 7))
    assert len(list(dense.iter("circle"))) == 1


def test_a_latest_figure_that_is_missing_is_not_replaced_by_an_older_one():
    svg = drawn(plain(40, 80, None, suffix="%"))
    assert with_class(svg, "t-end") == []
    assert {"40", "80", "not reported"} <= set(texts(svg))


def test_the_latest_value_stands_at_the_end_with_its_unit():
    (end,) = with_class(drawn(all_calls()), "t-end")
    assert (end.text, end.get("x")) == ("73.58%", "324.0")


def test_a_short_run_labels_each_point_a_long_one_its_extremes():
    assert {"10", "20", "30", "40", "50", "60"} <= set(texts(drawn(plain(10, 20, 30, 40, 50, 60))))
    long = texts(drawn(plain(50, 51, 40, 52, 53, 70, 54, 55)))
    assert [text for text in long if text.isdigit()] == ["40", "70", "55"]


def test_labels_stand_on_the_side_from_which_the_line_does_not_come():
    # The line falls to a valley and rises to a peak: above, below, above. The last is labelled at the end.
    svg = drawn(plain(60, 40, 70, 50))
    placed = {text.text: float(text.get("y", 0)) for text in svg.iter("text")}
    assert placed["60"] == 65.0 - 9
    assert placed["40"] == 87.5 + 16
    assert placed["70"] == 44.8  # 53.75 - 9, rounded once
    assert placed["50"] > 76


def test_a_label_is_moved_off_the_target_line():
    # 75 stands at 48.1 and its label at 39.1, clear of the target at 42.5. 72 stands at 51.5; at 42.5 the target would
    # underline its label, so that goes 3 above the line.
    clear = {text.text: text.get("y") for text in drawn(plain(75, 60, target=D(80))).iter("text")}
    assert clear["75"] == "39.1"
    moved = {text.text: text.get("y") for text in drawn(plain(72, 60, target=D(80))).iter("text")}
    assert moved["72"] == "39.5"


def test_marks_have_shapes_of_their_own():
    values = (50,) * 13
    marks = (Mark.CONCERN, Mark.IMPROVEMENT, *[Mark.NORMAL] * 11)
    svg = drawn(plain(*values, series=(Series("Brent", decimals(*values), marks),)))
    assert [e.tag for e in with_class(svg, "c-bad")] == ["path"]
    assert [e.tag for e in with_class(svg, "c-better")] == ["rect"]
    assert len(list(svg.iter("circle"))) == 11


def test_the_expected_range_is_shaded_between_its_limits():
    svg = drawn(plain(50, 60, mean=D(55), band=Band(D(40), D(80))))
    (band,) = with_class(svg, "c-band")
    assert (band.get("y"), band.get("height")) == ("42.5", "45.0")
    assert [line.get("y1") for line in with_class(svg, "c-lim")] == ["42.5", "87.5"]
    assert [line.get("y1") for line in with_class(svg, "c-mean")] == ["70.6"]
    assert {"Upper 80", "Mean 55", "Lower 40"} <= set(texts(svg))


def test_a_limit_beyond_the_scale_has_neither_edge_nor_name():
    svg = drawn(plain(50, 60, band=Band(D(40), D(104))))
    (band,) = with_class(svg, "c-band")
    assert (band.get("y"), band.get("height")) == ("20.0", "67.5")
    assert [line.get("y1") for line in with_class(svg, "c-lim")] == ["87.5"]
    assert "Upper 104" not in texts(svg)


def test_limits_in_steps_have_edges_of_their_own_and_a_mark_between():
    # Four periods of 77.5 from 8: the cut is at 163. 40 stands at 87.5, 60 at 65, 80 at 42.5, 20 at 110.
    stages = (Stage(0, 1, D(40), Band(D(20), D(60))), Stage(2, 3, D(60), Band(D(40), D(80)), note="New tool"))
    svg = drawn(plain(40, 41, 60, 61, stages=stages))
    assert [(b.get("x"), b.get("width"), b.get("y"), b.get("height")) for b in with_class(svg, "c-band")] == [
        ("8.0", "155.0", "65.0", "45.0"),
        ("163.0", "155.0", "42.5", "45.0"),
    ]
    assert [(m.get("x1"), m.get("x2"), m.get("y1")) for m in with_class(svg, "c-mean")] == [
        ("8.0", "163.0", "87.5"),
        ("163.0", "318.0", "65.0"),
        ("163.0", "163.0", "0"),
    ]
    assert texts(svg).count("New limits") == 1
    assert {"Mean 60", "Upper 80", "Lower 40"} <= set(texts(svg))
    assert "Mean 40" not in texts(svg)


def test_marks_of_new_limits_side_by_side_are_named_once():
    stages = tuple(Stage(i, i, D(50)) for i in range(30))
    svg = drawn(plain(*[50] * 30, stages=stages))
    assert len([m for m in with_class(svg, "c-mean") if m.get("x1") == m.get("x2")]) == 29
    assert 1 <= texts(svg).count("New limits") <= 5


def test_several_councils_are_told_apart_by_name_and_pattern():
    chart = all_calls(
        subject="Overall, all calls",
        series=(Series("Brent", decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM[:3], None))),
    )
    svg = drawn(chart)
    assert [line.get("stroke-dasharray") for line in svg.iter("polyline")] == [None, "9 3"]
    # A line that ends early keeps its name, without an older value that would be read as the latest.
    assert [e.text for e in with_class(svg, "t-lab")] == ["Brent 78.34%", "Lewisham"]


def test_a_long_name_leaves_room_for_the_plot():
    long = "Bournemouth, Christchurch and Poole"
    svg = drawn(all_calls(series=(Series(long, decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM)))))
    lewisham, bournemouth = (e.text or "" for e in with_class(svg, "t-lab"))
    assert lewisham == "Lewisham 80.89%"
    name, _, value = bournemouth.partition("… ")
    assert long.startswith(name)
    assert len(name) >= len("Bournemouth")
    assert value == "78.34%"
    assert float(with_class(svg, "c-target")[0].get("x2", 0)) > 180
    assert long in (svg[0].text or "")


def test_four_years_are_labelled_by_the_calendar():
    chart = plain(*range(48), periods=months(2015, 1, 48))
    plot = geometry.frame(chart, 380, 172)
    small = geometry.axis_labels(chart.periods, plot, within=(0, 380))
    assert [label.text for label in small] == ["Jan 2015", "Jan 2016", "Jan 2017", "Jan 2018", "Dec"]
    wide = geometry.axis_labels(chart.periods, geometry.frame(chart, 960, 260), within=(0, 960))
    assert [label.text for label in wide[:6]] == ["Jan 2015", "Apr", "Jul", "Oct", "Jan 2016", "Apr"]
    assert wide[-1].text == "Dec"


def test_a_run_within_a_year_is_labelled_without_it():
    assert texts(drawn(all_calls()))[3:7] == ["Jun", "Jul", "Aug", "Sep"]
    turn = plain(1, 2, 3, periods=months(2017, 11, 3))
    assert [
        label.text for label in geometry.axis_labels(turn.periods, geometry.frame(turn, 380, 172), within=(0, 380))
    ] == [
        "Nov 2017",
        "Dec",
        "Jan 2018",
    ]


def test_periods_without_a_calendar_are_counted_back_from_the_last():
    years = tuple(Period(f"20{year}/{year + 1}", f"20{year}/{year + 1}") for year in range(10, 30))
    chart = plain(*range(20), periods=years)
    labels = geometry.axis_labels(years, geometry.frame(chart, 380, 172), within=(0, 380))
    assert labels[-1].text == "2029/30"
    assert len(labels) < 20


def test_labels_that_collide_are_moved_apart_by_weight():
    # Both want 50 and need 14 between them: each gives way by 7; with weights 4 and 1 by 2.8 and 11.2.
    assert geometry.spread([50, 50], [14, 14], [1, 1], low=0, high=100) == pytest.approx([43, 57])
    assert geometry.spread([50, 50], [14, 14], [4, 1], low=0, high=100) == pytest.approx([47.2, 61.2])
    assert geometry.spread([20, 80], [14, 14], [1, 1], low=0, high=100) == [20, 80]
    # Three in a heap: the middle one stays.
    assert geometry.spread([50, 50, 50], [10, 10, 10], [1, 1, 1], low=0, high=100) == pytest.approx([40, 50, 60])
    assert geometry.spread([99], [14], [1], low=0, high=100) == [93]
    assert geometry.spread([], [], [], low=0, high=100) == []


def test_target_and_latest_value_do_not_overlap():
    labels = {
        text.text: float(text.get("y", 0)) for text in drawn(all_calls(values=("79", "79", "79", "80"))).iter("text")
    }
    assert abs(labels["Target 80"] - labels["80.00%"]) >= 13


@pytest.mark.parametrize("text", ["Target 80", "1,077", "September", "not reported", "Lower 350", "Jan 2018", "−3.5%"])
def test_the_estimated_widths_are_those_of_the_font_on_paper(text: str):
    font = TTFont(LIBERATION)
    names, widths = font.getBestCmap(), font["hmtx"]
    real = sum(widths[names[ord(character)]][0] for character in text) / font["head"].unitsPerEm * 12
    assert geometry.text_width(text, 12) == pytest.approx(real, rel=0.03)


HOSTILE = '<script>alert("x")</script> & Co'


@pytest.mark.parametrize("for_print", [False, True])
def test_a_name_is_text_whatever_it_holds(for_print: bool):
    chart = all_calls(
        subject=HOSTILE,
        periods=tuple(Period(HOSTILE[:8], HOSTILE) for _ in range(4)),
        series=(Series(HOSTILE, decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM))),
    )
    markup = to_svg(chart, for_print=for_print, identity='"><b>')
    assert "<script" not in markup
    assert "<b>" not in markup
    svg = ElementTree.fromstring(markup)
    assert {element.tag for element in svg.iter()} <= {"svg", "title", "line", "polyline", "circle", "rect", "text"}
    assert [text for text in texts(svg) if text.startswith("<script>alert(") and text.endswith("… 78.34%")]
    assert (svg[0].text or "").startswith(f"{HOSTILE}, {HOSTILE}. {HOSTILE}: 79.15")


def test_on_screen_the_title_names_the_picture_and_the_stylesheet_styles_it():
    svg = drawn(all_calls())
    assert svg.get("role") == "img"
    assert svg[0].tag == "title"
    assert svg[0].text == all_calls().sentence()
    assert svg.get("aria-labelledby") == svg[0].get("id") == chart_id(all_calls())
    assert drawn(all_calls(), identity="second").get("aria-labelledby") == "second"
    styled = {"style", "fill", "stroke", "font-size"}
    assert not [element for element in svg.iter() if styled & set(element.keys())]


def test_different_charts_have_different_ids():
    assert chart_id(all_calls()) != chart_id(all_calls(title="Another finding"))


def test_on_paper_every_shape_carries_its_own_look():
    svg = drawn(all_calls(band=Band(D(70), D(85)), mean=D(76)), for_print=True)
    assert not [element for element in svg.iter() if {"class", "style", "id"} & set(element.keys())]
    for element in svg.iter():
        if element.tag in ("circle", "text"):
            assert element.get("fill") in palette.PROPERTIES
        if element.tag in ("line", "polyline"):
            assert element.get("stroke") in palette.PROPERTIES
    assert svg[0].tag == "title"


def test_the_pdf_says_the_sentence_in_place_of_the_picture():
    chart = all_calls(values=("79.79", None, "76.50", "73.58"), band=Band(D(70), D(85)), mean=D(76))
    body = f"<h1>Performance</h1><figure><figcaption>{chart.title}</figcaption>{to_svg(chart, for_print=True)}</figure>"
    made = pdf.render(body, css="circle, text { fill: #ff0000 } ", title="Performance")
    pdf_checks.assert_ua1(made)
    with pikepdf.open(BytesIO(made)) as opened:
        alternatives = [
            str(item.Alt) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
        content = opened.pages[0].Contents.read_bytes()
    assert alternatives == [chart.sentence()]
    # The document's stylesheet does not reach the picture: its circles are not red.
    assert b"1 0 0 rg" not in content
    # Each label is in the text once: no second copy for a halo.
    assert "".join(pdf_checks.page_texts(made)).count("79.79") == 1


def test_the_same_spec_gives_the_same_bytes_in_every_process():
    code = (
        "from tests.portal.charts import all_calls; from portal.charts.svg import to_svg; "
        "print(to_svg(all_calls()), to_svg(all_calls(), for_print=True))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{to_svg(all_calls())} {to_svg(all_calls(), for_print=True)}\n"}


FIGURES = st.one_of(st.none(), st.decimals("-1e6", "1e6", places=2))


@given(
    st.integers(1, 50).flatmap(lambda n: st.lists(st.lists(FIGURES, min_size=n, max_size=n), min_size=1, max_size=3)),
    st.one_of(st.none(), st.decimals("-1e6", "1e6", places=2)),
)
def test_whatever_the_figures_every_point_and_label_has_its_place(
    lines_of_figures: list[list[Decimal | None]], target: Decimal | None
):
    chart = Chart(
        title="Any",
        subject="Any",
        periods=months(2015, 1, len(lines_of_figures[0])),
        series=tuple(Series(f"Council {i}", tuple(values)) for i, values in enumerate(lines_of_figures)),
        decimals=2,
        target=target,
    )
    for for_print in (False, True):
        svg = drawn(chart, for_print=for_print)
        for circle in svg.iter("circle"):
            assert 8 <= float(circle.get("cx", 0)) <= 318
            assert 20 <= float(circle.get("cy", 0)) <= 132.6
    plot = geometry.frame(chart, 380, 172)
    middles = [(label.y, label.size * 1.2) for label in geometry.side_labels(chart, plot)]
    for (above, first), (below, second) in pairwise(middles):
        assert below - above >= (first + second) / 2 - 0.001
    edge = 0.0
    for label in geometry.axis_labels(chart.periods, plot, within=(0, 380)):
        half = geometry.text_width(label.text, geometry.TEXT) / 2
        assert label.x - half >= edge - 0.001
        edge = label.x + half
    assert edge <= 380


def test_a_scale_given_holds_for_the_drawing():
    svg = drawn(plain(50, scale=Scale(D(0), D(200))))
    # 112.5 for 200: 50 stands at 132.5 - 28.125.
    assert [c.get("cy") for c in svg.iter("circle")] == ["104.4"]
