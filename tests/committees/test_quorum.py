"""Quorum, worked by hand: four members needed, and one from each of three councils."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committees.quorum import Absence, Attendee, Rule, quorum

BLS = ("Brent", "Lewisham", "Southwark")
FOUR = Rule(members=4, per_council=1)


def member(key: str, council: str, **values: object) -> Attendee:
    return Attendee(key, council, **values)  # type: ignore[arg-type]


def substitute(key: str, council: str, for_whom: str | None, **values: object) -> Attendee:
    return Attendee(key, council, is_substitute=True, for_whom=for_whom, **values)  # type: ignore[arg-type]


FIVE = (
    member("b1", "Brent"),
    member("b2", "Brent"),
    member("l1", "Lewisham"),
    member("l2", "Lewisham"),
    member("s1", "Southwark"),
)


def said(*attendees: Attendee, rule: Rule = FOUR, at: time | None = None) -> str:
    return quorum(attendees, rule, BLS, at=at).said()


def test_enough_from_everywhere() -> None:
    assert said(*FIVE) == "Quorate: 5 of 4 needed"


def test_enough_but_nobody_from_one_council() -> None:
    assert said(*FIVE[:4]) == "Not quorate: 4 of 4 needed, but nobody from Southwark"


def test_too_few_and_nobody_from_two_councils() -> None:
    assert said(*FIVE[:2]) == "Not quorate: 2 of 4 needed; nobody from Lewisham or Southwark"


def test_too_few_although_every_council_is_there() -> None:
    assert said(FIVE[0], FIVE[2], FIVE[4]) == "Not quorate: 3 of 4 needed"


def test_two_from_each_council() -> None:
    assert said(*FIVE, rule=Rule(4, 2)) == "Not quorate: 5 of 4 needed, but only 1 of 2 from Southwark"


def test_a_rule_about_councils_alone() -> None:
    assert said(*FIVE[:4], rule=Rule(0, 1)) == "Not quorate: 4 in the room, but nobody from Southwark"


def test_without_a_rule_nothing_is_called_quorate() -> None:
    found = quorum(FIVE, Rule(), BLS)
    assert not found.is_quorate
    assert found.said() == "Five members in the room. The committee’s quorum is not written down."


@pytest.mark.parametrize(
    ("at", "here"),
    [(time(18, 29), 4), (time(18, 30), 5), (time(18, 59), 5), (time(19, 0), 4), (None, 4)],
)
def test_who_comes_late_and_goes_early(at: time | None, here: int) -> None:
    late = replace(FIVE[4], arrived=time(18, 30), left=time(19, 0))
    assert quorum([*FIVE[:4], late], FOUR, BLS, at=at).counted == here


@pytest.mark.parametrize(
    ("at", "quorate"),
    [(time(18, 44), True), (time(18, 45), False), (time(18, 54), False), (time(18, 55), True), (None, True)],
)
def test_who_is_out_for_an_interest_does_not_count(at: time | None, quorate: bool) -> None:
    out = replace(FIVE[4], out=(Absence(time(18, 45), time(18, 55)),))
    assert quorum([*FIVE[:4], out], FOUR, BLS, at=at).is_quorate is quorate


def test_who_is_not_back_yet_does_not_count_as_things_stand() -> None:
    out = replace(FIVE[4], out=(Absence(time(18, 45)),))
    assert said(*FIVE[:4], out) == "Not quorate: 4 of 4 needed, but nobody from Southwark"


def test_a_substitute_counts_for_an_absent_member() -> None:
    assert said(*FIVE[:4], substitute("x", "Southwark", "s1")) == "Quorate: 5 of 4 needed"


def test_a_substitute_does_not_count_beside_the_member() -> None:
    assert quorum([*FIVE, substitute("x", "Southwark", "s1")], FOUR, BLS).counted == 5


def test_two_substitutes_for_one_member_count_once() -> None:
    two = [substitute("x", "Southwark", "s1"), substitute("y", "Southwark", "s1")]
    assert quorum([*FIVE[:4], *two], FOUR, BLS).counted == 5


def test_the_substitute_counts_again_once_the_member_has_left() -> None:
    gone = replace(FIVE[4], left=time(19, 0))
    both = [*FIVE[:4], gone, substitute("x", "Southwark", "s1")]
    assert [quorum(both, FOUR, BLS, at=at).counted for at in (time(18, 59), time(19, 0))] == [5, 5]


def test_the_meeting_of_4_july_2018() -> None:
    """Brent and Lewisham by a substitute each, Southwark by a member: the record does not say for whom they sat."""
    there = [
        substitute("sheth", "Brent", None), substitute("dacres", "Lewisham", None), member("cryan", "Southwark"),
    ]  # fmt: skip
    found = quorum(there, Rule(3, 1), BLS, seats={"Brent": 2, "Lewisham": 2, "Southwark": 2})
    assert (found.counted, found.is_quorate) == (3, True)


def test_no_more_count_than_a_council_has_seats() -> None:
    three = [substitute(key, "Brent", None) for key in "abc"]
    assert quorum(three, FOUR, BLS, seats={"Brent": 2}).counted == 2


def test_somebody_of_no_partner_council_does_not_count() -> None:
    assert quorum([member("x", "Camden")], FOUR, BLS).counted == 0


# Whatever the room: taking somebody away never makes a meeting quorate.

moments = st.one_of(st.none(), st.times())


@st.composite
def rooms(draw: st.DrawFn) -> list[Attendee]:
    people = []
    for number in range(draw(st.integers(0, 9))):
        council = draw(st.sampled_from(BLS))
        is_substitute = draw(st.booleans())
        since = draw(moments)
        people.append(
            Attendee(
                number,
                council,
                is_substitute,
                draw(st.one_of(st.none(), st.integers(0, 9))) if is_substitute else None,
                draw(moments),
                draw(moments),
                (Absence(since, draw(moments)),) if since else (),
            )
        )
    return people


rules = st.builds(Rule, st.integers(0, 7), st.integers(0, 3))


@given(rooms(), rules, moments, st.data())
def test_taking_somebody_away_never_makes_a_meeting_quorate(
    room: list[Attendee], rule: Rule, at: time | None, data: st.DataObject
) -> None:
    if not room:
        return
    gone = data.draw(st.sampled_from(room))
    before = quorum(room, rule, BLS, at=at)
    after = quorum([one for one in room if one is not gone], rule, BLS, at=at)
    assert after.counted <= before.counted
    assert before.is_quorate or not after.is_quorate


@given(rooms(), rules, moments)
def test_the_order_of_names_changes_nothing(room: list[Attendee], rule: Rule, at: time | None) -> None:
    assert quorum(room, rule, BLS, at=at) == quorum(list(reversed(room)), rule, BLS, at=at)


@given(rooms(), rules, moments)
def test_what_is_said_is_what_holds(room: list[Attendee], rule: Rule, at: time | None) -> None:
    found = quorum(room, rule, BLS, at=at)
    assert found.said().startswith("Quorate: ") is found.is_quorate
