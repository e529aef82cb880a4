"""Which rule looks at which figure. Expected values are worked by hand from the performance pack of 16 October 2018."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.checks import Checked, Definition, Entered, Headcount, Past, check

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "brent-lewisham-southwark"

INCIDENTS = Definition("incidents", "Incidents", "count", counted=("incident", "incidents"))
REQUESTS = Definition("requests", "Requests", "count", counted=("request", "requests"))
CALLS = Definition("calls", "Calls", "count", parts=("incidents", "requests"), counted=("call", "calls"))
PER_EMPLOYEE = Definition("per-employee", "Calls per employee", "ratio", 2, "per-employee", measured_on="calls")
INCIDENT_RATE = Definition("incident-rate", "Incidents in time", "percent", 2, measured_on="incidents")
REQUEST_RATE = Definition("request-rate", "Requests in time", "percent", 2, measured_on="requests")
OVERALL = Definition("overall", "Overall", "percent", 2, measured_on="calls", parts=("incident-rate", "request-rate"))
SCORE = Definition("score", "Score", "net-score", 2, measured_on="surveys")
SURVEYS = Definition("surveys", "Surveys", "count", counted=("survey", "surveys"))
ALL = [INCIDENTS, REQUESTS, CALLS, PER_EMPLOYEE, INCIDENT_RATE, REQUEST_RATE, OVERALL, SCORE, SURVEYS]


def checked(*definitions: Definition, headcount: Headcount | None = None, **typed: str | Entered) -> Checked:
    entered = {
        code.replace("_", "-"): text if isinstance(text, Entered) else Entered(text) for code, text in typed.items()
    }
    return check(list(definitions), entered, headcount=headcount, place=("Brent", "August 2018"))


def found(result: Checked) -> list[tuple[str, str, str]]:
    return [(one.code, one.finding.rule, one.finding.severity) for one in result.findings]


@pytest.fixture(scope="module")
def pack() -> dict[tuple[str, str], Checked]:
    """The twelve published returns, checked with the inferred headcounts. By council and month."""
    data = tomllib.loads((FIXTURES / "indicators.toml").read_text())
    headcounts = {
        row["council"]: Headcount(row["employees"], inferred=True)
        for row in tomllib.loads((FIXTURES / "headcounts.toml").read_text())["headcounts"]
    }
    definitions = [
        Definition(
            row["code"],
            row["name"],
            row["unit"],
            row.get("decimals", 0),
            row.get("source", "typed"),
            row["direction"],
            row.get("measured_on", ""),
            tuple(row.get("parts", ())),
            tuple(row.get("counted", ("case", "cases"))),
        )
        for row in data["indicators"]
    ]
    results = {}
    with (FIXTURES / "figures.csv").open(newline="") as lines:
        for line in csv.DictReader(lines):
            council, month = line.pop("council"), line.pop("month")
            entered = {code: Entered(text) for code, text in line.items()}
            results[council, month] = check(definitions, entered, headcount=headcounts[council], place=(council, month))
    return results


def finding(result: Checked, code: str, rule: str):
    return next(one.finding for one in result.findings if (one.code, one.finding.rule) == (code, rule))


def test_a_percentage_that_no_count_of_six_gives_is_an_error(pack) -> None:
    # 203 of 242 is 83.884…; no smaller count gives 83.88. 5 of 6 is 83.333….
    error = finding(pack["brent", "2018-08"], "p1-sla", "percentage-of-count")
    assert error.severity == "error"
    assert error.stated == "83.88"
    assert error.computed == "83.33% (5 of 6); smallest count 242"
    assert error.where == ("brent", "2018-08", "Priority 1 resolved in time")
    assert error.message == "83.88% is not possible for 6 incidents. Did you mean 83.33% (5 of 6)?"


def test_a_percentage_of_another_count_is_a_warning_that_asks_for_the_counts(pack) -> None:
    # 83.33 of 7 incidents: 5 of 6 gives it, 6 of 7 is 85.71.
    warning = finding(pack["brent", "2018-07"], "p1-sla", "percentage-of-count")
    assert warning.severity == "warning"
    assert warning.message == "83.33% is not possible for 7 incidents. 5 of 6 gives it."
    assert "give both counts behind it" in warning.remedy


def test_the_pack_holds_one_impossible_figure_and_no_wrong_total(pack) -> None:
    every = [one for result in pack.values() for one in result.findings]
    errors = [one.finding.where for one in every if one.finding.severity == "error"]
    assert errors == [("brent", "2018-08", "Priority 1 resolved in time")]
    assert Counter(one.finding.rule for one in every)["total-of-parts"] == 0
    assert all(result.missing == () for result in pack.values())


def test_all_twelve_combined_rates_are_below_what_their_parts_weigh_to(pack) -> None:
    # Weighed by hand: (incidents of each priority x its rate + requests x their rate) / calls.
    expected = {
        ("brent", "2018-06"): "85.32%",
        ("lewisham", "2018-06"): "79.44%",
        ("southwark", "2018-06"): "81.12%",
        ("brent", "2018-07"): "84.44%",
        ("lewisham", "2018-07"): "82.10%",
        ("southwark", "2018-07"): "77.82%",
        ("brent", "2018-08"): "82.92%",
        ("lewisham", "2018-08"): "81.56%",
        ("southwark", "2018-08"): "78.71%",
        ("brent", "2018-09"): "85.21%",
        ("lewisham", "2018-09"): "83.43%",
        ("southwark", "2018-09"): "75.50%",
    }
    weighed = {place: finding(result, "overall-sla", "combined-near-weighted") for place, result in pack.items()}
    assert {place: one.computed for place, one in weighed.items()} == expected
    assert {one.severity for one in weighed.values()} == {"warning"}
    assert all(" points below " in one.message for one in weighed.values())


def test_published_figures_per_employee_fit_their_inferred_headcount_when_cut(pack) -> None:
    # 4,148 / 2,994 = 1.3854…: 1.39 rounded, 1.38 cut.
    warning = finding(pack["brent", "2018-06"], "calls-per-employee", "per-head-of-headcount")
    assert (warning.severity, warning.stated, warning.computed) == ("warning", "1.38", "1.39")
    assert "only if it was cut off instead of rounded" in warning.message


def test_a_total_is_the_sum_of_its_parts() -> None:
    assert found(checked(INCIDENTS, REQUESTS, CALLS, incidents="6", requests="2,993", calls="2999")) == []
    wrong = checked(INCIDENTS, REQUESTS, CALLS, incidents="6", requests="2,993", calls="3,009")
    assert found(wrong) == [("calls", "total-of-parts", "error")]
    assert wrong.findings[0].finding.computed == "2,999"
    assert "10 too many" in wrong.findings[0].finding.message


def test_a_total_waits_for_its_parts() -> None:
    assert found(checked(INCIDENTS, REQUESTS, CALLS, incidents="6", calls="3,009")) == []
    assert [one[0] for one in found(checked(INCIDENTS, REQUESTS, CALLS, incidents="6", requests="x", calls="9"))] == [
        "requests"
    ]


@pytest.mark.parametrize(
    ("definition", "typed", "rule"),
    [
        (INCIDENTS, "12a", "not-a-figure"),
        (INCIDENTS, "-3", "count-not-negative"),
        (INCIDENTS, "2.5", "count-is-whole"),
        (INCIDENTS, "5%", "not-a-figure"),
        (INCIDENT_RATE, "101", "percentage-range"),
        (INCIDENT_RATE, "101 %", "percentage-range"),
        (INCIDENT_RATE, "101 per cent", "not-a-figure"),
        (INCIDENT_RATE, "-0.5", "percentage-range"),
        (SCORE, "-100.01", "score-range"),
    ],
)
def test_what_cannot_be_is_an_error_that_says_what_would_be_right(definition, typed, rule) -> None:
    result = check([definition], {definition.code: Entered(typed)})
    assert found(result) == [(definition.code, rule, "error")]
    assert result.findings[0].finding.remedy
    assert result.missing == ()


def test_what_cannot_be_is_not_compared_with_other_figures() -> None:
    result = checked(INCIDENTS, INCIDENT_RATE, incidents="-6", incident_rate="83.88")
    assert found(result) == [("incidents", "count-not-negative", "error")]


def test_counts_behind_a_percentage_give_it() -> None:
    result = checked(INCIDENTS, INCIDENT_RATE, incidents="7", incident_rate=Entered("", "5", "6"))
    assert found(result) == []
    assert result.amount("incident-rate") == Decimal("83.33")
    assert result.readings["incident-rate"].from_counts is True
    assert result.missing == ()


def test_a_typed_percentage_has_to_agree_with_its_counts() -> None:
    result = checked(INCIDENTS, INCIDENT_RATE, incidents="6", incident_rate=Entered("83.88", "5", "6"))
    assert found(result) == [("incident-rate", "percentage-of-its-counts", "error")]
    assert result.findings[0].finding.computed == "83.33%"
    # With counts of its own it is not held against the incidents logged.
    assert found(checked(INCIDENTS, INCIDENT_RATE, incidents="7", incident_rate=Entered("83.33%", "5", "6"))) == []


@pytest.mark.parametrize(
    ("counts", "rule"),
    [
        (("7", "6"), "percentage-of-its-counts"),
        (("5", ""), "counts-incomplete"),
        (("", "6"), "counts-incomplete"),
        (("5x", "6"), "counts-not-counts"),
        (("-5", "6"), "counts-not-counts"),
        (("x", "y"), "counts-not-counts"),
    ],
)
def test_counts_that_cannot_be_are_errors(counts, rule) -> None:
    result = checked(INCIDENTS, INCIDENT_RATE, incidents="6", incident_rate=Entered("", *counts))
    assert found(result) == [("incident-rate", rule, "error")]
    assert result.amount("incident-rate") is None


def test_a_rate_of_nothing_is_not_wanted() -> None:
    assert checked(INCIDENTS, INCIDENT_RATE, incidents="0").missing == ()
    assert checked(INCIDENTS, INCIDENT_RATE, incidents="1").missing == ("incident-rate",)
    assert checked(INCIDENTS, INCIDENT_RATE, incidents="1", incident_rate=Entered("", "0", "0")).missing == ()
    assert found(checked(INCIDENTS, INCIDENT_RATE, incidents="0", incident_rate="100")) == [
        ("incident-rate", "percentage-of-none", "error")
    ]


def test_empty_figures_are_missing_and_no_findings() -> None:
    result = checked(*ALL)
    assert result.findings == ()
    # Calls per employee is worked out: nobody owes it.
    assert result.missing == (
        "incidents",
        "requests",
        "calls",
        "incident-rate",
        "request-rate",
        "overall",
        "score",
        "surveys",
    )


def test_a_combined_rate_outside_its_parts_is_said_once() -> None:
    typed = {"incidents": "100", "requests": "100", "calls": "200", "incident_rate": "60", "request_rate": "80"}
    rates = [INCIDENTS, REQUESTS, CALLS, INCIDENT_RATE, REQUEST_RATE, OVERALL]
    assert found(checked(*rates, **typed, overall="90")) == [("overall", "combined-between-parts", "error")]
    assert found(checked(*rates, **typed, overall="75")) == [("overall", "combined-near-weighted", "warning")]
    assert found(checked(*rates, **typed, overall="70.5")) == []


def test_a_part_measured_on_nothing_leaves_the_combined_rate_alone() -> None:
    typed = {"incidents": "0", "requests": "100", "calls": "100", "request_rate": "80", "overall": "80"}
    assert found(checked(INCIDENTS, REQUESTS, CALLS, INCIDENT_RATE, REQUEST_RATE, OVERALL, **typed)) == []


def test_a_net_score_comes_from_its_surveys() -> None:
    # 94 of 155 is 60.645…: 60.65 rounded; 60.64 only if cut.
    assert found(checked(SCORE, SURVEYS, score="60.64", surveys="155")) == [("score", "score-of-count", "warning")]
    assert found(checked(SCORE, SURVEYS, score="60.65", surveys="155")) == []


def test_per_employee_figures_are_worked_out_and_rounded_half_up() -> None:
    calls = replace(CALLS, parts=())
    result = checked(calls, PER_EMPLOYEE, headcount=Headcount(2994, inferred=True), calls="4148")
    assert result.worked_out == {"per-employee": Decimal("1.39")}
    assert checked(calls, PER_EMPLOYEE, calls="4148").worked_out == {"per-employee": None}
    # 25 / 200 = 0.125
    half = checked(calls, PER_EMPLOYEE, headcount=Headcount(200, inferred=False), calls="25")
    assert half.worked_out == {"per-employee": Decimal("0.13")}


def test_a_change_beyond_thirteen_months_of_usual_variation_wants_a_comment() -> None:
    # Alternating 100 and 102: mean about 101, moving range 2, limits about 101 ± 2.66 x 2 = 95.7 to 106.3.
    months = [Decimal(100 + 2 * (n % 2)) for n in range(14)]
    assert changed("120", Past(months)) == [("incidents", "unusual-change", "warning")]
    assert changed("104", Past(months)) == []
    assert changed("120", Past(months[:12])) == []


def changed(typed: str, past: Past) -> list[tuple[str, str, str]]:
    return found(check([INCIDENTS], {"incidents": Entered(typed)}, history={"incidents": past}))


def test_usual_variation_is_that_of_the_chart() -> None:
    unusual = [("incidents", "unusual-change", "warning")]
    # A jump to 120 and back: mean 1,532 / 15 = 102.1; moving ranges twelve of 2 and two of 20. With all of them
    # 102.1 ± 2.66 x 64 / 14 is 90.0 to 114.3; without the two above 3.267 x 64 / 14 = 14.9 it is 96.8 to 107.5.
    jumped = [Decimal(120) if n == 7 else Decimal(100 + 2 * (n % 2)) for n in range(15)]
    assert changed("110", Past(jumped)) == unusual
    assert changed("110", Past(jumped, screen=False)) == []
    # A change to about 200, approved as one: 201 ± 2.66 x 2 is 195.7 to 206.3. Without it all 28 have the mean 151.
    moved = [Decimal((100 if n < 14 else 200) + 2 * (n % 2)) for n in range(28)]
    assert changed("150", Past(moved, screen=False)) == []
    assert changed("150", Past(moved, screen=False, rebases=[14])) == unusual
    assert changed("201", Past(moved, rebases=[14])) == []
    # Limits that begin anew with the month itself, or not thirteen months before it, say nothing of it yet.
    assert changed("150", Past(moved, rebases=[28])) == []
    assert changed("150", Past(moved, rebases=[20])) == []
    # A baseline of the first 14 months stays what the later ones are read against.
    assert changed("201", Past(moved, baseline={0: 14})) == unusual


BUDGET = Definition("budget", "Budget", "currency", 2)
ACTUAL = Definition("actual", "Actual", "currency", 2)
VARIANCE = Definition("variance", "Variance", "currency", 2, "difference", measured_on="budget", numerator_of="actual")
SPENT = Definition("spent", "Share spent", "percent", 2, "rate", measured_on="budget", numerator_of="actual")
MONEY = (BUDGET, ACTUAL, VARIANCE, SPENT)


def test_money_is_typed_with_or_without_pounds_and_worked_out() -> None:
    """£12,345.50 of £10,000: £2,345.50 over; 123.455 per cent, half up 123.46."""
    result = checked(*MONEY, budget="£10,000", actual=" 12,345.50 ")
    assert result.findings == ()
    assert result.worked_out == {"variance": Decimal("2345.50"), "spent": Decimal("123.46")}
    assert result.readings["budget"].stated == "10,000"


def test_a_credit_may_be_negative_and_a_budget_may_not() -> None:
    assert found(checked(*MONEY, budget="100", actual="−£5.00")) == []
    result = checked(*MONEY, budget="-£100", actual="5")
    assert found(result) == [("budget", "money-not-negative", "error")]
    assert result.worked_out["spent"] is None
    assert found(checked(*MONEY, budget="100.005", actual="5")) == [("budget", "money-in-pence", "error")]
    assert found(checked(*MONEY, budget="£", actual="£5 and more")) == [
        ("budget", "not-a-figure", "error"),
        ("actual", "not-a-figure", "error"),
    ]


def test_nothing_is_spent_out_of_nothing() -> None:
    result = checked(*MONEY, budget="0", actual="5")
    assert (result.findings, result.missing) == ((), ())
    assert result.worked_out == {"variance": Decimal("5.00"), "spent": None}


def test_published_rates_and_differences_follow_from_their_two_figures() -> None:
    right = checked(*MONEY, budget="10000", actual="12345.50", variance="£2,345.50", spent="123.46%")
    assert found(right) == []
    wrong = checked(*MONEY, budget="10000", actual="12345.50", variance="-2345.50", spent="123.45")
    assert found(wrong) == [
        ("variance", "difference-of-its-two", "error"),
        ("spent", "rate-of-its-two", "warning"),
    ]
    assert [one.finding.computed for one in wrong.findings] == ["2,345.50", "123.46%"]


def test_a_share_of_counts_stays_within_all() -> None:
    share = Definition("share", "Share", "percent", 2, "rate", measured_on="calls", numerator_of="incidents")
    plain = replace(CALLS, parts=())
    assert found(checked(INCIDENTS, plain, share, incidents="6", calls="6")) == []
    assert found(checked(INCIDENTS, plain, share, incidents="7", calls="6")) == [
        ("share", "share-above-all", "warning")
    ]
    published = checked(INCIDENTS, plain, share, incidents="7", calls="6", share="116.67")
    assert found(published) == [("share", "percentage-range", "error")]


def test_hours_and_ratios_are_not_negative_and_pounds_are_for_money() -> None:
    hours, ratio = Definition("hours", "Hours", "duration", 1), Definition("ratio", "Ratio", "ratio", 2)
    assert found(checked(hours, ratio, hours="1.5", ratio="0.83")) == []
    assert found(checked(hours, ratio, hours="-1.5", ratio="-0.1")) == [
        ("hours", "time-not-negative", "error"),
        ("ratio", "ratio-not-negative", "error"),
    ]
    result = checked(hours, hours="£5")
    assert result.findings[0].finding.message == "“£5” is money, and this figure is not."


def test_a_total_of_money_is_the_sum_of_its_parts() -> None:
    total = Definition("total", "Total", "currency", 2, parts=("budget", "actual"))
    assert found(checked(BUDGET, ACTUAL, total, budget="10.25", actual="-0.25", total="£10.00")) == []
    result = checked(BUDGET, ACTUAL, total, budget="10.25", actual="0.25", total="11")
    assert [one.finding.message for one in result.findings] == [
        "The total is 11, but its parts add up to 10.5: 0.5 too much."
    ]


def test_a_rate_measured_on_a_total_that_is_worked_out_is_checked_against_it() -> None:
    """6 incidents and no requests: 83.88 per cent of 6 calls takes 242."""
    total = replace(CALLS, source="sum")
    rate = Definition("rate", "Rate", "percent", 2, measured_on="calls")
    result = checked(INCIDENTS, REQUESTS, total, rate, incidents="6", requests="0", rate="83.88")
    assert found(result) == [("rate", "percentage-of-count", "error")]
    assert result.findings[0].finding.computed == "83.33% (5 of 6); smallest count 242"


def test_what_is_not_asked_for_in_a_month_is_not_missing() -> None:
    quarterly = replace(REQUESTS, frequency="quarter")
    ended = replace(SURVEYS, ends_on=date(2018, 7, 1))
    begun = replace(SURVEYS, code="later", starts_on=date(2018, 10, 1))
    known = [INCIDENTS, quarterly, ended, begun]
    assert check(known, {}, month=date(2018, 8, 1)).missing == ("incidents",)
    assert check(known, {}, month=date(2018, 9, 1)).missing == ("incidents", "requests")
    assert check(known, {}, month=date(2018, 6, 1)).missing == ("incidents", "requests", "surveys")
    assert check(known, {}, month=date(2018, 10, 1)).missing == ("incidents", "later")
