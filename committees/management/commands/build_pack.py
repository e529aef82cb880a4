"""Builds an agenda pack into a file. The last line of its output is JSON."""

from __future__ import annotations

import json
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from committees import packs
from committees.models import Meeting, Pack
from committees.wording import day
from portal.models import Partnership


class Command(BaseCommand):
    help = "Build the agenda pack of a meeting: build_pack PARTNERSHIP/YYYY-MM-DD --edition public --output FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("meeting", metavar="PARTNERSHIP/YYYY-MM-DD", help="Whose meeting, and its day")
        parser.add_argument("--edition", required=True, help="public or members")
        parser.add_argument("--output", required=True, metavar="FILE", help="The PDF to write")
        parser.add_argument("--committee", default="", help="Which committee, where two meet on that day")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = options["edition"]
        if edition not in Pack.Edition.values:
            raise CommandError(f"--edition is {edition!r}. Give public or members.")
        output = Path(options["output"])
        if not output.parent.is_dir():
            raise CommandError(f"There is no folder {output.parent}. Make it, or give another --output.")
        if output.is_dir():
            raise CommandError(f"{output} is a folder. Give the name of a file with --output.")
        meeting = self._meeting(options["meeting"], options["committee"])
        with _telling(output), tempfile.NamedTemporaryFile(dir=output.parent, prefix=".", suffix=".part"):
            pass  # A place that takes no file is found out before the pack is built, not after.
        try:
            built = packs.build(meeting, edition, is_published=meeting.published_at is not None, step=self._say)
        except packs.CannotBuild as error:
            raise CommandError(str(error)) from error
        with _telling(output):
            # The members' edition holds what is restricted: for whoever built it alone.
            _write(output, built.pdf, mode=0o644 if edition == Pack.Edition.PUBLIC else 0o600)
        self.stdout.write(json.dumps(built.summary()))

    def _say(self, text: str, progress: int, total: int) -> None:
        self.stdout.write(text)

    def _meeting(self, named: str, committee: str) -> Meeting:
        slug, _, when = named.partition("/")
        try:
            on = date.fromisoformat(when)
        except ValueError:
            raise CommandError(f"{named!r} names no meeting. Write PARTNERSHIP/YYYY-MM-DD.") from None
        if not Partnership.objects.filter(slug=slug).exists():
            known = ", ".join(Partnership.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no partnership {slug!r}. There are: {known}.")
        meetings = Meeting.objects.filter(committee__partnership__slug=slug).select_related("committee__partnership")
        found = meetings.filter(on=on)
        if committee:
            found = found.filter(committee__slug=committee)
        chosen = list(found.order_by("committee__slug", "pk"))
        if not chosen:
            days = ", ".join(day(held) for held in meetings.order_by("on").values_list("on", flat=True).distinct())
            raise CommandError(f"{slug} has no such meeting on {day(on)}. There are meetings on: {days or 'no day'}.")
        if len(chosen) > 1:
            names = ", ".join(meeting.committee.slug for meeting in chosen)
            raise CommandError(f"Several committees meet on {day(on)}. Choose with --committee: {names}.")
        return chosen[0]


@contextmanager
def _telling(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise CommandError(
            f"{output} cannot be written: {why}. Make room or the folder writable, or give another --output."
        ) from error


def _write(output: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all: a reader of the file never sees half a pack."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, mode)
        os.replace(name, output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
