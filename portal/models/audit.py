"""The audit trail: who did what, when, to which thing, before and after. Append-only by database triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> AuditEventQuerySet:
        """Events of the partnership for whoever may read its audit trail; nobody else sees any."""
        from portal import permissions

        if not permissions.may(user, permissions.AUDIT_VIEW, partnership):
            return self.none()
        events = self.filter(Q(partnership=partnership))
        if not permissions.may(user, permissions.PAPER_READ_RESTRICTED, partnership):
            events = events.filter(is_restricted=False)
        return events


class AuditEvent(models.Model):
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_events")
    partnership = models.ForeignKey("portal.Partnership", null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60, help_text="What was done: return.submit")
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target = models.CharField(
        max_length=200, help_text="What it was done to, in words that disclose nothing restricted"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    is_restricted = models.BooleanField(default=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["partnership", "-at"], name="audit_by_partnership")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target}"
