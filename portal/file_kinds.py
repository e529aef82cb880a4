"""What a file is, by its content: neither its name nor what the browser says of it is believed.

Pure: reads a file, knows neither settings nor database.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from portal import ooxml
from portal.ooxml import NotAccepted

CSV, XLSX, DOCX, PDF, PNG, JPEG = "csv", "xlsx", "docx", "pdf", "png", "jpeg"


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is what it is called in a sentence, `media_type` what it is called in a download."""

    label: str
    extension: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    CSV: Kind("a CSV file", "csv", "text/csv"),
    XLSX: Kind("an Excel workbook (.xlsx)", "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    DOCX: Kind("a Word document (.docx)", "docx", f"{_OFFICE}.wordprocessingml.document"),
    PDF: Kind("a PDF", "pdf", "application/pdf"),
    PNG: Kind("a PNG picture", "png", "image/png"),
    JPEG: Kind("a JPEG picture", "jpg", "image/jpeg"),
}

_BLOCK = 64 * 1024
# Pictures of more than this take hundreds of megabytes once they are unpacked.
_MOST_PIXELS = 50_000_000
# Characters that no table of text holds. A form feed may end a page of one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body|table|script|svg)\b", re.IGNORECASE)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# JPEG markers that state a picture's size: every "start of frame" (ITU-T T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def kind_of(file: BinaryIO, *, unpacked: int) -> str:
    """The kind of the file, checked whole. `unpacked` is how many bytes an Office file may come to once unpacked.

    Raises NotAccepted, with the reason and the remedy as rest of a sentence that begins with the file's name, where
    the content is of no kind that the portal takes or has something in it that it does not take.
    """
    file.seek(0)
    head = file.read(16)
    if not head:
        raise NotAccepted("is empty.", "Choose the file that has the content in it.")
    if head.startswith(b"PK"):
        return ooxml.check(file, unpacked=unpacked)
    if head.startswith(b"%PDF-"):
        return _pdf(file)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(file)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(file)
    if head.startswith(_OLD_OFFICE):
        raise NotAccepted(
            "is an Office file of the old kind (.xls or .doc), or one with a password.",
            "Open it, save it as .xlsx or .docx without a password, and choose that file.",
        )
    encoding_of(file)
    return CSV


def encoding_of(file: BinaryIO) -> str:
    """How a text is encoded, as Python calls it: "utf-8-sig", "utf-16" or "cp1252". Raises NotAccepted for no text.

    UTF-16 is known by its byte order mark, as Excel's "Unicode text" has it; what is not UTF-8 is taken for the
    Windows-1252 that Excel writes as plain CSV in Britain.
    """
    file.seek(0)
    head = file.read(_BLOCK)
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and b"\0" in head:
        raise _not_text()
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            first = True
            for text in _decoded(file, encoding):
                if _CONTROL.search(text):
                    raise _not_text()
                if first and _MARKUP.match(text):
                    raise NotAccepted(
                        "is a web page or XML, whatever its name says.",
                        "Open it in the spreadsheet program, save it as CSV or .xlsx, and choose that file.",
                    )
                first = False
        except UnicodeError:
            continue
        return encoding
    raise NotAccepted("is text in an encoding that cannot be read.", "Save it as “CSV UTF-8” and choose that file.")


def _not_text() -> NotAccepted:
    return NotAccepted("is neither text nor a kind of file that the portal knows.", "Export it anew as CSV or .xlsx.")


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while block := file.read(_BLOCK):
        if text := decoder.decode(block):
            yield text
    decoder.decode(b"", final=True)


def _pdf(file: BinaryIO) -> str:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 2048))
    if b"%%EOF" not in file.read():
        raise NotAccepted("is a PDF that breaks off before its end.", "Export or download it anew.")
    return PDF


def _png(file: BinaryIO) -> str:
    file.seek(8)
    header = file.read(16)  # length, "IHDR", width, height
    if len(header) < 16 or header[4:8] != b"IHDR":
        raise NotAccepted("is a damaged PNG picture.", "Save the picture anew.")
    _check_pixels(*struct.unpack("!II", header[8:16]))
    return PNG


def _jpeg(file: BinaryIO) -> str:
    """Walks the segments up to the one that states the size."""
    file.seek(2)
    while len(marker := file.read(2)) == 2 and marker[0] == 0xFF:
        if marker[1] == 0xFF:  # filling before a marker
            file.seek(-1, 1)
            continue
        segment = file.read(2)
        length = struct.unpack("!H", segment)[0] if len(segment) == 2 else 0
        if length < 2:
            break
        if marker[1] in _FRAMES:
            frame = file.read(5)  # precision, height, width
            if len(frame) < 5:
                break
            _check_pixels(*struct.unpack("!HH", frame[1:5]))
            return JPEG
        file.seek(length - 2, 1)
    raise NotAccepted("is a damaged JPEG picture.", "Save the picture anew.")


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise NotAccepted("is a picture without size.", "Save the picture anew.")
    if width * height > _MOST_PIXELS:
        raise NotAccepted(
            f"has {width:,} by {height:,} pixels, more than can be shown.", "Save a smaller copy and choose that."
        )
