"""The guards of returns while migrations run: off before the first one, on again after the last."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from kpis.models import Figure
from portal import triggers
from portal.models import Partnership


def change() -> int:
    with transaction.atomic():
        return Figure.objects.filter(version__state="locked").update(typed="1")


@pytest.mark.django_db
def test_migrations_take_linked_guards_off_and_put_them_on_again(seed: Partnership) -> None:
    triggers.before_migrations(using="default", plan=[])
    with pytest.raises(DatabaseError, match="never"):
        change()  # nothing to migrate: the guards stay
    triggers.before_migrations(using="default", plan=["a migration"])
    with transaction.atomic():
        assert change() > 0
        transaction.set_rollback(True)
    triggers.put_on(connection)  # as a migration does, for the guards that look into no other table
    with transaction.atomic():
        assert change() > 0
        transaction.set_rollback(True)
    triggers.after_migrations(using="default")
    with pytest.raises(DatabaseError, match="never"):
        change()


# Guards as an earlier release might have had them: they let everything pass.
TOOTHLESS = {
    "sqlite": [
        statement
        for name in ("kpis_figure_no_update", "kpis_figure_no_change_into")
        for statement in (
            f"DROP TRIGGER {name}",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON kpis_figure WHEN 0 BEGIN SELECT 1; END",
        )
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION kpis_figure_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ],
}


@pytest.mark.django_db
def test_a_guard_of_an_earlier_release_is_replaced_by_todays(seed: Partnership) -> None:
    with connection.cursor() as cursor:
        for statement in TOOTHLESS[connection.vendor]:
            cursor.execute(statement)
    with transaction.atomic():
        assert change() > 0
        transaction.set_rollback(True)
    triggers.after_migrations(using="default")
    with pytest.raises(DatabaseError, match="never"):
        change()
