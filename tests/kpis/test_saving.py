"""What is typed is kept to the letter, and never over somebody else's figure unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kpis.models import Figure, FigureFinding, ReturnVersion
from kpis.saving import Box, Saved, save_boxes
from portal.models import AuditEvent, RoleGrant, User
from portal.policies import Refused
from tests import factories


def save(version: ReturnVersion, by: User, *boxes: tuple[str, str, str]) -> Saved:
    return save_boxes(version=version, boxes=[Box(*box) for box in boxes], by=by)


def figure(version: ReturnVersion, code: str) -> Figure:
    return Figure.objects.get(version=version, indicator__code=code)


@pytest.fixture
def colleague(officer: User) -> User:
    grant = RoleGrant.objects.get(user=officer)
    return factories.user(grant.partnership, "officer", grant.council)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12a", None),
        ("-3", Decimal(-3)),
        ("101", Decimal(101)),
        ("1,013", Decimal(1013)),
        (" 7 ", Decimal(7)),
        ("=1+1", None),
    ],
)
def test_whatever_is_typed_is_kept_to_the_letter(draft, officer, typed: str, amount: Decimal | None) -> None:
    saved = save(draft, officer, ("figure.p1-incidents", typed, ""))
    kept = figure(draft, "p1-incidents")
    assert (kept.typed, kept.amount, kept.saved_by) == (typed, amount, officer)
    assert saved.stored == {"figure.p1-incidents": typed}
    assert saved.problems == ()


def test_each_save_leaves_what_was_before_and_after(draft, officer) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""), ("figure.p1-sla", "", ""))
    save(draft, officer, ("figure.p1-incidents", "11", "10"))
    events = AuditEvent.objects.filter(verb="return.save").order_by("pk")
    assert [(e.before, e.after) for e in events] == [
        ({"figure.p1-incidents": ""}, {"figure.p1-incidents": "10"}),
        ({"figure.p1-incidents": "10"}, {"figure.p1-incidents": "11"}),
    ]


def test_saving_what_is_there_already_changes_nothing(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    save(draft, colleague, ("figure.p1-incidents", "10", ""))
    assert figure(draft, "p1-incidents").saved_by == officer
    assert AuditEvent.objects.filter(verb="return.save").count() == 1


def test_the_second_of_two_officers_is_told_and_keeps_what_they_typed(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    # Both had loaded an empty box; the colleague typed 12, and in another row nobody else touched 20.
    saved = save(draft, colleague, ("figure.p1-incidents", "12", ""), ("figure.p2-incidents", "20", ""))
    (problem,) = saved.problems
    assert problem.is_conflict
    assert problem.stored == "10"
    assert problem.message.startswith("Priority 1 incidents: officer-brent saved “10” at ")
    assert problem.message.endswith("after you had loaded it. Yours is kept here; save again to replace it.")
    assert figure(draft, "p1-incidents").typed == "10"
    assert figure(draft, "p2-incidents").typed == "20"
    # Saving again, now knowing of the 10, replaces it.
    again = save(draft, colleague, ("figure.p1-incidents", "12", "10"))
    assert again.problems == ()
    assert figure(draft, "p1-incidents").typed == "12"
    assert figure(draft, "p1-incidents").saved_by == colleague


def test_ones_own_other_window_is_named_as_such_with_the_time_in_words(draft, officer) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    # 11.40 in the morning by the clock of the partnership, which is Greenwich time in November.
    Figure.objects.filter(version=draft).update(saved_at=datetime(2018, 11, 2, 11, 40, tzinfo=UTC))
    saved = save(draft, officer, ("figure.p1-incidents", "12", ""))
    assert saved.problems[0].message == (
        "Priority 1 incidents: you, in another window, saved “10” at 11.40 am, after you had loaded it. "
        "Yours is kept here; save again to replace it."
    )


def test_a_box_that_was_not_touched_disturbs_nobody(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    saved = save(draft, colleague, ("figure.p1-incidents", "", ""), ("figure.p2-incidents", "20", ""))
    assert saved.problems == ()
    assert saved.stored["figure.p1-incidents"] == "10"
    assert figure(draft, "p1-incidents").typed == "10"


def test_two_officers_who_type_the_same_agree(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    assert save(draft, colleague, ("figure.p1-incidents", "10", "")).problems == ()


def test_clearing_what_somebody_else_changed_is_a_conflict_too(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "10", ""))
    save(draft, officer, ("figure.p1-incidents", "", "10"))
    saved = save(draft, colleague, ("figure.p1-incidents", "12", "10"))
    assert "officer-brent cleared it at " in saved.problems[0].message


def test_counts_give_the_percentage(draft, officer) -> None:
    save(
        draft, officer, ("figure.p1-incidents", "7", ""), ("numerator.p1-sla", "5", ""), ("denominator.p1-sla", "6", "")
    )
    kept = figure(draft, "p1-sla")
    assert (kept.typed, kept.amount, kept.numerator, kept.denominator) == ("", Decimal("83.33"), 5, 6)
    assert not draft.findings.exists()


def test_counts_are_kept_to_the_letter_as_well(draft, officer) -> None:
    save(draft, officer, ("numerator.p1-sla", "7x", ""), ("denominator.p1-sla", "6", ""))
    kept = figure(draft, "p1-sla")
    assert (kept.numerator_typed, kept.denominator_typed, kept.numerator, kept.denominator) == ("7x", "6", None, None)
    save(draft, officer, ("numerator.p1-sla", "7", "7x"))
    kept.refresh_from_db()
    assert (kept.numerator_typed, kept.numerator, kept.amount) == ("7", None, None)
    assert draft.findings.get().message == "7 of 6 incidents cannot be: at most all of them can have met the target."


def test_a_reason_stays_while_the_finding_does(draft, officer) -> None:
    save(draft, officer, ("figure.p1-incidents", "7", ""), ("figure.p1-sla", "83.33", ""))
    reason = "reason.p1-sla.percentage-of-count"
    save(draft, officer, (reason, "Measured on the six closed.", ""))
    save(draft, officer, ("figure.p2-incidents", "20", ""))
    assert draft.findings.get().reason == "Measured on the six closed."
    # Another figure is another question.
    save(draft, officer, ("figure.p1-sla", "66.67", "83.33"))
    finding = draft.findings.get()
    assert (finding.stated, finding.reason, finding.reason_by) == ("66.67", "", None)
    save(draft, officer, ("figure.p1-sla", "100", "66.67"))
    assert FigureFinding.objects.filter(version=draft).count() == 0


def test_a_reason_for_what_is_no_longer_found_is_reported(draft, officer) -> None:
    saved = save(draft, officer, ("reason.p1-sla.percentage-of-count", "Because.", ""))
    assert [problem.message for problem in saved.problems] == [
        "Priority 1 resolved in time: no reason is asked for any longer."
    ]


def test_two_reasons_for_one_finding_conflict(draft, officer, colleague) -> None:
    save(draft, officer, ("figure.p1-incidents", "7", ""), ("figure.p1-sla", "83.33", ""))
    reason = "reason.p1-sla.percentage-of-count"
    save(draft, officer, (reason, "Six were closed.", ""))
    saved = save(draft, colleague, (reason, "Five of six.", ""))
    assert "officer-brent saved “Six were closed.”" in saved.problems[0].message
    assert draft.findings.get().reason == "Six were closed."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9" * 61, "Priority 1 incidents: 61 characters were entered, and 60 are kept. Shorten the text."),
        ("1\x002", "Priority 1 incidents: the text contains a null character, which cannot be kept. Type it anew."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_said(draft, officer, text: str, message: str) -> None:
    saved = save(draft, officer, ("figure.p1-incidents", text, ""), ("figure.p2-incidents", "20", ""))
    assert [problem.message for problem in saved.problems] == [message]
    assert figure(draft, "p2-incidents").typed == "20"
    assert not Figure.objects.filter(indicator__code="p1-incidents", version=draft).exists()


@pytest.mark.parametrize(
    "name",
    [
        "figure.nothing",
        "figure.calls-per-employee",
        "numerator.p1-incidents",
        "numerator.satisfaction",
        "other.p1-sla",
        "figure.",
        "<script>",
    ],
)
def test_a_box_that_the_form_does_not_have_is_refused(draft, officer, name: str) -> None:
    with pytest.raises(Refused, match="Load the page again"):
        save(draft, officer, ("figure.p2-incidents", "20", ""), (name, "1", ""))
    assert not Figure.objects.filter(version=draft).exists()
