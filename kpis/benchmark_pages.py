"""What the pages of benchmarks show: charts, readings and rows, out of what the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpis import benchmarking
from kpis.benchmark_actions import FIGURES
from kpis.models import ActualsRow, ActualsTable, Assessment, Benchmark, BenchmarkResult, Indicator
from portal import figures
from portal.charts.spec import Chart, Period, Series, number
from portal.figures import Finding

if TYPE_CHECKING:
    from portal.models import Partnership

_UNITS = {
    Indicator.Unit.COUNT: ("Number", "", ""),
    Indicator.Unit.PERCENT: ("Per cent", "", "%"),
    Indicator.Unit.RATIO: ("Ratio", "", ""),
    Indicator.Unit.SCORE: ("Score", "", ""),
    Indicator.Unit.NET_SCORE: ("Score from −100 to 100", "", ""),
    Indicator.Unit.CURRENCY: ("Pounds", "£", ""),
    Indicator.Unit.DURATION: ("Hours", "", ""),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A benchmark with its years, the newest first, and the chart where anything is known to draw."""

    benchmark: Benchmark
    finding: str
    chart: Chart | None
    years: tuple[tuple[BenchmarkResult, benchmarking.Outcome], ...]
    others: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]
    has_quartiles: bool

    @property
    def latest(self) -> BenchmarkResult:
        return self.years[0][0]


def who(partnership: Partnership) -> str:
    """What we are called beside others: the council where there is one alone, else the partnership."""
    names = [place.council.short_name for place in partnership.places.select_related("council")]
    return names[0] if len(names) == 1 else partnership.name


def outcome_of(result: BenchmarkResult) -> benchmarking.Outcome:
    return benchmarking.Outcome(
        result.year,
        result.respondents,
        **{name: getattr(result, name) for name in FIGURES},
        others=tuple(one.value for one in result.values.all()),
    ).with_known()


def shown(benchmark: Benchmark, ours: str) -> Shown:
    """`benchmark` has its results and their values loaded; `ours` is what we are called."""
    results = sorted(benchmark.results.all(), key=lambda result: result.year)
    years = [(result, outcome_of(result)) for result in results]
    unit, prefix, suffix = _UNITS[Indicator.Unit(benchmark.unit)]
    finding = benchmarking.standing(
        years[-1][1], direction=benchmark.direction, decimals=benchmark.decimals, who=ours, suffix=suffix
    )
    lines = _lines(years, ours)
    chart = None
    if sum(len(line.reported) for line in lines) > 1:  # one point alone is no picture
        chart = Chart(
            title=finding,
            subject=f"{benchmark.name}, {benchmark.survey}",
            periods=tuple(Period(str(result.year), str(result.year)) for result in results),
            series=lines,
            unit=unit,
            direction=f"{Indicator.Direction(benchmark.direction).label}.",
            prefix=prefix,
            suffix=suffix,
            decimals=benchmark.decimals,
            least=benchmark.least,
            most=benchmark.most,
        )
    return Shown(
        benchmark,
        finding,
        chart,
        tuple(reversed(years)),
        tuple(
            (
                result.year,
                tuple(
                    (one.name or "Another participant", _number(one.value, benchmark)) for one in result.values.all()
                ),
            )
            for result in reversed(results)
            if result.values.all()
        ),
        any(outcome.lower_quartile is not None or outcome.upper_quartile is not None for _, outcome in years),
    )


def _lines(years: Sequence[tuple[BenchmarkResult, benchmarking.Outcome]], ours: str) -> tuple[Series, ...]:
    """Ours, the median, and around them the quartiles, or the range where there are none."""
    outcomes = [outcome for _, outcome in years]
    around = [("Lower quartile", "lower_quartile"), ("Upper quartile", "upper_quartile")]
    if all(getattr(outcome, name) is None for outcome in outcomes for _, name in around):
        around = [("Lowest", "lowest"), ("Highest", "highest")]
    series = []
    for label, name in ((ours, "ours"), ("Median", "median"), *around):
        values = tuple(getattr(outcome, name) for outcome in outcomes)
        if any(value is not None for value in values):
            series.append(Series(label, values))
    return tuple(series)


def _number(value: Decimal, benchmark: Benchmark) -> str:
    return number(value, benchmark.decimals)


