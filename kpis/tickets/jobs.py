"""Reading an export in the background."""

from __future__ import annotations

from typing import Any

from kpis.models import TicketImport
from kpis.tickets import importing
from portal import jobs
from portal.jobs import JobRefused, Run
from portal.words import counted


@jobs.handler(importing.JOB, "Tickets")
def import_tickets(run: Run) -> dict[str, Any]:
    """Read the file that was handed in. Repeating it finds it done; a worker killed on the way has kept nothing."""
    imports = TicketImport.objects.select_related("partnership", "council", "upload", "imported_by")
    source = imports.filter(pk=run.job.payload["import"]).first()
    if source is None:
        raise JobRefused("The file was the one in use already, or its import is no longer there.")
    done = importing.run_import(run, source)
    if done.state == TicketImport.State.REFUSED:
        found = sum(kind["count"] for kind in done.problems)
        raise JobRefused(f"Nothing was imported: {counted(found, 'problem')} in the file. They are listed by row.")
    return {"url": importing.page_of(done), "label": "See the figures"}
