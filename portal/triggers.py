"""Rules that the database itself keeps: rows that are never changed or removed, whoever reaches the database.

Used by migrations, and by the test runner, which takes the triggers away while it empties the database. On SQLite a
migration that alters one of these tables makes the table anew and loses its triggers: it calls `put_on` at its end.

A guard that looks into another table is `linked`. SQLite refuses to make that other table anew while the guard is on,
so these guards are off while migrations run, and on again after the last one (portal/apps.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """What a table's rows are kept from.

    when      condition under which a {row} stays as it is
    message   why
    keys      what a row is unique by
    changes   condition on OLD and NEW under which an update is refused, where not every update of such a row is
    arrives   condition under which no {row} may come in, as a new one or by an update
    arrives_new  `arrives` is for new rows alone: `changes` says what an update may do
    linked    whether a condition looks into another table
    """

    table: str
    when: str
    message: str
    keys: tuple[tuple[str, ...], ...] = (("id",),)
    changes: str = ""
    arrives: str = ""
    arrives_new: bool = False
    linked: bool = False

    @property
    def refuses_update(self) -> str:
        return self.changes or self.when.format(row="OLD")


def _differ(columns: Iterable[str]) -> str:
    return "(" + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns) + ")"


_OF_A_VERSION_HANDED_IN = (
    "EXISTS (SELECT 1 FROM kpis_returnversion AS v WHERE v.id = {row}.version_id AND v.state <> 'draft')"
)
_HAS_A_VERSION_HANDED_IN = (
    "EXISTS (SELECT 1 FROM kpis_returnversion AS v WHERE v.parent_id = {row}.id AND v.state <> 'draft')"
)
_HAS_AN_OPEN_VERSION_IN_FORCE = (
    "{row}.in_force_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM kpis_returnversion AS v "
    "WHERE v.id = {row}.in_force_id AND v.parent_id = {row}.id AND v.state IN ('approved', 'locked'))"
)

# What a published decision says.
_AS_DECIDED = (
    "id",
    "title",
    "private_title",
    "part",
    "exempt_paragraphs",
    "is_confidential",
    "public_interest",
    "meeting_id",
    "item_id",
    "resolution_id",
    "reference",
    "outcome",
    "text",
    "reasons",
    "alternatives",
    "conflicts",
    "is_key",
    "recorded_by_id",
    "recorded_at",
    "published_at",
    "call_in_ends_on",
)
# What a version of a return is, and who has done what with it. A step forward fills in its own columns alone.
_AS_ENTERED = ("id", "parent_id", "number", "origin", "source", "created_at", "saved_at", "comment")
_AS_REOPENED = ("reopened_by_id", "reopened_reason")
_AS_SUBMITTED = ("submitted_by_id", "submitted_at", "sent_back_reason")
_AS_APPROVED = ("approved_by_id", "approved_at")
_AS_FOUND = ("id", "version_id", "indicator_id", "rule", "severity", "stated", "computed", "message", "remedy")
_STEPS = (
    # From, to, and what has to stay. A submitted version goes back to its officer; nothing else ever goes back.
    ("submitted", "submitted", (*_AS_ENTERED, *_AS_REOPENED, *_AS_SUBMITTED, *_AS_APPROVED, "locked_at")),
    ("submitted", "draft", (*_AS_ENTERED, *_AS_REOPENED, *_AS_APPROVED, "locked_at")),
    ("submitted", "approved", (*_AS_ENTERED, *_AS_REOPENED, *_AS_SUBMITTED, "locked_at")),
    ("approved", "approved", (*_AS_ENTERED, *_AS_REOPENED, *_AS_SUBMITTED, *_AS_APPROVED, "locked_at")),
    ("approved", "locked", (*_AS_ENTERED, *_AS_REOPENED, *_AS_SUBMITTED, *_AS_APPROVED)),
    ("locked", "locked", (*_AS_ENTERED, *_AS_REOPENED, *_AS_SUBMITTED, *_AS_APPROVED, "locked_at")),
)
_A_STEP = " OR ".join(
    f"(OLD.state = '{old}' AND NEW.state = '{new}' AND NOT {_differ(kept)})" for old, new, kept in _STEPS
)


def _under_minutes(table: str, key: str, path: str, *keys: tuple[str, ...]) -> Guard:
    """What belongs to approved minutes: `path` leads from the row's `key` to the minutes m."""
    approved = f"EXISTS (SELECT 1 FROM {path} WHERE {key} AND m.state = 'approved')"  # noqa: S608 - names of ours
    message = "What belongs to approved minutes is never changed, added to or removed."
    return Guard(table, approved, message, (("id",), *keys), arrives=approved, linked=True)


