"""The entry grid of a return over HTTP: opened, and saved as the script and as a plain form do it."""

from __future__ import annotations

import pytest

from kpis.models import Figure, ReturnVersion
from portal.models import AuditEvent, Partnership, RoleGrant, User
from tests import factories
from tests.kpis.conftest import TRUE_MONTH
from tests.kpis.reading import (
    JSON,
    OCTOBER,
    SEPTEMBER,
    boxes,
    get,
    messages,
    parse,
    post,
    signed_in,
    summary,
    user,
)


@pytest.fixture
def colleague(officer: User) -> User:
    grant = RoleGrant.objects.get(user=officer)
    return factories.user(grant.partnership, "officer", grant.council)


# Opening and the grid


def test_an_officer_opens_a_month_and_gets_the_grid(seed: Partnership) -> None:
    officer = user("officer-brent")
    page = get(officer, "returns/brent/2018-10/")
    assert page.one("button", class_="btn").text == "Open the return"
    response = post(officer, f"{OCTOBER}open/")
    assert (response.status_code, response.url) == (302, f"{OCTOBER}edit/")
    page = get(officer, "returns/brent/2018-10/edit/")
    assert page.one("h1").text == "Monthly return: Brent, October 2018"
    shown = boxes(page)
    assert [name for name in shown if name.startswith("figure.")] == [f"figure.{code}" for code in IN_ORDER]
    assert set(shown.values()) == {""}
    # September stands beside it; what is worked out is no box.
    row = next(one for one in page.all("tr") if one.all("th") and one.all("th")[0].text == "Priority 3 incidents")
    assert row.all("td")[0].text == "841"
    assert [one.attributes["id"] for one in page.all("output")] == [
        "output-calls-per-employee",
        "output-open-calls-per-employee",
    ]


IN_ORDER = (
    "p1-incidents",
    "p2-incidents",
    "p3-incidents",
    "service-requests",
    "total-calls",
    "open-calls",
    "p1-sla",
    "p2-sla",
    "p3-sla",
    "service-request-sla",
    "overall-sla",
    "satisfaction",
    "surveys-returned",
)


@pytest.mark.parametrize(
    ("month", "message"),
    [
        ("2018-11", "November 2018 has not begun. Its return can be opened from 1 November 2018."),
        ("2018-05", "Returns begin with June 2018. Choose that month or a later one."),
    ],
)
def test_a_month_out_of_reach_is_not_opened(seed: Partnership, month: str, message: str) -> None:
    response = post(user("officer-brent"), f"/brent-lewisham-southwark/returns/brent/{month}/open/")
    assert (response.status_code, response.url) == (302, "/brent-lewisham-southwark/returns/")
    assert messages(response) == [message]


def test_the_grid_of_a_locked_month_leads_back_with_the_reason(seed: Partnership) -> None:
    response = signed_in(user("officer-brent")).get(f"{SEPTEMBER}edit/")
    assert (response.status_code, response.url) == (302, SEPTEMBER)
    assert messages(response) == [
        "September 2018 is locked: nothing was changed. The service manager can reopen it if a figure is wrong."
    ]


# Saving, as the script does and as a plain form does


def test_the_script_saves_one_box_and_gets_what_changed(draft: ReturnVersion, officer: User) -> None:
    data = {"figure.p1-incidents": "12a", "was.figure.p1-incidents": ""}
    response = post(officer, f"{OCTOBER}save/", data, **JSON)
    assert response.status_code == 200
    answer = response.json()
    assert answer["stored"] == {"figure.p1-incidents": "12a"}
    assert answer["problems"] == {}
    assert answer["invalid"] == ["figure.p1-incidents"]
    check = parse(answer["fragments"]["check-p1-incidents"]).text
    assert check == "Error “12a” is not a number. Use digits only, such as 1013, 1,013 or 83.33."
    assert "Priority 1 incidents: “12a” is not a number." in parse(answer["fragments"]["summary"]).text
    # While one types, what was saved is said once: in the status line beside the buttons.
    assert not parse(answer["fragments"]["summary"]).all("div", role="alert")
    edit = get(officer, "returns/brent/2018-10/edit/")
    assert {one.attributes["aria-live"] for one in edit.all("output")} == {"off"}
    assert answer["status"].startswith("Saved at ")


