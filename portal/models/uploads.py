"""Files that people hand in. They pass one place, portal/uploads.py, whatever they are for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """A file as it came, kept outside the web root under a name that says nothing.

    `kind` is what its content was found to be (see portal.uploads.KINDS), never what its name claims.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="uploads")
    purpose = models.CharField(max_length=40, help_text="What it was handed in for: return, tickets")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=160, help_text="Its name as it came, made harmless")
    file = models.FileField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    scanned_with = models.CharField(max_length=60, blank=True, help_text="The scanner that found nothing in it")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name
