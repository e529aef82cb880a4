"""The pages: handing in, the columns, what came of it, the tickets, and taking over; in the browser once each."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kpis.models import Figure, TicketImport, TicketMapping
from kpis.tickets.forms import ColumnsForm, initial_of
from kpis.tickets.presets import PRESETS
from portal import jobs
from portal.models import Job
from tests import factories
from tests.browser import assert_axe, assert_fits
from tests.kpis.tickets.samples import PLAIN
from tests.kpis.tickets.test_importing import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="portal.signin.PortalBackend")
    return client


def address(place: Place, name: str, source: TicketImport | None = None) -> str:
    here: dict[str, Any] = {"partnership": "shared", "council": place.council.slug}
    if name != "columns":
        here["period"] = date(2018, 9, 1)
    if source is not None:
        here["pk"] = source.pk
    return reverse(f"kpis:tickets-{name}", kwargs=here)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_pages_of_tickets_belong_to_the_returns_and_lead_back_to_the_month(place: Place) -> None:
    client = client_of(place.officer)
    source = place.bring(PLAIN)
    returns = reverse("kpis:returns", kwargs={"partnership": "shared"})
    month = {"partnership": "shared", "council": place.council.slug, "period": date(2018, 9, 1)}
    back = reverse("kpis:return", kwargs=month)
    pages = [address(place, "month"), address(place, "import", source), address(place, "list", source)]
    for path in pages:
        page = text(client.get(path))
        assert f'<a href="{returns}" aria-current="page">Returns</a>' in page
        assert f'<li><a href="{back}">' in page
    page = text(client.get(pages[0]))
    assert re.search(r">\d{1,2} [A-Z][a-z]+ \d{4}, \d{1,2}\.\d\d [ap]m</a>", page)
    overview = text(client.get(returns))
    assert reverse("kpis:tickets", kwargs={"partnership": "shared"}) in overview
    assert reverse("kpis:returns-owed", kwargs={"partnership": "shared"}) in overview
    clerk = factories.user(place.partnership, "clerk")
    assert "Ticket exports" not in text(client_of(clerk).get(returns))


def test_a_file_is_handed_in_and_read(place: Place) -> None:
    client = client_of(place.officer)
    data = {"preset": "servicenow", "file": SimpleUploadedFile("export.csv", PLAIN.encode())}
    response = client.post(address(place, "hand-in"), data)
    job = Job.objects.get()
    assert response["Location"] == reverse("portal:job", kwargs={"partnership": "shared", "pk": job.pk})
    assert client.get(response["Location"]).status_code == 200
    done = jobs.run(str(job.pk))
    page = text(client.get(done.result["url"]))
    assert "4 tickets in four rows" in page
    assert "1 of 2" in page
    again = client.post(
        address(place, "hand-in"),
        {"preset": "servicenow", "file": SimpleUploadedFile("export.csv", PLAIN.encode())},
    )
    assert again["Location"] == done.result["url"]


def test_what_is_wrong_with_a_file_stands_on_the_form(place: Place) -> None:
    client = client_of(place.officer)
    empty = client.post(address(place, "hand-in"))
    assert empty.status_code == 422
    assert "Choose the file." in text(empty)
    pdf = {"preset": "servicenow", "file": SimpleUploadedFile("export.csv", b"%PDF-1.7 and more")}
    assert client.post(address(place, "hand-in"), pdf).status_code == 422
    assert TicketImport.objects.count() == 0


def test_problems_are_listed_by_row(place: Place) -> None:
    source = place.bring(PLAIN + "INC9,Closed,3,TRUE,soon,,,,x\r\n")
    page = text(client_of(place.officer).get(address(place, "import", source)))
    assert "Nothing was imported: one problem in the file" in page
    assert "“soon” is no date and time." in page
    assert '<td class="n">6</td>' in page


def test_chosen_figures_go_into_the_draft(place: Place) -> None:
    source = place.bring(PLAIN)
    place.draft()
    client = client_of(place.officer)
    page = text(client.get(address(place, "import", source)))
    assert 'name="take" value="sla" checked' in page
    data = {"take": ["sla"], "was.figure.sla": "", "was.numerator.sla": "", "was.denominator.sla": ""}
    assert client.get(address(place, "take-over", source)).status_code == 405
    response = client.post(address(place, "take-over", source), data)
    assert response["Location"] == reverse(
        "kpis:return-edit", kwargs={"partnership": "shared", "council": place.council.slug, "period": source.period}
    )
    assert list(Figure.objects.values_list("indicator__code", "typed", "numerator")) == [("sla", "50.00", 1)]
    # Somebody changes it; the old page is told so and changes nothing.
    Figure.objects.update(typed="49.00")
    stale = client.post(address(place, "take-over", source), data)
    assert stale.status_code == 409
    assert "“49.00”" in text(stale)
    assert Figure.objects.get().typed == "49.00"


def test_a_return_leads_to_the_tickets_behind_it(place: Place) -> None:
    source = place.bring(PLAIN)
    place.draft()
    page = reverse("kpis:return", kwargs={"partnership": "shared", "council": "brent", "period": source.period})
    link = f'<a class="more" href="{address(place, "import", source)}">See the 4 tickets, figure by figure</a>'
    assert link in text(client_of(place.officer).get(page))
    clerk = factories.user(place.partnership, "clerk")
    assert "tickets" not in text(client_of(clerk).get(page)).lower()


def test_other_peoples_tickets(place: Place) -> None:
    source = place.bring(PLAIN)
    stranger = client_of(factories.user(place.partnership, "officer", place.other))
    for name in ("month", "import", "list"):
        assert stranger.get(address(place, name, None if name == "month" else source)).status_code == 403
    for name in ("hand-in", "take-over"):
        assert stranger.post(address(place, name, None if name == "hand-in" else source)).status_code == 403
    assert stranger.get(address(place, "columns")).status_code == 403
    listed = reverse("kpis:tickets", kwargs={"partnership": "shared"})
    assert "Brent" not in text(stranger.get(listed)).split("<main")[1]
    manager = client_of(factories.user(place.partnership, "service-manager"))
    assert "Brent" in text(manager.get(listed))
    assert manager.get(address(place, "list", source)).status_code == 200
    assert manager.post(address(place, "take-over", source)).status_code == 403
    public = Client().get(address(place, "import", source))
    assert public["Location"].startswith("/account/sign-in/")
    # An import is found below its own council and month alone.
    elsewhere = address(place, "import", source).replace("2018-09", "2018-08")
    assert client_of(place.officer).get(elsewhere).status_code == 404


def test_a_figure_opens_to_its_tickets(place: Place, django_assert_max_num_queries: Any) -> None:
    source = place.bring(PLAIN)
    client = client_of(place.officer)
    page = text(client.get(address(place, "list", source), {"figure": "p3"}))
    assert "2 tickets behind “p3”" in page
    assert ("INC0002" in page, "INC0003" in page, "INC0001" in page) == (True, True, False)
    missed = text(client.get(address(place, "list", source), {"figure": "sla", "met": "missed"}))
    assert ("INC0002" in missed, "INC0001" in missed) == (True, False)


def test_columns_are_shown_changed_and_kept(place: Place) -> None:
    client = client_of(place.officer)
    assert "Not saved yet" in text(client.get(address(place, "columns")))
    assert "Issue key" in text(client.get(address(place, "columns"), {"preset": "jira"}))
    data = initial_of(PRESETS["jira"]) | {"out_of_scope": "group: Networks; priority: 1", "target_hours": "1 = 4"}
    assert client.post(address(place, "columns"), data).status_code == 302
    saved = TicketMapping.objects.get()
    assert saved.out_of_scope == [{"groups": ["networks"], "other_groups": False, "priorities": [1], "types": []}]
    assert saved.target_hours == {"1": 4.0}
    assert "group: networks; priority: 1" in text(client.get(address(place, "columns")))
    wrong = client.post(address(place, "columns"), data | {"priorities": "High is 2"})
    assert wrong.status_code == 422
    assert "Line 1 is not like “High = 2”." in text(wrong)
    assert "High is 2" in text(wrong)
    without = client.post(address(place, "columns"), data | {"column_opened": ""})
    assert "Opened: name the column that holds it." in text(without)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_form_gives_back_what_it_shows(preset: str) -> None:
    form = ColumnsForm(initial_of(PRESETS[preset]))
    assert form.is_valid(), form.errors
    assert form.mapping().as_json() == PRESETS[preset].as_json()


@pytest.mark.browser
def test_the_pages_in_the_browser(place: Place, visit: Any) -> None:
    source = place.bring(PLAIN)
    refused = place.bring(PLAIN + "INC9,Closed,3,TRUE,soon,,,,x\r\n")
    place.draft()
    addresses = [
        reverse("kpis:tickets", kwargs={"partnership": "shared"}),
        address(place, "month"),
        address(place, "columns"),
        address(place, "import", source),
        address(place, "import", refused),
        f"{address(place, 'list', source)}?figure=sla",
    ]
    for width in (1280, 390):
        for path in addresses:
            page = visit(path, user=place.officer, width=width)
            assert_fits(page)
            assert_axe(page)
