"""What a meeting was told stays as it was printed; beside it stands what is in force now."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from committees.models import PaperSection
from kpis import actions
from kpis.models import Indicator, ReturnVersion
from portal import blocks
from portal.models import FrozenBlock, Partnership, User
from tests import factories
from tests.kpis.reading import get, performance_table, user
from tests.kpis.test_actions import approve
from tests.kpis.test_reopening import correct, submit

DAY = date(2018, 11, 20)
PARAMS = {"from": "2018-10", "to": "2018-10"}


def freeze(partnership: Partnership, on: date = DAY, **params: object) -> FrozenBlock:
    """A table in a paper of a meeting on that day, as it is when the paper is cleared."""
    frozen = blocks.freeze(
        "kpis.performance_table",
        partnership=partnership,
        params=PARAMS | params,
        by=None,
        reported_to=f"meeting of {on.day} {on:%B %Y}",
        reported_on=on,
    )
    meeting = factories.meeting(factories.committee(partnership), on)
    PaperSection.objects.create(
        paper=factories.paper(factories.item(meeting)),
        position=1,
        kind="block",
        block="kpis.performance_table",
        frozen=frozen,
    )
    return frozen


def stand_on(partnership: Partnership, day: date) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(demonstration_today=day)


@pytest.fixture
def told(seed: Partnership, draft: ReturnVersion, officer: User, approver: User) -> ReturnVersion:
    """Brent's October, told to the meeting of 20 November, and corrected the day after."""
    approve(draft, officer, approver)
    freeze(seed)
    stand_on(seed, date(2018, 11, 21))
    reopened = actions.reopen_return(version=draft, by=user("service-manager"), reason="Counted twice.")
    correct(reopened, officer)
    submit(reopened, officer)
    actions.approve_return(version=reopened, by=approver)
    return reopened


def changes(name: str) -> dict[str, str]:
    page = get(user(name), "reported/2018-11-20/")
    found = {}
    for section in page.all("section"):
        if section.one("h2").text == "What is different now":
            for li in section.all("li"):
                found[li.one("a").text] = li.one("span", class_="num").text
    return found


def test_a_meetings_figures_stand_beside_those_of_today(told: ReturnVersion) -> None:
    for name in ("member-lewisham", "officer-southwark", "clerk", "auditor"):
        assert changes(name) == {
            "Priority 1 incidents, Brent, October 2018": "10 as reported, 11 now",
            "Total calls logged, Brent, October 2018": "3,000 as reported, 3,001 now",
            "Priority 1 resolved in time, Brent, October 2018": "90.00 as reported, 81.82 now",
        }
    page = get(user("member-lewisham"), "reported/2018-11-20/")
    assert page.one("h1").text == "Three figures are different now"
    cells = performance_table(page, "Figures as reported")
    assert cells["Priority 1 incidents", "October 2018", "Brent"] == "10 now 11"
    assert cells["Priority 2 incidents", "October 2018", "Brent"] == "20"
    assert cells["Priority 1 incidents", "October 2018", "Lewisham"] == "Not reported"


def test_a_return_is_compared_with_what_the_meeting_was_told(told: ReturnVersion) -> None:
    query = {"from": "meeting-2018-11-20", "to": "now"}
    page = get(user("member-lewisham"), "returns/brent/2018-10/compare/", **query)
    rows = {tr.one("th").text: [td.text for td in tr.all("td")] for tr in page.one("tbody").all("tr")}
    assert rows["Priority 1 incidents"] == ["10", "11", "Changed"]
    assert rows["Priority 2 incidents"] == ["20", "20", "As it was"]
    assert page.one("h1").text == "Three cells are different"


def test_meetings_are_listed_and_reached(told: ReturnVersion) -> None:
    page = get(user("member-lewisham"), "reported/")
    assert [a.text for a in page.one("ul", class_="rows").all("a")] == ["Meeting of 20 November 2018"]
    get(user("member-lewisham"), "reported/2018-11-19/", status=404)


def test_before_its_day_a_meeting_shows_to_those_alone_who_prepare_it(told: ReturnVersion, seed) -> None:
    stand_on(seed, date(2018, 11, 19))
    for name in ("service-manager", "clerk", "auditor"):
        assert "which is still to come" in get(user(name), "reported/2018-11-20/").text
    for name in ("member-lewisham", "officer-brent", "approver-brent", "administrator"):
        get(user(name), "reported/2018-11-20/", status=404)
        assert "No meeting was told figures yet" in get(user(name), "reported/").text
        query = {"from": "meeting-2018-11-20", "to": "now"}
        compared = get(user(name), "returns/brent/2018-10/compare/", **query)
        assert "meeting of 20 November" not in compared.text
    stand_on(seed, DAY)
    get(user("member-lewisham"), "reported/2018-11-20/")


def test_a_figure_withheld_today_is_withheld_in_what_was_reported_too(told: ReturnVersion, seed) -> None:
    Indicator.objects.filter(partnership=seed, code="p1-incidents").update(
        is_split_withheld=True, split_withheld_reason="Asked for by the committee."
    )
    for name in ("member-lewisham", "officer-southwark", "clerk"):
        page = get(user(name), "reported/2018-11-20/")
        assert "Priority 1 incidents" not in page.one("main").text
        # What gives it away is withheld with it: the total, and the rate measured on it.
        assert changes(name) == {}
        assert "3,001" not in page.text
        assert "Some indicators of the paper are left out here" in page.text
        query = {"from": "meeting-2018-11-20", "to": "now"}
        assert "Priority 1 incidents" not in get(user(name), "returns/brent/2018-10/compare/", **query).text
        version = get(user(name), "returns/brent/2018-10/versions/1/")
        assert "Priority 1 incidents" not in version.one("main").text
    assert "Priority 1 incidents, Brent, October 2018" in changes("auditor")


def test_an_indicator_that_is_gone_shows_to_nobody(seed: Partnership, draft, officer, approver) -> None:
    approve(draft, officer, approver)
    frozen = freeze(seed)
    frozen.data["groups"][0]["rows"][0]["code"] = "gone"
    frozen.data["groups"][0]["rows"][0]["name"] = "Something of old"
    frozen.save()
    stand_on(seed, DAY)
    assert "Something of old" not in get(user("auditor"), "reported/2018-11-20/").text


def test_a_table_frozen_again_counts_once_and_one_let_go_not_at_all(told: ReturnVersion, seed) -> None:
    first = FrozenBlock.objects.get()
    again = freeze(seed)
    FrozenBlock.objects.filter(pk=again.pk).update(frozen_at=timezone.now())
    assert "Every figure stands as it was reported" in get(user("auditor"), "reported/2018-11-20/").text
    PaperSection.objects.filter(frozen=again).update(frozen=None)
    assert len(changes("auditor")) == 3
    PaperSection.objects.filter(frozen=first).update(frozen=None)
    get(user("auditor"), "reported/2018-11-20/", status=404)


def test_another_partnerships_meetings_do_not_show(told: ReturnVersion) -> None:
    stranger = factories.user(factories.partnership(factories.council(), slug="elsewhere"), "auditor")
    get(stranger, "reported/", status=403)
    get(stranger, "reported/2018-11-20/", status=403)
