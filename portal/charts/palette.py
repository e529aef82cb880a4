"""The colours of a chart where no stylesheet reaches: on paper, and in a Plotly figure until the page's own are read.

Each is the light value of the custom property of that name in static/css/tokens.css, except the accent, which on
paper is one fixed hue for every partnership.
"""

INK = "#14191c"
INK_2 = "#48535a"
ACCENT = "#10505f"
PAPER = "#ffffff"
WASH = "#f4f6f6"
LINE = "#d7dddf"
EDGE = "#737f86"
BAD = "#a71f17"
BETTER = "#1a5d9e"

PROPERTIES = {
    INK: "--ink",
    INK_2: "--ink-2",
    ACCENT: "--accent",
    PAPER: "--paper",
    WASH: "--wash",
    LINE: "--line",
    EDGE: "--edge",
    BAD: "--bad",
    BETTER: "--better",
}