@dataclass(frozen=True, slots=True)
class Framework:
    """The assessments in one framework, the newest first, and what the newest says."""

    name: str
    assessments: tuple[Assessment, ...]
    finding: str
    standing: str
    distribution: tuple[tuple[str, str, bool], ...]  # grade, share, whether it is ours
    areas: tuple[tuple[str, tuple[str, ...], str, str], ...]  # area, our grade by assessment, standing, note
    not_named: int

    @property
    def latest(self) -> Assessment:
        return self.assessments[0]


def frameworks(assessments: Iterable[Assessment]) -> list[Framework]:
    """Assessments, with their areas loaded, by framework."""
    by_name: dict[str, list[Assessment]] = {}
    for assessment in assessments:
        by_name.setdefault(assessment.framework, []).append(assessment)
    return [
        _framework(name, sorted(found, key=lambda one: one.assessed_on, reverse=True))
        for name, found in sorted(by_name.items())
    ]


def _framework(name: str, found: Sequence[Assessment]) -> Framework:
    now = found[0]
    overall = _grade(now, now.overall)
    standing = ""
    if now.distribution and now.overall is not None:
        standing = benchmarking.place_among(now.distribution, now.overall)
    finding = f"Overall {overall.lower()}" if overall else "No overall grade known"
    before = next((one for one in found[1:] if one.overall is not None and one.grades == now.grades), None)
    if before is not None and now.overall is not None and before.overall is not None:
        change = now.overall - before.overall
        words = (
            "unchanged"
            if not change
            else f"{'up' if change > 0 else 'down'} from {_grade(before, before.overall).lower()}"
        )
        finding += f", {words} since {before.when or before.day}"
    names = list(dict.fromkeys(area.name for one in found for area in one.areas.all()))
    rows = []
    for area_name in names:
        areas = [next((area for area in one.areas.all() if area.name == area_name), None) for one in found]
        latest = areas[0]
        grades = tuple(
            (_grade(one, area.grade) or "Not known") if area else "Not known"
            for one, area in zip(found, areas, strict=True)
        )
        where = ""
        if latest is not None and latest.grade is not None and latest.distribution:
            where = benchmarking.place_among(latest.distribution, latest.grade)
        rows.append((area_name, grades, where, latest.note if latest is not None else ""))
    shares = now.distribution or [""] * len(now.grades)
    return Framework(
        name,
        tuple(found),
        finding,
        standing,
        tuple(
            (grade, share, place == now.overall)
            for place, (grade, share) in enumerate(zip(now.grades, shares, strict=True))
        ),
        tuple(rows),
        now.areas_total - sum(1 for _ in now.areas.all()),
    )


def _grade(assessment: Assessment, grade: int | None) -> str:
    return assessment.grades[grade] if grade is not None and grade < len(assessment.grades) else ""


@dataclass(frozen=True, slots=True)
class ActualsLine:
    row: ActualsRow
    result: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ShownActuals:
    table: ActualsTable
    finding: str
    lines: tuple[ActualsLine, ...]


def shown_actuals(table: ActualsTable) -> ShownActuals:
    """A table with its rows loaded: met or missed, and what cannot be true of a figure."""
    lines = tuple(
        ActualsLine(row, benchmarking.met(row.target, row.actual, row.direction), tuple(_findings(table, row)))
        for row in table.rows.all()
    )
    judged = [line for line in lines if line.result]
    reached = sum(line.result == "met" for line in judged)
    finding = f"{table.provider}, {table.period}: {reached} of {len(judged)} targets met"
    return ShownActuals(table, finding, lines)


def _findings(table: ActualsTable, row: ActualsRow) -> Iterator[Finding]:
    rules: dict[str, Any] = {
        Indicator.Unit.PERCENT: figures.check_percentage_range,
        Indicator.Unit.COUNT: figures.check_count,
        Indicator.Unit.NET_SCORE: figures.check_score_range,
    }
    rule = rules.get(row.unit)
    for what, text, value in (("target", row.target_typed, row.target), ("actual", row.actual_typed, row.actual)):
        if rule is None or value is None:
            continue
        finding = rule(text.strip().removesuffix("%").strip(), where=(table.provider, row.measure, what))
        if finding is not None:
            yield finding
