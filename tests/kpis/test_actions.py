"""From an opened month to a locked one: what each step does, and when it is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kpis import actions
from kpis.models import Figure, Return, ReturnVersion
from kpis.policies import NotReady
from kpis.saving import Box, save_boxes
from portal.models import AuditEvent, Council, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.conftest import TRUE_MONTH


def fill(version: ReturnVersion, by: User, **other: str) -> None:
    figures = TRUE_MONTH | {code.replace("_", "-"): text for code, text in other.items()}
    save_boxes(version=version, boxes=[Box(f"figure.{code}", text, "") for code, text in figures.items()], by=by)


def approve(version: ReturnVersion, officer: User, approver: User, **other: str) -> None:
    """A whole month of figures, submitted with a reason for every warning, and approved."""
    fill(version, officer, **other)
    for finding in version.findings.select_related("indicator"):
        box = Box(f"reason.{finding.indicator.code}.{finding.rule}", "As counted.", "")
        save_boxes(version=version, boxes=[box], by=officer)
    actions.submit_return(version=version, by=officer)
    actions.approve_return(version=version, by=approver)


def state(version: ReturnVersion) -> str:
    version.refresh_from_db()
    return version.state


def verbs() -> list[str]:
    return list(
        AuditEvent.objects.filter(verb__startswith="return.", by__isnull=False)
        .order_by("pk")
        .values_list("verb", flat=True)
    )


@pytest.fixture
def submitted(draft: ReturnVersion, officer: User) -> ReturnVersion:
    fill(draft, officer)
    return actions.submit_return(version=draft, by=officer)


@pytest.fixture
def approved(submitted: ReturnVersion, approver: User) -> ReturnVersion:
    return actions.approve_return(version=submitted, by=approver)


def test_opening_makes_one_draft_however_often(draft: ReturnVersion, brent: Council, officer: User) -> None:
    again = actions.open_return(
        partnership=draft.parent.partnership, council=brent, period=date(2018, 10, 1), by=officer
    )
    assert again == draft
    assert state(draft) == "draft"
    assert draft.parent.in_force is None
    assert verbs() == ["return.open"]


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (date(2018, 5, 1), "Returns begin with June 2018. Choose that month or a later one."),
        (date(2018, 12, 1), "December 2018 has not begun. Its return can be opened from 1 December 2018."),
    ],
)
def test_a_month_before_reporting_or_in_the_future_is_not_opened(
    draft: ReturnVersion, brent: Council, officer: User, period: date, message: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.open_return(partnership=draft.parent.partnership, council=brent, period=period, by=officer)
    assert str(refused.value) == message
    assert not Return.objects.filter(period=period).exists()


def test_a_true_month_is_submitted_approved_and_locked_by_three_people(draft, officer, approver) -> None:
    fill(draft, officer)
    actions.submit_return(version=draft, by=officer)
    assert (state(draft), draft.submitted_by) == ("submitted", officer)
    assert draft.submitted_at.date() == date(2018, 11, 2)
    actions.approve_return(version=draft, by=approver)
    assert (state(draft), draft.approved_by) == ("approved", approver)
    assert Return.objects.get(pk=draft.parent_id).in_force == draft
    manager = User.objects.get(username="service-manager")
    actions.lock_return(version=draft, by=manager)
    assert state(draft) == "locked"
    assert verbs() == ["return.open", "return.save", "return.submit", "return.approve", "return.lock"]
    last = AuditEvent.objects.filter(verb="return.lock").get()
    assert (last.before, last.after) == ({"state": "approved", "version": 1}, {"state": "locked", "version": 1})
    assert (last.by, last.target) == (manager, "Brent, October 2018")


def test_an_empty_return_is_not_submitted_and_every_gap_is_named(draft: ReturnVersion, officer: User) -> None:
    with pytest.raises(NotReady) as refused:
        actions.submit_return(version=draft, by=officer)
    assert str(refused.value) == "Brent, October 2018 was not submitted. 13 things stand in the way."
    assert refused.value.causes[0].text == "Priority 1 incidents: no figure is entered."
    assert [cause.code for cause in refused.value.causes] == list(TRUE_MONTH_IN_ORDER)
    assert state(draft) == "draft"


TRUE_MONTH_IN_ORDER = (
    "p1-incidents",
    "p2-incidents",
    "p3-incidents",
    "service-requests",
    "total-calls",
    "open-calls",
    "p1-sla",
    "p2-sla",
    "p3-sla",
    "service-request-sla",
    "overall-sla",
    "satisfaction",
    "surveys-returned",
)


@pytest.mark.parametrize(
    ("code", "typed", "cause"),
    [
        ("p1_incidents", "12a", "Priority 1 incidents: “12a” is not a number."),
        ("p1_incidents", "-3", "Priority 1 incidents: −3 is negative, and a count is 0 or more."),
        ("p1_sla", "101 %", "Priority 1 resolved in time: 101% is not between 0 and 100."),
        # 83.88 needs 242 incidents; with 10 the nearest is 8 of 10.
        ("p1_sla", "83.88", "Priority 1 resolved in time: 83.88% is not possible for 10 incidents."),
        ("total_calls", "3001", "Total calls logged: The total is 3001, but its parts add up to 3,000: 1 too many."),
    ],
)
def test_an_error_stands_in_the_way(draft, officer, code: str, typed: str, cause: str) -> None:
    fill(draft, officer, **{code: typed})
    with pytest.raises(NotReady) as refused:
        actions.submit_return(version=draft, by=officer)
    texts = [one.text for one in refused.value.causes]
    assert any(text.startswith(cause) for text in texts), texts
    assert state(draft) == "draft"


def test_a_warning_wants_a_reason_and_then_lets_pass(draft: ReturnVersion, officer: User) -> None:
    # The parts weigh to 85.77; 80 is 5.77 points below, and 2,400 of 3,000 exactly.
    fill(draft, officer, overall_sla="80")
    with pytest.raises(NotReady) as refused:
        actions.submit_return(version=draft, by=officer)
    (cause,) = refused.value.causes
    assert cause.code == "overall-sla.combined-near-weighted"
    assert cause.text.startswith("Overall, all calls: say why. 80% is 5.77 points below 85.77%")
    box = Box("reason.overall-sla.combined-near-weighted", "Measured on calls closed in the month.", "")
    saved = save_boxes(version=draft, boxes=[box], by=officer)
    assert saved.problems == ()
    actions.submit_return(version=draft, by=officer)
    assert state(draft) == "submitted"
    assert draft.findings.get().reason == "Measured on calls closed in the month."
    assert draft.findings.get().reason_by == officer


def test_a_month_that_has_not_ended_is_not_submitted(draft: ReturnVersion, officer: User, seed: Partnership) -> None:
    fill(draft, officer)
    seed.demonstration_today = date(2018, 10, 31)
    seed.save()
    with pytest.raises(NotReady) as refused:
        actions.submit_return(version=draft, by=officer)
    assert [cause.text for cause in refused.value.causes] == [
        "October 2018 has not ended. It can be submitted from 1 November 2018."
    ]
    seed.demonstration_today = date(2018, 11, 1)
    seed.save()
    actions.submit_return(version=draft, by=officer)
    assert state(draft) == "submitted"


def test_nobody_approves_what_they_submitted(submitted: ReturnVersion, officer: User) -> None:
    with pytest.raises(Refused, match="You submitted this return"):
        actions.approve_return(version=submitted, by=officer)
    assert state(submitted) == "submitted"


def test_sending_back_wants_a_reason_and_makes_a_draft_again(submitted, officer, approver) -> None:
    with pytest.raises(Refused, match="goes back with a reason"):
        actions.send_back_return(version=submitted, by=approver, reason="  ")
    actions.send_back_return(version=submitted, by=approver, reason="Count the surveys again.")
    assert state(submitted) == "draft"
    assert submitted.sent_back_reason == "Count the surveys again."
    assert submitted.submitted_by is None
    assert AuditEvent.objects.get(verb="return.send-back").reason == "Count the surveys again."
    actions.submit_return(version=submitted, by=officer)
    assert state(submitted) == "submitted"
    assert submitted.sent_back_reason == ""


def test_steps_are_refused_out_of_their_order(draft, submitted, approver, officer, approved) -> None:
    for step, words in [
        (lambda: actions.submit_return(version=approved, by=officer), "October 2018 is approved: it was not submitted"),
        (lambda: actions.approve_return(version=approved, by=approver), "Only a submitted return can be approved"),
        (
            lambda: actions.send_back_return(version=approved, by=approver, reason="x"),
            "Only a submitted return can be sent back",
        ),
    ]:
        with pytest.raises(Refused, match=words):
            step()
    assert state(approved) == "approved"


def test_only_an_approved_return_is_locked(draft: ReturnVersion, approver: User) -> None:
    with pytest.raises(Refused, match=r"Brent, October 2018 is a draft\. Only an approved return can be locked"):
        actions.lock_return(version=draft, by=approver)
    assert state(draft) == "draft"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (
            date(2018, 9, 1),
            "September 2018 is locked: nothing was changed. The service manager can reopen it if a figure is wrong.",
        ),
        (date(2018, 10, 1), "October 2018 is submitted and waits for approval: nothing was changed."),
    ],
)
def test_a_closed_month_is_not_saved(submitted: ReturnVersion, officer: User, period: date, words: str) -> None:
    version = ReturnVersion.objects.get(parent__council__slug="brent", parent__period=period)
    figure = Figure.objects.get(version=version, indicator__code="p1-incidents")
    with pytest.raises(Refused, match=words):
        save_boxes(version=version, boxes=[Box("figure.p1-incidents", "99", figure.typed)], by=officer)
    figure.refresh_from_db()
    assert figure.typed != "99"


def test_figures_of_the_draft_are_nowhere_before_approval(submitted: ReturnVersion, approver: User) -> None:
    assert Return.objects.get(pk=submitted.parent_id).in_force is None
    figure = Figure.objects.get(version=submitted, indicator__code="service-requests")
    assert (figure.typed, figure.amount) == ("2,270", Decimal(2270))


def test_the_database_itself_refuses_one_person_for_both_steps(submitted: ReturnVersion, officer: User) -> None:
    from django.db import IntegrityError

    submitted.state, submitted.approved_by, submitted.approved_at = "approved", officer, submitted.submitted_at
    with pytest.raises(IntegrityError):
        submitted.save()


def test_another_partnership_of_the_same_council_has_returns_of_its_own(draft, brent, officer) -> None:
    other = factories.partnership(brent, reporting_from=date(2018, 10, 1))
    opened = actions.open_return(partnership=other, council=brent, period=date(2018, 10, 1), by=officer)
    assert opened != draft
    assert opened.parent.partnership == other
