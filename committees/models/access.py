"""What the proper officer has found of a restricted paper, for those who may read it by a wider right."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from committees.models.papers import Paper


class WiderFinding(models.Model):
    """Whether a paper holds terms proposed in the course of negotiations for a contract.

    Local Government Act 1972 s.100F(2A)(a) and SI 2012/2089 reg 16(6) open paragraph 3 to every councillor except to
    that extent. Until it is found, such a paper stays shut.
    """

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="wider_finding")
    holds_terms = models.BooleanField(help_text="Terms proposed or to be proposed in negotiations for a contract")
    decided_as = models.CharField(max_length=160, help_text="The post: the proper officer, or who acts for them")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Finding on {self.paper}"
