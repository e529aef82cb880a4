"""How the service compares: benchmarks by year, self-assessments, and tables of targets and actuals as published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from kpis.models.indicators import Indicator
from portal import permissions

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class BenchmarkQuerySet(models.QuerySet["Benchmark"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> BenchmarkQuerySet:
        """All of the partnership's, for whoever may read returns; the public and strangers see none."""
        if not permissions.may(user, permissions.RETURN_VIEW, partnership):
            return self.none()
        return self.filter(partnership=partnership)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> AssessmentQuerySet:
        if not permissions.may(user, permissions.RETURN_VIEW, partnership):
            return self.none()
        return self.filter(partnership=partnership)


class ActualsQuerySet(models.QuerySet["ActualsTable"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> ActualsQuerySet:
        if not permissions.may(user, permissions.RETURN_VIEW, partnership):
            return self.none()
        return self.filter(partnership=partnership)


class Benchmark(models.Model):
    """One question of a survey or a benchmarking club, asked of several councils; its results stand by year."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="benchmarks")
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.SET_NULL, related_name="benchmarks"
    )
    name = models.CharField(max_length=120, help_text="What is asked or measured")
    survey = models.CharField(max_length=120, help_text="Survey or club that asks")
    unit = models.CharField(max_length=10, choices=Indicator.Unit.choices)
    direction = models.CharField(max_length=10, choices=Indicator.Direction.choices)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])
    least = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    most = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "survey", "name"],
                name="benchmark_once_per_survey",
                violation_error_message="This survey has a benchmark of this name. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gt=F("least")),
                name="benchmark_scale_rises",
                violation_error_message="The highest possible value is not above the lowest.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.survey}"


class BenchmarkResult(models.Model):
    """What a year's survey gave. What a source does not say stays empty, and `note` says so."""

    benchmark = models.ForeignKey(Benchmark, on_delete=models.CASCADE, related_name="results")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(1980), MaxValueValidator(2100)])
    respondents = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="How many took part, we among them"
    )
    ours = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    median = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    lower_quartile = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    upper_quartile = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    lowest = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    highest = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    source = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["benchmark", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["benchmark", "year"],
                name="benchmark_once_a_year",
                violation_error_message="There is a result for this year.",
            ),
            models.CheckConstraint(
                condition=(Q(lower_quartile__isnull=True) | Q(median__isnull=True) | Q(lower_quartile__lte=F("median")))
                & (Q(upper_quartile__isnull=True) | Q(median__isnull=True) | Q(upper_quartile__gte=F("median")))
                & (
                    Q(lower_quartile__isnull=True)
                    | Q(upper_quartile__isnull=True)
                    | Q(lower_quartile__lte=F("upper_quartile"))
                ),
                name="quartiles_in_order",
                violation_error_message="The median does not lie between the quartiles.",
            ),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(lowest__lte=F("highest")),
                name="benchmark_range_in_order",
                violation_error_message="The lowest value is above the highest.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benchmark}, {self.year}"


class BenchmarkValue(models.Model):
    """Another participant's value, where it is known."""

    result = models.ForeignKey(BenchmarkResult, on_delete=models.CASCADE, related_name="values")
    name = models.CharField(max_length=80, blank=True, help_text="Empty where the source does not name it")
    value = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        ordering = ["result", "value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "name"], condition=~Q(name=""), name="participant_once_per_result"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Another participant'}: {self.value}"


class Assessment(models.Model):
    """A self-assessment: functional areas graded in a framework, on a day.

    `grades` has the names of the grades, the lowest first. A grade is kept as its place among them. `distribution` has
    for each grade the per cent of all who were assessed, as printed; empty where it is not known. An area can have
    a distribution of its own.
    """

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="assessments")
    framework = models.CharField(max_length=120)
    assessed_on = models.DateField(help_text="The day; the first of the month where only that is known")
    when = models.CharField(max_length=40, blank=True, help_text="As the source says it, where it names no day")
    grades = models.JSONField()
    areas_total = models.PositiveSmallIntegerField(help_text="How many areas the framework has")
    overall = models.PositiveSmallIntegerField(null=True, blank=True)
    distribution = models.JSONField(default=list, blank=True)
    assessed = models.CharField(max_length=80, blank=True, help_text="Who the distribution is of")
    source = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "assessed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "framework", "assessed_on"],
                name="assessment_once_a_day",
                violation_error_message="There is an assessment in this framework on this day. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(areas_total__gte=1),
                name="assessment_has_areas",
                violation_error_message="A framework has one area or more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework}, {self.when or self.day}"

    @property
    def day(self) -> str:
        return f"{self.assessed_on.day} {self.assessed_on:%B %Y}"


class AssessmentArea(models.Model):
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="areas")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    distribution = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["assessment", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "position"], name="one_area_per_position"),
            models.UniqueConstraint(fields=["assessment", "name"], name="area_once_in_assessment"),
        ]

    def __str__(self) -> str:
        return self.name


class ActualsTable(models.Model):
    """A published table of one provider's targets and what was reached."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="actuals")
    provider = models.CharField(max_length=120)
    period = models.CharField(max_length=40, help_text="As printed: 2007/08")
    position = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=200)
    note = models.TextField(blank=True)

    objects = ActualsQuerySet.as_manager()

    class Meta:
        ordering = ["period", "position", "provider", "pk"]
        verbose_name_plural = "actuals tables"
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "provider", "period"], name="one_table_of_actuals_per_provider_and_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {self.period}"


class ActualsRow(models.Model):
    """One measure. Target and actual stand as printed beside the numbers read from them."""

    table = models.ForeignKey(ActualsTable, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=160)
    unit = models.CharField(max_length=10, choices=Indicator.Unit.choices)
    direction = models.CharField(max_length=10, choices=Indicator.Direction.choices)
    target_typed = models.CharField(max_length=40, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    actual_typed = models.CharField(max_length=40, blank=True)
    actual = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["table", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["table", "position"], name="one_row_of_actuals_per_position"),
        ]

    def __str__(self) -> str:
        return self.measure
