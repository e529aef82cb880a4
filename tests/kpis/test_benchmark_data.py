"""The partnership to measure with: of the size that was asked for, and only where made-up figures may be."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kpis.models import Figure, Return
from portal.models import Partnership

SIZE = {"councils": 3, "indicators": 4, "months": 5}


def test_it_fills_a_partnership_of_its_own(db, settings) -> None:
    settings.DEMONSTRATION = True
    out = StringIO()
    call_command("benchmark_data", **SIZE, stdout=out)
    partnership = Partnership.objects.get(slug="benchmark")
    assert Return.objects.filter(partnership=partnership, in_force__state="locked").count() == 15
    assert Figure.objects.filter(version__parent__partnership=partnership).count() == 60
    assert "60 figures of 3 councils in 5 months" in out.getvalue()
    with pytest.raises(CommandError, match="There is a partnership benchmark already"):
        call_command("benchmark_data", **SIZE)


def test_it_refuses_outside_a_demonstration(db, settings) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="no demonstration"):
        call_command("benchmark_data", **SIZE)
    call_command("benchmark_data", **SIZE, yes=True, stdout=StringIO())
    assert Partnership.objects.filter(slug="benchmark").exists()


def test_sizes_that_make_no_sense_are_refused(db, settings) -> None:
    settings.DEMONSTRATION = True
    with pytest.raises(CommandError, match="--months is 0"):
        call_command("benchmark_data", months=0)
