"""Actions: things to be done, whoever asked for them (a meeting's minutes, a risk, an improvement plan)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.models.restriction import Part

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> ActionQuerySet:
        """Actions of the partnership for whoever holds a role in it; those from restricted business for fewer."""
        from portal import permissions

        if not permissions.may(user, permissions.ACTION_VIEW, partnership):
            return self.none()
        actions = self.filter(partnership=partnership)
        if not permissions.may(user, permissions.PAPER_READ_RESTRICTED, partnership):
            actions = actions.filter(part=Part.ONE)
        return actions

    def outstanding(self) -> ActionQuerySet:
        return self.exclude(status=Action.Status.CLOSED)


class Action(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "Not started"
        IN_HAND = "in-hand", "In hand"
        CLOSED = "closed", "Closed"

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="actions")
    title = models.CharField(max_length=200)
    owner = models.ForeignKey("portal.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    council = models.ForeignKey(
        "portal.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    part = models.CharField(max_length=2, choices=Part.choices, default=Part.ONE)
    source = models.CharField(max_length=160, help_text="What asked for it: Minutes of 4 July 2018, item 6")
    source_key = models.CharField(max_length=120, blank=True, help_text="So that the same source asks only once")
    created_at = models.DateTimeField()

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "source_key"], condition=~Q(source_key=""), name="action_asked_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ActionUpdate(models.Model):
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="updates")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Action.Status.choices)
    text = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action}: {self.get_status_display()}"
