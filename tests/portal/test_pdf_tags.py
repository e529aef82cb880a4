"""What prepare mends in the tags of a paper. Expectations come from ISO 32000-1, PDF/UA-1 and the HTML standard."""

import io
import re

import pytest
from pikepdf import Dictionary, Name, Pdf

from portal.pdf import page_count, prepare, render
from tests.pdf_checks import assert_accessible, page_texts, struct_text
from tests.pdf_samples import CSS, DOT


def prepared(html: str) -> bytes:
    return prepare(render(html, css=CSS, title="Update report", files={"dot.svg": DOT}), "item-6")


def tree(html: str) -> list[str]:
    """The structure of the prepared paper as "depth role" lines, with text as "depth 'text'" lines."""
    pdf = prepared(html)
    assert_accessible(pdf)
    lines = []
    for line in struct_text(pdf).splitlines():
        if line.strip() and not re.match(r"\s*(/|Object )", line):
            depth = (len(line) - len(line.lstrip())) // 2
            lines.append(f"{depth} {line.strip().removesuffix(':').replace(' (block)', '').replace(' (inline)', '')}")
    return lines


def test_runs_of_text_stand_in_their_paragraph():
    assert tree("<h1>Update</h1><p>Calls <b>rose <i>again</i></b>.<br>More.</p><div></div><p></p>") == [
        "0 Document",
        "1 H1",
        '2 "Update"',
        "1 P",
        '2 "Calls "',
        '2 "rose "',
        '2 "again"',
        '2 "."',
        '2 "More."',
    ]


def test_paragraphs_and_lists_in_a_list_item_belong_to_its_body():
    assert tree("<h1>T</h1><ol><li><p>One</p><p>Two</p></li><li>Three</li></ol>") == [
        "0 Document",
        "1 H1",
        '2 "T"',
        "1 L",
        "2 LI",
        "3 Lbl",
        '4 "1. "',
        "3 LBody",
        "4 P",
        '5 "One"',
        "4 P",
        '5 "Two"',
        "2 LI",
        "3 Lbl",
        '4 "2. "',
        "3 LBody",
        '4 "Three"',
    ]


def test_lists_within_a_list_belong_to_the_body_of_their_item():
    first = "<li>One <b>and</b> two<p>Three</p>four<ul><li><p>Five</p></li></ul></li>"
    assert tree(f"<h1>T</h1><ul>{first}<li><ol><li>Six</li></ol></li></ul>")[3:] == [
        "1 L",
        "2 LI",
        "3 Lbl",
        '4 "• "',
        "3 LBody",
        '4 "One "',
        '4 "and"',
        '4 " two"',
        "4 P",
        '5 "Three"',
        '4 "four"',
        "4 L",
        "5 LI",
        "6 Lbl",
        '7 "◦ "',
        "6 LBody",
        "7 P",
        '8 "Five"',
        "2 LI",
        "3 Lbl",
        '4 "• "',
        "3 LBody",
        "4 L",
        "5 LI",
        "6 Lbl",
        '7 "1. "',
        "6 LBody",
        '7 "Six"',
    ]


def test_lists_say_how_they_are_numbered():
    pdf = prepared("<h1>T</h1><ol><li>One<ul><li>Two</li></ul></li></ol><dl><dt>Three</dt><dd>Four</dd></dl>")
    numbering = re.findall(r"/ListNumbering /(\w+)", struct_text(pdf))
    assert numbering == ["Decimal", "Disc"]
    assert_accessible(pdf)


def test_heading_levels_that_are_left_out_are_closed_up():
    headings = [line for line in tree("<h2>A</h2><h4>B</h4><h3>C</h3><h6>D</h6><h2>E</h2>") if " H" in line]
    assert headings == ["1 H1", "1 H2", "1 H2", "1 H3", "1 H1"]


def test_words_in_bold_are_no_second_link_and_the_link_is_described_by_its_words():
    pdf = prepared(
        '<h1>T</h1><p id="here"><a href="https://example.org/"><b>The</b> <code>survey</code></a>, '
        '<a href="#here">this paragraph</a> <a id="there">and an anchor</a></p>'
        '<p><a href="https://example.org/dot"><img src="pack:dot.svg" alt="A dot"></a></p>'
    )
    assert_accessible(pdf)
    with Pdf.open(io.BytesIO(pdf)) as opened:
        links = list(opened.pages[0].Annots)
        assert [str(link.Contents) for link in links] == ["The survey", "this paragraph", "A dot"]
        assert [str(link.Dest) for link in links if "/Dest" in link] == ["item-6/here"]
    assert struct_text(pdf).count("Link (inline)") == 3


def test_a_figure_is_described_by_its_title_and_boxed_where_it_stands():
    # 40 by 20 mm at the head of a page of 297 mm with margins of 20 mm above and 24 mm at the left, in points.
    pdf = prepare(
        render(
            '<svg viewBox="0 0 40 20"><title>Calls rose from 3 to 5</title><rect width="40" height="20"/></svg>',
            css="@page { size: A4; margin: 20mm 20mm 22mm 24mm } body { margin: 0 }"
            "svg { display: block; width: 40mm; height: 20mm }",
            title="T",
        ),
        "a",
    )
    assert_accessible(pdf)
    with Pdf.open(io.BytesIO(pdf)) as opened:
        (figure,) = (obj for obj in opened.objects if isinstance(obj, Dictionary) and obj.get("/S") == Name.Figure)
        assert str(figure.Alt) == "Calls rose from 3 to 5"
        box = [float(side) for side in figure.A.BBox]
    mm = 72 / 25.4
    assert box == pytest.approx([24 * mm, (297 - 40) * mm, 64 * mm, (297 - 20) * mm], abs=0.01)


