"""Papers of an agenda item: reports, appendices, minutes, discussion papers, in numbered sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from committees.models.meetings import AgendaItem, Meeting
from portal import permissions
from portal.models.restriction import Part, Restrictable

if TYPE_CHECKING:
    from portal.models import Partnership
    from portal.permissions import Reader


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: Reader, partnership: Partnership) -> PaperQuerySet:
        """Papers whose content the account may read.

        Published Part I papers: everybody. Papers not yet published: those who prepare meetings. Restricted papers
        (by their own part or their item's): those with the right, in the committee in which they hold it.
        """
        papers = self.filter(item__meeting__committee__partnership=partnership)
        prepares = permissions.scope(user, permissions.MEETING_PREPARE, partnership)
        if not prepares.everywhere:
            papers = papers.filter(
                Q(item__meeting__published_at__isnull=False)
                | Q(item__meeting__published_before_portal=True)
                | Q(item__meeting__committee__in=prepares.committee_ids)
                | Q(item__meeting__in=prepares.meeting_ids)
            )
        reads = permissions.scope(user, permissions.PAPER_READ_RESTRICTED, partnership)
        if not reads.everywhere:
            papers = papers.filter(
                Q(part=Part.ONE, item__part=Part.ONE)
                | Q(item__meeting__committee__in=reads.committee_ids)
                | Q(item__meeting__in=reads.meeting_ids)
            )
        return papers


class Paper(Restrictable):
    class Kind(models.TextChoices):
        REPORT = "report", "Report"
        APPENDIX = "appendix", "Appendix"
        MINUTES = "minutes", "Minutes"
        DISCUSSION = "discussion", "Discussion paper"

    class DecisionType(models.TextChoices):
        KEY = "key", "Key"
        NON_KEY = "non-key", "Non-key"

    class Origin(models.TextChoices):
        WRITTEN = "written", "Written in the portal"
        WORD = "word", "From a Word document"
        PDF = "pdf", "An uploaded PDF"

    class Numbering(models.TextChoices):
        SECTIONS = "sections", "By section: 1.1, 1.2, 2.1"
        CONTINUOUS = "continuous", "Paragraphs 1, 2, 3 through the whole paper"
        NONE = "none", "None"

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="papers")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60, help_text="Part of its public address: discloses nothing")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    label = models.CharField(max_length=40, blank=True, help_text="Appendix A")
    numbering = models.CharField(max_length=10, choices=Numbering.choices, default=Numbering.SECTIONS)
    is_landscape = models.BooleanField(default=False)
    author = models.CharField(max_length=160, blank=True, help_text="The post that reports")
    # Cover table of a report
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.WRITTEN)
    upload = models.ForeignKey("portal.Upload", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cover = models.JSONField(default=dict, blank=True, help_text="Values of the committee's cover fields, by label")
    wards_affected = models.CharField(max_length=160, blank=True)
    decision_type = models.CharField(max_length=8, choices=DecisionType.choices, blank=True)
    background_papers = models.TextField(blank=True)
    contact_officer = models.ForeignKey(
        "portal.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_off_by = models.ForeignKey(
        "portal.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Minutes come from the meeting that they record
    minutes_of = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta(Restrictable.Meta):
        abstract = False
        ordering = ["item__number", "position", "pk"]
        constraints = [
            *Restrictable.Meta.constraints,
            models.UniqueConstraint(fields=["item", "position"], name="paper_positioned_once"),
            models.UniqueConstraint(fields=["item", "slug"], name="paper_slug_once_in_item"),
            models.CheckConstraint(
                condition=~Q(kind="minutes") | Q(minutes_of__isnull=False), name="minutes_name_their_meeting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.title}" if self.label else self.title

    @property
    def is_restricted(self) -> bool:
        """Restricted by itself, or because its whole item is."""
        return self.part == Part.TWO or self.item.part == Part.TWO


class SignOff(models.Model):
    """One officer's clearance of a report. It holds for the text that was before them, and for no other."""

    class Kind(models.TextChoices):
        FINANCE = "finance", "Finance"
        LEGAL = "legal", "Legal"
        LEAD = "lead", "Lead officer"

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        GIVEN = "given", "Given"
        REFUSED = "refused", "Not given"

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="sign_offs")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    council = models.ForeignKey("portal.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the text that was cleared")

    class Meta:
        ordering = ["kind", "council", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "kind", "council"], condition=Q(council__isnull=False), name="council_signs_off_once"
            ),
            models.UniqueConstraint(
                fields=["paper", "kind"], condition=Q(council__isnull=True), name="lead_signs_off_once"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", by__isnull=True, at__isnull=True)
                | (~Q(state="asked") & Q(by__isnull=False, at__isnull=False)),
                name="sign_off_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(comment=""),
                name="refused_sign_off_says_why",
                violation_error_message="Say what has to change before you can clear it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{f', {self.council}' if self.council_id else ''}"


class RestrictionDecision(models.Model):
    """The proper officer's decision to restrict an item or a paper, or to lift a restriction. Kept for good."""

    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="restriction_decisions"
    )
    paper = models.ForeignKey(
        Paper, null=True, blank=True, on_delete=models.PROTECT, related_name="restriction_decisions"
    )
    part = models.CharField(max_length=2, choices=Part.choices, help_text="What it is from then on")
    exempt_paragraphs = models.JSONField(default=list, blank=True)
    is_confidential = models.BooleanField(default=False)
    reasoning = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_as = models.CharField(max_length=160, help_text="The post: the proper officer, or who acts for them")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, paper__isnull=True) | Q(item__isnull=True, paper__isnull=False),
                name="restriction_decision_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}, {self.decided_at:%-d %B %Y}"


class PaperAccess(models.Model):
    """That somebody without a seat read a restricted paper by a wider right, and by which."""

    class Ground(models.TextChoices):
        MEMBER = "member", "Member of a partner council, Local Government Act 1972 s.100F"
        EXECUTIVE = "executive", "Member of a partner council, SI 2012/2089 reg 16"
        SCRUTINY = "scrutiny", "Overview and scrutiny, SI 2012/2089 reg 17"

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    need = models.TextField(blank=True, help_text="What it is needed for, where the right asks for that")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%-d %B %Y}"


class PaperSection(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        RECOMMENDATIONS = "recommended", "Recommendations"
        IMPLICATION = "implication", "Implication"
        BLOCK = "block", "Live figures"

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TEXT)
    heading = models.CharField(max_length=160, blank=True)
    is_numbered = models.BooleanField(default=True, help_text="Its paragraphs are numbered 3.1, 3.2 …")
    body = models.TextField(blank=True, help_text="Markdown")
    not_applicable = models.BooleanField(default=False, help_text="Said so in the paper, never silently left out")
    block = models.CharField(max_length=60, blank=True, help_text="Name in the registry: kpis.performance_table")
    block_params = models.JSONField(default=dict, blank=True)
    frozen = models.ForeignKey("portal.FrozenBlock", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="section_positioned_once"),
            models.CheckConstraint(
                condition=(Q(kind="block") & ~Q(block="")) | (~Q(kind="block") & Q(block="")),
                name="block_section_names_its_block",
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.block or f"Section {self.position}"
