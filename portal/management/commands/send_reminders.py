"""Writes down the reminders that are due today and sends what waits. Meant to run every morning, or more often."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal import outbox
from portal.models import Partnership


class Command(BaseCommand):
    help = "Write the reminders that are due and send the mail that waits. Running it again sends nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what is due, write and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["dry_run"]:
                self._say()
                return
            written = sum(
                len(outbox.write_due(partnership)) for partnership in Partnership.objects.order_by("name", "pk")
            )
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        report = outbox.send_waiting()
        self.stdout.write(f"{written} written, {len(report.sent)} sent.")
        for key in report.failed:
            self.stdout.write(f"Not sent, to be tried again: {key}")
        for key in report.given_up:
            self.stdout.write(f"Given up: {key}")
        for mail in outbox.unfinished().order_by("pk"):
            self.stdout.write(f"{outbox.UNKNOWN}: {mail.key}")

    def _say(self) -> None:
        for partnership in Partnership.objects.order_by("name", "pk"):
            for message in outbox.due(partnership):
                self.stdout.write(f"{message.to.username}: {message.subject}")
