"""One paper's PDF: what render refuses, what prepare mends. Expectations come from the PDF and HTML standards."""

import base64
import gc
import io
import logging
import subprocess
import sys

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from portal import pdf_fonts
from portal.pdf import PaperError, page_count, prepare, render
from tests.pdf_checks import assert_accessible, assert_qpdf, outline, page_texts
from tests.pdf_samples import CSS, DOT


def paper(html: str, **options) -> bytes:
    return render(html, css=CSS, title="Update report", **options)


def prepared(html: str, key: str = "item-6", **options) -> bytes:
    return prepare(paper(html, **options), key)


# Rendering


def test_the_same_paper_gives_the_same_bytes():
    html = "<h1>Update</h1><p>Calls rose.</p><table><thead><tr><th scope=col>A</th></tr></thead><tr><td>1</td></table>"
    assert paper(html) == paper(html)
    assert prepared(html) == prepared(html)
    assert paper(html) != paper(html.replace("rose", "fell"))


def test_title_and_language_are_the_callers_and_nobody_is_named():
    pdf = paper(
        '<!doctype html><html lang="fr"><head><title>Draft 3</title><meta name="author" content="a@example.org">'
        '<meta name="keywords" content="secret"></head><body><h1>Update</h1></body></html>',
        lang="cy",
    )
    with Pdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.docinfo.Title) == "Update report"
        assert str(opened.Root.Lang) == "cy"
        assert set(opened.docinfo.keys()) == {"/Title", "/Producer"}
        assert b"example.org" not in opened.Root.Metadata.read_bytes()
        assert b"secret" not in opened.Root.Metadata.read_bytes()
    with Pdf.open(io.BytesIO(prepare(pdf, "item-6"))) as opened:
        assert set(opened.docinfo.keys()) == {"/Title"}


@pytest.mark.parametrize(
    "html",
    [
        '<h1>T</h1><img src="http://127.0.0.1:9/a.png" alt="A">',
        '<h1>T</h1><img src="https://example.org/a.png" alt="A">',
        '<h1>T</h1><img src="ftp://example.org/a.png" alt="A">',
        '<h1>T</h1><img src="file:///etc/hostname" alt="A">',
        '<h1>T</h1><img src="pack:other.svg" alt="A">',
        '<h1>T</h1><img src="other:dot.svg" alt="A">',
        '<base href="file:///etc/"><h1>T</h1><img src="hostname" alt="A">',
        '<link rel="stylesheet" href="file:///etc/hostname"><h1>T</h1>',
        '<style>@import "https://example.org/a.css";</style><h1>T</h1>',
        "<style>@font-face { font-family: X; src: url(file:///etc/hostname) } h1 { font-family: X }</style><h1>T</h1>",
        '<style>h1 { background: url("file:///etc/hostname") }</style><h1>T</h1>',
        '<link rel="attachment" href="file:///etc/hostname"><h1>T</h1>',
        '<h1>T</h1><p><a rel="attachment" href="file:///etc/hostname">A</a></p>',
    ],
)
def test_nothing_is_opened_but_the_papers_own_files(html):
    with pytest.raises(PaperError, match="which is not part of it"):
        paper(html, files={"dot.svg": DOT})


def test_a_picture_within_a_chart_is_not_fetched_either():
    with pytest.raises(PaperError):
        paper('<h1>T</h1><svg><title>A</title><image href="file:///etc/hostname" width="5" height="5"/></svg>')


