"""The fixtures: facts of the pack of 16 October 2018 in the portal, and loading them twice."""

from __future__ import annotations

import re
import shutil
from datetime import date, time
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers

from committees import loading, paper_content
from committees.models import (
    AgendaItem,
    Attendance,
    Committee,
    Meeting,
    Membership,
    MinuteItem,
    Minutes,
    Paper,
    PaperSection,
    Resolution,
)
from portal.models import Action, Partnership
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(db: None) -> Partnership:
    return makers.load_seed()


@pytest.fixture
def october(seed: Partnership) -> Meeting:
    return Meeting.objects.get(on=date(2018, 10, 16))


@pytest.fixture
def july(seed: Partnership) -> Meeting:
    return Meeting.objects.get(on=date(2018, 7, 4))


def names(role: str, council: str) -> list[str]:
    seats = Membership.objects.filter(role=role, council__slug=council).order_by("position")
    return [seat.person.full_name for seat in seats.select_related("person")]


def test_members_and_named_substitutes(seed: Partnership) -> None:
    assert {council: (names("member", council), names("substitute", council)) for council in (
        "brent", "lewisham", "southwark",
    )} == {
        "brent": (["Margaret McLennan", "Tom Miller"], ["Amer Agha", "Krupa Sheth"]),
        "lewisham": (["Kevin Bonavia", "Amanda De Ryk"], ["Brenda Dacres", "Joe Dromey"]),
        "southwark": (["Stephanie Cryan", "Richard Leeming"], ["Rebecca Lury", "Kieron Williams"]),
    }  # fmt: skip
    # The record does not say since when, or until when.
    assert not Membership.objects.exclude(from_on=None, until_on=None).exists()
    committee = Committee.objects.get()
    assert (committee.legal_basis, committee.chair_rule) == ("part-va", "host")


def test_the_two_meetings(july: Meeting, october: Meeting) -> None:
    assert (july.starts_at, july.closed_at, july.venue) == (time(18, 30), time(19, 30), "Lewisham Town Hall")
    assert (july.host.slug, july.state, july.published_before_portal) == ("lewisham", "held", True)
    assert (october.starts_at, october.host.slug, october.is_published) == (time(18, 30), "brent", False)
    assert october.venue.startswith("Boardrooms 5 and 6, Brent Civic Centre")
    assert (july.items.count(), october.items.count()) == (9, 10)


def test_attendance_of_4_july_as_minuted(july: Meeting) -> None:
    rows = july.attendances.select_related("person", "council")
    assert {(row.person.slug, row.council.slug, row.status, row.capacity) for row in rows} == {
        ("brenda-dacres", "lewisham", "present", "substitute"),
        ("stephanie-cryan", "southwark", "present", "member"),
        ("krupa-sheth", "brent", "present", "substitute"),
        ("margaret-mclennan", "brent", "apologies", "member"),
        ("tatler", "brent", "apologies", "member"),
        ("kevin-bonavia", "lewisham", "apologies", "member"),
        ("amanda-de-ryk", "lewisham", "apologies", "member"),
        ("richard-leeming", "southwark", "apologies", "member"),
        ("prod-sarigianis", "brent", "present", "officer"),
        ("peter-gadsdon", "brent", "present", "officer"),
    }
    assert [row.person.slug for row in rows if row.chaired] == ["brenda-dacres"]
    assert not Attendance.objects.exclude(stands_in_for=None).exists()  # the record does not say for whom


def test_minutes_and_their_resolutions(july: Meeting) -> None:
    assert july.minutes.state == Minutes.State.CHECKED
    items = {item.number: item for item in MinuteItem.objects.filter(minutes=july.minutes)}
    assert sorted(items) == list(range(1, 10))
    resolutions = {number: items[number].resolutions.count() for number in items}
    assert resolutions == {1: 1, 2: 0, 3: 0, 4: 1, 5: 0, 6: 2, 7: 0, 8: 0, 9: 1}
    for number, facts in {
        1: ["section 10"],
        2: ["McLennan and Tatler", "Krupa Sheth", "Bonavia and De Ryk", "Dacres", "Leeming"],
        6: [
            "Virgin Media Business", "May 2018", "3.10", "round the clock", "LGfL", "BT",
            "disaster recovery", "thin client", "moved to September", "October", "Peter Gadsdon", "Wi-Fi",
            "regulatory services", "Lenovo", "XMA", "November", "end of July 2018", "Office 365",
            "end of 2018", "LGA", "cyber security",
        ],
    }.items():  # fmt: skip
        text = items[number].text + " ".join(items[number].resolutions.values_list("text", flat=True))
        assert [fact for fact in facts if fact not in text] == []
    assert "6.30 pm on Tuesday 16 October 2018" in Resolution.objects.get(item=items[9]).text
    assert "20 February 2018" in Resolution.objects.get(item=items[4]).text


