"""Hands on long work whose worker has died. Run it every minute, or with --every as a service of its own."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from portal import jobs


class Command(BaseCommand):
    help = "Hand on jobs whose worker has let its lease run out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="Keep running and sweep this often")

    def handle(self, *args: Any, **options: Any) -> None:
        every: int | None = options["every"]
        if every is not None and every < 1:
            raise CommandError(f"--every is {every}. Give a number of seconds from 1.")
        while True:
            moved = jobs.sweep()
            if moved or every is None:
                self.stdout.write(f"{moved} job{'' if moved == 1 else 's'} handed on")
            if every is None:
                return
            close_old_connections()
            time.sleep(every)