_MINUTES = "committees_minutes AS m"
_ITEMS = f"{_MINUTES} JOIN committees_minuteitem AS i ON i.minutes_id = m.id"
_RESOLUTIONS = f"{_ITEMS} JOIN committees_resolution AS r ON r.item_id = i.id"
_VOTES = f"{_RESOLUTIONS} JOIN committees_vote AS t ON t.resolution_id = r.id"
_UNDER_APPROVED_MINUTES = (
    _under_minutes("committees_minuteitem", "m.id = {row}.minutes_id", _MINUTES, ("minutes_id", "number")),
    _under_minutes("committees_resolution", "i.id = {row}.item_id", _ITEMS, ("item_id", "number")),
    _under_minutes("committees_vote", "r.id = {row}.resolution_id", _RESOLUTIONS, ("resolution_id",)),
    _under_minutes("committees_namedvote", "t.id = {row}.vote_id", _VOTES, ("vote_id", "person_id")),
)

GUARDS = (
    Guard("portal_auditevent", "TRUE", "portal_auditevent is append-only."),
    Guard(
        "committees_pack",
        "{row}.published_at IS NOT NULL",
        "A published pack is never changed or removed.",
        (("id",), ("meeting_id", "edition", "number")),
    ),
    Guard(
        "committees_notice",
        "TRUE",
        "A notice that was given is never changed or removed.",
        (("id",), ("meeting_id", "kind", "item_id")),
    ),
    Guard(
        # Call-in is recorded on a published decision, once; what was decided stays as it was published.
        "committees_decision",
        "{row}.published_at IS NOT NULL",
        "A published decision is never changed or removed. A correction stands beside it.",
        (("id",), ("meeting_id", "reference")),
        changes=(
            f"OLD.published_at IS NOT NULL AND ({_differ(_AS_DECIDED)} OR OLD.call_in_outcome <> '' "
            f"OR (OLD.called_in_on IS NOT NULL AND {_differ(('called_in_on',))}))"
        ),
    ),
    Guard("committees_decisioncorrection", "TRUE", "A correction is never changed or removed."),
    Guard(
        "kpis_returnversion",
        "{row}.state <> 'draft'",
        "A return that was handed in is never changed or removed, and moves forward alone.",
        (("id",), ("parent_id", "number")),
        changes=f"OLD.state <> 'draft' AND NOT ({_A_STEP})",
    ),
    Guard(
        "kpis_figure",
        _OF_A_VERSION_HANDED_IN,
        "Figures of a return that was handed in are never changed, added to or removed.",
        (("id",), ("version_id", "indicator_id")),
        arrives=_OF_A_VERSION_HANDED_IN,
        linked=True,
    ),
    Guard(
        "kpis_figurefinding",
        _OF_A_VERSION_HANDED_IN,
        "What the check found in a return that was handed in is never changed, added to or removed.",
        (("id",), ("version_id", "indicator_id", "rule")),
        # A reason that was not given can be given later. One that was given stays.
        changes=(
            f"({_OF_A_VERSION_HANDED_IN.format(row='OLD')} OR {_OF_A_VERSION_HANDED_IN.format(row='NEW')}) "
            f"AND (OLD.reason <> '' OR {_differ(_AS_FOUND)})"
        ),
        arrives=_OF_A_VERSION_HANDED_IN,
        arrives_new=True,
        linked=True,
    ),
    Guard(
        "committees_minutes",
        "{row}.state = 'approved'",
        "Approved minutes are never changed or removed.",
        (("id",), ("meeting_id",)),
    ),
    *_UNDER_APPROVED_MINUTES,
    Guard(
        # Else a locked version could be handed to another council or month by way of the return it belongs to.
        "kpis_return",
        _HAS_A_VERSION_HANDED_IN,
        "The council and the month of a return that was handed in never change.",
        (("id",), ("partnership_id", "council_id", "period")),
        changes=" AND ".join(
            (_HAS_A_VERSION_HANDED_IN.format(row="OLD"), _differ(("id", "partnership_id", "council_id", "period")))
        ),
        arrives=_HAS_AN_OPEN_VERSION_IN_FORCE,
        linked=True,
    ),
)


