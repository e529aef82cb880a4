"""Tickets of a service desk as they were handed in, and what the portal keeps of them.

Kept are reference, type, priority, state, times and whether the target was met: what a figure can be opened to.
Names, subjects and descriptions have no field here and never reach the database.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpis.models.indicators import Indicator


class TicketMapping(models.Model):
    """How a council's exports are read; see kpis.tickets.mapping.Mapping, whose JSON `settings` is."""

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="ticket_mappings")
    council = models.ForeignKey("portal.Council", on_delete=models.PROTECT, related_name="ticket_mappings")
    preset = models.CharField(max_length=20, help_text="The service desk whose export it began from")
    columns = models.JSONField(default=dict, help_text="Headings by what they hold")
    priorities = models.JSONField(default=dict, help_text="Words of the export to 1 to 9")
    states = models.JSONField(default=dict, help_text="Words of the export to open, resolved, closed, cancelled")
    types = models.JSONField(default=dict, help_text="Words of the export, or beginnings of references, to types")
    met_by = models.CharField(max_length=10, help_text="What decides whether a target was met")
    met_words = models.JSONField(default=dict, help_text="Words of the flag column to met or missed")
    date_format = models.CharField(max_length=12, blank=True, help_text="Empty: found out from the whole column")
    encoding = models.CharField(max_length=12, blank=True, help_text="Empty: found out from the file")
    delimiter = models.CharField(max_length=2, blank=True, help_text="Empty: found out from the headings")
    target_hours = models.JSONField(default=dict, help_text="Service hours allowed, by priority")
    service_hours = models.JSONField(default=dict, help_text="From and to, by weekday; Monday is 0")
    out_of_scope = models.JSONField(default=list, help_text="Rules: tickets that fit one are counted apart")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["partnership", "council", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "council"], name="one_ticket_mapping_per_council"),
        ]

    def __str__(self) -> str:
        return f"Columns of {self.council}"


class TicketImport(models.Model):
    """One export handed in for a council and month, and what came of it. All of it is kept or nothing."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Imported"
        REFUSED = "refused", "Not imported"

    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="ticket_imports")
    council = models.ForeignKey("portal.Council", on_delete=models.PROTECT, related_name="ticket_imports")
    period = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices)
    is_in_use = models.BooleanField(default=False, help_text="The one that the month's figures are proposed from")
    preset = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict, help_text="How the file was read, as it was then")
    sha256 = models.CharField(max_length=64, help_text="Of the file, which is not kept")
    # The file, until it has been read; afterwards it is deleted, whatever came of it.
    upload = models.ForeignKey("portal.Upload", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    tickets_read = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, help_text="Counts, and how they came about")
    problems = models.JSONField(default=list, help_text="What is wrong with the file, by row")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "council", "period"],
                condition=Q(is_in_use=True),
                name="one_ticket_import_in_use",
            ),
            models.CheckConstraint(condition=Q(period__day=1), name="ticket_import_is_for_a_month"),
            models.CheckConstraint(
                condition=Q(is_in_use=False) | Q(state="done"),
                name="ticket_import_in_use_is_whole",
                violation_error_message="Only an import that went through whole is in use.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tickets of {self.council}, {self.period:%B %Y}"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def behind(self, indicator: Indicator) -> TicketQuerySet:
        """The tickets that an indicator counts; of a share those that are measured."""
        measures: dict[str, dict[str, Any]] = {
            Indicator.TicketMeasure.LOGGED: {"is_logged": True},
            Indicator.TicketMeasure.RESOLVED: {"is_resolved": True},
            Indicator.TicketMeasure.OPEN: {"is_open": True},
            Indicator.TicketMeasure.MET: {"is_resolved": True, "met__isnull": False},
        }
        if indicator.ticket_measure not in measures:
            return self.none()
        chosen = self.filter(in_scope=True, **measures[indicator.ticket_measure])
        if indicator.ticket_type:
            chosen = chosen.filter(type=indicator.ticket_type)
        if indicator.ticket_priority is not None:
            chosen = chosen.filter(priority=indicator.ticket_priority)
        return chosen


class Ticket(models.Model):
    """A ticket in its last state. The three `is_` fields say what it counts as in the month of its import."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    source = models.ForeignKey(TicketImport, on_delete=models.CASCADE, related_name="tickets")
    reference = models.CharField(max_length=60)
    type = models.CharField(max_length=10, blank=True, choices=Indicator.TicketType.choices)
    priority = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    met = models.BooleanField(null=True, help_text="Empty where it cannot be told")
    in_scope = models.BooleanField()
    is_logged = models.BooleanField(help_text="Logged in the month")
    is_resolved = models.BooleanField(help_text="Resolved in the month")
    is_open = models.BooleanField(help_text="Open at the end of the month")

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="ticket_once_in_import"),
        ]

    def __str__(self) -> str:
        return self.reference
