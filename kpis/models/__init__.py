from kpis.models.indicators import Indicator, IndicatorPart, Target
from kpis.models.returns import Figure, FigureFinding, Return, ReturnVersion, month_of

__all__ = [
    "Figure",
    "FigureFinding",
    "Indicator",
    "IndicatorPart",
    "Return",
    "ReturnVersion",
    "Target",
    "month_of",
]
