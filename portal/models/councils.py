"""Councils, the partnerships in which they share a service, and what holds per council over time."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property


class Council(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120, help_text="In full: London Borough of Brent")
    short_name = models.CharField(max_length=60, help_text="As in a column heading: Brent")

    class Meta:
        ordering = ["short_name", "pk"]

    def __str__(self) -> str:
        return self.short_name


class Partnership(models.Model):
    """Councils that share a service. Everything in the portal belongs to one partnership."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    service_name = models.CharField(max_length=120)
    councils: models.ManyToManyField[Council, PartnershipCouncil] = models.ManyToManyField(
        Council, through="PartnershipCouncil", related_name="partnerships"
    )
    hue = models.PositiveSmallIntegerField(
        default=218, validators=[MaxValueValidator(359)], help_text="Hue of the accent colour, 0 to 359"
    )
    chroma = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default="0.08",
        validators=[MinValueValidator(0)],
        help_text="Strength of the accent colour, at most 0.10, so that contrast holds",
    )
    reporting_from = models.DateField(help_text="First day of the first month for which returns are due")
    return_due_working_day = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Working day of the following month by which a return is due; empty: no due date",
    )
    demonstration_today = models.DateField(
        null=True, blank=True, help_text="In a demonstration: the day that stands for today"
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chroma__gte=0) & Q(chroma__lte="0.10"),
                name="partnership_chroma_keeps_contrast",
                violation_error_message="The strength of the colour is at most 0.10.",
            ),
            models.CheckConstraint(
                condition=Q(hue__lte=359),
                name="partnership_hue_is_an_angle",
                violation_error_message="The hue is a number from 0 to 359.",
            ),
            models.CheckConstraint(
                condition=Q(reporting_from__day=1),
                name="partnership_reports_from_first_of_month",
                violation_error_message="Returns begin on the first day of a month.",
            ),
            models.CheckConstraint(
                condition=Q(return_due_working_day__isnull=True)
                | (Q(return_due_working_day__gte=1) & Q(return_due_working_day__lte=20)),
                name="partnership_return_due_within_month",
                violation_error_message="A return is due on working day 1 to 20 of the following month.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def council_names(self) -> dict[int, str]:
        """Short names of its councils by their keys. Whoever has loaded the councils anyway puts them here."""
        return dict(self.places.order_by("position", "pk").values_list("council_id", "council__short_name"))


class PartnershipCouncil(models.Model):
    """A council's place in a partnership. The order is the same everywhere: every council is equal."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="places")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="places")
    position = models.PositiveSmallIntegerField()
    is_host = models.BooleanField(default=False, help_text="Employs the shared service")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "council"], name="council_once_in_partnership"),
            models.UniqueConstraint(fields=["partnership", "position"], name="one_council_per_position"),
            models.UniqueConstraint(fields=["partnership"], condition=Q(is_host=True), name="one_host_in_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.council} in {self.partnership}"


class Headcount(models.Model):
    """Employees of a council who use the service, from a date until the next entry."""

    class Basis(models.TextChoices):
        STATED = "stated", "Stated by the council"
        INFERRED = "inferred", "Inferred from published figures"

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="headcounts")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="headcounts")
    valid_from = models.DateField()
    employees = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    basis = models.CharField(max_length=10, choices=Basis.choices)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["council", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "council", "valid_from"], name="one_headcount_per_council_and_day"
            ),
            models.CheckConstraint(
                condition=Q(employees__gte=1),
                name="headcount_is_positive",
                violation_error_message="A headcount is at least 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.employees} from {self.valid_from}"


class ClosedDay(models.Model):
    """A day the clerk has listed on which the offices are closed, beside weekends and bank holidays."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="closed_days")
    on = models.DateField()
    reason = models.CharField(max_length=120)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["partnership", "on"], name="closed_day_listed_once")]

    def __str__(self) -> str:
        return f"{self.on}: {self.reason}"
