"""Office files that are not what they claim, that unpack without end, that run or reach out."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from portal import ooxml
from portal.ooxml import NotAccepted
from tests import samples

MB = 1024 * 1024
BOOK = samples.workbook(["code", "figure"], ["p1", 7])
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def check(content: bytes, unpacked: int = 20 * MB) -> str:
    return ooxml.check(io.BytesIO(content), unpacked=unpacked)


def reason(content: bytes, unpacked: int = 20 * MB) -> str:
    with pytest.raises(NotAccepted) as caught:
        check(content, unpacked)
    assert caught.value.remedy
    return caught.value.reason


def test_a_workbook_and_a_document_pass() -> None:
    assert check(BOOK) == "xlsx"
    assert check(samples.document("<w:p><w:r><w:t>DDE and links are words too</w:t></w:r></w:p>")) == "docx"


def test_links_that_a_reader_may_follow_pass() -> None:
    link = samples.relationships("hyperlink", "https://www.gov.uk/")
    assert check(samples.document(**{"word/_rels/document.xml.rels": link})) == "docx"


def test_the_template_on_the_authors_own_machine_passes() -> None:
    assert check(template("file:///C:/Users/x/Council.dotx")) == "docx"
    assert check(template("Council.dotx")) == "docx"


def template(target: str) -> bytes:
    return samples.document(**{"word/_rels/settings.xml.rels": samples.relationships("attachedTemplate", target)})


def picture(target: str) -> bytes:
    return samples.document(**{"word/_rels/document.xml.rels": samples.relationships("image", target)})


# Word tears a field's words over several runs as it pleases.
TORN = "<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\cmd</w:instrText></w:r></w:p>"
DAMAGED = "is damaged, or no Office file at all."
LINKS = "takes data from other files or places."
MACROS = "has macros in it, which the portal does not take."
OUTSIDE = "has parts that point outside it."
OTHER = "is an Office file of another kind."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 and nothing more", DAMAGED),
        (BOOK[: len(BOOK) // 2], DAMAGED),
        (samples.archive({"readme.txt": "hello"}), "is an archive, not a document."),
        (samples.archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "is an OpenDocument file."),
        (samples.changed(BOOK, {"../../etc/passwd": "x"}), OUTSIDE),
        (samples.changed(BOOK, {"/etc/passwd": "x"}), OUTSIDE),
        (samples.changed(BOOK, {"C:/autoexec.bat": "x"}), OUTSIDE),
        (samples.changed(BOOK, {"xl\\..\\..\\evil": "x"}), OUTSIDE),
        (samples.changed(BOOK, {"xl/vbaProject.bin": b"\0"}), MACROS),
        (samples.changed(BOOK, {"xl/activeX/activeX1.xml": "<a/>"}), MACROS),
        (samples.changed(BOOK, {"xl/externalLinks/externalLink1.xml": "<ddeLink/>"}), LINKS),
        (samples.changed(BOOK, {"xl/connections.xml": "<connections/>"}), LINKS),
        (samples.changed(BOOK, {"xl/embeddings/oleObject1.bin": b"\0"}), "has a file of another program inside."),
        (samples.changed(BOOK, {"xl/worksheets/sheet1.xml": "<worksheet><sheetData></worksheet>"}), DAMAGED),
        (samples.changed(BOOK, {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), DAMAGED),
        (samples.changed(BOOK, {"xl/worksheets/sheet1.xml": "<a>" * 300 + "</a>" * 300}), DAMAGED),
        (samples.changed(BOOK, {"XL/WORKBOOK.XML": "<a/>"}), DAMAGED),
        (template("https://x/t.dotm"), LINKS),
        (template("file://host/t.dotm"), LINKS),
        (template("\\\\host\\t.dotm"), LINKS),
        (picture("http://x/pixel.png"), LINKS),
        (samples.document(TORN), LINKS),
        (samples.document('<w:p><w:fldSimple w:instr=" DDE cmd x "/></w:p>'), LINKS),
    ],
)  # fmt: skip
def test_what_is_refused(content: bytes, expected: str) -> None:
    assert reason(content) == expected


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", MACROS),
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", MACROS),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", OTHER),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", OTHER),
    ],
)
def test_other_office_files_are_told_apart_by_their_content_types(main: str, expected: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    assert MAIN in types
    assert reason(samples.changed(BOOK, {"[Content_Types].xml": types.replace(MAIN, main)})) == expected


def test_what_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    """30 MB of one letter in 30 kB, and many small parts that come to much together."""
    too_large = "becomes too large once it is unpacked."
    bomb = samples.changed(BOOK, {"xl/media/image1.png": b"0" * (30 * MB)})
    assert len(bomb) < 100_000
    assert reason(bomb) == too_large
    assert reason(bomb, unpacked=100 * MB) == too_large  # its ratio alone gives it away
    assert reason(BOOK, unpacked=1000) == too_large
    assert reason(samples.changed(BOOK, {f"xl/media/{n}": b"" for n in range(3001)})).endswith(
        "more than a document needs."
    )


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    """The directory says 100 bytes where the part unpacks to 50,000."""
    content = samples.archive({"[Content_Types].xml": b"<a>" + b" " * 50_000 + b"</a>"})
    at = content.rindex(b"PK\x01\x02") + 24
    lying = content[:at] + (100).to_bytes(4, "little") + content[at + 4 :]
    assert reason(lying) == DAMAGED


def test_a_password_is_named() -> None:
    flagged = bytearray(BOOK)
    at = -1
    while (at := BOOK.find(b"PK\x01\x02", at + 1)) >= 0:
        flagged[at + 8] |= 1
    assert reason(bytes(flagged)) == "has a password."


def test_a_workbook_with_everything_usual_in_it_passes() -> None:
    """Formats, a comment, a link, a chart's worth of parts: no rule above hits what people really send."""
    book = load_workbook(io.BytesIO(BOOK))
    sheet = book.active
    sheet["A5"].hyperlink = "https://www.gov.uk/"
    sheet["B2"].number_format = "0.00%"
    sheet["C3"] = "=SUM(B2:B2)"
    sheet.merge_cells("D1:E2")
    book.create_sheet("Second")
    assert check(samples.saved(book)) == "xlsx"
