"""Prints what reading a large ticket export takes, as ratios to Python's csv.reader in one run.

    python -m tests.benchmarks_tickets

The file has a million rows of 300,000 tickets, in the 36 columns of the public event log (see
tests/kpis/tickets/files). Each figure is measured in a process of its own: processor time, since machines are shared,
and the most memory that the process had. `--rows N` takes another size.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

EXCERPT = Path(__file__).parent / "kpis" / "tickets" / "files" / "servicenow_event_log.csv"
PERIOD = "2016-03"
READER, FIGURES, STORED = "csv.reader alone", "to the proposed figures", "with the tickets stored"


def write_file(path: Path, rows: int) -> int:
    """An event log of March 2016: three or four rows a ticket, one column after the other as in the excerpt."""
    with EXCERPT.open(newline="") as file:
        head, *patterns = csv.reader(file)
    places = {name: place for place, name in enumerate(head)}
    begin, written, tickets = datetime.fromisoformat("2016-03-01"), 0, 0
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for pattern in cycle(patterns):
            if written >= rows:
                return tickets
            tickets += 1
            opened = begin + timedelta(minutes=tickets * 7919 % (31 * 1440))
            resolved = opened + timedelta(minutes=tickets * 104_729 % 14_400)
            events = min(rows - written, 4 if tickets % 3 == 0 else 3)
            for event in range(events):
                row = pattern.copy()
                updated = opened + (resolved - opened) * (event + 1) / events
                values = {
                    "number": f"INC{tickets:07d}",
                    "incident_state": "Closed" if event == events - 1 else "Active",
                    "made_sla": "FALSE" if event == events - 1 and tickets % 4 == 0 else "TRUE",
                }
                moments = {
                    "opened_at": opened,
                    "sys_updated_at": updated,
                    "resolved_at": resolved,
                    "closed_at": resolved,
                }
                for name, value in values.items():
                    row[places[name]] = value
                for name, moment in moments.items():
                    row[places[name]] = f"{moment:%d-%m-%Y %H:%M}"
                writer.writerow(row)
            written += events
    return tickets


def read_alone(path: Path) -> int:
    with path.open(newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def to_figures(path: Path) -> int:
    from datetime import date

    from kpis.tickets.examining import examine
    from kpis.tickets.presets import SERVICENOW
    from kpis.tickets.proposals import Wanted, propose

    found = examine(path, SERVICENOW, date.fromisoformat(f"{PERIOD}-01"))
    assert found.counts is not None, found.problems.as_json()
    assert propose(found.counts, [Wanted("sla", "In time", 2, "met")])[0].figure
    return found.rows


def stored(path: Path) -> int:
    from datetime import date

    from kpis.tickets import importing
    from portal.models import Council, Partnership

    partnership = Partnership.objects.get(slug="brent-lewisham-southwark")
    source, _ = importing.import_file(
        path=path,
        partnership=partnership,
        council=Council.objects.get(slug="brent"),
        period=date.fromisoformat(f"{PERIOD}-01"),
        preset="servicenow",
    )
    assert source.is_in_use
    return source.rows


_MEASURED = {READER: read_alone, FIGURES: to_figures, STORED: stored}


def measure(name: str, path: Path) -> None:
    """In a process of its own: do it once, print what it took as JSON."""
    if name != READER:
        # What a process pays once, whatever it reads, is not reading.
        import django

        django.setup()
        from kpis.tickets import importing

        assert importing.import_file
    began = time.process_time()
    rows = _MEASURED[name](path)
    seconds = time.process_time() - began
    print(json.dumps({"seconds": seconds, "rows": rows, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


def fresh(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks_tickets", "--measure", name, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--measure", choices=list(_MEASURED))
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.file)
        return
    with tempfile.TemporaryDirectory(prefix="portal-benchmarks-") as folder:
        os.environ |= {
            "PORTAL_VAR": folder,
            "PORTAL_DEMONSTRATION": "true",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "manage.py", "demo", "--no-serve"], check=True, capture_output=True)
        path = Path(folder) / "export.csv"
        tickets = write_file(path, options.rows)
        print(f"{options.rows:,} rows, {tickets:,} tickets, {path.stat().st_size / 1e6:.0f} MB")
        # The base is the quicker of two, one before and one after, so that a busy moment flatters nobody.
        before = fresh(READER, path)
        taken = {name: fresh(name, path) for name in (FIGURES, STORED)}
        base = min(before["seconds"], fresh(READER, path)["seconds"])
        for name, result in ({READER: before} | taken).items():
            assert result["rows"] == options.rows
            ratio, peak = result["seconds"] / base, result["peak"] / 1024
            print(f"{name:<26} {result['seconds']:>7.2f} s   {ratio:>5.2f} x csv.reader   {peak:>6.0f} MB at most")


if __name__ == "__main__":
    main()
