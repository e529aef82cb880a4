"""What changes ticket imports: handing a file in, reading it, saving a council's columns, taking figures over.

An import is all or nothing: tickets, counts and the change of which import is in use are one transaction. The file
itself is deleted once it has been read, whatever came of it; problems are kept, and quote mapped columns alone.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from kpis import definitions, saving, wording
from kpis.models import Indicator, ReturnVersion, TicketImport, TicketMapping
from kpis.saving import Box, Saved
from kpis.tickets import mapping as mappings
from kpis.tickets import storing
from kpis.tickets.counting import counts_from_json
from kpis.tickets.examining import Examined, examine
from kpis.tickets.presets import LABELS, PRESETS
from kpis.tickets.proposals import Proposed, Wanted, propose
from portal import audit, clock, jobs, uploads
from portal.jobs import Run
from portal.models import Job, PartnershipCouncil, Upload
from portal.policies import Refused

if TYPE_CHECKING:
    from django.core.files.base import File

    from portal.models import Council, Partnership, User

logger = logging.getLogger(__name__)

JOB = "kpis.tickets"
State = TicketImport.State


# How a file is read


def mapping_for(partnership: Partnership, council: Council, preset: str) -> mappings.Mapping:
    """The council's own columns where they began from this preset, or else the preset's. Raises Refused for no
    preset at all."""
    saved = TicketMapping.objects.filter(partnership=partnership, council=council, preset=preset).first()
    if saved is not None:
        return read_mapping(saved)
    if preset not in PRESETS:
        raise Refused(f"There is no preset of that name. Choose one of {', '.join(sorted(LABELS))}.")
    return PRESETS[preset]


def read_mapping(saved: TicketMapping) -> mappings.Mapping:
    names = mappings.Mapping.__dataclass_fields__
    return mappings.from_json({name: getattr(saved, name) for name in names})


@transaction.atomic
def save_mapping(*, partnership: Partnership, council: Council, mapping: mappings.Mapping, by: User) -> TicketMapping:
    """Keep how a council's exports are read. Raises Refused for what cannot be used."""
    try:
        mappings.check(mapping)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    _lock(partnership, council)
    before = TicketMapping.objects.filter(partnership=partnership, council=council).first()
    values = mapping.as_json()
    old = {name: getattr(before, name) for name in values} if before is not None else {}
    now = clock.now(partnership)
    saved, _ = TicketMapping.objects.update_or_create(
        partnership=partnership, council=council, defaults={**values, "saved_by": by, "saved_at": now}
    )
    changed = [name for name, value in values.items() if old.get(name) != value]
    after = {"preset": mapping.preset, "changed": changed}
    audit.record(by=by, verb="tickets.map", target=saved, partnership=partnership, after=after)
    return saved


def wanted_of(partnership: Partnership) -> list[Wanted]:
    """The indicators that count tickets, in their order."""
    counting = partnership.indicators.exclude(ticket_measure="").filter(source=Indicator.Source.TYPED)
    return [
        Wanted(one.code, one.name, one.decimals, one.ticket_measure, one.ticket_type, one.ticket_priority)
        for one in counting.order_by("position", "pk")
    ]


def closed_days(partnership: Partnership) -> frozenset[date]:
    return frozenset(partnership.closed_days.values_list("on", flat=True))


# Handing in


def hand_in(
    *, partnership: Partnership, council: Council, period: date, preset: str, file: File[Any], by: User
) -> TicketImport:
    """Take a file for a council's month and ask for it to be read. One that the month's figures come from already is
    not read again: its import is given back.

    Raises Refused for a file that is not taken, and for a month that has not begun.
    """
    mapping = mapping_for(partnership, council, preset)
    if period > clock.today(partnership):
        raise Refused(f"{wording.month(period)} has not begun. Choose an earlier month.")
    upload = uploads.accept(file, purpose="tickets", kinds=[uploads.CSV, uploads.XLSX], partnership=partnership, by=by)
    with transaction.atomic():
        _lock(partnership, council)
        twin = _twin(partnership, council, period, upload.sha256, mapping)
        if twin is not None:
            _forget(upload)
            return twin
        source = TicketImport.objects.create(
            partnership=partnership,
            council=council,
            period=period,
            state=State.WAITING,
            preset=mapping.preset,
            mapping=mapping.as_json(),
            sha256=upload.sha256,
            upload=upload,
            imported_by=by,
            imported_at=clock.now(partnership),
        )
        _request(source, by)
    return source


def page_of(source: TicketImport) -> str:
    return reverse(
        "kpis:tickets-import",
        kwargs={
            "partnership": source.partnership.slug,
            "council": source.council.slug,
            "period": source.period,
            "pk": source.pk,
        },
    )


