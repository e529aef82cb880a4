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
def explain_finding(*, finding: FigureFinding, reason: str, by: User) -> FigureFinding:
    """Keep a reason with the finding, and who gave it. A reason that was given stays (a trigger guards it).

    Raises Refused while the figure is not in force, without a reason, and where one was given already.
    """
    # The return first, as its own steps do: a version that is corrected meanwhile is in force no longer.
    return_ = Return.objects.select_for_update().get(versions__findings=finding)
    locked = FigureFinding.objects.select_for_update(of=("self",)).select_related("indicator", "reason_by")
    finding = locked.get(pk=finding.pk)
    if return_.in_force_id != finding.version_id:
        raise Refused("This figure is not in force. Its reason is given in the return.")
    if finding.reason.strip():
        who = f" by {finding.reason_by}" if finding.reason_by else ""
        raise Refused(f"A reason was given{who} already, and it stays: “{finding.reason.strip()}”")
    text = reason.strip()
    if not text:
        raise Refused("Say what explains the figure, or what came of looking into it.")
    if len(text) > LONGEST:
        raise Refused(f"{len(text)} characters were entered, and {LONGEST} are kept. Shorten the text.")
    finding.reason, finding.reason_by = text, by
    finding.save(update_fields=["reason", "reason_by"])
    version = ReturnVersion.objects.select_related("parent__partnership", "parent__council").get(pk=finding.version_id)
    audit.record(
        by=by,
        verb="finding.explain",
        target=finding,
        partnership=version.parent.partnership,
        label=f"{finding.indicator.name}, {version.parent}",
        after={"rule": finding.rule, "stated": finding.stated, "reason": text},
    )
    return finding
