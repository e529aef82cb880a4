"""Serves plotly.js and the style rules it needs out of the installed plotly wheel: neither is in the repository.

plotly/plotly.min.js is the wheel's own file. plotly/plotly.css holds the rules that plotly.js would write into a style
element of its own, which a content security policy without 'unsafe-inline' refuses; without them the target line,
the labels and the buttons lose their places. plotly.js leaves the writing alone where the page already has an element
with the id `STYLE_ID` and the class `STYLE_CLASS` (its function addRelatedStyleRule); charts.js puts a link there.
"""

import os
import re
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

PREFIX = "plotly"
SCRIPT = "plotly.min.js"
STYLES = "plotly.css"
STYLE_ID = "plotly.js-style-global"
STYLE_CLASS = "no-inline-styles"

_LITERAL = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_PAIR = re.compile(rf"(?P<key>{_LITERAL}|[A-Za-z_$][\w$]*):(?P<value>{_LITERAL})")
# The rules are the properties of one object, in which X stands for the plot and Y for its messages.
_RULES = re.compile(rf"""\{{"X,X div":{_LITERAL}(?:,(?:{_LITERAL}|[A-Za-z_$][\w$]*):{_LITERAL})*\}}""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
# The map library inside plotly.js writes a style element on loading, unless its id is there. No chart is a map.
_GUARD = re.compile(r"""if\(!document\.getElementById\("([\w.-]+)"\)\)\{var \w+=document\.createElement\("style"\)""")


class PlotlyChanged(Exception):
    """The installed plotly.js is not built as this module expects."""


def package_data() -> Path:
    """The folder of the installed plotly wheel that holds plotly.js; PlotlyChanged where there is none."""
    spec = find_spec("plotly")
    folder = Path(spec.origin).parent / "package_data" if spec and spec.origin else None
    if folder is None or not (folder / SCRIPT).is_file():
        raise PlotlyChanged("plotly.js is missing: install the package plotly, as requirements.lock has it")
    return folder


def _string(literal: str) -> str:
    """The value of a JavaScript literal or of a property's bare name."""
    if literal[0] not in "\"'":
        return literal
    return _ESCAPE.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), literal[1:-1])


def style_rules(source: str) -> str:
    """The style rules in the text of plotly.js as a stylesheet; PlotlyChanged where they are not found."""
    found = _RULES.search(source)
    if found is None:
        raise PlotlyChanged("plotly.js no longer holds its style rules where portal/charts/finders.py looks for them")
    rules = []
    for pair in _PAIR.finditer(found[0]):
        selector = _string(pair["key"]).replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")
        rules.append(f"{selector}{{{_string(pair['value'])}}}")
    # plotly.js inserts each rule before the ones it has, so the last comes first.
    return "\n".join([*reversed(rules), ""])


@lru_cache(maxsize=1)
def guarded_style_ids() -> tuple[str, ...]:
    """The ids for which plotly.js writes a style element of a library's unless an element of that id is there."""
    return tuple(_GUARD.findall((package_data() / SCRIPT).read_text(encoding="utf-8")))


def written_styles() -> Path:
    """The folder in which the stylesheet stands on disk, written anew where the installed plotly.js has another."""
    folder = Path(settings.VAR) / PREFIX
    styles = style_rules((package_data() / SCRIPT).read_text(encoding="utf-8"))
    target = folder / STYLES
    if not target.is_file() or target.read_text(encoding="utf-8") != styles:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(styles)
        os.chmod(name, 0o644)
        os.replace(name, target)  # another process may be reading it
    return folder


class PlotlyFinder(BaseFinder):
    """Finds the two files for collectstatic and for the development server."""

    def _storage(self, name: str) -> FileSystemStorage:
        storage = FileSystemStorage(location=package_data() if name == SCRIPT else written_styles())
        storage.prefix = PREFIX  # type: ignore[attr-defined]  # where collectstatic puts the storage's files
        return storage

    def find(self, path: str, find_all: bool = False) -> Any:
        """The absolute path of the file, or a list of it with find_all; nothing for any other file."""
        folder, _, name = path.replace("\\", "/").rpartition("/")
        found = [self._storage(name).path(name)] if folder == PREFIX and name in (SCRIPT, STYLES) else []
        return found if find_all or not found else found[0]

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Says at `manage.py check` what would otherwise fail at collectstatic."""
        try:
            style_rules((package_data() / SCRIPT).read_text(encoding="utf-8"))
        except PlotlyChanged as problem:
            return [Error(str(problem), obj=type(self), id="portal.E001")]
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileSystemStorage]]:
        for name in (SCRIPT, STYLES):
            if not matches_patterns(name, ignore_patterns or ()):
                yield name, self._storage(name)
