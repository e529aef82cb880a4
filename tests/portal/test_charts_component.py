"""The figure on a page: caption, picture, table and what the script draws from."""

import json
from decimal import Decimal
from typing import Any

from django.template import Context, Template
from lxml import html

from portal.charts.spec import Chart, Mark, Series
from tests.portal.charts import BRENT, all_calls, decimals, plain


def page(source: str, **context: Any) -> html.HtmlElement:
    return html.fromstring(f"<main>{Template('{% load charts %}' + source).render(Context(context))}</main>")


def one(chart: Chart, arguments: str = "") -> html.HtmlElement:
    (figure,) = page(f"{{% chart spec {arguments} %}}", spec=chart).xpath(".//figure")
    return figure


def test_the_caption_gives_the_finding_then_unit_and_direction():
    (caption,) = one(all_calls()).xpath("figcaption")
    assert caption.xpath("string(b)") == "Southwark: lowest of the four months"
    assert caption.text_content() == "Southwark: lowest of the four monthsPer cent. Higher is better."


def test_the_picture_is_named_by_its_sentence():
    (svg,) = one(all_calls()).xpath("*[local-name()='svg']")
    (title,) = svg.xpath("*[local-name()='title']")
    assert svg.get("aria-labelledby") == title.get("id")
    assert title.text == all_calls().sentence()


def test_the_table_has_its_headings_and_says_what_is_missing():
    chart = all_calls(values=("79.79", "74.69", None, "73.58"))
    (table,) = one(chart).xpath("details/table")
    assert table.xpath("string(caption)") == "Overall, all calls, Southwark, June to September 2018"
    assert table.xpath("thead//th[@scope='col']/text()") == ["Period", "Southwark"]
    assert table.xpath("tbody//th[@scope='row']/text()") == ["June 2018", "July 2018", "August 2018", "September 2018"]
    assert table.xpath("tbody//td/text()") == ["79.79", "74.69", "Not reported", "73.58"]
    assert one(chart).xpath("string(details/summary)") == "Show as table: Overall, all calls, Southwark"
    assert one(chart).xpath("string(details/p)") == "Target 80."


def test_marks_are_words_in_the_table():
    chart = plain(1, 2, series=(Series("Brent", decimals(1, 2), (Mark.NORMAL, Mark.CONCERN)),))
    assert one(chart).xpath("details//td/text()") == ["1", "Normal variation", "2", "Change to look into"]


def test_the_script_gets_the_figure_and_the_names_of_the_colours():
    (data,) = one(all_calls()).xpath("script[@type='application/json']")
    figure = json.loads(data.text)
    assert set(figure) == {"data", "layout", "config", "palette"}
    assert figure["palette"]["#48535a"] == "--ink-2"


def test_a_council_named_like_a_script_stays_a_name():
    name = "</script><script>alert(1)</script>"
    chart = all_calls(name, title=name, series=(Series(name, decimals(*BRENT)),), unit=name)
    source = Template("{% load charts %}{% chart spec wide=True %}").render(Context({"spec": chart}))
    assert source.count("<script") == source.count("</script") == 1  # the data block alone
    figure = html.fromstring(source)
    assert figure.xpath("string(figcaption/b)") == name
    assert figure.xpath("details//thead//th/text()") == ["Period", name]


def test_one_chart_shown_twice_has_two_ids():
    body = page(
        "{% chart spec %}{% include inner %}{% chart other %}",
        spec=all_calls(),
        other=plain(1, 2),
        inner=Template("{% load charts %}{% chart spec %}"),
    )
    ids = body.xpath("//@id")
    assert len(ids) == len(set(ids)) == 3
    assert ids[1] == f"{ids[0]}-2"
    assert body.xpath("//@aria-labelledby") == ids


def test_a_wide_chart_scrolls_in_a_named_region():
    (region,) = one(plain(*range(48)), "wide=True").xpath("div[@class='scroll']")
    assert (region.get("tabindex"), region.get("role")) == ("0", "region")
    assert region.get("aria-label") == "Chart: Open calls, Brent"
    assert region[0].get("viewbox", region[0].get("viewBox")) == "0 0 960 260"


def test_on_paper_there_is_nothing_that_needs_a_hand():
    figure = one(all_calls(mean=Decimal(76)), "for_print=True")
    assert [child.tag for child in figure] == ["figcaption", "svg"]
    assert not figure.xpath(".//@class[. != 'chart'] | .//@id | .//@data-chart")


def test_the_script_element_says_where_everything_lies():
    (script,) = page("{% chart_script %}").xpath("script")
    assert script.get("src") == "/static/js/charts.js"
    assert script.get("data-plotly") == "/static/plotly/plotly.min.js"
    assert script.get("data-plotly-css") == "/static/plotly/plotly.css"
    assert script.get("data-css") == "/static/css/charts.css"
    assert "defer" in script.attrib
    assert script.text is None
