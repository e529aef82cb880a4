"""`manage.py import_return` does what the page does, for whoever works without it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError

from kpis.models import ReturnImport, ReturnVersion
from kpis.saving import Box, save_boxes
from portal.models import AuditEvent, Partnership, Upload
from tests.kpis.test_return_imports import typed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(tmp_path: Path) -> Path:
    path = tmp_path / "october.csv"
    path.write_text("Code,Figure\np1-incidents,6\np1-sla,83.88\nservice-requests,\n")
    return path


def run(capsys: pytest.CaptureFixture[str], path: Path, *extra: str, **changed: str) -> str:
    names = {"partnership": "brent-lewisham-southwark", "council": "brent", "period": "2018-10", "by": "officer-brent"}
    options = [part for name, value in (names | changed).items() for part in (f"--{name}", value)]
    call_command("import_return", str(path), *options, *extra)
    return capsys.readouterr().out


def told(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def test_it_imports_and_says_what_the_check_found(draft: ReturnVersion, october: Path, capsys) -> None:
    answer = told(run(capsys, october, "--format", "json"))
    assert (answer["state"], answer["return"]) == ("imported", "Brent, October 2018")
    assert [(one["cell"], one["box"], one["before"], one["after"]) for one in answer["changes"]] == [
        ("B2", "figure.p1-incidents", "", "6"),
        ("B3", "figure.p1-sla", "", "83.88"),
    ]
    assert (answer["kept"], answer["same"], answer["faults"], answer["conflicts"]) == (0, 0, [], [])
    assert ("p1-sla", "error") in [(one["indicator"], one["severity"]) for one in answer["findings"]]
    assert typed_in(draft) == {"p1-incidents": "6", "p1-sla": "83.88"}
    assert AuditEvent.objects.get(verb="return.import").by.username == "officer-brent"


def test_in_words(draft: ReturnVersion, october: Path, capsys) -> None:
    lines = run(capsys, october).splitlines()
    assert lines[0] == "B2  Priority 1 incidents: empty -> 6"
    assert lines[-1] == "Two figures imported into Brent, October 2018."
    assert any(line.startswith("error  p1-sla: ") for line in lines)


def test_a_dry_run_changes_nothing_at_all(seed: Partnership, october: Path, capsys) -> None:
    """Not even the draft that it would open is left."""
    seed.demonstration_today = date(2018, 11, 2)
    seed.save()
    answer = told(run(capsys, october, "--dry-run", "--format", "json"))
    assert (answer["state"], answer["message"]) == ("dry-run", "Two figures of Brent, October 2018 would change.")
    assert not ReturnVersion.objects.filter(parent__period=date(2018, 10, 1)).exists()
    assert not Upload.objects.exists()
    assert not ReturnImport.objects.exists()
    assert default_storage.listdir("uploads")[1] == []


def test_a_return_that_was_not_opened_is_opened(seed: Partnership, october: Path, capsys) -> None:
    seed.demonstration_today = date(2018, 11, 2)
    seed.save()
    run(capsys, october)
    version = ReturnVersion.objects.get(parent__period=date(2018, 10, 1))
    assert typed_in(version) == {"p1-incidents": "6", "p1-sla": "83.88"}


def test_a_wrong_cell_imports_nothing(draft: ReturnVersion, tmp_path: Path, capsys) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("Code,Figure\np1-incidents,6\np1-sla,=1+1\n")
    with pytest.raises(CommandError, match=r"Nothing was imported: one cell of wrong\.csv cannot be read\."):
        run(capsys, path, "--format", "json")
    answer = told(capsys.readouterr().out)
    assert (answer["state"], [one["cell"] for one in answer["faults"]]) == ("refused", ["B3"])
    assert typed_in(draft) == {}
    assert not Upload.objects.exists()
    assert default_storage.listdir("uploads")[1] == []


def test_doing_it_twice_changes_nothing_the_second_time(draft: ReturnVersion, october: Path, capsys) -> None:
    run(capsys, october)
    with pytest.raises(CommandError, match=r"“october\.csv” changes nothing in this return\."):
        run(capsys, october)
    assert AuditEvent.objects.filter(verb="return.import").count() == 1


def test_what_is_in_the_draft_stays_where_the_file_says_nothing(draft, officer, october: Path, capsys) -> None:
    boxes = [Box("figure.service-requests", "100", ""), Box("figure.p1-incidents", "6", "")]
    save_boxes(version=draft, boxes=boxes, by=officer)
    answer = told(run(capsys, october, "--format", "json"))
    assert ([one["box"] for one in answer["changes"]], answer["kept"], answer["same"]) == (["figure.p1-sla"], 1, 1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"partnership": "nowhere"}, "--partnership is nowhere. There is no such partnership."),
        ({"council": "harrow"}, "--council is harrow. Councils of brent-lewisham-southwark: "),
        ({"period": "October"}, "--period is October. Write a month like 2018-10."),
        ({"period": "2018-13"}, "--period is 2018-13. Write a month like 2018-10."),
        ({"period": "2018-01"}, "Returns begin with June 2018."),
        ({"period": "2019-03"}, "March 2019 has not begun."),
        ({"by": "nobody"}, "--by is nobody. There is no such account."),
        ({"by": "officer-lewisham"}, "--by is officer-lewisham, who may not enter the return of Brent."),
        ({"by": "approver-brent"}, "--by is approver-brent, who may not enter the return of Brent."),
    ],
)
def test_a_wrong_option_is_named(draft, october: Path, capsys, changed: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(capsys, october, **changed)
    assert str(caught.value).startswith(words)
    assert typed_in(draft) == {}


def test_a_file_that_is_not_there_and_one_that_is_no_return(draft, tmp_path: Path, capsys) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*gone\.csv"):
        run(capsys, tmp_path / "gone.csv")
    path = tmp_path / "words.csv"
    path.write_text("some words\n")
    with pytest.raises(CommandError, match=r"“words\.csv” has no column headed “Code”"):
        run(capsys, path)


def test_a_return_that_is_no_draft_takes_none(draft, officer, october: Path, capsys) -> None:
    ReturnVersion.objects.filter(pk=draft.pk).update(
        state="submitted", submitted_by=officer, submitted_at=draft.created_at
    )
    with pytest.raises(CommandError, match="October 2018 is submitted and waits for approval: nothing was changed"):
        run(capsys, october)