def test_pictures_come_from_the_papers_files_and_from_data_addresses():
    data = "data:image/svg+xml;base64," + base64.b64encode(DOT).decode()
    pdf = prepared(
        f'<h1>T</h1><p><img src="pack:dot.svg" alt="First dot"><img src="{data}" alt="Second dot"></p>',
        files={"dot.svg": DOT},
    )
    assert_accessible(pdf)
    with Pdf.open(io.BytesIO(pdf)) as opened:
        figures = [obj for obj in opened.objects if isinstance(obj, Dictionary) and obj.get("/S") == Name.Figure]
        assert [str(figure.Alt) for figure in figures] == ["First dot", "Second dot"]


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<img src="data:image/png;base64,%%%" alt="A">', "damaged"),
        ('<img src="pack:dot.svg" alt="">', "no description"),
        ('<img src="pack:dot.svg">', "no description"),
        ('<svg role="img" aria-label="Calls: 3"><rect width="5" height="5"/></svg>', "no description"),
        ('<img src="pack:broken.png" alt="A">', "Failed to load image"),
        ('<img src="dot.svg" alt="A">', "Relative URI"),
        ('<p><a href="#section-9">section 9</a></p>', "No anchor #section-9"),
        ('<p><a href="/meetings/">meetings</a></p>', "leads nowhere"),
        ('<p><a href="javascript:alert(1)">meetings</a></p>', "leads nowhere"),
    ],
)
def test_what_would_print_wrongly_is_refused_with_the_reason(html, message):
    with pytest.raises(PaperError, match=message):
        paper("<h1>T</h1>" + html, files={"dot.svg": DOT, "broken.png": b"no picture"})


def test_a_missing_typeface_names_its_package(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf_fonts, "FOLDERS", (tmp_path,))
    pdf_fonts.find.cache_clear()
    with pytest.raises(pdf_fonts.MissingFont, match="install the Debian package fonts-liberation"):
        paper("<h1>T</h1>")
    for file_name in pdf_fonts.PACKAGES:
        if "Liberation" in file_name:
            (tmp_path / file_name).touch()
    with pytest.raises(pdf_fonts.MissingFont, match="install the Debian package fonts-dejavu-core"):
        paper("<h1>T</h1>")
    pdf_fonts.find.cache_clear()


def test_garbage_collection_goes_on_after_a_paper_and_after_a_refused_one():
    paper("<h1>T</h1>")
    assert gc.isenabled()
    with pytest.raises(PaperError):
        paper('<img src="file:///etc/hostname" alt="A">')
    assert gc.isenabled()


def test_the_style_sheet_has_no_rule_that_is_not_understood(caplog):
    with caplog.at_level(logging.WARNING, "weasyprint"):
        paper("<h1>T</h1>")
    assert caplog.records == []


def test_pages_are_set_in_the_packs_faces():
    html = '<h1>Update</h1><p>Text, <b>bold</b></p><p class="k met">Met</p>'
    with Pdf.open(io.BytesIO(paper(html))) as pdf:
        fonts = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].Resources.Font.values()}
    assert fonts == {"Liberation-Serif-Bold", "Liberation-Sans", "Liberation-Sans-Bold", "DejaVu-Sans"}


def test_a_wide_table_turns_its_own_pages_alone():
    wide = '<section class="landscape"><h2>Wide</h2></section>'
    pdf = paper(f"<h1>Before</h1>{wide}{wide}<p>After</p>")
    assert [text.split() for text in page_texts(pdf)] == [["Before"], ["Wide", "Wide"], ["After"]]
    with Pdf.open(io.BytesIO(pdf)) as opened:
        sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in opened.pages]
    assert sizes == [(595, 842), (842, 595), (595, 842)]


def test_joining_imports_neither_weasyprint_nor_django():
    code = "import sys; from portal import pdf_join; print(sorted({'weasyprint', 'django'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CSS.parents[1])
    assert ran.stdout == "[]\n"


# Preparing: names, bookmarks, files made elsewhere


def test_names_carry_the_papers_key():
    pdf = prepared('<h1 id="top">T</h1><p><a href="#é">to é</a></p><p id="é">Here</p><p id="z/1">There</p>', "6.a")
    with Pdf.open(io.BytesIO(pdf)) as opened:
        names = opened.Root.Names.Dests.Names
        assert [str(name) for name in list(names)[::2]] == ["6.a/%C3%A9", "6.a/top", "6.a/z%2F1"]
        assert [str(name) for name in opened.Root.Names.Dests.Limits] == ["6.a/%C3%A9", "6.a/z%2F1"]
        assert str(opened.pages[0].Annots[0].Dest) == "6.a/%C3%A9"
        assert str(opened.Root.PackKey) == "6.a"
    assert_accessible(pdf)