def shown(slug: str, partnership: Partnership) -> dict[str, str]:
    """The text of a paper by its number: "3.11"."""
    paper = paper_content.for_content(Paper.objects.filter(slug=slug)).get()
    content = paper_content.of(paper, partnership, for_print=True, link=lambda other: "")
    numbered = {}
    for section in content.body.sections:
        for piece in section.pieces:
            match = re.match(r'<p><span class="no">(\S+) </span>', piece.html)
            if match:
                numbered[match[1]] = re.sub(r"<[^>]+>", "", piece.html.replace(match[0], ""))
    return numbered


def test_the_report_has_the_paragraphs_of_the_record(seed: Partnership) -> None:
    """Paragraph by paragraph: the numbers are those of the published report, and so are the facts under them."""
    text = shown("report", seed)
    assert list(text) == [
        "1.1", "2.1", *(f"3.{n}" for n in range(1, 21)), "4.1", "5.1", "5.2", "6.1", "7.1", "8.1",
    ]  # fmt: skip
    for number, facts in {
        "2.1": ["section 3", "Appendix A"],
        "3.3": ["Southwark", "Virgin"],
        "3.6": ["telephony", "Brent and Lewisham", "interim staff"],
        "3.7": ["Appendix B", "from 42 to 22"],
        "3.10": ["Virgin", "BT"],
        "3.11": ["August", "11 priority 1", "four", "CRM", "GDIT", "three", "legacy", "one", "telephony"],
        "3.12": ["three", "internet access", "all three councils", "improvement plan"],
        "3.13": ["Lewisham", "June and July", "LCS", "IDOX"],
        "3.14": ["Capita", "LGfL", "three attempts", "March 2019"],
        "3.15": ["29"],
        "3.16": ["22"],
        "3.17": ["Brent", "Southwark", "Laurence House"],
        "3.18": ["Southwark", "contact centres"],
        "3.19": ["educational services", "Brent and Lewisham"],
        "3.20": ["printing", "end of the year"],
        "4.1": ["2018/19"],
        "5.2": ["1972", "2000", "Localism Act 2011", "Regulations 2012"],
        "8.1": ["June"],
    }.items():
        assert [fact for fact in facts if fact not in text[number]] == [], number


def test_the_cover_of_the_report(seed: Partnership) -> None:
    paper = paper_content.for_content(Paper.objects.filter(slug="report")).get()
    content = paper_content.of(paper, seed, for_print=True, link=lambda other: f"paper:{other.slug}")
    assert [(row.term, [value.words for value in row.values]) for row in content.body.cover] == [
        ("Wards affected", ["All"]),
        ("Key or non-key decision", ["Non-key"]),
        ("Open or exempt", ["Open"]),
        ("Appendices", ["Appendix A: Performance pack, October 2018", "Appendix B: Service improvement plan"]),
        ("Background papers", ["None"]),
        ("Contact officer", ["Prod Sarigianis, Head of Digital Services"]),
        ("Signed off by", ["Althea Loderick, Strategic Director of Resources"]),
    ]


def test_the_discussion_paper_has_fourteen_points_under_its_questions(seed: Partnership) -> None:
    text = shown("discussion-paper", seed)
    assert list(text) == [str(number) for number in range(1, 15)]
    for number, facts in {
        "3": ["Inter-Authority Agreement"],
        "4": ["almost doubled"],
        "6": ["managing director", "Southwark or Lewisham", "Joint Management Committee"],
        "7": ["revenue", "capital"],
        "8": ["service desk", "enterprise architecture", "contracts and suppliers"],
        "11": ["independent review"],
        "12": ["technical architect", "Technical Design Authority"],
        "14": ["Recovery Board", "programme manager"],
    }.items():
        assert [fact for fact in facts if fact.lower() not in text[number].lower()] == [], number
    headings = PaperSection.objects.filter(paper__slug="discussion-paper").order_by("position")
    assert headings.count() == 5  # the introduction and four questions
    assert sum(section.heading.endswith("?") for section in headings) == 4


def test_the_improvement_plan_has_its_six_themes(seed: Partnership) -> None:
    themes = PaperSection.objects.get(paper__slug="improvement-plan", heading="Six themes").body
    assert re.findall(r"^\| ([A-Z][^|]+?) \|", themes, re.M)[1:] == [
        "Governance and culture",
        "Strategy and planning",
        "Service excellence",
        "Resources",
        "Communications",
        "Security",
    ]


