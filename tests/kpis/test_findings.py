"""What the figures check found, as a list and as a download, and the reasons that are given for it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from kpis.finding_actions import explain_finding
from kpis.models import FigureFinding, ReturnVersion
from portal.models import AuditEvent, Partnership
from portal.policies import Refused
from tests.kpis.reading import get, messages, signed_in, user

ROOT = "/brent-lewisham-southwark/figures-check"


@pytest.fixture
def impossible(seed: Partnership) -> FigureFinding:
    """83.88% of 6, Brent, August 2018."""
    return FigureFinding.objects.get(severity="error")


def explain(finding: FigureFinding, reason: str, who: str = "service-manager"):
    return signed_in(user(who)).post(f"{ROOT}/{finding.pk}/explain/", {"reason": reason})


def test_the_list_names_every_finding_in_force(seed: Partnership) -> None:
    page = get(user("member-lewisham"), "figures-check/")
    assert page.one("h1").text == "One figure cannot be true, 64 are doubtful"
    assert page.all("a", class_="btn") == []
    chosen = get(user("member-lewisham"), "figures-check/", severity="error")
    assert [th.text for th in chosen.all("th", scope="row")] == ["Priority 1 resolved in time"]


def test_a_reason_stays_on_the_record_with_who_gave_it(impossible: FigureFinding) -> None:
    assert explain(impossible, "  The pack had a misprint.\n").status_code == 302
    impossible.refresh_from_db()
    assert (impossible.reason, str(impossible.reason_by)) == ("The pack had a misprint.", "service-manager")
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.verb, event.after["reason"]) == ("finding.explain", "The pack had a misprint.")
    page = get(user("member-lewisham"), f"figures-check/{impossible.pk}/")
    assert "Reason given The pack had a misprint. service-manager" in page.one("main").text
    dashboard = get(user("member-lewisham"), "performance/")
    assert "Reason given: The pack had a misprint." in dashboard.one(id="figures-check").text


def test_a_reason_that_was_given_stays(impossible: FigureFinding) -> None:
    explain(impossible, "A misprint.")
    response = explain(impossible, "Something else.")
    assert response.status_code == 409
    assert "Something else." in response.content.decode()
    impossible.refresh_from_db()
    assert impossible.reason == "A misprint."
    for change in ({"reason": "Forged."}, {"reason": ""}, {"stated": "83.33"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FigureFinding.objects.filter(pk=impossible.pk).update(**change)


def test_the_database_lets_nothing_but_an_empty_reason_be_filled_in(impossible: FigureFinding) -> None:
    for change in ({"severity": "warning"}, {"message": "None."}, {"reason": "Why.", "computed": "1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FigureFinding.objects.filter(pk=impossible.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        impossible.delete()
    assert FigureFinding.objects.filter(pk=impossible.pk).update(reason="A misprint.") == 1


def test_an_empty_or_endless_reason_is_refused(impossible: FigureFinding) -> None:
    assert explain(impossible, "  ").status_code == 422
    assert explain(impossible, "a" * 2001).status_code == 422
    with pytest.raises(Refused, match="2001 characters were entered"):
        explain_finding(finding=impossible, reason="a" * 2001, by=user("service-manager"))
    impossible.refresh_from_db()
    assert impossible.reason == ""


@pytest.mark.parametrize("who", ["officer-brent", "approver-brent", "member-lewisham", "clerk", "auditor"])
def test_others_give_no_reason(impossible: FigureFinding, who: str) -> None:
    assert explain(impossible, "Because.", who).status_code == 403
    impossible.refresh_from_db()
    assert impossible.reason == ""


def test_a_finding_of_a_draft_is_not_here(draft: ReturnVersion) -> None:
    indicator = draft.parent.partnership.indicators.get(code="p1-sla")
    finding = FigureFinding.objects.create(
        version=draft, indicator=indicator, rule="r", severity="warning", stated="1", computed="2", message="m"
    )
    assert explain(finding, "Because.").status_code == 404
    with pytest.raises(Refused, match="not in force"):
        explain_finding(finding=finding, reason="Because.", by=user("service-manager"))


def test_findings_of_a_withheld_split_are_for_those_who_see_it(impossible: FigureFinding) -> None:
    indicator = impossible.indicator
    indicator.is_split_withheld, indicator.split_withheld_reason = True, "The committee asked for it."
    indicator.save()
    for who, status in (("member-lewisham", 404), ("clerk", 404), ("auditor", 200), ("service-manager", 200)):
        assert signed_in(user(who)).get(f"{ROOT}/{impossible.pk}/").status_code == status
    text = b"".join(signed_in(user("member-lewisham")).get(f"{ROOT}.csv").streaming_content).decode()
    assert "83.88" not in text


def test_the_downloads_hold_rule_reason_and_who_gave_it(impossible: FigureFinding) -> None:
    explain(impossible, "=A misprint.")
    member = signed_in(user("member-lewisham"))
    lines = b"".join(member.get(f"{ROOT}.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(lines)))
    assert len(rows) == 65
    (row,) = [one for one in rows if one["Severity"] == "Error"]
    assert (row["Month"], row["Council"], row["Rule"]) == ("2018-08", "Brent", "percentage-of-count")
    assert (row["Stated"], row["Computed"]) == ("83.88", "83.33% (5 of 6); smallest count 242")
    assert (row["Reason given"], row["By"]) == ("'=A misprint.", "service-manager")
    book = openpyxl.load_workbook(
        BytesIO(b"".join(member.get(f"{ROOT}.xlsx", {"severity": "error"}).streaming_content))
    )
    assert [len(list(book.active.rows)), book.active["C2"].value] == [2, "p1-sla"]


def test_the_list_asks_a_fixed_number_of_questions(seed: Partnership, django_assert_max_num_queries) -> None:
    client = signed_in(user("service-manager"))
    client.get(f"{ROOT}/")
    with django_assert_max_num_queries(16):
        client.get(f"{ROOT}/")
    assert messages(client.get(f"{ROOT}/")) == []
