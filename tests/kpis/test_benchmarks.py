"""Harrow's benchmarks, assessments and targets as its strategy prints them, and the forms that keep such things."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from kpis import benchmark_actions, benchmark_pages
from kpis.benchmark_actions import About, Area, Graded, Year
from kpis.benchmarking import Outcome
from kpis.models import ActualsRow, ActualsTable, Assessment, Benchmark, BenchmarkResult
from portal.models import AuditEvent, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.reading import parse, signed_in

pytestmark = pytest.mark.django_db

D = Decimal


def page_of(user: User, path: str = "benchmarks/") -> Any:
    response = signed_in(user).get(f"/harrow/{path}")
    assert response.status_code == 200
    return parse(response.content.decode())


def test_the_survey_is_entered_as_the_strategy_gives_it(harrow: Partnership) -> None:
    result = BenchmarkResult.objects.get(benchmark__name="User satisfaction with IT")
    assert (result.year, result.respondents, result.ours, result.median) == (2006, 14, D("3.7"), D("4.8"))
    assert (result.lower_quartile, result.upper_quartile, result.highest) == (None, None, None)
    assert "cannot be read" in result.note
    assert Benchmark.objects.count() == 3


def test_the_published_targets_are_met_and_missed_as_printed(harrow: Partnership) -> None:
    tables = ActualsTable.objects.prefetch_related("rows").order_by("position")
    read = {
        table.provider: [
            (line.row.target_typed, line.row.actual_typed, line.result)
            for line in benchmark_pages.shown_actuals(table).lines
        ]
        for table in tables
    }
    assert read == {
        "HITS": [
            ("98%", "96%", "missed"),
            ("99.6%", "99.95%", "met"),
            ("98%", "98.29%", "met"),
            ("5%", "15%", "missed"),
            ("99%", "99.28", "met"),
        ],
        "Capita (SAP)": [
            ("95%", "100%", "met"),
            ("95%", "81.3%", "missed"),
            ("99.96%", "100%", "met"),
            ("95%", "100%", "met"),
        ],
    }


def test_the_page_says_how_harrow_stands(harrow_auditor: User) -> None:
    page = page_of(harrow_auditor)
    assert page.one("h1").text == "How Harrow compares"
    headings = [one.text for one in page.all("h3")]
    assert "ICT e-service delivery standards. Overall minimum, up from non-compliant since October 2007" in headings
    assert "HITS, 2007/08: 3 of 5 targets met" in headings
    assert "Capita (SAP), 2007/08: 3 of 4 targets met" in headings
    assert "Harrow: 3.7, the lowest of 14; median 4.8" in page.one("figure").text
    assert "Of over 150 local authorities, 44% have this grade, 19% a lower one and 37% a higher one." in page.text
    assert "6 of the 13 areas are not known." in page.text
    assert "Change" not in [link.text for link in page.all("a")]  # nothing to change for an auditor


def test_the_start_page_and_the_dashboard_of_a_partnership_without_returns(harrow_auditor: User) -> None:
    start = page_of(harrow_auditor, "")
    assert "Harrow: 3.7, the lowest of 14; median 4.8" in start.text
    assert page_of(harrow_auditor, "performance/").one("h1").text == "No indicators have been set up"


def test_figures_that_cannot_be_true_are_named(harrow_auditor: User) -> None:
    row = ActualsRow.objects.get(measure__startswith="Availability of applications")
    ActualsRow.objects.filter(pk=row.pk).update(actual_typed="199.28", actual=D("199.28"))
    assert "Error: 199.28% " in page_of(harrow_auditor).text


def test_downloads_hold_what_the_page_shows(harrow_auditor: User) -> None:
    client = signed_in(harrow_auditor)
    for kind, count in (("benchmarks", 3), ("assessments", 9), ("actuals", 9)):
        text = b"".join(client.get(f"/harrow/benchmarks/{kind}.csv").streaming_content).decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text)))
        assert len(lines) == count, kind
        book = openpyxl.load_workbook(
            io.BytesIO(b"".join(client.get(f"/harrow/benchmarks/{kind}.xlsx").streaming_content))
        )
        assert book.active.max_row == count + 1
    assert lines[3]["Measure"] == "Calls to the service desk that were abandoned"
    assert (lines[3]["Target"], lines[3]["Actual"], lines[3]["Result"]) == ("5%", "15%", "Missed")
    assert client.get("/harrow/benchmarks/accounts.csv").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(
    harrow: Partnership, harrow_manager: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(harrow_manager)
    client.get("/harrow/benchmarks/")
    with django_assert_num_queries(12):
        client.get("/harrow/benchmarks/")
    for number in range(3):
        save(harrow, harrow_manager, name=f"Cost of a desktop {number}")
    with django_assert_num_queries(12):
        client.get("/harrow/benchmarks/")


def save(partnership: Partnership, by: User, outcome: Outcome | None = None, **changes: Any) -> Benchmark:
    benchmark = changes.pop("benchmark", None)
    about = {"name": "Cost of a desktop", "survey": "Club", "unit": "currency", "direction": "decrease"} | changes
    year = Year(outcome or Outcome(2007, 9, ours=D(900), median=D(850)), "Club report")
    return benchmark_actions.save_benchmark(
        partnership=partnership, about=About(**about), years=[year], by=by, benchmark=benchmark
    )


GRADED = Graded("Standards", date(2008, 9, 1), ("Low", "High"), 2, "Report", (Area("Security", 0), Area("Skills")))


def test_saving_and_removing_leaves_a_trail(harrow: Partnership, harrow_manager: User) -> None:
    made = save(harrow, harrow_manager)
    save(harrow, harrow_manager, Outcome(2007, 9, ours=D(880), median=D(850)), benchmark=made)
    benchmark_actions.remove_benchmark(benchmark=made, by=harrow_manager)
    graded = benchmark_actions.save_assessment(partnership=harrow, graded=GRADED, by=harrow_manager)
    benchmark_actions.remove_assessment(assessment=graded, by=harrow_manager)
    events = list(AuditEvent.objects.filter(partnership=harrow).order_by("pk"))
    assert [event.verb for event in events] == [
        "benchmark.add", "benchmark.change", "benchmark.remove", "assessment.add", "assessment.remove",
    ]  # fmt: skip
    assert events[1].before["results"]["2007"]["ours"] == "900"
    assert events[1].after["results"]["2007"]["ours"] == "880"
    assert events[4].before["areas"] == {"Security": "Low", "Skills": "not known"}
    assert not Benchmark.objects.filter(name="Cost of a desktop").exists()


def test_what_cannot_be_true_is_not_saved(harrow: Partnership, harrow_manager: User) -> None:
    with pytest.raises(Refused, match="2007: Fewer than 5 participants"):
        save(harrow, harrow_manager, Outcome(2007, 3, lower_quartile=D(1)))
    save(harrow, harrow_manager)
    with pytest.raises(Refused, match="is there already"):
        save(harrow, harrow_manager)
    for changes, said in (
        ({"grades": ("Low",)}, "Give two grades or more"),
        ({"areas_total": 1}, "2 areas are given, and the framework has 1"),
        ({"distribution": ("10", "80")}, "The shares sum to 90"),
        ({"areas": (Area("Skills"), Area("Skills"))}, "An area is given twice"),
    ):
        graded = Graded(**{name: getattr(GRADED, name) for name in GRADED.__slots__} | changes)
        with pytest.raises(Refused, match=said):
            benchmark_actions.save_assessment(partnership=harrow, graded=graded, by=harrow_manager)
    assert Assessment.objects.count() == 2


def rows(prefix: str, *given: dict[str, str]) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-{i}-{name}": value for i, row in enumerate(given) for name, value in row.items()}


ABOUT = {"name": "Cost of a desktop", "survey": "Club", "unit": "currency", "direction": "decrease", "decimals": "0"}
YEAR = {"year": "2007", "respondents": "3", "ours": "900", "values": "Camden 800\n850", "source": "Club report"}


def test_a_benchmark_is_added_changed_and_removed_in_forms(harrow: Partnership, harrow_manager: User) -> None:
    client = signed_in(harrow_manager)
    assert client.post("/harrow/benchmarks/add/", ABOUT | rows("years", YEAR, {})).status_code == 302
    made = Benchmark.objects.get(name="Cost of a desktop")
    (result,) = made.results.all()
    assert (result.ours, result.median) == (900, None)
    assert [(one.name, one.value) for one in result.values.all()] == [("Camden", 800), ("", 850)]
    page = parse(client.get("/harrow/benchmarks/").content.decode())
    assert "Cost of a desktop Club" in " ".join(page.text.split()).replace("Club.", "Club")
    assert "Harrow: 900, the highest of 3; median 850" in page.text  # 800, 850, 900
    form = parse(client.get(f"/harrow/benchmarks/{made.pk}/edit/").content.decode())
    assert form.one(id="id_years-0-values").text.split() == ["Camden", "800", "850"]
    changed = rows("years", YEAR | {"ours": "870"}, YEAR | {"year": "2008", "DELETE": "on"})
    assert client.post(f"/harrow/benchmarks/{made.pk}/change/", ABOUT | changed).status_code == 302
    assert [one.ours for one in made.results.all()] == [870]
    assert client.post(f"/harrow/benchmarks/{made.pk}/remove/").status_code == 302
    assert client.post(f"/harrow/benchmarks/{made.pk}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lower_quartile": "9"}, "Fewer than 5 participants have no quartiles"),
        ({"respondents": "9", "median": "5", "upper_quartile": "4"}, "is below the median (5)"),
        ({"values": "Camden"}, "“Camden” ends in no value. Write it like Camden 4.8."),
        ({"year": "x"}, "Enter a whole number"),
        ({"source": ""}, "Say where the figures come from"),
    ],
)
def test_a_form_keeps_what_was_typed_and_names_the_field(
    harrow: Partnership, harrow_manager: User, changes: dict[str, str], said: str
) -> None:
    response = signed_in(harrow_manager).post("/harrow/benchmarks/add/", ABOUT | rows("years", YEAR | changes))
    assert response.status_code == 422
    page = parse(response.content.decode())
    assert said in page.text
    assert "Result 1, " in page.text
    assert page.one(id="id_name").attributes["value"] == "Cost of a desktop"
    assert Benchmark.objects.count() == 3


def test_a_second_benchmark_of_the_name_is_refused_with_the_form(harrow: Partnership, harrow_manager: User) -> None:
    save(harrow, harrow_manager)
    response = signed_in(harrow_manager).post("/harrow/benchmarks/add/", ABOUT | rows("years", YEAR))
    assert response.status_code == 409
    assert "is there already" in response.content.decode()


GRADES = {
    "framework": "Standards",
    "assessed_on": "2008-09-01",
    "grades": "Low\nHigh",
    "distribution": "40%\n60%",
    "overall": "High",
    "areas_total": "2",
    "source": "Report",
}


def test_an_assessment_is_added_changed_and_removed_in_forms(harrow: Partnership, harrow_manager: User) -> None:
    client = signed_in(harrow_manager)
    areas = rows("areas", {"name": "Security", "grade": "Low"}, {"name": "Skills"}, {})
    assert client.post("/harrow/assessments/add/", GRADES | areas).status_code == 302
    made = Assessment.objects.get(framework="Standards")
    assert (made.grades, made.distribution, made.overall) == (["Low", "High"], ["40", "60"], 1)
    assert [(area.name, area.grade) for area in made.areas.all()] == [("Security", 0), ("Skills", None)]
    assert client.get(f"/harrow/assessments/{made.pk}/edit/").status_code == 200
    assert client.post(f"/harrow/assessments/{made.pk}/change/", GRADES | areas | {"overall": "Low"}).status_code == 302
    assert Assessment.objects.get(pk=made.pk).overall == 0
    assert client.post("/harrow/assessments/add/", GRADES | areas).status_code == 409
    for changes, said in (
        ({"overall": "Best"}, "“Best” is none of the grades"),
        ({"distribution": "40\n50"}, "The shares sum to 90"),
        ({"areas-0-grade": "Best"}, "Area 1, Our grade: “Best” is none of the grades"),
        ({"assessed_on": "soon"}, "This is no day"),
    ):
        response = client.post("/harrow/assessments/add/", GRADES | areas | changes)
        assert response.status_code == 422
        assert said in parse(response.content.decode()).text
    assert client.post(f"/harrow/assessments/{made.pk}/remove/").status_code == 302
    assert client.post(f"/harrow/assessments/{made.pk}/change/", GRADES | areas).status_code == 404


def test_another_partnerships_benchmark_is_not_there(harrow: Partnership, harrow_manager: User) -> None:
    elsewhere = factories.partnership(factories.council("Elsewhere"))
    theirs = save(elsewhere, factories.user(elsewhere, "service-manager"))
    client = signed_in(harrow_manager)
    assert client.get(f"/harrow/benchmarks/{theirs.pk}/edit/").status_code == 404
    assert client.post(f"/harrow/benchmarks/{theirs.pk}/remove/").status_code == 404
    assert client.get(f"/{elsewhere.slug}/benchmarks/").status_code == 403
    assert client.get(f"/harrow/benchmarks/{theirs.pk}/remove/").status_code == 405