def test_the_performance_pack_is_live_figures(seed: Partnership) -> None:
    sections = PaperSection.objects.filter(paper__slug="performance").order_by("position")
    assert [(section.block, section.block_params) for section in sections] == [
        ("kpis.performance_table", {"from": "2018-06", "to": "2018-09"}),
        ("kpis.trends", {"from": "2018-06", "to": "2018-09"}),
    ]


def test_actions_that_the_minutes_left(seed: Partnership) -> None:
    actions = Action.objects.filter(partnership=seed)
    assert actions.count() == 7
    assert {action.source for action in actions} == {"Minutes of 4 July 2018, item 6"}
    # The minutes name one deadline: September, for phase 2 of the transition.
    assert [action.due_on for action in actions.exclude(due_on=None)] == [date(2018, 9, 30)]


def test_an_action_of_a_restricted_item_is_restricted(seed: Partnership, tmp_path: Path) -> None:
    folder = tmp_path / seed.slug
    shutil.copytree(Path(settings.FIXTURES) / seed.slug, folder)
    for day, number in (("2018-07-04", 8), ("2018-10-16", 9)):
        path = folder / "meetings" / day / "meeting.toml"
        rows = [("of-it", number, ""), ("said-so", 1, 'part = "II"'), ("open", 1, "")]
        actions = [
            f'[[actions]]\nkey = "{key}"\nitem = {item}\ntitle = "{key}"\nstatus = "open"\n{own}\n'
            for key, item, own in rows
        ]
        path.write_text("\n".join([path.read_text(), *actions]))
    MinuteItem.objects.filter(minutes__meeting__on=date(2018, 7, 4), number=8).update(part="II")
    AgendaItem.objects.filter(meeting__on=date(2018, 10, 16), number=9).update(part="II")
    loading.load(folder)
    loaded = Action.objects.filter(title__in=("of-it", "said-so", "open")).order_by("source_key")
    assert [(action.source, action.title, action.part) for action in loaded] == [
        ("Minutes of 4 July 2018, item 1", "open", "I"),
        ("Minutes of 4 July 2018, item 1", "said-so", "II"),
        ("Minutes of 4 July 2018, item 8", "of-it", "II"),
        ("Minutes of 16 October 2018, item 1", "open", "I"),
        ("Minutes of 16 October 2018, item 1", "said-so", "II"),
        ("Minutes of 16 October 2018, item 9", "of-it", "II"),
    ]


def everything() -> str:
    kinds = (
        Committee, Membership, Meeting, AgendaItem, Attendance, Paper, PaperSection, Minutes, MinuteItem, Resolution,
        Action,
    )  # fmt: skip
    return serializers.serialize("json", [row for kind in kinds for row in kind.objects.order_by("pk")])


def test_loading_again_changes_nothing(seed: Partnership) -> None:
    before = everything()
    makers.load_seed()
    assert everything() == before


def test_loading_again_keeps_what_people_changed(seed: Partnership) -> None:
    PaperSection.objects.filter(paper__slug="report", position=1).update(body="Rewritten.")
    PaperSection.objects.get(paper__slug="report", position=6).delete()
    Paper.objects.filter(slug="report").update(title="Another title")
    Action.objects.filter(title__contains="Wi-Fi").update(status="closed")
    Meeting.objects.filter(on=date(2018, 10, 16)).update(venue="Another room")
    before = everything()
    makers.load_seed()
    assert everything() == before


def test_loading_makes_what_is_missing(seed: Partnership) -> None:
    Paper.objects.get(slug="discussion-paper").delete()
    makers.load_seed()
    assert PaperSection.objects.filter(paper__slug="discussion-paper").count() == 5


def test_a_folder_without_a_committee_is_passed_over(seed: Partnership, tmp_path: Path) -> None:

    loading.load(tmp_path)
    assert Committee.objects.count() == 1


_TELEPHONE = re.compile(r"(?<![\d.])(?:\+44|0)\s?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}(?![\d.])")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def test_no_telephone_number_and_no_address_is_in_the_fixtures() -> None:
    assert _TELEPHONE.search("Tel: 0208 937 2063")  # the patterns find what they are for
    assert _TELEPHONE.search("020 8937 6080")
    assert _ADDRESS.search("somebody@brent.gov.uk")
    found = []
    for path in Path(settings.FIXTURES).rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            found += [(path.name, match[0]) for pattern in (_TELEPHONE, _ADDRESS) for match in pattern.finditer(text)]
    assert found == []
