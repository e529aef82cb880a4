"""What changes benchmarks and self-assessments: kept as a whole, so that a year is never half entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kpis import benchmarking
from kpis.models import Assessment, AssessmentArea, Benchmark, BenchmarkResult, BenchmarkValue
from portal import audit
from portal.policies import Refused

if TYPE_CHECKING:
    from kpis.models import Indicator
    from portal.models import Partnership, User


@dataclass(frozen=True, slots=True)
class About:
    """What a benchmark is of."""

    name: str
    survey: str
    unit: str
    direction: str
    decimals: int = 0
    least: Decimal | None = None
    most: Decimal | None = None
    indicator: Indicator | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """One year's result; `others` has name and value of further participants, the name empty where unknown."""

    outcome: benchmarking.Outcome
    source: str
    note: str = ""
    others: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    grade: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Graded:
    """A self-assessment; grades by their place, the lowest is 0."""

    framework: str
    assessed_on: date
    grades: tuple[str, ...]
    areas_total: int
    source: str
    areas: tuple[Area, ...] = ()
    when: str = ""
    overall: int | None = None
    distribution: tuple[str, ...] = ()
    assessed: str = ""
    note: str = ""


def _check_years(about: About, years: Sequence[Year]) -> None:
    if not years:
        raise Refused("Give the result of one year at least.")
    if len({year.outcome.year for year in years}) < len(years):
        raise Refused("A year is given twice. Keep one of them.")
    for year in years:
        for _, sentence in benchmarking.problems(year.outcome, least=about.least, most=about.most):
            raise Refused(f"{year.outcome.year}: {sentence}")


@transaction.atomic
def save_benchmark(
    *, partnership: Partnership, about: About, years: Sequence[Year], by: User, benchmark: Benchmark | None = None
) -> Benchmark:
    """Add a benchmark, or make one what is given here. Raises Refused where a figure cannot be true."""
    _check_years(about, years)
    before = None
    same = Benchmark.objects.filter(partnership=partnership, survey=about.survey, name=about.name)
    if benchmark is None:
        _refuse_second(same.exists(), f"{about.name} of this survey")
        benchmark = Benchmark(partnership=partnership)
    else:
        benchmark = Benchmark.objects.select_for_update().get(pk=benchmark.pk)
        _refuse_second(same.exclude(pk=benchmark.pk).exists(), f"{about.name} of this survey")
        before = as_json(benchmark)
    for name in ("name", "survey", "unit", "direction", "decimals", "least", "most", "indicator"):
        setattr(benchmark, name, getattr(about, name))
    benchmark.save()
    benchmark.results.all().delete()
    for year in years:
        figures = {name: getattr(year.outcome, name) for name in FIGURES}
        result = BenchmarkResult.objects.create(
            benchmark=benchmark,
            year=year.outcome.year,
            respondents=year.outcome.respondents,
            source=year.source,
            note=year.note,
            **figures,
        )
        BenchmarkValue.objects.bulk_create(
            BenchmarkValue(result=result, name=name, value=value) for name, value in year.others
        )
    audit.record(
        by=by,
        verb="benchmark.change" if before else "benchmark.add",
        target=benchmark,
        partnership=partnership,
        before=before,
        after=as_json(benchmark),
    )
    return benchmark


FIGURES = ("ours", "median", "lower_quartile", "upper_quartile", "lowest", "highest")


@transaction.atomic
def remove_benchmark(*, benchmark: Benchmark, by: User) -> None:
    """Take a benchmark out with all its years; the audit trail keeps what it held."""
    locked = Benchmark.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=benchmark.pk)
    audit.record(by=by, verb="benchmark.remove", target=locked, partnership=locked.partnership, before=as_json(locked))
    locked.delete()


def as_json(benchmark: Benchmark) -> dict[str, Any]:
    return {
        "name": benchmark.name,
        "survey": benchmark.survey,
        "unit": benchmark.unit,
        "direction": benchmark.direction,
        "results": {
            str(result.year): {
                "respondents": result.respondents,
                **{name: _text(getattr(result, name)) for name in FIGURES},
                "values": [f"{one.name} {_text(one.value)}".strip() for one in result.values.all()],
                "source": result.source,
                "note": result.note,
            }
            for result in benchmark.results.prefetch_related("values")
        },
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _refuse_second(exists: bool, what: str) -> None:
    if exists:
        raise Refused(f"{what} is there already. Change that one.")


def _check_graded(graded: Graded) -> None:
    if len(graded.grades) < 2 or len(set(graded.grades)) < len(graded.grades):
        raise Refused("Give two grades or more, each once, the lowest first.")
    if len(graded.areas) > graded.areas_total:
        raise Refused(f"{len(graded.areas)} areas are given, and the framework has {graded.areas_total}. Correct one.")
    if len({area.name for area in graded.areas}) < len(graded.areas):
        raise Refused("An area is given twice. Keep one of them.")
    if graded.distribution:
        problem = benchmarking.distribution_problem(graded.distribution, len(graded.grades))
        if problem:
            raise Refused(problem)


@transaction.atomic
def save_assessment(
    *, partnership: Partnership, graded: Graded, by: User, assessment: Assessment | None = None
) -> Assessment:
    """Add a self-assessment, or make one what is given here. Raises Refused where something cannot be true."""
    _check_graded(graded)
    before = None
    same = Assessment.objects.filter(
        partnership=partnership, framework=graded.framework, assessed_on=graded.assessed_on
    )
    what = "An assessment in this framework on this day"
    shares: dict[str, list[str]] = {}
    if assessment is None:
        _refuse_second(same.exists(), what)
        assessment = Assessment(partnership=partnership)
    else:
        assessment = Assessment.objects.select_for_update().get(pk=assessment.pk)
        _refuse_second(same.exclude(pk=assessment.pk).exists(), what)
        before = assessment_as_json(assessment)
        # The form has no box for an area's own distribution; it stays with the area while the grades stay.
        if list(graded.grades) == assessment.grades:
            shares = {area.name: area.distribution for area in assessment.areas.all()}
    for name in ("framework", "assessed_on", "areas_total", "source", "when", "overall", "assessed", "note"):
        setattr(assessment, name, getattr(graded, name))
    assessment.grades, assessment.distribution = list(graded.grades), list(graded.distribution)
    assessment.save()
    assessment.areas.all().delete()
    AssessmentArea.objects.bulk_create(
        AssessmentArea(assessment=assessment, position=position, distribution=shares.get(area.name, []), **asdict(area))
        for position, area in enumerate(graded.areas, start=1)
    )
    audit.record(
        by=by,
        verb="assessment.change" if before else "assessment.add",
        target=assessment,
        partnership=partnership,
        before=before,
        after=assessment_as_json(assessment),
    )
    return assessment


@transaction.atomic
def remove_assessment(*, assessment: Assessment, by: User) -> None:
    locked = Assessment.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=assessment.pk)
    before = assessment_as_json(locked)
    audit.record(by=by, verb="assessment.remove", target=locked, partnership=locked.partnership, before=before)
    locked.delete()


def assessment_as_json(assessment: Assessment) -> dict[str, Any]:
    def named(grade: int | None) -> str | None:
        return None if grade is None else assessment.grades[grade]

    return {
        "framework": assessment.framework,
        "assessed_on": assessment.assessed_on.isoformat(),
        "when": assessment.when,
        "grades": assessment.grades,
        "overall": named(assessment.overall),
        "distribution": assessment.distribution,
        "areas": {area.name: named(area.grade) or "not known" for area in assessment.areas.all()},
        "areas_total": assessment.areas_total,
        "source": assessment.source,
        "note": assessment.note,
    }
