"""One vertical scale for several charts."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from portal.charts.spec import Chart, Scale, within


def shared_scale(charts: Iterable[Chart]) -> Scale:
    """One scale that holds every figure of the charts, so that councils side by side can be compared.

    A twentieth of the spread is left free above and below, except where the unit ends (`least`, `most`). ValueError
    where there is no chart or the charts are of different units.
    """
    charts = tuple(charts)
    if not charts:
        raise ValueError("a scale needs a chart")
    if len({(chart.prefix, chart.suffix, chart.unit) for chart in charts}) > 1:
        raise ValueError("charts of different units cannot share a scale")
    leasts = [chart.least for chart in charts if chart.least is not None]
    mosts = [chart.most for chart in charts if chart.most is not None]
    least = min(leasts) if len(leasts) == len(charts) else None
    most = max(mosts) if len(mosts) == len(charts) else None

    figures: list[Decimal] = []
    for chart in charts:
        figures += [value for series in chart.series for _, value in series.reported]
        figures += [step.value for step in chart.targets]
        # A limit may lie where no value can, an upper limit of 104% for one: it is cut there.
        figures += [within(level, least, most) for stage in chart.steps for level in stage.figures]
    if not figures:
        bottom = least if least is not None else Decimal(0) if most is None else most - 1
        return Scale(bottom, most if most is not None else bottom + 1)

    low, high = min(figures), max(figures)
    room = (high - low) / 20 or max(abs(high) / 10, Decimal(1))
    # A figure that itself lies beyond the unit's end still has to be seen.
    bottom = low - room if least is None else min(low, max(low - room, least))
    top = high + room if most is None else max(high, min(high + room, most))
    return Scale(bottom, top)


def side_by_side(charts: Iterable[Chart]) -> tuple[Chart, ...]:
    """The same charts, drawn on one scale."""
    charts = tuple(charts)
    scale = shared_scale(charts)
    return tuple(replace(chart, scale=scale) for chart in charts)
