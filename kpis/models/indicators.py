"""Indicators: what is measured, how it is printed and compared, and its targets over time."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class Indicator(models.Model):
    class Unit(models.TextChoices):
        COUNT = "count", "Count"
        PERCENT = "percent", "Per cent"
        RATIO = "ratio", "Ratio"
        SCORE = "score", "Score"
        NET_SCORE = "net-score", "Net score, −100 to 100"
        CURRENCY = "currency", "Pounds"
        DURATION = "duration", "Hours"

    class Direction(models.TextChoices):
        INCREASE = "increase", "Higher is better"
        DECREASE = "decrease", "Lower is better"
        NEUTRAL = "neutral", "Neither is better"

    class Frequency(models.TextChoices):
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        YEAR = "year", "Year"

    class Source(models.TextChoices):
        TYPED = "typed", "Entered in the return"
        SUM = "sum", "Worked out: sum of its parts"
        PER_EMPLOYEE = "per-employee", "Worked out: per employee"

    class Across(models.TextChoices):
        """How months become one figure for a longer period."""

        SUM = "sum", "Months are added"
        LAST = "last", "The last month stands"
        RATE = "rate", "From numerators and denominators"

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, blank=True, help_text="Where room is scarce")
    definition = models.TextField(blank=True)
    why_it_matters = models.TextField(blank=True)
    group = models.CharField(max_length=60, help_text="Heading under which it stands: Demand, Waiting")
    position = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.MONTH)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])
    source = models.CharField(max_length=14, choices=Source.choices, default=Source.TYPED)
    across = models.CharField(max_length=6, choices=Across.choices, default=Across.SUM)
    # A percentage is measured on the calls that another indicator counts; a per-employee figure divides it.
    measured_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="measures", help_text="Its count"
    )
    comparability = models.TextField(blank=True, help_text="What to know before councils are compared")
    # What a count counts, so that the figures check can say "6 incidents" and "1 incident".
    counted_one = models.CharField(max_length=40, blank=True)
    counted_many = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="indicator_code_once_in_partnership"),
            models.UniqueConstraint(fields=["partnership", "position"], name="one_indicator_per_position"),
            models.CheckConstraint(
                condition=~Q(source="per-employee") | Q(measured_on__isnull=False),
                name="per_employee_figure_names_its_count",
                violation_error_message="A figure per employee names the count that it divides.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_typed(self) -> bool:
        return self.source == self.Source.TYPED


class IndicatorPart(models.Model):
    """A part of a total, or of a combined rate (whose parts are weighed by what they are measured on)."""

    whole = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="part_links")
    part = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="whole_links")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["whole", "part"], name="part_once_in_whole"),
            models.CheckConstraint(condition=~Q(whole=models.F("part")), name="indicator_is_no_part_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.part} in {self.whole}"


class Target(models.Model):
    """What is aimed at from a day until the next target; for one council it goes before the partnership's."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    council = models.ForeignKey("portal.Council", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    tolerance = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, help_text="How far from the target is still near, in its unit"
    )

    class Meta:
        ordering = ["indicator", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "valid_from"], condition=Q(council__isnull=True), name="one_target_for_all_per_day"
            ),
            models.UniqueConstraint(
                fields=["indicator", "council", "valid_from"],
                condition=Q(council__isnull=False),
                name="one_target_per_council_and_day",
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0),
                name="tolerance_is_not_negative",
                violation_error_message="A tolerance is 0 or more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value} from {self.valid_from}"
