"""Mail that is to go out: one row for each message, so that nothing is sent twice and nothing is forgotten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class OutgoingMail(models.Model):
    """One message to one person. `key` names the event and the reader; the same event is never written down twice.

    What is not for everybody never stands in a message: it says that something is due, and where to sign in.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    partnership = models.ForeignKey(
        "portal.Partnership", null=True, blank=True, on_delete=models.CASCADE, related_name="outgoing_mail"
    )
    key = models.CharField(max_length=200, unique=True, help_text="Event and reader: return-due/brent/2018-09/before/7")
    kind = models.CharField(max_length=40, help_text="What it is about, such as return-due")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="outgoing_mail"
    )
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    # Taken by one sender at a time: set before the message leaves, so that a killed sender is seen.
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="sent_mail_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.key
