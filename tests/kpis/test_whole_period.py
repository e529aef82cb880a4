"""One figure for a run of months. Expected values are worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from kpis import record, whole_period
from kpis.models import Figure, Indicator, Return, ReturnVersion
from portal.models import Headcount, Partnership
from tests import factories

JULY, AUGUST, SEPTEMBER = date(2018, 7, 1), date(2018, 8, 1), date(2018, 9, 1)


@pytest.fixture
def partnership(db: None) -> Partnership:
    made = factories.partnership(factories.council("Brent"), factories.council("Lewisham"))
    incidents = factories.indicator(made, "incidents")
    factories.indicator(made, "rate", unit="percent", decimals=2, across="rate", measured_on=incidents)
    factories.indicator(made, "open", across="last")
    factories.indicator(made, "per", unit="ratio", decimals=2, source="per-employee", measured_on=incidents)
    factories.indicator(made, "share", unit="ratio")
    return made


def report(partnership: Partnership, month: date, council: str = "Brent", **amounts: object) -> None:
    """A return in force. An amount is a number, or for a rate the pair of counts behind it."""
    place = partnership.places.get(council__short_name=council)
    now = timezone.now()
    return_ = Return.objects.create(partnership=partnership, council=place.council, period=month)
    version = ReturnVersion.objects.create(parent=return_, number=1, origin="published", created_at=now)
    for code, given in amounts.items():
        indicator = Indicator.objects.get(partnership=partnership, code=code)
        numerator, denominator = given if isinstance(given, tuple) else (None, None)
        amount = 100 * numerator / denominator if denominator else None if isinstance(given, tuple) else given
        Figure.objects.create(
            version=version,
            indicator=indicator,
            amount=None if amount is None else round(amount, 2),
            numerator=numerator,
            denominator=denominator,
            saved_at=now,
        )
    ReturnVersion.objects.filter(pk=version.pk).update(state="locked", locked_at=now)
    return_.in_force = version
    return_.save()


def rows(partnership: Partnership) -> dict[str, tuple[tuple[str, ...], str]]:
    loaded = record.load(partnership, JULY, SEPTEMBER, reader=record.EVERYONE)
    return {row.indicator.code: (row.figures, row.how) for row in whole_period.rows(loaded)}


def test_percentages_come_from_all_numerators_and_denominators(partnership: Partnership) -> None:
    for council in ("Brent", "Lewisham"):
        report(partnership, JULY, council, rate=(5, 6))
        report(partnership, AUGUST, council, rate=(60, 70))
        report(partnership, SEPTEMBER, council, rate=(0, 0))
    # 65 of 76 is 85.526…; the mean of 83.33 and 85.71 would be 84.52. Nothing measured adds nothing.
    assert rows(partnership)["rate"] == (("85.53", "85.53"), "From the counts of all months")


def test_one_month_without_counts_leaves_no_percentage(partnership: Partnership) -> None:
    for council, september in (("Brent", (9, 10)), ("Lewisham", 90)):
        report(partnership, JULY, council, rate=(5, 6))
        report(partnership, AUGUST, council, rate=(60, 70))
        report(partnership, SEPTEMBER, council, rate=september)
    # 74 of 86
    assert rows(partnership)["rate"] == (
        ("86.05", ""),
        "Lewisham: the counts behind it were not reported.",
    )


def test_counts_are_added_and_month_ends_stand(partnership: Partnership) -> None:
    for month, incidents, still_open in ((JULY, 10, 700), (AUGUST, 20, 800), (SEPTEMBER, 30, 750)):
        for council in ("Brent", "Lewisham"):
            report(partnership, month, council, incidents=incidents, open=still_open, share=2)
    found = rows(partnership)
    assert found["incidents"] == (("60", "60"), "Months added")
    assert found["open"] == (("750", "750"), "As at the end of the last month")
    assert found["per"] == (("", ""), "Brent and Lewisham: no headcount is known for every month.")
    assert found["share"] == (("", ""), "A figure of this kind cannot be put together from months.")


def test_per_employee_figures_divide_the_whole_run(partnership: Partnership) -> None:
    for place in partnership.places.all():
        Headcount.objects.create(
            partnership=partnership, council=place.council, valid_from=JULY, employees=200, basis="stated"
        )
        Headcount.objects.create(
            partnership=partnership, council=place.council, valid_from=SEPTEMBER, employees=260, basis="stated"
        )
    for month, incidents in ((JULY, 10), (AUGUST, 20), (SEPTEMBER, 36)):
        for council in ("Brent", "Lewisham"):
            report(partnership, month, council, incidents=incidents)
    # 66 calls, and a mean of (200 + 200 + 260) / 3 = 220 employees.
    assert rows(partnership)["per"] == (("0.30", "0.30"), "Divided by the headcount")


def test_a_missing_month_is_named_and_nothing_stands_in_for_it(partnership: Partnership) -> None:
    for month in (JULY, AUGUST, SEPTEMBER):
        report(partnership, month, "Brent", incidents=10, open=5)
        if month != SEPTEMBER:
            report(partnership, month, "Lewisham", incidents=10, open=5)
    found = rows(partnership)
    assert found["incidents"] == (("30", ""), "Lewisham: not reported: September 2018.")
    assert found["open"] == (("5", ""), "Lewisham: the last month, September 2018, is not reported.")


@pytest.fixture
def budget(partnership: Partnership) -> Partnership:
    set_aside = factories.indicator(partnership, "budget", unit="currency", decimals=2)
    spent = factories.indicator(partnership, "actual", unit="currency", decimals=2)
    two = {"numerator_of": spent, "measured_on": set_aside}
    factories.indicator(partnership, "variance", unit="currency", decimals=2, source="difference", **two)
    factories.indicator(partnership, "spent", unit="percent", decimals=2, source="rate", across="rate", **two)
    return partnership


def of_brent(partnership: Partnership, code: str) -> str:
    return rows(partnership)[code][0][0]


def test_the_share_of_a_run_is_all_that_was_spent_out_of_all_that_was_set_aside(budget: Partnership) -> None:
    """50 of 100, 300 of 200 and 10 of 300: 360 of 600 is 60 per cent. The mean of 50, 150 and 3.33 would be 67.78."""
    for month, set_aside, spent in ((JULY, 100, 50), (AUGUST, 200, 300), (SEPTEMBER, 300, 10)):
        report(budget, month, budget=set_aside, actual=spent)
    assert of_brent(budget, "spent") == "60.00"
    assert of_brent(budget, "variance") == "−£240.00"
    assert of_brent(budget, "budget") == "£600.00"


def test_a_month_without_one_of_the_two_leaves_no_share(budget: Partnership) -> None:
    report(budget, JULY, budget=100, actual=50)
    report(budget, AUGUST, budget=200)
    report(budget, SEPTEMBER, budget=300, actual=10)
    assert of_brent(budget, "spent") == ""
    assert of_brent(budget, "budget") == "£600.00"


def test_out_of_nothing_there_is_no_share_of_a_run(budget: Partnership) -> None:
    for month in (JULY, AUGUST, SEPTEMBER):
        report(budget, month, budget=0, actual=5)
    assert of_brent(budget, "spent") == ""
    assert of_brent(budget, "variance") == "£15.00"


def test_a_quarterly_figure_lacks_no_month_between(partnership: Partnership) -> None:
    factories.indicator(partnership, "visits", frequency="quarter")
    for month in (JULY, AUGUST):
        report(partnership, month, incidents=1)
    report(partnership, SEPTEMBER, incidents=1, visits=40)
    assert of_brent(partnership, "visits") == "40"
    assert of_brent(partnership, "incidents") == "3"
