"""Returns out of files: handing out the layout, showing what a file would change, and changing exactly that.

A preview belongs to whoever made it and holds for two hours. It keeps, for every box, what stood there when it was
made; importing goes through kpis.saving with that, so a figure that somebody changed meanwhile stops the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from kpis import actions, definitions, entry, policies, saving
from kpis.importing import layout, reading
from kpis.importing.compare import CHANGE, Comparison, Fault, Line, compare
from kpis.importing.layout import DENOMINATOR, FIGURE, NUMERATOR, Entry
from kpis.models import Indicator, ReturnImport, ReturnVersion
from kpis.saving import Box, Saved
from portal import audit, uploads
from portal.ooxml import NotAccepted
from portal.policies import Refused
from portal.words import counted

if TYPE_CHECKING:
    from django.core.files.base import File

    from portal.models import Upload, User

PURPOSE = "return"
KINDS = (uploads.CSV, uploads.XLSX)
LARGEST = 2 * 1024 * 1024  # a return has some twenty lines
HOLDS_FOR = timedelta(hours=2)


class Changed(Refused):
    """The return is not as the preview showed it. `changed` says of each figure what it was and what it is."""

    def __init__(self, changed: Sequence[str]) -> None:
        super().__init__(
            f"Nothing was imported. {counted(len(changed), 'figure').capitalize()} changed in the return after this "
            "preview was made. Choose the file again to see it against the return as it is now."
        )
        self.changed = tuple(changed)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. `saved` is None where these figures were imported before and nothing was left to do."""

    figures: int
    saved: Saved | None


def place_of(version: ReturnVersion) -> str:
    return policies.name_of(version.parent)


def entries_of(version: ReturnVersion) -> tuple[list[Entry], dict[str, str]]:
    """The boxes of a return as a file can fill them, and why each other code of the partnership has none here."""
    sheet = entry.build(version, hidden=frozenset())  # whoever enters a return sees all of it
    indicators, known = definitions.indicators_of(version.parent.partnership)
    units = {one.code: (Indicator.Unit(one.unit).label, one.unit == Indicator.Unit.PERCENT) for one in indicators}
    counts = {one.code: {NUMERATOR: one.numerator.saved, DENOMINATOR: one.denominator.saved} for one in sheet.counts}
    entries = [
        Entry(row.code, row.name, *units[row.code], row.before, {FIGURE: row.box.saved} | counts.get(row.code, {}))
        for row in sheet.rows
        if row.box is not None
    ]
    mine = {one.code for one in entries}
    elsewhere = {
        one.code: "is worked out by the portal"
        if one.source != "typed"
        else f"is not asked for in {version.parent.period:%B %Y}"
        for one in known
        if one.code not in mine
    }
    return entries, elsewhere


def layout_of(version: ReturnVersion) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of the table that is handed out."""
    entries, _ = entries_of(version)
    return layout.headings(place_of(version)), layout.rows(entries)


def prepare(*, version: ReturnVersion, file: File[Any], by: User) -> ReturnImport:
    """Read a file and keep what it would change. Nothing in the return changes.

    Raises Refused, and keeps nothing, where the return is no draft or the file cannot be read as a return's.
    """
    version = actions.fresh(version)
    policies.check_save(version)
    upload = uploads.accept(
        file, purpose=PURPOSE, kinds=KINDS, partnership=version.parent.partnership, by=by, limit=LARGEST
    )
    try:
        found = _compared(version, upload)
    except NotAccepted as problem:
        uploads.delete(upload)
        upload.delete()
        raise Refused(f"“{upload.name}” {problem.reason} {problem.remedy}") from None
    return ReturnImport.objects.create(
        version=version,
        upload=upload,
        lines=[asdict(line) for line in found.lines],
        faults=[asdict(fault) for fault in found.faults],
        made_by=by,
        made_at=timezone.now(),
    )


def _compared(version: ReturnVersion, upload: Upload) -> Comparison:
    with uploads.open(upload) as file:
        table = reading.read(file, upload.kind)  # type: ignore[arg-type]
    entries, elsewhere = entries_of(version)
    return compare(table, entries, place=place_of(version), elsewhere=elsewhere)


def lines_of(import_: ReturnImport) -> list[Line]:
    return [Line(**line) for line in import_.lines]


def faults_of(import_: ReturnImport) -> list[Fault]:
    return [Fault(**fault) for fault in import_.faults]


def changes_of(import_: ReturnImport) -> list[Line]:
    return [line for line in lines_of(import_) if line.state == CHANGE]


def check_holds(import_: ReturnImport) -> None:
    """Raise Refused where a preview is too old to be acted on."""
    if timezone.now() - import_.made_at > HOLDS_FOR:
        raise Refused(
            f"This preview of “{import_.upload.name}” is more than two hours old, and the return may have changed. "
            "Choose the file again."
        )


def apply(*, import_: ReturnImport, by: User) -> Imported:
    """Put the figures of a preview into the return, all of them or none; a second time changes nothing.

    Raises Changed where the return is not as it was shown, and Refused for a preview with faults, one that is too old,
    or a return that is no draft any longer.
    """
    with transaction.atomic():
        locked = ReturnImport.objects.select_for_update(of=("self",)).select_related("upload", "version__parent")
        import_ = locked.get(pk=import_.pk)
        changes = changes_of(import_)
        if import_.applied_at is not None:
            return Imported(len(changes), None)
        _check_apply(import_, changes)
        boxes = [Box(line.box, line.after, line.before) for line in changes]
        saved = saving.save_boxes(version=import_.version, boxes=boxes, by=by)
        if saved.problems:
            raise Changed(_changed(changes, {problem.name: problem.stored for problem in saved.problems}))
        import_.applied_at = timezone.now()
        import_.save(update_fields=["applied_at"])
        return_ = saved.version.parent
        upload = import_.upload
        audit.record(
            by=by,
            verb="return.import",
            target=return_,
            partnership=return_.partnership,
            after={"file": upload.name, "sha256": upload.sha256, "figures": len(changes)},
        )
    return Imported(len(changes), saved)


def _check_apply(import_: ReturnImport, changes: Sequence[Line]) -> None:
    name = import_.upload.name
    if import_.faults:
        number = counted(len(import_.faults), "cell")
        raise Refused(f"“{name}” was not imported: {number} cannot be read. Correct the file and choose it again.")
    if not changes:
        raise Refused(f"“{name}” changes nothing in this return.")
    check_holds(import_)


def _changed(changes: Sequence[Line], stored: Mapping[str, str]) -> list[str]:
    def words(text: str) -> str:
        return f"“{text}”" if text else "nothing"

    return [
        f"{line.label}: {words(stored[line.box])} is there now, and the preview showed {words(line.before)}."
        for line in changes
        if line.box in stored
    ]


def let_go(before: datetime) -> None:
    """Forget old previews that nobody imported, so that their files can go too."""
    ReturnImport.objects.filter(applied_at__isnull=True, made_at__lt=before).delete()
