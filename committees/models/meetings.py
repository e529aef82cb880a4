"""Meetings, their agendas, and who was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from committees.models.committees import Committee
from portal import permissions
from portal.models.restriction import Restrictable

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class Meeting(models.Model):
    class State(models.TextChoices):
        SCHEDULED = "scheduled", "To come"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="meetings")
    on = models.DateField()
    starts_at = models.TimeField()
    venue = models.CharField(max_length=200)
    host = models.ForeignKey("portal.Council", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    closed_at = models.TimeField(null=True, blank=True, help_text="When the meeting ended")
    published_at = models.DateTimeField(null=True, blank=True, help_text="When agenda and papers were published")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_before_portal = models.BooleanField(default=False)
    urgency_reason = models.TextField(blank=True, help_text="Why it could not be published five clear days before")
    urgency_agreed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-on", "-starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "on"], name="one_meeting_a_day_per_committee"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(published_by__isnull=False),
                name="published_agenda_names_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee.short_name}, {self.on:%-d %B %Y}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None or self.published_before_portal

    def agenda_open_to(self, user: Reader, partnership: Partnership) -> bool:
        """Whether the agenda may be seen at all: once published by everybody, before by those who prepare it."""
        return self.is_published or permissions.may(user, permissions.MEETING_PREPARE, partnership)


class AgendaItem(Restrictable):
    class Kind(models.TextChoices):
        CHAIR = "chair", "Appointment of chair"
        APOLOGIES = "apologies", "Apologies and substitutes"
        INTERESTS = "interests", "Declarations of interest"
        MINUTES = "minutes", "Minutes of the previous meeting"
        PARTICIPATION = "participation", "Public participation"
        REPORT = "report", "Report"
        DISCUSSION = "discussion", "Discussion paper"
        EXCLUSION = "exclusion", "Exclusion of press and public"
        URGENT = "urgent", "Urgent business"
        NEXT_MEETING = "next-meeting", "Date of next meeting"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    note = models.TextField(blank=True, help_text="Public: what the committee is asked, in a sentence or two")

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["number", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "number"], name="agenda_item_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Attendance(models.Model):
    """Who was at a meeting, or sent apologies, and in which capacity."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"

    class Capacity(models.TextChoices):
        MEMBER = "member", "Member"
        SUBSTITUTE = "substitute", "Substitute"
        OFFICER = "officer", "Officer"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="attendances")
    council = models.ForeignKey("portal.Council", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices)
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    chaired = models.BooleanField(default=False)
    stands_in_for = models.ForeignKey(
        "portal.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty where the record does not say which of the absent members",
    )

    class Meta:
        ordering = ["council", "capacity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="person_attends_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(chaired=True), name="one_chair_per_meeting"),
            models.UniqueConstraint(
                # One who could stand in for two sits for one.
                fields=["meeting", "stands_in_for"],
                condition=Q(stands_in_for__isnull=False),
                name="one_substitute_per_absent_member",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for__isnull=True) | Q(capacity="substitute"), name="only_substitutes_stand_in"
            ),
            models.CheckConstraint(
                condition=Q(chaired=False) | Q(status="present"),
                name="chair_was_present",
                violation_error_message="Whoever chaired was present.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_status_display()}"
