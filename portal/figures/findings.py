"""What the figures check says about one figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]

ERROR: Final = "error"  # stops the submission of a new return
WARNING: Final = "warning"  # wants a reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by one figure.

    rule      the rule's name, always the same for the same rule
    severity  "error" or "warning"
    stated    the figure as it was entered or printed
    computed  what the rule worked out instead
    where     names of the place, from wide to narrow, as the caller gave them: council, month, indicator
    message   what is wrong, in a sentence for the person who entered it
    remedy    what to do about it
    """

    rule: str
    severity: Severity
    stated: str
    computed: str
    where: tuple[str, ...]
    message: str
    remedy: str
