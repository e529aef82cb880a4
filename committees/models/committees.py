"""Committees and who sits on them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from portal.models.restriction import Part


class Committee(models.Model):
    class LegalBasis(models.TextChoices):
        PART_VA = "part-va", "Part VA of the Local Government Act 1972"
        EXECUTIVE = "executive", "SI 2012/2089: all members are executive members"

    class ChairRule(models.TextChoices):
        HOST = "host", "Rotates with the council that hosts the meeting"
        ELECTED = "elected", "Elected for the municipal year"

    class NoticeReading(models.TextChoices):
        WORKING_DAYS = "working-days", "Working days (safe under both readings)"
        CALENDAR_DAYS = "calendar-days", "Calendar days"

    class CoverStyle(models.TextChoices):
        TABLE = "table", "Cover table"
        FRONT_SHEET = "front-sheet", "Front sheet"

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="committees")
    slug = models.SlugField()
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=80)
    legal_basis = models.CharField(max_length=12, choices=LegalBasis.choices)
    chair_rule = models.CharField(max_length=10, choices=ChairRule.choices)
    contact = models.CharField(max_length=160, blank=True, help_text="A post, not a telephone number or an address")
    access_note = models.TextField(blank=True, help_text="For the public who want to attend")
    interests_note = models.TextField(blank=True, help_text="What members are reminded of about interests")
    # Local rules, as its terms of reference have them. An empty number of days: there is no such rule.
    quorum_members = models.PositiveSmallIntegerField(default=0, help_text="Members who have to be in the room")
    quorum_per_council = models.PositiveSmallIntegerField(default=0, help_text="Of these, from each council")
    notice_reading = models.CharField(max_length=14, choices=NoticeReading.choices, default=NoticeReading.WORKING_DAYS)
    call_in_working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    draft_minutes_working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    question_working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    deputation_working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    clearance_working_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Working days before the last day to publish by which papers are cleared"
    )
    allows_remote = models.BooleanField(default=False)
    clerk_follows_host = models.BooleanField(
        default=False, help_text="The clerk of the council that hosts a meeting runs it"
    )
    cover_style = models.CharField(max_length=12, choices=CoverStyle.choices, default=CoverStyle.TABLE)
    cover_fields = models.JSONField(default=list, blank=True, help_text="Labels of the cover, in order")
    implications = models.JSONField(default=list, blank=True, help_text="Sections that no report leaves out")
    sign_offs = models.JSONField(
        default=list, blank=True, help_text="Who clears a report: finance and legal for each council, lead once"
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["partnership", "slug"], name="committee_slug_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        SUBSTITUTE = "substitute", "Substitute"
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice-chair", "Vice-chair"

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="memberships")
    council = models.ForeignKey("portal.Council", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["council", "role", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "person", "role", "from_on"], name="seat_held_once"),
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="seat_ends_after_it_begins",
                violation_error_message="The last day is before the first day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()} for {self.council}"

    def is_held_on(self, day: date) -> bool:
        """A seat without a first or last day is held since ever, or still."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


class TemplateItem(models.Model):
    """An item that stands on every agenda of the committee, with the words that its minutes usually take."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="template_items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    part = models.CharField(max_length=2, choices=Part.choices, default=Part.ONE)
    phrase = models.TextField(blank=True, help_text="What the minutes usually say under it")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["committee", "position"], name="template_item_positioned_once")]

    def __str__(self) -> str:
        return self.title


class Dispensation(models.Model):
    """Leave for a member to take part despite an interest (Localism Act 2011, section 33)."""

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="dispensations")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="dispensations")
    scope = models.TextField(help_text="For what business, and whether to speak, to vote, or both")
    granted_by = models.CharField(max_length=160, help_text="The post or body that granted it")
    granted_on = models.DateField()
    until_on = models.DateField(help_text="At most four years after it was granted: section 33(3)")

    class Meta:
        ordering = ["-granted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("granted_on")),
                name="dispensation_ends_after_it_begins",
                violation_error_message="The last day is before the day it was granted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} until {self.until_on:%-d %B %Y}"
