"""What the public is told of a restriction, against the words of Schedule 12A."""

from __future__ import annotations

import pytest

from committees import restriction
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


def paper(**values: object) -> tuple[object, object]:
    world = makers.world()
    made = makers.restricted_paper(world.item, 2, **values)
    return made, world.meeting.committee


def test_one_paragraph() -> None:
    assert restriction.reason(*paper(exempt_paragraphs=[5])) == (
        "It holds exempt information under paragraph 5 of Part 1 of Schedule 12A to the Local Government Act 1972 "
        "(section 100A(4) of the Act): information to which a claim to legal professional privilege could be "
        "maintained in legal proceedings."
    )


def test_several_paragraphs() -> None:
    said = restriction.reason(*paper(exempt_paragraphs=[1, 2, 4]))
    assert "under paragraphs 1, 2 and 4 of Part 1" in said
    assert said.count(";") == 2


def test_confidential_information() -> None:
    said = restriction.reason(*paper(exempt_paragraphs=[], is_confidential=True))
    assert said == (
        "It holds confidential information, for which the law excludes the public "
        "(section 100A(2) of the Local Government Act 1972)."
    )


@pytest.mark.parametrize(("values", "rule"), [({}, "4(2)(b)"), ({"is_confidential": True}, "4(2)(a)")])
def test_a_committee_of_executive_members_goes_by_the_regulations(values: dict[str, bool], rule: str) -> None:
    made, committee = paper(**values)
    committee.legal_basis = "executive"  # type: ignore[attr-defined]
    assert f"regulation {rule} of SI 2012/2089" in restriction.reason(made, committee)  # type: ignore[arg-type]


def test_what_is_still_to_be_stated() -> None:
    made, committee = paper(exempt_paragraphs=[], public_interest=" ")
    assert restriction.gaps(made) == [  # type: ignore[arg-type]
        "name the paragraph of Schedule 12A that restricts it",
        "state why the public interest is served by keeping it restricted",
    ]
    assert "still to be stated" in restriction.reason(made, committee)  # type: ignore[arg-type]


def test_a_paper_is_restricted_by_its_item() -> None:
    world = makers.world()
    item = factories.item(world.meeting, 2, part="II", exempt_paragraphs=[3])
    assert restriction.label(factories.paper(item)) == "Part II, paragraph 3"
    assert restriction.label(world.paper) == ""