def test_what_is_worked_out_follows_what_is_typed(draft: ReturnVersion, officer: User) -> None:
    data = {"figure.total-calls": "2,994", "was.figure.total-calls": ""}
    fragments = post(officer, f"{OCTOBER}save/", data, **JSON).json()["fragments"]
    assert fragments["output-calls-per-employee"] == "1.00"
    # September had 3,898 calls, and 1.30 for each employee as published.
    assert fragments["change-total-calls"] == "−904"
    assert fragments["change-calls-per-employee"] == "−0.30"


def test_a_plain_form_is_saved_as_a_whole(draft: ReturnVersion, officer: User) -> None:
    data = {f"figure.{code}": text for code, text in TRUE_MONTH.items()}
    data |= {f"was.figure.{code}": "" for code in TRUE_MONTH}
    response = post(officer, f"{OCTOBER}save/", data)
    assert (response.status_code, response.url) == (302, f"{OCTOBER}edit/")
    assert messages(response)[0].startswith("Saved at ")
    shown = boxes(get(officer, "returns/brent/2018-10/edit/"))
    assert {code: shown[f"figure.{code}"] for code in TRUE_MONTH} == TRUE_MONTH


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"figure.p1-incidents": "10"}', "application/json"),
        ("--x\r\nno form\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (
            '--x\r\nContent-Disposition: form-data; name="figure.p1-incidents"; filename="a"\r\n\r\n10\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_a_form_that_did_not_arrive_is_not_called_saved(draft, officer, body: str, kind: str) -> None:
    response = signed_in(officer).post(f"{OCTOBER}save/", body, content_type=kind, headers=JSON)
    assert response.status_code == 409
    assert response.json() == {"refused": "The form was not sent whole. Load the page again."}
    assert not Figure.objects.filter(version=draft).exists()


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        (
            "p1-incidents",
            "12a",
            "Priority 1 incidents: “12a” is not a number. Use digits only, such as 1013, 1,013 or 83.33.",
        ),
        ("p2-incidents", "-3", "Priority 2 incidents: −3 is negative, and a count is 0 or more. Correct the count."),
        ("p3-sla", "101", "Priority 3 resolved in time: 101% is not between 0 and 100. Enter a figure from 0 to 100."),
    ],
)
def test_bad_input_is_kept_and_named_with_its_remedy(draft, officer, code: str, typed: str, said: str) -> None:
    response = post(officer, f"{OCTOBER}save/", {f"figure.{code}": typed, f"was.figure.{code}": ""})
    assert response.status_code == 302
    page = get(officer, "returns/brent/2018-10/edit/")
    assert boxes(page)[f"figure.{code}"] == typed
    assert summary(page) == [(f"#figure.{code}", said)]
    box = page.one("input", id=f"figure.{code}")
    assert box.attributes["aria-invalid"] == "true"
    assert box.attributes["aria-describedby"] == f"check-{code}"


def test_the_second_officer_is_told_and_keeps_what_they_typed(draft, officer, colleague) -> None:
    mine = {"figure.p1-incidents": "10", "was.figure.p1-incidents": ""}
    assert post(officer, f"{OCTOBER}save/", mine).status_code == 302
    theirs = {"figure.p1-incidents": "12", "was.figure.p1-incidents": "", "figure.p2-incidents": "20"}
    response = post(colleague, f"{OCTOBER}save/", theirs)
    assert response.status_code == 409
    page = parse(response.content.decode())
    assert page.one(id="summary").one("h2").text == "One box was not saved"
    ((href, said), *_) = summary(page)
    assert href == "#figure.p1-incidents"
    assert said.startswith("Priority 1 incidents: officer-brent saved “10” at ")
    assert said.endswith("Yours is kept here; save again to replace it.")
    # Theirs stays in the box, which now knows of the other figure; the other box was saved.
    assert boxes(page)["figure.p1-incidents"] == "12"
    assert page.one("input", name="was.figure.p1-incidents").attributes["value"] == "10"
    assert Figure.objects.get(version=draft, indicator__code="p2-incidents").typed == "20"
    again = {"figure.p1-incidents": "12", "was.figure.p1-incidents": "10"}
    assert post(colleague, f"{OCTOBER}save/", again).status_code == 302
    assert Figure.objects.get(version=draft, indicator__code="p1-incidents").typed == "12"


