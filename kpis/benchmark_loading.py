"""Loads benchmarks, self-assessments and tables of actuals from fixtures/<slug>/benchmarks.toml.

Loading makes what is missing and changes nothing that is there, so that it can be repeated over work done since.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from kpis import benchmarking, typed
from kpis.models import (
    ActualsRow,
    ActualsTable,
    Assessment,
    AssessmentArea,
    Benchmark,
    BenchmarkResult,
    BenchmarkValue,
)
from portal.models import Partnership

Row = dict[str, Any]
_FIGURES = ("ours", "median", "lower_quartile", "upper_quartile", "lowest", "highest")


def load(folder: Path) -> None:
    """Load what the folder has. Raises ValueError where a distribution cannot be true."""
    if not (folder / "benchmarks.toml").exists():
        return
    partnership = Partnership.objects.get(slug=folder.name)
    data = tomllib.loads((folder / "benchmarks.toml").read_text())
    for row in data.get("benchmarks", ()):
        _benchmark(partnership, row)
    for row in data.get("assessments", ()):
        _assessment(partnership, row)
    for position, row in enumerate(data.get("actuals", ()), start=1):
        _actuals(partnership, position, row)


def _benchmark(partnership: Partnership, row: Row) -> None:
    benchmark, is_new = Benchmark.objects.get_or_create(
        partnership=partnership,
        survey=row["survey"],
        name=row["name"],
        defaults={
            "indicator": partnership.indicators.filter(code=row.get("indicator", "")).first(),
            "unit": row["unit"],
            "direction": row["direction"],
            "decimals": row.get("decimals", 0),
            "least": _number(row.get("least")),
            "most": _number(row.get("most")),
        },
    )
    for one in row["results"] if is_new else ():
        result = BenchmarkResult.objects.create(
            benchmark=benchmark,
            year=one["year"],
            respondents=one.get("respondents"),
            source=one["source"],
            note=one.get("note", ""),
            **{name: _number(one.get(name)) for name in _FIGURES},
        )
        BenchmarkValue.objects.bulk_create(
            BenchmarkValue(result=result, name=value.get("name", ""), value=Decimal(value["value"]))
            for value in one.get("values", ())
        )


def _assessment(partnership: Partnership, row: Row) -> None:
    grades, shares = row["grades"], row.get("distribution", [])
    problem = benchmarking.distribution_problem(shares, len(grades)) if shares else ""
    if problem:
        raise ValueError(f"{row['framework']}: {problem}")
    assessment, is_new = Assessment.objects.get_or_create(
        partnership=partnership,
        framework=row["framework"],
        assessed_on=row["assessed_on"],
        defaults={
            "when": row.get("when", ""),
            "grades": grades,
            "areas_total": row["areas_total"],
            "overall": grades.index(row["overall"]) if "overall" in row else None,
            "distribution": shares,
            "assessed": row.get("assessed", ""),
            "source": row["source"],
            "note": row.get("note", ""),
        },
    )
    if is_new:
        AssessmentArea.objects.bulk_create(
            AssessmentArea(
                assessment=assessment,
                position=position,
                name=area["name"],
                grade=grades.index(area["grade"]) if "grade" in area else None,
                distribution=area.get("distribution", []),
                note=area.get("note", ""),
            )
            for position, area in enumerate(row.get("areas", ()), start=1)
        )


def _actuals(partnership: Partnership, position: int, row: Row) -> None:
    table, is_new = ActualsTable.objects.get_or_create(
        partnership=partnership,
        provider=row["provider"],
        period=row["period"],
        defaults={"position": position, "source": row["source"], "note": row.get("note", "")},
    )
    if is_new:
        ActualsRow.objects.bulk_create(
            ActualsRow(
                table=table,
                position=place,
                measure=one["measure"],
                unit=one["unit"],
                direction=one["direction"],
                target_typed=one["target"],
                target=typed.read(one["target"], percent=one["unit"] == "percent"),
                actual_typed=one["actual"],
                actual=typed.read(one["actual"], percent=one["unit"] == "percent"),
                note=one.get("note", ""),
            )
            for place, one in enumerate(row["rows"], start=1)
        )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
