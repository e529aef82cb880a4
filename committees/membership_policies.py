"""May a seat, a rule or a dispensation change now? Each check raises Refused, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from committees import seats
from committees.models import Committee, Membership
from committees.wording import day
from portal.models import Council, Partnership, Person
from portal.policies import Refused

_ONE_OF = frozenset({Membership.Role.CHAIR, Membership.Role.VICE_CHAIR})


def check_partner(council: Council, partnership: Partnership) -> None:
    if not partnership.places.filter(council=council).exists():
        raise Refused(f"{council} is no partner of {partnership}. Choose one of its councils.")


def check_term(
    committee: Committee,
    person: Person,
    role: str,
    from_on: date | None,
    until_on: date | None,
    *,
    apart_from: Iterable[int] = (),
) -> None:
    """One seat a person at a time in one committee, and one chair and one vice-chair."""
    if from_on is not None and until_on is not None and until_on < from_on:
        raise Refused("The last day is before the first day.")
    others = committee.memberships.exclude(pk__in=list(apart_from)).select_related("person", "council")
    for seat in others.order_by("pk"):
        if not seats.overlaps(seat, from_on, until_on):
            continue
        if seat.person_id == person.pk:
            raise Refused(f"{person} has a seat then already: {said(seat)}. End that term first, or choose other days.")
        if role in _ONE_OF and seat.role == role:
            raise Refused(
                f"{seat.person} is {seat.get_role_display().lower()} then: {said(seat)}. End that term first."
            )


def said(seat: Membership) -> str:
    """Member for Brent, 1 May 2018 to 30 April 2019."""
    since = day(seat.from_on) if seat.from_on else "an unknown day"
    until = f"to {day(seat.until_on)}" if seat.until_on else "and still"
    return f"{seat.get_role_display().lower()} for {seat.council}, from {since} {until}"


def check_end(seat: Membership, until_on: date, today: date) -> None:
    if seat.until_on is not None and seat.until_on < today:
        raise Refused(f"This term ended on {day(seat.until_on)}.")
    if seat.until_on is not None and until_on >= seat.until_on:
        raise Refused(f"This term ends on {day(seat.until_on)} already. Choose an earlier day.")
    if seat.from_on is not None and until_on < seat.from_on:
        raise Refused(f"The last day is before the first, {day(seat.from_on)}.")


def check_change_from(seat: Membership, role: str, from_on: date) -> None:
    """A seat becomes another one from a day within its term."""
    if seat.role == role:
        raise Refused(f"{seat.person} is {seat.get_role_display().lower()} already.")
    if seat.from_on is not None and from_on <= seat.from_on:
        raise Refused(f"This term begins on {day(seat.from_on)}. Choose a later day.")
    if seat.until_on is not None and from_on > seat.until_on:
        raise Refused(f"This term ended on {day(seat.until_on)}. Add a new seat instead.")


def check_elect(committee: Committee, seat: Membership, from_on: date, until_on: date) -> None:
    """The chair is elected from the members, for the municipal year."""
    if committee.chair_rule != Committee.ChairRule.ELECTED:
        raise Refused("This committee elects no chair: the chair goes with the council that hosts.")
    if seat.role == Membership.Role.SUBSTITUTE:
        raise Refused("A substitute cannot be elected. Choose a member.")
    check_change_from(seat, Membership.Role.CHAIR, from_on)
    if until_on < from_on:
        raise Refused("The last day is before the first day.")
    if (until_on - from_on).days > _LONGEST_YEAR:
        raise Refused("The chair is elected for the municipal year. Choose a last day within 14 months.")


# From one annual meeting to the next: a year, and some weeks more where the second is late.
_LONGEST_YEAR = 426


def check_dispensation(granted_on: date, until_on: date) -> None:
    """At most four years: Localism Act 2011 s.33(3)."""
    if until_on < granted_on:
        raise Refused("The last day is before the day it was granted.")
    if until_on > years_later(granted_on, 4):
        raise Refused(
            f"A dispensation lasts four years at most, here until {day(years_later(granted_on, 4))} "
            "(Localism Act 2011, section 33(3))."
        )


def years_later(on: date, years: int) -> date:
    """The same day so many years later; from 29 February the day before 1 March."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)
