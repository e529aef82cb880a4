"""Tickets into the database, hundreds of thousands at a time.

Model by model takes longer than everything before it together, so rows go in as they are: through COPY on PostgreSQL,
as one prepared statement for many rows on SQLite. Within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection

from kpis.models import Ticket, TicketImport
from kpis.tickets.counting import Judged
from kpis.tickets.moments import as_datetime

_FIELDS = (
    "source", "reference", "type", "priority", "state", "opened_at", "resolved_at", "closed_at", "due_at", "met",
    "in_scope", "is_logged", "is_resolved", "is_open",
)  # fmt: skip
_BATCH = 5000


def store(source: TicketImport, tickets: Iterator[Judged]) -> None:
    """Add the tickets of an import, which has none yet."""
    quote = connection.ops.quote_name
    names = {field.name: str(field.column) for field in Ticket._meta.concrete_fields}
    columns = ", ".join(quote(names[name]) for name in _FIELDS)
    table = quote(Ticket._meta.db_table)
    rows = map(_row_of(source.pk), tickets)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(_FIELDS))
        # Names of our own table and marks for the values: nothing of a file is part of the statement.
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - see above
        while batch := list(islice(rows, _BATCH)):
            cursor.executemany(statement, batch)


def _row_of(source: int) -> Any:
    as_stored = connection.ops.adapt_datetimefield_value

    @lru_cache(maxsize=100_000)
    def moment(seconds: int) -> Any:
        at = as_datetime(seconds)
        return None if at is None else as_stored(at)

    def row(ticket: Judged) -> tuple[Any, ...]:
        return (
            source, ticket.reference, ticket.type, ticket.priority or None, ticket.state,
            moment(ticket.opened), moment(ticket.resolved), moment(ticket.closed), moment(ticket.due),
            ticket.met, ticket.in_scope, ticket.is_logged, ticket.is_resolved, ticket.is_open,
        )  # fmt: skip

    return row
