"""Rules that the database itself keeps: rows that are never changed or removed, whoever reaches the database.

Used by migrations, and by the test runner, which takes the triggers away while it empties the database. On SQLite a
migration that alters one of these tables makes the table anew and loses its triggers: it calls `put_on` at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """A table, the condition under which a {row} of it stays as it is, why, and what a row is unique by."""

    table: str
    when: str
    message: str
    keys: tuple[tuple[str, ...], ...] = (("id",),)


GUARDS = (
    Guard("portal_auditevent", "TRUE", "portal_auditevent is append-only."),
    Guard(
        "committees_pack",
        "{row}.published_at IS NOT NULL",
        "A published pack is never changed or removed.",
        (("id",), ("meeting_id", "edition", "number")),
    ),
)


def _takes_the_place(guard: Guard) -> str:
    """The condition that the NEW row stands where a guarded row stands by one of its keys.

    SQLite's INSERT OR REPLACE and UPDATE OR REPLACE remove such a row, and tell no trigger of it on a connection that
    has not set recursive_triggers: the sqlite3 program, for one.
    """
    same = " OR ".join(
        "(" + " AND ".join(f"kept.{column} = NEW.{column}" for column in key) + ")" for key in guard.keys
    )
    return f"SELECT 1 FROM {guard.table} AS kept WHERE {guard.when.format(row='kept')} AND ({same})"  # noqa: S608


def _statements(vendor: str, guard: Guard) -> tuple[list[str], list[str]]:
    """SQL that puts the triggers on a table, and SQL that takes them off."""
    table = guard.table
    if vendor == "sqlite":
        old = guard.when.format(row="OLD")
        place = _takes_the_place(guard)
        refused = {
            "update": ("UPDATE", old),
            "delete": ("DELETE", old),
            "replace": ("INSERT", f"EXISTS ({place})"),
            "move": ("UPDATE", f"EXISTS ({place} AND kept.id <> OLD.id)"),
        }
        create = [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{name} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
            for name, (verb, when) in refused.items()
        ]
        return create, [f"DROP TRIGGER IF EXISTS {table}_no_{name}" for name in refused]
    if vendor == "postgresql":
        when = guard.when.format(row="OLD")
        create = [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_refuse()",
            f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        ]
        drop = [
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        ]
        return create, drop
    raise NotImplementedError(f"The portal runs on SQLite and PostgreSQL, not on {vendor}.")


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Guard every table that exists by now; what is guarded already stays so."""
    _run(connection, 0)


def take_off(connection: BaseDatabaseWrapper) -> None:
    _run(connection, 1)


def _run(connection: BaseDatabaseWrapper, which: int) -> None:
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for guard in GUARDS:
            if guard.table in existing:
                for statement in _statements(connection.vendor, guard)[which]:
                    cursor.execute(statement)
