"""The audit trail: written once and never changed; read by who may, on a page, as CSV and as a workbook."""

import csv
import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from portal import audit
from portal.models import COUNCIL_ROLES, AuditEvent, Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership():
    return factories.partnership(factories.council("Brent"), demonstration_today=date(2018, 10, 5))


def event(partnership, verb="return.submit", **values):
    return audit.record(by=values.pop("by", None), verb=verb, target=partnership, partnership=partnership, **values)


def sign_in(client, partnership, role=Role.AUDITOR):
    user = factories.user(partnership, role)
    client.force_login(user)
    return user


def address(partnership, query=""):
    return reverse("portal:audit", kwargs={"partnership": partnership.slug}) + query


# Writing


def test_an_event_says_who_did_what_to_what_and_when(partnership):
    by = factories.user()
    made = audit.record(
        by=by,
        verb="demonstration.set-day",
        target=partnership,
        partnership=partnership,
        before={"day": "2018-10-05"},
        after={"day": "2018-10-08"},
        reason="To show the publication",
    )
    kept = AuditEvent.objects.get(pk=made.pk)
    assert (kept.by, kept.verb, kept.target) == (by, "demonstration.set-day", partnership.name)
    assert (kept.target_type, kept.target_id) == ("portal.partnership", str(partnership.pk))
    assert (kept.before, kept.after, kept.reason) == (
        {"day": "2018-10-05"},
        {"day": "2018-10-08"},
        "To show the publication",
    )
    assert kept.at.astimezone(ZoneInfo("Europe/London")).date() == date(2018, 10, 5)


def test_a_label_stands_for_a_name_that_would_disclose(partnership):
    made = audit.record(by=None, verb="a.b", target=partnership, label="Action 7", restricted=True)
    assert (made.target, made.is_restricted) == ("Action 7", True)


# Never changed


