from kpis.models.benchmarks import (
    ActualsRow,
    ActualsTable,
    Assessment,
    AssessmentArea,
    Benchmark,
    BenchmarkResult,
    BenchmarkValue,
)
from kpis.models.imports import ReturnImport
from kpis.models.indicators import Indicator, IndicatorPart, Target
from kpis.models.limits import Rebase, ReportingPeriod
from kpis.models.returns import Figure, FigureFinding, Return, ReturnVersion, month_of
from kpis.models.tickets import Ticket, TicketImport, TicketMapping

__all__ = [
    "ActualsRow",
    "ActualsTable",
    "Assessment",
    "AssessmentArea",
    "Benchmark",
    "BenchmarkResult",
    "BenchmarkValue",
    "Figure",
    "FigureFinding",
    "Indicator",
    "IndicatorPart",
    "Rebase",
    "ReportingPeriod",
    "Return",
    "ReturnImport",
    "ReturnVersion",
    "Target",
    "Ticket",
    "TicketImport",
    "TicketMapping",
    "month_of",
]
