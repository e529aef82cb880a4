"""Prepares the portal with demonstration data and serves it: web server, task worker and job sweep in one command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from portal.loading import DEMONSTRATION_PASSWORD
from portal.models import Partnership, Role, RoleGrant, User


class Command(BaseCommand):
    help = "Prepare the portal with demonstration data and serve it. Running it again loses nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="Prepare and exit")
        parser.add_argument("--port", type=int, default=8000, help="Port on this machine (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"--port is {port}. Give a number from 1 to 65535.")
        if not options["no_serve"] and not _is_free(port):
            raise CommandError(f"Port {port} is taken. Stop what uses it, or give another one with --port.")
        settings.DEMONSTRATION = True
        self._prepare()
        self._tell(port, serves=not options["no_serve"])
        if not options["no_serve"]:
            self._serve(port)

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if User.objects.filter(is_demonstration=False).filter(Q(grants__isnull=False) | Q(is_superuser=True)).exists():
            raise CommandError(
                "This database holds real accounts. The demonstration needs one of its own: "
                "unset DATABASE_URL, or set PORTAL_VAR to another folder."
            )
        call_command("collectstatic", interactive=False, verbosity=0)
        loaders = [import_string(path) for path in settings.DEMONSTRATION_LOADERS]
        for folder in sorted(path for path in Path(settings.FIXTURES).iterdir() if path.is_dir()):
            with transaction.atomic():
                for load in loaders:
                    load(folder)

    def _tell(self, port: int, *, serves: bool) -> None:
        self.stdout.write("")
        for partnership in Partnership.objects.order_by("pk"):
            day = partnership.demonstration_today
            stands = f", standing on {day.day} {day:%B %Y}" if day else ""
            self.stdout.write(self.style.SUCCESS(f"{partnership.name}{stands}"))
            self.stdout.write(f"  http://127.0.0.1:{port}/{partnership.slug}/")
            grants = RoleGrant.objects.filter(partnership=partnership, is_demonstration=True)
            for grant in grants.select_related("user", "council").order_by("pk"):
                place = f", {grant.council}" if grant.council else ""
                self.stdout.write(f"  {grant.user.username:<26} {Role(grant.role).label}{place}")
        self.stdout.write(f"\nEvery account has the password: {DEMONSTRATION_PASSWORD}")
        if serves:
            self.stdout.write(f"The portal is at http://127.0.0.1:{port}/ until you press Ctrl and C.\n")
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        environment = {**os.environ, "PORTAL_DEMONSTRATION": "true"}
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        commands = [
            [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
             "--threads", "4", "--log-level", "warning", "--timeout", "60"],
            [*manage, "db_worker", "--no-reload", "--interval", "0.5"],
            [*manage, "sweep_jobs", "--every", "15"],
        ]  # fmt: skip
        running: list[subprocess.Popen[bytes]] = []

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, stop)
        try:
            for command in commands:
                running.append(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment))  # noqa: S603
            while all(process.poll() is None for process in running):
                time.sleep(0.5)
            raise CommandError("A part of the portal stopped by itself; its last words are above.")
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