def _request(source: TicketImport, by: User) -> Job:
    what = f"Tickets of {source.council.short_name}, {wording.month(source.period)}"
    return jobs.request(
        kind=JOB,
        key=str(source.pk),
        by=by,
        partnership=source.partnership,
        payload={
            "import": source.pk,
            "what": what,
            "origin": {"url": page_of(source), "label": "What came of the file"},
        },
    )


def job_of(source: TicketImport) -> Job | None:
    """The work under way on an import."""
    return Job.objects.filter(kind=JOB, key=str(source.pk)).order_by("-requested_at", "pk").first()


def _twin(
    partnership: Partnership, council: Council, period: date, sha256: str, mapping: mappings.Mapping
) -> TicketImport | None:
    """The import in use, where it is of the same file read in the same way."""
    used = TicketImport.objects.filter(
        partnership=partnership, council=council, period=period, is_in_use=True, sha256=sha256
    ).first()
    return used if used is not None and used.mapping == mapping.as_json() else None


def _lock(partnership: Partnership, council: Council) -> None:
    """Whoever changes a council's imports waits here for the other."""
    PartnershipCouncil.objects.select_for_update().get(partnership=partnership, council=council)


def _forget(upload: Upload) -> None:
    """The file goes, and its row with it: its name may be somebody's."""
    uploads.delete(upload)
    upload.delete()


def let_go_of_forgotten(before: datetime) -> None:
    """Let go of files that came before a moment and whose import never ended: its worker was killed once too often.

    What was wrong with a file of that time is let go of too: a problem quotes the value it is about, and a name may
    have stood in a column that holds none.
    """
    TicketImport.objects.filter(imported_at__lt=before).exclude(problems=[]).update(problems=[])
    left = TicketImport.objects.filter(state=State.WAITING, upload__uploaded_at__lt=before)
    for source in left.select_related("upload", "partnership", "council", "imported_by"):
        job = job_of(source)
        if job is None or not job.is_open:
            _refuse(source, [_broken()])


# Reading


@contextmanager
def _path_of(upload: Upload) -> Iterator[Path]:
    """The upload's file under a path. From a storage that is no folder it is copied into a file without a name, which
    goes with the process however that ends."""
    try:
        path = Path(upload.file.path)
    except NotImplementedError:
        with uploads.open(upload) as stored, tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield Path(f"/proc/self/fd/{copy.fileno()}")
        return
    yield path


