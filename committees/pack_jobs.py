"""Long work: rendering a paper once it is cleared, and building an edition of a pack."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from committees import packs, paper_content
from committees.links import meeting_url, pack_url
from committees.models import Meeting, Pack, Paper
from committees.wording import day
from portal import audit, clock, jobs
from portal.jobs import JobRefused, Run

if TYPE_CHECKING:
    from portal.models import Job, User

PACK = "committees.pack"
RENDERING = "committees.rendering"


# Asking


def pack_key(meeting: Meeting, edition: str) -> str:
    """Names the work. A draft under way must not stand in for the edition that is published."""
    return f"{meeting.pk}:{edition}:{'draft' if meeting.published_at is None else 'published'}"


def request_pack(meeting: Meeting, edition: str, *, by: User) -> Job:
    partnership = meeting.committee.partnership
    return jobs.request(
        kind=PACK,
        key=pack_key(meeting, edition),
        by=by,
        partnership=partnership,
        payload={
            "meeting": meeting.pk,
            "edition": edition,
            "publish": meeting.published_at is not None,
            "what": f"{Pack.Edition(edition).label}, {day(meeting.on)}",
            "origin": {"url": meeting_url(meeting, "pack"), "label": "Back to the meeting"},
        },
    )


def request_rendering(paper: Paper, *, by: User) -> Job:
    meeting = paper.item.meeting
    return jobs.request(
        kind=RENDERING,
        key=str(paper.pk),
        by=by,
        partnership=meeting.committee.partnership,
        payload={"paper": paper.pk, "origin": {"url": meeting_url(meeting), "label": "Back to the meeting"}},
    )


# Doing


@jobs.handler(RENDERING)
def render_paper(run: Run) -> dict[str, Any]:
    """Render a cleared paper, so that the pack has it ready. Repeating it costs nothing."""
    paper = paper_content.for_content(Paper.objects.filter(pk=run.job.payload["paper"])).first()
    if paper is None or paper.cleared_at is None:
        return {}
    run.step("Rendering", 0, 1)
    _or_refuse(packs.render, paper)
    run.step("Rendered", 1, 1)
    return {}


@jobs.handler(PACK)
def build_pack(run: Run) -> dict[str, Any]:
    """Build an edition and store it: first the file, then one row, so that nothing of a broken build is ever seen."""
    payload = run.job.payload
    edition, publish = payload["edition"], payload["publish"]
    meeting = Meeting.objects.select_related("committee__partnership").filter(pk=payload["meeting"]).first()
    if meeting is None:
        raise JobRefused("The meeting is no longer there.")
    existing = _published(meeting, edition) if publish else None
    if existing is None:
        built = _or_refuse(packs.build, meeting, edition, is_published=publish, step=run.step)
        existing = _store(run, meeting, edition, built, publish=publish)
    return {"url": pack_url(existing, meeting), "label": f"{existing.get_edition_display()}, {existing.pages} pages"}


def _or_refuse(work: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return work(*args, **kwargs)
    except packs.CannotBuild as error:
        raise JobRefused(str(error)) from error


def _published(meeting: Meeting, edition: str) -> Pack | None:
    return meeting.packs.filter(edition=edition, published_at__isnull=False).order_by("number", "pk").first()


def _file_name(run: Run, attempt: int) -> str:
    """Tells nothing of what is in the file, and is another one for each attempt at the same job."""
    return f"{run.job.pk.hex}-{attempt}.pdf"


def _store(run: Run, meeting: Meeting, edition: str, built: packs.BuiltPack, *, publish: bool) -> Pack:
    pack = Pack(
        meeting=meeting,
        edition=edition,
        sha256=built.sha256,
        pages=built.pages,
        bytes=len(built.pdf),
        ranges=built.ranges,
        built_by=run.job.requested_by,
    )
    storage = pack.file.storage
    for attempt in range(1, run.job.attempts):
        # What a worker left that was killed before it could add the row.
        storage.delete(pack.file.field.generate_filename(pack, _file_name(run, attempt)))
    pack.file.save(_file_name(run, run.job.attempts), ContentFile(built.pdf), save=False)
    try:
        with transaction.atomic():
            # Editions of a meeting are numbered one after the other.
            locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
            run.still_mine()
            if not publish and locked.published_at is not None:
                raise JobRefused("The agenda was published while this draft was being built.")
            pack.number = meeting.packs.filter(edition=edition).count() + 1
            pack.built_at = clock.now(meeting.committee.partnership)
            pack.published_at = locked.published_at if publish else None
            pack.save()
            audit.record(
                by=run.job.requested_by,
                verb="pack.publish" if publish else "pack.build",
                target=pack,
                partnership=meeting.committee.partnership,
                after={"sha256": pack.sha256, "pages": pack.pages},
            )
    except BaseException:
        with suppress(OSError):
            storage.delete(str(pack.file.name))
        raise
    return pack
