"""Removes files that were handed in and that nothing needs any longer. Run it once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import uploads
from portal.words import counted


class Command(BaseCommand):
    help = "Remove uploads that nothing refers to, and files that belong to no upload."

    def handle(self, *args: Any, **options: Any) -> None:
        rows, files = uploads.sweep()
        self.stdout.write(f"{counted(rows, 'upload').capitalize()} and {counted(files, 'stray file')} removed")
