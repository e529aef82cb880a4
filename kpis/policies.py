"""May it now? What the state of a return allows; who may is for portal.permissions to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.template.defaultfilters import date as format_date

from kpis.models import FigureFinding, ReturnVersion, month_of
from portal import clock
from portal.policies import Refused

if TYPE_CHECKING:
    from kpis.models import Return
    from portal.models import Partnership, User

State = ReturnVersion.State

# What a return in each state is called, and what somebody who wants to change it can do.
_CLOSED = {
    State.SUBMITTED: ("is submitted and waits for approval", "The approver can send it back."),
    State.APPROVED: ("is approved", "The service manager can reopen it if a figure is wrong."),
    State.LOCKED: ("is locked", "The service manager can reopen it if a figure is wrong."),
}

# How far before its first reporting month a partnership can enter months afterwards.
BACKFILL_YEARS = 10
REASON_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that stands in the way: the box that it is about, if one, and a sentence."""

    text: str
    code: str = ""


class NotReady(Refused):
    """A return that cannot be submitted yet, with every cause."""

    def __init__(self, version: ReturnVersion, causes: Sequence[Cause]) -> None:
        few = f"{len(causes)} things stand" if len(causes) > 1 else "One thing stands"
        super().__init__(f"{name_of(version.parent)} was not submitted. {few} in the way.")
        self.causes = tuple(causes)


def name_of(return_: Return) -> str:
    return f"{return_.council.short_name}, {return_.period:%B %Y}"


def day(on: date) -> str:
    return str(format_date(on, "j F Y"))


def month_after(period: date) -> date:
    return date(period.year + period.month // 12, period.month % 12 + 1, 1)


def month_before(period: date) -> date:
    return date(period.year - (period.month == 1), (period.month - 2) % 12 + 1, 1)


def months_due(partnership: Partnership) -> list[date]:
    """The months whose returns can be open: from the first that is reported to the current one, oldest first."""
    months = []
    month, current = partnership.reporting_from, month_of(clock.today(partnership))
    while month <= current:
        months.append(month)
        month = month_after(month)
    return months


def check_open(partnership: Partnership, period: date) -> None:
    """A return can be opened for a month that has begun, from the first month that the partnership reports."""
    if period < partnership.reporting_from:
        raise Refused(f"Returns begin with {partnership.reporting_from:%B %Y}. Choose that month or a later one.")
    if period > month_of(clock.today(partnership)):
        raise Refused(f"{period:%B %Y} has not begun. Its return can be opened from {day(period)}.")


def first_backfill(partnership: Partnership) -> date:
    """The earliest month that can be entered afterwards."""
    first = partnership.reporting_from
    return first.replace(year=first.year - BACKFILL_YEARS)


def check_backfill(partnership: Partnership, period: date) -> None:
    """A month before the partnership's first one, at most ten years back."""
    first, earliest = partnership.reporting_from, first_backfill(partnership)
    if period >= first:
        raise Refused(
            f"{period:%B %Y} has a return of its own: returns begin with {first:%B %Y}. Choose a month before."
        )
    if period < earliest:
        raise Refused(f"{period:%B %Y} is too long ago. The earliest month that can be entered is {earliest:%B %Y}.")


def check_backfill_open(version: ReturnVersion) -> None:
    """What is on record for an early month is opened by its own page, not entered a second time."""
    if version.state in ReturnVersion.EDITABLE:
        return
    state, remedy = _CLOSED[State(version.state)]
    raise Refused(f"{name_of(version.parent)} is on record already and {state}. {remedy}")


def check_save(version: ReturnVersion) -> None:
    if version.state not in ReturnVersion.EDITABLE:
        state, remedy = _CLOSED[State(version.state)]
        raise Refused(f"{version.parent.period:%B %Y} {state}: nothing was changed. {remedy}")


def obstacles(
    version: ReturnVersion, missing: Sequence[tuple[str, str]], findings: Sequence[FigureFinding]
) -> list[Cause]:
    """What stands between a draft and its submission. `missing` has code and name of figures that are not there;
    the findings are the version's own, with their indicators loaded."""
    causes = []
    for finding in findings:
        if finding.severity == FigureFinding.Severity.ERROR:
            causes.append(Cause(f"{finding.indicator.name}: {finding.advice}", finding.indicator.code))
    causes += [Cause(f"{name}: no figure is entered.", code) for code, name in missing]
    for finding in findings:
        if finding.severity == FigureFinding.Severity.WARNING and not finding.reason.strip():
            text = f"{finding.indicator.name}: say why. {finding.message}"
            causes.append(Cause(text, f"{finding.indicator.code}.{finding.rule}"))
    opens = month_after(version.parent.period)
    if clock.today(version.parent.partnership) < opens:
        month = f"{version.parent.period:%B %Y}"
        causes.append(Cause(f"{month} has not ended. It can be submitted from {day(opens)}."))
    return causes


def check_submit(version: ReturnVersion) -> None:
    """Only a draft is submitted; see `obstacles` for what else it takes."""
    if version.state != State.DRAFT:
        state, _ = _CLOSED[State(version.state)]
        raise Refused(f"{version.parent.period:%B %Y} {state}: it was not submitted again.")


def check_approve(version: ReturnVersion, by: User) -> None:
    """A submitted return, by anybody with the right except whoever submitted it."""
    _check_submitted(version, "approved")
    if version.submitted_by_id == by.pk:
        raise Refused("You submitted this return. Another person with the right to approve has to look at it.")


def check_send_back(version: ReturnVersion, reason: str) -> None:
    _check_submitted(version, "sent back")
    if not reason.strip():
        raise Refused("A return goes back with a reason. Say what the officer has to look at.")


def check_lock(version: ReturnVersion) -> None:
    if version.state != State.APPROVED:
        raise Refused(f"{name_of(version.parent)} is {_is(version)}. Only an approved return can be locked.")


def check_reopen(version: ReturnVersion, reason: str) -> None:
    """The version in force, with nothing newer beside it, for a stated reason."""
    if version.state not in (State.APPROVED, State.LOCKED):
        what = f"{name_of(version.parent)} is {_is(version)}"
        if version.parent.in_force_id is not None:
            raise Refused(f"{what}: it was reopened already, as version {version.number}.")
        raise Refused(f"{what}. Only an approved or locked return can be reopened.")
    _check_reason(reason, "A return is reopened with a reason. Say what has to be corrected.")


def check_withdraw(version: ReturnVersion, reason: str) -> None:
    """A reopened return that was not submitted yet."""
    if version.state != State.DRAFT or version.number == 1:
        what = f"{name_of(version.parent)} is {_is(version)}"
        raise Refused(f"{what}. Only a reopened return that is not submitted can be withdrawn.")
    _check_reason(reason, "A reopened return is withdrawn with a reason. Say why nothing has to be corrected.")


def _check_reason(reason: str, message: str) -> None:
    if not reason.strip():
        raise Refused(message)
    if len(reason) > REASON_CHARACTERS:
        raise Refused(f"The reason has {len(reason):,} characters; {REASON_CHARACTERS:,} are kept. Shorten it.")


def _check_submitted(version: ReturnVersion, done: str) -> None:
    if version.state != State.SUBMITTED:
        raise Refused(f"{name_of(version.parent)} is {_is(version)}. Only a submitted return can be {done}.")


def _is(version: ReturnVersion) -> str:
    if version.state == State.DRAFT:
        return "a draft" if version.number == 1 else "reopened"
    return version.get_state_display().lower()
