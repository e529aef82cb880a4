"""The audit trail in people's words."""

import re

import pytest
from django.conf import settings

from portal import audit_words


def test_every_verb_that_the_portal_records_has_words():
    """A verb is written as noun.verb, beside the call of audit.record or handed to a helper that calls it."""
    recorded, written = set(), set()
    for app in ("portal", "committees", "kpis", "options", "risks"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if path.name == "audit_words.py":
                continue
            text = path.read_text()
            recorded |= set(re.findall(r'\bverb="([a-z.-]+)"', text))
            recorded |= set(re.findall(r'verb="[a-z.-]+" if [^\n]+ else "([a-z.-]+)"', text))
            written |= set(re.findall(r'"([a-z-]+\.[a-z-]+)"', text))
    assert recorded <= set(audit_words.VERBS)
    # Words for what nothing records any more are taken away.
    assert set(audit_words.VERBS) <= written


def test_a_verb_without_words_is_shown_as_it_is():
    assert audit_words.verb("return.submit") == "Submitted a return"
    assert audit_words.verb("nothing.happened") == "nothing.happened"


SUM = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (None, {"state": "draft"}, [("State", None, "draft")]),
        ({"state": "draft", "same": 1}, {"state": "final", "same": 1}, [("State", "draft", "final")]),
        ({"gone": 1}, None, [("Gone", "1", None)]),
        (None, None, []),
        ([1, 2], [1], [("", "1, 2", "1")]),
        ({"is_confidential": False}, {"is_confidential": True}, [("Confidential", "no", "yes")]),
        ({"exempt_paragraphs": []}, {"exempt_paragraphs": [3, 5]}, [("Exempt paragraphs", "none", "3, 5")]),
        (None, {"sha256": SUM, "pages": 30}, [("Checksum", None, "0123456789ab…"), ("Pages", None, "30")]),
        (
            {"figures": {"p1-incidents": "1", "calls": "2"}},
            {"figures": {"p1-incidents": "3", "calls": "2"}},
            [("Figures: p1-incidents", "1", "3")],
        ),
        ({"figure.calls": ""}, {"figure.calls": "763"}, [("Figure: calls", "empty", "763")]),
        ({"day": None}, {"day": "2018-10-08"}, [("Day", None, "2018-10-08")]),
    ],
)
def test_changes_are_told_one_by_one(before, after, changes):
    assert audit_words.changes(before, after) == changes