@pytest.mark.parametrize("key", ["", "item 6", "item/6", "-6", "é", "6\n"])
def test_a_key_of_other_characters_is_refused(key):
    with pytest.raises(ValueError, match="cannot name a paper"):
        prepared("<h1>T</h1>", key)


def test_headings_become_closed_bookmarks():
    pdf = prepared("<h1>Update</h1><h2>1. Purpose</h2><h3>Aims</h3><h2>2. Detail</h2>")
    assert [(mark.depth, mark.title) for mark in outline(pdf)] == [
        (0, "Update"),
        (1, "1. Purpose"),
        (2, "Aims"),
        (1, "2. Detail"),
    ]
    with Pdf.open(io.BytesIO(pdf)) as opened:
        assert int(opened.Root.Outlines.First.Count) == -2


def written(pdf: Pdf) -> bytes:
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def test_a_paper_made_elsewhere_keeps_its_pages_and_loses_tags_and_what_acts_by_itself():
    with Pdf.open(io.BytesIO(paper('<h1>Plan</h1><p id="a"><a href="#a">here</a></p>'))) as pdf:
        pdf.Root.StructTreeRoot.RoleMap = Dictionary(Standard=Name.P)
        pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
        pdf.attachments["notes.txt"] = b"private notes"
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), Rect=Array([0, 0, 9, 9]))
        )
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        note.A = Dictionary(S=Name.Launch, F=String("setup.exe"))
        pdf.pages[0].Annots.append(field)
        pdf.pages[0].Annots.append(pdf.make_indirect(note))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.docinfo.Author = String("a@example.org")
        made = prepare(written(pdf), "plan")
    assert_qpdf(made)
    assert page_texts(made)[0].split() == ["Plan", "here"]
    with Pdf.open(io.BytesIO(made)) as opened:
        assert not {"/StructTreeRoot", "/MarkInfo", "/AcroForm", "/OpenAction"} & set(opened.Root.keys())
        assert list(opened.attachments) == []
        assert [("/Dest" in link, "/A" in link) for link in opened.pages[0].Annots] == [(True, False), (False, False)]
        assert "/StructParents" not in opened.pages[0]
        assert set(opened.docinfo.keys()) == {"/Title"}
    for word in (b"private notes", b"setup.exe", b"a@example.org", b"app.alert"):
        assert word not in uncompressed(made)


def uncompressed(pdf: bytes) -> bytes:
    with Pdf.open(io.BytesIO(pdf)) as opened:
        file = io.BytesIO()
        opened.save(file, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return file.getvalue()


def test_old_named_destinations_are_kept():
    with Pdf.new() as pdf:
        page = pdf.add_blank_page()
        pdf.Root.Dests = Dictionary(Chapter=Array([page.obj, Name.Fit]))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Contents=String("Chapter"))
        link.A = Dictionary(S=Name.GoTo, D=Name.Chapter)
        page.obj.Annots = Array([pdf.make_indirect(link)])
        made = prepare(written(pdf), "old")
    with Pdf.open(io.BytesIO(made)) as opened:
        assert str(opened.Root.Names.Dests.Names[0]) == "old/Chapter"
        assert str(opened.pages[0].Annots[0].A.D) == "old/Chapter"


def test_what_is_no_readable_pdf_is_refused_with_the_remedy():
    with pytest.raises(PaperError, match="cannot be read as a PDF"):
        prepare(b"a letter", "a")
    with pytest.raises(PaperError, match="cannot be read as a PDF"):
        page_count(b"")
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        file = io.BytesIO()
        pdf.save(file, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(PaperError, match="remove the protection"):
        prepare(file.getvalue(), "a")


def test_page_count():
    assert page_count(paper("<h1>T</h1>")) == 1
    assert page_count(paper('<h1>T</h1><p style="break-before: page">After</p>')) == 2
