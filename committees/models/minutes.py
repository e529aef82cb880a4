"""Minutes of a meeting: the record item by item, with numbered resolutions."""

from __future__ import annotations

from django.db import models

from committees.models.meetings import Meeting
from portal.models.restriction import Restrictable


class Minutes(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        CHECKED = "checked", "Checked by the chair"
        PUBLISHED = "published", "Published as draft"
        APPROVED = "approved", "Approved"

    PUBLIC = frozenset({State.PUBLISHED, State.APPROVED})

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        verbose_name_plural = "minutes"

    def __str__(self) -> str:
        return f"Minutes of {self.meeting.on:%-d %B %Y}"


class MinuteItem(Restrictable):
    """What the minutes say of one item. A restricted one stays restricted wherever the minutes go."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, help_text="Markdown")

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["number", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.UniqueConstraint(fields=["minutes", "number"], name="minute_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Resolution(models.Model):
    item = models.ForeignKey(MinuteItem, on_delete=models.CASCADE, related_name="resolutions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="resolution_numbered_once")]

    def __str__(self) -> str:
        return f"Resolution {self.number} under item {self.item.number}"
