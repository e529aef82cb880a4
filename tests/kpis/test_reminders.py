"""Which reminder is due on which day, who gets it, and that it goes out once."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from kpis import reminders
from kpis.models import ReturnVersion
from portal import deputies
from portal.models import ClosedDay, OutgoingMail, Partnership, RoleGrant, User
from tests.kpis.reading import get, user
from tests.kpis.test_actions import approve, fill

# October 2018's return, due on the tenth working day of November 2018: Wednesday 14 (1, 2, 5-9, 12-14).
DUE = date(2018, 11, 14)


def test_reminders_stand_on_working_days() -> None:
    # Five working days before Wednesday 14: 13, 12, 9, 8, 7 November. Then every five: 15, 22, 29 November, 6 December.
    found = [(stage.name, stage.on) for stage in reminders.stages(DUE, date(2018, 12, 6))]
    assert found == [
        ("before-5", date(2018, 11, 7)),
        ("before-1", date(2018, 11, 13)),
        ("late-1", date(2018, 11, 15)),
        ("late-6", date(2018, 11, 22)),
        ("late-11", date(2018, 11, 29)),
        ("late-16", date(2018, 12, 6)),
    ]


def test_weekends_bank_holidays_and_closed_days_are_left_out() -> None:
    # Due on Friday 21 December 2018; Christmas is on Tuesday and Wednesday, the offices close until New Year.
    closed = {date(2018, 12, day) for day in (24, 27, 28, 31)}
    found = {stage.name: stage.on for stage in reminders.stages(date(2018, 12, 21), date(2019, 1, 9), closed=closed)}
    assert found == {
        "before-5": date(2018, 12, 14),
        "before-1": date(2018, 12, 20),
        "late-1": date(2019, 1, 2),
        "late-6": date(2019, 1, 9),
    }


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2018, 11, 6), None),
        (date(2018, 11, 7), "before-5"),
        (date(2018, 11, 12), "before-5"),
        (date(2018, 11, 14), "before-1"),
        (date(2018, 11, 15), "late-1"),
        (date(2018, 11, 24), "late-6"),  # a Saturday: nothing new
    ],
)
def test_the_latest_reminder_stands_for_a_day(today: date, stage: str | None) -> None:
    found = reminders.stage_on(DUE, today)
    assert (found.name if found else None) == stage


@pytest.fixture
def due(draft: ReturnVersion, seed: Partnership) -> ReturnVersion:
    """Brent's draft of October 2018; returns are due on the tenth working day, and every officer has an address."""
    seed.return_due_working_day = 10
    seed.save()
    for account in User.objects.filter(grants__isnull=False):
        account.email = f"{account.username}@councils.example"
        account.save()
    return draft


def stand_on(partnership: Partnership, day: date) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(demonstration_today=day)


def send() -> str:
    out = StringIO()
    call_command("send_reminders", stdout=out)
    return out.getvalue()


def readers() -> list[str]:
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


OFFICERS = ["officer-brent", "officer-lewisham", "officer-southwark"]


def test_officers_are_reminded_once_at_each_stage(due, seed) -> None:
    stand_on(seed, date(2018, 11, 6))
    assert send() == "0 written, 0 sent.\n"
    stand_on(seed, date(2018, 11, 7))
    assert send() == "3 written, 3 sent.\n"
    assert readers() == OFFICERS
    assert send() == "0 written, 0 sent.\n"
    stand_on(seed, date(2018, 11, 15))
    assert send() == "3 written, 3 sent.\n"
    assert readers() == sorted(OFFICERS * 2)


def test_a_reminder_says_what_is_due_and_where_and_no_figure(due, seed, officer, settings) -> None:
    settings.ADDRESS = "https://portal.example.gov.uk"
    fill(due, officer)
    stand_on(seed, date(2018, 11, 13))
    send()
    (message,) = [one for one in mail.outbox if one.to == ["officer-brent@councils.example"]]
    assert message.subject == "Brent: the return for October 2018 is due"
    assert message.body == (
        "The monthly return of Brent for October 2018 is due on Wednesday 14 November 2018. "
        "It is not submitted yet.\n\n"
        "Sign in to enter it:\n"
        "https://portal.example.gov.uk/brent-lewisham-southwark/returns/brent/2018-10/\n\n"
        "You get this message because your account can enter this return.\n"
    )
    stand_on(seed, date(2018, 11, 15))
    send()
    assert "Brent: the return for October 2018 is late" in [one.subject for one in mail.outbox]


