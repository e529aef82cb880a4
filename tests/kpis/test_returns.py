"""Where returns stand, one to read, and the steps from submitted to locked, by what each person may do."""

from __future__ import annotations

from datetime import date

import pytest

from kpis import actions
from kpis.models import Figure, Return, ReturnVersion
from portal.models import Council, Partnership, RoleGrant, User
from tests.kpis.conftest import TRUE_MONTH
from tests.kpis.reading import (
    JSON,
    OCTOBER,
    Node,
    boxes,
    get,
    messages,
    parse,
    post,
    signed_in,
    summary,
    user,
)
from tests.kpis.test_actions import fill

# The list


def test_the_list_says_that_every_return_is_in(seed: Partnership) -> None:
    page = get(user("auditor"), "returns/")
    assert page.one("h1").text == "Every return up to September 2018 is in"
    rows = {row.one("th").text: [td.text for td in row.all("td")] for row in page.one("tbody").all("tr")}
    assert rows["September 2018"] == ["Locked", "Locked", "Locked"]
    assert rows["October 2018"] == ["Not opened", "Not opened", "Not opened"]
    assert list(rows) == ["October 2018", "September 2018", "August 2018", "July 2018", "June 2018"]


def test_the_list_says_who_owes_what(draft: ReturnVersion) -> None:
    page = get(user("auditor"), "returns/")
    assert page.one("h1").text == "Brent, Lewisham and Southwark owe the return for October 2018"
    owed = next(one for one in page.all("section") if one.one("h2").text == "Owed").all("li")
    assert [one.text for one in owed] == [
        "Brent, October 2018 Draft",
        "Lewisham, October 2018 Not reported",
        "Southwark, October 2018 Not reported",
    ]


def test_a_due_date_comes_from_the_partnerships_rule_alone(draft: ReturnVersion, seed: Partnership) -> None:
    assert "Due" not in get(user("auditor"), "returns/").text.replace("No due date is set for returns.", "")
    # The tenth working day of November 2018 is Wednesday 14: 1, 2, 5 to 9 and 12 to 14 November.
    seed.return_due_working_day = 10
    seed.save()
    assert "Due Wednesday 14 November 2018" in get(user("auditor"), "returns/").text
    seed.demonstration_today = date(2018, 11, 15)
    seed.save()
    page = get(user("auditor"), "returns/")
    assert "Lewisham, October 2018 Not reported, late" in page.text


def test_the_list_asks_a_fixed_number_of_questions(draft: ReturnVersion, django_assert_num_queries) -> None:
    client = signed_in(user("auditor"))
    client.get("/brent-lewisham-southwark/returns/")
    with django_assert_num_queries(6):
        client.get("/brent-lewisham-southwark/returns/")


# Reading one


def test_a_published_return_is_read_by_everybody_with_a_role(seed: Partnership) -> None:
    for name in ("member-lewisham", "officer-lewisham", "clerk", "auditor", "administrator"):
        page = get(user(name), "returns/brent/2018-08/")
        row = page.one("tr", id="p1-sla")
        assert [cell.text for cell in row.all("td")] == [
            "83.33",
            "83.88",
            "+0.55",
            "Cannot be true 83.88% is not possible for 6 incidents. Did you mean 83.33% (5 of 6)?",
        ]
        assert "Performance pack of 16 October 2018" in page.text
        assert not page.all("button", class_="btn")


@pytest.mark.parametrize("path", ["returns/nowhere/2018-08/", "returns/brent/2018-05/", "returns/brent/2019-01/"])
def test_what_is_not_there_answers_404(seed: Partnership, path: str) -> None:
    get(user("auditor"), path, status=404)


