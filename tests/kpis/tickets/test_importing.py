"""Imports in the database: whole or not at all, once, and nobody's name anywhere afterwards."""

from __future__ import annotations

import io
import json
import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from kpis import actions
from kpis.models import Figure, Indicator, ReturnVersion, Ticket, TicketImport
from kpis.tickets import importing
from kpis.tickets.presets import SERVICENOW
from portal import jobs
from portal.models import AuditEvent, Council, Job, Partnership, Upload, User
from portal.policies import Refused
from tests import factories
from tests.kpis.tickets.samples import NAME, PLAIN, csv_file, servicenow, workbook

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2018, 9, 1)
State = TicketImport.State


class Place:
    """Brent in September 2018, with an officer and the indicators that count tickets."""

    def __init__(self) -> None:
        self.council: Council = factories.council("Brent")
        self.other: Council = factories.council("Lewisham")
        self.partnership: Partnership = factories.partnership(self.council, self.other, slug="shared")
        self.officer: User = factories.user(self.partnership, "officer", self.council)
        values: dict[str, Any] = {"ticket_measure": "logged", "ticket_type": "incident"}
        factories.indicator(self.partnership, "p2", **values, ticket_priority=2)
        factories.indicator(self.partnership, "p3", **values, ticket_priority=3)
        total = factories.indicator(self.partnership, "total", ticket_measure="logged")
        factories.indicator(self.partnership, "open", ticket_measure="open")
        factories.indicator(
            self.partnership, "sla", unit=Indicator.Unit.PERCENT, decimals=2, measured_on=total, ticket_measure="met",
            across="rate",
        )  # fmt: skip

    def hand_in(self, content: str | bytes, name: str = "export.csv", **values: Any) -> TicketImport:
        data = content if isinstance(content, bytes) else content.encode()
        given: dict[str, Any] = {"preset": "servicenow", "period": SEPTEMBER, "council": self.council} | values
        return importing.hand_in(
            partnership=self.partnership, file=SimpleUploadedFile(name, data), by=self.officer, **given
        )

    def run(self, source: TicketImport) -> Job:
        job = importing.job_of(source)
        assert job is not None
        return jobs.run(str(job.pk))

    def bring(self, content: str | bytes, **values: Any) -> TicketImport:
        source = self.hand_in(content, **values)
        self.run(source)
        source.refresh_from_db()
        return source

    def draft(self) -> ReturnVersion:
        return actions.open_return(
            partnership=self.partnership, council=self.council, period=SEPTEMBER, by=self.officer
        )


@pytest.fixture
def place() -> Place:
    return Place()


def stored_files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_an_import_keeps_its_tickets_and_proposes_figures(place: Place) -> None:
    source = place.bring(PLAIN)
    assert (source.state, source.is_in_use, source.rows, source.tickets_read) == (State.DONE, True, 4, 4)
    figures = {one.code: (one.figure, one.numerator, one.denominator) for one in importing.proposals(source)}
    assert figures == {
        "p2": ("0", None, None),
        "p3": ("2", None, None),
        "total": ("2", None, None),
        "open": ("1", None, None),
        "sla": ("50.00", 1, 2),
    }
    kept = {one.reference: one for one in source.tickets.all()}
    assert set(kept) == {"INC0001", "INC0002", "INC0003"}
    late = kept["INC0002"]
    assert (late.type, late.priority, late.state, late.met) == ("incident", 3, "closed", False)
    assert timezone.localtime(late.resolved_at).strftime("%d.%m.%Y %H:%M") == "17.09.2018 10:00"
    assert (kept["INC0003"].resolved_at, kept["INC0003"].is_open) == (None, True)


def test_every_figure_is_the_number_of_tickets_behind_it(place: Place) -> None:
    source = place.bring(PLAIN)
    for one in importing.proposals(source):
        behind = source.tickets.behind(Indicator.objects.get(code=one.code))
        assert behind.count() == (int(one.figure) if one.denominator is None else one.denominator), one.code
        if one.denominator is not None:
            assert behind.filter(met=True).count() == one.numerator


