"""Whose turn it is to chair, worked by hand."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from committees.rotation import Hosted, Turn, next_host

BLS = ("Brent", "Lewisham", "Southwark")


def hosted(day: int, host: str | None, *, cancelled: bool = False) -> Hosted:
    return Hosted(date(2018, 1, day), host, cancelled)


def test_the_first_council_begins() -> None:
    assert next_host(BLS, []) == Turn(
        "Brent", "Brent stands first among the councils, and none of them has hosted yet."
    )


def test_each_in_turn() -> None:
    """Brent, Lewisham, Southwark, Brent …"""
    former: list[Hosted] = []
    turns = []
    for day in range(1, 8):
        turn = next_host(BLS, former).council
        turns.append(turn)
        former.append(hosted(day, turn))
    assert turns == ["Brent", "Lewisham", "Southwark", "Brent", "Lewisham", "Southwark", "Brent"]


def test_a_cancelled_meeting_does_not_count() -> None:
    assert next_host(BLS, [hosted(1, "Brent"), hosted(2, "Lewisham", cancelled=True)]).council == "Lewisham"


def test_who_never_hosted_comes_first() -> None:
    assert next_host(BLS, [hosted(1, "Lewisham"), hosted(2, "Brent")]) == Turn(
        "Southwark", "Southwark has not hosted yet; Brent hosted last, on 2 January 2018."
    )


def test_who_has_waited_longest() -> None:
    former = [hosted(3, "Southwark"), hosted(1, "Lewisham"), hosted(2, "Brent")]
    assert next_host(BLS, former) == Turn(
        "Lewisham",
        "Lewisham has waited longest: it hosted last on 1 January 2018, and Southwark on 3 January 2018.",
    )


def test_the_seed_meetings_lead_to_southwark() -> None:
    """Lewisham hosted on 4 July 2018 and Brent on 16 October 2018."""
    former = [Hosted(date(2018, 7, 4), "Lewisham"), Hosted(date(2018, 10, 16), "Brent")]
    assert next_host(BLS, former).council == "Southwark"


def test_a_meeting_elsewhere_or_without_a_host_gives_no_turn_away() -> None:
    assert next_host(BLS, [hosted(1, "Camden"), hosted(2, None)]).council == "Brent"


def test_one_council_alone() -> None:
    assert next_host(["Harrow"], [hosted(1, "Harrow")]).council == "Harrow"


def test_no_council() -> None:
    assert next_host([], []).council == ""


@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(BLS), st.booleans())))
def test_nobody_who_hosted_last_is_next_while_others_wait(rows: list[tuple[int, str, bool]]) -> None:
    former = [hosted(day, host, cancelled=cancelled) for day, host, cancelled in rows]
    took_place = [one for one in former if not one.is_cancelled]
    last_days = {council: max((one.on for one in took_place if one.host == council), default=None) for council in BLS}
    turn = next_host(BLS, former).council
    waiting = [day for day in last_days.values() if day is None]
    if waiting:
        assert last_days[turn] is None
    else:
        assert last_days[turn] == min(day for day in last_days.values() if day)
