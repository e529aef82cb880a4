"""Committees and who sits on them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


class Committee(models.Model):
    class LegalBasis(models.TextChoices):
        PART_VA = "part-va", "Part VA of the Local Government Act 1972"
        EXECUTIVE = "executive", "SI 2012/2089: all members are executive members"

    class ChairRule(models.TextChoices):
        HOST = "host", "Rotates with the council that hosts the meeting"
        ELECTED = "elected", "Elected for the municipal year"

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="committees")
    slug = models.SlugField()
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=80)
    legal_basis = models.CharField(max_length=12, choices=LegalBasis.choices)
    chair_rule = models.CharField(max_length=10, choices=ChairRule.choices)
    contact = models.CharField(max_length=160, blank=True, help_text="A post, not a telephone number or an address")
    access_note = models.TextField(blank=True, help_text="For the public who want to attend")
    interests_note = models.TextField(blank=True, help_text="What members are reminded of about interests")

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
