"""Limits of XmR charts that begin anew, and the runs of months that a committee reports on."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q


class Rebase(models.Model):
    """From a month on, an indicator's limits are worked out anew: the process has changed, and somebody says why.

    It counts once another person has approved it. Without a council it holds for every council. `baseline_months`
    fixes the limits to so many months from `starts_on`; without it every month from there on counts.
    """

    indicator = models.ForeignKey("kpis.Indicator", on_delete=models.CASCADE, related_name="rebases")
    council = models.ForeignKey("portal.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(help_text="First day of the first month that counts")
    baseline_months = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(2)])
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["indicator", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "starts_on"],
                condition=Q(council__isnull=True, withdrawn_at__isnull=True),
                name="one_rebase_for_all_per_month",
            ),
            models.UniqueConstraint(
                fields=["indicator", "council", "starts_on"],
                condition=Q(council__isnull=False, withdrawn_at__isnull=True),
                name="one_rebase_per_council_and_month",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__day=1),
                name="rebase_starts_with_month",
                violation_error_message="New limits begin with a month.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="rebase_has_reason",
                violation_error_message="Say what changed in the way the work is done.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="rebase_approved_by_another_person",
                violation_error_message="Whoever proposed new limits cannot approve them.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_rebase_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(baseline_months__isnull=True) | Q(baseline_months__gte=2),
                name="baseline_has_months",
                violation_error_message="Limits need two months or more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: limits from {self.starts_on:%B %Y}"


class ReportingPeriod(models.Model):
    """A run of months under a name: what a committee looks at in a meeting, kept so that everybody sees the same."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="reporting_periods")
    name = models.CharField(max_length=80, help_text="Such as: Meeting of 16 October 2018")
    first = models.DateField(help_text="First day of the first month")
    last = models.DateField(help_text="First day of the last month")
    is_usual = models.BooleanField(default=False, help_text="The dashboard opens with it")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-last", "-first", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name"],
                name="reporting_period_named_once",
                violation_error_message="There is a reporting period of this name. Choose another name.",
            ),
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(is_usual=True), name="one_usual_reporting_period"
            ),
            models.CheckConstraint(
                condition=Q(first__day=1, last__day=1, last__gte=F("first")),
                name="reporting_period_is_a_run_of_months",
                violation_error_message="The last month comes before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