def run_import(run: Run, source: TicketImport) -> TicketImport:
    """Read the file of an import and keep its tickets. Safe to repeat: what is done or refused is left as it is.

    Gives the import back, or the one in use where this was the same file once more.
    """
    upload = source.upload
    if source.state != State.WAITING:
        return source
    if upload is None or not upload.file:
        return _refuse(source, [_broken()])
    told = 0.0

    def step(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            run.step(f"Reading, row {done:,}", done, total)

    mapping = mappings.from_json(source.mapping)
    try:
        with _path_of(upload) as path:
            found = examine(path, mapping, source.period, closed=closed_days(source.partnership), step=step)
    except (jobs.LeaseLost, OSError):
        raise
    except Exception as error:
        # The text of an exception may quote the file. The log gets its kind and place, no more.
        logger.error("ticket import %s failed: %s", source.pk, _place(error))
        return _refuse(source, [_broken()])
    if found.is_refused:
        return _refuse(source, found.problems.as_json(), found)
    run.step("Keeping the tickets", 1, 1)
    return _keep(source, found, run.still_mine)


def import_file(
    *, path: Path, partnership: Partnership, council: Council, period: date, preset: str, dry_run: bool = False,
    by: User | None = None,
) -> tuple[TicketImport, Examined]:  # fmt: skip
    """Read a file that lies on this machine, which stays where it is. A dry run keeps nothing.

    Raises Refused for an unknown preset, OSError for a file that cannot be opened.
    """
    mapping = mapping_for(partnership, council, preset)
    found = examine(path, mapping, period, closed=closed_days(partnership))
    source = TicketImport(
        partnership=partnership,
        council=council,
        period=period,
        state=State.WAITING,
        preset=mapping.preset,
        mapping=mapping.as_json(),
        sha256=found.sha256,
        imported_by=by,
        imported_at=clock.now(partnership),
    )
    if dry_run:
        _describe(source, found)
        return source, found
    twin = _twin(partnership, council, period, found.sha256, mapping)
    if twin is not None:
        return twin, found
    source.save()
    if found.is_refused:
        return _refuse(source, found.problems.as_json(), found), found
    return _keep(source, found, lambda: None), found


def _describe(source: TicketImport, found: Examined) -> None:
    source.rows, source.tickets_read = found.rows, found.tickets
    source.problems = found.problems.as_json()
    if found.counts is not None:
        source.result = {**(found.said or {}), "counts": found.counts.as_json()}


@transaction.atomic
def _keep(source: TicketImport, found: Examined, still_mine: Callable[[], None]) -> TicketImport:
    """Keep the tickets and make this the import in use. The one before stays listed, with its tickets."""
    _lock(source.partnership, source.council)
    twin = _twin(source.partnership, source.council, source.period, source.sha256, mappings.from_json(source.mapping))
    if twin is not None:
        upload = source.upload
        source.delete()
        if upload is not None:
            _forget(upload)
        return twin
    assert found.month is not None
    storing.store(source, found.month.tickets())
    still_mine()
    TicketImport.objects.filter(
        partnership=source.partnership, council=source.council, period=source.period, is_in_use=True
    ).update(is_in_use=False)
    _describe(source, found)
    _end(source, State.DONE)
    audit.record(
        by=source.imported_by,
        verb="tickets.import",
        target=source,
        partnership=source.partnership,
        after={"sha256": source.sha256, "rows": source.rows, "tickets": source.tickets_read},
    )
    return source


@transaction.atomic
def _refuse(source: TicketImport, problems: list[dict[str, Any]], found: Examined | None = None) -> TicketImport:
    if found is not None:
        source.rows, source.tickets_read = found.rows, found.tickets
    source.problems = problems
    _end(source, State.REFUSED)
    audit.record(
        by=source.imported_by,
        verb="tickets.refuse",
        target=source,
        partnership=source.partnership,
        after={"problems": sum(kind["count"] for kind in problems)},
    )
    return source


def _end(source: TicketImport, state: TicketImport.State) -> None:
    """The import is settled, and the file goes."""
    source.state, source.is_in_use = state, state == State.DONE
    upload, source.upload = source.upload, None
    source.save()
    if upload is not None:
        _forget(upload)


def _broken() -> dict[str, Any]:
    message = "The file could not be read to its end. It is not kept; export it again and hand it in."
    return {
        "rule": "unreadable-file",
        "severity": "error",
        "column": "",
        "count": 1,
        "rows": [{"row": None, "message": message}],
    }


def _place(error: Exception) -> str:
    """Where an exception came from, without what it says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
    return f"{type(error).__name__} at {where}"


# Figures


def proposals(source: TicketImport) -> list[Proposed]:
    """The figures that an import gives, for the indicators as they are now."""
    if "counts" not in source.result:
        return []
    return propose(counts_from_json(source.result["counts"]), wanted_of(source.partnership))


def boxes_of(proposed: Proposed, has_counts: bool) -> dict[str, str]:
    """The boxes of a return that a figure fills, by their names."""
    texts = {f"{saving.FIGURE}.{proposed.code}": proposed.figure}
    if has_counts and proposed.denominator:
        texts[f"{saving.NUMERATOR}.{proposed.code}"] = str(proposed.numerator)
        texts[f"{saving.DENOMINATOR}.{proposed.code}"] = str(proposed.denominator)
    return texts


@transaction.atomic
def take_over(
    *, source: TicketImport, version: ReturnVersion, codes: Sequence[str], was: Mapping[str, str], by: User
) -> Saved:
    """Put proposed figures into the draft, as if typed. `was` has what the reader saw in each box, so that nobody's
    newer figure is replaced unseen: such a box is named in the answer's problems and stays.

    Raises Refused when the version is no draft, and for an import that is in use no more or of another return.
    """
    source = TicketImport.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=source.pk)
    place = version.parent
    if (source.partnership_id, source.council_id, source.period) != (
        place.partnership_id,
        place.council_id,
        place.period,
    ):
        raise Refused("These tickets are of another return.")
    if not source.is_in_use:
        raise Refused("Another file has been handed in since. Look at its figures.")
    _, known = definitions.indicators_of(source.partnership)
    counted = {one.code: one.has_counts for one in known}
    chosen = {one.code: one for one in proposals(source) if one.figure and one.code in counted}
    missing = [code for code in codes if code not in chosen]
    if missing or not codes:
        raise Refused("Choose the figures that are to be taken over." if not codes else "Load the page again.")
    boxes = [
        Box(name, text, was.get(name, ""))
        for code in codes
        for name, text in boxes_of(chosen[code], counted[code]).items()
    ]
    saved = saving.save_boxes(version=version, boxes=boxes, by=by)
    if saved.changed:
        audit.record(
            by=by,
            verb="tickets.take-over",
            target=version.parent,
            partnership=source.partnership,
            after={"figures": sorted(codes), "import": source.pk},
        )
    return saved
