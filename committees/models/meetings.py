"""Meetings, their agendas, and who was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from committees.models.committees import Committee
from portal import permissions
from portal.models.restriction import Restrictable

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class Meeting(models.Model):
    class State(models.TextChoices):
        SCHEDULED = "scheduled", "To come"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    class UrgencyRoute(models.TextChoices):
        SPECIAL_CIRCUMSTANCES = "special-circumstances", "Special circumstances: the chair’s opinion, s.100B(4)(b)"
        SHORTER_NOTICE = "shorter-notice", "Meeting called at shorter notice, s.100B(3)(a) or reg 7"
        GENERAL_EXCEPTION = "general-exception", "General exception, reg 10"
        SPECIAL_URGENCY = "special-urgency", "Special urgency, reg 11"

    committee = models.ForeignKey(Committee, on_delete=models.CASCADE, related_name="meetings")
    on = models.DateField()
    starts_at = models.TimeField()
    venue = models.CharField(max_length=200)
    host = models.ForeignKey("portal.Council", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    closed_at = models.TimeField(null=True, blank=True, help_text="When the meeting ended")
    published_at = models.DateTimeField(null=True, blank=True, help_text="When agenda and papers were published")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_before_portal = models.BooleanField(default=False)
    remote_link = models.URLField(blank=True, help_text="For members who attend from elsewhere; never public")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.TextField(blank=True)
    # For calendars: counts every change of day, time, place or state (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When day, time, place or state last changed")
    urgency_route = models.CharField(max_length=22, choices=UrgencyRoute.choices, blank=True)
    urgency_reason = models.TextField(blank=True, help_text="Why it could not be published five clear days before")
    urgency_agreed_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-on", "-starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "on"], name="one_meeting_a_day_per_committee"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(published_by__isnull=False),
                name="published_agenda_names_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee.short_name}, {self.on:%-d %B %Y}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None or self.published_before_portal

    def agenda_open_to(self, user: Reader, partnership: Partnership) -> bool:
        """Whether the agenda may be seen at all: once published by everybody, before by those who prepare it."""
        return self.is_published or permissions.may(
            user, permissions.MEETING_PREPARE, partnership, committee_id=self.committee_id, meeting_id=self.pk
        )


class AgendaItem(Restrictable):
    class Kind(models.TextChoices):
        CHAIR = "chair", "Appointment of chair"
        APOLOGIES = "apologies", "Apologies and substitutes"
        INTERESTS = "interests", "Declarations of interest"
        MINUTES = "minutes", "Minutes of the previous meeting"
        PARTICIPATION = "participation", "Public participation"
        REPORT = "report", "Report"
        DISCUSSION = "discussion", "Discussion paper"
        EXCLUSION = "exclusion", "Exclusion of press and public"
        URGENT = "urgent", "Urgent business"
        NEXT_MEETING = "next-meeting", "Date of next meeting"
        QUESTIONS = "questions", "Public questions"
        DEPUTATIONS = "deputations", "Deputations"
        PRESENTATION = "presentation", "Presentation"
        ACTIONS = "actions", "Outstanding actions"
        BUSINESS = "business", "Other business"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    note = models.TextField(blank=True, help_text="Public: what the committee is asked, in a sentence or two")
    # An item that came after publication: by the chair's opinion alone (Local Government Act 1972, s.100B(4)(b)).
    added_late_at = models.DateTimeField(null=True, blank=True)
    late_reason = models.TextField(blank=True, help_text="The special circumstances, as the minutes will say them")
    late_agreed_by = models.CharField(max_length=160, blank=True)

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["number", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "number"], name="agenda_item_numbered_once"),
            models.CheckConstraint(
                condition=Q(added_late_at__isnull=True) | (~Q(late_reason="") & ~Q(late_agreed_by="")),
                name="late_item_says_why_and_who",
                violation_error_message="A late item needs the special circumstances and who agreed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Attendance(models.Model):
    """Who was at a meeting, or sent apologies, and in which capacity."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"
        ABSENT = "absent", "Absent without apologies"

    class Capacity(models.TextChoices):
        MEMBER = "member", "Member"
        SUBSTITUTE = "substitute", "Substitute"
        OFFICER = "officer", "Officer"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="attendances")
    council = models.ForeignKey("portal.Council", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices)
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    chaired = models.BooleanField(default=False)
    arrived_at = models.TimeField(null=True, blank=True, help_text="Empty: from the beginning")
    left_at = models.TimeField(null=True, blank=True, help_text="Empty: to the end")
    is_remote = models.BooleanField(default=False, help_text="From elsewhere: heard and seen, and not counted present")
    stands_in_for = models.ForeignKey(
        "portal.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty where the record does not say which of the absent members",
    )

    class Meta:
        ordering = ["council", "capacity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="person_attends_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(chaired=True), name="one_chair_per_meeting"),
            models.UniqueConstraint(
                # One who could stand in for two sits for one.
                fields=["meeting", "stands_in_for"],
                condition=Q(stands_in_for__isnull=False),
                name="one_substitute_per_absent_member",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for__isnull=True) | Q(capacity="substitute"), name="only_substitutes_stand_in"
            ),
            models.CheckConstraint(
                condition=Q(chaired=False) | Q(status="present"),
                name="chair_was_present",
                violation_error_message="Whoever chaired was present.",
            ),
            models.CheckConstraint(
                condition=Q(is_remote=False) | Q(status="present", chaired=False),
                name="remote_attendance_is_attendance",
                violation_error_message="Who attends from elsewhere is there, and does not chair.",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="attendance_ends_after_it_begins",
                violation_error_message="The time of leaving is before the time of arrival.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_status_display()}"


class MeetingMove(models.Model):
    """A meeting that was put on another day. Its former address still leads to it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="moves")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["moved_at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_on:%-d %B %Y} to {self.to_on:%-d %B %Y}"


class Interest(models.Model):
    """A member's interest as declared at a meeting, the item it concerns, and the time out of the room."""

    class Kind(models.TextChoices):
        PECUNIARY = "pecuniary", "Disclosable pecuniary"
        PERSONAL = "personal", "Personal"
        PREJUDICIAL = "prejudicial", "Personal and prejudicial"

    # Whoever holds one of these leaves the room unless a dispensation says otherwise.
    LEAVES_THE_ROOM = frozenset({Kind.PECUNIARY, Kind.PREJUDICIAL})

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="interests")
    person = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="interests")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    nature = models.TextField()
    left_at = models.TimeField(null=True, blank=True)
    returned_at = models.TimeField(null=True, blank=True)
    dispensation = models.ForeignKey(
        "committees.Dispensation", null=True, blank=True, on_delete=models.PROTECT, related_name="uses"
    )

    class Meta:
        ordering = ["meeting", "item__number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(left_at__isnull=False, returned_at__gte=F("left_at")),
                name="interest_returns_after_leaving",
                violation_error_message="The time of return is before the time of leaving.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display().lower()}"


class Notice(models.Model):
    """A notice that the law wants before a meeting, as it was given. One that was given never changes."""

    class Kind(models.TextChoices):
        KEY_DECISION = "key-decision", "Key decision, reg 9"
        PRIVATE = "private", "Private part of a meeting, reg 5(2)"
        PRIVATE_SECOND = "private-second", "Private part of a meeting, second notice, reg 5(4)"
        PRIVATE_URGENT = "private-urgent", "Private part at short notice, reg 5(7)"
        GENERAL_EXCEPTION = "general-exception", "General exception, reg 10"
        SPECIAL_URGENCY = "special-urgency", "Special urgency, reg 11"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notices")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=18, choices=Kind.choices)
    given_on = models.DateField()
    matter = models.CharField(max_length=300, help_text="Public: discloses nothing that is restricted")
    reasons = models.TextField(blank=True)
    representations = models.TextField(blank=True, help_text="What was said against a private part")
    response = models.TextField(blank=True, help_text="What the committee answers to that")
    agreed_by = models.CharField(max_length=160, blank=True, help_text="Who agreed that it cannot wait")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["given_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "item"],
                condition=Q(item__isnull=False),
                name="notice_of_item_given_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind"], condition=Q(item__isnull=True), name="notice_of_meeting_given_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["special-urgency", "private-urgent"]) | (~Q(agreed_by="") & ~Q(reasons="")),
                name="urgent_notice_says_why_and_who",
                violation_error_message="An urgent notice needs its reasons and who agreed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.matter}"


class PublicRequest(models.Model):
    """A question or a deputation from the public, with what became of it."""

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        DEPUTATION = "deputation", "Deputation"

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="public_requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    received_on = models.DateField()
    from_whom = models.CharField(max_length=160, help_text="As it is to stand in the minutes; no address")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.TextField(blank=True, help_text="Why it was refused, or taken although it came late")
    answer = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="refused_request_says_why",
                violation_error_message="Say why it was refused.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.from_whom}"
