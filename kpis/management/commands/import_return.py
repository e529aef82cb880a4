"""Imports a month's return from a file, as the page does: all of it or nothing, with what would change shown first."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kpis import actions, return_imports
from kpis.importing.compare import CHANGE, KEPT
from kpis.models import ReturnImport, ReturnVersion
from portal import permissions
from portal.models import Council, Partnership, User
from portal.policies import Refused
from portal.words import counted

# A command's last line is for programs, so its words are for people and go before it.
IMPORTED, DRY_RUN, REFUSED = "imported", "dry-run", "refused"


class Command(BaseCommand):
    help = "Import a council's return of a month from a CSV file or an Excel workbook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV file or Excel workbook, as the portal's layout has it")
        parser.add_argument("--partnership", required=True, metavar="SLUG")
        parser.add_argument("--council", required=True, metavar="SLUG")
        parser.add_argument("--period", required=True, metavar="YYYY-MM")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="The officer whose import it is")
        parser.add_argument("--dry-run", action="store_true", help="Show what would change and change nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership, council, period, by = _whose(options)
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        told: dict[str, Any] = {}
        try:
            with transaction.atomic():
                version = actions.open_return(partnership=partnership, council=council, period=period, by=by)
                with path.open("rb") as content:
                    made = return_imports.prepare(version=version, file=File(content, path.name), by=by)
                told = _told(version, made)
                stored = made.upload.file
                if not options["dry_run"] and told["state"] != REFUSED:
                    told |= _import(made, by)
                if options["dry_run"] or told["state"] == REFUSED:
                    transaction.set_rollback(True)
            if options["dry_run"] or told["state"] == REFUSED:
                stored.storage.delete(str(stored.name))  # its row went with the transaction
        except Refused as refusal:
            told |= {"state": REFUSED, "message": str(refusal), "conflicts": list(getattr(refusal, "changed", ()))}
        self._show(told, as_json=options["format"] == "json")
        if told["state"] == REFUSED:
            raise CommandError(told["message"])

    def _show(self, told: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for line in told.get("changes", []):
            note = f" ({line['note']})" if line["note"] else ""
            self.stdout.write(f"{line['cell']}  {line['label']}: {line['before'] or 'empty'} -> {line['after']}{note}")
        for fault in told.get("faults", []):
            label = f"{fault['label']}: " if fault["label"] else ""
            self.stdout.write(f"{fault['cell']}  {label}{fault['message']} {fault['remedy']}")
        for conflict in told.get("conflicts", []):
            self.stdout.write(conflict)
        for finding in told.get("findings", []):
            self.stdout.write(f"{finding['severity']}  {finding['indicator']}: {finding['message']}")
        if told["state"] != REFUSED:
            self.stdout.write(told["message"])


def _whose(options: dict[str, Any]) -> tuple[Partnership, Council, date, User]:
    """Partnership, council, first day of the month and account; CommandError names the option that is wrong."""
    partnership = Partnership.objects.filter(slug=options["partnership"]).first()
    if partnership is None:
        raise CommandError(f"--partnership is {options['partnership']}. There is no such partnership.")
    council = Council.objects.filter(partnerships=partnership, slug=options["council"]).first()
    if council is None:
        known = ", ".join(Council.objects.filter(partnerships=partnership).values_list("slug", flat=True))
        raise CommandError(f"--council is {options['council']}. Councils of {partnership.slug}: {known}.")
    try:
        period = date.fromisoformat(f"{options['period']}-01")
    except ValueError:
        raise CommandError(f"--period is {options['period']}. Write a month like 2018-10.") from None
    by = User.objects.filter(username=options["by"], is_active=True).first()
    if by is None:
        raise CommandError(f"--by is {options['by']}. There is no such account.")
    try:
        permissions.check(by, permissions.RETURN_EDIT, partnership, council=council)
    except PermissionDenied:
        raise CommandError(f"--by is {by.username}, who may not enter the return of {council}.") from None
    return partnership, council, period, by


def _told(version: ReturnVersion, made: ReturnImport) -> dict[str, Any]:
    lines, faults = return_imports.lines_of(made), return_imports.faults_of(made)
    changes = [asdict(line) for line in lines if line.state == CHANGE]
    state = REFUSED if faults else DRY_RUN
    message = (
        f"Nothing was imported: {counted(len(faults), 'cell')} of {made.upload.name} cannot be read."
        if faults
        else f"{counted(len(changes), 'figure').capitalize()} of {return_imports.place_of(version)} would change."
    )
    return {
        "state": state,
        "message": message,
        "return": return_imports.place_of(version),
        "changes": changes,
        "kept": sum(line.state == KEPT for line in lines),
        "same": sum(line.state not in (CHANGE, KEPT) for line in lines),
        "faults": [asdict(fault) for fault in faults],
        "conflicts": [],
        "findings": [],
    }


def _import(made: ReturnImport, by: User) -> dict[str, Any]:
    done = return_imports.apply(import_=made, by=by)
    findings = done.saved.findings if done.saved is not None else []
    place = return_imports.place_of(made.version)
    return {
        "state": IMPORTED,
        "message": f"{counted(done.figures, 'figure').capitalize()} imported into {place}.",
        "findings": [
            {
                "indicator": finding.indicator.code,
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.message,
            }
            for finding in findings
        ],
    }
