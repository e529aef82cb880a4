"""Runs the tests twice: on SQLite and on a PostgreSQL that this starts for itself.

python -m tests [--only sqlite|postgresql] [arguments for pytest]

A page in a browser does not know its database: such tests run once, on SQLite. Whole journeys run on both.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
# Program and the Debian package that brings it.
NEEDED = {"chromium": "chromium", "qpdf": "qpdf", "pdftotext": "poppler-utils", "pdfinfo": "poppler-utils"}


def check_components() -> None:
    """Stop before anything runs when a program is missing: a test that skips itself proves nothing."""
    missing = {package for program, package in NEEDED.items() if shutil.which(program) is None}
    if postgres.programs() is None:
        missing.add("postgresql")
    if ctypes.util.find_library("atomic") is None:
        missing.add("libatomic1")  # Playwright's driver is linked with it
    if not list(Path("/usr/share/fonts").glob("**/LiberationSans-Regular.ttf")):
        missing.add("fonts-liberation")
    if missing:
        raise SystemExit(f"Tests need Debian packages that are not installed: {' '.join(sorted(missing))}")


def run(label: str, arguments: list[str], **environment: str) -> int:
    print(f"\n== The tests on {label} ==", flush=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    kept.pop("DATABASE_URL", None)
    command = [sys.executable, "-W", "error", "-m", "pytest", "-n", "2", "--dist", "loadscope", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | environment).returncode


def main() -> int:
    arguments = sys.argv[1:]
    only = ""
    if arguments[:1] == ["--only"]:
        only, arguments = arguments[1], arguments[2:]
        if only not in {"sqlite", "postgresql"}:
            raise SystemExit("--only takes sqlite or postgresql.")
    check_components()
    codes = []
    if only != "postgresql":
        codes.append(run("SQLite", arguments))
    if only != "sqlite":
        with postgres.throwaway() as url:
            codes.append(
                run(
                    "PostgreSQL",
                    ["-m", "not browser or journey", *arguments],
                    DATABASE_URL=url,
                    PORTAL_HTTPS="false",
                    PORTAL_SECRET_KEY="for-the-tests-only-" + "x" * 50,
                )
            )
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
