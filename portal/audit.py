"""Writing to the audit trail. Every change of state calls `record`; nothing else writes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from portal import clock
from portal.models import AuditEvent

if TYPE_CHECKING:
    from portal.models import Partnership, User


def record(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    partnership: Partnership | None = None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    label: str = "",
    restricted: bool = False,
) -> AuditEvent:
    """Add one event, inside the caller's transaction.

    `verb` is noun.verb ("return.submit"). `before` and `after` are JSON of what changed. `label` names the target
    where its own name would disclose something restricted. `by` is None for the portal itself.
    """
    return AuditEvent.objects.create(
        at=clock.now(partnership),
        by=by,
        partnership=partnership,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target=(label or str(target))[:200],
        before=before,
        after=after,
        reason=reason,
        is_restricted=restricted,
    )
