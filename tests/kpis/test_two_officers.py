"""Two officers who save at the very same moment, each on a connection of their own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from kpis import actions
from kpis.models import Figure, Return, ReturnVersion
from kpis.saving import Box, Saved, save_boxes
from portal.models import AuditEvent, RoleGrant, User
from portal.policies import Refused
from tests import factories
from tests.kpis.test_actions import fill

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture(autouse=True)
def database_in_a_file(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Tests keep SQLite in memory, where all threads share one lock. Here it is a file, as in the portal itself."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as file:
        memory.backup(file)
    connection.settings_dict["NAME"] = tmp_path / "portal.sqlite3"
    connection.connection = None
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.connection = memory


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Results, or the exceptions raised, of works that start together."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            results[place] = work()
        except Exception as error:  # handed to the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_one_of_two_simultaneous_saves_wins_and_the_other_is_told(draft: ReturnVersion, officer: User) -> None:
    grant = RoleGrant.objects.get(user=officer)
    colleague = factories.user(grant.partnership, "officer", grant.council)
    was = ""
    for n in range(ROUNDS):
        mine, theirs = f"{n}1", f"{n}2"
        one, two = at_once(
            lambda text=mine, was=was: save_boxes(
                version=draft, boxes=[Box("figure.p1-incidents", text, was)], by=officer
            ),
            lambda text=theirs, was=was: save_boxes(
                version=draft, boxes=[Box("figure.p1-incidents", text, was)], by=colleague
            ),
        )
        assert isinstance(one, Saved), one
        assert isinstance(two, Saved), two
        kept = Figure.objects.get(version=draft, indicator__code="p1-incidents").typed
        told = [saved for saved in (one, two) if saved.problems]
        assert len(told) == 1, "both were told that they had saved"
        assert told[0].problems[0].stored == kept
        assert kept in (mine, theirs)
        was = kept
    assert AuditEvent.objects.filter(verb="return.save").count() == ROUNDS


def test_two_officers_in_different_rows_both_save(draft: ReturnVersion, officer: User) -> None:
    results = at_once(
        lambda: save_boxes(version=draft, boxes=[Box("figure.p1-incidents", "10", "")], by=officer),
        lambda: save_boxes(version=draft, boxes=[Box("figure.p2-incidents", "20", "")], by=officer),
    )
    assert [saved.problems for saved in results] == [(), ()]
    kept = dict(Figure.objects.filter(version=draft).values_list("indicator__code", "typed"))
    assert kept == {"p1-incidents": "10", "p2-incidents": "20"}


def test_a_figure_is_not_saved_into_a_return_that_is_just_submitted(draft: ReturnVersion, officer: User) -> None:
    fill(draft, officer)
    submitted, saved = at_once(
        lambda: actions.submit_return(version=draft, by=officer),
        lambda: save_boxes(version=draft, boxes=[Box("figure.p1-incidents", "9999", "10")], by=officer),
    )
    draft.refresh_from_db()
    typed = Figure.objects.get(version=draft, indicator__code="p1-incidents").typed
    if isinstance(saved, Refused):
        assert (draft.state, typed) == ("submitted", "10")
    else:
        # The save came first: the total no longer adds up, so that nothing was submitted.
        assert isinstance(submitted, Refused)
        assert (draft.state, typed) == ("draft", "9999")


def test_a_month_is_opened_once(draft: ReturnVersion, officer: User) -> None:
    parent = draft.parent
    Return.objects.filter(pk=parent.pk).delete()
    results = at_once(
        *[
            lambda: actions.open_return(
                partnership=parent.partnership, council=parent.council, period=parent.period, by=officer
            )
        ]
        * 3
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    assert len({one.pk for one in results}) == 1
    assert ReturnVersion.objects.filter(parent__period=parent.period).count() == 1
