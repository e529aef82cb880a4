"""Papers and packs that tests join: a small pack of each kind of page, in its public and its members' edition."""

import io
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pikepdf import Array, Pdf

from portal.pdf import prepare, render
from portal.pdf_join import JoinedPdf, Part, join, number_pages
from tests.pdf_checks import page_texts

CSS = Path(__file__).parents[1] / "static" / "pack.css"
FOOTER = "Joint Committee of Brent, Lewisham and Southwark · 16 October 2018"
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle cx="5" cy="5" r="4"/></svg>'
AT = datetime(2018, 10, 8, 9, 30, tzinfo=UTC)

FRONT = """<section class="front"><div class="bars"></div><h1><span>Joint Committee of</span>
<span>Brent, Lewisham and Southwark</span></h1><p class="when">16 October 2018, 6.30 pm</p></section>"""

AGENDA = """<section><h1>Agenda</h1><table class="agenda"><caption>Items of business</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Business</th><th scope="col" class="n">Pages</th></tr></thead>
<tbody><tr><td>6</td><td><a href="paper:item-6">Update <b>report</b></a></td><td class="n">{report}</td></tr>
<tr><td></td><td><a href="paper:item-6-a">Performance</a></td><td class="n">{table}</td></tr>
<tr><td>7</td><td><a href="paper:item-7">Contract</a></td><td class="n">{contract}</td></tr>
</tbody></table></section>"""

REPORT = (
    """<section><h1 id="top">Update report</h1>
<table class="cover"><caption>Report details</caption><tbody>
<tr><th scope="row">Wards affected</th><td>All</td></tr>
<tr><th scope="row">Decision</th><td>Non-key</td></tr></tbody></table>
<h2>1. Purpose</h2>
<div class="para"><p><span class="no">1.1</span>To report on <a href="#detail">performance</a>.</p></div>
<h2>2. Recommendations</h2>
<ol><li><p>Note the report.</p></li><li>Note the table:<ul><li>by month</li></ul></li></ol>
"""
    + "<p>Calls logged rose while fewer were resolved in time, and a plan to improve the service is agreed.</p>" * 40
    + """<h2 id="detail">3. Detail</h2><h3>Performance</h3><p>See the <a href="paper:item-6-a">table</a>, and
<a href="https://www.legislation.gov.uk/ukpga/1972/70">the Act</a>.</p></section>"""
)

TABLE = (
    """<section class="landscape"><h1>Performance</h1><table class="dense"><caption>June and July 2018</caption>
<thead><tr><th rowspan="2" scope="col">Indicator</th><th colspan="2" scope="colgroup" class="g">June</th>
<th colspan="2" scope="colgroup" class="g">July</th></tr><tr>"""
    + '<th scope="col" class="n">Brent</th><th scope="col" class="n">Lewisham</th>' * 2
    + """</tr></thead><tbody><tr class="sub"><th colspan="5" scope="rowgroup">Demand</th></tr>
<tr><th scope="row">Priority 1</th><td class="n">11</td><td class="n">15</td><td class="n">7</td>
<td class="n"></td></tr></tbody></table></section>"""
)

CHART = """<section><h1>Trends</h1><figure><figcaption>Calls rose</figcaption>
<svg viewBox="0 0 80 30" role="img"><title>Open calls: 743 in June, 718 in July</title>
<polyline points="5,10 75,20" fill="none" stroke="#48535a"/><text x="5" y="28" font-size="6">Jun</text></svg></figure>
</section>"""

SEALED = """<section class="sealed"><div class="seal"><h1>This paper is restricted</h1>
<p>Paragraph 3 of Part 1 of Schedule 12A. Pages 53 to 54 are kept for it.</p></div></section>"""

CONTRACT = """<section><h1>Contract</h1><p>Restricted: Part II, paragraph 3.</p><h2>Prices</h2><p>Marigold</p></section>
<section class="landscape"><h2>Bids</h2><p>Celandine</p></section>"""


@cache
def made(html: str, key: str) -> bytes:
    return prepare(render(html, css=CSS, title=key), key)


def part(html: str, key: str, title: str, **options) -> Part:
    return Part(key=key, title=title, prepared=made(html, key), **options)


def papers(*, public: bool) -> list[Part]:
    """Report with two appendices, a restricted contract, and what follows it."""
    contract = (
        part(SEALED, "item-7", "7. Contract", reserved=2)
        if public
        else part(CONTRACT, "item-7", "7. Contract", marking="Restricted: Part II, paragraph 3")
    )
    return [
        part(REPORT, "item-6", "6. Update report"),
        part(TABLE, "item-6-a", "Appendix A: Performance", under=("6. Update report",)),
        part(CHART, "item-6-b", "Appendix B: Trends", under=("6. Update report",)),
        contract,
        part(CHART.replace("Trends", "Next meeting"), "item-8", "Report", under=("8. Next meeting", "Papers")),
    ]


def pack(parts: list[Part], **options) -> JoinedPdf:
    words = {"title": "Public pack, 16 October 2018", "author": "Joint Committee", "footer_left": FOOTER, "created": AT}
    return join(parts, **(words | options))


@cache
def edition(*, public: bool) -> JoinedPdf:
    parts = papers(public=public)
    ranges = number_pages(parts)
    agenda = AGENDA.format(report=ranges["item-6"], table=ranges["item-6-a"], contract=ranges["item-7"])
    front = [part(FRONT, "front", "Front sheet", front=True), part(agenda, "agenda", "Agenda", front=True)]
    return pack([*front, *parts])


def printed_numbers(pdf: bytes) -> list[str]:
    """The last word of each page: the number at the right of its footer."""
    return [text.split()[-1] for text in page_texts(pdf)]


def plain_pdf(*, rotate: int = 0, box: tuple[int, int, int, int] = (0, 0, 595, 842), pages: int = 1) -> bytes:
    with Pdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(box[2] - box[0], box[3] - box[1]))
            page.obj.MediaBox = Array(box)
            page.obj.Rotate = rotate
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()
