"""A PostgreSQL of the tests' own: in a temporary folder, reached by a socket there, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, or where Debian puts them (newest version first)."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    return folders[0].parent if folders else None


@contextmanager
def throwaway() -> Iterator[str]:
    """Start a server and yield its DATABASE_URL.

    PostgreSQL refuses to run as root, so that under root it runs as the user postgres of Debian's package.
    Durability is off: the server lives for one test run.
    """
    bin_folder = programs()
    if bin_folder is None:
        raise SystemExit("PostgreSQL's initdb is missing. Install the Debian package postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        finished = subprocess.run(
            [str(bin_folder / program), *arguments],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            **as_user,  # type: ignore[call-overload]
        )
        if finished.returncode:
            raise SystemExit(f"{program} failed:\n{finished.stdout.decode()}")

    data = folder / "data"
    run("initdb", "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
        yield f"postgres://portal@{str(folder).replace('/', '%2F')}/postgres"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder)
