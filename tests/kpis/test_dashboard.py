"""The dashboard, read as a reader reads it, against the performance pack of 16 October 2018."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from committees.models import Membership
from kpis import actions, dashboard, performance_table, record, trends
from kpis.models import Indicator, Return, ReturnVersion, Target
from portal.models import Council, Partnership, Person, User
from tests import factories
from tests.kpis.reading import get, parse, signed_in
from tests.kpis.reading import performance_table as table_of
from tests.kpis.test_actions import approve, fill

FIGURES = Path(settings.FIXTURES) / "brent-lewisham-southwark" / "figures.csv"
NAMES = {"brent": "Brent", "lewisham": "Lewisham", "southwark": "Southwark"}
MONTHS = {"2018-06": "June 2018", "2018-07": "July 2018", "2018-08": "August 2018", "2018-09": "September 2018"}


@pytest.fixture
def member(seed: Partnership) -> User:
    return User.objects.get(username="member-lewisham")


def printed(code: str, typed: str) -> str:
    """As the page prints what the pack prints: thousands separated, two decimals where the pack has any in the row."""
    if code.endswith(("-sla", "satisfaction")):
        return f"{Decimal(typed):.2f}"
    return f"{int(typed):,}" if typed.isdigit() else typed


def test_the_table_shows_the_pack_figure_by_figure(seed: Partnership, member: User) -> None:
    cells = table_of(get(member, "performance/"))
    names = dict(seed.indicators.values_list("code", "name"))
    checked = 0
    with FIGURES.open(newline="") as lines:
        for line in csv.DictReader(lines):
            month, council = MONTHS[line.pop("month")], NAMES[line.pop("council")]
            for code, typed in line.items():
                shown = cells[names[code], month, council].split()[0]
                assert shown == printed(code, typed), (code, month, council)
                checked += 1
    assert checked == 180
    # And a column for all three councils in each month.
    assert len(cells) == 180 + 60


def test_published_per_employee_figures_stand_above_what_is_worked_out(member: User) -> None:
    cells = table_of(get(member, "performance/"))
    # 4,148 / 2,994 = 1.385…; 853 / 2,505 = 0.3405…
    assert cells["Calls per employee", "June 2018", "Brent"] == "1.38 1.39"
    assert cells["Open calls per employee", "September 2018", "Lewisham"] == "0.34 0.34"


def test_what_cannot_be_true_is_named_where_it_stands_and_below(member: User) -> None:
    page = get(member, "performance/")
    cells = table_of(page)
    assert [key for key, text in cells.items() if "Error" in text] == [
        ("Priority 1 resolved in time", "August 2018", "Brent")
    ]
    note = page.one(id="figures-check")
    assert note.one("h3").text == "Figures check: one figure cannot be true"
    assert "83.88% is not possible for 6 incidents. Did you mean 83.33% (5 of 6)?" in note.text
    assert [summary.text for summary in note.all("summary")] == [
        "38 percentages do not follow from the number logged",
        "12 combined rates lie far from what the parts weigh to",
        "12 per-employee figures do not follow from the headcount",
        "Two scores do not follow from the surveys returned",
    ]


def test_the_heading_says_what_the_figures_say(member: User) -> None:
    page = get(member, "performance/")
    # Entered figures with a better direction: 3 incident counts, open calls, 5 rates, satisfaction and surveys at
    # 3 councils. September against August, counted by hand from the pack. Worse are Priority 2 and 3 incidents at all
    # three (6), open calls at all three (3), Priority 1 rate at Lewisham and Southwark (2), Priority 2 rate at Brent
    # and Lewisham (2), Priority 3, request and overall rate at Southwark (3), satisfaction at Brent and Southwark (2),
    # surveys at Southwark (1): 19.
    assert page.one("h1").text == "19 of 33 figures got worse in September 2018, 14 got better"
    # 853 / 580 = 1.47 is the largest rise of what ought to fall; 51.56 / 23.23 = 2.2 the largest gain.
    assert page.one("p", class_="lede").text == (
        "Furthest for the worse: open calls in Lewisham, up by 273 to 853. "
        "Furthest for the better: satisfaction in Lewisham, up by 28.33 to 51.56."
    )


def test_the_whole_period_adds_counts_and_never_averages_percentages(member: User) -> None:
    page = get(member, "performance/")
    table = next(one for one in page.all("table") if one.one("caption").text.startswith("One figure"))
    rows = {row.one("th").text: [td.text for td in row.all("td")] for row in table.one("tbody").all("tr")}
    # 11 + 7 + 6 + 1, 15 + 12 + 9 + 5, 2 + 8 + 11 + 3
    assert rows["Priority 1 incidents"] == ["25", "41", "24", "90", "Months added"]
    assert rows["Open calls at month end"] == ["763", "853", "1,077", "2,693", "As at the end of the last month"]
    # 15,695 / 2,994 = 5.242…, 11,218 / 2,505 = 4.478…, 14,063 / 4,497 = 3.127…
    # 15,695 + 11,218 + 14,063 = 40,976 calls of 2,994 + 2,505 + 4,497 = 9,996 employees: 4.099…
    assert rows["Calls per employee"] == ["5.24", "4.48", "3.13", "4.10", "Divided by the headcount"]
    assert rows["Overall, all calls"] == [
        "Not available. Brent, Lewisham and Southwark: the counts behind it were not reported."
    ]


def test_the_page_says_which_headcounts_fit(member: User) -> None:
    page = get(member, "performance/")
    table = next(one for one in page.all("table") if one.one("caption").text.startswith("Headcount"))
    rows = [[cell.text for cell in row.all()] for row in table.one("tbody").all("tr")]
    cut = "employees, if the figures were cut; no one headcount gives them rounded"
    assert rows == [
        ["Brent", "2,994", "Inferred from published figures", f"2,992–2,996 {cut}"],
        ["Lewisham", "2,505", "Inferred from published figures", f"2,502–2,508 {cut}"],
        ["Southwark", "4,497", "Inferred from published figures", f"4,490–4,505 {cut}"],
    ]


def test_each_indicator_has_its_trend_for_every_council_on_one_scale(member: User) -> None:
    page = get(member, "performance/")
    sections = page.all("section", class_="trends")
    assert len(sections) == 15
    overall = next(one for one in sections if one.one("h2").text == "Overall, all calls")
    assert [caption.one("b").text for caption in overall.all("figcaption")] == [
        "Brent: up by 3.45 points, to 78.34%",
        "Lewisham: 80.89%, the highest of the four months",
        "Southwark: 73.58%, the lowest of the four months",
    ]
    titles = [svg.one("title").text for svg in overall.all("svg")]
    assert titles[0].startswith("Overall, all calls, Brent, June to September 2018: 79.15, 75.60, 74.89, 78.34")
    assert "One scale for the three councils." in overall.text
    assert "Limits provisional: 4 of 13 months" in overall.text


def test_any_run_of_months_can_be_chosen(member: User) -> None:
    page = get(member, "performance/", **{"from": "2018-07", "to": "2018-08"})
    assert {month for _, month, _ in table_of(page)} == {"July 2018", "August 2018"}
    selected = [option.text for option in page.all("option") if "selected" in option.attributes]
    assert selected == ["July 2018", "August 2018"]
    single = get(member, "performance/", **{"from": "2018-07", "to": "2018-07"})
    assert {month for _, month, _ in table_of(single)} == {"July 2018"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"from": "2018-09", "to": "2018-06"}, "September 2018 comes after June 2018. Choose an earlier month."),
        (
            {"from": "2017-01"},
            "There are no figures for the month that was asked for. Choose one of June to September 2018.",
        ),
        ({"to": "<script>alert(1)</script>"}, "There are no figures for the month that was asked for."),
        ({"from": "2018-06\x00"}, "There are no figures for the month that was asked for."),
        ({"from": "9" * 5000}, "There are no figures for the month that was asked for."),
    ],
)
def test_months_that_are_not_there_are_refused_in_words(member: User, query: dict[str, str], message: str) -> None:
    page = get(member, "performance/", status=400, **query)
    assert page.one("div", role="alert").text.startswith(message)
    response = signed_in(member).get("/brent-lewisham-southwark/performance.csv", query)
    assert response.status_code == 400
    assert response.content.decode().startswith(message)
    assert b"<script>alert" not in response.content


def test_the_workbook_has_the_rows_of_the_csv_with_numbers_as_numbers(member: User) -> None:
    query = {"from": "2018-06", "to": "2018-06"}
    client = signed_in(member)
    text = b"".join(client.get("/brent-lewisham-southwark/performance.csv", query).streaming_content).decode(
        "utf-8-sig"
    )
    rows = list(csv.DictReader(text.splitlines()))
    response = client.get("/brent-lewisham-southwark/performance.xlsx", query)
    assert response["Content-Disposition"].endswith('performance-brent-lewisham-southwark-2018-06-to-2018-06.xlsx"')
    headings, *cells = load_workbook(io.BytesIO(b"".join(response.streaming_content)))["Performance"].iter_rows()
    assert [heading.value for heading in headings] == list(rows[0])
    assert len(cells) == len(rows)
    figure = list(rows[0]).index("Figure")
    # The pack of 16 October 2018: Brent, June 2018.
    brent = {row[2].value: row[figure] for row in cells if row[1].value == "Brent"}
    assert (brent["total-calls"].value, brent["total-calls"].data_type) == (4148, "n")
    assert brent["overall-sla"].value == 79.15
    assert brent["overall-sla"].number_format == "0.00"
    assert client.get("/brent-lewisham-southwark/performance.xlsx", {"from": "1999-01"}).status_code == 400


def test_a_missing_return_is_shown_as_missing_and_not_as_zero(seed: Partnership, member: User) -> None:
    Return.objects.filter(council__slug="lewisham", period=date(2018, 9, 1)).update(in_force=None)
    page = get(member, "performance/")
    cells = table_of(page)
    assert cells["Priority 1 incidents", "September 2018", "Lewisham"] == "Not reported"
    assert cells["Overall, all calls", "September 2018", "Lewisham"] == "Not reported"
    assert page.one("h1").text == "Lewisham has not reported September 2018"
    table = next(one for one in page.all("table") if one.one("caption").text.startswith("One figure"))
    rows = {row.one("th").text: [td.text for td in row.all("td")] for row in table.one("tbody").all("tr")}
    assert rows["Priority 1 incidents"] == [
        "25",
        "Not available",
        "24",
        "Not available",
        "Lewisham: not reported: September 2018. All councils: not reported: Lewisham.",
    ]
    trend = page.one(id="trend-open-calls")
    assert "Lewisham: not reported in September 2018" in trend.text


def target(seed: Partnership, code: str, value: str, tolerance: str = "0", **more) -> Target:
    indicator = seed.indicators.get(code=code)
    values = {"valid_from": date(2018, 6, 1), **more}
    return Target.objects.create(indicator=indicator, value=Decimal(value), tolerance=Decimal(tolerance), **values)


def test_targets_give_words_marks_and_exceptions(seed: Partnership, member: User) -> None:
    target(seed, "p2-sla", "80", "5")
    target(seed, "overall-sla", "80", "5")
    target(seed, "open-calls", "800", "60")
    page = get(member, "performance/")
    cells = table_of(page)
    # June: 77.78 is within 5 of 80, 81.25 meets it, 58.33 misses it. Fewer open calls are better.
    assert cells["Priority 2 resolved in time", "June 2018", "Brent"] == "77.78 Near"
    assert cells["Priority 2 resolved in time", "June 2018", "Lewisham"] == "81.25 Met"
    assert cells["Priority 2 resolved in time", "June 2018", "Southwark"] == "58.33 Missed"
    assert cells["Open calls at month end", "September 2018", "Brent"] == "763 Met"
    assert cells["Open calls at month end", "September 2018", "Lewisham"] == "853 Near"
    assert cells["Open calls at month end", "September 2018", "Southwark"] == "1,077 Missed"
    assert cells["Priority 1 resolved in time", "June 2018", "Brent"] == "100.00"
    # September: P2 missed by all three (65, 62.86, 45.83), overall missed by Southwark alone, near at Brent.
    assert page.one("h1").text == "Five of nine results missed their target in September 2018"
    assert page.one("p", class_="lede").text == "Southwark missed three, Brent one and Lewisham one."
    section = next(one for one in page.all("section") if one.all("h2")[0].text == "Exceptions first")
    assert [h3.text for h3 in section.all("h3")] == [
        "Southwark: three missed",
        "Brent: one missed, one near",
        "Lewisham: one missed, one near",
    ]
    first = section.all("li")[0].text
    assert first == "Priority 2 resolved in time 45.83% Missed target 80%, up 4.65 on August"


def test_a_target_holds_from_its_day_and_a_councils_own_goes_first(seed: Partnership, member: User) -> None:
    target(seed, "overall-sla", "80")
    target(seed, "overall-sla", "74", valid_from=date(2018, 8, 1))
    target(seed, "overall-sla", "79", council=Council.objects.get(slug="brent"), valid_from=date(2018, 7, 2))
    cells = table_of(get(member, "performance/"))
    row = {(month, council): text for (name, month, council), text in cells.items() if name == "Overall, all calls"}
    assert row["July 2018", "Brent"] == "75.60 Missed"
    assert row["July 2018", "Lewisham"] == "78.86 Missed"
    assert row["August 2018", "Brent"] == "74.89 Missed"
    assert row["August 2018", "Lewisham"] == "77.50 Met"
    assert row["September 2018", "Southwark"] == "73.58 Missed"


def test_a_rate_of_nothing_is_left_empty(draft: ReturnVersion, officer: User, approver: User, member: User) -> None:
    approve(draft, officer, approver, p1_incidents="0", p1_sla="", p2_incidents="30", p2_sla="90")
    cells = table_of(get(member, "performance/"))
    assert cells["Priority 1 incidents", "October 2018", "Brent"] == "0"
    assert cells["Priority 1 resolved in time", "October 2018", "Brent"] == ""


def test_figures_show_once_they_are_approved(draft: ReturnVersion, officer: User, approver: User, member: User) -> None:
    fill(draft, officer)
    actions.submit_return(version=draft, by=officer)
    assert "2,270" not in get(member, "performance/").text
    actions.approve_return(version=draft, by=approver)
    cells = table_of(get(member, "performance/"))
    assert cells["Service requests", "October 2018", "Brent"] == "2,270"
    # Worked out, since nothing was published: 3,000 / 2,994 = 1.002
    assert cells["Calls per employee", "October 2018", "Brent"] == "1.00"
    assert cells["Service requests", "October 2018", "Lewisham"] == "Not reported"


def test_the_download_holds_every_figure_and_runs_nothing(seed: Partnership, member: User) -> None:
    Indicator.objects.filter(code="p1-incidents").update(name="=HYPERLINK(1)")
    response = signed_in(member).get("/brent-lewisham-southwark/performance.csv?from=2018-06&to=2018-09")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="performance-brent-lewisham-southwark-2018-06-to-2018-09.csv"' in response["Content-Disposition"]
    lines = list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))
    # 15 indicators of 3 councils and all of them, in 4 months and for the whole run.
    assert len(lines) == 15 * 4 * 5
    first = lines[0]
    assert (first["Month"], first["Council"], first["Indicator"], first["Figure"]) == (
        "2018-06",
        "Brent",
        "'=HYPERLINK(1)",
        "11",
    )
    per_employee = next(line for line in lines if line["Code"] == "calls-per-employee")
    assert (per_employee["As reported"], per_employee["Worked out"]) == ("1.38", "1.39")
    wrong = [line for line in lines if "is not possible for 6 incidents" in line["Figures check"]]
    assert [(line["Month"], line["Council"], line["As reported"]) for line in wrong] == [("2018-08", "Brent", "83.88")]


def test_the_download_writes_targets_as_they_are_said(seed: Partnership, member: User) -> None:
    target(seed, "p1-sla", "90")
    target(seed, "p2-sla", "100.00")
    target(seed, "p3-sla", "72.50")
    response = signed_in(member).get("/brent-lewisham-southwark/performance.csv?from=2018-09&to=2018-09")
    lines = csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines())
    found = {line["Code"]: line["Target"] for line in lines if line["Council"] == "Brent"}
    assert [found[code] for code in ("p1-sla", "p2-sla", "p3-sla")] == ["90", "100", "72.5"]


@pytest.mark.parametrize("councils", [1, 3])
@pytest.mark.parametrize("months", [4, 48])
def test_the_dashboard_asks_a_fixed_number_of_questions(db, councils: int, months: int) -> None:
    partnership = factories.partnership(
        *(factories.council(f"Council {n}") for n in range(councils)),
        reporting_from=date(2018, 1, 1),
        demonstration_today=date(2022, 1, 15),
    )
    count = factories.indicator(partnership, "calls", direction="decrease")
    factories.indicator(partnership, "per", source="per-employee", measured_on=count, unit="ratio")
    every = record.months_from(date(2018, 1, 1), date(2021, 12, 1))[-months:]
    for month in every:
        for place in partnership.places.select_related("council"):
            actions.record_published(
                partnership=partnership, council=place.council, period=month, typed={"calls": "7"}, source="Test"
            )
    reader = factories.user(partnership, "auditor")
    client = signed_in(reader)
    address = f"/{partnership.slug}/performance/?from={every[0]:%Y-%m}&to={every[-1]:%Y-%m}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    columns = councils + (councils > 1)
    assert len(table_of(parse(response.content.decode()))) == 2 * columns * months
    assert len(queries) == 14, "\n".join(query["sql"] for query in queries)


@pytest.mark.parametrize("query", ["", "?from=2018-06&to=2018-09", "?per=100", "?council=brent&per=100"])
@pytest.mark.parametrize(
    "name", ["member-lewisham", "officer-lewisham", "approver-brent", "clerk", "service-manager", "administrator"]
)
def test_whoever_looks_the_dashboard_asks_fifteen_questions_at_most(seed: Partnership, name: str, query: str) -> None:
    Indicator.objects.filter(partnership=seed, code="open-calls").update(
        is_split_withheld=True, split_withheld_reason="Asked for by the committee."
    )
    client = signed_in(User.objects.get(username=name))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{seed.slug}/performance/{query}").status_code == 200
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)


def test_a_member_by_a_seat_asks_no_more(seed: Partnership) -> None:
    """A real member: an account of a councillor who sits on the committee."""
    person = Person.objects.get(slug="amanda-de-ryk")
    Membership.objects.create(committee=factories.committee(seed), person=person, council=person.council, role="member")
    user = User.objects.create_user(username="amanda", person=person)
    client = signed_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{seed.slug}/performance/").status_code == 200
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)


def test_building_the_dashboard_reads_nothing_after_loading(seed: Partnership, django_assert_num_queries) -> None:
    run = dashboard.usual_run(seed)
    assert (run.first, run.last) == (date(2018, 6, 1), date(2018, 9, 1))
    with django_assert_num_queries(7):
        loaded = record.load(seed, run.first, run.last, reader=record.EVERYONE)
    with django_assert_num_queries(0):
        performance_table.collect(loaded)
    with django_assert_num_queries(0):
        dashboard.build(loaded, run)


def test_a_partnership_without_indicators_or_figures_has_a_page(db) -> None:
    partnership = factories.partnership(factories.council("Brent"))
    client = signed_in(factories.user(partnership, "auditor"))
    response = client.get(f"/{partnership.slug}/performance/")
    assert response.status_code == 200
    assert parse(response.content.decode()).one("h1").text == "No indicators have been set up"


def test_who_may_read_performance(seed: Partnership, client) -> None:
    response = client.get("/brent-lewisham-southwark/performance/")
    assert (response.status_code, response.url.split("?")[0]) == (302, "/account/sign-in/")
    stranger = factories.user(factories.partnership(factories.council("Elsewhere")), "auditor")
    for path in ("performance/", "performance.csv", "performance/p1-sla/", "returns/", "returns/brent/2018-09/"):
        assert signed_in(stranger).get(f"/brent-lewisham-southwark/{path}").status_code == 403
    assert signed_in(stranger).get("/nowhere/performance/").status_code == 404


def test_the_figures_of_an_indicator_have_its_decimals_as_the_dashboard_has(seed: Partnership) -> None:
    # Printed in the packs of 2018: Brent's 83.33, 83.88 and 100, the last without decimals.
    cells = get(User.objects.get(username="auditor"), "performance/p1-sla/").all("a")
    said = {a.attributes.get("aria-label", ""): a.text for a in cells}
    assert said["Brent, September 2018: 100.00"] == "100.00"
    assert said["Brent, August 2018: 83.88"] == "83.88"


def test_provisional_limits_name_each_councils_own_number_of_months() -> None:
    series = {"Brent": 4, "Lewisham": 5}
    one = {"series": list(series)}
    assert trends._months_of(series, one) == "Brent 4 and Lewisham 5"
    assert trends._months_of({"Brent": 4, "Lewisham": 4}, one) == "4"
    assert trends._months_of({"Brent": 4}, one) == "Brent 4"
