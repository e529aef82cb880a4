"""The typefaces of packs: where they are found, and the face that page footers are drawn in.

Papers are set by WeasyPrint, which embeds its own fonts. The footers of a pack are drawn when papers are joined, so
the joined file carries one small subset of Liberation Sans for all its pages. The face is written as PDF asks of a
composite font (ISO 32000-1, 9.7): glyph numbers in the text, a width for each, and a ToUnicode map, without which no
footer could be read aloud, searched or copied (PDF/UA-1, 7.21.7).
"""

import io
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Pdf

REGULAR = "LiberationSans-Regular.ttf"
BOLD = "LiberationSans-Bold.ttf"

#: Font files that pack.css relies on, and the Debian package that holds each.
PACKAGES = {
    REGULAR: "fonts-liberation",
    BOLD: "fonts-liberation",
    "LiberationSerif-Regular.ttf": "fonts-liberation",
    "LiberationSerif-Bold.ttf": "fonts-liberation",
    "DejaVuSans.ttf": "fonts-dejavu-core",
}

#: Where systems keep their fonts, the likeliest first.
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
)


class MissingFont(RuntimeError):
    """A font file that packs need is on none of the usual paths; the message names the package that holds it."""


@cache
def find(file_name: str) -> Path:
    """The path of a font file of PACKAGES; raises MissingFont."""
    for folder in FOLDERS:
        # Sorted, because a folder's own order differs between machines and two releases of a face may both be there.
        for path in sorted(folder.rglob(file_name)):
            return path
    folders = ", ".join(str(folder) for folder in FOLDERS)
    raise MissingFont(f"{file_name} is in none of {folders}: install the Debian package {PACKAGES[file_name]}")


def require_all() -> None:
    """Raise MissingFont if a face of pack.css is not installed; another would silently take its place otherwise."""
    for file_name in PACKAGES:
        find(file_name)


class Face:
    """One font file cut down to the characters of some texts, ready to be measured, encoded and embedded.

    Characters that the font does not have are drawn as a replacement character, so that a pack never shows an empty
    box that nobody can name.
    """

    def __init__(self, file_name: str, texts: Iterable[str]) -> None:
        # A time of saving in the font would give each pack other bytes.
        with TTFont(find(file_name), lazy=True, recalcTimestamp=False) as font:
            known = font.getBestCmap()
            self._replacement = "\ufffd" if 0xFFFD in known else "?"
            self._has = frozenset(
                character for text in texts for character in _composed(text) if ord(character) in known
            )
            characters = self._has | {self._replacement}
            options = Options()
            options.hinting = False
            options.layout_features = []
            options.name_IDs = []
            options.notdef_outline = True
            options.drop_tables += ["FFTM"]  # FontForge's own time stamps
            subsetter = Subsetter(options)
            subsetter.populate(text="".join(sorted(characters)))
            subsetter.subset(font)
            unit = 1000 / font["head"].unitsPerEm
            names = font.getBestCmap()
            self._glyphs = {character: font.getGlyphID(names[ord(character)]) for character in characters}
            self._widths: dict[str, float] = {
                character: round(font["hmtx"][names[ord(character)]][0] * unit, 3) for character in characters
            }
            head, metrics, os2 = font["head"], font["hhea"], font["OS/2"]
            self._box = [round(side * unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax)]
            self._ascent, self._descent = round(metrics.ascent * unit), round(metrics.descent * unit)
            self._cap_height = round(os2.sCapHeight * unit) if os2.version >= 2 else self._ascent
            # The cmap, names and PostScript names serve programs that install fonts; a PDF addresses glyphs by number.
            for table in ("cmap", "name", "post", "OS/2", "GDEF"):
                if table in font:
                    del font[table]
            written = io.BytesIO()
            font.save(written)
        self._file = written.getvalue()
        self._bold = "Bold" in file_name
        tag = sha256(self._file).digest()[:6]
        self._name = "".join(chr(65 + byte % 26) for byte in tag) + "+" + file_name.removesuffix(".ttf")

    def _shown(self, text: str) -> str:
        return "".join(character if character in self._has else self._replacement for character in _composed(text))

    def width(self, text: str, size: float) -> float:
        """The length of a text in points at a size in points, without kerning (the footer is drawn without)."""
        return sum(self._widths[character] for character in self._shown(text)) * size / 1000

    def encode(self, text: str) -> bytes:
        """The text as the operand of a Tj operator: a hexadecimal string of two-byte glyph numbers."""
        return b"<" + "".join(f"{self._glyphs[character]:04x}" for character in self._shown(text)).encode() + b">"

    def embed(self, pdf: Pdf) -> Object:
        """Add the face to a PDF and return its font dictionary, to be named in the resources of pages."""
        glyphs = sorted((glyph, character) for character, glyph in self._glyphs.items())
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + self._name),
            Flags=4,
            FontBBox=Array(self._box),
            ItalicAngle=0,
            Ascent=self._ascent,
            Descent=self._descent,
            CapHeight=self._cap_height,
            StemV=140 if self._bold else 80,
            FontFile2=pdf.make_stream(self._file, Length1=len(self._file)),
        )
        widths = Array()
        for glyph, character in glyphs:
            widths.append(glyph)
            widths.append(Array([self._widths[character]]))
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + self._name),
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            CIDToGIDMap=Name.Identity,
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=0,
            W=widths,
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/" + self._name),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(_to_unicode(glyphs)),
            )
        )


def _composed(text: str) -> str:
    """One line of composed characters: a letter and its accent are one glyph in the face, and line breaks are none."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _to_unicode(glyphs: list[tuple[int, str]]) -> bytes:
    """The ToUnicode map of (glyph number, character) pairs (ISO 32000-1, 9.10.3)."""
    blocks = []
    for start in range(0, len(glyphs), 100):  # a block of a CMap holds a hundred entries at most
        block = glyphs[start : start + 100]
        lines = [f"<{glyph:04x}> <{character.encode('utf-16-be').hex()}>" for glyph, character in block]
        blocks.append("\n".join([f"{len(block)} beginbfchar", *lines, "endbfchar"]))
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode()
