"""A pack joined from real papers: numbers, labels, tags, bookmarks, links, footers.

Every printed number is read back from the text of its page.
"""

import hashlib
import io
import os
import subprocess
import sys
from datetime import timedelta, timezone

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf

from portal.pdf import PaperError, prepare, render
from portal.pdf_join import Part, number_pages, roman
from tests.pdf_checks import (
    Bookmark,
    assert_accessible,
    assert_qpdf,
    outline,
    page_labels,
    page_texts,
    struct_text,
)
from tests.pdf_samples import (
    AT,
    CHART,
    CONTRACT,
    CSS,
    REPORT,
    SEALED,
    TABLE,
    edition,
    made,
    pack,
    papers,
    part,
    plain_pdf,
    printed_numbers,
)

# The pack as a whole


@pytest.mark.parametrize("public", [True, False], ids=["public", "members"])
def test_a_pack_is_accessible_and_sound(public):
    assert_accessible(edition(public=public).pdf)


def test_printed_numbers_labels_and_ranges_agree_in_the_public_edition():
    joined = edition(public=True)
    expected = ["i", "ii", "1", "2", "3", "4", "5–6", "7"]
    assert printed_numbers(joined.pdf) == expected
    assert page_labels(joined.pdf) == expected
    assert [label for pages in joined.ranges.values() for label in pages.labels] == expected
    assert joined.pages == 8
    assert {key: str(pages) for key, pages in joined.ranges.items()} == {
        "front": "i",
        "agenda": "ii",
        "item-6": "1–2",
        "item-6-a": "3",
        "item-6-b": "4",
        "item-7": "5–6",
        "item-8": "7",
    }
    assert (joined.ranges["item-7"].first_sheet, joined.ranges["item-7"].last_sheet) == (7, 7)
    assert (joined.ranges["item-7"].first, joined.ranges["item-7"].last) == (5, 6)


def test_the_members_edition_has_the_same_numbers():
    joined = edition(public=False)
    expected = ["i", "ii", "1", "2", "3", "4", "5", "6", "7"]
    assert printed_numbers(joined.pdf) == expected
    assert page_labels(joined.pdf) == expected
    assert str(joined.ranges["item-7"]) == str(edition(public=True).ranges["item-7"]) == "5–6"
    assert str(joined.ranges["item-8"]) == str(edition(public=True).ranges["item-8"]) == "7"


def test_the_agenda_prints_the_pages_that_the_papers_print():
    for public in (True, False):
        rows = [line.split() for line in page_texts(edition(public=public).pdf)[1].splitlines()]
        assert ["6", "Update", "report", "1–2"] in rows
        assert ["Performance", "3"] in rows
        assert ["7", "Contract", "5–6"] in rows