@pytest.mark.django_db(transaction=True)
def test_no_name_is_left_anywhere(place: Place, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Planted in unmapped columns, in a file's name, in rows that are wrong: in no table, file, log or message."""
    caplog.set_level(logging.DEBUG)
    bad = PLAIN + f"INC9,{NAME}\r\n" + f"INC10,Closed,3,TRUE,soon,,,,{NAME}\r\n" + f'INC11,"{NAME}'
    good = place.bring(PLAIN, name=f"{NAME}.csv")
    refused = place.bring(bad, name=f"{NAME}.csv", council=place.other)
    assert (good.state, refused.state) == (State.DONE, State.REFUSED)
    rows = [["number", "opened_at", "resolved_at", "caller"], ["INC1", "=NOW()", None, NAME]]
    with io.BytesIO() as stream:
        import openpyxl

        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(stream)
        sheet = place.bring(stream.getvalue(), name=f"{NAME}.xlsx", council=place.other)
    assert sheet.state == State.REFUSED
    for model in apps.get_models():
        for values in model._base_manager.values():
            assert NAME not in str(values), model
    assert stored_files(settings) == []
    assert NAME not in caplog.text
    assert Upload.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_failure_in_the_middle_says_and_logs_nothing_of_the_file(
    place: Place, settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise KeyError(NAME)

    source = place.hand_in(PLAIN)
    monkeypatch.setattr(importing, "examine", fail)
    job = place.run(source)
    source.refresh_from_db()
    assert (source.state, job.state) == (State.REFUSED, Job.State.FAILED)
    assert NAME not in caplog.text + job.error + str(source.problems)
    assert "KeyError at test_importing.py" in caplog.text
    assert stored_files(settings) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_with_an_error_imports_nothing(place: Place, settings: Any) -> None:
    source = place.hand_in(PLAIN + "INC9,Closed,3,TRUE,soon,,,,x\r\n")
    job = place.run(source)
    source.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error == "Nothing was imported: one problem in the file. They are listed by row."
    assert (source.state, source.is_in_use, Ticket.objects.count()) == (State.REFUSED, False, 0)
    assert source.problems[0]["rows"] == [{"row": 6, "message": "“soon” is no date and time."}]
    assert stored_files(settings) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_makes_nothing_double(place: Place, settings: Any) -> None:
    first = place.bring(PLAIN)
    assert place.hand_in(PLAIN) == first
    assert (TicketImport.objects.count(), Ticket.objects.count(), Job.objects.count()) == (1, 3, 1)
    assert stored_files(settings) == []


def test_the_same_file_handed_in_twice_before_it_was_read(place: Place) -> None:
    one, two = place.hand_in(PLAIN), place.hand_in(PLAIN)
    place.run(one)
    assert place.run(two).result["url"] == importing.page_of(one)
    assert [source.pk for source in TicketImport.objects.all()] == [one.pk]
    assert Ticket.objects.count() == 3


def test_a_later_file_replaces_the_former_which_stays_listed(place: Place) -> None:
    first = place.bring(PLAIN)
    second = place.bring(PLAIN.replace("INC0003", "INC0033"))
    first.refresh_from_db()
    assert (first.is_in_use, second.is_in_use) == (False, True)
    assert first.tickets.count() == second.tickets.count() == 3
    # A file that is refused changes nothing of that.
    place.bring(PLAIN + "INC9")
    second.refresh_from_db()
    assert second.is_in_use
    # The first one once more is an import of its own: it is in use no longer.
    assert place.bring(PLAIN).pk not in {first.pk, second.pk}


def test_a_job_that_is_run_again_finds_it_done(place: Place) -> None:
    source = place.bring(PLAIN)
    job = importing.job_of(source)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, result=None)
    assert jobs.run(str(job.pk)).state == Job.State.DONE
    assert Ticket.objects.count() == 3


def test_a_worker_that_lost_its_lease_keeps_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    source = place.hand_in(PLAIN)

    def lose(run: jobs.Run) -> None:
        raise jobs.LeaseLost

    monkeypatch.setattr(jobs.Run, "still_mine", lose)
    place.run(source)
    monkeypatch.undo()
    source.refresh_from_db()
    assert (source.state, Ticket.objects.count()) == (State.WAITING, 0)
    job = importing.job_of(source)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, worker="", lease_until=None)
    assert jobs.run(str(job.pk)).state == Job.State.DONE
    assert Ticket.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_files_whose_work_was_given_up_are_let_go_of(place: Place, settings: Any) -> None:
    source = place.hand_in(PLAIN)
    Job.objects.update(state=Job.State.FAILED)
    importing.let_go_of_forgotten(timezone.now() + timedelta(days=1))
    source.refresh_from_db()
    assert source.state == State.REFUSED
    assert stored_files(settings) == []


def test_a_month_that_has_not_begun_takes_no_file(place: Place) -> None:
    with pytest.raises(Refused, match="November 2018 has not begun"):
        place.hand_in(PLAIN, period=date(2018, 11, 1))
    with pytest.raises(Refused, match="no preset"):
        place.hand_in(PLAIN, preset="remedy")


# A council's own columns


def test_a_councils_columns_are_used_for_its_next_file(place: Place) -> None:
    from dataclasses import replace

    own = replace(SERVICENOW, columns={**SERVICENOW.columns, "reference": ("Ticket",)}, date_format="day-first")
    importing.save_mapping(partnership=place.partnership, council=place.council, mapping=own, by=place.officer)
    importing.save_mapping(partnership=place.partnership, council=place.council, mapping=own, by=place.officer)
    assert place.bring(PLAIN.replace("number", "TICKET")).state == State.DONE
    assert place.bring(PLAIN, council=place.other).state == State.DONE
    assert AuditEvent.objects.filter(verb="tickets.map").count() == 2
    broken = replace(own, columns={"reference": ("Ticket",)})
    with pytest.raises(Refused, match="Opened: name the column"):
        importing.save_mapping(partnership=place.partnership, council=place.council, mapping=broken, by=place.officer)


# Taking over