def test_the_script_is_told_of_the_conflict_too(draft, officer, colleague) -> None:
    post(officer, f"{OCTOBER}save/", {"figure.p1-incidents": "10", "was.figure.p1-incidents": ""}, **JSON)
    response = post(colleague, f"{OCTOBER}save/", {"figure.p1-incidents": "12", "was.figure.p1-incidents": ""}, **JSON)
    assert response.status_code == 409
    answer = response.json()
    assert answer["stored"] == {"figure.p1-incidents": "10"}
    assert list(answer["problems"]) == ["figure.p1-incidents"]


def test_a_locked_month_is_refused_and_hands_back_what_was_typed(seed: Partnership) -> None:
    officer = user("officer-brent")
    data = {"figure.p1-incidents": "99", "was.figure.p1-incidents": "1"}
    before = list(Figure.objects.order_by("pk").values_list("typed", flat=True))
    response = post(officer, f"{SEPTEMBER}save/", data)
    assert response.status_code == 409
    page = parse(response.content.decode())
    reason = "September 2018 is locked: nothing was changed. The service manager can reopen it if a figure is wrong."
    assert page.one("div", role="alert").text == reason
    assert [cell.text for cell in page.one("tbody").one("tr").all()] == ["Priority 1 incidents", "99"]
    answer = post(officer, f"{SEPTEMBER}save/", data, **JSON)
    assert (answer.status_code, answer.json()) == (409, {"refused": reason})
    assert list(Figure.objects.order_by("pk").values_list("typed", flat=True)) == before
    assert not AuditEvent.objects.filter(verb="return.save").exists()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_hostile_text_is_kept_and_never_runs(draft, officer, text: str) -> None:
    post(officer, f"{OCTOBER}save/", {"figure.p1-incidents": text, "was.figure.p1-incidents": ""})
    response = signed_in(officer).get(f"{OCTOBER}edit/")
    html = response.content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert boxes(parse(html))["figure.p1-incidents"] == text


def test_boxes_that_no_form_has_are_refused(draft, officer) -> None:
    for data in ({"figure.nothing": "1"}, {f"figure.x{n}": "1" for n in range(500)}, {"figure.": "1"}):
        assert post(officer, f"{OCTOBER}save/", data).status_code == 409
    assert not Figure.objects.filter(version=draft).exists()


def test_the_percentage_of_the_counts_is_taken_over(draft, officer) -> None:
    data = {"figure.p1-incidents": "7", "figure.p1-sla": "83.88", "numerator.p1-sla": "5", "denominator.p1-sla": "6"}
    post(officer, f"{OCTOBER}save/", data)
    page = get(officer, "returns/brent/2018-10/edit/")
    assert page.one(id="gives-p1-sla").text == "Gives 83.33% Use 83.33%"
    assert (
        summary(page)[0][1]
        == "Priority 1 resolved in time: 83.88% is not 5 of 6, which is 83.33%. Enter 83.33, or correct the counts."
    )
    post(officer, f"{OCTOBER}save/", data | {f"was.{name}": text for name, text in data.items()} | {"use": "p1-sla"})
    assert Figure.objects.get(version=draft, indicator__code="p1-sla").typed == "83.33"
    assert summary(get(officer, "returns/brent/2018-10/edit/")) == []
