"""Returns: a council's figures for a month, version by version, and what the figures check found in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal import permissions

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> ReturnQuerySet:
        """All returns of the partnership, for whoever may read returns; the public and strangers see none."""
        if not permissions.may(user, permissions.RETURN_VIEW, partnership):
            return self.none()
        return self.filter(partnership=partnership)


class Return(models.Model):
    """What one council owes for one month. Its figures stand in versions; one of them is in force."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="returns")
    council = models.ForeignKey("portal.Council", on_delete=models.PROTECT, related_name="returns")
    period = models.DateField(help_text="First day of the month")
    # Set by approval alone; dashboards and packs read this version and no other.
    in_force = models.OneToOneField(
        "kpis.ReturnVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "council", "pk"]
        indexes = [
            # A dashboard asks for a run of months of one partnership, and for its first and last with figures.
            models.Index(
                fields=["partnership", "period"],
                name="return_in_force_by_month",
                condition=Q(in_force__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "council", "period"], name="one_return_per_council_and_month"
            ),
            models.CheckConstraint(
                condition=Q(period__day=1),
                name="return_period_is_first_of_month",
                violation_error_message="A return is for a whole month.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {self.period:%B %Y}"


class ReturnVersion(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        APPROVED = "approved", "Approved"
        LOCKED = "locked", "Locked"

    class Origin(models.TextChoices):
        ENTERED = "entered", "Entered in the portal"
        PUBLISHED = "published", "Published before the portal"
        BACKFILLED = "backfilled", "Entered afterwards for a month before the portal"

    EDITABLE = frozenset({State.DRAFT})

    parent = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ENTERED)
    source = models.CharField(max_length=200, blank=True, help_text="Where published figures come from")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    sent_back_reason = models.TextField(blank=True)
    # A version after the first corrects the one before it, which stays in force until this one is approved.
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_reason = models.TextField(blank=True)
    comment = models.TextField(blank=True, help_text="What members should know about this month")

    class Meta:
        ordering = ["parent", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "number"], name="return_version_numbered_once"),
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_open_version_per_return",
            ),
            models.CheckConstraint(
                # Two pairs of eyes: PRODUCT rule that a return is approved by another person.
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
                name="return_approved_by_another_person",
                violation_error_message="Whoever submitted a return cannot approve it.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | (Q(reopened_by__isnull=False) & ~Q(reopened_reason="")),
                name="reopened_return_says_who_and_why",
                violation_error_message="A return is reopened with a reason.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(origin="published")
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="submitted_return_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"])
                | Q(origin="published")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_return_names_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent}, version {self.number}"

    @property
    def standing(self) -> str:
        """Its state in words, which say as well that a month was entered afterwards."""
        state = self.get_state_display()
        return f"{state}, entered afterwards" if self.origin == self.Origin.BACKFILLED else state

    @property
    def is_editable(self) -> bool:
        return self.state in self.EDITABLE


class Figure(models.Model):
    """One indicator's figure in a version of a return.

    `typed` is kept to the letter, also when it cannot be read as a number: nothing typed is lost.
    """

    version = models.ForeignKey(ReturnVersion, on_delete=models.CASCADE, related_name="figures")
    indicator = models.ForeignKey("kpis.Indicator", on_delete=models.PROTECT, related_name="figures")
    typed = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # Counts behind a percentage, where they are known: as typed, and as numbers once both can be read and agree.
    numerator_typed = models.CharField(max_length=60, blank=True)
    denominator_typed = models.CharField(max_length=60, blank=True)
    numerator = models.PositiveBigIntegerField(null=True, blank=True)
    denominator = models.PositiveBigIntegerField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "indicator", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "indicator"], name="one_figure_per_indicator_and_version"),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True) | Q(denominator__isnull=True) | Q(numerator__lte=F("denominator")),
                name="numerator_within_denominator",
                violation_error_message="More were counted than were measured.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.typed}"


class FigureFinding(models.Model):
    """What the figures check found in a version, with the officer's reason where one is asked for."""

    class Severity(models.TextChoices):
        ERROR = "error", "Error"
        WARNING = "warning", "Reason wanted"

    version = models.ForeignKey(ReturnVersion, on_delete=models.CASCADE, related_name="findings")
    indicator = models.ForeignKey("kpis.Indicator", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    stated = models.CharField(max_length=60)
    computed = models.CharField(max_length=120)
    message = models.CharField(max_length=400)
    remedy = models.CharField(max_length=400, blank=True)
    reason = models.TextField(blank=True)
    reason_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version", "severity", "indicator__position", "rule", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "indicator", "rule"], name="one_finding_per_figure_and_rule"),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def advice(self) -> str:
        """The message with its remedy. One that asks whether another figure was meant holds the remedy already."""
        return self.message if self.message.endswith("?") else f"{self.message} {self.remedy}".strip()


def month_of(day: date) -> date:
    """The first day of the month, as periods are kept."""
    return day.replace(day=1)
