"""Decisions, what each council made of a recommendation, and what is still to be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from committees.models.committees import Committee
from committees.models.meetings import AgendaItem, Meeting
from committees.models.minutes import Resolution
from portal import permissions
from portal.models.restriction import Part, Restrictable

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> DecisionQuerySet:
        """Decisions whose public title the reader may see: published ones everybody, others who prepare the meeting.

        The text of a restricted one is for fewer: see `with_text_for`.
        """
        decisions = self.filter(meeting__committee__partnership=partnership)
        scope = permissions.scope(user, permissions.MEETING_PREPARE, partnership)
        if scope.everywhere:
            return decisions
        return decisions.filter(
            Q(published_at__isnull=False)
            | Q(meeting__committee_id__in=scope.committee_ids)
            | Q(meeting_id__in=scope.meeting_ids)
        )

    def with_text_for(self, user: Reader, partnership: Partnership) -> DecisionQuerySet:
        """Those of the visible decisions whose text the reader may read as well."""
        decisions = self.visible_to(user, partnership)
        scope = permissions.scope(user, permissions.PAPER_READ_RESTRICTED, partnership)
        if scope.everywhere:
            return decisions
        return decisions.filter(
            (Q(part=Part.ONE) & (Q(item__isnull=True) | Q(item__part=Part.ONE)))
            | Q(meeting__committee_id__in=scope.committee_ids)
            | Q(meeting_id__in=scope.meeting_ids)
        )


class Decision(Restrictable):
    """What was decided under an item. It never changes; what was wrong about it is put right beside it."""

    class Outcome(models.TextChoices):
        AGREED = "agreed", "Agreed"
        AMENDED = "amended", "Agreed as amended"
        NOTED = "noted", "Noted"
        DEFERRED = "deferred", "Deferred"
        REJECTED = "rejected", "Not agreed"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    resolution = models.OneToOneField(
        Resolution, null=True, blank=True, on_delete=models.PROTECT, related_name="decision"
    )
    reference = models.CharField(max_length=40, help_text="Such as 2018-10-16/6.1")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    text = models.TextField()
    reasons = models.TextField(blank=True)
    alternatives = models.TextField(blank=True, help_text="Considered and rejected")
    conflicts = models.TextField(blank=True, help_text="Interests declared, and dispensations")
    is_key = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    call_in_ends_on = models.DateField(null=True, blank=True)
    called_in_on = models.DateField(null=True, blank=True)
    call_in_outcome = models.TextField(blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["-meeting__on", "reference", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "reference"], name="decision_referred_to_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"


class DecisionCorrection(models.Model):
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Correction of {self.decision.reference}"


class OnwardRecommendation(models.Model):
    """A decision that goes on to a council, and what that council decided."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Not decided yet"
        AGREED = "agreed", "Agreed"
        AMENDED = "amended", "Agreed with changes"
        REJECTED = "rejected", "Not agreed"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="recommendations")
    council = models.ForeignKey("portal.Council", on_delete=models.PROTECT, related_name="+")
    to_body = models.CharField(max_length=160, help_text="Such as: Cabinet")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["council", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "council"], name="recommendation_goes_once_to_council"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_on__isnull=True)
                | (~Q(outcome="waiting") & Q(decided_on__isnull=False)),
                name="councils_decision_has_day",
                violation_error_message="Say on which day the council decided.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.reference}, {self.council}"


class ForwardPlanEntry(Restrictable):
    """Something that the committee is going to decide."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DECIDED = "decided", "Decided"
        WITHDRAWN = "withdrawn", "Withdrawn"

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="forward_plan")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="forward_plan")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="forward_plan")
    expected = models.CharField(max_length=80, blank=True, help_text="Where no meeting is fixed: Spring 2019")
    summary = models.TextField(blank=True, help_text="Public")
    is_key = models.BooleanField(default=False)
    documents = models.TextField(blank=True, help_text="What will be before the committee, one a line")
    contact = models.CharField(max_length=160, blank=True, help_text="A post")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    listed_at = models.DateTimeField()

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["meeting__on", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(meeting__isnull=False) | ~Q(expected=""),
                name="planned_decision_says_when",
                violation_error_message="Choose a meeting, or say when it is expected.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
