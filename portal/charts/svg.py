"""A chart as inline SVG, for the page before any script has run, and for paper.

On screen the shapes carry the classes of the stylesheet (the content security policy allows no style attribute). On
paper they carry presentation attributes, because WeasyPrint draws an inline SVG without the document's stylesheets.
Both carry the chart's sentence as a title element: the accessible name on screen, the alternative text in a PDF.
Every text is escaped here; the result is safe to put into HTML as it is.
"""

import hashlib
from collections.abc import Callable
from html import escape
from typing import NamedTuple

from portal.charts import geometry, palette
from portal.charts.geometry import Frame
from portal.charts.limits import Stage
from portal.charts.spec import Chart, Mark, Series, runs

WIDTH, HEIGHT = 380, 172
WIDE_WIDTH, WIDE_HEIGHT = 960, 260
# Three to a landscape page: at this size the smallest type prints at 8 pt.
PRINT_WIDTH, PRINT_HEIGHT = 290, 132

# Lines of one chart are told apart by their pattern and by the name at their end, never by a colour of a council.
PATTERNS = ("", "9 3", "9 3 2 3", "4 3", "1 3")


class Look(NamedTuple):
    """The attributes of each kind of shape and a function that writes a text."""

    line: str
    mean: str
    limit: str
    target: str
    axis: str
    band: str
    point: str
    concern: str
    improvement: str
    text: Callable[[float, float, str, str, str], str]  # x, y of the baseline, words, role, anchor


def _screen_text(x: float, y: float, words: str, role: str, anchor: str) -> str:
    css = {"end": ' class="t-end"', "name": ' class="t-lab"', "target": ' class="t-acc"'}.get(role, "")
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{css} x="{x:.1f}" y="{y:.1f}"{place}>{escape(words)}</text>'


def _paper_text(x: float, y: float, words: str, role: str, anchor: str) -> str:
    size = {"end": geometry.END, "name": geometry.NAME}.get(role, geometry.TEXT)
    bold = role in ("end", "name")
    width = geometry.text_width(words, size, bold=bold) + 2
    left = x - 1 if anchor == "start" else x + 1 - width if anchor == "end" else x - width / 2
    # A ground of paper keeps the words legible on a line. A second text with a stroke would do that too, and be
    # read twice by whoever searches or copies from the PDF.
    ground = (
        f'<rect fill="{palette.PAPER}" x="{left:.1f}" y="{y - size * 0.76:.1f}" '
        f'width="{width:.1f}" height="{size * 0.86:.1f}"/>'
    )
    weight = ' font-weight="700"' if bold else ""
    colour = {"end": palette.INK, "name": palette.INK, "target": palette.ACCENT}.get(role, palette.INK_2)
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    style = f'font-size="{size}"{weight} fill="{colour}"'
    return f'{ground}<text {style} x="{x:.1f}" y="{y:.1f}"{place}>{escape(words)}</text>'


SCREEN = Look(
    line='class="c-line"',
    mean='class="c-mean"',
    limit='class="c-lim"',
    target='class="c-target"',
    axis='class="c-grid"',
    band='class="c-band"',
    point='class="c-pt"',
    concern='class="c-bad"',
    improvement='class="c-better"',
    text=_screen_text,
)

PAPER = Look(
    line=f'fill="none" stroke="{palette.INK_2}" stroke-width="1.75"',
    mean=f'stroke="{palette.INK_2}"',
    limit=f'stroke="{palette.EDGE}" stroke-dasharray="5 4"',
    target=f'stroke="{palette.ACCENT}" stroke-width="2" stroke-dasharray="2 3"',
    axis=f'stroke="{palette.LINE}"',
    band=f'fill="{palette.WASH}"',
    point=f'fill="{palette.INK_2}"',
    concern=f'fill="{palette.BAD}"',
    improvement=f'fill="{palette.BETTER}"',
    text=_paper_text,
)


def to_svg(
    chart: Chart, *, width: int = WIDTH, height: int = HEIGHT, for_print: bool = False, identity: str = ""
) -> str:
    """The chart as one svg element, safe in HTML. The same spec gives the same bytes.

    identity is the id of its title, needed on screen only; it follows from the spec unless given, so it must be given
    where a page shows one chart twice.
    """
    look = PAPER if for_print else SCREEN
    plot = geometry.frame(chart, width, height)
    sentence = escape(chart.sentence())
    if for_print:
        head = (
            f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'font-family="Liberation Sans, Arial, sans-serif"><title>{sentence}</title>'
        )
    else:
        name = escape(identity or chart_id(chart))
        wide = ' class="wide"' if width >= WIDE_WIDTH else ""
        head = (
            f'<svg{wide} viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}">'
            f'<title id="{name}">{sentence}</title>'
        )
    parts = [
        head,
        *_references(chart, plot, look),
        *_rebased(chart, plot, look),
        *_gaps(chart, plot, look),
        *(part for order, series in enumerate(chart.series) for part in _line(series, order, plot, look)),
        *_labels(chart, plot, look, width=width, height=height),
        *(part for series in chart.series for part in _points(series, plot, look)),
        "</svg>",
    ]
    return "".join(parts)


