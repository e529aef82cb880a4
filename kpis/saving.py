"""Saving what an officer types into a return: box by box, to the letter, and never over somebody else's figure unseen.

Each box is sent with the text that it was loaded with. Where the stored text is another one by now, and another one
than what is typed, two people have changed the same figure: the second is told, keeps what they typed, and replaces
the first one's figure only by saving again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from kpis import actions, checks, definitions, policies
from kpis.checks import Checked
from kpis.models import Figure, FigureFinding, Indicator, ReturnVersion
from kpis.typed import KEPT_CHARACTERS
from portal import audit, clock, permissions
from portal.policies import Refused
from portal.words import hour

if TYPE_CHECKING:
    from portal.models import Partnership, User

FIGURE, NUMERATOR, DENOMINATOR, REASON, COMMENT = "figure", "numerator", "denominator", "reason", "comment"
_FIELDS = {FIGURE: "typed", NUMERATOR: "numerator_typed", DENOMINATOR: "denominator_typed"}
_LABELS = {FIGURE: "", NUMERATOR: ", how many in time", DENOMINATOR: ", how many measured"}
REASON_CHARACTERS = 2000
COMMENT_CHARACTERS = 4000
COMMENT_LABEL = "Comment for members"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the form. `name` is figure.<code>, numerator.<code>, denominator.<code>, reason.<code>.<rule> or
    comment; `text` is what stands in it, `was` what it was loaded with."""

    name: str
    text: str
    was: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A box that was not saved, and why. `stored` is what the portal has, for the box to be compared with."""

    name: str
    message: str
    stored: str = ""
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it. `stored` has the text of every box that was sent, by name, as the portal keeps it now."""

    version: ReturnVersion
    checked: Checked
    findings: list[FigureFinding]
    stored: Mapping[str, str]
    changed: tuple[str, ...]
    problems: tuple[Problem, ...]


@transaction.atomic
def save_boxes(*, version: ReturnVersion, boxes: Sequence[Box], by: User) -> Saved:
    """Keep what was typed. Boxes that cannot be kept are named in `problems`; the others are saved all the same.

    Raises policies.Refused, and changes nothing, when the version is no draft.
    """
    version = actions.lock_version(version)
    policies.check_save(version)
    sheet = _Sheet(version, by)
    # Figures first: a reason belongs to a finding, and the findings follow from the figures.
    for box in boxes:
        if box.name == COMMENT:
            sheet.save_comment(box)
        elif not box.name.startswith(f"{REASON}."):
            sheet.save_figure(box)
    sheet.write()
    checked, findings = actions.recheck(version)
    for box in boxes:
        if box.name.startswith(f"{REASON}."):
            sheet.save_reason(box, findings)
    if sheet.after:
        version.saved_at = sheet.now
        version.save(update_fields=["saved_at", "comment"])
        audit.record(
            by=by,
            verb="return.save",
            target=version.parent,
            partnership=version.parent.partnership,
            before=sheet.before,
            after=sheet.after | actions.acting_for(by, permissions.RETURN_EDIT, version.parent),
        )
    return Saved(version, checked, findings, sheet.stored, tuple(sheet.after), tuple(sheet.problems))


def labels(partnership: Partnership) -> dict[str, str]:
    """What each box of a return is called, by its name; of a reason, with its figure's name in front."""
    _, known = definitions.indicators_of(partnership)
    figures = {f"{kind}.{one.code}": f"{one.name}{label}" for one in known for kind, label in _LABELS.items()}
    return figures | {COMMENT: COMMENT_LABEL}


