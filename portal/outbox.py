"""Mail that goes out: written down once for each event and reader, and sent at most once.

Between taking a row and marking it sent, a sender can be killed. Whether its message left is then unknown, and it is
not sent again: a reminder too few is better than the same one every minute. What the mail server refuses in so many
words is tried again later, less and less often, and given up in the end.

Times of claims and sending are machine time, as leases of jobs are: a demonstration's day has nothing to do with them.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal import clock
from portal.models import OutgoingMail

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from portal.models import Partnership, User

State = OutgoingMail.State

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=12)
# A sender that has not finished one message after this long is taken for dead.
UNFINISHED = timedelta(minutes=15)
UNKNOWN = "Unknown whether it was sent; not sent again"

# What a server says before it has taken a message: nothing was sent, and another try cannot send it twice.
_REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is to be told. `key` names the event and the reader."""

    key: str
    kind: str
    to: User
    subject: str
    body: str


@dataclass
class Report:
    """What a run of `send_waiting` did: keys of messages."""

    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)


Provider = Callable[["Partnership"], Iterable[Message]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Register what an app has to say to people: `send_reminders` asks every day for what is due."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def due(partnership: Partnership) -> Iterable[Message]:
    return (message for provider in _providers for message in provider(partnership))


def address(path: str) -> str:
    """A page's whole address, for people who read mail. Raises ImproperlyConfigured where none is set."""
    if not settings.ADDRESS:
        raise ImproperlyConfigured("PORTAL_ADDRESS is needed for mail. Give the portal's address: https://host.")
    return f"{settings.ADDRESS}{path}"


def write(
    *, key: str, kind: str, to: User, subject: str, body: str, partnership: Partnership | None = None
) -> OutgoingMail | None:
    """Write a message down, inside the caller's transaction. None where this event and reader have theirs already.

    Raises ValueError for an account without an address.
    """
    if not to.email:
        raise ValueError(f"{to} has no e-mail address.")
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "partnership": partnership,
            "kind": kind,
            "to": to,
            "address": to.email,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "written_at": clock.now(partnership),
        },
    )
    return mail if is_new else None


def write_due(partnership: Partnership) -> list[OutgoingMail]:
    """Write down everything that is due today and was not yet."""
    written = (
        write(key=one.key, kind=one.kind, to=one.to, subject=one.subject, body=one.body, partnership=partnership)
        for one in due(partnership)
    )
    return [mail for mail in written if mail is not None]


def unfinished(now: datetime | None = None) -> QuerySet[OutgoingMail]:
    """Messages whose sender stopped in the middle: unknown whether they left, and not sent again."""
    now = now or timezone.now()
    return OutgoingMail.objects.filter(state=State.WAITING, error="", claimed_at__lt=now - UNFINISHED)


def words(mail: OutgoingMail, now: datetime | None = None) -> str:
    """Where a message stands, in words."""
    now = now or timezone.now()
    if mail.state == State.SENT:
        return "Sent"
    if mail.state == State.FAILED:
        return f"Not sent, given up: {mail.error}" if mail.error != UNKNOWN else UNKNOWN
    if mail.claimed_at is None:
        return "Waiting"
    if mail.error:
        return f"Waiting to be tried again after {mail.attempts} tries: {mail.error}"
    return UNKNOWN if mail.claimed_at < now - UNFINISHED else "Being sent"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: 10, 20, 40 ... minutes, 12 hours at most."""
    return min(FIRST_PAUSE * (1 << max(0, attempts - 1)), LONGEST_PAUSE)


def _sendable(now: datetime) -> Q:
    """Never taken, or refused before and rested since."""
    again = Q()
    for attempts in range(1, MOST_ATTEMPTS):
        again |= Q(attempts=attempts, claimed_at__lte=now - pause_after(attempts))
    return Q(claimed_at__isnull=True) | (again & ~Q(error=""))


def claim(now: datetime | None = None) -> OutgoingMail | None:
    """Take the next message for oneself; None where nothing waits. Nobody else takes the same one."""
    now = now or timezone.now()
    waiting = OutgoingMail.objects.filter(_sendable(now), state=State.WAITING).order_by("written_at", "pk")
    while True:
        with transaction.atomic():
            skips = connection.features.has_select_for_update_skip_locked
            mail = (waiting.select_for_update(skip_locked=True, of=("self",)) if skips else waiting).first()
            if mail is None:
                return None
            # Also where rows are not locked, one of two at once changes the row and the other finds it changed.
            same = OutgoingMail.objects.filter(
                pk=mail.pk, state=State.WAITING, attempts=mail.attempts, claimed_at=mail.claimed_at
            )
            if mail.claimed_at is None:
                same = OutgoingMail.objects.filter(
                    pk=mail.pk, state=State.WAITING, attempts=mail.attempts, claimed_at__isnull=True
                )
            taken = same.update(claimed_at=now, attempts=F("attempts") + 1, error="")
        if taken:
            mail.refresh_from_db()
            return mail


def send_waiting(*, limit: int = 500) -> Report:
    """Send what waits, one by one, each in its own right. Stops when the mail server cannot be reached."""
    report = Report()
    server: BaseEmailBackend | None = None
    try:
        while len(report.sent) + len(report.failed) + len(report.given_up) < limit:
            mail = claim()
            if mail is None:
                break
            if server is None:
                try:
                    server = get_connection()
                    server.open()
                except OSError as error:  # smtplib's exceptions are of this kind too
                    server = None
                    _put_back(mail, error, report)
                    break
            if not _send(mail, server, report):
                server.close()
                server = None
    finally:
        if server is not None:
            server.close()
    return report


def _send(mail: OutgoingMail, server: BaseEmailBackend, report: Report) -> bool:
    """Whether the line to the server can be used for the next message."""
    try:
        EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.address], connection=server).send()
    except _REFUSALS as error:
        _put_back(mail, error, report)
    except (OSError, ValueError) as error:
        # The line broke, perhaps after the server had taken the message. (A ValueError is a header that cannot be.)
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=State.FAILED, error=UNKNOWN if isinstance(error, OSError) else _short(error)
        )
        report.given_up.append(mail.key)
        return not isinstance(error, OSError)
    else:
        OutgoingMail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=timezone.now(), error="")
        report.sent.append(mail.key)
    return True


def _put_back(mail: OutgoingMail, error: Exception, report: Report) -> None:
    """Nothing was sent. It waits for another try, or is given up."""
    last = mail.attempts >= MOST_ATTEMPTS
    state = State.FAILED if last else State.WAITING
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, error=_short(error))
    (report.given_up if last else report.failed).append(mail.key)


def _short(error: Exception) -> str:
    return (f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)[:300]
