"""Frozen copies of live figures, as a report carried them when it was cleared."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FrozenBlock(models.Model):
    """The data of a named block at a moment. Its HTML is made from the data alone, so it never changes again."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="frozen_blocks")
    kind = models.CharField(max_length=60, help_text="Name in the registry of blocks: kpis.performance_table")
    params = models.JSONField(default=dict)
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reported_to = models.CharField(max_length=160, help_text="The meeting that it was frozen for, in words")
    reported_on = models.DateField(help_text="The day of that meeting")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-frozen_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}, {self.reported_to}"
