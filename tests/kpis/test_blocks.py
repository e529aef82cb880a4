"""What papers embed: figures in force, as they are to be printed, and the same for ever once frozen."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from kpis import actions
from kpis.models import Return, ReturnVersion, Target
from portal import blocks
from portal.models import Partnership, User
from tests.kpis.reading import parse, performance_table
from tests.kpis.test_actions import fill

PACK = {"from": "2018-06", "to": "2018-09"}
TABLE, TRENDS = "kpis.performance_table", "kpis.trends"


def html(name: str, seed: Partnership, params: dict, **more) -> str:
    return blocks.html(name, partnership=seed, params=params, **more)


@pytest.mark.parametrize("for_print", [False, True])
def test_the_table_of_the_pack(seed: Partnership, for_print: bool) -> None:
    cells = performance_table(parse(html(TABLE, seed, PACK, for_print=for_print)))
    assert len(cells) == 180
    assert cells["Priority 3 incidents", "June 2018", "Southwark"] == "1,943"
    assert cells["Priority 3 resolved in time", "June 2018", "Brent"] == "72.70"
    assert cells["Calls per employee", "June 2018", "Brent"] == "1.38 1.39"
    assert cells["Priority 1 resolved in time", "August 2018", "Brent"].lower() == "83.88 error"


@pytest.mark.parametrize("for_print", [False, True])
def test_a_figure_that_cannot_be_true_is_named_under_the_table(seed: Partnership, for_print: bool) -> None:
    page = parse(html(TABLE, seed, PACK, for_print=for_print))
    notes = [p.text for p in page.all("p")]
    assert (
        "Error: Brent, August 2018, Priority 1 resolved in time. 83.88% is not possible for 6 incidents. "
        "Did you mean 83.33% (5 of 6)?"
    ) in notes


def test_the_printed_table_has_heads_for_every_cell(seed: Partnership) -> None:
    table = parse(html(TABLE, seed, PACK, for_print=True)).one("table")
    assert all(th.attributes.get("scope") for th in table.all("th"))
    assert [th.text for th in table.all("th", scope="colgroup")] == [
        "June 2018",
        "July 2018",
        "August 2018",
        "September 2018",
    ]
    assert [th.text for th in table.all("th", scope="rowgroup")] == [
        "Demand",
        "Waiting",
        "Resolved in time, per cent",
        "Satisfaction",
    ]
    assert {th.attributes["colspan"] for th in table.all("th", scope="rowgroup")} == {"13"}


def test_paper_prints_words_beside_marks(seed: Partnership) -> None:
    Target.objects.create(
        indicator=seed.indicators.get(code="p2-sla"),
        valid_from=date(2018, 6, 1),
        value=Decimal(80),
        tolerance=Decimal(5),
    )
    page = parse(html(TABLE, seed, PACK, for_print=True))
    row = next(tr for tr in page.all("tr") if tr.all("th") and tr.all("th")[0].text == "Priority 2 resolved in time")
    assert [td.text for td in row.all("td")][:4] == ["80", "77.78 near", "81.25 met", "58.33 missed"]
    assert {th.attributes["colspan"] for th in page.all("th", scope="rowgroup")} == {"14"}


def test_a_choice_of_indicators(seed: Partnership) -> None:
    params = {**PACK, "indicators": ["overall-sla", "open-calls"]}
    cells = performance_table(parse(html(TABLE, seed, params)))
    assert {name for name, _, _ in cells} == {"Open calls at month end", "Overall, all calls"}
    page = parse(html(TRENDS, seed, params, for_print=True))
    assert [h3.text for h3 in page.all("h3")] == ["Open calls at month end", "Overall, all calls"]
    assert [caption.one("b").text for caption in page.all("figcaption")] == [
        "Brent: 763, the highest of the four months",
        "Lewisham: 853, the highest of the four months",
        "Southwark: 1,077, the highest of the four months",
        "Brent: up by 3.45 points, to 78.34%",
        "Lewisham: 80.89%, the highest of the four months",
        "Southwark: 73.58%, the lowest of the four months",
    ]


def test_trends_on_paper_need_no_hand_and_show_no_provisional_limit(seed: Partnership) -> None:
    printed = html(TRENDS, seed, {**PACK, "indicators": ["overall-sla"]}, for_print=True)
    page = parse(printed)
    assert not page.all("details")
    assert not page.all("script")
    titles = [svg.one("title").text for svg in page.all("svg")]
    few = "Too few months for firm limits (4 of 13)"
    assert titles == [
        f"Overall, all calls, Brent, June to September 2018: 79.15, 75.60, 74.89, 78.34. {few}",
        f"Overall, all calls, Lewisham, June to September 2018: 76.14, 78.86, 77.50, 80.89. {few}",
        f"Overall, all calls, Southwark, June to September 2018: 79.79, 74.69, 76.50, 73.58. {few}",
    ]
    assert "provisional" in html(TRENDS, seed, {**PACK, "indicators": ["overall-sla"]})


def correct(return_: Return, by: User, code: str, typed: str, comment: str = "") -> ReturnVersion:
    """Put a second version in force, with one figure that is another."""
    first = return_.in_force
    version = ReturnVersion.objects.create(
        parent=return_,
        number=2,
        created_at=first.created_at,
        reopened_by=by,
        reopened_reason="Counted again.",
        comment=comment,
    )
    for figure in first.figures.select_related("indicator"):
        figure.pk, figure.version = None, version
        if figure.indicator.code == code:
            figure.typed, figure.amount = typed, Decimal(typed)
        figure.save(force_insert=True)
    ReturnVersion.objects.filter(pk=version.pk).update(state="locked", origin="published", locked_at=first.created_at)
    return_.in_force = version
    return_.save()
    return version


@pytest.mark.parametrize("name", [TABLE, TRENDS])
@pytest.mark.parametrize("for_print", [False, True])
def test_a_frozen_copy_stays_when_figures_change(seed: Partnership, name: str, for_print: bool) -> None:
    clerk = User.objects.get(username="clerk")
    frozen = blocks.freeze(
        name, partnership=seed, params=PACK, by=clerk, reported_to="Joint Committee", reported_on=date(2018, 10, 16)
    )
    frozen.refresh_from_db()
    before = html(name, seed, PACK, frozen=frozen, for_print=for_print)
    assert before == html(name, seed, PACK, for_print=for_print)
    correct(Return.objects.get(council__slug="brent", period=date(2018, 9, 1)), clerk, "open-calls", "1")
    seed.indicators.filter(code="open-calls").update(name="Renamed", decimals=2)
    assert html(name, seed, PACK, frozen=frozen, for_print=for_print) == before
    assert html(name, seed, PACK, for_print=for_print) != before


def test_the_stored_data_is_plain_json_without_floats(seed: Partnership) -> None:
    for name in (TABLE, TRENDS):
        data = blocks.get(name).collect(seed, PACK)
        assert json.loads(json.dumps(data)) == data

        def floats(value: object) -> bool:
            if isinstance(value, dict):
                return any(floats(one) for one in value.values())
            return any(floats(one) for one in value) if isinstance(value, list) else isinstance(value, float)

        assert not floats(data)


def test_drafts_and_submitted_returns_are_in_no_paper(draft: ReturnVersion, officer: User, seed: Partnership) -> None:
    fill(draft, officer)
    params = {"from": "2018-09", "to": "2018-10"}
    place = ("Service requests", "October 2018", "Brent")
    assert performance_table(parse(html(TABLE, seed, params)))[place] == "Not reported"
    actions.submit_return(version=draft, by=officer)
    assert performance_table(parse(html(TABLE, seed, params)))[place] == "Not reported"
    page = parse(html(TABLE, seed, params, for_print=True))
    assert "Not reported: Brent, October 2018; Lewisham, October 2018; Southwark, October 2018." in page.text


def test_a_missing_return_stands_as_missing(seed: Partnership) -> None:
    Return.objects.filter(council__slug="brent", period=date(2018, 7, 1)).update(in_force=None)
    page = parse(html(TABLE, seed, PACK, for_print=True))
    assert performance_table(page)["Service requests", "July 2018", "Brent"] == "Not reported"
    assert "Not reported: Brent, July 2018." in [p.text for p in page.all("p")]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "A performance block needs “from”, a month like 2018-09."),
        ({"from": "2018-06", "to": "September"}, "A performance block needs “to”, a month like 2018-09."),
        ({"from": "2018-09", "to": "2018-06"}, "June 2018 comes before September 2018."),
        ({**PACK, "indicators": ["p9"]}, "There is no indicator p9. There are: p1-incidents, "),
    ],
)
def test_params_that_make_no_block_are_refused_in_words(seed: Partnership, params: dict, words: str) -> None:
    for name in (TABLE, TRENDS):
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared
            blocks.get(name).collect(seed, params)
        assert str(refused.value).startswith(words)


def test_names_are_escaped(seed: Partnership) -> None:
    seed.indicators.filter(code="p1-incidents").update(name="<b>P1</b>")
    for for_print in (False, True):
        assert "<b>P1</b>" not in html(TABLE, seed, PACK, for_print=for_print)
        assert "<b>P1</b>" not in html(TRENDS, seed, {**PACK, "indicators": ["p1-incidents"]}, for_print=for_print)