def take(place: Place, source: TicketImport, version: ReturnVersion, *codes: str, **was: str) -> Any:
    shown = {name.replace("__", "."): text for name, text in was.items()}
    return importing.take_over(source=source, version=version, codes=codes, was=shown, by=place.officer)


def test_figures_are_taken_over_with_their_counts(place: Place) -> None:
    source, version = place.bring(PLAIN), place.draft()
    assert not take(place, source, version, "p3", "sla").problems
    sla = Figure.objects.get(version=version, indicator__code="sla")
    assert (sla.typed, sla.numerator, sla.denominator, sla.saved_by) == ("50.00", 1, 2, place.officer)
    assert Figure.objects.get(version=version, indicator__code="p3").typed == "2"
    assert not Figure.objects.filter(indicator__code="p2").exists()
    assert AuditEvent.objects.filter(verb="tickets.take-over").count() == 1
    # Twice changes nothing and leaves no second event.
    take(place, source, version, "p3", "sla")
    assert AuditEvent.objects.filter(verb="tickets.take-over").count() == 1


def test_somebodys_newer_figure_is_not_replaced_unseen(place: Place) -> None:
    source, version = place.bring(PLAIN), place.draft()
    Figure.objects.create(
        version=version, indicator=Indicator.objects.get(code="p3"), typed="7", amount=7, saved_at=timezone.now()
    )
    saved = take(place, source, version, "p3", figure__p3="")
    assert [problem.is_conflict for problem in saved.problems] == [True]
    assert Figure.objects.get(indicator__code="p3").typed == "7"
    take(place, source, version, "p3", figure__p3="7")
    assert Figure.objects.get(indicator__code="p3").typed == "2"


def test_what_cannot_be_taken_over(place: Place) -> None:
    source, version = place.bring(PLAIN), place.draft()
    with pytest.raises(Refused, match="Choose the figures"):
        take(place, source, version)
    with pytest.raises(Refused, match="Load the page again"):
        take(place, source, version, "nonsense")
    elsewhere = place.bring(PLAIN, council=place.other)
    with pytest.raises(Refused, match="another return"):
        take(place, elsewhere, version, "p3")
    place.bring(PLAIN.replace("INC0003", "INC0033"))
    with pytest.raises(Refused, match="Another file has been handed in since"):
        take(place, source, version, "p3")
    now = timezone.now()
    ReturnVersion.objects.update(state="submitted", submitted_by=place.officer, submitted_at=now)
    used = TicketImport.objects.get(is_in_use=True, council=place.council)
    with pytest.raises(Refused, match="is submitted"):
        take(place, used, version, "p3")
    assert not Figure.objects.exists()


# The command


def command(path: Path, *more: str, council: str = "brent", preset: str = "servicenow", period: str = "2018-09") -> Any:
    out = io.StringIO()
    call_command(
        "import_tickets", str(path), "--preset", preset, "--partnership", "shared", "--council", council,
        "--period", period, "--format", "json", *more, stdout=out,
    )  # fmt: skip
    return json.loads(out.getvalue())


def test_the_command(place: Place, tmp_path: Path) -> None:
    path = csv_file(tmp_path, PLAIN)
    version = place.draft()
    Figure.objects.create(
        version=version, indicator=Indicator.objects.get(code="p3"), typed="7", amount=7, saved_at=timezone.now()
    )
    dry = command(path, "--dry-run")
    assert (dry["imported"], TicketImport.objects.count()) == (False, 0)
    result = command(path)
    assert result["imported"]
    assert (result["rows"], result["tickets"], result["undecided"]) == (4, 4, 0)
    figures = {one["code"]: one for one in result["figures"]}
    assert (figures["sla"]["figure"], figures["sla"]["numerator"], figures["sla"]["denominator"]) == ("50.00", 1, 2)
    assert (figures["p3"]["figure"], figures["p3"]["typed"]) == ("2", "7")
    assert result["figures"] == dry["figures"]
    assert path.exists()
    assert command(path)["import"] == result["import"]
    assert Ticket.objects.count() == 3


def test_the_command_refuses(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was imported"):
        command(csv_file(tmp_path, servicenow("INC1")))
    assert [one.state for one in TicketImport.objects.all()] == [State.REFUSED]
    path = csv_file(tmp_path, PLAIN)
    for wrong, words in (
        ({"council": "harrow"}, "has no council"),
        ({"preset": "remedy"}, "no preset"),
        ({"period": "2018-13"}, "Give a month like"),
    ):
        with pytest.raises(CommandError, match=words):
            command(path, **wrong)
    with pytest.raises(CommandError, match="cannot be opened"):
        command(tmp_path / "nowhere.csv")


def test_a_workbook_through_the_command(place: Place, tmp_path: Path) -> None:
    head = ["#", "State", "Priority", "Created At", "Closed At", "Close Diff In Min", "Title"]
    path = workbook(tmp_path, [head, [1, "closed", "2 normal", "2018-09-13 10:00", "2018-09-14 10:00", 5, NAME]])
    assert command(path, preset="zammad")["tickets"] == 1
