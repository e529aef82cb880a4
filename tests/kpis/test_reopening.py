"""An approved return is reopened with a reason, corrected and put in force again; or withdrawn as if nothing was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kpis import actions, performance_table, record, versions
from kpis.models import Figure, FigureFinding, Return, ReturnVersion
from kpis.saving import Box, save_boxes
from portal.models import AuditEvent, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.reading import OCTOBER, SEPTEMBER, get, messages, parse, post, user
from tests.kpis.test_actions import approve, fill

OCTOBER_1 = date(2018, 10, 1)
REASON = "Incidents were counted twice."


@pytest.fixture
def approved(draft: ReturnVersion, officer: User, approver: User) -> ReturnVersion:
    # 80 in place of 85.77: a warning that wants a reason, so that there is a reason to carry over.
    save_boxes(version=draft, boxes=[Box("comment", "A new desk opened.", "")], by=officer)
    approve(draft, officer, approver, overall_sla="80")
    draft.refresh_from_db()
    return draft


@pytest.fixture
def reopened(approved: ReturnVersion) -> ReturnVersion:
    return actions.reopen_return(version=approved, by=user("service-manager"), reason=REASON)


def correct(version: ReturnVersion, officer: User) -> None:
    """One incident more, and the total with it: 11 + 20 + 700 + 2,270 = 3,001. 9 of 10 is no longer possible."""
    boxes = [
        Box("figure.p1-incidents", "11", "10"),
        Box("figure.total-calls", "3,001", "3,000"),
        Box("figure.p1-sla", "81.82", "90"),  # 9 of 11
    ]
    assert save_boxes(version=version, boxes=boxes, by=officer).problems == ()


def submit(version: ReturnVersion, officer: User) -> None:
    for finding in version.findings.filter(reason="").select_related("indicator"):
        box = Box(f"reason.{finding.indicator.code}.{finding.rule}", "As counted.", "")
        save_boxes(version=version, boxes=[box], by=officer)
    actions.submit_return(version=version, by=officer)


def figures(version: ReturnVersion) -> list[Any]:
    return list(version.figures.order_by("pk").values()) + list(version.findings.order_by("pk").values())


def row(version: ReturnVersion) -> dict[str, Any]:
    return ReturnVersion.objects.filter(pk=version.pk).values().get()


def shown(partnership: Partnership) -> Any:
    return performance_table.collect(record.load(partnership, OCTOBER_1, OCTOBER_1, reader=record.UNRESTRICTED))


def test_a_reopened_return_is_a_new_draft_with_everything_that_was_entered(approved, reopened, officer) -> None:
    assert (reopened.number, reopened.state, reopened.comment) == (2, "draft", "A new desk opened.")
    assert (reopened.reopened_by, reopened.reopened_reason) == (user("service-manager"), REASON)
    typed = ("indicator", "typed", "amount", "numerator", "saved_by")
    assert list(reopened.figures.order_by("indicator").values_list(*typed)) == list(
        approved.figures.order_by("indicator").values_list(*typed)
    )
    said = ("indicator", "rule", "stated", "computed", "reason", "reason_by")
    assert list(reopened.findings.order_by("pk").values_list(*said)) == list(
        approved.findings.order_by("pk").values_list(*said)
    )
    assert [finding.reason for finding in reopened.findings.all()] == ["As counted."]
    event = AuditEvent.objects.get(verb="return.reopen")
    assert (event.by, event.reason, event.target) == (user("service-manager"), REASON, "Brent, October 2018")
    assert (event.before, event.after) == ({"state": "approved", "version": 1}, {"state": "draft", "version": 2})


def test_the_former_version_stays_in_force_and_as_it_is_until_the_new_one_is_approved(
    seed, approved, officer, approver
) -> None:
    kept, before = (row(approved), figures(approved)), shown(seed)
    reopened = actions.reopen_return(version=approved, by=user("service-manager"), reason=REASON)
    correct(reopened, officer)
    assert (Return.objects.get(pk=approved.parent_id).in_force, shown(seed)) == (approved, before)
    submit(reopened, officer)
    assert (Return.objects.get(pk=approved.parent_id).in_force, shown(seed)) == (approved, before)
    actions.approve_return(version=reopened, by=approver)
    assert Return.objects.get(pk=approved.parent_id).in_force == reopened
    assert shown(seed) != before
    assert (row(approved), figures(approved)) == kept


def test_what_is_changed_is_shown_cell_by_cell(approved, reopened, officer, approver) -> None:
    assert versions.against_in_force(approved) is None
    sides = versions.against_in_force(actions.fresh(reopened))
    assert sides is not None
    assert sides.differences == ()
    correct(reopened, officer)
    # The per-employee figure: Brent's headcount is 3,000, so 3,001 calls are 1.00 each, as before.
    assert [(one.label, one.before, one.after, one.by_words) for one in changed(reopened)] == [
        ("Priority 1 incidents", "10", "11", "+1"),
        ("Total calls logged", "3,000", "3,001", "+1"),
        ("Priority 1 resolved in time", "90.00", "81.82", "−8.18"),
        # Its parts weigh to something else now, so the reason has to be given anew.
        ("Overall, all calls, reason", "As counted.", "", ""),
    ]
    submit(reopened, officer)
    section = get(approver, "returns/brent/2018-10/").one(id="changes")
    cells = [[cell.text for cell in tr.all("td")] for tr in section.one("tbody").all("tr")]
    assert cells == [
        ["10", "11", "Changed +1"],
        ["3,000", "3,001", "Changed +1"],
        ["90.00", "81.82", "Changed −8.18"],
    ]


def changed(version: ReturnVersion) -> list[Any]:
    sides = versions.against_in_force(actions.fresh(version))
    assert sides is not None
    return list(sides.differences)


def test_a_correction_that_nobody_has_approved_is_shown_to_those_who_work_on_it_alone(reopened, officer) -> None:
    correct(reopened, officer)
    for name in ("officer-brent", "approver-brent", "service-manager", "auditor"):
        assert get(user(name), "returns/brent/2018-10/").all(id="changes")
        get(user(name), "returns/brent/2018-10/versions/2/")
    for name in ("member-lewisham", "officer-lewisham", "clerk", "administrator"):
        page = get(user(name), "returns/brent/2018-10/")
        assert (page.all(id="changes"), "81.82" in page.text, "90.00" in page.text) == ([], False, True)
        get(user(name), "returns/brent/2018-10/versions/2/", status=403)
        compared = get(user(name), "returns/brent/2018-10/compare/", **{"from": "1", "to": "2"})
        assert "81.82" not in compared.text


def test_a_reopened_return_is_withdrawn_and_everything_is_as_before(seed, approved, officer) -> None:
    kept, before = (row(approved), figures(approved)), shown(seed)
    reopened = actions.reopen_return(version=approved, by=user("service-manager"), reason=REASON)
    correct(reopened, officer)
    actions.withdraw_return(version=reopened, by=user("service-manager"), reason="The count was right.")
    assert not ReturnVersion.objects.filter(pk=reopened.pk).exists()
    assert not Figure.objects.filter(version_id=reopened.pk).exists()
    assert (row(approved), figures(approved), shown(seed)) == (*kept, before)
    assert Return.objects.get(pk=approved.parent_id).in_force == approved
    event = AuditEvent.objects.get(verb="return.withdraw")
    assert event.reason == "The count was right."
    assert event.before["figures"]["p1-incidents"] == "11"  # what was discarded can be looked up
    again = actions.reopen_return(version=approved, by=user("service-manager"), reason=REASON)
    assert again.number == 2


def test_reopening_wants_a_reason_and_the_right_state(draft, officer, approver) -> None:
    manager = user("service-manager")
    for state, message in (
        ("draft", "Brent, October 2018 is a draft. Only an approved or locked return can be reopened."),
        ("submitted", "Brent, October 2018 is submitted. Only an approved or locked return can be reopened."),
    ):
        if state == "submitted":
            fill(draft, officer)
            actions.submit_return(version=draft, by=officer)
        with pytest.raises(Refused, match=message):
            actions.reopen_return(version=draft, by=manager, reason=REASON)
    actions.approve_return(version=draft, by=approver)
    for blank in ("", "  \n"):
        with pytest.raises(Refused, match="A return is reopened with a reason"):
            actions.reopen_return(version=draft, by=manager, reason=blank)
    with pytest.raises(Refused, match="2,001 characters; 2,000 are kept"):
        actions.reopen_return(version=draft, by=manager, reason="x" * 2001)
    actions.lock_return(version=draft, by=manager)
    reopened = actions.reopen_return(version=draft, by=manager, reason=REASON)
    with pytest.raises(Refused, match="Brent, October 2018 is reopened: it was reopened already, as version 2"):
        actions.reopen_return(version=draft, by=manager, reason=REASON)
    assert ReturnVersion.objects.filter(parent=draft.parent).count() == 2
    fill(reopened, officer)
    actions.submit_return(version=reopened, by=officer)
    with pytest.raises(Refused, match=r"is submitted\. Only a reopened return that is not submitted can be withdrawn"):
        actions.withdraw_return(version=reopened, by=manager, reason=REASON)


def test_a_first_draft_is_not_withdrawn(draft: ReturnVersion) -> None:
    with pytest.raises(Refused, match=r"is a draft\. Only a reopened return"):
        actions.withdraw_return(version=draft, by=user("service-manager"), reason=REASON)
    assert ReturnVersion.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("act", ["reopen", "withdraw"])
def test_the_service_manager_alone_reopens_and_withdraws(approved, act) -> None:
    if act == "withdraw":
        actions.reopen_return(version=approved, by=user("service-manager"), reason=REASON)
    count = ReturnVersion.objects.count()
    stranger = factories.user(factories.partnership(factories.council()), "service-manager")
    names = ("officer-brent", "approver-brent", "clerk", "member-lewisham", "auditor", "administrator")
    for who in (*(user(name) for name in names), stranger):
        assert post(who, f"{OCTOBER}{act}/", {"reason": REASON}).status_code == 403
    assert ReturnVersion.objects.count() == count
    response = post(user("service-manager"), f"{OCTOBER}{act}/", {"reason": REASON})
    assert (response.status_code, response.url) == (302, OCTOBER)
    assert ReturnVersion.objects.count() == count + (1 if act == "reopen" else -1)


def test_a_reason_that_is_refused_is_handed_back(approved, reopened) -> None:
    response = post(user("service-manager"), f"{OCTOBER}reopen/", {"reason": "Another reason, typed at length."})
    assert response.status_code == 409
    page = parse(response.content.decode())
    assert "it was reopened already" in page.one("div", class_="stop").text
    assert page.one("td", class_="written").text == "Another reason, typed at length."
    response = post(user("service-manager"), f"{OCTOBER}withdraw/", {"reason": ""})
    assert messages(response)[0].startswith("A reopened return is withdrawn with a reason.")


def test_a_reopened_return_is_not_owed_and_the_officer_finds_it(approved, reopened, officer) -> None:
    page = get(user("auditor"), "returns/")
    assert page.one("h1").text == "Lewisham and Southwark owe the return for October 2018"
    cells = {tr.one("th").text: [td.text for td in tr.all("td")] for tr in page.one("tbody").all("tr")}
    assert cells["October 2018"] == ["Reopened", "Not reported", "Not reported"]
    assert "Brent, October 2018 Reopened" in get(officer, "").text


# Published history


def test_a_published_month_is_reopened_and_the_record_of_it_stays(seed: Partnership) -> None:
    published = ReturnVersion.objects.get(parent__council__slug="brent", parent__period=date(2018, 9, 1))
    kept = row(published), figures(published)
    assert post(user("service-manager"), f"{SEPTEMBER}reopen/", {"reason": REASON}).status_code == 302
    draft = ReturnVersion.objects.get(parent=published.parent, number=2)
    assert (draft.origin, draft.state, draft.source) == ("entered", "draft", "")
    # Published figures per employee stand on the published version; in the new one the portal works them out.
    assert set(published.figures.values_list("indicator__code", flat=True)) - set(
        draft.figures.values_list("indicator__code", flat=True)
    ) == {"calls-per-employee", "open-calls-per-employee"}
    officer = user("officer-brent")
    save_boxes(
        version=draft, boxes=[Box("figure.surveys-returned", "1", _typed(draft, "surveys-returned"))], by=officer
    )
    assert (row(published), figures(published)) == kept
    assert "Published before the portal" in get(user("member-lewisham"), "returns/brent/2018-09/versions/1/").text


def _typed(version: ReturnVersion, code: str) -> str:
    return version.figures.get(indicator__code=code).typed


# What is handed in cannot be changed


POSTS = ("open", "save", "submit", "approve", "send-back", "lock", "reopen", "withdraw")
DATA = {
    "figure.p1-incidents": "999",
    "was.figure.p1-incidents": "10",
    "comment": "Other words.",
    "was.comment": "A new desk opened.",
    "reason": "",
}


@pytest.mark.parametrize("locked", [False, True])
def test_no_request_changes_an_approved_or_a_locked_version(approved, locked: bool) -> None:
    if locked:
        actions.lock_return(version=approved, by=user("service-manager"))
    kept = row(approved), figures(approved)
    names = User.objects.filter(grants__isnull=False).values_list("username", flat=True)
    for name in sorted(set(names)):
        for act in POSTS:
            if act == "lock" and name == "service-manager" and not locked:
                continue  # the one step that is still to come
            for reason in ("", "A good reason."):
                post(user(name), f"{OCTOBER}{act}/", DATA | {"reason": reason})
                assert (row(approved), figures(approved)) == kept, (name, act)
    # The service manager did reopen it; the reopened version is another one.
    assert ReturnVersion.objects.filter(parent=approved.parent).count() <= 2


CHANGES = {
    "figure changed": "UPDATE kpis_figure SET typed = '1' WHERE version_id = {v}",
    "figure removed": "DELETE FROM kpis_figure WHERE version_id = {v}",
    "figure moved in": "UPDATE kpis_figure SET version_id = {v} WHERE version_id = {other}",
    "figure moved out": "UPDATE kpis_figure SET version_id = {other} WHERE version_id = {v}",
    "reason changed": "UPDATE kpis_figurefinding SET reason = 'x' WHERE version_id = {v}",
    "finding removed": "DELETE FROM kpis_figurefinding WHERE version_id = {v}",
    "comment changed": "UPDATE kpis_returnversion SET comment = 'x' WHERE id = {v}",
    "number changed": "UPDATE kpis_returnversion SET number = 9 WHERE id = {v}",
    "approver changed": "UPDATE kpis_returnversion SET approved_by_id = {manager} WHERE id = {v}",
    "made a draft": "UPDATE kpis_returnversion SET state = 'draft' WHERE id = {v}",
    "sent back": "UPDATE kpis_returnversion SET state = 'submitted', approved_by_id = NULL WHERE id = {v}",
    "removed": "DELETE FROM kpis_returnversion WHERE id = {v}",
    "month changed": "UPDATE kpis_return SET period = '2018-12-01' WHERE id = {parent}",
    "draft put in force": "UPDATE kpis_return SET in_force_id = {other} WHERE id = {parent}",
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_database_refuses_it_too(approved, reopened, what: str) -> None:
    Figure.objects.filter(version=reopened).exclude(indicator__code="p1-incidents").delete()
    kept = row(approved), figures(approved)
    values = {"v": approved.pk, "other": reopened.pk, "parent": approved.parent_id, "manager": user("clerk").pk}
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[what].format(**values))
    assert (row(approved), figures(approved)) == kept


def test_nothing_is_added_to_a_version_that_was_handed_in(draft, officer) -> None:
    fill(draft, officer, p1_sla="")
    draft.figures.filter(indicator__code="p1-sla").delete()
    ReturnVersion.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_by=officer, submitted_at=draft.created_at
    )
    indicator = draft.parent.partnership.indicators.get(code="p1-sla")
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        Figure.objects.create(version=draft, indicator=indicator, typed="1", saved_at=draft.created_at)
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        FigureFinding.objects.create(version=draft, indicator=indicator, rule="r", severity="error", message="m")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is a word of SQLite")
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_row_of_a_version_handed_in_is_not_replaced(approved, reopened, recursive: str) -> None:
    figure = approved.figures.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers = {recursive}")
    try:
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO kpis_figure (id, version_id, indicator_id, typed, numerator_typed, "
                "denominator_typed, saved_at) SELECT %s, %s, indicator_id, '1', '', '', saved_at FROM kpis_figure "
                "WHERE id = %s",
                [figure.pk, reopened.pk, figure.pk],
            )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")
    assert Figure.objects.get(pk=figure.pk).typed == figure.typed


# To read


def test_every_version_is_read_with_who_and_when(approved, reopened, officer, approver) -> None:
    correct(reopened, officer)
    submit(reopened, officer)
    actions.approve_return(version=reopened, by=approver)
    page = get(user("member-lewisham"), "returns/brent/2018-10/versions/1/")
    assert page.one("tr", id="p1-incidents").all("td")[1].text == "10"
    assert "Not in force" in page.text
    assert "Submitted 2 November 2018, officer-brent Approved 2 November 2018, approver-brent" in page.text
    page = get(user("member-lewisham"), "returns/brent/2018-10/versions/2/")
    assert page.one("tr", id="p1-incidents").all("td")[1].text == "11"
    assert f"Reopened 2 November 2018, service-manager Why {REASON}" in page.text
    get(user("member-lewisham"), "returns/brent/2018-10/versions/3/", status=404)
    compared = get(user("member-lewisham"), "returns/brent/2018-10/compare/", **{"from": "1", "to": "2"})
    assert compared.one("h1").text == "Three cells are different"
    rows = {tr.one("th").text: [td.text for td in tr.all("td")] for tr in compared.one("tbody").all("tr")}
    assert rows["Priority 1 incidents"] == ["10", "11", "Changed +1"]
    assert rows["Priority 2 incidents"] == ["20", "20", "As it was"]
    assert rows["Comment for members"] == ["A new desk opened.", "A new desk opened.", "As it was"]
    back = get(user("member-lewisham"), "returns/brent/2018-10/compare/", **{"from": "2", "to": "1"})
    assert "Changed −1" in back.text


@pytest.mark.parametrize("query", [{}, {"from": "9", "to": "x"}, {"from": "now"}, {"to": "meeting-2018-10-16"}])
def test_a_comparison_of_what_is_not_there_is_of_what_is(approved, query: dict[str, str]) -> None:
    get(user("auditor"), "returns/brent/2018-10/compare/", **query)