def _takes_the_place(guard: Guard) -> str:
    """The condition that the NEW row stands where a guarded row stands by one of its keys.

    SQLite's INSERT OR REPLACE and UPDATE OR REPLACE remove such a row, and tell no trigger of it on a connection that
    has not set recursive_triggers: the sqlite3 program, for one.
    """
    same = " OR ".join(
        "(" + " AND ".join(f"kept.{column} IS NEW.{column}" for column in key) + ")" for key in guard.keys
    )
    return f"SELECT 1 FROM {guard.table} AS kept WHERE {guard.when.format(row='kept')} AND ({same})"  # noqa: S608


# What a guard's triggers on SQLite end in.
_NAMES = ("update", "delete", "replace", "move", "arrival", "change_into")


def _statements(vendor: str, guard: Guard) -> tuple[list[str], list[str]]:
    """SQL that puts the triggers on a table, and SQL that takes them off."""
    table = guard.table
    old, arriving = guard.when.format(row="OLD"), guard.arrives.format(row="NEW")
    if vendor == "sqlite":
        place = _takes_the_place(guard)
        refused = {
            "update": ("UPDATE", guard.refuses_update),
            "delete": ("DELETE", old),
            "replace": ("INSERT", f"EXISTS ({place})"),
            "move": ("UPDATE", f"EXISTS ({place} AND kept.id <> OLD.id)"),
        }
        if arriving:
            refused |= {"arrival": ("INSERT", arriving)}
        if arriving and not guard.arrives_new:
            refused |= {"change_into": ("UPDATE", arriving)}
        drop = [f"DROP TRIGGER IF EXISTS {table}_no_{name}" for name in _NAMES]
        create = [
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {_for_sqlite(when)} "
            f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
            for name, (verb, when) in refused.items()
        ]
        # Anew each time: a database that has a guard as it was in an earlier release gets today's.
        return drop + create, drop
    if vendor == "postgresql":
        raised = f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation'"
        # The conditions stand in the function: one of a trigger itself cannot look into another table.
        checks = [("UPDATE", guard.refuses_update), ("DELETE", old)]
        checks += [("INSERT", arriving)] if arriving else []
        checks += [("UPDATE", arriving)] if arriving and not guard.arrives_new else []
        body = " ".join(f"IF TG_OP = '{verb}' THEN IF {when} THEN {raised}; END IF; END IF;" for verb, when in checks)
        verbs = "INSERT OR UPDATE OR DELETE" if arriving else "UPDATE OR DELETE"
        create = [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {raised}; END $$",
            f"CREATE OR REPLACE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
            f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE {verbs} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()",
            f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        ]
        drop = [
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        ]
        return create, drop
    raise NotImplementedError(f"The portal runs on SQLite and PostgreSQL, not on {vendor}.")


def _for_sqlite(condition: str) -> str:
    """SQLite says IS NOT; IS DISTINCT FROM it knows since 3.39 alone."""
    return condition.replace(" IS DISTINCT FROM ", " IS NOT ")


def put_on(connection: BaseDatabaseWrapper) -> None:
    """For migrations: guard every table that exists by now; what is guarded already stays so."""
    _run(connection, 0, [guard for guard in GUARDS if not guard.linked])


def put_all_on(connection: BaseDatabaseWrapper) -> None:
    """After the last migration: the linked guards too."""
    _run(connection, 0, GUARDS)


def take_off(connection: BaseDatabaseWrapper) -> None:
    _run(connection, 1, GUARDS)


def take_linked_off(connection: BaseDatabaseWrapper) -> None:
    """Before the first migration."""
    _run(connection, 1, [guard for guard in GUARDS if guard.linked])


def _run(connection: BaseDatabaseWrapper, which: int, guards: Iterable[Guard]) -> None:
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for guard in guards:
            if guard.table in existing:
                for statement in _statements(connection.vendor, guard)[which]:
                    cursor.execute(statement)


def before_migrations(*, using: str, plan: Iterable[object] = (), **_: object) -> None:
    """Django's pre_migrate, for the portal app."""
    if list(plan):
        take_linked_off(connections[using])


def after_migrations(*, using: str, **_: object) -> None:
    """Django's post_migrate, for the portal app."""
    put_all_on(connections[using])
