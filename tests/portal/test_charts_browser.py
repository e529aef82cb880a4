"""Charts in a real browser under the strict policy: drawn by Plotly, nothing refused, nobody else asked."""

import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.template import Context, Template
from playwright.sync_api import Browser, Locator, Page, Request, expect

from portal.charts.limits import Band
from portal.charts.scales import side_by_side
from portal.charts.spec import Mark, Series
from tests.portal.charts import BRENT, LEWISHAM, all_calls, decimals, months, plain

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript"}
SOURCE = """{% load charts static %}<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Charts</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static 'css/tokens.css' %}"><link rel="stylesheet" href="{% static 'css/portal.css' %}">
{% chart_script %}</head>
<body><main class="page"><h1>Charts</h1>
<div class="grid">{% for spec in charts %}{% chart spec %}{% endfor %}</div>{% chart run wide=True %}
</main></body></html>"""

COUNCILS = side_by_side(
    [
        # One value that equals the target, and one month that was not reported.
        all_calls("Brent", ("79.15", "75.60", "80", "78.34"), title="Brent: close to target"),
        all_calls("Lewisham", LEWISHAM, title="Lewisham: above target for the first time"),
        all_calls("Southwark", ("79.79", "74.69", None, "73.58"), mean=Decimal("76.02"), band=Band(Decimal(70), None)),
    ]
)
BOTH = all_calls(
    title="Brent and Lewisham",
    subject="Overall, all calls",
    series=(Series("Brent <b>", decimals(*BRENT)), Series("Lewisham", decimals(*LEWISHAM))),
)
VALUES = (82, 83, 83, 84, 83, 84, 80, 82, 84, 83, 84, 81, 84, 85, 85, 84, 85, 86, 85, 81, 79, 76, 75, 75)
MARKS = (*[Mark.NORMAL] * 21, *[Mark.CONCERN] * 3)
RUN = plain(
    *VALUES,
    title="Three months running below the expected range",
    periods=months(2016, 10, 24),
    series=(Series("Brent", decimals(*VALUES), MARKS),),
    mean=Decimal("82.6"),
    band=Band(Decimal(79), Decimal(86)),
    scale=None,
)


