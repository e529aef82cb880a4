"""A chart as a Plotly figure: the same picture, with each value at hand under the pointer or a finger.

The colours are those of palette.py, which charts.js replaces by the page's own. Plotly reads a little HTML in every
text, so all texts are escaped.
"""

from decimal import Decimal
from html import escape
from typing import Any

from portal.charts import geometry, palette
from portal.charts.geometry import Frame
from portal.charts.limits import Stage
from portal.charts.spec import Chart, Mark, Series
from portal.charts.svg import HEIGHT, PATTERNS, WIDE_WIDTH, WIDTH

SYMBOLS = {Mark.NORMAL: "circle", Mark.CONCERN: "diamond", Mark.IMPROVEMENT: "square"}
COLOURS = {Mark.NORMAL: palette.INK_2, Mark.CONCERN: palette.BAD, Mark.IMPROVEMENT: palette.BETTER}
CLEAR = "rgba(0,0,0,0)"

# Widths below which the page lets no chart shrink, in CSS pixels: a column of the grid, and the class "wide".
LEAST, WIDE_LEAST = 304, 704


def to_plotly(chart: Chart, *, width: int = WIDTH, height: int = HEIGHT) -> dict[str, Any]:
    """data, layout and config for Plotly.newPlot; only what JSON can hold.

    width and height are those of the SVG that the figure replaces: they decide which labels fit.
    """
    plot = geometry.frame(chart, width, height)
    long = plot.count > geometry.LABELLED_POINTS
    # Its letters do not shrink with the page as an SVG's do: the periods are named as fits the narrowest place.
    least = WIDE_LEAST if width >= WIDE_WIDTH else LEAST
    ticks = geometry.axis_labels(chart.periods, geometry.frame(chart, least, height))
    layout = {
        "margin": {"l": plot.left, "r": width - plot.right, "t": plot.top, "b": height - plot.bottom, "pad": 0},
        "paper_bgcolor": palette.PAPER,
        "plot_bgcolor": CLEAR,
        "font": {"size": geometry.TEXT, "color": palette.INK_2},
        "showlegend": False,
        "hovermode": "x" if len(chart.series) > 1 else "closest",
        "hoverdistance": 40,
        "hoverlabel": {"bgcolor": palette.INK, "bordercolor": palette.INK, "font": {"color": palette.PAPER}},
        # A short run has nothing to zoom into, and a finger on it should scroll the page.
        "dragmode": "zoom" if long else False,
        "xaxis": {
            "range": [-0.5, plot.count - 0.5],
            "tickmode": "array",
            "tickvals": [label.index for label in ticks],
            "ticktext": [escape(label.text) for label in ticks],
            "tickangle": 0,
            "ticklabeloverflow": "allow",
            "fixedrange": not long,
            "showgrid": False,
            "zeroline": False,
            "linecolor": palette.LINE,
        },
        "yaxis": {"range": [_bottom(plot), plot.high], "fixedrange": True, "visible": False},
        "shapes": _shapes(chart, plot),
        "annotations": _annotations(chart, plot),
    }
    return {
        "data": [_trace(chart, series, order, plot) for order, series in enumerate(chart.series)],
        "layout": layout,
        "config": {
            "displaylogo": False,
            # Otherwise a button sends the figures to a server of Plotly's.
            "showSendToCloud": False,
            "plotlyServerURL": "",
            "responsive": True,
            "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"] if long else ["toImage"]],
            "toImageButtonOptions": {"filename": _file_name(chart), "scale": 2},
        },
    }


def _file_name(chart: Chart) -> str:
    words = "".join(character if character.isalnum() else " " for character in chart.subject.lower())
    return "-".join(words.split()) or "chart"


def _bottom(plot: Frame) -> float:
    """The value at the axis, below the low end of the scale."""
    return plot.low - (plot.bottom - plot.floor) / (plot.floor - plot.top) * (plot.high - plot.low)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _trace(chart: Chart, series: Series, order: int, plot: Frame) -> dict[str, Any]:
    every = range(plot.count)
    scale = 1.0 if plot.step >= 14 else 0.6
    sizes = {Mark.NORMAL: 7 * scale, Mark.CONCERN: 12 * scale, Mark.IMPROVEMENT: 10 * scale}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(series.name),
        "x": list(every),
        "y": [_number(value) for value in series.values],
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": palette.INK_2, "width": 1.75, "dash": _dash(order)},
        "marker": {
            "symbol": [SYMBOLS[series.mark(index)] for index in every],
            "color": [COLOURS[series.mark(index)] for index in every],
            "size": [sizes[series.mark(index)] for index in every],
            "opacity": 1,
            "line": {"width": 0},
        },
        "customdata": [_hover(chart, series, index) for index in every],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _dash(order: int) -> str:
    pattern = PATTERNS[order % len(PATTERNS)]
    return pattern.replace(" ", "px,") + "px" if pattern else "solid"