def test_a_draft_shows_to_those_who_work_on_it_and_to_nobody_else(draft: ReturnVersion, officer: User) -> None:
    fill(draft, officer)
    for name in ("officer-brent", "approver-brent", "service-manager", "auditor"):
        assert "2,270" in get(user(name), "returns/brent/2018-10/").text
    for name in ("member-lewisham", "officer-lewisham", "approver-lewisham", "clerk", "administrator"):
        page = get(user(name), "returns/brent/2018-10/")
        assert "2,270" not in page.text
        assert "The figures show here once they are approved." in page.text


# Submitting, approving, sending back, locking


def test_submitting_saves_what_stands_in_the_form_and_names_what_is_missing(draft, officer) -> None:
    data = {"figure.p1-incidents": "10", "was.figure.p1-incidents": ""}
    response = post(officer, f"{OCTOBER}submit/", data)
    assert response.status_code == 422
    page = parse(response.content.decode())
    assert page.one(id="summary").one("div").attributes["role"] == "alert"
    assert page.one(id="summary").one("h2").text == "12 things stop this return"
    assert summary(page)[0] == ("#figure.p2-incidents", "Priority 2 incidents: no figure is entered.")
    assert boxes(page)["figure.p1-incidents"] == "10"
    assert Figure.objects.get(version=draft, indicator__code="p1-incidents").typed == "10"
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_month_that_runs_says_from_which_day_it_can_be_submitted(seed: Partnership) -> None:
    officer = user("officer-brent")
    post(officer, f"{OCTOBER}open/")
    # The grid says so before anybody presses Submit, and goes on saying so while figures are saved.
    waits = "October 2018 has not ended. It can be submitted from 1 November 2018."
    assert get(officer, "returns/brent/2018-10/edit/").one(id="submit").text == f"13 figures missing. {waits}"
    answer = post(officer, f"{OCTOBER}save/", {"figure.p1-incidents": "10", "was.figure.p1-incidents": ""}, **JSON)
    assert answer.json()["fragments"]["submit"].strip() == f"12 figures missing. {waits}"
    fill(ReturnVersion.objects.get(state="draft"), officer)
    response = post(officer, f"{OCTOBER}submit/")
    assert response.status_code == 422
    assert (
        "October 2018 has not ended. It can be submitted from 1 November 2018."
        in parse(response.content.decode()).one(id="summary").text
    )


def test_the_whole_way_of_a_return(draft, officer, approver) -> None:
    data = {f"figure.{code}": text for code, text in TRUE_MONTH.items()}
    response = post(officer, f"{OCTOBER}submit/", data)
    assert (response.status_code, response.url) == (302, OCTOBER)
    page = get(approver, "returns/brent/2018-10/")
    assert "Submitted by officer-brent on 2 November 2018" in page.text
    response = post(approver, f"{OCTOBER}send-back/", {"reason": "Count the surveys again."})
    assert (response.status_code, response.url) == (302, OCTOBER)
    assert "Count the surveys again." in get(officer, "returns/brent/2018-10/edit/").text
    mine = next(
        one for one in get(officer, "").all("section") if one.all("h2") and one.one("h2").text == "Your returns"
    )
    assert "Brent, October 2018 Sent back by the approver “Count the surveys again.” " in mine.text
    assert post(officer, f"{OCTOBER}submit/").status_code == 302
    assert post(approver, f"{OCTOBER}approve/").status_code == 302
    assert Return.objects.get(period=date(2018, 10, 1)).in_force == draft
    assert post(user("service-manager"), f"{OCTOBER}lock/").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "locked"
    assert "Approved by approver-brent" in get(officer, "returns/brent/2018-10/").text


def test_sending_back_without_a_reason_is_refused(draft, officer, approver) -> None:
    fill(draft, officer)
    actions.submit_return(version=draft, by=officer)
    response = post(approver, f"{OCTOBER}send-back/", {"reason": " "})
    assert messages(response) == ["A return goes back with a reason. Say what the officer has to look at."]
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_nobody_approves_their_own_return(draft, officer, brent: Council) -> None:
    RoleGrant.objects.create(
        user=officer, partnership=draft.parent.partnership, role="approver", council=brent, is_demonstration=True
    )
    fill(draft, officer)
    actions.submit_return(version=draft, by=officer)
    response = post(officer, f"{OCTOBER}approve/")
    assert messages(response) == [
        "You submitted this return. Another person with the right to approve has to look at it."
    ]
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert "You submitted this return." in get(officer, "returns/brent/2018-10/").text


