"""Returns out of files: what a file would change, kept from the moment it is shown until somebody says yes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class ReturnImport(models.Model):
    """One reading of a file for a draft, as its reader was shown it. Importing takes these lines and no others.

    `lines` and `faults` are JSON of kpis.importing.compare.Line and Fault. The file stays with the figures that came
    from it; one that was never imported goes with its preview.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("kpis.ReturnVersion", on_delete=models.CASCADE, related_name="imports")
    upload = models.ForeignKey("portal.Upload", on_delete=models.PROTECT, related_name="+")
    lines = models.JSONField()
    faults = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(help_text="By the machine's clock, for a preview holds for two hours")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.upload} for {self.version}"
