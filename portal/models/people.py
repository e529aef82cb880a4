"""People and accounts are two things. A councillor or an officer who is named in a paper is a Person; whoever
signs in is a User; both may be linked. Rights come from grants of roles, held in one partnership."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Person(models.Model):
    """Somebody named in public papers, in their public role, without address, telephone or e-mail."""

    class Honorific(models.TextChoices):
        COUNCILLOR = "councillor", "Councillor"
        NONE = "", "None"

    slug = models.SlugField(unique=True, max_length=80)
    full_name = models.CharField(max_length=120)
    honorific = models.CharField(max_length=12, choices=Honorific.choices, blank=True)
    job_title = models.CharField(max_length=160, blank=True)
    council = models.ForeignKey(
        "portal.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )

    class Meta:
        ordering = ["full_name", "pk"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"{self.get_honorific_display()} {self.full_name}" if self.honorific else self.full_name

    def dense_name(self) -> str:
        """As in tables: Cllr Tom Miller."""
        return f"Cllr {self.full_name}" if self.honorific == self.Honorific.COUNCILLOR else self.full_name


class User(AbstractUser):
    """An account. A demonstration account is marked, signs in only in a demonstration and borrows nobody's name."""

    email = models.EmailField("e-mail address", blank=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="account")
    is_demonstration = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(is_demonstration=False) | Q(person__isnull=True),
                name="demonstration_account_is_nobody",
                violation_error_message="A demonstration account is not linked to a person.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    CLERK = "clerk", "Clerk"
    SERVICE_MANAGER = "service-manager", "Service manager"
    OFFICER = "officer", "Officer"
    APPROVER = "approver", "Approver"
    MEMBER = "member", "Member"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
    COUNCIL_CLERK = "council-clerk", "Clerk of one council"
    FINANCE_OFFICER = "finance-officer", "Finance officer"
    LEGAL_OFFICER = "legal-officer", "Legal officer"
    COUNCILLOR = "councillor", "Councillor of a partner council"
    SCRUTINY = "scrutiny", "Scrutiny member"


# Roles that are held for one council; the others are held for the whole partnership.
COUNCIL_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.APPROVER,
        Role.MEMBER,
        Role.COUNCIL_CLERK,
        Role.FINANCE_OFFICER,
        Role.LEGAL_OFFICER,
        Role.COUNCILLOR,
        Role.SCRUTINY,
    }
)


class RoleGrant(models.Model):
    """A role that an account holds in a partnership, from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    partnership = models.ForeignKey("portal.Partnership", on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    council = models.ForeignKey(
        "portal.Council", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)
    # A deputy holds somebody else's role while they are away, and for no longer.
    deputy_for = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="deputies", help_text="Who is away"
    )
    named_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["partnership", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "partnership", "role"],
                condition=Q(council__isnull=True, deputy_for__isnull=True),
                name="partnership_role_granted_once",
            ),
            models.UniqueConstraint(
                fields=["user", "partnership", "role", "council"],
                condition=Q(council__isnull=False, deputy_for__isnull=True),
                name="council_role_granted_once",
            ),
            models.CheckConstraint(
                condition=(Q(role__in=sorted(COUNCIL_ROLES)) & Q(council__isnull=False))
                | (~Q(role__in=sorted(COUNCIL_ROLES)) & Q(council__isnull=True)),
                name="role_is_held_where_it_belongs",
                violation_error_message="This role is held for one council, or for none: choose accordingly.",
            ),
            models.CheckConstraint(
                # A real member is one through a seat on the committee, and a councillor is a person of that council;
                # a grant stands in for it in demonstrations.
                condition=~Q(role__in=[Role.MEMBER, Role.COUNCILLOR]) | Q(is_demonstration=True),
                name="member_role_comes_from_membership",
                violation_error_message="A member's rights come from a seat on the committee, not from a grant.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_it_starts",
                violation_error_message="The last day is before the first day.",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=True)
                | (Q(starts_on__isnull=False, ends_on__isnull=False) & ~Q(deputy_for=models.F("user"))),
                name="deputy_acts_for_another_person_for_a_time",
                violation_error_message="A deputy acts for somebody else, from a day until a day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.partnership}"
