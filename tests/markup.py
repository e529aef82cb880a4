"""Reading pages in tests."""

import re
from typing import Any


def squeezed(page: Any) -> str:
    """The markup of a response or a text with every run of blanks as one: how a template is broken into lines is
    no concern of a test."""
    text = page.content.decode() if hasattr(page, "content") else str(page)
    return re.sub(r"\s+", " ", text)


def said(page: Any) -> str:
    """What a page says, without its tags."""
    return squeezed(re.sub(r"<[^>]*>", " ", squeezed(page))).strip()
