"""Benchmarks, assessments and actuals in rows, for the downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kpis.benchmark_actions import FIGURES
from kpis.benchmark_pages import ShownActuals, outcome_of
from kpis.models import Assessment, Benchmark

Row = tuple[Any, ...]

BENCHMARKS = (
    "Survey",
    "Measure",
    "Year",
    "Participants",
    "Ours",
    "Median",
    "Lower quartile",
    "Upper quartile",
    "Lowest",
    "Highest",
    "Other participant",
    "Its value",
    "Source",
    "Note",
)
ASSESSMENTS = ("Framework", "Day", "As named", "Area", "Our grade", "National distribution", "Source", "Note")
ACTUALS = ("Provider", "Period", "Measure", "Target", "Actual", "Result", "Figures check", "Source", "Note")


def benchmark_rows(benchmarks: Iterable[Benchmark]) -> Iterator[Row]:
    """One row for each year, and one more for each other participant whose value is known."""
    for benchmark in benchmarks:
        for result in benchmark.results.all():
            outcome = outcome_of(result)
            head = (benchmark.survey, benchmark.name, result.year, result.respondents)
            figures = tuple(getattr(outcome, name) for name in FIGURES)
            yield (*head, *figures, "", None, result.source, result.note)
            for one in result.values.all():
                yield (*head, *(None for _ in FIGURES), one.name or "Not named", one.value, result.source, "")


def assessment_rows(assessments: Iterable[Assessment]) -> Iterator[Row]:
    """One row for the whole, and one for each area that is known."""
    for one in assessments:

        def shares(distribution: list[str], grades: list[str] = one.grades) -> str:
            return "; ".join(f"{grade} {share}%" for grade, share in zip(grades, distribution, strict=False))

        def named(grade: int | None, grades: list[str] = one.grades) -> str:
            return grades[grade] if grade is not None else "Not known"

        head = (one.framework, one.assessed_on, one.when)
        yield (*head, "Overall", named(one.overall), shares(one.distribution), one.source, one.note)
        for area in one.areas.all():
            yield (*head, area.name, named(area.grade), shares(area.distribution), one.source, area.note)


def actuals_rows(tables: Iterable[ShownActuals]) -> Iterator[Row]:
    for shown in tables:
        for line in shown.lines:
            yield (
                shown.table.provider,
                shown.table.period,
                line.row.measure,
                line.row.target_typed,
                line.row.actual_typed,
                line.result.capitalize(),
                " ".join(finding.message for finding in line.findings),
                shown.table.source,
                " ".join(text for text in (line.row.note, shown.table.note) if text),
            )
