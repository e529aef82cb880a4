"""Agenda packs: the stored renderings of papers, and the editions joined from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from committees.models.meetings import Meeting
from portal import permissions

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class PaperRendering(models.Model):
    """A paper as a prepared PDF, under the hash of its content, its style and the renderer's version."""

    key = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="renderings")
    pages = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pages} pages, {self.key[:12]}"


class PackQuerySet(models.QuerySet["Pack"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> PackQuerySet:
        """Published public editions: everybody. Members' editions and drafts: whoever may read restricted papers
        of that committee, and drafts only those who prepare meetings."""
        packs = self.filter(meeting__committee__partnership=partnership)
        prepares = permissions.scope(user, permissions.MEETING_PREPARE, partnership)
        if not prepares.everywhere:
            packs = packs.filter(
                Q(published_at__isnull=False)
                | Q(meeting__committee__in=prepares.committee_ids)
                | Q(meeting__in=prepares.meeting_ids)
            )
        reads = permissions.scope(user, permissions.PAPER_READ_RESTRICTED, partnership)
        if reads.everywhere:
            return packs
        return packs.filter(
            Q(edition=Pack.Edition.PUBLIC)
            | Q(meeting__committee__in=reads.committee_ids)
            | Q(meeting__in=reads.meeting_ids)
        )


class Pack(models.Model):
    class Edition(models.TextChoices):
        PUBLIC = "public", "Public edition"
        MEMBERS = "members", "Members’ edition"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="packs")
    edition = models.CharField(max_length=8, choices=Edition.choices)
    number = models.PositiveSmallIntegerField(help_text="First, second … of this edition")
    file = models.FileField(upload_to="packs")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    ranges = models.JSONField(default=dict, help_text="First and last printed page by paper")
    built_at = models.DateTimeField()
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "edition", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition", "number"], name="pack_edition_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_edition_display()} {self.number} of {self.meeting}"
