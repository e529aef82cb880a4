"""plotly.js and its style rules come out of the installed wheel. The browser test compares the rules with those that
plotly.js itself would write."""

import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders as static_finders
from django.core.management import call_command

from portal.charts import finders
from portal.charts.finders import PlotlyChanged, PlotlyFinder


@pytest.fixture(autouse=True)
def var(settings, tmp_path: Path) -> Path:
    settings.VAR = tmp_path / "var"
    return settings.VAR


def test_the_script_is_the_file_of_the_wheel():
    found = Path(static_finders.find("plotly/plotly.min.js"))
    assert found == finders.package_data() / "plotly.min.js"
    assert found.read_text(encoding="utf-8")[:40].splitlines()[1].startswith("* plotly.js v")
    assert found.is_relative_to(Path(finders.package_data()))


def test_the_stylesheet_is_made_from_the_script(var: Path):
    found = Path(static_finders.find("plotly/plotly.css"))
    assert found == var / "plotly" / "plotly.css"
    rules = found.read_text(encoding="utf-8")
    assert ".js-plotly-plot .plotly .main-svg{position:absolute;top:0;left:0;pointer-events:none;}" in rules


def test_a_stylesheet_of_another_plotly_is_written_anew(var: Path):
    found = Path(static_finders.find("plotly/plotly.css"))
    rules = found.read_text(encoding="utf-8")
    found.write_text("old", encoding="utf-8")
    static_finders.find("plotly/plotly.css")
    assert found.read_text(encoding="utf-8") == rules
    assert [path.name for path in found.parent.iterdir()] == ["plotly.css"]  # no temporary file is left


@pytest.mark.parametrize(
    "path", ["plotly/widgetbundle.js", "plotly.min.js", "plotly/../plotly/plotly.min.js", "plotly/datasets", "plotly/"]
)
def test_nothing_else_of_the_wheel_is_served(path: str):
    assert PlotlyFinder().find(path) == []
    assert PlotlyFinder().find(path, find_all=True) == []


def test_collectstatic_collects_both(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = []
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    collected = sorted(path.name for path in (settings.STATIC_ROOT / "plotly").iterdir())
    assert collected == ["plotly.css", "plotly.min.js"]
    assert [name for name, _ in PlotlyFinder().list(["*.js"])] == ["plotly.css"]


def test_rules_are_read_as_a_browser_reads_them():
    source = (
        """x={"X,X div":'font-family:"Open Sans";margin:0;',"""
        """"X a:after":"content:\\"\\\\x41\\";",Y:"top:0;"};for(k in x)"""
    )
    # plotly.js puts each rule before the ones it has.
    assert finders.style_rules(source) == (
        ".plotly-notifier{top:0;}\n"
        '.js-plotly-plot .plotly a:after{content:"\\x41";}\n'
        '.js-plotly-plot .plotly,.js-plotly-plot .plotly div{font-family:"Open Sans";margin:0;}\n'
    )


@pytest.fixture
def installed(monkeypatch, tmp_path: Path) -> Path:
    """The package data of another plotly, found before the real one."""
    monkeypatch.delitem(sys.modules, "plotly", raising=False)
    folder = tmp_path / "site" / "plotly" / "package_data"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return folder


def test_a_plotly_that_is_built_otherwise_is_reported_by_check(installed: Path):
    (installed / "plotly.min.js").write_text("another", encoding="utf-8")
    (error,) = PlotlyFinder().check()
    assert error.id == "portal.E001"
    assert "no longer holds its style rules" in error.msg
    with pytest.raises(PlotlyChanged):
        PlotlyFinder().find("plotly/plotly.css")


def test_a_wheel_without_the_script_is_named(installed: Path):
    (error,) = PlotlyFinder().check()
    assert error.msg == "plotly.js is missing: install the package plotly, as requirements.lock has it"


def test_the_installed_plotly_is_as_expected():
    assert PlotlyFinder().check() == []
