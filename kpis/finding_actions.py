"""Giving a reason for what the figures check found in figures that are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kpis.models import FigureFinding, Return, ReturnVersion
from portal import audit
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User

LONGEST = 2000


@transaction.atomic
def explain_finding(*, finding: FigureFinding, reason: str, was: str, by: User) -> FigureFinding:
    """Keep the reason with the finding, and who gave it. `was` is the reason that the form was loaded with.

    Raises Refused while the figure is not in force, without a reason, and where somebody else gave one meanwhile.
    """
    # The return first, as its own steps do: a version that is corrected meanwhile is in force no longer.
    return_ = Return.objects.select_for_update().get(versions__findings=finding)
    finding = FigureFinding.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=finding.pk)
    if return_.in_force_id != finding.version_id:
        raise Refused("This figure is not in force. Its reason is given in the return.")
    text = reason.strip()
    if not text:
        raise Refused("Say what explains the figure, or what came of looking into it.")
    if len(text) > LONGEST:
        raise Refused(f"{len(text)} characters were entered, and {LONGEST} are kept. Shorten the text.")
    if finding.reason == text:
        return finding
    if finding.reason != was:
        who = finding.reason_by or "Somebody"
        raise Refused(f"{who} has given a reason meanwhile: “{finding.reason}” Yours is kept here; save to replace it.")
    before = {"reason": finding.reason} if finding.reason else None
    finding.reason, finding.reason_by = text, by
    finding.save(update_fields=["reason", "reason_by"])
    version = ReturnVersion.objects.select_related("parent__partnership", "parent__council").get(pk=finding.version_id)
    audit.record(
        by=by,
        verb="finding.explain",
        target=finding,
        partnership=version.parent.partnership,
        label=f"{finding.indicator.name}, {version.parent}",
        before=before,
        after={"rule": finding.rule, "stated": finding.stated, "reason": text},
    )
    return finding