def _hover(chart: Chart, series: Series, index: int) -> str:
    said = f"{chart.periods[index].long}: {chart.full(series.values[index])}"
    if len(chart.series) > 1:
        said = f"{series.name}, {said}"
    mark = series.mark(index)
    return escape(said if mark is Mark.NORMAL else f"{said}, {mark.words.lower()}")


def _shapes(chart: Chart, plot: Frame) -> list[dict[str, Any]]:
    """Expected range, mean, target and gaps."""
    shapes: list[dict[str, Any]] = []
    for stage in chart.steps:
        shapes += _stage(stage, plot)
    edge = {"color": palette.INK_2, "width": 1}
    for stage in chart.rebased:
        x = stage.first - 0.5
        # As far above the plot as the words beside it, which stand at its top.
        top = 1 + plot.top / (plot.bottom - plot.top)
        upright = {"layer": "above", "xref": "x", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": top}
        shapes.append({**_level(Decimal(0), edge), **upright})
    accent = {"color": palette.ACCENT, "width": 2, "dash": "2px,3px"}
    for step in chart.targets:
        if plot.holds(step.value):
            shapes.append({**_level(step.value, accent), "xref": "x", "x0": step.first - 0.5, "x1": step.last + 0.5})
    for gap in geometry.gaps(chart, plot):
        for index in range(gap.first, gap.last + 1):
            line = {"color": palette.EDGE, "width": 1, "dash": "5px,4px"}
            shapes.append({**_level(Decimal(0), line), "xref": "x", "x0": index, "x1": index})
            shapes[-1].update({"yref": "paper", "y0": 0, "y1": 0.88 if gap.said else 1})
    return shapes


def _stage(stage: Stage, plot: Frame) -> list[dict[str, Any]]:
    """Expected range and mean over the periods for which they hold."""
    across = {"xref": "x", "x0": stage.first - 0.5, "x1": stage.last + 0.5}
    shapes: list[dict[str, Any]] = []
    if stage.band:
        upper, lower = stage.band.upper, stage.band.lower
        shapes.append(
            {
                "type": "rect",
                "layer": "below",
                **across,
                "y0": float(lower) if lower is not None and plot.holds(lower) else _bottom(plot),
                "y1": float(upper) if upper is not None and plot.holds(upper) else plot.high,
                "fillcolor": palette.WASH,
                "line": {"width": 0},
            }
        )
        edge = {"color": palette.EDGE, "width": 1, "dash": "5px,4px"}
        limits = (limit for limit in (upper, lower) if limit is not None and plot.holds(limit))
        shapes += [{**_level(limit, edge), **across} for limit in limits]
    if stage.mean is not None and plot.holds(stage.mean):
        shapes.append({**_level(stage.mean, {"color": palette.INK_2, "width": 1}), **across})
    return shapes


def _level(value: Decimal, line: dict[str, Any]) -> dict[str, Any]:
    level = float(value)
    return {"type": "line", "layer": "below", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level, "line": line}


def _annotations(chart: Chart, plot: Frame) -> list[dict[str, Any]]:
    """The labels at the right, the values at their points and the words in the gaps."""
    annotations: list[dict[str, Any]] = []
    for label in geometry.side_labels(chart, plot):
        bold = label.kind in ("end", "name")
        colour = palette.ACCENT if label.kind == "target" else palette.INK if bold else palette.INK_2
        annotations.append(
            {
                # The weight as a property: Plotly writes a b element as a style attribute, which the page refuses.
                "text": escape(label.text),
                "font": {"size": label.size, "color": colour, "weight": "bold" if bold else "normal"},
                "showarrow": False,
                "xref": "paper",
                "x": 1,
                "xanchor": "left",
                "xshift": geometry.GAP - 1,
                "yref": "paper",
                "y": (plot.bottom - label.y) / (plot.bottom - plot.top),
                "yanchor": "middle",
            }
        )
    for value in geometry.point_labels(chart, plot):
        annotations.append(
            {
                "text": escape(value.text),
                "showarrow": False,
                "x": value.index,
                "y": float(value.value),
                "yanchor": "middle",
                # A text's middle lies a third of its size above its foot.
                "yshift": round(plot.y(value.value) - value.y + geometry.TEXT * 0.36, 1),
            }
        )
    for mark in geometry.rebased(chart, plot):
        if mark.text:
            annotations.append(
                {
                    "text": mark.text,
                    "showarrow": False,
                    "x": (mark.x - plot.left) / plot.step - 0.5,
                    "xanchor": "right" if mark.ends else "left",
                    "xshift": -2 if mark.ends else 2,
                    "yref": "paper",
                    "y": 1,
                    "yanchor": "bottom",
                }
            )
    for gap in geometry.gaps(chart, plot):
        if gap.said:
            annotations.append(
                {
                    "text": "not reported",
                    "showarrow": False,
                    "x": (gap.first + gap.last) / 2,
                    "yref": "paper",
                    "y": 1,
                    "yanchor": "middle",
                }
            )
    return annotations
