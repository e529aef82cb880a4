"""What is typed into minutes is never lost: box by box, two clerks at once, with and without the script."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from committees.minutes_saving import tidy, token
from committees.models import MinuteItem, Minutes, Resolution
from portal.models import AuditEvent
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db


class Form:
    def __init__(self) -> None:
        world = makers.world(today=date(2018, 10, 16))
        committee = world.meeting.committee
        committee.template_items.create(position=1, kind="interests", title="Interests", phrase="None was declared.")
        factories.item(world.meeting, 2, kind="interests", title="Declarations of interest")
        self.client = makers.signed_in(world.clerk)
        self.url = f"{world.url}minutes/"
        self.client.post(f"{self.url}begin/")
        self.one, self.two = MinuteItem.objects.order_by("number")

    def save(self, *boxes: tuple[MinuteItem | Resolution, str, str], json: bool = False, **more: Any) -> Any:
        data: dict[str, Any] = dict(more)
        for thing, text, was in boxes:
            name = f"{'resolution' if isinstance(thing, Resolution) else 'text'}.{thing.pk}"
            data |= {name: text, f"was.{name}": token(was)}
        headers = {"accept": "application/json"} if json else {}
        return self.client.post(f"{self.url}save/", data, headers=headers)

    def text(self, item: MinuteItem) -> str:
        return MinuteItem.objects.get(pk=item.pk).text


@pytest.fixture
def form() -> Form:
    return Form()


def test_a_whole_form_is_saved(form: Form) -> None:
    assert form.save((form.one, "One.\r\n\r\nTwo. ", ""), (form.two, "None.", "")).status_code == 302
    assert (form.text(form.one), form.text(form.two)) == ("One.\n\nTwo.", "None.")
    assert AuditEvent.objects.filter(verb="minutes.edit").count() == 2


def test_a_single_box_is_saved_by_the_script(form: Form) -> None:
    answer = form.save((form.one, "One.", ""), json=True)
    name = f"text.{form.one.pk}"
    assert answer.status_code == 200
    assert answer.json()["stored"] == {name: {"text": "One.", "token": token("One.")}}
    assert answer.json()["problems"] == {}


def test_two_clerks_in_two_boxes_disturb_nobody(form: Form) -> None:
    form.save((form.one, "Mine.", ""), json=True)
    assert form.save((form.two, "Theirs.", ""), json=True).status_code == 200
    assert (form.text(form.one), form.text(form.two)) == ("Mine.", "Theirs.")


def test_two_clerks_in_one_box_see_both_texts(form: Form) -> None:
    form.save((form.one, "Theirs.", ""))
    answer = form.save((form.one, "Mine.", ""), json=True)
    name = f"text.{form.one.pk}"
    assert answer.status_code == 409
    assert answer.json()["problems"][name]["theirs"] == "Theirs."
    assert answer.json()["stored"][name]["token"] == token("Theirs.")
    response = form.save((form.one, "Mine.", ""), (form.two, "Kept.", ""))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mine.</textarea>" in page
    assert '<div class="theirs" data-theirs-text>Theirs.</div>' in page
    assert (form.text(form.one), form.text(form.two)) == ("Theirs.", "Kept.")
    assert form.save((form.one, "Mine.", "Theirs.")).status_code == 302
    assert form.text(form.one) == "Mine."


def test_the_same_text_twice_is_no_conflict(form: Form) -> None:
    form.save((form.one, "Same.", ""))
    assert form.save((form.one, "Same.", ""), json=True).status_code == 200
    assert AuditEvent.objects.filter(verb="minutes.edit").count() == 1


def test_a_link_that_leads_nowhere_is_named_and_kept(form: Form) -> None:
    response = form.save((form.one, "See [it](report.pdf).", ""))
    assert response.status_code == 422
    assert "The link to “report.pdf” leads nowhere in print." in response.content.decode()
    assert "See [it](report.pdf).</textarea>" in response.content.decode()
    assert form.text(form.one) == ""


def test_a_text_too_long_is_not_cut(form: Form) -> None:
    assert form.save((form.one, "x" * 60_001, "")).status_code == 422
    assert form.text(form.one) == ""


def test_a_form_that_is_not_whole_saves_nothing(form: Form) -> None:
    response = form.client.post(f"{form.url}save/", {f"text.{form.one.pk}": "Typed."})
    assert response.status_code == 409
    assert form.text(form.one) == ""
    other = Minutes.objects.create(meeting=factories.meeting(form.one.minutes.meeting.committee, date(2018, 1, 9)))
    elsewhere = MinuteItem.objects.create(minutes=other, number=1, title="Elsewhere")
    response = form.save((elsewhere, "Typed.", ""))
    assert response.status_code == 409
    assert "Typed." in response.content.decode()
    assert form.text(elsewhere) == ""


def test_a_resolution_is_added_with_what_was_typed(form: Form) -> None:
    form.save((form.one, "Typed.", ""), add=str(form.one.pk))
    made = Resolution.objects.get()
    assert (made.item, made.number, form.text(form.one)) == (form.one, 1, "Typed.")
    form.save((made, "That it be noted.", ""))
    made.refresh_from_db()
    assert made.text == "That it be noted."
    form.save((made, "That it be noted.", "That it be noted."), drop=str(made.pk))
    assert not Resolution.objects.exists()


def test_nothing_is_added_while_something_is_not_saved(form: Form) -> None:
    form.save((form.one, "Theirs.", ""))
    assert form.save((form.one, "Mine.", ""), add=str(form.one.pk)).status_code == 409
    assert not Resolution.objects.exists()


def test_a_standing_phrase_is_offered_and_taken(form: Form) -> None:
    assert "None was declared." in form.client.get(f"{form.url}edit/").content.decode()
    form.save((form.two, "", ""), phrase=str(form.two.pk))
    assert form.text(form.two) == "None was declared."


@pytest.mark.parametrize("state", ["checked", "published"])
def test_nothing_is_written_once_they_are_checked(form: Form, state: str) -> None:
    Minutes.objects.update(state=state)
    response = form.save((form.one, "Late.", ""))
    assert response.status_code == 409
    assert "Late." in response.content.decode()
    assert form.text(form.one) == ""
    assert form.save((form.one, "Late.", ""), json=True).json()["refused"].startswith("The minutes are")


@pytest.mark.parametrize(("typed", "kept"), [("a \r\nb\r\n\r\n", "a\nb"), ("\n\na", "a"), ("  a", "  a"), ("", "")])
def test_tidy(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
