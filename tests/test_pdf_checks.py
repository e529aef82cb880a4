"""The checks of PDFs find what they are for: each fault is put into a sound pack."""

import io

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from tests.pdf_checks import (
    assert_parent_tree,
    assert_qpdf,
    assert_ua1,
    outline,
    page_texts,
    parent_tree_faults,
    struct_text,
)
from tests.pdf_samples import TABLE, edition, made


def broken(change) -> bytes:
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as pdf:
        change(pdf.Root.StructTreeRoot.ParentTree.Kids[2].Nums, pdf)
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()


def exchange(numbers, pdf):
    first, second = numbers[1][0], numbers[1][3]
    assert first.objgen != second.objgen
    numbers[1][0], numbers[1][3] = second, first


def shorten(numbers, pdf):
    numbers[1] = Array(list(numbers[1])[:-1])


def shift(numbers, pdf):
    """What a join does that forgets to move the keys of one paper on."""
    page = pdf.pages[2].obj
    page.StructParents = 0


def lose_link(numbers, pdf):
    pdf.pages[1].Annots[0].StructParent = 999


def lose_header(numbers, pdf):
    tree = pdf.Root.StructTreeRoot.IDTree.Kids[0]
    tree.Names = Array(list(tree.Names)[2:])
    tree.Limits = Array([tree.Names[0], tree.Names[-2]])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (exchange, "ParentTree names another element"),
        (shorten, "not in ParentTree"),
        (shift, "two pages have the same StructParents"),
        (lose_link, "ParentTree names another element for its annotation"),
        (lose_header, "IDTree and the IDs of elements differ"),
    ],
)
def test_a_broken_reference_fails_the_round_trip(change, fault):
    pdf = broken(change)
    assert any(fault in found for found in parent_tree_faults(pdf))
    with pytest.raises(AssertionError):
        assert_parent_tree(pdf)


def test_a_plain_join_loses_its_tags_and_fails_the_checks():
    with Pdf.open(io.BytesIO(made(TABLE, "item-6-a"))) as source, Pdf.new() as pdf:
        for page in source.pages:
            pdf.pages.append(page)
        file = io.BytesIO()
        pdf.save(file)
    assert parent_tree_faults(file.getvalue()) == ["no structure tree"]
    with pytest.raises(AssertionError):
        assert_ua1(file.getvalue())


def test_content_outside_of_the_tree_is_found():
    with Pdf.open(io.BytesIO(made(TABLE, "item-6-a"))) as pdf:
        font = next(iter(pdf.pages[0].Resources.Font.keys()))
        pdf.pages[0].contents_add(f"BT {font} 9 Tf <0003> Tj ET".encode())
        file = io.BytesIO()
        pdf.save(file)
    assert parent_tree_faults(file.getvalue()) == ["sheet 1: Tj outside of any mark"]


def test_a_damaged_file_fails_the_syntax_check():
    pdf = edition(public=True).pdf
    with pytest.raises(AssertionError):
        assert_qpdf(pdf[: len(pdf) // 2])


@pytest.mark.parametrize(
    ("check", "package"),
    [(assert_qpdf, "qpdf"), (page_texts, "poppler-utils"), (struct_text, "poppler-utils")],
)
def test_a_missing_program_fails_and_names_its_package(monkeypatch, tmp_path, check, package):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=f"install the Debian package {package}$"):
        check(edition(public=True).pdf)


def test_an_outline_that_leads_nowhere_is_found():
    with Pdf.open(io.BytesIO(edition(public=True).pdf)) as pdf:
        pdf.Root.Outlines.First.Dest = Array([Dictionary(Type=Name.Page), Name.Fit])
        file = io.BytesIO()
        pdf.save(file)
    with pytest.raises(AssertionError, match="leads nowhere"):
        outline(file.getvalue())