def test_the_public_edition_holds_nothing_of_the_restricted_paper():
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as opened:
        file = io.BytesIO()
        opened.save(file, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    plain = file.getvalue() + "".join(page_texts(edition(public=True).pdf)).encode()
    for word in (b"Marigold", b"Celandine", b"Prices", b"Bids"):
        assert word not in plain
    assert "Marigold" in "".join(page_texts(edition(public=False).pdf))


def test_bookmarks_nest_papers_under_items_and_headings_under_papers():
    assert outline(edition(public=True).pdf) == [
        Bookmark(0, "Front sheet", 1),
        Bookmark(0, "Agenda", 2),
        Bookmark(0, "6. Update report", 3),
        Bookmark(1, "1. Purpose", 3),
        Bookmark(1, "2. Recommendations", 3),
        Bookmark(1, "3. Detail", 4),
        Bookmark(2, "Performance", 4),
        Bookmark(1, "Appendix A: Performance", 5),
        Bookmark(1, "Appendix B: Trends", 6),
        Bookmark(0, "7. Contract", 7),
        Bookmark(0, "8. Next meeting", 8),
        Bookmark(1, "Papers", 8),
        Bookmark(2, "Report", 8),
    ]


def test_two_papers_under_one_item_share_its_bookmark_and_two_of_one_name_do_not():
    parts = [
        part(CHART, "a", "Minutes", under=("4. Minutes", "Drafts")),
        part(CHART, "b", "Minutes", under=("4. Minutes", "Drafts")),
        part(CHART, "c", "Notes", under=("4. Minutes",)),
        part(CHART, "d", "Minutes"),
        part(CHART, "e", "Minutes"),
    ]
    assert [(mark.depth, mark.title, mark.sheet) for mark in outline(pack(parts).pdf)] == [
        (0, "4. Minutes", 1),
        (1, "Drafts", 1),
        (2, "Minutes", 1),
        (2, "Minutes", 2),
        (1, "Notes", 3),
        (0, "Minutes", 4),
        (0, "Minutes", 5),
    ]


def test_headings_stay_where_a_paper_has_several_of_the_first_level():
    pdf = pack([part("<h1>Plan</h1><p>A</p><h1>Budget</h1>", "a", "5. Plans")]).pdf
    assert [(mark.depth, mark.title) for mark in outline(pdf)] == [(0, "5. Plans"), (1, "Plan"), (1, "Budget")]


def test_the_structure_tree_has_a_part_for_each_paper():
    lines = struct_text(edition(public=True).pdf).splitlines()
    assert lines[0] == "Document"
    assert [line.strip() for line in lines if line.startswith("  ") and line[2] != " "] == [
        'Part "Front sheet"',
        'Part "Agenda"',
        'Part "6. Update report"',
        'Part "Appendix A: Performance"',
        'Part "Appendix B: Trends"',
        'Part "7. Contract"',
        'Part "Report"',
    ]


def test_links_lead_to_papers_and_are_described_by_title_and_page():
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as pdf:
        sheets = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        agenda = [(str(link.Contents), sheets[link.Dest[0].objgen]) for link in pdf.pages[1].Annots]
        assert agenda == [
            ("6. Update report, page 1", 3),
            ("Appendix A: Performance, page 3", 5),
            ("7. Contract, page 5–6", 7),
        ]
        within, table, act = [*pdf.pages[2].Annots, *pdf.pages[3].Annots]
        assert (str(within.Dest), str(within.Contents)) == ("item-6/detail", "performance")
        assert (sheets[table.Dest[0].objgen], str(table.Contents)) == (5, "Appendix A: Performance, page 3")
        assert str(act.A.URI) == "https://www.legislation.gov.uk/ukpga/1972/70"


def test_a_link_to_a_paper_that_is_not_there_is_refused():
    with pytest.raises(PaperError, match="item-9, which is not in this pack"):
        pack([part('<h1>T</h1><p><a href="paper:item-9">nine</a></p>', "a", "A")])


def test_metadata_name_the_pack_and_the_committee_and_nothing_else():
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as pdf:
        assert {name: str(value) for name, value in pdf.docinfo.items()} == {
            "/Title": "Public pack, 16 October 2018",
            "/Author": "Joint Committee",
            "/CreationDate": "D:20181008093000+00'00",
            "/ModDate": "D:20181008093000+00'00",
        }
        with pdf.open_metadata() as metadata:
            found = dict(metadata)
        assert {name.rpartition("}")[2]: value for name, value in found.items()} == {
            "title": "Public pack, 16 October 2018",
            "creator": ["Joint Committee"],
            "language": {"en-GB"},
            "CreateDate": "2018-10-08T09:30:00+00:00",
            "ModifyDate": "2018-10-08T09:30:00+00:00",
            "part": "1",
        }
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert pdf.pdf_version == "1.7"


def test_the_same_edition_has_the_same_bytes():
    parts = papers(public=True)[:1]
    linked = [Part(key="item-6-a", title="A", prepared=made(TABLE, "item-6-a"))]
    first, second = pack(parts + linked), pack(parts + linked)
    assert first.pdf == second.pdf
    assert pack(parts + linked, created=AT + timedelta(seconds=1)).pdf != first.pdf


def test_another_process_makes_the_same_bytes():
    """Another process at another time, with its sets in another order, makes the same pack: its hash names it."""
    code = "import hashlib; from tests.pdf_samples import edition; "
    code += "print(hashlib.sha256(edition(public=True).pdf).hexdigest())"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=CSS.parents[1],
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert ran.stdout.strip() == hashlib.sha256(edition(public=True).pdf).hexdigest()


def test_a_paper_may_be_a_file(tmp_path):
    path = tmp_path / "chart.pdf"
    path.write_bytes(made(CHART, "a"))
    assert pack([Part(key="a", title="A", prepared=path)]).pdf == pack([part(CHART, "a", "A")]).pdf


def test_keys_that_begin_alike_do_not_mix_their_names():
    html = '<h1 id="top">T</h1><p><a href="#top">top</a></p>'
    html += "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></table>"
    joined = pack([part(html, key, key) for key in ("a", "a-b", "a.b", "a-", "b", "A")])
    assert_accessible(joined.pdf)


# Numbers


def test_a_kept_range_is_printed_and_the_next_paper_goes_on_after_it():
    parts = [part(SEALED, "a", "A", reserved=2), part(CHART, "b", "B"), part(SEALED, "c", "C", reserved=1)]
    joined = pack([*parts, part(CHART, "d", "D")], first_number=53)
    expected = ["53–54", "55", "56", "57"]
    assert printed_numbers(joined.pdf) == expected
    assert page_labels(joined.pdf) == expected
    assert {key: str(pages) for key, pages in joined.ranges.items()} == dict(zip("abcd", expected, strict=True))
    assert_accessible(joined.pdf)


def test_front_matter_counts_for_itself_wherever_it_stands():
    parts = [
        part(CHART, "a", "A", front=True),
        part(CONTRACT, "b", "B"),
        part(CHART, "c", "C", front=True),
        part(CHART, "d", "D", number=20),
        part(CHART, "e", "E"),
    ]
    expected = ["i", "1", "2", "ii", "20", "21"]
    joined = pack(parts)
    assert printed_numbers(joined.pdf) == page_labels(joined.pdf) == expected
    assert str(joined.ranges["b"]) == "1–2"
    # An agenda is written from the papers alone.
    assert str(number_pages([parts[1], parts[3], parts[4]])["e"]) == "21"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([{"key": "a"}, {"key": "a"}], "have the key a"),
        ([{"key": "a"}, {"key": "b", "number": 2}], "the next free page is 3"),
        ([{"key": "a", "reserved": 4}], "keeps pages"),
    ],
)
def test_numbers_that_cannot_be_are_refused(options, message):
    parts = [part(CONTRACT, title="Contract", **option) for option in options]
    for numbering in (number_pages, pack):
        with pytest.raises(ValueError, match=message):
            numbering(parts)


