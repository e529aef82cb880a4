"""Who sits on a committee, council by council, and who chairs next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from committees import rotation
from committees.models import Committee, Meeting, Membership
from portal.models import Council, Partnership


@dataclass(frozen=True)
class CouncilSeats:
    council: Council
    members: tuple[Membership, ...]
    substitutes: tuple[Membership, ...]


def on(committee: Committee, day: date) -> list[Membership]:
    """The seats held on that day, with their people. One query."""
    held = Membership.objects.filter(committee=committee).select_related("person", "council")
    return [seat for seat in held.order_by("position", "pk") if seat.is_held_on(day)]


def by_council(seats: Iterable[Membership], partnership: Partnership) -> list[CouncilSeats]:
    """Every council of the partnership in its order, also one that has named nobody yet. One query."""
    held = list(seats)
    return [
        CouncilSeats(
            place.council,
            tuple(s for s in held if s.council_id == place.council_id and s.role != Membership.Role.SUBSTITUTE),
            tuple(s for s in held if s.council_id == place.council_id and s.role == Membership.Role.SUBSTITUTE),
        )
        for place in partnership.places.select_related("council").order_by("position", "pk")
    ]


@dataclass(frozen=True)
class Chair:
    """Who chairs a meeting, in words, and why."""

    who: str
    why: str


def chair_of(meeting: Meeting, seats: Iterable[Membership]) -> Chair:
    """Who chairs: by the committee's rule, either a member of the host council or whoever was elected."""
    committee = meeting.committee
    if committee.chair_rule == Committee.ChairRule.HOST:
        if meeting.host is None:
            turn = turn_before(committee, meeting.on)
            who = f"A member from {turn.council}, by turn" if turn.council else "Not known yet"
            return Chair(who, f"The chair goes with the council that hosts, and no host is named yet. {turn.why}")
        return Chair(
            f"A member from {meeting.host}",
            f"The chair goes with the council that hosts, and {meeting.host} hosts this meeting.",
        )
    elected = next((seat for seat in seats if seat.role == Membership.Role.CHAIR), None)
    if elected is None:
        return Chair("Not elected yet", "The chair is elected for the municipal year.")
    return Chair(f"{elected.person} ({elected.council})", "Elected for the municipal year.")


def turn_before(committee: Committee, day: date | None = None) -> rotation.Turn:
    """Whose turn it is to host after the meetings before `day` (None: all that are arranged). Two queries."""
    meetings = committee.meetings.order_by("on", "pk")
    if day is not None:
        meetings = meetings.filter(on__lt=day)
    former = [
        rotation.Hosted(on, host, state == Meeting.State.CANCELLED)
        for on, host, state in meetings.values_list("on", "host__short_name", "state")
    ]
    places = committee.partnership.places.order_by("position", "pk")
    return rotation.next_host(list(places.values_list("council__short_name", flat=True)), former)


def overlaps(seat: Membership, from_on: date | None, until_on: date | None) -> bool:
    """Whether two terms share a day; None: since ever, or still."""
    begins_after = seat.from_on is not None and until_on is not None and until_on < seat.from_on
    ends_before = seat.until_on is not None and from_on is not None and seat.until_on < from_on
    return not begins_after and not ends_before