def chart_id(chart: Chart) -> str:
    """An id that follows from the spec alone."""
    return f"chart-{hashlib.blake2b(repr(chart).encode(), digest_size=6).hexdigest()}"


def _across(attributes: str, left: float, right: float, y: float) -> str:
    return f'<line {attributes} x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _references(chart: Chart, plot: Frame, look: Look) -> list[str]:
    """Expected range, mean, axis and target, from the back to the front."""
    parts = []
    for stage in chart.steps:
        parts += _stage(stage, plot, look)
    parts.append(_across(look.axis, plot.left, plot.right, plot.bottom))
    for step in chart.targets:
        if plot.holds(step.value):
            left, right = plot.left + step.first * plot.step, plot.left + (step.last + 1) * plot.step
            parts.append(_across(look.target, left, right, plot.y(step.value)))
    return parts


def _stage(stage: Stage, plot: Frame, look: Look) -> list[str]:
    """Expected range and mean over the periods for which they hold."""
    parts = []
    left, right = plot.left + stage.first * plot.step, plot.left + (stage.last + 1) * plot.step
    if stage.band:
        # A limit beyond the scale is cut at its end, without the dashed edge that would say it lies there.
        upper, lower = stage.band.upper, stage.band.lower
        top = plot.y(upper) if upper is not None and plot.holds(upper) else plot.top
        bottom = plot.y(lower) if lower is not None and plot.holds(lower) else plot.bottom
        parts.append(
            f'<rect {look.band} x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
        )
        parts += [
            _across(look.limit, left, right, plot.y(limit))
            for limit in (upper, lower)
            if limit is not None and plot.holds(limit)
        ]
    if stage.mean is not None and plot.holds(stage.mean):
        parts.append(_across(look.mean, left, right, plot.y(stage.mean)))
    return parts


def _rebased(chart: Chart, plot: Frame, look: Look) -> list[str]:
    """An upright line where limits begin anew, with its words where there is room."""
    parts = []
    for mark in geometry.rebased(chart, plot):
        parts.append(f'<line {look.mean} x1="{mark.x:.1f}" x2="{mark.x:.1f}" y1="0" y2="{plot.bottom:.1f}"/>')
        if mark.text:
            anchor = "end" if mark.ends else "start"
            parts.append(look.text(mark.text_x, geometry.NEW_LIMITS_FOOT, mark.text, "", anchor))
    return parts


def _gaps(chart: Chart, plot: Frame, look: Look) -> list[str]:
    parts = []
    for gap in geometry.gaps(chart, plot):
        top = plot.top + 14 if gap.said else plot.top
        for index in range(gap.first, gap.last + 1):
            x = plot.x(index)
            parts.append(f'<line {look.limit} x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{plot.bottom:.1f}"/>')
        if gap.said:
            middle = (plot.x(gap.first) + plot.x(gap.last)) / 2
            parts.append(look.text(middle, plot.top + 6, "not reported", "", "middle"))
    return parts


def _line(series: Series, order: int, plot: Frame, look: Look) -> list[str]:
    pattern = PATTERNS[order % len(PATTERNS)]
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    at = {index: f"{plot.x(index):.1f},{plot.y(value):.1f}" for index, value in series.reported}
    # A new line after each gap: none is drawn across a missing figure.
    return [
        f'<polyline {look.line}{dashes} points="{" ".join(at[index] for index in range(first, last + 1))}"/>'
        for first, last in runs(at)
        if first != last
    ]


def _points(series: Series, plot: Frame, look: Look) -> list[str]:
    radius = 3.5 if plot.step >= 14 else 2.0
    alone = {first for first, last in runs(index for index, _ in series.reported) if first == last}
    parts = []
    for index, value in series.reported:
        x, y = plot.x(index), plot.y(value)
        mark = series.mark(index)
        if mark is Mark.CONCERN:
            r = radius * 2
            parts.append(f'<path {look.concern} d="M{x:.1f} {y - r:.1f}l{r:g} {r:g}-{r:g} {r:g}-{r:g}-{r:g}z"/>')
        elif mark is Mark.IMPROVEMENT:
            side = radius * 2.8
            parts.append(
                f'<rect {look.improvement} x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
                f'width="{side:.1f}" height="{side:.1f}"/>'
            )
        elif plot.step >= 5 or index in alone:  # closer points would hide the line; one alone is all there is
            parts.append(f'<circle {look.point} cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>')
    return parts


def _labels(chart: Chart, plot: Frame, look: Look, *, width: int, height: int) -> list[str]:
    parts = [
        look.text(plot.x(label.index), label.y, label.text, "", "middle")
        for label in geometry.point_labels(chart, plot)
    ]
    parts += [
        look.text(label.x, height - 5, label.text, "", "middle")
        for label in geometry.axis_labels(chart.periods, plot, within=(0, width))
    ]
    parts += [
        look.text(plot.right + geometry.GAP, label.y + label.size * 0.36, label.text, label.kind, "start")
        for label in geometry.side_labels(chart, plot)
    ]
    return parts
