"""Figures as they are printed."""

from decimal import Decimal

import pytest
from django.template import Context, Template

from portal.numbers import format_change, format_number


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (1077, 0, "1,077"),
        (0, 0, "0"),
        (629795, 0, "629,795"),
        (Decimal("83.33"), 2, "83.33"),
        (Decimal("83.3"), 2, "83.30"),
        (Decimal("2.5"), 0, "3"),  # half up, not to the even neighbour
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("66.666666"), 2, "66.67"),
        (Decimal("-2"), 0, "−2"),
        (Decimal("-1234.5"), 1, "−1,234.5"),
        (Decimal("-0.004"), 2, "0.00"),  # what rounds to nothing has no sign
        (Decimal("-0"), 0, "0"),
        (Decimal("1E+6"), 0, "1,000,000"),
        (None, 2, ""),
    ],
)
def test_a_number_is_printed_with_commas_and_its_decimals(value, decimals, printed):
    assert format_number(value, decimals) == printed


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [(46, 0, "+46"), (-2, 0, "−2"), (0, 0, "0"), (Decimal("0.004"), 2, "0.00"), (Decimal("0.005"), 2, "+0.01")],
)
def test_a_change_is_printed_with_its_sign(value, decimals, printed):
    assert format_change(value, decimals) == printed


def test_no_change_is_no_text():
    assert format_change(None) == ""


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="is not a number"):
        format_number(value)


def test_templates_print_the_same():
    template = Template("{% load figures %}{{ a|figure:2 }} {{ b|change }} {{ c|figure }}.")
    assert template.render(Context({"a": Decimal("45.83"), "b": -46, "c": None})) == "45.83 −46 ."
