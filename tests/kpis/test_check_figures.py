"""manage.py check_figures: what it lists, in which form, and with which exit code."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from kpis.finding_actions import explain_finding
from kpis.models import Figure, FigureFinding, ReturnVersion
from portal import triggers
from portal.models import Partnership, User
from tests import factories
from tests.kpis.test_actions import fill


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("check_figures", *arguments, stdout=out)
    return out.getvalue()


def correct_in_the_database() -> None:
    """What no page can do: the one impossible figure, published, made possible."""
    triggers.take_off(connection)
    Figure.objects.filter(version__parent__period=date(2018, 8, 1), typed="83.88").update(typed="83.33")
    triggers.put_all_on(connection)


def test_the_seed_reports_by_rule_what_is_inconsistent(seed: Partnership) -> None:
    found = json.loads(run("--partnership", "brent-lewisham-southwark", "--format", "json"))
    assert {tuple(sorted(one)) for one in found} == {
        ("computed", "message", "reason", "reason_by", "remedy", "rule", "severity", "stated", "where")
    }
    rules = Counter((one["rule"], one["severity"]) for one in found)
    assert rules["percentage-of-count", "error"] == 1
    assert rules["combined-near-weighted", "warning"] == 12
    assert rules["per-head-of-one-headcount", "warning"] == 3
    assert not {"total-of-parts", "combined-between-parts", "not-a-figure"} & {rule for rule, _ in rules}
    error = next(one for one in found if one["severity"] == "error")
    assert error["stated"] == "83.88"
    assert error["computed"] == "83.33% (5 of 6); smallest count 242"
    assert error["where"] == ["Brent", "August 2018", "Priority 1 resolved in time"]
    headcount = [one for one in found if one["rule"] == "per-head-of-one-headcount"]
    assert [one["where"] for one in headcount] == [
        [name, "June to September 2018", "Headcount"] for name in ("Brent", "Lewisham", "Southwark")
    ]
    assert [one["computed"] for one in headcount] == [
        "2,992–2,996, if cut",
        "2,502–2,508, if cut",
        "4,490–4,505, if cut",
    ]


def test_findings_follow_the_figures_and_not_what_was_stored(seed: Partnership) -> None:
    correct_in_the_database()
    found = json.loads(run("--format", "json"))
    assert [one for one in found if one["severity"] == "error"] == []


def test_text_names_place_message_and_remedy(seed: Partnership) -> None:
    lines = run().splitlines()
    at = lines.index("error  percentage-of-count  Brent, August 2018, Priority 1 resolved in time")
    assert lines[at + 1] == "    83.88% is not possible for 6 incidents. Did you mean 83.33% (5 of 6)?"
    assert lines[at + 2].startswith("    It takes at least 242 incidents (203 of 242). Correct it, or give both counts")
    assert lines[-1] == "68 findings, 1 of them an error"


def test_a_reason_is_listed_with_who_gave_it_while_the_figure_says_the_same(seed: Partnership) -> None:
    finding = FigureFinding.objects.get(severity="error")
    manager = User.objects.get(username="service-manager")
    explain_finding(finding=finding, reason="Typed wrongly in the pack.", by=manager)
    found = {
        (one["reason"], one["reason_by"]) for one in json.loads(run("--format", "json")) if one["stated"] == "83.88"
    }
    assert found == {("Typed wrongly in the pack.", "service-manager")}
    lines = run().splitlines()
    at = lines.index("error  percentage-of-count  Brent, August 2018, Priority 1 resolved in time")
    assert lines[at + 3] == "    Reason given by service-manager: Typed wrongly in the pack."


def test_drafts_are_not_published_figures(draft: ReturnVersion, officer) -> None:
    before = run()
    fill(draft, officer, p1_sla="83.88")
    assert run() == before


def test_the_exit_code_tells_findings_apart_only_when_asked(seed: Partnership) -> None:
    run()
    for severity in ("error", "warning"):
        with pytest.raises(SystemExit) as ended:
            run("--fail-on", severity)
        assert ended.value.code == 1
    correct_in_the_database()
    run("--fail-on", "error")


def test_a_partnership_without_figures_has_no_findings(db: None) -> None:
    factories.partnership(factories.council(), slug="empty")
    assert run("--partnership", "empty") == "No findings\n"
    assert json.loads(run("--format", "json")) == []


def test_an_unknown_partnership_is_named_with_the_known_ones(seed: Partnership) -> None:
    with pytest.raises(CommandError) as refused:
        run("--partnership", "nowhere")
    assert str(refused.value) == "There is no partnership 'nowhere'. There are: brent-lewisham-southwark."


def test_the_number_of_queries_does_not_grow_with_months(seed: Partnership, django_assert_num_queries) -> None:
    with django_assert_num_queries(10):
        run("--partnership", seed.slug)
