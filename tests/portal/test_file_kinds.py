"""What a file is, by its content."""

from __future__ import annotations

import io

import pytest

from portal import file_kinds
from portal.ooxml import NotAccepted
from tests import samples

MB = 1024 * 1024


def kind(content: bytes) -> str:
    return file_kinds.kind_of(io.BytesIO(content), unpacked=20 * MB)


def refusal(content: bytes) -> str:
    with pytest.raises(NotAccepted) as caught:
        kind(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"code,figure\r\np1,7\r\n", "csv"),
        ("\ufeffcode,note\np1,café".encode(), "csv"),
        ("code;note\np1;£5 – café".encode("cp1252"), "csv"),
        ("code\tnote\np1\tcafé".encode("utf-16"), "csv"),
        (b"one page\x0canother page\n", "csv"),
        (samples.workbook(["code", "figure"]), "xlsx"),
        (samples.document(), "docx"),
        (samples.PDF, "pdf"),
        (samples.png(), "png"),
        (samples.jpeg(), "jpeg"),
    ],
)
def test_the_content_says_what_it_is(content: bytes, expected: str) -> None:
    assert kind(content) == expected


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "utf-8-sig"),
        ("\ufeffmarked".encode(), "utf-8-sig"),
        ("café".encode(), "utf-8-sig"),
        ("café".encode("cp1252"), "cp1252"),
        ("café".encode("utf-16-le").join([b"\xff\xfe", b""]), "utf-16"),
        ("café".encode("utf-16-be").join([b"\xfe\xff", b""]), "utf-16"),
        # A letter of two bytes that lies over the border between two blocks.
        (b"x" * (64 * 1024 - 1) + "é".encode(), "utf-8-sig"),
    ],
)
def test_the_encoding_of_a_text(content: bytes, encoding: str) -> None:
    assert file_kinds.encoding_of(io.BytesIO(content)) == encoding


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty. Choose the file that has the content in it."),
        (b"code,fig\x00ure", "is neither text nor a kind of file that the portal knows."),
        (b"MZ\x90\x00\x03\x00\x00\x00", "is neither text"),
        ("a\x00b".encode("utf-16"), "is neither text"),
        (b"\xff\xfea", "is text in an encoding that cannot be read. Save it as “CSV UTF-8” and choose that file."),
        (b"caf\x81", "is text in an encoding that cannot be read."),
        (b"<html><table>", "is a web page or XML, whatever its name says."),
        (b"  <?xml version='1.0'?>", "is a web page or XML"),
        (samples.OLD_OFFICE, "is an Office file of the old kind (.xls or .doc), or one with a password."),
        (b"%PDF-1.7\nbroken off", "is a PDF that breaks off before its end."),
        (b"\x89PNG\r\n\x1a\n", "is a damaged PNG picture."),
        (samples.png(0, 5), "is a picture without size."),
        (samples.png(10_000, 10_000), "has 10,000 by 10,000 pixels, more than can be shown."),
        (samples.jpeg(10_000, 10_000), "has 10,000 by 10,000 pixels"),
        (b"\xff\xd8\xff\xe0\x00\x04ab", "is a damaged JPEG picture."),
        (b"\xff\xd8\xff", "is a damaged JPEG picture."),
    ],
)
def test_what_is_no_file_of_ours_is_refused_with_a_remedy(content: bytes, words: str) -> None:
    assert refusal(content).startswith(words)
