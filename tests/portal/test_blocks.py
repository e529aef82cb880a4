"""Blocks: live figures in a report, and their frozen copies."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone

from portal import blocks
from portal.models import FrozenBlock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch):
    """A block over a dict that stands for another app's figures."""
    figures = {"open": 1077}
    monkeypatch.setattr(blocks, "_blocks", {})
    blocks.register(
        blocks.Block(
            name="test.calls",
            description="Open calls",
            collect=lambda partnership, params: {"council": params["council"], "open": figures["open"]},
            render=lambda data, for_print: f"{data['council']}: {data['open']}{' (printed)' if for_print else ''}",
        )
    )
    return figures


def test_a_live_block_shows_the_figures_of_now(calls):
    partnership = factories.partnership()
    params = {"council": "Southwark"}
    assert blocks.html("test.calls", partnership=partnership, params=params) == "Southwark: 1077"
    calls["open"] = 934
    assert (
        blocks.html("test.calls", partnership=partnership, params=params, for_print=True) == "Southwark: 934 (printed)"
    )


def test_a_frozen_block_never_changes(calls):
    partnership = factories.partnership(demonstration_today=date(2018, 10, 5))
    by = factories.user()
    frozen = blocks.freeze(
        "test.calls",
        partnership=partnership,
        params={"council": "Southwark"},
        by=by,
        reported_to="Joint Committee, 16 October 2018",
        reported_on=date(2018, 10, 16),
    )
    calls["open"] = 1
    frozen = FrozenBlock.objects.get(pk=frozen.pk)
    shown = blocks.html("test.calls", partnership=partnership, params={"council": "Brent"}, frozen=frozen)
    assert shown == "Southwark: 1077"
    assert (frozen.kind, frozen.params, frozen.frozen_by) == ("test.calls", {"council": "Southwark"}, by)
    assert timezone.localtime(frozen.frozen_at).date() == date(2018, 10, 5)
    assert frozen.reported_on == date(2018, 10, 16)


def test_the_hash_is_of_the_data_in_one_fixed_form(calls):
    frozen = blocks.freeze(
        "test.calls",
        partnership=factories.partnership(),
        params={"council": "Brent"},
        by=None,
        reported_to="A",
        reported_on=date(2018, 10, 16),
    )
    assert frozen.sha256 == hashlib.sha256(b'{"council":"Brent","open":1077}').hexdigest()


def test_an_unknown_block_names_the_known_ones(calls):
    with pytest.raises(LookupError, match=r"There is no block 'test.none'. There are: test.calls\."):
        blocks.get("test.none")