def test_nobody_is_reminded_of_what_is_handed_in_or_where_no_day_is_set(due, seed, officer, approver) -> None:
    approve(due, officer, approver)
    stand_on(seed, date(2018, 11, 15))
    send()
    assert readers() == ["officer-lewisham", "officer-southwark"]
    mail.outbox.clear()
    OutgoingMail.objects.all().delete()
    Partnership.objects.update(return_due_working_day=None)
    assert send() == "0 written, 0 sent.\n"


def test_a_closed_day_moves_the_reminder(due, seed) -> None:
    ClosedDay.objects.create(partnership=seed, on=date(2018, 11, 8), reason="Move")
    # The tenth working day is the 15th now; five before it: 14, 13, 12, 9, 7 November.
    stand_on(seed, date(2018, 11, 7))
    send()
    assert "Thursday 15 November 2018" in mail.outbox[0].body


def test_the_deputy_is_reminded_in_place_of_who_is_away(due, seed, officer) -> None:
    stand_on(seed, date(2018, 11, 7))
    deputies.name_deputy(
        grant=RoleGrant.objects.get(user=officer),
        deputy=user("approver-brent"),
        starts_on=date(2018, 11, 7),
        ends_on=date(2018, 11, 9),
        by=officer,
    )
    send()
    assert readers() == ["approver-brent", "officer-lewisham", "officer-southwark"]
    (message,) = [one for one in mail.outbox if one.to[0].startswith("approver")]
    assert "your account can enter this return as deputy for officer-brent." in message.body
    # Back again, at the next stage.
    mail.outbox.clear()
    stand_on(seed, date(2018, 11, 13))
    send()
    assert readers() == OFFICERS


def test_an_account_without_an_address_or_switched_off_gets_none(due, seed) -> None:
    User.objects.filter(username="officer-brent").update(email="")
    User.objects.filter(username="officer-lewisham").update(is_active=False)
    stand_on(seed, date(2018, 11, 7))
    send()
    assert readers() == ["officer-southwark"]


def test_a_dry_run_writes_nothing(due, seed) -> None:
    stand_on(seed, date(2018, 11, 7))
    out = StringIO()
    call_command("send_reminders", "--dry-run", stdout=out)
    assert out.getvalue().splitlines()[0] == "officer-brent: Brent: the return for October 2018 is due"
    assert not OutgoingMail.objects.exists()


def test_without_an_address_of_the_portal_the_command_says_so(due, seed, settings) -> None:
    settings.ADDRESS = ""
    stand_on(seed, date(2018, 11, 7))
    with pytest.raises(CommandError, match="PORTAL_ADDRESS is needed"):
        send()


# Who owes what


def owed(name: str) -> list[list[str]]:
    page = get(user(name), "returns/owed/")
    return [[cell.text for cell in (*tr.all("th"), *tr.all("td"))] for tr in page.one("tbody").all("tr")]


def test_who_owes_what_since_when_and_who_can_enter_it(due, seed, officer) -> None:
    stand_on(seed, date(2018, 11, 15))
    send()
    deputies.name_deputy(
        grant=RoleGrant.objects.get(user=officer),
        deputy=user("approver-brent"),
        starts_on=date(2018, 11, 15),
        ends_on=date(2018, 11, 16),
        by=officer,
    )
    when = OutgoingMail.objects.get(key__contains="/brent/").written_at
    hour = f"{when.astimezone().hour % 12 or 12}"
    for name in ("service-manager", "auditor", "clerk"):
        first, second, third = owed(name)
        assert first[:-1] == [
            "October 2018", "Brent", "Draft, late", "14 November 2018", "1",
            "officer-brent (away); approver-brent, deputy for officer-brent",
        ]  # fmt: skip
        assert first[-1].startswith(f"15 Nov 2018, {hour}")
        assert first[-1].endswith(": sent")
        assert second[1:3] == ["Lewisham", "Not reported, late"]
        assert third[5] == "officer-southwark"
    for name in ("officer-brent", "member-lewisham", "administrator"):
        assert owed(name)[0] == ["October 2018", "Brent", "Draft, late", "14 November 2018", "1"]
        assert "officer-southwark" not in get(user(name), "returns/owed/").one("table").text


def test_the_list_asks_as_often_for_three_months_as_for_one(due, seed, django_assert_num_queries) -> None:
    from tests.kpis.reading import signed_in

    client = signed_in(user("auditor"))
    address = "/brent-lewisham-southwark/returns/owed/"
    client.get(address)
    for day in (date(2018, 11, 15), date(2019, 1, 15)):
        stand_on(seed, day)
        with django_assert_num_queries(13):
            client.get(address)