STEPS = ("open", "save", "submit", "approve", "send-back", "lock")
WHO_MAY = {
    "edit": {"officer-brent"},
    "open": {"officer-brent"},
    "save": {"officer-brent"},
    "submit": {"officer-brent"},
    "approve": {"approver-brent"},
    "send-back": {"approver-brent"},
    "lock": {"service-manager"},
}
EVERYBODY = (
    "officer-brent",
    "officer-lewisham",
    "approver-brent",
    "approver-southwark",
    "service-manager",
    "member-lewisham",
    "clerk",
    "auditor",
    "administrator",
)


@pytest.mark.parametrize("step", WHO_MAY)
def test_who_may_take_a_step(draft: ReturnVersion, step: str, client) -> None:
    before = list(ReturnVersion.objects.order_by("pk").values())
    for name in EVERYBODY:
        if name in WHO_MAY[step]:
            continue
        asked = signed_in(user(name))
        response = asked.get(f"{OCTOBER}edit/") if step == "edit" else asked.post(f"{OCTOBER}{step}/")
        assert response.status_code == 403, name
    anonymous = client.get(f"{OCTOBER}edit/") if step == "edit" else client.post(f"{OCTOBER}{step}/")
    assert (anonymous.status_code, anonymous.url.split("?")[0]) == (302, "/account/sign-in/")
    assert list(ReturnVersion.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_by_post_alone(draft: ReturnVersion, step: str) -> None:
    (name,) = WHO_MAY[step]
    assert signed_in(user(name)).get(f"{OCTOBER}{step}/").status_code == 405


def test_the_pages_are_read_and_not_posted_to(draft: ReturnVersion, officer: User) -> None:
    for path in ("", "edit/"):
        assert post(officer, f"{OCTOBER}{path}").status_code == 405


@pytest.mark.parametrize("step", ["save", "submit", "approve", "send-back", "lock"])
def test_a_step_of_a_return_that_was_never_opened_answers_404(seed: Partnership, step: str) -> None:
    (name,) = WHO_MAY[step]
    assert post(user(name), f"{OCTOBER}{step}/").status_code == 404


# The start page


def headline_and_panels(name: str) -> Node:
    return get(user(name), "")


def test_the_officers_start_page_says_what_is_due_and_what_is_missing(draft: ReturnVersion) -> None:
    page = headline_and_panels("officer-brent")
    section = next(one for one in page.all("section") if one.all("h2") and one.all("h2")[0].text == "Your returns")
    rows = [one.text for one in section.all("li")]
    assert rows == [
        "Brent, October 2018 Draft 13 figures missing",
        "Brent, November 2018 Not opened Not opened yet. The month is still running",
    ]


def test_the_approvers_start_page_says_what_waits(draft: ReturnVersion, officer: User) -> None:
    assert "No return waits for you." in headline_and_panels("approver-brent").text
    fill(draft, officer)
    actions.submit_return(version=draft, by=officer)
    assert "Brent, October 2018 Submitted Submitted on 2 November 2018" in headline_and_panels("approver-brent").text
    assert "No return waits for you." in headline_and_panels("approver-lewisham").text


def test_the_members_start_page_says_what_the_latest_figures_say(seed: Partnership) -> None:
    page = headline_and_panels("member-lewisham")
    assert "19 of 33 figures got worse in September 2018, 14 got better." in page.text
    assert not [one for one in page.all("h2") if one.text in {"Your returns", "Waiting for your approval"}]