class Served:
    """Answers with the one page, and with static files as the finders find them, under the strict policy."""

    def __init__(self, markup: str, *, refuse: str = "", policy: str = POLICY) -> None:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
                if path == "/":
                    self._send(markup.encode(), "text/html; charset=utf-8")
                elif found and path != refuse:
                    self._send(Path(found).read_bytes(), TYPES[Path(found).suffix])
                else:
                    self.send_error(404)

            def _send(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        served.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        served.address = f"http://127.0.0.1:{served.server.server_port}/"

    def __enter__(self) -> "Served":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(autouse=True)
def var(settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


@pytest.fixture
def markup() -> str:
    return Template(SOURCE).render(Context({"charts": [*COUNCILS, BOTH], "run": RUN}))


class Watched:
    """A page, with everything it asked for and everything it complained of."""

    def __init__(self, browser: Browser, **how: object) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        self.page: Page = self.context.new_page()
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(
            "window.refused = [];"
            "document.addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective + e.sample));"
        )

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *problem: object) -> None:
        self.context.close()

    @property
    def hosts(self) -> set[str]:
        """Who was asked for anything; data: and blob: addresses stay in the browser."""
        return {urlsplit(request.url).netloc for request in self.requests if request.url.startswith("http")}

    def refused(self) -> list[str]:
        return self.page.evaluate("window.refused")


def figure(page: Page, title: str) -> Locator:
    return page.locator("figure.chart", has=page.get_by_text(title, exact=True))


def drawn(page: Page) -> None:
    """Every chart is Plotly's; those below are drawn when they come near."""
    for number in range(page.locator("figure.chart").count()):
        page.locator("figure.chart").nth(number).scroll_into_view_if_needed()
        expect(page.locator("figure.chart").nth(number).locator(".main-svg").first).to_be_visible(timeout=30_000)
    expect(page.locator("figure.live")).to_have_count(page.locator("figure.chart").count())
    page.evaluate("window.scrollTo(0, 0)")


def box(element: Locator) -> dict[str, float]:
    place = element.bounding_box()
    assert place is not None
    return place


def middle(element: Locator) -> float:
    return box(element)["y"] + box(element)["height"] / 2


def test_plotly_takes_over_under_the_strict_policy_and_asks_nobody_else(browser: Browser, markup: str):
    with Served(markup) as served, Watched(browser) as watched:
        page = watched.page
        page.goto(served.address)
        drawn(page)
        brent = figure(page, "Brent: close to target")
        plot = brent.locator(".js-plotly-plot")
        expect(brent.locator("svg[role=img]")).to_be_hidden()
        expect(plot).to_have_attribute("role", "group")
        expect(plot).to_have_attribute("aria-label", COUNCILS[0].sentence())

        # The picture is where the SVG was and has its shape: its parts are not stacked below each other.
        main = box(plot.locator(".main-svg").first)
        assert main["width"] == pytest.approx(box(brent)["width"], abs=1)
        assert main["height"] == pytest.approx(main["width"] * 172 / 380, abs=2)

        # The target line lies at the point that equals it, in the accent of the page, with its name at the right.
        target = plot.locator(".shapelayer path")
        points = plot.locator(".points path")
        assert target.count() == 1
        assert points.count() == 4
        assert middle(target) == pytest.approx(middle(points.nth(2)), abs=1)
        assert abs(middle(points.nth(0)) - middle(target)) > 3
        accent = page.evaluate(
            """() => { const c = document.createElement("canvas").getContext("2d");
            const a = document.body.appendChild(document.createElement("a"));
            a.href = "#"; c.fillStyle = getComputedStyle(a).color; a.remove(); c.fillRect(0, 0, 1, 1);
            return `rgb(${[...c.getImageData(0, 0, 1, 1).data].slice(0, 3).join(", ")})` }"""
        )
        assert target.evaluate("path => getComputedStyle(path).stroke") == accent
        name = plot.get_by_text("Target 80", exact=True)
        expect(name).to_be_visible()
        assert box(name)["x"] >= box(target)["x"] + box(target)["width"]
        assert box(name)["x"] + box(name)["width"] <= main["x"] + main["width"] + 1
        expect(plot.get_by_text("78.34%", exact=True)).to_be_visible()

        # A missing month is a gap: two lines, three points.
        southwark = figure(page, "Southwark: lowest of the four months").locator(".js-plotly-plot")
        assert southwark.locator(".points path").count() == 3
        assert southwark.locator(".lines path.js-line").count() == 2
        expect(southwark.get_by_text("not reported", exact=True)).to_be_visible()

        # Several lines are named at their ends; a name stays a name.
        both = figure(page, "Brent and Lewisham").locator(".js-plotly-plot")
        expect(both.get_by_text("Brent <b> 78.34%", exact=True)).to_be_visible()
        expect(both.get_by_text("Lewisham 80.89%", exact=True)).to_be_visible()

        assert watched.refused() == []
        assert watched.complaints == []
        assert watched.hosts == {urlsplit(served.address).netloc}


def test_a_value_is_said_under_the_pointer(browser: Browser, markup: str):
    with Served(markup) as served, Watched(browser) as watched:
        page = watched.page
        page.goto(served.address)
        drawn(page)
        plot = figure(page, "Brent: close to target").locator(".js-plotly-plot")
        point = box(plot.locator(".points path").nth(1))
        page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
        expect(plot.locator(".hoverlayer")).to_contain_text("July 2018: 75.60%")
        # The one button of a short run keeps the picture on the reader's own machine.
        assert plot.locator(".modebar-btn").evaluate_all("all => all.map((b) => b.dataset.title)") == [
            "Download plot as a PNG"
        ]
        with page.expect_download() as download:
            plot.locator(".modebar-btn").click()
        assert download.value.suggested_filename == "overall-all-calls-brent.png"
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
        assert watched.refused() == []
        assert watched.hosts == {urlsplit(served.address).netloc}


def test_charts_are_accessible_before_and_after(browser: Browser, markup: str):
    for scripts in (False, True):
        with Served(markup) as served, Watched(browser) as watched:
            page = watched.page
            if not scripts:
                page.route("**/charts.js", lambda route: route.abort())
            page.goto(served.address)
            if scripts:
                drawn(page)
            page.locator("summary").first.click()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_without_a_script_the_picture_and_the_table_are_there(browser: Browser, markup: str):
    with Served(markup) as served, Watched(browser, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(served.address)
        brent = figure(page, "Brent: close to target")
        expect(brent.get_by_role("img", name=COUNCILS[0].sentence())).to_be_visible()
        expect(brent.get_by_role("cell", name="75.60")).to_be_hidden()
        brent.locator("summary").click()
        expect(brent.get_by_role("cell", name="75.60")).to_be_visible()
        assert not [request for request in watched.requests if "plotly" in request.url]


@pytest.mark.parametrize("missing", ["/static/plotly/plotly.min.js", "/static/plotly/plotly.css"])
def test_where_plotly_fails_the_picture_stays(browser: Browser, markup: str, missing: str):
    with Served(markup, refuse=missing) as served, Watched(browser) as watched:
        page = watched.page
        with page.expect_console_message(lambda message: "A chart stays" in message.text):
            page.goto(served.address)
        expect(figure(page, "Brent: close to target").locator("svg[role=img]")).to_be_visible()
        expect(page.locator("figure.live, .js-plotly-plot")).to_have_count(0)


def test_on_paper_the_picture_prints(browser: Browser, markup: str):
    with Served(markup) as served, Watched(browser) as watched:
        page = watched.page
        page.goto(served.address)
        drawn(page)
        page.emulate_media(media="print")
        for number in range(5):
            expect(page.locator("figure.chart svg[role=img]").nth(number)).to_be_visible()
            expect(page.locator("figure.chart .js-plotly-plot").nth(number)).to_be_hidden()


def test_colours_follow_the_scheme_and_narrow_pages_hold_the_charts(browser: Browser, markup: str):
    with Served(markup) as served, Watched(browser, viewport={"width": 320, "height": 800}) as watched:
        page = watched.page
        page.goto(served.address)
        drawn(page)
        line = figure(page, "Brent: close to target").locator(".lines path.js-line")
        # --ink-2 of the tokens, light and dark.
        assert line.evaluate("path => getComputedStyle(path).stroke") == "rgb(72, 83, 90)"
        page.emulate_media(color_scheme="dark")
        expect(line).to_have_css("stroke", "rgb(180, 190, 196)")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        # The long run keeps its width, 44rem, and scrolls in its own region.
        assert box(page.locator(".scroll .js-plotly-plot"))["width"] == 704
        assert watched.refused() == []


def test_the_served_rules_are_those_that_plotly_writes_itself(browser: Browser):
    """Without a policy plotly.js writes its own style element: the browser's reading of both is the same."""
    read = """(sheet) => [...sheet.cssRules].map((rule) => rule.cssText)"""
    markup = "<!doctype html><title>Rules</title><link rel=icon href='data:,'><p>Rules</p>"
    with Served(markup, policy="") as served, Watched(browser) as watched:
        page = watched.page
        page.goto(served.address)
        page.add_script_tag(url="/static/plotly/plotly.min.js")
        written = page.evaluate(f"({read})(document.getElementById('plotly.js-style-global').sheet)")
        page.reload()
        page.add_style_tag(url="/static/plotly/plotly.css")
        assert page.evaluate(f"({read})(document.styleSheets[0])") == written
        assert len(written) > 50
