"""Limits that begin anew: from the proposal to the chart. Expected limits are worked by hand beside each test."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpis import actions, definitions, limit_actions, limits, recheck, record, trends
from kpis.aggregation import months_from
from kpis.models import Indicator, Rebase, Return
from portal.models import AuditEvent, Council, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.reading import parse, signed_in

pytestmark = pytest.mark.django_db

# 26 months: [10, 11] x 6 and 10, then [20, 22] x 6 and 20. Means 136 / 13 and 272 / 13, moving ranges 1 and 2.
BEFORE = [*[10, 11] * 6, 10]
AFTER = [*[20, 22] * 6, 20]
FIRST, CHANGED, LAST = date(2016, 1, 1), date(2017, 2, 1), date(2018, 2, 1)
REASON = "Calls are logged by telephone since then."


class World:
    """Two councils with 26 months each, and everybody who may do something about limits."""

    def __init__(self) -> None:
        self.brent, self.lewisham = factories.council("Brent"), factories.council("Lewisham")
        self.partnership = factories.partnership(
            self.brent, self.lewisham, reporting_from=FIRST, demonstration_today=date(2018, 3, 10)
        )
        self.calls = factories.indicator(self.partnership, "calls", name="Calls logged", direction="decrease")
        for month, value in zip(months_from(FIRST, LAST), [*BEFORE, *AFTER], strict=True):
            for council in (self.brent, self.lewisham):
                actions.record_published(
                    partnership=self.partnership,
                    council=council,
                    period=month,
                    typed={"calls": str(value)},
                    source="Test",
                )
        self.manager = self.user("service-manager")
        self.officer = self.user("officer", self.brent)
        self.approver = self.user("approver", self.brent)
        self.other_approver = self.user("approver", self.lewisham)

    def user(self, role: str, council: Council | None = None) -> User:
        return factories.user(self.partnership, role, council)

    def propose(self, **changes: Any) -> Rebase:
        asked = {"indicator": self.calls, "council": self.brent, "starts_on": CHANGED, "reason": REASON}
        return limit_actions.propose_rebase(**(asked | {"by": self.officer} | changes))

    def approved(self, **changes: Any) -> Rebase:
        return limit_actions.approve_rebase(rebase=self.propose(**changes), by=self.approver)

    def collected(self, first: date = FIRST, last: date = LAST) -> dict[str, Any]:
        loaded = record.load(self.partnership, first, last, reader=self.manager)
        (one,) = trends.collect(loaded)["indicators"]
        return {series["council"]: series for series in one["series"]}

    def post(self, user: User, step: str, **data: str) -> Any:
        return signed_in(user).post(f"/{self.partnership.slug}/performance/calls/limits/{step}", data)


@pytest.fixture
def world() -> World:
    return World()


def test_only_an_approved_rebase_changes_a_chart(world: World) -> None:
    whole = world.collected()["Brent"]
    assert len(whole["stages"]) == 1
    rebase = world.propose()
    assert world.collected()["Brent"] == whole
    limit_actions.approve_rebase(rebase=rebase, by=world.approver)
    brent, lewisham = world.collected()["Brent"], world.collected()["Lewisham"]
    # 136 / 13 = 10.4615 ± 2.66; 272 / 13 = 20.9231 ± 5.32.
    assert [(one["first"], one["last"], one["mean"], one["upper"]) for one in brent["stages"]] == [
        (0, 12, "10.4615", "13.1215"),
        (13, 25, "20.9231", "26.2431"),
    ]
    assert [one["note"] for one in brent["stages"]] == ["", REASON]
    assert brent["reading"] == "Within normal month-to-month variation"
    assert len(lewisham["stages"]) == 1
    limit_actions.withdraw_rebase(rebase=rebase, by=world.approver, reason="It was the holidays.")
    assert world.collected()["Brent"] == whole


def test_without_it_the_chart_says_since_when_it_is_high(world: World) -> None:
    # All 26: mean 408 / 26 = 15.69; thirteen below it, thirteen above.
    assert world.collected()["Brent"]["reading"] == (
        "Higher than normal variation explains since February 2017: look into it"
    )


def test_limits_rest_on_all_months_whichever_are_shown(world: World) -> None:
    world.approved()
    brent = world.collected(date(2017, 11, 1), LAST)["Brent"]
    (stage,) = brent["stages"]
    assert (stage["first"], stage["last"], stage["mean"], stage["provisional"]) == (0, 3, "20.9231", False)
    assert stage["note"] == ""  # the change is not in sight
    cut = world.collected(date(2017, 1, 1), date(2017, 5, 1))["Brent"]
    assert [(one["first"], one["last"]) for one in cut["stages"]] == [(0, 0), (1, 4)]
    assert cut["reading"] == "Too few months for firm limits since February 2017 (4 of 13)"
    assert cut["verdicts"] == []


def test_a_rebase_for_every_council_gives_way_to_a_councils_own(world: World) -> None:
    world.approved(council=None, by=world.manager, reason="For all.")
    world.approved(reason="Brent's own.", baseline_months=12)
    rebases = limits.approved(world.partnership)[world.calls.pk]
    months = months_from(FIRST, LAST)
    own = limits.cuts(rebases, world.brent.pk, months)
    assert (own.rebases, own.baseline, own.reason(13)) == ((13,), {13: 12}, "Brent's own.")
    other = limits.cuts(rebases, world.lewisham.pk, months)
    assert (other.rebases, other.baseline, other.reason(13)) == ((13,), {}, "For all.")


def test_the_figures_check_reads_a_month_against_the_limits_of_its_chart(world: World) -> None:
    """15 calls: in the middle of all 26 months, far below the 20.9231 ± 5.32 of those since the change."""

    def unusual(council: Council) -> list[str]:
        returned = Return.objects.get(council=council, period=date(2018, 3, 1))
        assert returned.in_force is not None
        checked = definitions.check_version(returned.in_force)
        return [one.finding.computed for one in checked.findings if one.finding.rule == "unusual-change"]

    def found_anew() -> dict[str, list[str]]:
        of_march = [one for one in recheck.findings(world.partnership) if one.where[1] == "March 2018"]
        return {name: [one.computed for one in of_march if one.where[0] == name] for name in ("Brent", "Lewisham")}

    for council in (world.brent, world.lewisham):
        actions.record_published(
            partnership=world.partnership, council=council, period=date(2018, 3, 1), typed={"calls": "15"}, source="T"
        )
    assert (unusual(world.brent), unusual(world.lewisham)) == ([], [])
    assert found_anew() == {"Lewisham": [], "Brent": []}
    rebase = world.approved()
    assert (unusual(world.brent), unusual(world.lewisham)) == (["16 to 26"], [])
    assert found_anew() == {"Lewisham": [], "Brent": ["16 to 26"]}
    limit_actions.withdraw_rebase(rebase=rebase, by=world.approver, reason="It was the holidays.")
    assert found_anew() == {"Lewisham": [], "Brent": []}


def test_the_figures_check_leaves_jumps_out_where_the_chart_does(world: World) -> None:
    """All 26 months: mean 408 / 26 = 15.6923, moving ranges 12 x 1, 10, 12 x 2: 46 / 25, of which 10 is screened."""
    version = actions.record_published(
        partnership=world.partnership, council=world.brent, period=date(2018, 3, 1), typed={"calls": "20"}, source="T"
    )
    # Screened: 15.6923 ± 2.66 x 36 / 24 = 11.7 to 19.7. Not: ± 2.66 x 46 / 25 = 10.8 to 20.6.
    assert [one.finding.computed for one in definitions.check_version(version).findings] == ["12 to 20"]
    Indicator.objects.update(screens_limits=False)
    assert definitions.check_version(version).findings == ()


def test_a_baseline_of_the_first_month_cuts_nothing(world: World) -> None:
    world.approved(starts_on=FIRST, baseline_months=12)
    (stage,) = world.collected()["Brent"]["stages"]
    # Twelve months: mean 126 / 12, moving ranges 11 x 1.
    assert (stage["mean"], stage["upper"]) == ("10.5000", "13.1600")


def test_the_chart_shows_the_mark_its_words_and_the_reason(world: World) -> None:
    world.approved()
    page = parse(signed_in(world.manager).get(f"/{world.partnership.slug}/performance/calls/").content.decode())
    figure = page.all("figure")[0]
    assert "New limits" in figure.one("svg").text
    assert f"new limits ({REASON}) from February 2017" in figure.one("title").text
    rows = {row.one("th").text: row.text for row in figure.one("tbody").all("tr")}
    assert "10.46" not in rows["January 2017"]  # printed with the indicator's decimals
    assert "8 to 13" in rows["January 2017"]
    assert f"New limits ({REASON}): 16 to 26" in rows["February 2017"]
    assert "Normal variation" in figure.one("figcaption").text


def test_proposing_is_refused_where_nothing_could_begin(world: World) -> None:
    for changes, said in (
        ({"reason": "  "}, "Say what changed"),
        ({"starts_on": date(2018, 9, 1)}, "There are no figures for September 2018"),
        ({"starts_on": date(2015, 12, 1)}, "There are no figures for December 2015"),
        ({"starts_on": FIRST}, "Limits begin with January 2016 as it is"),
        ({"baseline_months": 11}, "12 months or more, not 11"),
    ):
        with pytest.raises(Refused, match=said):
            world.propose(**changes)
    world.propose()
    with pytest.raises(Refused, match="proposed or approved already"):
        world.propose()
    world.propose(council=world.lewisham, by=world.manager)  # another council's chart is another


def test_approving_takes_another_person_and_is_done_once(world: World) -> None:
    mine = world.propose(by=world.manager)
    with pytest.raises(Refused, match="Another person"):
        limit_actions.approve_rebase(rebase=mine, by=world.manager)
    limit_actions.approve_rebase(rebase=mine, by=world.approver)
    with pytest.raises(Refused, match="approved already, on 10 March 2018"):
        limit_actions.approve_rebase(rebase=mine, by=world.approver)
    with pytest.raises(Refused, match="with a reason"):
        limit_actions.withdraw_rebase(rebase=mine, by=world.approver, reason=" ")
    limit_actions.withdraw_rebase(rebase=mine, by=world.approver, reason="A mistake.")
    for again in (
        lambda: limit_actions.withdraw_rebase(rebase=mine, by=world.approver, reason="Again."),
        lambda: limit_actions.approve_rebase(rebase=mine, by=world.approver),
    ):
        with pytest.raises(Refused, match="withdrawn on 10 March 2018"):
            again()
    world.propose()  # once withdrawn, the month is free


def test_every_step_is_on_the_record(world: World) -> None:
    rebase = world.approved()
    limit_actions.withdraw_rebase(rebase=rebase, by=world.manager, reason="A mistake.")
    events = AuditEvent.objects.filter(verb__startswith="limits.").order_by("pk")
    assert [(event.verb, event.by, event.reason) for event in events] == [
        ("limits.propose", world.officer, ""),
        ("limits.approve", world.approver, ""),
        ("limits.withdraw", world.manager, "A mistake."),
    ]
    assert events[0].after == {"from": "2017-02", "council": "Brent", "baseline_months": None, "reason": REASON}


def test_the_page_takes_a_proposal_through_its_steps(world: World) -> None:
    asked = {"council": "brent", "starts_on": "2017-02", "baseline_months": "", "reason": REASON}
    assert world.post(world.officer, "propose/", **asked).status_code == 302
    rebase = Rebase.objects.get()
    assert (rebase.council, rebase.proposed_by, rebase.starts_on) == (world.brent, world.officer, CHANGED)
    again = world.post(world.officer, "propose/", **asked)
    assert again.status_code == 409
    assert REASON in again.content.decode()  # nothing typed is lost
    assert world.post(world.officer, "propose/", **asked | {"reason": ""}).status_code == 422
    assert world.post(world.officer, "propose/", **asked | {"starts_on": "2019-01"}).status_code == 422
    assert world.post(world.officer, "propose/", **asked | {"baseline_months": "3"}).status_code == 422
    assert world.post(world.approver, f"{rebase.pk}/approve/").status_code == 302
    assert Rebase.objects.get().approved_by == world.approver
    assert world.post(world.officer, f"{rebase.pk}/withdraw/", reason="A mistake.").status_code == 302
    assert Rebase.objects.get().withdrawn_by == world.officer


def test_limits_are_changed_for_ones_own_council(world: World) -> None:
    asked = {"council": "lewisham", "starts_on": "2017-02", "reason": REASON}
    assert world.post(world.officer, "propose/", **asked).status_code == 403
    assert world.post(world.officer, "propose/", **asked | {"council": "every"}).status_code == 422
    assert world.post(world.approver, "propose/", **asked | {"council": "brent"}).status_code == 403
    assert not Rebase.objects.exists()
    mine = world.propose()
    assert world.post(world.other_approver, f"{mine.pk}/approve/").status_code == 403
    assert world.post(world.other_approver, f"{mine.pk}/withdraw/", reason="No.").status_code == 403
    assert world.post(world.officer, f"{mine.pk}/approve/").status_code == 403
    for_all = world.propose(council=None, by=world.manager, starts_on=date(2017, 3, 1))
    assert world.post(world.other_approver, f"{for_all.pk}/approve/").status_code == 302
    assert (
        signed_in(world.manager)
        .get(f"/{world.partnership.slug}/performance/calls/limits/{mine.pk}/approve/")
        .status_code
        == 405
    )


def test_a_rebase_of_another_partnership_is_not_there(world: World) -> None:
    elsewhere = factories.partnership(factories.council("Elsewhere"), reporting_from=FIRST)
    manager = factories.user(elsewhere, "service-manager")
    theirs = limit_actions.propose_rebase(
        indicator=factories.indicator(elsewhere, "calls"), council=None, starts_on=CHANGED, reason=REASON, by=manager
    )
    assert world.post(world.manager, f"{theirs.pk}/approve/").status_code == 404
    assert signed_in(manager).get(f"/{world.partnership.slug}/performance/calls/limits/").status_code == 403


def test_a_withheld_split_tells_nothing_through_its_limits(world: World) -> None:
    Indicator.objects.update(is_split_withheld=True, split_withheld_reason="The committee asked.")
    loaded = record.load(world.partnership, date(2017, 11, 1), LAST, reader=world.officer)
    (one,) = trends.collect(loaded)["indicators"]
    assert {(series["mean"], series["reading"]) for series in one["series"] if series["council"] != "All councils"} == {
        (None, "")
    }


def test_a_partnership_asks_one_question_for_its_rebases(world: World, django_assert_num_queries: Any) -> None:
    world.approved()
    with django_assert_num_queries(1):
        assert set(limits.approved(world.partnership)) == {world.calls.pk}
    assert limits.approved(Partnership(pk=0)) == {}