class _Sheet:
    """The boxes of one version while it is saved."""

    def __init__(self, version: ReturnVersion, by: User) -> None:
        self.version, self.by = version, by
        self.now = clock.now(version.parent.partnership)
        indicators, known = definitions.indicators_of(version.parent.partnership)
        self.indicators: dict[str, Indicator] = {indicator.code: indicator for indicator in indicators}
        self.definitions = {definition.code: definition for definition in known}
        self.figures = {
            figure.indicator.code: figure for figure in version.figures.select_related("indicator", "saved_by")
        }
        self.touched: dict[str, Figure] = {}
        self.stored: dict[str, str] = {}
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self.problems: list[Problem] = []

    def save_figure(self, box: Box) -> None:
        kind, _, code = box.name.partition(".")
        definition = self.definitions.get(code)
        if kind not in _FIELDS or definition is None or definition.source != "typed":
            raise Refused(f"This return has no box “{box.name[:80]}”. Load the page again.")
        if not definition.is_asked(self.version.parent.period) and code not in self.figures:
            self.stored[box.name] = ""
            if box.text.strip():
                month = f"{self.version.parent.period:%B %Y}"
                message = f"{definition.name} is not asked for in {month}: nothing was kept of it."
                self.problems.append(Problem(box.name, message))
            return
        if kind != FIGURE and not definition.has_counts:
            raise Refused(f"{definition.name} has no counts behind it. Load the page again.")
        figure = self.figures.get(code)
        stored = getattr(figure, _FIELDS[kind]) if figure is not None else ""
        self.stored[box.name] = stored
        label = f"{definition.name}{_LABELS[kind]}"
        if not self._may_keep(box, stored, label, KEPT_CHARACTERS):
            return
        if figure is not None and self._is_conflict(box, stored):
            self._report_conflict(box, stored, label, figure.saved_by, figure.saved_at)
            return
        figure = figure or Figure(version=self.version, indicator=self.indicators[code])
        setattr(figure, _FIELDS[kind], box.text)
        self.figures[code] = self.touched[code] = figure
        self._note(box, stored)

    def save_comment(self, box: Box) -> None:
        stored = self.version.comment
        self.stored[box.name] = stored
        if not self._may_keep(box, stored, COMMENT_LABEL, COMMENT_CHARACTERS):
            return
        if self._is_conflict(box, stored):
            self._report_conflict(box, stored, COMMENT_LABEL, None, self.version.saved_at)
            return
        self.version.comment = box.text
        self._note(box, stored)

    def write(self) -> None:
        """Read the touched figures and put them into the database."""
        for code, figure in self.touched.items():
            texts = checks.Entered(figure.typed, figure.numerator_typed, figure.denominator_typed)
            reading = checks.read_entered(self.definitions[code], texts)
            figure.amount = reading.amount
            figure.numerator, figure.denominator = reading.counts or (None, None)
            figure.saved_by, figure.saved_at = self.by, self.now
            figure.save()

    def save_reason(self, box: Box, findings: Sequence[FigureFinding]) -> None:
        _, code, rule = [*box.name.split(".", 2), "", ""][:3]
        finding = next((one for one in findings if (one.indicator.code, one.rule) == (code, rule)), None)
        if finding is None:
            # The figure was corrected meanwhile. A reason is asked for no longer; what was typed is in the answer.
            self.stored[box.name] = ""
            if box.text.strip() and box.text != box.was:
                name = self.definitions[code].name if code in self.definitions else "A reason"
                self.problems.append(Problem(box.name, f"{name}: no reason is asked for any longer."))
            return
        self.stored[box.name] = finding.reason
        label = f"{finding.indicator.name}, reason"
        if not self._may_keep(box, finding.reason, label, REASON_CHARACTERS):
            return
        if self._is_conflict(box, finding.reason):
            self._report_conflict(box, finding.reason, label, finding.reason_by, self.version.saved_at)
            return
        self._note(box, finding.reason)
        finding.reason, finding.reason_by = box.text, self.by
        finding.save(update_fields=["reason", "reason_by"])

    def _may_keep(self, box: Box, stored: str, label: str, longest: int) -> bool:
        """Whether there is anything to save, and room for it."""
        if box.text in (stored, box.was):
            return False  # as stored already, or not touched: what somebody else has saved meanwhile stays
        if len(box.text) > longest:
            message = f"{label}: {len(box.text)} characters were entered, and {longest} are kept. Shorten the text."
            self.problems.append(Problem(box.name, message, stored))
            return False
        if "\x00" in box.text:
            message = f"{label}: the text contains a null character, which cannot be kept. Type it anew."
            self.problems.append(Problem(box.name, message, stored))
            return False
        return True

    @staticmethod
    def _is_conflict(box: Box, stored: str) -> bool:
        return stored not in (box.was, box.text)

    def _report_conflict(self, box: Box, stored: str, label: str, by: User | None, at: datetime | None) -> None:
        who = str(by) if by is not None else "Somebody"
        if by == self.by:
            who = "you, in another window,"
        when = f" at {hour(at.astimezone(self.now.tzinfo))}" if at is not None else ""
        what = f"saved “{stored}”" if stored else "cleared it"
        message = f"{label}: {who} {what}{when}, after you had loaded it. Yours is kept here; save again to replace it."
        self.problems.append(Problem(box.name, message, stored, is_conflict=True))

    def _note(self, box: Box, stored: str) -> None:
        self.stored[box.name] = box.text
        self.before[box.name], self.after[box.name] = stored, box.text
