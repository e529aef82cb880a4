"""Reads a service desk's export and proposes the figures of a council's return."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.models import Return, TicketImport
from kpis.tickets import importing
from kpis.tickets.presets import LABELS
from portal.models import Council, Partnership
from portal.policies import Refused

_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")

# In text so many rows of each kind of problem are named; JSON has up to a hundred.
_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Read a ticket export for a council's month: import_tickets FILE --preset NAME --partnership SLUG "
        "--council SLUG --period YYYY-MM. The file stays where it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="The export: CSV or .xlsx")
        parser.add_argument("--preset", required=True, metavar="NAME", help=", ".join(LABELS))
        parser.add_argument("--partnership", required=True, metavar="SLUG", help="Whose service desk")
        parser.add_argument("--council", required=True, metavar="SLUG", help="Whose tickets")
        parser.add_argument("--period", required=True, metavar="YYYY-MM", help="The month of the return")
        parser.add_argument("--dry-run", action="store_true", help="Read and say, keep nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="Of the output")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=options["partnership"]).first()
        if partnership is None:
            known = ", ".join(Partnership.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no partnership {options['partnership']!r}. Known: {known}.")
        council = Council.objects.filter(partnerships=partnership, slug=options["council"]).first()
        if council is None:
            known = ", ".join(partnership.councils.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"{partnership} has no council {options['council']!r}. Known: {known}.")
        try:
            source, found = importing.import_file(
                path=Path(options["file"]),
                partnership=partnership,
                council=council,
                period=_month(options["period"]),
                preset=options["preset"].casefold(),
                dry_run=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be opened: {error.strerror or 'unknown cause'}.") from None
        result = _result(source, is_refused=found.is_refused, dry_run=options["dry_run"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._say(result, source)
        if found.is_refused:
            raise CommandError("Nothing was imported.")

    def _say(self, result: dict[str, Any], source: TicketImport) -> None:
        write = self.stdout.write
        write(f"{result['rows']:,} rows, {result['tickets']:,} tickets")
        if result["decided_by"]:
            write(f"Target met: {result['decided_by']}; {result['undecided']:,} could not be decided")
        for figure in result["figures"]:
            counts = f" ({figure['numerator']:,} of {figure['denominator']:,})" if figure["denominator"] else ""
            typed = f", in the return: {figure['typed']}" if figure["typed"] else ""
            write(f"  {figure['name']}: {figure['figure'] or figure['why_not']}{counts}{typed}")
        for kind in source.problems:
            for named in kind["rows"][:_SHOWN]:
                where = f"row {named['row']}: " if named["row"] is not None else ""
                write(f"{kind['severity']}: {where}{named['message']}")
            if kind["count"] > _SHOWN:
                write(f"{kind['severity']}: {kind['count'] - _SHOWN:,} more rows of this kind")
        if result["imported"]:
            write(f"Imported as number {result['import']}.")


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise CommandError(f"--period is {text!r}. Give a month like 2018-09.")
    return date(int(found[1]), int(found[2]), 1)


def _result(source: TicketImport, *, is_refused: bool, dry_run: bool) -> dict[str, Any]:
    """What came of it, as JSON. The figures stand beside what is typed in the month's return."""
    counts = source.result.get("counts", {"groups": [], "apart": {}, "left_out": 0})
    typed = typed_figures(source)
    return {
        "imported": not is_refused and not dry_run,
        "import": source.pk,
        "dry_run": dry_run,
        "preset": source.preset,
        "partnership": source.partnership.slug,
        "council": source.council.slug,
        "period": f"{source.period:%Y-%m}",
        "rows": source.rows,
        "tickets": source.tickets_read,
        "left_out": counts["left_out"],
        "file": source.result.get("file", ""),
        "dates": source.result.get("formats", {}),
        "decided_by": source.result.get("decided_by", ""),
        "undecided": sum(group.get("undecided", 0) for group in counts["groups"]),
        "counts": counts["groups"],
        "out_of_scope": counts["apart"],
        "figures": [
            {
                "code": one.code,
                "name": one.name,
                "figure": one.figure,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "why_not": one.why_not,
                "typed": typed.get(one.code, ""),
            }
            for one in ([] if is_refused else importing.proposals(source))
        ],
        "problem_count": sum(kind["count"] for kind in source.problems),
        "problems": [
            {"rule": kind["rule"], "severity": kind["severity"], "column": kind["column"], **named}
            for kind in source.problems
            for named in kind["rows"]
        ],
    }


def typed_figures(source: TicketImport) -> dict[str, str]:
    """What is typed in the month's return, by code, in its newest version."""
    return_ = Return.objects.filter(
        partnership=source.partnership, council=source.council, period=source.period
    ).first()
    version = return_.versions.order_by("-number").first() if return_ is not None else None
    return dict(version.figures.values_list("indicator__code", "typed")) if version is not None else {}
