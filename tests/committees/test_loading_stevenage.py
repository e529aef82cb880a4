"""The fixtures of Stevenage and East Herts: facts of the pack of 2 October 2023."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string

from committees.models import Committee, Meeting, Membership, Paper
from portal.models import Action, Part, Partnership

pytestmark = pytest.mark.django_db

SLUG = "stevenage-east-herts"


@pytest.fixture
def seed(db: None) -> Partnership:
    for path in settings.DEMONSTRATION_LOADERS:
        import_string(path)(Path(settings.FIXTURES) / SLUG)
    return Partnership.objects.get(slug=SLUG)


def test_the_committee_and_its_chair(seed: Partnership) -> None:
    committee = Committee.objects.get(partnership=seed)
    seats = Membership.objects.filter(committee=committee).select_related("person", "council")
    assert {(seat.council.slug, seat.role, seat.person.full_name) for seat in seats} == {
        ("stevenage", "chair", "Loraine Rossati"),
        ("stevenage", "member", "Richard Henry"),
        ("stevenage", "member", "Jeannette Thomas"),
        ("east-herts", "vice-chair", "Joseph Dumont"),
        ("east-herts", "member", "Ben Crystall"),
        ("east-herts", "member", "Vicky Glover-Ward"),
    }
    # Elected on 29 June 2023 for the municipal year.
    assert {seat.from_on for seat in seats if "chair" in seat.role} == {date(2023, 6, 29)}
    assert [item.kind for item in committee.template_items.all()] == [
        "apologies", "minutes", "urgent", "exclusion", "minutes", "urgent",
    ]  # fmt: skip


def test_the_meeting_of_29_june_as_minuted(seed: Partnership) -> None:
    june = Meeting.objects.get(on=date(2023, 6, 29))
    assert (june.starts_at, june.closed_at, june.host.slug) == (time(18, 0), time(19, 5), "stevenage")
    present = june.attendances.filter(status="present").values_list("person__full_name", flat=True)
    absent = june.attendances.filter(status="apologies").values_list("person__full_name", flat=True)
    assert set(present) == {"Loraine Rossati", "Richard Henry", "Jeannette Thomas", "Vicky Glover-Ward"}
    assert set(absent) == {"Ben Crystall", "Joseph Dumont"}
    minutes = {item.number: item for item in june.minutes.items.all()}
    # Eleven items in the published minutes, and the Part II minutes that the portal does not know.
    assert sorted(minutes) == list(range(1, 13))
    assert [number for number, item in minutes.items() if item.part == Part.TWO] == [12]
    assert minutes[12].text.startswith("Demonstration text.")
    moved = minutes[7].resolutions.get(number=2).text
    assert "14 September 2023 to Monday 2 October 2023" in moved
    assert set(Action.objects.filter(partnership=seed).values_list("due_on", flat=True)) == {None, date(2023, 10, 2)}


def test_the_agenda_of_2_october_and_what_of_it_is_restricted(seed: Partnership) -> None:
    october = Meeting.objects.get(on=date(2023, 10, 2))
    items = list(october.items.order_by("number"))
    assert [(item.number, item.exempt_paragraphs) for item in items if item.part == Part.TWO] == [(6, [3]), (7, [3])]
    assert not Paper.objects.visible_to(AnonymousUser(), seed).exists()  # nothing is published on 20 September
    papers = Paper.objects.filter(item__meeting=october)
    assert {(paper.item.number, paper.slug, paper.is_restricted) for paper in papers.select_related("item")} == {
        (2, "minutes", False),
        (3, "report", False),
        (3, "operating-model", False),
        (6, "part-ii-minutes", True),
        (7, "dashboard", True),
    }
    report = papers.get(slug="report")
    assert (report.decision_type, report.cover["Portfolio area"]) == ("key", "Information Communication Technology")
    text = "\n".join(report.sections.values_list("body", flat=True))
    for printed in (
        "£1,712,745",
        "£2,131,705",
        "£2,342,540",
        "£2,635,438",
        "£314,897",
        "£304,649",
        "£117,052",
        "£48,000",
    ):
        assert printed in text
