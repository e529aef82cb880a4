"""Mail is written down once and sent at most once, whoever sends at the same time and whatever dies in between."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.utils import timezone

from portal import outbox
from portal.models import OutgoingMail, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    user = factories.user()
    user.email = "officer@brent.example"
    user.save()
    return user


def write(reader: User, key: str = "return-due/x/1") -> OutgoingMail | None:
    return outbox.write(key=key, kind="return-due", to=reader, subject="A return\nis due", body="Sign in.")


class Server(BaseEmailBackend):
    """A mail server that does as it is told: raises what stands in `says`, first to last, then takes messages."""

    says: list[Exception] = []
    opens: list[Exception] = []
    taken: list[str] = []

    def open(self) -> bool:
        if self.opens:
            raise self.opens.pop(0)
        return True

    def send_messages(self, email_messages: Any) -> int:
        if self.says:
            raise self.says.pop(0)
        self.taken.extend(message.to[0] for message in email_messages)
        return len(email_messages)


@pytest.fixture
def server(settings) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.says, Server.opens, Server.taken = [], [], []
    return Server


def the_mail() -> OutgoingMail:
    return OutgoingMail.objects.get()


def rest(mail: OutgoingMail, pause: timedelta) -> None:
    """As if so much time had gone by since the last try."""
    assert mail.claimed_at is not None
    OutgoingMail.objects.filter(pk=mail.pk).update(claimed_at=mail.claimed_at - pause)


def test_the_same_event_is_written_down_once(reader: User) -> None:
    assert write(reader) is not None
    assert write(reader) is None
    assert write(reader, "return-due/x/2") is not None
    assert OutgoingMail.objects.count() == 2


def test_a_message_goes_out_once(reader: User) -> None:
    write(reader)
    assert outbox.words(the_mail()) == "Waiting"
    assert outbox.send_waiting().sent == ["return-due/x/1"]
    assert outbox.send_waiting().sent == []
    (sent,) = outgoing.outbox
    assert (sent.subject, sent.to, sent.body) == ("A return is due", ["officer@brent.example"], "Sign in.")
    assert (the_mail().state, the_mail().attempts, outbox.words(the_mail())) == ("sent", 1, "Sent")
    assert write(reader) is None


def test_an_account_without_an_address_is_no_reader() -> None:
    with pytest.raises(ValueError, match="has no e-mail address"):
        write(factories.user())


def test_a_server_that_cannot_be_reached_leaves_everything_waiting(reader: User, server: type[Server]) -> None:
    write(reader, "a")
    write(reader, "b")
    server.opens = [ConnectionRefusedError("Connection refused")]
    report = outbox.send_waiting()
    assert (report.sent, report.failed, server.taken) == ([], ["a"], [])
    first, second = OutgoingMail.objects.order_by("pk")
    assert (first.state, first.attempts, first.error) == (
        "waiting", 1, "ConnectionRefusedError: Connection refused",
    )  # fmt: skip
    assert outbox.words(first) == "Waiting to be tried again after 1 tries: ConnectionRefusedError: Connection refused"
    assert (second.state, second.attempts) == ("waiting", 0)
    # The first one rests; the other is sent meanwhile.
    assert outbox.send_waiting().sent == ["b"]
    rest(first, timedelta(minutes=9))
    assert outbox.send_waiting().sent == []
    rest(first, timedelta(minutes=11))
    assert outbox.send_waiting().sent == ["a"]


def test_what_the_server_refuses_is_tried_again_and_given_up_in_the_end(reader: User, server: type[Server]) -> None:
    write(reader)
    for attempt in range(1, 7):
        server.says = [smtplib.SMTPDataError(451, b"try again later")]
        report = outbox.send_waiting()
        assert (the_mail().attempts, "451" in the_mail().error) == (attempt, True)
        assert (report.failed, report.given_up) == (
            (["return-due/x/1"], []) if attempt < 6 else ([], ["return-due/x/1"])
        )
        rest(the_mail(), timedelta(hours=13))
    assert outbox.send_waiting().sent == []
    assert the_mail().state == "failed"
    assert outbox.words(the_mail()).startswith("Not sent, given up: SMTPDataError")
    assert server.taken == []


def test_the_pauses_grow() -> None:
    minutes = [outbox.pause_after(attempts).total_seconds() / 60 for attempts in range(1, 9)]
    assert minutes == [10, 20, 40, 80, 160, 320, 640, 720]


def test_a_line_that_breaks_in_the_middle_is_not_tried_again(reader: User, server: type[Server]) -> None:
    write(reader, "a")
    write(reader, "b")
    server.says = [smtplib.SMTPServerDisconnected("Connection unexpectedly closed")]
    report = outbox.send_waiting()
    assert (report.given_up, report.sent) == (["a"], ["b"])
    first = OutgoingMail.objects.get(key="a")
    assert outbox.words(first) == "Unknown whether it was sent; not sent again"
    rest(first, timedelta(days=9))
    assert outbox.send_waiting().sent == []
    assert server.taken == ["officer@brent.example"]


def test_a_sender_that_was_killed_leaves_a_message_that_is_not_sent_again(reader: User) -> None:
    write(reader)
    taken = outbox.claim()
    assert taken is not None
    assert outbox.words(taken) == "Being sent"
    assert (outbox.claim(), list(outbox.unfinished())) == (None, [])
    rest(taken, timedelta(minutes=16))
    assert list(outbox.unfinished()) == [taken]
    assert outbox.words(the_mail()) == "Unknown whether it was sent; not sent again"
    rest(taken, timedelta(days=365))
    assert outbox.send_waiting().sent == []
    assert outgoing.outbox == []


def test_the_portals_address_is_needed_for_mail(settings) -> None:
    assert outbox.address("/home/") == "https://portal.example/home/"
    settings.ADDRESS = ""
    with pytest.raises(ImproperlyConfigured, match="PORTAL_ADDRESS is needed"):
        outbox.address("/home/")


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(
    database_in_a_file: None, reader: User, server: type[Server]
) -> None:
    keys = [f"key-{n}" for n in range(12)]
    for key in keys:
        write(reader, key)
    gate, sent, errors = threading.Barrier(3), [], []

    def run() -> None:
        try:
            gate.wait(timeout=10)
            sent.extend(outbox.send_waiting().sent)
        except Exception as error:  # handed to the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (errors, sorted(sent), len(server.taken)) == ([], sorted(keys), 12)
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert timezone.now() >= OutgoingMail.objects.latest("sent_at").sent_at


@pytest.fixture
def database_in_a_file(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Tests keep SQLite in memory, where all threads share one lock. Here it is a file, as in the portal itself."""
    import sqlite3
    from contextlib import closing

    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as file:
        memory.backup(file)
    connection.settings_dict["NAME"] = tmp_path / "portal.sqlite3"
    connection.connection = None
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.connection = memory
