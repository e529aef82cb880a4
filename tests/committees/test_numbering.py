"""Numbers of paragraphs, worked by hand from how councils number their reports."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from committees.numbering import Kind, Scheme, Section, number, split


def numbers(sections: list[Section], scheme: Scheme) -> list[str]:
    return [block.number for section in number(sections, scheme) for block in section.blocks]


def test_sections_and_their_paragraphs() -> None:
    report = [Section("Purpose", "To report."), Section("Detail", "One.\n\nTwo."), Section("Legal", "None.")]
    numbered = number(report, Scheme.SECTIONS)
    assert [(section.number, section.heading) for section in numbered] == [
        ("1", "Purpose"),
        ("2", "Detail"),
        ("3", "Legal"),
    ]
    assert numbers(report, Scheme.SECTIONS) == ["1.1", "2.1", "2.2", "3.1"]


def test_subheadings_are_unnumbered_and_numbers_run_on_past_them() -> None:
    body = "# Summary\n\nFirst.\n\n# Performance\n\nSecond.\n\nThird."
    assert numbers([Section("Detail", body)], Scheme.SECTIONS) == ["", "1.1", "", "1.2", "1.3"]


def test_a_list_belongs_to_the_paragraph_above_it() -> None:
    (section,) = number([Section("Ask", "The committee is asked to:\n\n1. note this;\n2. note that.")], Scheme.SECTIONS)
    (block,) = section.blocks
    assert block.number == "1.1"
    assert block.source == "The committee is asked to:\n\n1. note this;\n2. note that."


def test_tables_have_no_number() -> None:
    body = "Before.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter."
    (section,) = number([Section("Detail", body)], Scheme.SECTIONS)
    assert [(block.kind, block.number) for block in section.blocks] == [
        (Kind.PARAGRAPH, "1.1"),
        (Kind.TABLE, ""),
        (Kind.PARAGRAPH, "1.2"),
    ]


def test_continuous_paragraphs_run_through_unnumbered_sections() -> None:
    paper = [Section("Introduction", "A.\n\nB."), Section("Question", "C."), Section("Question", "D.\n\nE.")]
    assert numbers(paper, Scheme.CONTINUOUS) == ["1", "2", "3", "4", "5"]
    assert [section.number for section in number(paper, Scheme.CONTINUOUS)] == ["", "", ""]


def test_a_section_left_out_of_the_numbering() -> None:
    paper = [Section("Purpose", "A."), Section("Figures", "B.", is_numbered=False), Section("Detail", "C.")]
    assert numbers(paper, Scheme.SECTIONS) == ["1.1", "", "2.1"]


def test_a_section_without_heading_goes_on() -> None:
    assert numbers([Section("Detail", "A."), Section("", "B.")], Scheme.SECTIONS) == ["1.1", "1.2"]


def test_no_numbers() -> None:
    assert numbers([Section("Scope", "A.\n\nB.")], Scheme.NONE) == ["", ""]


def test_heading_levels_are_closed_up() -> None:
    """A heading three deep under nothing would leave a level out, which readers of a tagged PDF fall over."""
    levels = [block.level for block in split("### A\n\n### B\n\n###### C\n\n# D\n\n## E")]
    assert levels == [1, 1, 2, 1, 2]


def test_headings_are_plain_words() -> None:
    (block,) = split("# What **we** did with `ITIL`")
    assert block.source == "What we did with ITIL"


def test_nothing_gives_nothing() -> None:
    assert list(split("")) == []
    assert numbers([Section("Empty", " \n\n")], Scheme.SECTIONS) == []


@given(st.lists(st.lists(st.sampled_from(["Words.", "- a\n- b", "# H", "| a |\n|---|\n| 1 |", "> said"]), max_size=6)))
def test_numbers_have_no_gap(sections: list[list[str]]) -> None:
    written = [Section(f"S{at}", "\n\n".join(parts)) for at, parts in enumerate(sections)]
    for at, section in enumerate(number(written, Scheme.SECTIONS), start=1):
        given_numbers = [block.number for block in section.blocks if block.number]
        assert given_numbers == [f"{at}.{n}" for n in range(1, len(given_numbers) + 1)]


@given(st.text(alphabet="abc #-|>\n1.*", max_size=200))
def test_no_word_is_lost(markdown: str) -> None:
    kept = "".join(block.source for block in split(markdown))
    assert sorted(c for c in kept if c in "abc") == sorted(c for c in markdown if c in "abc")
