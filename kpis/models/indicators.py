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
        RATE = "rate", "Worked out: one count out of another"
        DIFFERENCE = "difference", "Worked out: one figure less another"

    class Across(models.TextChoices):
        """How months become one figure for a longer period."""

        SUM = "sum", "Months are added"
        LAST = "last", "The last month stands"
        RATE = "rate", "From numerators and denominators"

    class TicketMeasure(models.TextChoices):
        """What of a service desk's tickets gives the figure; see kpis/tickets/."""

        NONE = "", "Not from tickets"
        LOGGED = "logged", "Tickets logged in the month"
        RESOLVED = "resolved", "Tickets resolved in the month"
        OPEN = "open", "Tickets open at the month's end"
        MET = "met", "Share of the tickets resolved in the month that met their target"

    class TicketType(models.TextChoices):
        ANY = "", "Any"
        INCIDENT = "incident", "Incident"
        REQUEST = "request", "Service request"

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
    # What a rate that is worked out counts out of `measured_on`, and what a difference takes `measured_on` from.
    numerator_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="numerates", help_text="What is counted"
    )
    starts_on = models.DateField(null=True, blank=True, help_text="First month in which it is asked for")
    ends_on = models.DateField(null=True, blank=True, help_text="Last month in which it is asked for")
    # The committee can ask that councils are not set side by side: then only the figure of all of them is shown.
    is_split_withheld = models.BooleanField(default=False)
    split_withheld_reason = models.CharField(max_length=300, blank=True)
    screens_limits = models.BooleanField(
        default=True, help_text="Leave single jumps out of the limits (moving ranges above 3.267 times their mean)"
    )
    ticket_measure = models.CharField(max_length=10, choices=TicketMeasure.choices, blank=True)
    ticket_type = models.CharField(max_length=10, choices=TicketType.choices, blank=True)
    ticket_priority = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(9)])
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
            models.CheckConstraint(
                condition=~Q(source__in=["rate", "difference"])
                | Q(measured_on__isnull=False, numerator_of__isnull=False),
                name="worked_out_figure_names_its_two",
                violation_error_message="A rate or a difference names the two figures that it is worked out from.",
            ),
            models.CheckConstraint(
                condition=(Q(starts_on__isnull=True) | Q(starts_on__day=1))
                & (Q(ends_on__isnull=True) | Q(ends_on__day=1)),
                name="indicator_holds_for_whole_months",
                violation_error_message="An indicator is asked for from a month to a month.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="indicator_ends_after_it_starts",
                violation_error_message="The last month is before the first.",
            ),
            models.CheckConstraint(
                condition=Q(is_split_withheld=False) | ~Q(split_withheld_reason=""),
                name="withheld_split_has_reason",
                violation_error_message="Say who asked that the councils are not set side by side, and why.",
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
