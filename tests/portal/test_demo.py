"""The demonstration starts from nothing, can be started again over work done since, and stops as a whole."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    kept.pop("DATABASE_URL", None)
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"PORTAL_VAR": str(var), "PYTHONWARNINGS": "error"}


def manage(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(var), capture_output=True, text=True
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


COUNTS = """
from committees.models import Meeting, Paper
from kpis.models import Figure, Return
from portal.models import Council, Partnership, Person, RoleGrant, User
Partnership.objects.filter(slug="brent-lewisham-southwark").update(name="Renamed by a person")
own = Partnership.objects.get(slug="brent-lewisham-southwark")
print([
    own.councils.count(), own.grants.count(), own.returns.count(),
    Meeting.objects.filter(committee__partnership=own).count(),
    Figure.objects.filter(version__parent__partnership=own).count(),
])
models = (Council, Partnership, Person, RoleGrant, User, Meeting, Paper, Return, Figure)
print([model.objects.count() for model in models])
"""


def test_prepares_from_nothing_and_loses_nothing_when_run_again(tmp_path: Path) -> None:
    first = manage(tmp_path, "demo", "--no-serve")
    assert first.returncode == 0, first.stderr
    for account in ("clerk", "service-manager", "officer-brent", "approver-lewisham", "member-lewisham", "auditor"):
        assert re.search(rf"^  {account} ", first.stdout, re.MULTILINE)
    assert "standing on 5 October 2018" in first.stdout
    before = manage(tmp_path, "shell", "--no-imports", "-c", COUNTS).stdout
    # Three councils, eleven accounts with a grant each, two meetings; 12 returns of 13 entered figures and 2 worked
    # out, as published.
    assert before.splitlines()[0] == "[3, 11, 12, 2, 180]"

    again = manage(tmp_path, "demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert "Renamed by a person" in again.stdout
    assert manage(tmp_path, "shell", "--no-imports", "-c", COUNTS).stdout == before


def test_serves_and_stops_as_a_whole(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        body = _wait_for(f"http://127.0.0.1:{port}/brent-lewisham-southwark/", process)
        assert "Brent, Lewisham and Southwark" in body
        # The stylesheet under its hashed name is really served.
        sheet = re.search(r'href="(/static/css/portal\.[0-9a-f]{12}\.css)"', body)
        assert sheet, body
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{sheet[1]}") as response:
            assert response.headers["Content-Type"].startswith("text/css")
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    with pytest.raises(ProcessLookupError):  # nobody is left of the group: web, worker and sweep are gone too
        os.killpg(process.pid, 0)


def test_says_that_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = manage(tmp_path, "demo", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} is taken." in refused.stderr
    assert "--port" in refused.stderr


def _wait_for(address: str, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"The demonstration stopped:\n{process.stdout.read() if process.stdout else ''}")
        try:
            with urllib.request.urlopen(address, timeout=20) as response:
                return str(response.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError("The demonstration did not answer within 90 seconds.")
