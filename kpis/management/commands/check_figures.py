"""Checks every figure that is in force and lists what cannot be true, or wants a reason.

Exit code: 0 when the check ran, whatever it found. With --fail-on error it is 1 when there is an error, with
--fail-on warning when there is any finding. A partnership that does not exist is an error of the command (1).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis import recheck
from kpis.recheck import Explained
from portal.figures import ERROR
from portal.models import Partnership


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partnership", metavar="SLUG", help="One partnership; all of them otherwise")
        parser.add_argument("--format", choices=["json", "text"], default="text", help="text, or a list in JSON")
        parser.add_argument("--fail-on", choices=["error", "warning"], help="End with exit code 1 when there is one")

    def handle(self, *args: Any, **options: Any) -> None:
        partnerships = Partnership.objects.order_by("slug")
        if options["partnership"]:
            partnerships = partnerships.filter(slug=options["partnership"])
            if not partnerships:
                slugs = ", ".join(Partnership.objects.order_by("slug").values_list("slug", flat=True)) or "none"
                raise CommandError(f"There is no partnership {options['partnership']!r}. There are: {slugs}.")
        found = [one for partnership in partnerships for one in recheck.explained(partnership)]
        if options["format"] == "json":
            listed = [asdict(one.finding) | {"reason": one.reason, "reason_by": one.reason_by} for one in found]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
        else:
            for one in found:
                finding = one.finding
                self.stdout.write(f"{finding.severity}  {finding.rule}  {', '.join(finding.where)}")
                self.stdout.write(f"    {finding.message}")
                self.stdout.write(f"    {finding.remedy}")
                if one.reason:
                    by = f" by {one.reason_by}" if one.reason_by else ""
                    self.stdout.write(f"    Reason given{by}: {' '.join(one.reason.split())}")
            self.stdout.write(_summary(found))
        if options["fail_on"] == "warning" and found:
            sys.exit(1)
        if options["fail_on"] == "error" and any(one.finding.severity == ERROR for one in found):
            sys.exit(1)


def _summary(found: list[Explained]) -> str:
    if not found:
        return "No findings"
    errors = sum(one.finding.severity == ERROR for one in found)
    how_many = "One finding" if len(found) == 1 else f"{len(found)} findings"
    return f"{how_many}, {errors or 'none'} of them {'an error' if errors == 1 else 'errors'}"
