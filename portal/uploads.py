"""The one place through which every file passes that somebody hands in, whatever it is for.

A file is taken when its size, its content and the scanner allow it; its name and what the browser says of it decide
nothing. It is kept through Django's storage below uploads/, under a name that says nothing, readable for the portal's
own user alone and never served by the web server: whoever offers a download opens it here, after their own check.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils import timezone

from portal import file_kinds, scanning
from portal.file_kinds import CSV, DOCX, JPEG, KINDS, PDF, PNG, XLSX
from portal.models import Upload
from portal.ooxml import NotAccepted
from portal.policies import Refused
from portal.words import listed

if TYPE_CHECKING:
    from portal.models import Partnership, User

__all__ = ["CSV", "DOCX", "JPEG", "KINDS", "PDF", "PNG", "XLSX", "accept", "before_sweep", "delete", "open", "sweep"]

logger = logging.getLogger(__name__)

FOLDER = "uploads"
_NAME_CHARACTERS = 100
_NAMELESS = "file"
# A stored file without a row was left by work that failed; one that is just being stored has no row yet either.
_ORPHAN_AFTER = timedelta(days=1)
# What a purpose takes may unpack to so many times its own limit.
_UNPACKED_TIMES = 20
# Apps let go of what they no longer need of their uploads, so that the sweep finds these without anything that refers
# to them.
_letting_go: list[Callable[[datetime], None]] = []


def before_sweep(let_go: Callable[[datetime], None]) -> None:
    """Register what is called before a sweep, with the moment before which uploads are old."""
    if let_go not in _letting_go:
        _letting_go.append(let_go)


def accept(
    file: File[Any], *, purpose: str, kinds: Sequence[str], partnership: Partnership, by: User, limit: int | None = None
) -> Upload:
    """Check a file, have it scanned and keep it.

    `kinds` are those of KINDS that serve the purpose; `limit` is in bytes, where the purpose takes less than the
    kind's own setting: an Office file may then unpack to twenty times that. Raises portal.policies.Refused, with a
    sentence that names the file and the remedy, and keeps nothing then. Rights are the caller's to check.
    """
    name = harmless_name(file.name or "")
    size = file.size
    largest = max(settings.UPLOAD_LIMITS[kind] for kind in kinds)
    if size > min(largest, limit or largest):
        raise _too_large(name, min(largest, limit or largest))
    stream = cast("BinaryIO", file.file)
    unpacked = min(settings.UPLOAD_UNPACKED_LIMIT, limit * _UNPACKED_TIMES if limit else settings.UPLOAD_UNPACKED_LIMIT)
    try:
        kind = file_kinds.kind_of(stream, unpacked=unpacked)
    except NotAccepted as problem:
        raise Refused(f"“{name}” {problem.reason} {problem.remedy}") from None
    if kind not in kinds:
        wanted = listed([KINDS[one].label for one in kinds]).replace(" and ", " or ")
        raise Refused(f"“{name}” is {KINDS[kind].label}. Choose {wanted}.")
    if size > settings.UPLOAD_LIMITS[kind]:
        raise _too_large(name, settings.UPLOAD_LIMITS[kind], KINDS[kind].label)
    upload = Upload(
        partnership=partnership,
        purpose=purpose,
        kind=kind,
        name=name,
        size=size,
        sha256=_sha256(stream),
        scanned_with=_scan(stream, name),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    stream.seek(0)
    upload.file.save(f"{FOLDER}/{uuid.uuid4().hex}", File(stream), save=False)
    upload.save()
    return upload


def open(upload: Upload) -> IO[bytes]:
    """The file's content from its start, for a `with` block. Raises Refused where the file is gone already."""
    name = upload.file.name
    try:
        if name:
            return cast("IO[bytes]", upload.file.storage.open(name, "rb"))
    except FileNotFoundError:
        logger.error("The file of upload %s is not in the storage.", upload.pk)
    raise Refused(f"“{upload.name}” is no longer kept. Choose the file again.")


def delete(upload: Upload) -> None:
    """Remove the file once the transaction has ended. The row stays, for what was made of the file refers to it; a
    sweep takes it when nothing does."""
    name, storage = upload.file.name, upload.file.storage
    if not name:
        return
    Upload.objects.filter(pk=upload.pk).update(file="")
    upload.file = ""
    transaction.on_commit(lambda: storage.delete(name))


def sweep() -> tuple[int, int]:
    """Remove what nobody needs: uploads that nothing refers to after the days of the setting, and files without an
    upload. Two counts, of rows and of files."""
    before = timezone.now() - timedelta(days=settings.UPLOAD_KEEP_DAYS)
    for let_go in _letting_go:
        let_go(before)
    old = Upload.objects.filter(uploaded_at__lt=before)
    for relation in Upload._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            name = relation.field.name
            used = relation.related_model._base_manager.filter(**{f"{name}__isnull": False})
            old = old.exclude(pk__in=used.values(name))
    rows = list(old)
    for upload in rows:
        with transaction.atomic():
            delete(upload)
            upload.delete()
    return len(rows), _sweep_files() + _sweep_arrivals()


def _sweep_files() -> int:
    storage = Upload._meta.get_field("file").storage
    if not storage.exists(FOLDER):
        return 0
    stored = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    known = set(Upload.objects.exclude(file="").values_list("file", flat=True))
    young = timezone.now() - _ORPHAN_AFTER
    orphans = [name for name in stored if name not in known and storage.get_modified_time(name) < young]
    for name in orphans:
        storage.delete(name)
    return len(orphans)


def _sweep_arrivals() -> int:
    """Files that were arriving when their process was killed."""
    young = (timezone.now() - _ORPHAN_AFTER).timestamp()
    left = [one for one in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*") if one.stat().st_mtime < young]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def harmless_name(name: str) -> str:
    """The last part of a file's name, without what could mislead whoever reads it: control characters, those that
    turn the direction of writing (a name that seems to end in .xlsx and does not), and quotation marks."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Cc, Cf, Cs, Co, Cn: control, format (bidi overrides, zero widths), surrogates, private use, unassigned.
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in last if one not in '“”"<>|*?:')
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > _NAME_CHARACTERS:
        stem, dot, extension = kept.rpartition(".")
        tail = f"{dot}{extension}" if stem and len(extension) <= 8 else ""
        kept = f"{kept[: _NAME_CHARACTERS - len(tail) - 1].rstrip()}…{tail}"
    return kept or _NAMELESS


def _scan(stream: BinaryIO, name: str) -> str:
    try:
        return scanning.scan(stream)
    except scanning.Infected as found:
        logger.warning("The virus scanner found %s in a file that was handed in.", found)
        raise Refused(
            f"“{name}” was refused: the virus scanner knows it as {str(found)[:80]}. Tell your ICT security team."
        ) from None
    except scanning.Unavailable as problem:
        logger.error("A file could not be scanned: %s", problem)
        raise Refused(
            f"“{name}” was not taken, because the virus scanner does not answer. Try again in a few minutes; if it "
            "goes on, tell the administrator."
        ) from None


def _too_large(name: str, limit: int, what: str = "it") -> Refused:
    return Refused(
        f"“{name}” is larger than {megabytes(limit)}, the most that {what} may have. Leave out what is not needed, or "
        "split it."
    )


def megabytes(size: int) -> str:
    """ "2 MB", "2.4 MB", "600 kB": a size in words."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".0 MB", " MB")


def _sha256(stream: BinaryIO) -> str:
    stream.seek(0)
    return hashlib.file_digest(cast("Any", stream), "sha256").hexdigest()
