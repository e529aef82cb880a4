"""Excel workbooks and Word documents as files that somebody handed in: is one what it claims, and is it harmless?

Both are zip archives of XML parts (ECMA-376, part 2). Whoever reads one later may rely on what is checked here: every
part is small enough, well-formed, without document type declarations (which the standard forbids and which make XML
dangerous to read), and nothing in it runs or reaches out of it. Pure.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO
from xml.parsers import expat

_MOST_PARTS = 3000
_MOST_DEPTH = 200
# Deflate packs at most about 1,032 to 1, and only what repeats without end; sheets and documents stay far below this.
_MOST_RATIO = 200
_RATIO_FROM = 1024 * 1024
_BLOCK = 64 * 1024

_MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
_KINDS = {
    _MAIN.format("spreadsheetml.sheet"): "xlsx",
    _MAIN.format("wordprocessingml.document"): "docx",
}
_CONTENT_TYPES = "[Content_Types].xml"
# What zipfile, zlib and expat raise over bytes that are not what they claim to be.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, RuntimeError)
# Fields by which a Word document starts another program or reads another file.
_REACHING_FIELD = re.compile(r"(?<![\w/.])(?:DDE|DDEAUTO|INCLUDETEXT)\s", re.IGNORECASE)
# The template that a document was begun with, on its author's own machine: nobody else's computer asks for it.
_OWN_TEMPLATE = re.compile(r"(?:file:///[a-z]:[\\/])?[^:\\/][^:]*", re.IGNORECASE)


class NotAccepted(Exception):
    """The file is not taken. `reason` and `remedy`: the reason goes on from the name of the file."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


def _damaged() -> NotAccepted:
    return NotAccepted("is damaged, or no Office file at all.", "Open it, save it anew, and choose the new file.")


def check(file: BinaryIO, *, unpacked: int) -> str:
    """ "xlsx" or "docx". `unpacked`: how many bytes all parts together may have. Raises NotAccepted."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = _check_parts(archive, unpacked)
            kind = _kind(archive, names)
            for info in archive.infolist():
                if info.filename.lower().endswith((".xml", ".rels")):
                    _Part(info.filename).read(archive, info)
    except _UNREADABLE as error:
        raise _damaged() from error
    return kind


def _check_parts(archive: zipfile.ZipFile, unpacked: int) -> set[str]:
    """The names of the parts in small letters, after everything that the archive's own directory can show."""
    infos = archive.infolist()
    if len(infos) > _MOST_PARTS:
        raise NotAccepted(f"has {len(infos):,} parts, more than a document needs.", "Save a simpler copy of it.")
    names = [info.filename.lower() for info in infos]
    if len(set(names)) != len(names):
        raise _damaged()
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if info.filename.startswith(("/", "\\")) or ".." in parts or ":" in info.filename:
            raise NotAccepted("has parts that point outside it.", "Open it, save it anew, and choose the new file.")
        if info.flag_bits & 0x1:
            raise NotAccepted("has a password.", "Save it without one and choose that file.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged()
        if info.file_size > _RATIO_FROM and info.file_size > _MOST_RATIO * max(info.compress_size, 1):
            raise _too_large()
    if sum(info.file_size for info in infos) > unpacked:
        raise _too_large()
    _check_harmless(names)
    return set(names)


def _too_large() -> NotAccepted:
    return NotAccepted(
        "becomes too large once it is unpacked.", "Copy the part that is needed into a new file, and choose that."
    )


def _check_harmless(names: list[str]) -> None:
    for name in names:
        folder, _, last = name.rpartition("/")
        if last.startswith(("vbaproject", "vbadata")) or "macrosheets" in folder or "activex" in folder:
            raise _macros()
        if "externallinks" in folder or last == "connections.xml" or "querytables" in folder:
            raise _links()
        if folder.endswith("embeddings") and last.endswith((".bin", ".xlsm", ".docm", ".pptm", ".exe")):
            raise NotAccepted(
                "has a file of another program inside.", "Replace that by a picture of it, save, and choose the file."
            )


def _macros() -> NotAccepted:
    return NotAccepted(
        "has macros in it, which the portal does not take.",
        "Save it as a plain .xlsx or .docx, which leaves them out, and choose that file.",
    )


def _links() -> NotAccepted:
    return NotAccepted(
        "takes data from other files or places.",
        "Break those links (in Excel: Data, Edit Links, Break Link), save it, and choose the file again.",
    )


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and archive.read("mimetype")[:50].startswith(b"application/vnd.oasis.opendocument"):
        raise NotAccepted("is an OpenDocument file.", "Save it as .xlsx or .docx and choose that file.")
    if _CONTENT_TYPES.lower() not in names:
        raise NotAccepted("is an archive, not a document.", "Unpack it and choose the one file that is meant.")
    types = _Part(_CONTENT_TYPES).read(archive, archive.getinfo(_CONTENT_TYPES)).types
    if any("macroenabled" in one.lower() for one in types):
        raise _macros()
    kinds = {_KINDS[one] for one in types if one in _KINDS}
    if len(kinds) != 1:
        raise NotAccepted(
            "is an Office file of another kind.",
            "Save it as a workbook (.xlsx) or a document (.docx), and choose that.",
        )
    return kinds.pop()


class _Part:
    """One part while it is read. `types` are the content types that it names, where it is the part that names them."""

    def __init__(self, name: str) -> None:
        self.name = name.lower()
        self.types: set[str] = set()
        self._depth = 0
        self._in_field = False
        self._fields: list[str] = []

    def read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Part:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if self.name.startswith("word/"):
            parser.buffer_text = True
            parser.CharacterDataHandler = self._text
        with archive.open(info) as part:
            while block := part.read(_BLOCK):
                parser.Parse(block, False)
        parser.Parse(b"", True)
        # A field's words can be torn over several runs, so they are read together.
        if _REACHING_FIELD.search("".join(self._fields)):
            raise _links()
        return self

    def _doctype(self, *_: object) -> None:
        raise _damaged()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise _damaged()
        tag = name.rpartition(" ")[2]
        if tag == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            # A link that a reader may follow is one thing, content that is fetched by itself another.
            kind, target = attributes.get("Type", ""), attributes.get("Target", "")
            own = kind.endswith("/attachedTemplate") and _OWN_TEMPLATE.fullmatch(target)
            if not kind.endswith("/hyperlink") and not own:
                raise _links()
        elif tag == "Override":
            self.types.add(attributes.get("ContentType", ""))
        elif tag == "instrText":
            self._in_field = True
        elif tag == "fldSimple":
            self._fields += [" ", *(text for key, text in attributes.items() if key.endswith("instr")), " "]

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.endswith(" instrText"):
            self._in_field = False
        elif name.endswith(" p"):
            self._fields.append(" ")

    def _text(self, text: str) -> None:
        if self._in_field:
            self._fields.append(text)
