"""Reporting periods: kept under a name, opened by the dashboard, removed; and what an address may ask for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpis import dashboard, periods, record
from kpis.models import ReportingPeriod, Target
from portal.models import AuditEvent, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.reading import get, parse, performance_table, signed_in
from tests.kpis.test_blocks import correct

HOME = "/brent-lewisham-southwark/performance/"
JUNE, JULY, AUGUST, SEPTEMBER = (date(2018, month, 1) for month in (6, 7, 8, 9))


@pytest.fixture
def clerk(seed: Partnership) -> User:
    return User.objects.get(username="clerk")


@pytest.fixture
def member(seed: Partnership) -> User:
    return User.objects.get(username="member-lewisham")


def save(seed: Partnership, clerk: User, name: str = "Summer", **values) -> ReportingPeriod:
    values = {"first": JULY, "last": AUGUST, "is_usual": False} | values
    return periods.save_period(partnership=seed, name=name, by=clerk, **values)


def test_a_period_is_kept_and_the_dashboard_opens_with_the_usual_one(seed, clerk, member) -> None:
    client = signed_in(clerk)
    sent = {"from": "2018-07", "to": "2018-08", "name": " Meeting of  4 September ", "usual": "1"}
    response = client.post(f"{HOME}periods/save/", sent)
    assert (response.status_code, response.url) == (302, f"{HOME}?from=2018-07&to=2018-08")
    period = ReportingPeriod.objects.get()
    assert (period.name, period.first, period.last, period.is_usual) == ("Meeting of 4 September", JULY, AUGUST, True)
    assert AuditEvent.objects.filter(verb="period.save", by=clerk).count() == 1

    page = get(member, "performance/")
    assert {month for _, month, _ in performance_table(page)} == {"July 2018", "August 2018"}
    assert page.one(id="periods").one("b").text == "Meeting of 4 September"
    assert not page.one(id="periods").all("form")

    # Twice under one name: nothing is kept, and what was typed stays.
    again = client.post(f"{HOME}periods/save/", sent)
    assert again.status_code == 422
    box = parse(again.content.decode()).one(id="period-name")
    assert box.attributes["value"] == sent["name"]
    assert "There is a reporting period “Meeting of 4 September” already." in again.content.decode()
    assert ReportingPeriod.objects.count() == 1


def test_one_period_is_usual_at_a_time(seed, clerk) -> None:
    first = save(seed, clerk, is_usual=True)
    second = save(seed, clerk, "Autumn", first=SEPTEMBER, last=SEPTEMBER, is_usual=True)
    assert list(ReportingPeriod.objects.filter(is_usual=True)) == [second]
    response = signed_in(clerk).post(f"{HOME}periods/{first.pk}/usual/")
    assert response.status_code == 302
    assert list(ReportingPeriod.objects.filter(is_usual=True)) == [first]
    with pytest.raises(Refused, match="already"):
        periods.make_usual(period=first, by=clerk)


def test_a_period_is_removed_once(seed, clerk) -> None:
    period = save(seed, clerk)
    client = signed_in(clerk)
    assert client.post(f"{HOME}periods/{period.pk}/remove/").status_code == 302
    assert not ReportingPeriod.objects.exists()
    assert AuditEvent.objects.get(verb="period.remove").before["name"] == "Summer"
    assert client.post(f"{HOME}periods/{period.pk}/remove/").status_code == 404


@pytest.mark.parametrize("name", ["member-lewisham", "officer-brent", "auditor"])
def test_others_keep_no_periods(seed, clerk, name: str) -> None:
    period = save(seed, clerk)
    client = signed_in(User.objects.get(username=name))
    for address in ("save/", f"{period.pk}/usual/", f"{period.pk}/remove/"):
        assert client.post(f"{HOME}periods/{address}", {"name": "Mine"}).status_code == 403
        assert client.get(f"{HOME}periods/{address}").status_code == 405
    assert list(ReportingPeriod.objects.all()) == [period]
    assert Client().post(f"{HOME}periods/{period.pk}/remove/").status_code == 302


def test_a_period_of_another_partnership_is_not_there(seed, clerk) -> None:
    other = factories.partnership(factories.council("Elsewhere"))
    manager = factories.user(other, "service-manager")
    period = save(seed, clerk)
    response = signed_in(manager).post(f"/{other.slug}/performance/periods/{period.pk}/remove/")
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "  "}, "has no name"),
        ({"name": "x" * 81}, "has 81 characters"),
        ({"name": "Odd", "first": SEPTEMBER, "last": JUNE}, "September 2018 comes after June 2018"),
    ],
)
def test_periods_that_cannot_be_kept_are_refused_in_words(seed, clerk, values, words: str) -> None:
    with pytest.raises(Refused, match=words):
        save(seed, clerk, **values)


def test_months_that_are_no_months_are_refused_on_saving_too(seed, clerk) -> None:
    response = signed_in(clerk).post(f"{HOME}periods/save/", {"name": "Odd", "from": "soon", "to": "2018-08"})
    assert response.status_code in (400, 422)
    assert not ReportingPeriod.objects.exists()


def test_councils_and_counting_are_chosen_by_address(seed, member) -> None:
    cells = performance_table(get(member, "performance/", council="brent"))
    assert {council for _, _, council in cells} == {"Brent", "All councils"}
    page = get(member, "performance/", per="100")
    cells = performance_table(page)
    # 100 × 11 / 2,994 = 0.367…, and 100 × 28 / 9,996 = 0.280…; what is a rate stays as it is.
    assert cells["Priority 1 incidents per 100 employees", "June 2018", "Brent"] == "0.37"
    assert cells["Priority 1 incidents per 100 employees", "June 2018", "All councils"] == "0.28"
    assert cells["Overall, all calls", "June 2018", "Brent"] == "79.15"
    assert "Brent 2,994, as of" in page.text
    assert "inferred from published figures" in page.text
    for query in ({"council": "nobody"}, {"per": "head"}):
        page = get(member, "performance/", status=400, **query)
        assert page.one("div", role="alert").text


def test_the_page_lists_what_to_ask_about(seed, member) -> None:
    before = get(member, "performance/").one(id="ask")
    assert [h3.text for h3 in before.all("h3")] == ["Cannot be true"]
    (link,) = before.all("a")
    assert link.text.startswith("Brent, August 2018, Priority 1 resolved in time: 83.88% is not possible")
    assert link.attributes["href"] == "/brent-lewisham-southwark/returns/brent/2018-08/#p1-sla"
    august = seed.returns.get(council__slug="brent", period=AUGUST)
    correct(august, member, "open-calls", "759", comment="The move to the new office fell into this month.")
    seed.returns.filter(council__slug="lewisham", period=SEPTEMBER).update(in_force=None)
    page = get(member, "performance/")
    asked = page.one(id="ask")
    assert [h3.text for h3 in asked.all("h3")] == ["Not reported"]
    links = {a.text: a.attributes["href"] for a in asked.all("a")}
    returns = "/brent-lewisham-southwark/returns"
    assert links["Lewisham has not reported September 2018."] == f"{returns}/lewisham/2018-09/"
    assert "The move to the new office" in page.one(id="notes").text


def test_thirty_two_councils_are_not_set_side_by_side_unasked(db) -> None:
    many = factories.partnership(*(factories.council(f"Place {n}") for n in range(32)))
    calls = factories.indicator(many, "calls", direction="decrease")
    Target.objects.create(indicator=calls, valid_from=JUNE, value=Decimal(5))
    client = signed_in(factories.user(many, "auditor"))
    page = parse(client.get(f"/{many.slug}/performance/").content.decode())
    assert {council for _, _, council in performance_table(page)} == {"All councils"}
    assert len(page.one(id="councils").all("input")) == 32
    chosen = parse(client.get(f"/{many.slug}/performance/?council=place-3&council=place-9").content.decode())
    assert {council for _, _, council in performance_table(chosen)} == {"Place 3", "Place 9", "All councils"}
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/{many.slug}/performance/")
    assert len(queries) == 14


def test_limits_rest_on_three_years_and_no_more(db) -> None:
    one = factories.partnership(factories.council("Brent"), reporting_from=date(2010, 1, 1))
    factories.indicator(one, "calls")
    loaded = record.load(one, JUNE, SEPTEMBER, reader=record.EVERYONE)
    assert loaded.earlier == ()
    assert len(record._months_behind_limits(JUNE, {})) == 36
    assert record._months_behind_limits(JUNE, {})[0] == date(2015, 6, 1)
    assert dashboard.usual_run(one).last == SEPTEMBER
