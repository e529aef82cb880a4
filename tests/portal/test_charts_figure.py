"""The interactive figure: what Plotly is given. Plotly's own schema says whether it would accept it."""

import json
import re
from decimal import Decimal
from pathlib import Path

import plotly.graph_objects as go
import pytest
from django.conf import settings

from portal.charts import palette
from portal.charts.figure import to_plotly
from portal.charts.limits import Band, Stage
from portal.charts.spec import Chart, Mark, Scale, Series
from tests.portal.charts import BRENT, LEWISHAM, all_calls, decimals, months, plain

D = Decimal


def colours(part: object, key: str = "") -> list[str]:
    if isinstance(part, dict):
        return [colour for name, value in part.items() for colour in colours(value, name)]
    if isinstance(part, list):
        return [colour for value in part for colour in colours(value, key)]
    return [part] if isinstance(part, str) and key.endswith("color") else []


LONG = plain(
    *range(40, 64),
    periods=months(2016, 10, 24),
    series=(Series("Brent", decimals(*range(40, 64)), (Mark.CONCERN, *[Mark.NORMAL] * 22, Mark.IMPROVEMENT)),),
    mean=D("51.5"),
    band=Band(D(45), D(58)),
    target=D(60),
)
SEVERAL = all_calls(series=(Series("Brent", decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM))))
GAP = all_calls(values=("79.79", "74.69", None, "73.58"))


@pytest.mark.parametrize("chart", [GAP, LONG, SEVERAL, all_calls(values=(None,) * 4)])
def test_plotly_accepts_it_and_json_holds_it(chart: Chart):
    figure = to_plotly(chart)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    go.Figure(data=figure["data"], layout=figure["layout"])  # raises for any property or value it does not know


def test_nothing_can_be_sent_to_another_host():
    for chart in (GAP, LONG):
        config = to_plotly(chart)["config"]
        assert config["showSendToCloud"] is False
        assert config["displaylogo"] is False
        assert config["plotlyServerURL"] == ""
        # The download stays in the browser; zoom only where there is something to zoom into.
        (buttons,) = config["modeBarButtons"]
        assert buttons == (["toImage", "zoom2d", "pan2d", "resetScale2d"] if chart is LONG else ["toImage"])


def test_a_missing_figure_stays_a_gap():
    (trace,) = to_plotly(GAP)["data"]
    assert trace["y"] == [79.79, 74.69, None, 73.58]
    assert trace["connectgaps"] is False
    words = [note["text"] for note in to_plotly(GAP)["layout"]["annotations"]]
    assert words == ["Target 80", "73.58%", "79.79", "74.69", "not reported"]


def test_each_point_says_its_month_and_value():
    (trace,) = to_plotly(LONG)["data"]
    assert trace["customdata"][0] == "October 2016: 40, change to look into"
    assert trace["customdata"][1] == "November 2016: 41"
    assert trace["customdata"][-1] == "September 2018: 63, change for the better"
    assert to_plotly(SEVERAL)["data"][1]["customdata"][0] == "Lewisham, June 2018: 76.14%"
    assert trace["marker"]["symbol"] == ["diamond", *["circle"] * 22, "square"]


def test_references_stand_at_their_values():
    shapes = to_plotly(LONG)["layout"]["shapes"]
    assert [(shape["type"], shape["y0"], shape["y1"]) for shape in shapes] == [
        ("rect", 45, 58),
        ("line", 58, 58),
        ("line", 45, 45),
        ("line", 51.5, 51.5),
        ("line", 60, 60),
    ]


def test_the_scale_is_that_of_the_picture_it_replaces():
    axis = to_plotly(plain(10, 20, scale=Scale(D(0), D(100))))["layout"]["yaxis"]
    # 112.5 for 100, and 18 more between 0 and the axis: 16 below 0.
    assert axis["range"] == [-16, 100]


def test_a_short_run_lets_a_finger_scroll_the_page():
    assert to_plotly(GAP)["layout"]["dragmode"] is False
    assert to_plotly(GAP)["layout"]["xaxis"]["fixedrange"] is True
    assert to_plotly(LONG)["layout"]["dragmode"] == "zoom"


def test_colours_are_ones_that_the_page_can_replace():
    for chart in (GAP, LONG, SEVERAL):
        assert set(colours(to_plotly(chart))) <= {*palette.PROPERTIES, "rgba(0,0,0,0)"}


def test_the_printed_colours_are_the_light_ones_of_the_page():
    tokens = Path(settings.BASE_DIR, "static/css/tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+),", tokens))
    light["--paper"] = light["--paper"].replace("#fff", "#ffffff")
    # The accent is a partnership's own on the page; on paper it is one for all.
    assert {name: colour for colour, name in palette.PROPERTIES.items() if name != "--accent"} == {
        name: light[name] for name in palette.PROPERTIES.values() if name != "--accent"
    }


def test_names_are_text_and_nothing_becomes_a_style_attribute():
    hostile = '<b id="x">B</b>'
    chart = all_calls(subject=hostile, series=(Series(hostile, decimals(*BRENT)), Series("B", decimals(*LEWISHAM))))
    said = json.dumps({key: to_plotly(chart)[key] for key in ("data", "layout")})
    assert "<b" not in said
    assert "&lt;b id=&quot;x&quot;&gt;B&lt;/b&gt; 78.34%" in said


def test_periods_are_named_as_fits_a_telephone():
    four_years = plain(*range(48), periods=months(2015, 1, 48))
    small = to_plotly(four_years)["layout"]["xaxis"]
    assert (small["tickvals"], small["ticktext"]) == (
        [0, 12, 24, 36, 47],
        ["Jan 2015", "Jan 2016", "Jan 2017", "Jan 2018", "Dec"],
    )
    wide = to_plotly(four_years, width=960, height=260)["layout"]["xaxis"]
    assert wide["ticktext"] == ["Jan 2015", "Jul", "Jan 2016", "Jul", "Jan 2017", "Jul", "Jan 2018", "Jul", "Dec"]


def test_a_downloaded_picture_is_named_after_its_subject():
    assert to_plotly(GAP)["config"]["toImageButtonOptions"]["filename"] == "overall-all-calls-southwark"
    assert to_plotly(all_calls(subject="../&"))["config"]["toImageButtonOptions"]["filename"] == "chart"


def test_limits_in_steps_stand_where_they_hold():
    stages = (Stage(0, 1, D(40), Band(D(20), D(60))), Stage(2, 3, D(60), Band(D(40), D(80)), note="New tool"))
    layout = to_plotly(plain(40, 41, 60, 61, stages=stages))["layout"]
    bands = [shape for shape in layout["shapes"] if shape["type"] == "rect"]
    assert [(one["x0"], one["x1"], one["y0"], one["y1"]) for one in bands] == [(-0.5, 1.5, 20, 60), (1.5, 3.5, 40, 80)]
    upright = [shape for shape in layout["shapes"] if shape["x0"] == shape["x1"]]
    assert [shape["x0"] for shape in upright] == [1.5]
    (named,) = [one for one in layout["annotations"] if one["text"] == "New limits"]
    assert named["x"] == pytest.approx(1.5)
