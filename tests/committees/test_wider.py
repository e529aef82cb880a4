"""The wider right to restricted papers, from the statute: s.100F(2) and (2A), SI 2012/2089 regs 16 and 17."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from committees.models import Committee, Meeting, MinuteItem, Minutes, Paper, PaperAccess, WiderFinding
from committees.wider import Document, Ground, answer
from portal.models import AuditEvent, Person, User
from tests import factories
from tests.committees import makers

MARKER = "zanzibar"


def document(*paragraphs: int, **values: Any) -> Document:
    defaults = {"is_confidential": False, "holds_terms": None, "is_executive": False, "was_held": False}
    return Document(paragraphs, **(defaults | values))


def ground(found: Document, *, councillor: bool = False, scrutiny: bool = False) -> Ground | None:
    return answer(found, is_councillor=councillor, is_scrutiny=scrutiny).ground


@pytest.mark.parametrize("paragraph", [1, 2, 4, 5, 7])
@pytest.mark.parametrize("executive", [False, True])
def test_paragraphs_that_no_councillor_is_given(paragraph: int, executive: bool) -> None:
    for paragraphs in ((paragraph,), (3, paragraph), (paragraph, 6)):
        shut = document(*paragraphs, holds_terms=False, is_executive=executive)
        assert ground(shut, councillor=True) is None


@pytest.mark.parametrize(("executive", "given"), [(False, Ground.MEMBER), (True, Ground.EXECUTIVE)])
def test_paragraph_6_is_open_and_3_but_for_terms(executive: bool, given: Ground) -> None:
    assert ground(document(6, is_executive=executive), councillor=True) is given
    assert ground(document(3, 6, holds_terms=False, is_executive=executive), councillor=True) is given
    for holds in (None, True):
        assert ground(document(3, holds_terms=holds, is_executive=executive), councillor=True) is None


def test_s100f_is_to_business_to_be_transacted_and_reg_16_to_what_was_too() -> None:
    assert ground(document(6, was_held=True), councillor=True) is None
    assert ground(document(6, was_held=True, is_executive=True), councillor=True) is Ground.EXECUTIVE


def test_scrutiny_reads_what_the_executive_transacted_for_a_need() -> None:
    found = answer(document(1, 5, was_held=True, is_executive=True), is_councillor=False, is_scrutiny=True)
    assert (found.ground, found.asks_need) == (Ground.SCRUTINY, True)
    assert ground(document(1, was_held=False, is_executive=True), scrutiny=True) is None
    assert ground(document(1, was_held=True, is_executive=False), scrutiny=True) is None


def test_confidential_information_asks_for_a_need() -> None:
    found = answer(document(is_confidential=True), is_councillor=True, is_scrutiny=False)
    assert (found.ground, found.asks_need) == (Ground.MEMBER, True)
    assert not answer(document(6), is_councillor=True, is_scrutiny=False).asks_need


def test_without_a_paragraph_or_a_right_nothing_opens() -> None:
    assert ground(document(), councillor=True) is None
    assert ground(document(6)) is None


# The page


class Case:
    def __init__(self, paragraphs: tuple[int, ...] = (6,), **values: Any) -> None:
        self.world = makers.world()
        self.paper = makers.restricted_paper(self.world.item, 2, exempt_paragraphs=list(paragraphs), **values)
        makers.section(self.paper, 1, body=f"The notice concerns {MARKER}.")
        Meeting.objects.update(published_before_portal=True)
        self.council = self.world.partnership.places.order_by("position")[0].council
        self.url = f"{self.world.url}papers/1/commercial/"

    def user(self, role: str = "councillor") -> User:
        return factories.user(self.world.partnership, role, self.council)

    def open(self, user: User, **data: str) -> Any:
        return makers.signed_in(user).post(f"{self.url}access/", data)


@pytest.mark.django_db
def test_a_councillor_is_led_to_the_page_opens_the_paper_and_is_recorded() -> None:
    case, user = Case(), None
    user = case.user()
    client = makers.signed_in(user)
    assert client.get(case.url).headers["Location"] == f"{case.url}access/"
    page = client.get(f"{case.url}access/").content.decode()
    assert "section 100F of the Local Government Act 1972" in page
    assert MARKER not in page.lower()
    assert not PaperAccess.objects.exists()
    shown = case.open(user)
    assert shown.status_code == 200
    assert MARKER in shown.content.decode().lower()
    assert "no-store" in shown.headers["Cache-Control"]
    access = PaperAccess.objects.get()
    assert (access.by, access.ground, access.paper) == (user, "member", case.paper)
    event = AuditEvent.objects.get(verb="paper.open-wider")
    assert event.is_restricted
    assert MARKER not in event.target.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("paragraphs", [(1,), (5,), (3,), (6, 7)])
def test_where_the_law_gives_nothing_nothing_is_shown(paragraphs: tuple[int, ...]) -> None:
    case = Case(paragraphs)
    shown = case.open(case.user(), need="Because I want to read it.")
    assert shown.status_code == 403
    assert MARKER not in shown.content.decode().lower()
    assert not PaperAccess.objects.exists()


@pytest.mark.django_db
def test_paragraph_3_opens_once_the_proper_officer_has_found_no_terms() -> None:
    case = Case((3,))
    clerk = makers.signed_in(case.world.clerk)
    councillor = makers.signed_in(case.user())
    finding = f"{case.url}finding/"
    assert councillor.post(finding, {"holds_terms": "no", "decided_as": "Proper officer"}).status_code == 403
    clerk.post(finding, {"holds_terms": "no", "decided_as": " "})
    assert not WiderFinding.objects.exists()
    clerk.post(finding, {"holds_terms": "no", "decided_as": "Proper officer"})
    assert case.open(case.user()).status_code == 200
    clerk.post(finding, {"holds_terms": "yes", "decided_as": "Proper officer"})
    assert case.open(case.user()).status_code == 403
    assert AuditEvent.objects.filter(verb="paper.finding").count() == 2


@pytest.mark.django_db
def test_confidential_information_needs_a_need() -> None:
    case = Case((), is_confidential=True, public_interest="")
    assert case.open(case.user()).status_code == 422
    assert not PaperAccess.objects.exists()
    assert case.open(case.user(), need="I chair the panel that has to act on it.").status_code == 200
    assert PaperAccess.objects.get().need == "I chair the panel that has to act on it."


@pytest.mark.django_db
def test_scrutiny_after_an_executive_meeting_with_its_need() -> None:
    case = Case((5,))
    Committee.objects.update(legal_basis="executive")
    user = case.user("scrutiny")
    assert case.open(user, need="Our review of the contract.").status_code == 403
    case.world.partnership.demonstration_today = date(2018, 10, 17)
    case.world.partnership.save()
    assert case.open(user).status_code == 422
    assert case.open(user, need="Our review of the contract.").status_code == 200
    assert PaperAccess.objects.get().ground == "scrutiny"


@pytest.mark.django_db
def test_lists_packs_and_other_papers_give_nothing_away() -> None:
    case = Case()
    user = case.user()
    case.open(user)
    assert list(Paper.objects.visible_to(user, case.world.partnership)) == [case.world.paper]
    assert MARKER not in makers.signed_in(user).get(case.world.url).content.decode().lower()


@pytest.mark.django_db
def test_before_publication_there_is_no_such_paper() -> None:
    case = Case()
    Meeting.objects.update(published_before_portal=False)
    assert case.open(case.user()).status_code == 404


@pytest.mark.django_db
def test_the_items_restriction_and_that_of_minutes_count_too() -> None:
    case = Case()
    case.world.item.part, case.world.item.exempt_paragraphs = "II", [5]
    case.world.item.save()
    assert case.open(case.user()).status_code == 403
    before = factories.meeting(case.world.meeting.committee, date(2018, 7, 4), state="held")
    minutes = Minutes.objects.create(meeting=before)
    MinuteItem.objects.create(minutes=minutes, number=1, title="x", part="II", exempt_paragraphs=[1])
    item = factories.item(case.world.meeting, 2)
    makers.restricted_paper(item, 1, kind="minutes", minutes_of=before, exempt_paragraphs=[6], slug="minutes")
    response = makers.signed_in(case.user()).post(f"{case.world.url}papers/2/minutes/access/")
    assert response.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("honorific", "partner", "status"), [("councillor", True, 200), ("", True, 403), ("councillor", False, 403)]
)
def test_a_real_councillor_is_one_by_their_council(honorific: str, partner: bool, status: int) -> None:
    case = Case()
    council = case.council if partner else factories.council("Far")
    person = Person.objects.create(slug="x", full_name="X", honorific=honorific, council=council)
    user = User.objects.create_user("x", person=person)
    assert case.open(user).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["officer", "approver"])
def test_others_have_no_wider_right(role: str) -> None:
    case = Case()
    client = makers.signed_in(case.user(role))
    assert client.get(case.url).status_code == 403
    assert client.get(f"{case.url}access/").status_code == 403
    assert case.open(case.user(role)).status_code == 403
