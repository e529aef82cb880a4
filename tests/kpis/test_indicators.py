"""The indicator editor: what the service manager can do to indicators, and what approved months do not allow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kpis import actions, definitions, indicator_actions, performance_table, record, saving
from kpis.indicator_forms import IndicatorForm, as_typed, read_month, sealed
from kpis.indicator_policies import Unfit, history_of, values_of
from kpis.models import Figure, Indicator, ReturnVersion, Target
from portal.models import AuditEvent, Council, Partnership
from tests import factories
from tests.kpis.reading import get, messages, parse, signed_in, user

ROOT = "/brent-lewisham-southwark/indicators/"
NEW = {
    "name": "Visits", "code": "visits", "group": "Demand", "unit": "count", "decimals": "0", "direction": "neutral",
    "source": "typed", "across": "sum", "frequency": "month", "starts_on": "October 2018", "screens_limits": "on",
}  # fmt: skip


def post(path: str, data: dict | None = None, who: str = "service-manager"):
    return signed_in(user(who)).post(f"{ROOT}{path}", data or {})


def form_of(code: str) -> dict:
    """The form of an indicator as a browser sends it back untouched."""
    values = values_of(Indicator.objects.get(code=code))
    return as_typed(values.plain()) | {"loaded": sealed(values)}


def errors(response) -> dict[str, str]:
    """Messages by the field that the summary leads to."""
    page = parse(response.content.decode())
    return {
        a.attributes["href"].removeprefix("#id_").removeprefix("end-").removesuffix("_0"): a.text.partition(": ")[2]
        for a in page.all(class_="stop")[0].all("a")
    }


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk")[0]


def test_an_indicator_is_added_at_the_end_and_asked_for_from_the_month_that_is_named(seed: Partnership) -> None:
    response = post("add/", NEW)
    assert (response.status_code, response["Location"]) == (302, f"{ROOT}#visits")
    made = Indicator.objects.get(code="visits")
    assert (made.name, made.unit, made.starts_on, made.position) == ("Visits", "count", date(2018, 10, 1), 16)
    assert (last_event().verb, last_event().after["code"]) == ("indicator.add", "visits")
    assert post("add/", NEW).status_code == 422
    assert Indicator.objects.filter(code="visits").count() == 1


def test_the_form_for_a_new_one_proposes_the_first_month_that_is_open(seed: Partnership) -> None:
    page = get(user("service-manager"), "indicators/new/")
    assert page.one("input", name="starts_on").attributes["value"] == "October 2018"


def test_no_earlier_return_becomes_incomplete(seed: Partnership) -> None:
    """September 2018 is locked in all three councils."""
    assert errors(post("add/", NEW | {"starts_on": "September 2018"})) == {
        "starts_on": "Returns up to September 2018 were handed in without it. Choose October 2018 or later."
    }
    assert errors(post("add/", NEW | {"starts_on": ""})) == {
        "starts_on": "Returns up to September 2018 were handed in without it. Choose October 2018 or later."
    }
    # In September no yearly figure is asked for; in none of the months either.
    assert post("add/", NEW | {"starts_on": "", "frequency": "year"}).status_code == 302
    for version in ReturnVersion.objects.filter(state="locked"):
        assert definitions.check_version(version).missing == ()


def test_a_rate_is_added_over_months_that_are_there(seed: Partnership) -> None:
    rate = NEW | {
        "code": "p1-share", "name": "Share of Priority 1", "unit": "percent", "decimals": "2", "source": "rate",
        "numerator_of": "p1-incidents", "measured_on": "total-calls", "starts_on": "",
    }  # fmt: skip
    assert post("add/", rate).status_code == 302
    loaded = record.load(seed, date(2018, 6, 1), date(2018, 6, 1), reader=record.UNRESTRICTED)
    made, brent = next(one for one in loaded.indicators if one.code == "p1-share"), loaded.councils[0]
    counts = {
        code: Figure.objects.get(
            indicator__code=code, version__parent__council=brent, version__parent__period=date(2018, 6, 1)
        ).amount
        for code in ("p1-incidents", "total-calls")
    }
    expected = round(100 * float(counts["p1-incidents"]) / float(counts["total-calls"]), 2)
    assert float(loaded.amount(made, brent, date(2018, 6, 1))) == expected


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"name": ""}, "name", "Give it a name, such as “Priority 1 incidents”."),
        ({"code": "Visits 2"}, "code", "Use small letters, digits and single hyphens, such as p1-incidents."),
        ({"code": "p1-sla"}, "code", "There is an indicator “p1-sla” already. Choose another code."),
        ({"decimals": "many"}, "decimals", "Enter a whole number from 0 to 4."),
        ({"starts_on": "13/2018"}, "starts_on", "“13/2018” is not a month. Write it like October 2018."),
        ({"source": "sum"}, "parts", "A sum has at least two parts: choose them."),
        ({"is_split_withheld": "on"}, "split_withheld_reason",
         "Say who asked that the councils are not set side by side, and why."),
    ],
)  # fmt: skip
def test_bad_input_is_named_at_its_field_and_nothing_typed_is_lost(
    seed: Partnership, given: dict, field: str, message: str
) -> None:
    response = post("add/", NEW | {"definition": "Visits to the desk."} | given)
    assert response.status_code == 422
    assert errors(response) == {field: message}
    page = parse(response.content.decode())
    assert page.one("textarea", name="definition").text == "Visits to the desk."
    assert not Indicator.objects.filter(name="Visits").exists()


def test_what_the_source_does_not_use_is_not_kept_and_said(seed: Partnership) -> None:
    response = post("add/", NEW | {"numerator_of": "p1-incidents"})
    assert response.status_code == 302
    assert Indicator.objects.get(code="visits").numerator_of is None
    assert messages(response)[-1] == (
        "Not used here, and not kept: “Begins with”. (Where it comes from: Entered in the return.)"
    )


def test_the_example_shows_the_figure_and_saves_nothing(seed: Partnership) -> None:
    response = post("add/", NEW | {"unit": "currency", "decimals": "2", "preview": "yes"})
    assert response.status_code == 200
    example = parse(response.content.decode()).one(id="example")
    assert [td.text for td in example.all("td")] == ["£12,400.00", "£12,650.50"]
    assert not Indicator.objects.filter(code="visits").exists()


def test_words_change_at_any_time_with_before_and_after(seed: Partnership) -> None:
    data = form_of("p1-sla") | {"name": "Priority 1 in time", "comparability": "Few incidents."}
    assert post("p1-sla/change/", data).status_code == 302
    changed = Indicator.objects.get(code="p1-sla")
    assert (changed.name, changed.comparability) == ("Priority 1 in time", "Few incidents.")
    event = last_event()
    assert event.verb == "indicator.change"
    assert event.before["name"] == "Priority 1 resolved in time"
    assert event.after == {"name": "Priority 1 in time", "comparability": "Few incidents."}
    assert post("p1-sla/change/", form_of("p1-sla")).status_code == 302
    assert last_event() == event


@pytest.mark.parametrize(
    ("code", "given", "field"),
    [
        ("p1-incidents", {"unit": "duration", "counted_one": "", "counted_many": "", "ticket_measure": ""}, "unit"),
        ("p1-sla", {"measured_on": "p2-incidents"}, "measured_on"),
        ("p1-sla", {"frequency": "quarter"}, "frequency"),
        ("total-calls", {"parts": ["p1-incidents", "p2-incidents"]}, "parts"),
        ("calls-per-employee", {"decimals": "3"}, "decimals"),
    ],
)
def test_what_approved_months_rest_on_is_not_changed(seed: Partnership, code: str, given: dict, field: str) -> None:
    before = values_of(Indicator.objects.get(code=code))
    response = post(f"{code}/change/", form_of(code) | given)
    assert response.status_code == 422
    messages_at = [a.text for a in parse(response.content.decode()).all(class_="stop")[0].all("a")]
    wanted = "Approved figures of June to September 2018 rest on it. End this one and add a new one."
    assert [text for text in messages_at if text.endswith(wanted)], messages_at
    assert field in errors(response)
    assert values_of(Indicator.objects.get(code=code)) == before


def test_the_code_stays_once_figures_are_entered_in_a_draft_too(
    seed: Partnership, draft: ReturnVersion, officer
) -> None:
    post("add/", NEW)
    assert post("visits/change/", form_of("visits") | {"code": "desk-visits"}).status_code == 302
    saving.save_boxes(version=draft, boxes=[saving.Box("figure.desk-visits", "5", "")], by=officer)
    response = post("desk-visits/change/", form_of("desk-visits") | {"code": "visits"})
    assert errors(response) == {"code": "Figures are kept under this code. It stays “desk-visits”."}


def test_the_direction_stays_once_results_rest_on_it(seed: Partnership) -> None:
    data = form_of("p1-sla") | {"direction": "neutral"}
    indicator = Indicator.objects.get(code="p1-sla")
    Target.objects.create(indicator=indicator, valid_from=date(2018, 6, 1), value=90)
    assert errors(post("p1-sla/change/", data))["direction"].startswith("Results of June to September 2018 rest on it.")
    Target.objects.all().delete()
    assert post("p1-sla/change/", data).status_code == 302


def test_months_with_approved_figures_stay_within_its_months(seed: Partnership) -> None:
    late = post("p1-sla/change/", form_of("p1-sla") | {"starts_on": "August 2018"})
    assert errors(late) == {"starts_on": "June 2018 has an approved figure. Choose that month or an earlier one."}
    early = post("p1-sla/change/", form_of("p1-sla") | {"ends_on": "August 2018"})
    assert errors(early) == {"ends_on": "September 2018 has an approved figure. Choose that month or a later one."}


def test_the_second_of_two_managers_is_told_and_loses_nothing(seed: Partnership) -> None:
    first, second = form_of("p1-sla"), form_of("p1-sla")
    assert post("p1-sla/change/", first | {"name": "First", "short_name": "P1"}).status_code == 302
    response = post("p1-sla/change/", second | {"name": "Second", "definition": "Mine."})
    assert response.status_code == 409
    page = parse(response.content.decode())
    told = [li.text for li in page.one("section", role="alert").all("li")]
    assert told == ["Name is now: First Yours: Second", "Short name is now: P1"]
    assert Indicator.objects.get(code="p1-sla").name == "First"
    # Touched: as typed. Not touched: as it is by now.
    assert page.one("input", name="name").attributes["value"] == "Second"
    assert page.one("input", name="short_name").attributes["value"] == "P1"
    assert page.one("textarea", name="definition").text == "Mine."
    loaded = page.one("input", name="loaded").attributes["value"]
    again = second | {"name": "Second", "short_name": "P1", "definition": "Mine.", "loaded": loaded}
    assert post("p1-sla/change/", again).status_code == 302
    saved = Indicator.objects.get(code="p1-sla")
    assert (saved.name, saved.short_name, saved.definition) == ("Second", "P1", "Mine.")


def test_a_form_that_lost_what_it_was_loaded_with_changes_nothing(seed: Partnership) -> None:
    for loaded in ("", "forged", sealed(values_of(Indicator.objects.get(code="p1-sla")))[:-2]):
        data = form_of("p1-sla") | {"name": "Other", "loaded": loaded}
        assert post("p1-sla/change/", data).status_code == 409
    assert Indicator.objects.get(code="p1-sla").name == "Priority 1 resolved in time"


def order(partnership: Partnership) -> list[str]:
    return list(partnership.indicators.order_by("position").values_list("code", flat=True))


def test_moving_changes_the_order_of_list_and_return(seed: Partnership, draft: ReturnVersion, officer) -> None:
    assert order(seed)[:3] == ["p1-incidents", "p2-incidents", "p3-incidents"]
    assert post("p3-incidents/move/", {"to": "up"})["Location"] == f"{ROOT}#p3-incidents"
    assert order(seed)[:3] == ["p1-incidents", "p3-incidents", "p2-incidents"]
    page = get(officer, "returns/brent/2018-10/edit/")
    names = [box.attributes["name"] for box in page.all("input") if "data-figure" in box.attributes]
    assert names[:3] == ["figure.p1-incidents", "figure.p3-incidents", "figure.p2-incidents"]
    post("p3-incidents/move/", {"to": "down"})
    assert order(seed)[:3] == ["p1-incidents", "p2-incidents", "p3-incidents"]
    assert last_event().verb == "indicator.move"


def test_the_first_moves_no_higher_and_a_move_has_a_direction(seed: Partnership) -> None:
    before = order(seed)
    assert messages(post("p1-incidents/move/", {"to": "up"})) == ["Priority 1 incidents is the first already."]
    assert messages(post("surveys-returned/move/", {"to": "down"})) == ["Surveys returned is the last already."]
    assert messages(post("p2-incidents/move/", {"to": "left"})) == ["Choose whether it moves up or down."]
    assert order(seed) == before


def test_an_ended_indicator_is_asked_for_no_longer(seed: Partnership, draft: ReturnVersion, officer) -> None:
    response = post("satisfaction/end/", {"end-last": "September 2018"})
    assert response["Location"] == f"{ROOT}#satisfaction"
    assert Indicator.objects.get(code="satisfaction").ends_on == date(2018, 9, 1)
    page = get(officer, "returns/brent/2018-10/edit/")
    assert page.all("input", name="figure.satisfaction") == []
    assert "satisfaction" not in definitions.check_version(draft).missing
    assert last_event().after == {"ends_on": "2018-09-01"}
    boxes = [saving.Box("figure.satisfaction", "5", ""), saving.Box("figure.p1-incidents", "6", "")]
    saved = saving.save_boxes(version=draft, boxes=boxes, by=officer)
    assert [problem.message for problem in saved.problems] == [
        "Satisfaction (net promoter score) is not asked for in October 2018: nothing was kept of it."
    ]
    assert list(draft.figures.values_list("indicator__code", "typed")) == [("p1-incidents", "6")]
    early = post("surveys-returned/end/", {"end-last": "July 2018"})
    assert (early.status_code, errors(early)) == (
        422, {"last": "September 2018 has an approved figure. Choose that month or a later one."},
    )  # fmt: skip
    assert errors(post("surveys-returned/end/", {"end-last": ""})) == {
        "last": "Name the last month in which it is asked for."
    }


def test_what_others_are_worked_out_from_ends_after_them(seed: Partnership) -> None:
    assert errors(post("total-calls/end/", {"end-last": "October 2018"})) == {
        "last": "Calls per employee is worked out from it after that month. End that one first."
    }


def test_an_ended_one_is_not_asked_for_again_in_months_handed_in_without_it(seed: Partnership) -> None:
    """Ended with June; July to September were handed in without it."""
    made = factories.indicator(seed, "early", position=99, starts_on=date(2018, 4, 1), ends_on=date(2018, 5, 1))
    data = form_of("early")
    assert errors(post("early/change/", data | {"ends_on": ""})) == {
        "ends_on": "September 2018 was handed in without it. It stays ended with May 2018. "
        "Add a new one for later months."
    }
    made.refresh_from_db()
    assert made.ends_on == date(2018, 5, 1)


def test_only_what_nothing_refers_to_is_deleted(seed: Partnership) -> None:
    response = post("p1-incidents/delete/")
    assert messages(response)[0].startswith("Priority 1 incidents cannot be deleted: there are ")
    assert "figures" in messages(response)[0]
    assert "the indicator Priority 1 resolved in time" in messages(response)[0]
    post("add/", NEW)
    indicator = Indicator.objects.get(code="visits")
    target = Target.objects.create(indicator=indicator, valid_from=date(2018, 10, 1), value=5)
    assert "targets" in messages(post("visits/delete/"))[0]
    target.delete()
    assert post("visits/delete/")["Location"] == ROOT
    assert not Indicator.objects.filter(code="visits").exists()
    assert (last_event().verb, last_event().before["name"]) == ("indicator.delete", "Visits")
    assert post("visits/delete/").status_code == 404


@pytest.mark.parametrize("who", ["officer-brent", "approver-brent", "member-lewisham", "clerk", "auditor"])
def test_others_change_nothing(seed: Partnership, who: str) -> None:
    before = [values_of(one) for one in seed.indicators.all()]
    for path in ("add/", "add-budget-set/", "p1-sla/change/", "p1-sla/move/", "p1-sla/end/", "p1-sla/delete/"):
        assert post(path, NEW, who=who).status_code == 403
    assert [values_of(one) for one in seed.indicators.all()] == before
    assert get(user(who), "indicators/").all("button", class_="btn") == []


def test_another_partnerships_indicators_are_not_known(seed: Partnership) -> None:
    far = factories.partnership(factories.council(), slug="far")
    factories.indicator(far, "theirs")
    stranger = factories.user(far, "service-manager")
    assert signed_in(stranger).post(f"{ROOT}p1-sla/move/", {"to": "up"}).status_code == 403
    assert post("theirs/move/", {"to": "up"}).status_code == 404
    assert Client().post(f"{ROOT}p1-sla/move/", {"to": "up"}).status_code == 302


def test_the_budget_set_comes_once(seed: Partnership) -> None:
    response = post("add-budget-set/")
    assert messages(response) == [
        "Added: Budget, Actual, Variance and Share of the budget spent. They are asked for from October 2018."
    ]
    four = list(seed.indicators.filter(group="Budget").order_by("position").values_list("code", "unit", "source"))
    assert four == [
        ("budget", "currency", "typed"),
        ("budget-actual", "currency", "typed"),
        ("budget-variance", "currency", "difference"),
        ("budget-spent", "percent", "rate"),
    ]
    events = AuditEvent.objects.count()
    assert messages(post("add-budget-set/")) == ["The budget set is there already. Nothing was added."]
    assert (seed.indicators.count(), AuditEvent.objects.count()) == (19, events)


def test_a_month_of_the_budget_is_entered_and_worked_out(
    seed: Partnership, brent: Council, draft: ReturnVersion, officer
) -> None:
    """£10,000 set aside, £12,345.50 spent: £2,345.50 over, which is 123.455 or, half up, 123.46 per cent."""
    indicator_actions.add_budget_set(partnership=seed, by=user("service-manager"))
    boxes = [saving.Box("figure.budget", "£10,000", ""), saving.Box("figure.budget-actual", "12345.50", "")]
    saved = saving.save_boxes(version=draft, boxes=boxes, by=officer)
    assert saved.checked.amount("budget-variance") == Decimal("2345.50")
    assert saved.checked.amount("budget-spent") == Decimal("123.46")
    assert [one for one in saved.findings if one.indicator.group == "Budget"] == []
    page = get(officer, "returns/brent/2018-10/edit/")
    assert page.one(id="output-budget-variance").text == "£2,345.50"
    assert page.one(id="output-budget-spent").text == "123.46"
    credit = [
        saving.Box("figure.budget", "−£10,000", "£10,000"),
        saving.Box("figure.budget-actual", "-£20.00", "12345.50"),
    ]
    saved = saving.save_boxes(version=draft, boxes=credit, by=officer)
    assert [(one.indicator.code, one.rule) for one in saved.findings if one.indicator.group == "Budget"] == [
        ("budget", "money-not-negative")
    ]
    assert saved.checked.amount("budget-actual") == Decimal("-20.00")


def test_a_quarterly_figure_is_asked_for_in_its_months_and_compared_with_the_quarter_before(
    seed: Partnership, brent: Council, officer, approver
) -> None:
    """Handed in for December: compared with September, not with November."""
    seed.indicators.exclude(code="p1-incidents").update(ends_on=date(2018, 9, 1))
    quarterly = factories.indicator(seed, "visits", position=99, frequency="quarter", starts_on=date(2018, 10, 1))
    seed.demonstration_today = date(2019, 4, 5)
    seed.save()
    shown = {}
    for month, figures in (
        (date(2018, 10, 1), {"p1-incidents": "3"}),
        (date(2018, 11, 1), {"p1-incidents": "4"}),
        (date(2018, 12, 1), {"p1-incidents": "5", "visits": "40"}),
        (date(2019, 1, 1), {"p1-incidents": "6"}),
        (date(2019, 2, 1), {"p1-incidents": "7"}),
        (date(2019, 3, 1), {"p1-incidents": "8", "visits": "46"}),
    ):
        version = actions.open_return(partnership=seed, council=brent, period=month, by=officer)
        page = get(officer, f"returns/brent/{month:%Y-%m}/edit/")
        shown[f"{month:%Y-%m}"] = bool(page.all("input", name="figure.visits"))
        boxes = [saving.Box(f"figure.{code}", text, "") for code, text in figures.items()]
        saving.save_boxes(version=version, boxes=boxes, by=officer)
        if month == date(2019, 3, 1):
            page = get(officer, "returns/brent/2019-03/edit/")
            assert page.one(id="change-visits").text == "+6"
            assert page.one(id="change-p1-incidents").text == "+1"
        actions.submit_return(version=version, by=officer)
        actions.approve_return(version=version, by=approver)
    assert [key for key, is_there in shown.items() if is_there] == ["2018-12", "2019-03"]
    loaded = record.load(seed, date(2018, 10, 1), date(2019, 3, 1), reader=record.UNRESTRICTED)
    assert loaded.month_before(quarterly) == date(2018, 12, 1)
    (group,) = performance_table.collect(loaded, ["visits"])["groups"]
    by_council = [[cell["text"] for cell in month] for month in group["rows"][0]["months"]]
    # Lewisham and Southwark reported nothing: missing in December and March, and in no month between.
    none, missing = ["", "", ""], ["Not reported", "Not reported"]
    assert by_council == [none, none, ["40", *missing], none, none, ["46", *missing]]
    assert history_of(quarterly).approved == (date(2018, 12, 1), date(2019, 3, 1))


@pytest.mark.parametrize("text", ["October 2018", "oct 2018", "10/2018", "2018-10", "Oct. 2018"])
def test_months_are_read_as_people_write_them(text: str) -> None:
    assert read_month(text) == date(2018, 10, 1)


def test_every_field_of_the_form_has_its_place() -> None:
    placed = [name for _, names in IndicatorForm.FIELDSETS for name in names]
    assert sorted([*placed, "loaded"]) == sorted(IndicatorForm.base_fields)


def test_a_value_that_cannot_be_is_refused_by_the_action_too(seed: Partnership) -> None:
    values = values_of(Indicator.objects.get(code="p1-incidents"))
    with pytest.raises(Unfit) as unfit:
        indicator_actions.add_indicator(partnership=seed, values=values, by=user("service-manager"))
    assert [problem.field for problem in unfit.value.problems] == ["code"]


def test_the_list_asks_a_fixed_number_of_questions(seed: Partnership, django_assert_max_num_queries) -> None:
    client = signed_in(user("service-manager"))
    client.get(ROOT)
    with django_assert_max_num_queries(12):
        client.get(ROOT)
