"""Minutes of a meeting: the record item by item, with numbered resolutions."""

from __future__ import annotations

from django.db import models

from committees.models.meetings import AgendaItem, Meeting
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
    checked_by = models.CharField(max_length=160, blank=True, help_text="Who chaired, or who checked for them")
    checked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="The meeting that did"
    )
    correction = models.TextField(blank=True, help_text="What was corrected when they were approved")

    class Meta:
        verbose_name_plural = "minutes"

    def __str__(self) -> str:
        return f"Minutes of {self.meeting.on:%-d %B %Y}"


class MinuteItem(Restrictable):
    """What the minutes say of one item. A restricted one stays restricted wherever the minutes go."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, help_text="Markdown")
    agenda_item = models.OneToOneField(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="minute"
    )

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


class Vote(models.Model):
    """How a resolution was carried or lost. Names stand only where a recorded vote was asked for."""

    resolution = models.OneToOneField(Resolution, on_delete=models.CASCADE, related_name="vote")
    votes_for = models.PositiveSmallIntegerField()
    votes_against = models.PositiveSmallIntegerField(default=0)
    abstentions = models.PositiveSmallIntegerField(default=0)
    chair_cast = models.BooleanField(default=False, help_text="The chair's second vote decided it")

    def __str__(self) -> str:
        return f"{self.votes_for} for, {self.votes_against} against, {self.abstentions} abstained"


class NamedVote(models.Model):
    class Choice(models.TextChoices):
        FOR = "for", "For"
        AGAINST = "against", "Against"
        ABSTAINED = "abstained", "Abstained"

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices)

    class Meta:
        ordering = ["choice", "pk"]
        constraints = [models.UniqueConstraint(fields=["vote", "person"], name="person_votes_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_choice_display().lower()}"
