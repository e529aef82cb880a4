"""What is drawn on the pages of a pack: read back as text, and where it stands."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf

from portal.pdf import prepare
from portal.pdf_fonts import BOLD, REGULAR, Face
from portal.pdf_footers import _wrap
from portal.pdf_join import Part
from tests.pdf_checks import assert_ua1, page_texts, struct_text, word_boxes
from tests.pdf_samples import CHART, FOOTER, edition, pack, part, plain_pdf

WRAPPING = Face(REGULAR, ["abcW– W"])


def test_every_page_says_committee_and_date():
    for text in page_texts(edition(public=False).pdf):
        assert text.rstrip().splitlines()[-1].strip().startswith(FOOTER)


def test_restricted_pages_are_marked_for_the_eye_on_each_page():
    pdf = edition(public=False).pdf
    marked = ["Restricted: Part II, paragraph 3" in text.splitlines()[0] for text in page_texts(pdf)]
    assert marked == [False] * 6 + [True, True] + [False]
    # The paper says it once itself; the drawn marks are artifacts.
    assert struct_text(pdf).count("Restricted: Part II, paragraph 3") == 1


@pytest.mark.parametrize("box", [(0, 0, 595, 842), (-30, 50, 565, 892), (0, 0, 842, 595)])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90])
def test_footers_stand_upright_at_the_foot_of_turned_pages(box, rotate):
    prepared = prepare(plain_pdf(rotate=rotate, box=box), "scan")
    joined = pack([Part(key="scan", title="Plan", prepared=prepared, marking="Restricted: paragraph 3")])
    words = placed_words(joined.pdf)
    width, height = (box[3] - box[1], box[2] - box[0]) if rotate % 180 else (box[2] - box[0], box[3] - box[1])
    wide = width > height
    left, right, foot, head = (16, 16, 9, 8) if wide else (24, 20, 11, 10)
    mm = 72 / 25.4
    joint, number, mark = words["Joint"], words["1"], words["Restricted:"]
    assert joint[0] == pytest.approx(left * mm, abs=1)
    assert number[2] == pytest.approx(width - right * mm, abs=1)
    assert (joint[1] + joint[3]) / 2 == pytest.approx(height - foot * mm, abs=3)
    assert (mark[1] + mark[3]) / 2 == pytest.approx(head * mm, abs=3)


def test_a_turn_that_all_pages_share_is_seen_too():
    with Pdf.open(io.BytesIO(plain_pdf(pages=2))) as pdf:
        for page in pdf.pages:
            del page.obj["/Rotate"]
        pdf.Root.Pages.Rotate = 90
        file = io.BytesIO()
        pdf.save(file)
    joined = pack([Part(key="scan", title="Plan", prepared=prepare(file.getvalue(), "scan"))])
    assert placed_words(joined.pdf)["Joint"][0] == pytest.approx(16 * 72 / 25.4, abs=1)


def placed_words(pdf: bytes) -> dict[str, tuple[float, ...]]:
    """Where each word stands (the last of those that are the same): see word_boxes."""
    return {word: tuple(sides) for *sides, word in word_boxes(pdf)}


@pytest.mark.parametrize(
    "words",
    [
        "Cyd-bwyllgor Ynys Môn · 3 ½ – Ŵyl, Łódź ‘24’ €",
        "Cafe\u0301",  # the accent as a character of its own
        "(a) \\ <b>",
    ],
)
def test_footers_are_read_back_with_accents_dashes_and_signs(words):
    joined = pack([part(CHART, "a", "A")], footer_left=words)
    last = page_texts(joined.pdf)[0].rstrip().splitlines()[-1]
    assert last.split() == [*unicodedata.normalize("NFC", words).split(), "1"]
    assert_ua1(joined.pdf)


def test_a_character_that_the_face_has_not_is_drawn_as_a_question_mark():
    joined = pack([part(CHART, "a", "A")], footer_left="Committee 会")
    assert page_texts(joined.pdf)[0].rstrip().splitlines()[-1].split() == ["Committee", "?", "1"]
    assert_ua1(joined.pdf)


def test_a_long_footer_is_broken_into_lines_beside_the_number():
    words = "Joint Committee of " + ", ".join(["Brent", "Lewisham", "Southwark", "Stevenage", "East Herts"] * 4)
    joined = pack([part(CHART, "a", "A")], footer_left=words)
    lines = [line.strip() for line in page_texts(joined.pdf)[0].rstrip().splitlines()[-3:]]
    assert " ".join(lines).removesuffix("1").split() == words.split()
    boxes = placed_words(joined.pdf)
    number = boxes.pop("1")
    assert all(box[2] < number[0] for box in boxes.values() if box[3] > number[1] - 12)


@given(st.lists(st.text("abcW–", min_size=1, max_size=12)), st.floats(20, 300))
def test_wrapped_lines_keep_every_word_and_fit(words, room):
    lines = _wrap(" ".join(words), WRAPPING, 10, room)
    assert " ".join(lines).split() == words
    for line in lines:
        assert WRAPPING.width(line, 10) <= room or " " not in line


def test_widths_are_those_of_the_face():
    # From Liberation Sans's own metrics, which are Arial's: digits 1139 of 2048 units, W 1933, the space 569.
    face = Face(BOLD, ["53 W"])
    assert face.width("5", 2048) == pytest.approx(1139, abs=1)
    assert Face(REGULAR, ["W "]).width("W", 2048) == pytest.approx(1933, abs=1)
    face = Face(REGULAR, ["W W"])
    assert face.width("W W", 2048) - face.width("WW", 2048) == pytest.approx(569, abs=1)


def test_all_pages_share_two_small_faces():
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as pdf:
        for name in ("/PackRegular", "/PackBold"):
            fonts = {page.Resources.Font[name].objgen for page in pdf.pages}
            assert len(fonts) == 1
            descriptor = pdf.pages[0].Resources.Font[name].DescendantFonts[0].FontDescriptor
            assert len(descriptor.FontFile2.read_bytes()) < 10_000
