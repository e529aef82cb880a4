"""What may be open to the public and what not: Part I and Part II, with the law's reasons.

Schedule 12A Part 1 of the Local Government Act 1972 lists the descriptions of exempt information.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


class Part(models.TextChoices):
    ONE = "I", "Part I: open"
    TWO = "II", "Part II: restricted"


EXEMPT_PARAGRAPHS: dict[int, str] = {
    1: "information relating to any individual",
    2: "information which is likely to reveal the identity of an individual",
    3: "information relating to the financial or business affairs of any particular person"
    " (including the authority holding that information)",
    4: "information relating to consultations or negotiations in connection with a labour relations matter",
    5: "information to which a claim to legal professional privilege could be maintained in legal proceedings",
    6: "information about a notice, order or direction that the authority proposes to give under an enactment",
    7: "information about action taken or to be taken to prevent, investigate or prosecute crime",
}


def check_paragraphs(value: object) -> None:
    """A list of different numbers from 1 to 7, in order."""
    if not isinstance(value, list) or any(n not in EXEMPT_PARAGRAPHS for n in value) or value != sorted(set(value)):
        raise ValidationError("Name paragraphs of Part 1 of Schedule 12A by number, 1 to 7, each once, in order.")


class Restrictable(models.Model):
    """Something with a public title that may be restricted.

    The content and the private title are restricted, in every form; the title is public and must disclose nothing.
    """

    title = models.CharField(max_length=200, help_text="Public: shown to everybody, also when the rest is restricted")
    private_title = models.CharField(
        max_length=200, blank=True, help_text="Shown instead to those with the right, where even the subject discloses"
    )
    part = models.CharField(max_length=2, choices=Part.choices, default=Part.ONE)
    exempt_paragraphs = models.JSONField(
        default=list, blank=True, validators=[check_paragraphs], help_text="Of Part 1 of Schedule 12A: numbers 1 to 7"
    )
    is_confidential = models.BooleanField(
        default=False, help_text="Confidential information (s.100A(2)): excluded without a resolution"
    )
    public_interest = models.TextField(
        blank=True, help_text="Why keeping it restricted serves the public interest better than disclosing it"
    )
    restriction_review_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(part=Part.TWO) | Q(private_title="", is_confidential=False),
                name="%(app_label)s_%(class)s_open_hides_nothing",
                violation_error_message="An open paper has no private title and is not confidential.",
            ),
        ]

    @property
    def is_restricted(self) -> bool:
        return self.part == Part.TWO

    def title_for(self, may_read: bool) -> str:
        """The title as the reader may see it."""
        return self.private_title if may_read and self.private_title else self.title

    def restriction_label(self) -> str:
        """Part II, paragraph 3 – as a tag beside the title."""
        if not self.is_restricted:
            return ""
        if self.is_confidential:
            return "Part II, confidential"
        numbers = [str(n) for n in self.exempt_paragraphs]
        if not numbers:
            return "Part II"
        listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        return f"Part II, paragraph{'s' if len(numbers) > 1 else ''} {listed}"