def cells(pdf: bytes) -> dict[str, list[str]]:
    """The text of each cell and the texts of the headers that it names."""
    texts: dict[str, str] = {}
    found: list[tuple[str, list[str]]] = []
    lines = [line.strip() for line in struct_text(pdf).splitlines()]
    for at, line in enumerate(lines):
        named = re.match(r"TH <(.+)>:", line)
        rest = lines[at + 1 :]
        end = next((n for n, text in enumerate(rest) if re.match(r"(TH|TD|TR|Table)\b", text)), len(rest))
        text = " ".join(content.strip('"') for content in rest[:end] if content.startswith('"'))
        if named:
            texts[named[1]] = text
        elif line.startswith("TD"):
            headers = [id_ for part in rest[:end] for id_ in re.findall(r"\(([^)]+)\)", part) if "Headers" in part]
            found.append((text, headers))
    return {text: [texts[header] for header in headers] for text, headers in found}


def test_a_cell_names_every_header_that_holds_for_it():
    """The performance table in small: months over councils, rows in groups. By HTML, 4.9.12.2."""
    pdf = prepared("""
        <h1>Performance</h1>
        <table><thead>
        <tr><th rowspan="2" scope="col">Indicator</th><th colspan="2" scope="colgroup">June</th>
            <th colspan="2" scope="colgroup">July</th></tr>
        <tr><th scope="col">Brent</th><th scope="col">Lewisham</th><th scope="col">Brent</th>
            <th scope="col">Lewisham</th></tr></thead>
        <tbody><tr><th colspan="5" scope="rowgroup">Demand</th></tr>
        <tr><th scope="row">Priority 1</th><td>11</td><td>15</td><td>7</td><td>12</td></tr>
        <tr><th rowspan="2" scope="row">Priority 2</th><td>17</td><td colspan="2">37</td><td>28</td></tr>
        <tr><td>18</td><td>38</td><td>19</td><td>29</td></tr>
        <tr><th colspan="5" scope="rowgroup">Waiting</th></tr>
        <tr><th scope="row">Open calls</th><td>743</td><td>649</td><td>718</td><td>621</td></tr></tbody>
        <tbody><tr><th scope="row">Surveys</th><td>127</td><td>176</td><td>100</td><td>123</td></tr></tbody></table>""")
    assert_accessible(pdf)
    assert cells(pdf) == {
        "11": ["Demand", "Priority 1", "June", "Brent"],
        "15": ["Demand", "Priority 1", "June", "Lewisham"],
        "7": ["Demand", "Priority 1", "July", "Brent"],
        "12": ["Demand", "Priority 1", "July", "Lewisham"],
        "17": ["Demand", "Priority 2", "June", "Brent"],
        "37": ["Demand", "Priority 2", "June", "Lewisham", "July", "Brent"],
        "28": ["Demand", "Priority 2", "July", "Lewisham"],
        "18": ["Demand", "Priority 2", "June", "Brent"],
        "38": ["Demand", "Priority 2", "June", "Lewisham"],
        "19": ["Demand", "Priority 2", "July", "Brent"],
        "29": ["Demand", "Priority 2", "July", "Lewisham"],
        "743": ["Waiting", "Open calls", "June", "Brent"],
        "649": ["Waiting", "Open calls", "June", "Lewisham"],
        "718": ["Waiting", "Open calls", "July", "Brent"],
        "621": ["Waiting", "Open calls", "July", "Lewisham"],
        "127": ["Surveys", "June", "Brent"],
        "176": ["Surveys", "June", "Lewisham"],
        "100": ["Surveys", "July", "Brent"],
        "123": ["Surveys", "July", "Lewisham"],
    }
    scopes = re.findall(r"/Scope /(\w+)", struct_text(pdf))
    assert scopes == ["Column"] * 7 + ["Row"] * 6


def test_a_table_over_two_pages_repeats_its_head_and_keeps_its_headers():
    rows = "".join(f"<tr><th scope=row>Row {n}</th><td>value {n}</td></tr>" for n in range(45))
    head = "<thead><tr><th scope=col>Name</th><th scope=col>Value</th></tr></thead>"
    pdf = prepared(f"<h1>T</h1><table>{head}<tbody>{rows}</tbody></table>")
    assert page_count(pdf) == 2
    assert_accessible(pdf)
    found = cells(pdf)
    assert len(found) == 45
    assert found["value 0"] == ["Row 0", "Value"]
    assert found["value 44"] == ["Row 44", "Value"]


def test_running_heads_of_a_style_sheet_are_artifacts():
    css = '@page { @top-left { content: "Running head" } @bottom-right { content: counter(page) } }'
    pdf = prepare(render("<h1>Update</h1><p>Text</p>", css=css, title="T"), "a")
    assert_accessible(pdf)
    assert page_texts(pdf)[0].split() == ["Running", "head", "Update", "Text", "1"]
    assert "Running" not in struct_text(pdf)
