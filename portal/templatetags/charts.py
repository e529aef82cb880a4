"""{% chart spec %} shows a chart; {% chart_script %}, once on a page with charts, makes them interactive."""

from collections import Counter
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.charts import figure, finders, palette, svg
from portal.charts.spec import Chart

register = template.Library()


@register.inclusion_tag("_components/chart.html", takes_context=True)
def chart(context: Context, spec: Chart, *, wide: bool = False, for_print: bool = False) -> dict[str, Any]:
    """The figure: caption, SVG, and on screen the table and what charts.js draws from.

    wide: for long runs, across the page. for_print: as WeasyPrint needs it, without the parts that need a reader's
    hand.
    """
    if wide:
        width, height = svg.WIDE_WIDTH, svg.WIDE_HEIGHT
    elif for_print:
        width, height = svg.PRINT_WIDTH, svg.PRINT_HEIGHT
    else:
        width, height = svg.WIDTH, svg.HEIGHT
    drawn = svg.to_svg(
        spec,
        width=width,
        height=height,
        for_print=for_print,
        identity="" if for_print else _identity(context, spec),
    )
    shown: dict[str, Any] = {
        "chart": spec,
        # Safe because to_svg writes every tag itself and escapes every text that it is given.
        "svg": SafeString(drawn),
        "wide": wide,
        "for_print": for_print,
    }
    if not for_print:
        shown["table"] = spec.table()
        shown["figure"] = {**figure.to_plotly(spec, width=width, height=height), "palette": palette.PROPERTIES}
    return shown


def _identity(context: Context, spec: Chart) -> str:
    """An id for this place on the page: it follows from the spec, with a number where the spec comes again."""
    # The lowest dictionary of the render context is the one that every template of one page shares.
    page: Any = context.render_context.dicts[0]
    seen: Counter[str] = page.setdefault("charts", Counter())
    identity = svg.chart_id(spec)
    seen[identity] += 1
    return identity if seen[identity] == 1 else f"{identity}-{seen[identity]}"


@register.simple_tag
def chart_script() -> SafeString:
    """The script element that draws the page's charts anew with Plotly, and tells it where everything lies."""
    return format_html(
        '<script src="{}" defer data-plotly="{}" data-plotly-css="{}" data-css="{}" data-style-id="{}" '
        'data-style-class="{}" data-guarded="{}"></script>',
        static("js/charts.js"),
        static(f"{finders.PREFIX}/{finders.SCRIPT}"),
        static(f"{finders.PREFIX}/{finders.STYLES}"),
        static("css/charts.css"),
        finders.STYLE_ID,
        finders.STYLE_CLASS,
        " ".join(finders.guarded_style_ids()),
    )
