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
        if not permissions.may(user, permissions.MEETING_PREPARE, partnership):
            papers = papers.filter(
                Q(item__meeting__published_at__isnull=False) | Q(item__meeting__published_before_portal=True)
            )
        open_papers = Q(part=Part.ONE, item__part=Part.ONE)
        if permissions.may(user, permissions.PAPER_READ_RESTRICTED, partnership):
            everywhere, committees = restricted_scope(user, partnership)
            if not everywhere:
                papers = papers.filter(open_papers | Q(item__meeting__committee_id__in=committees))
        else:
            papers = papers.filter(open_papers)
        return papers


def restricted_scope(user: Reader, partnership: Partnership) -> tuple[bool, set[int]]:
    """Whether the right to restricted papers holds in every committee, and otherwise in which."""
    rights = [
        right
        for right in permissions.roles_in(user, partnership)
        if permissions.PAPER_READ_RESTRICTED in permissions.ROLE_PERMISSIONS[right.role]
    ]
    everywhere = any(right.committee_id is None for right in rights)
    return everywhere, {right.committee_id for right in rights if right.committee_id is not None}


class Paper(Restrictable):
    class Kind(models.TextChoices):
        REPORT = "report", "Report"
        APPENDIX = "appendix", "Appendix"
        MINUTES = "minutes", "Minutes"
        DISCUSSION = "discussion", "Discussion paper"

    class DecisionType(models.TextChoices):
        KEY = "key", "Key"
        NON_KEY = "non-key", "Non-key"

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


class PaperSection(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", "Text"
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