@pytest.mark.parametrize("options", [{"reserved": 0}, {"reserved": 2, "front": True}])
def test_a_kept_range_has_pages_and_is_no_front_matter(options):
    with pytest.raises(ValueError, match="keeps pages"):
        number_pages([part(SEALED, "a", "A", **options)])


def test_a_pack_has_papers_and_a_time_with_its_zone():
    with pytest.raises(ValueError, match="at least one paper"):
        pack([])
    with pytest.raises(ValueError, match="time zone"):
        pack([part(CHART, "a", "A")], created=AT.replace(tzinfo=None))
    summer = pack([part(CHART, "a", "A")], created=AT.astimezone(timezone(timedelta(hours=1))))
    with Pdf.open(io.BytesIO(summer.pdf)) as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20181008103000+01'00"


def test_a_paper_is_joined_under_the_key_it_was_prepared_with():
    raw = render(CHART, css=CSS, title="T")
    for file in (made(CHART, "a"), raw):
        with pytest.raises(PaperError, match="was not prepared under the key b"):
            pack([Part(key="b", title="B", prepared=file)])


def test_roman_numbers():
    assert [roman(number) for number in (1, 2, 3, 4, 9, 14, 40, 49, 90, 400, 1994)] == [
        *("i", "ii", "iii", "iv", "ix", "xiv", "xl", "xlix", "xc", "cd", "mcmxciv"),
    ]


@given(st.integers(1, 3999))
def test_roman_numbers_read_back(number):
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in roman(number)]
    total = sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
    assert total == number


# Papers made elsewhere


def test_a_pack_with_an_untagged_paper_claims_no_more_than_it_has():
    parts = [part(REPORT, "item-6", "6. Report"), part(TABLE, "item-6-a", "Table")]
    parts.append(Part(key="scan", title="7. Plan", prepared=prepare(plain_pdf(pages=2), "scan")))
    joined = pack(parts)
    assert not joined.tagged
    assert edition(public=True).tagged
    assert printed_numbers(joined.pdf) == page_labels(joined.pdf) == ["1", "2", "3", "4", "5"]
    assert_qpdf(joined.pdf)
    with Pdf.open(io.BytesIO(joined.pdf)) as pdf:
        assert "/MarkInfo" not in pdf.Root
        assert b"pdfuaid" not in pdf.Root.Metadata.read_bytes()
        assert len(pdf.Root.StructTreeRoot.K[0].K) == 2


def test_a_pack_of_untagged_papers_alone_has_no_structure_tree():
    joined = pack([Part(key="scan", title="Plan", prepared=prepare(plain_pdf(), "scan"))])
    with Pdf.open(io.BytesIO(joined.pdf)) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
    assert_qpdf(joined.pdf)
