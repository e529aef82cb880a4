"""Targets and tolerances: set from a month, corrected while nothing is approved against them, history kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kpis import record
from kpis.models import Indicator, Target
from portal.models import AuditEvent, Council, Partnership
from tests import factories
from tests.kpis.reading import get, messages, parse, signed_in, user

ROOT = "/brent-lewisham-southwark/indicators/p1-sla/targets/"


@pytest.fixture
def sla(seed: Partnership) -> Indicator:
    return seed.indicators.get(code="p1-sla")


def post(path: str, data: dict | None = None, who: str = "service-manager"):
    return signed_in(user(who)).post(f"{ROOT}{path}", data or {})


def errors(response) -> dict[str, str]:
    page = parse(response.content.decode())
    links = page.all(class_="stop")[0].all("a")
    return {a.attributes["href"].removeprefix("#id_"): a.text.partition(": ")[2] for a in links}


def later(sla: Indicator, **values) -> Target:
    return Target.objects.create(indicator=sla, **({"valid_from": date(2018, 10, 1), "value": 90} | values))


def test_a_target_is_set_for_all_or_for_one_council(sla: Indicator) -> None:
    assert post("add/", {"valid_from": "October 2018", "value": "90%", "tolerance": "2.5"}).status_code == 302
    assert post("add/", {"council": "brent", "valid_from": "11/2018", "value": "92.5"}).status_code == 302
    found = [(one.council and one.council.slug, one.valid_from, one.value, one.tolerance) for one in sla.targets.all()]
    assert found == [
        (None, date(2018, 10, 1), Decimal(90), Decimal("2.5")),
        ("brent", date(2018, 11, 1), Decimal("92.5"), Decimal(0)),
    ]
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.verb, event.target) == ("target.add", "Target of Priority 1 resolved in time")
    assert (event.after["council"], event.after["value"]) == ("Brent", "92.5")


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"valid_from": ""}, "valid_from", "Name the first month for which it holds, such as November 2018."),
        ({"valid_from": "soon"}, "valid_from", "“soon” is not a month. Write it like October 2018."),
        ({"value": "ninety"}, "value", "“ninety” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ({"value": ""}, "value", "Enter the number that is aimed at."),
        ({"value": "101"}, "value", "101 is not between 0 and 100. Enter a percentage."),
        ({"tolerance": "-1"}, "tolerance", "A tolerance is 0 or more."),
        (
            {"valid_from": "September 2018"},
            "valid_from",
            "Returns up to September 2018 are approved, and their results stay as they were: a target from then would "
            "change them. Set a new target from October 2018 or later.",
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_field(sla: Indicator, given: dict, field: str, message: str) -> None:
    response = post("add/", {"valid_from": "October 2018", "value": "90", "tolerance": ""} | given)
    assert (response.status_code, errors(response)) == (422, {field: message})
    assert not sla.targets.exists()


def test_one_target_a_month_and_none_where_nothing_is_better(sla: Indicator, seed: Partnership) -> None:
    later(sla)
    response = post("add/", {"valid_from": "October 2018", "value": "95"})
    assert errors(response) == {
        "valid_from": "There is a target from October 2018 already. Correct that one, or choose another month."
    }
    neutral = "/brent-lewisham-southwark/indicators/service-requests/targets/add/"
    response = signed_in(user("service-manager")).post(neutral, {"valid_from": "October 2018", "value": "9"})
    assert errors(response)["value"].startswith("Neither more nor less is better for this indicator")


def test_a_target_is_corrected_while_nothing_is_approved_against_it(sla: Indicator) -> None:
    target = later(sla)
    assert post(f"{target.pk}/correct/", {"valid_from": "November 2018", "value": "91"}).status_code == 302
    target.refresh_from_db()
    assert (target.valid_from, target.value) == (date(2018, 11, 1), Decimal(91))
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.before["value"], event.after["value"]) == ("90", "91")
    back = post(f"{target.pk}/correct/", {"valid_from": "June 2018", "value": "91"})
    assert back.status_code == 422
    target.refresh_from_db()
    assert target.valid_from == date(2018, 11, 1)


def test_results_of_approved_months_stay_as_they_were(sla: Indicator, seed: Partnership, brent: Council) -> None:
    """Brent met 83.88 in August: missed at 90 with 5, and so it stays."""
    target = later(sla, valid_from=date(2018, 6, 1), tolerance=5)

    def result() -> str:
        month = date(2018, 8, 1)
        return record.load(seed, month, month, reader=record.UNRESTRICTED).result(sla, brent, month)

    assert result() == "missed"
    response = post(f"{target.pk}/correct/", {"valid_from": "June 2018", "value": "80"})
    assert errors(response)["valid_from"].startswith("Returns up to September 2018 are approved")
    assert messages(post(f"{target.pk}/remove/"))[0].startswith("Returns up to September 2018 are approved")
    assert post("add/", {"council": "brent", "valid_from": "August 2018", "value": "80"}).status_code == 422
    assert post("add/", {"valid_from": "October 2018", "value": "80"}).status_code == 302
    assert result() == "missed"
    page = get(user("member-lewisham"), "indicators/p1-sla/targets/")
    assert [th.text for th in page.all("th", scope="row")] == ["1 October 2018", "1 June 2018"]
    assert page.all("form", class_="stack") == []


def test_a_target_is_removed_once(sla: Indicator) -> None:
    target = later(sla)
    assert post(f"{target.pk}/remove/").status_code == 302
    assert not sla.targets.exists()
    assert AuditEvent.objects.order_by("-pk")[0].before["valid_from"] == "2018-10-01"
    assert post(f"{target.pk}/remove/").status_code == 404


def test_others_set_correct_and_remove_nothing(sla: Indicator, seed: Partnership) -> None:
    target = later(sla)
    for who in ("officer-brent", "clerk", "auditor", "administrator"):
        for path in ("add/", f"{target.pk}/correct/", f"{target.pk}/remove/"):
            assert post(path, {"valid_from": "December 2018", "value": "1"}, who=who).status_code == 403
    assert list(sla.targets.values_list("pk", "value")) == [(target.pk, Decimal(90))]


def test_another_indicators_target_is_not_known_here(sla: Indicator, seed: Partnership) -> None:
    other = factories.indicator(seed, "other", position=99, direction="increase")
    target = later(other)
    assert post(f"{target.pk}/remove/").status_code == 404
    assert post(f"{target.pk}/correct/", {"valid_from": "December 2018", "value": "1"}).status_code == 404