STATEMENTS = [
    "UPDATE portal_auditevent SET verb = 'nothing.happened'",
    "UPDATE portal_auditevent SET by_id = NULL",
    "DELETE FROM portal_auditevent",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_or_remove_an_event(partnership, statement):
    by = factories.user()
    event(partnership, by=by)
    with (
        pytest.raises(IntegrityError, match=r"portal_auditevent is append-only\."),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    kept = AuditEvent.objects.get()
    assert (kept.verb, kept.by) == ("return.submit", by)


def test_the_table_cannot_be_emptied_either(partnership):
    event(partnership)
    connection.check_constraints()  # PostgreSQL truncates no table whose foreign keys are still to be checked
    # SQLite has no TRUNCATE; its word for it is DELETE without a condition, which its fast path must not slip past.
    truncate = "TRUNCATE portal_auditevent CASCADE"
    statement = truncate if connection.vendor == "postgresql" else "DELETE FROM portal_auditevent"
    with (
        pytest.raises(IntegrityError, match=r"portal_auditevent is append-only\."),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 1


sqlite_alone = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is a word of SQLite")


@sqlite_alone
def test_the_portals_own_connections_tell_triggers_of_replaced_rows():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA recursive_triggers").fetchone() == (1,)


@sqlite_alone
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("word", ["REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_an_event_cannot_be_replaced_either(partnership, word, recursive):
    made = event(partnership)
    row = (
        "SELECT id, at, 'nothing.happened', target_type, target_id, target, before, after, reason, is_restricted, "
        "by_id, partnership_id FROM portal_auditevent"
    )
    columns = (
        "id, at, verb, target_type, target_id, target, before, after, reason, is_restricted, by_id, partnership_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers = {recursive}")
        try:
            with pytest.raises(IntegrityError, match=r"portal_auditevent is append-only\."), transaction.atomic():
                cursor.execute(f"{word} INTO portal_auditevent ({columns}) {row}")
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")
    assert AuditEvent.objects.get().verb == made.verb == "return.submit"
    assert event(partnership).pk != made.pk


def test_models_cannot_change_it_either(partnership):
    made = event(partnership)
    made.verb = "nothing.happened"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.all().delete()


# Reading


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=xlsx"])
@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.AUDITOR, Role.MEMBER} and role not in COUNCIL_ROLES]
)
def test_other_roles_are_told_that_they_may_not(client, partnership, role, query):
    event(partnership, reason="secret")
    sign_in(client, partnership, role)
    response = client.get(address(partnership, query))
    assert response.status_code == 403
    assert "Your account may not do this: read and export the audit trail." in response.content.decode()
    assert b"secret" not in response.content


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=xlsx"])
@pytest.mark.parametrize("role", sorted(COUNCIL_ROLES))
def test_nobody_of_one_council_may_either(client, partnership, role, query):
    client.force_login(factories.user(partnership, role, partnership.councils.get()))
    assert client.get(address(partnership, query)).status_code == 403


def test_the_public_is_asked_to_sign_in(client, partnership):
    response = client.get(address(partnership, "?format=csv"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_an_auditor_reads_the_partnerships_events_alone(client, partnership):
    other = factories.partnership(factories.council())
    event(partnership, before={"state": "draft"}, after={"state": "submitted"}, reason="Checked <twice>")
    event(other, reason="elsewhere")
    sign_in(client, partnership)
    html = client.get(address(partnership)).content.decode()
    assert "<h1>One event on record</h1>" in html
    assert "State: <del>draft</del> → <ins>submitted</ins>" in html
    assert "<td >Submitted a return</td>" in html
    assert '<td class="when">5 Oct 2018, ' in html
    assert '<option value="return.submit">Submitted a return</option>' in html
    assert "Checked &lt;twice&gt;" in html
    assert "elsewhere" not in html


def test_restricted_events_are_marked(client, partnership):
    event(partnership, label="Action 7", restricted=True)
    sign_in(client, partnership)
    html = client.get(address(partnership)).content.decode()
    assert '<tr class="part2 ' in html
    assert 'Action 7 <span class="tag p2">Restricted</span>' in html


@pytest.fixture
def four(partnership):
    """Events of three days; the second is of the last minute of 3 October in London, which is still summer time."""
    clerk = factories.user()
    london = ZoneInfo("Europe/London")
    for verb, by, at in [
        ("return.submit", clerk, datetime(2018, 10, 2, 12, 0, tzinfo=london)),
        ("return.submit", None, datetime(2018, 10, 3, 23, 59, tzinfo=london)),
        ("paper.clear", clerk, datetime(2018, 10, 4, 0, 30, tzinfo=london)),
        ("paper.clear", None, datetime(2018, 10, 5, 9, 0, tzinfo=london)),
    ]:
        AuditEvent.objects.create(
            at=at, by=by, partnership=partnership, verb=verb, target_type="a.b", target_id="1", target=f"{verb} {at:%d}"
        )
    return clerk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["paper.clear 05", "paper.clear 04", "return.submit 03", "return.submit 02"]),
        ("verb=paper.clear", ["paper.clear 05", "paper.clear 04"]),
        ("by={clerk}", ["paper.clear 04", "return.submit 02"]),
        ("since=2018-10-04", ["paper.clear 05", "paper.clear 04"]),
        ("until=2018-10-03", ["return.submit 03", "return.submit 02"]),
        ("since=3/10/2018&until=4+October+2018", ["paper.clear 04", "return.submit 03"]),
        ("by={clerk}&verb=return.submit", ["return.submit 02"]),
    ],
)
def test_events_are_chosen_by_who_what_and_day(client, partnership, four, query, found):
    sign_in(client, partnership)
    query = query.format(clerk=four.pk)
    response = client.get(address(partnership, f"?{query}"))
    assert [row.record.target for row in response.context["table"].rows] == found
    exported = read_csv(client.get(address(partnership, f"?{query}&format=csv")))
    assert [row["To what"] for row in exported] == found


def test_a_day_that_is_none_is_named_and_nothing_is_exported(client, partnership, four):
    sign_in(client, partnership)
    for query in ("?since=yesterday", "?since=yesterday&format=csv"):
        response = client.get(address(partnership, query))
        assert response["Content-Type"] == "text/html; charset=utf-8"
        html = response.content.decode()
        assert '<a href="#id_since">From: Write the day like 5/10/2018.</a>' in html
        assert len(response.context["table"].rows) == 0


def test_the_same_rows_as_a_workbook(client, partnership, four):
    sign_in(client, partnership)
    rows = read_csv(client.get(address(partnership, "?format=csv")))
    response = client.get(address(partnership, "?format=xlsx"))
    assert response["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content)))["Audit trail"]
    headings, *cells = sheet.iter_rows()
    assert [heading.value for heading in headings] == list(rows[0])
    assert [row[5].value for row in cells] == [row["To what"] for row in rows]
    # A moment is a moment that a spreadsheet can sort and filter, by London's clock.
    assert [row[0].value.isoformat() for row in cells] == [row["When"][:19] for row in rows]


def read_csv(response):
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_holds_everything_and_runs_nothing(client, partnership):
    auditor = sign_in(client, partnership)
    event(
        partnership,
        verb="return.submit",
        by=auditor,
        before={"calls": None},
        after={"calls": "763"},
        reason='=HYPERLINK("http://evil.example")',
        label="+44",
    )
    response = client.get(address(partnership, "?format=csv"))
    assert response["Content-Disposition"] == f'attachment; filename="audit-trail-{partnership.slug}-2018-10-05.csv"'
    (row,) = read_csv(response)
    assert row.pop("When").startswith("2018-10-05T")
    assert row == {
        "Who": auditor.username,
        "What": "return.submit",
        "Kind": "portal.partnership",
        "Number": str(partnership.pk),
        "To what": "'+44",
        "Before": '{"calls": null}',
        "After": '{"calls": "763"}',
        "Reason": '\'=HYPERLINK("http://evil.example")',
        "Restricted": "no",
    }


def test_pages_and_queries(client, partnership, django_assert_num_queries):
    """Session, account, partnership, grants; who, what; count and page of events with their authors."""
    sign_in(client, partnership)
    event(partnership, by=factories.user())
    with django_assert_num_queries(8):
        client.get(address(partnership))
    for _ in range(59):
        event(partnership, by=factories.user())
    with django_assert_num_queries(8):
        html = client.get(address(partnership)).content.decode()
    assert "<h1>60 events on record</h1>" in html
    assert html.count("<tr ") == 50
    assert '<a href="?page=2"' in html
    second = client.get(address(partnership, "?page=2&verb=return.submit")).content.decode()
    assert second.count("<tr ") == 10
    assert '<a href="?page=1&amp;verb=return.submit"' in second
    # A page that is not there is the last one, so that a link kept from yesterday still leads somewhere.
    assert client.get(address(partnership, "?page=9")).content.decode().count("<tr ") == 10


@pytest.mark.parametrize(
    ("query", "rows"), [("per_page=-5", 1), ("per_page=0", 25), ("per_page=1000000", 100), ("per_page=x", 50)]
)
def test_the_length_of_a_page_has_limits(client, partnership, query, rows):
    sign_in(client, partnership)
    for _ in range(101):
        event(partnership)
    assert client.get(address(partnership, f"?{query}")).content.decode().count("<tr ") == rows


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "sort=nothing", "sort=-by,at", "by=x", "verb=nothing"]
)
def test_a_mistyped_address_is_no_failure(client, partnership, query):
    event(partnership)
    sign_in(client, partnership)
    assert "<h1>" in client.get(address(partnership, f"?{query}")).content.decode()


def test_the_trail_takes_no_post(client, partnership):
    sign_in(client, partnership)
    assert client.post(address(partnership)).status_code == 405
