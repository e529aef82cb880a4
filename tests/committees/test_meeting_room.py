"""The room on the day: who is there and for whom, the chair, interests, quorum and the end."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from committees import attendance_actions as actions
from committees import room as rooms
from committees.attendance_actions import Entry
from committees.models import Attendance, Committee, Interest, Meeting, Minutes
from portal.models import AuditEvent, Council, Person
from portal.policies import Refused
from tests import factories
from tests.committees import makers

pytestmark = pytest.mark.django_db

QUORUM = {"quorum_members": 3, "quorum_per_council": 1}


class Room:
    """On the day of the meeting: two councils with two members (b1, b2; l1, l2) and a substitute (b3, l3) each."""

    def __init__(self) -> None:
        self.world = makers.world(today=date(2018, 10, 16))
        self.meeting = self.world.meeting
        Committee.objects.update(**QUORUM)
        self.people: dict[str, Person] = {}
        for letter, place in zip("bl", self.world.partnership.places.order_by("position"), strict=True):
            for number, role in ((1, "member"), (2, "member"), (3, "substitute")):
                person = factories.person(f"{letter}{number}".title(), honorific="councillor", council=place.council)
                self.people[f"{letter}{number}"] = person
                self.meeting.committee.memberships.create(
                    person=person, council=place.council, role=role, position=number
                )
        self.client = makers.signed_in(self.world.clerk)

    def council(self, letter: str) -> Council:
        return self.people[f"{letter}1"].council

    def post(self, rest: str, client: Client | None = None, **data: Any) -> Any:
        return (client or self.client).post(f"{self.world.url}room/{rest}", data)

    def row(self, who: str, client: Client | None = None, **data: Any) -> Any:
        named = {key: self.people[value].pk if key == "stands_in_for" else value for key, value in data.items()}
        return self.post("attendance/", client, **({"person": self.people[who].pk, "status": "present"} | named))

    def page(self, query: str = "") -> str:
        return self.client.get(f"{self.world.url}room/{query}").content.decode()

    def stored(self, who: str) -> Attendance | None:
        return self.meeting.attendances.filter(person=self.people[who]).first()


@pytest.fixture
def room() -> Room:
    return Room()


# Attendance


def test_who_is_present_makes_the_quorum(room: Room) -> None:
    """Three needed, one from each council."""
    assert "Not quorate: 0 of 3 needed" in room.page()
    room.row("b1")
    room.row("b2")
    assert f"Not quorate: 2 of 3 needed; nobody from {room.council('l')}" in room.page()
    assert room.row("l1", arrived_at="18:45").status_code == 302
    assert "Quorate: 3 of 3 needed" in room.page()
    assert f"Not quorate: 2 of 3 needed; nobody from {room.council('l')}" in room.page("?at=18:44")
    assert "Quorate: 3 of 3 needed" in room.page("?at=18:45")


def test_arrivals_and_departures_are_kept(room: Room) -> None:
    room.row("b1", arrived_at="18:40", left_at="19:10")
    stored = room.stored("b1")
    assert stored is not None
    assert (stored.arrived_at, stored.left_at, stored.capacity) == (time(18, 40), time(19, 10), "member")
    assert AuditEvent.objects.get(verb="attendance.record").after["left_at"] == "19:10"


def test_a_wrong_time_keeps_what_was_typed(room: Room) -> None:
    response = room.row("b1", arrived_at="19:10", left_at="18:40")
    assert response.status_code == 409
    page = response.content.decode()
    assert "The time of leaving is before the time of arrival." in page
    assert 'value="19:10"' in page
    assert room.stored("b1") is None
    assert room.row("b1", arrived_at="soon").status_code == 422


def test_a_substitute_sits_for_one_absent_member_of_the_same_council(room: Room) -> None:
    room.row("b1", status="apologies")
    assert room.row("b3", stands_in_for="b1").status_code == 302
    stored = room.stored("b3")
    assert stored is not None
    assert (stored.capacity, stored.stands_in_for) == ("substitute", room.people["b1"])
    page = room.page()
    assert "Present for Councillor B1" in page


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "Say for which member Councillor B3 sits."),
        ({"stands_in_for": "l1"}, "can sit for a member from"),
        ({"stands_in_for": "l3"}, "can sit for a member from"),
        ({"stands_in_for": "b2"}, "Councillor B2 is present."),
    ],
)
def test_a_substitute_who_may_not_sit(room: Room, data: dict[str, str], why: str) -> None:
    room.row("b2")
    response = room.row("b3", **data)
    assert response.status_code == 409
    assert why in response.content.decode()
    assert room.stored("b3") is None


def test_one_who_could_sit_for_two_sits_for_one(room: Room) -> None:
    for who in ("b1", "b2"):
        room.row(who, status="apologies")
    room.row("b3", stands_in_for="b1")
    room.row("b3", stands_in_for="b2")
    assert [row.stands_in_for for row in room.meeting.attendances.filter(capacity="substitute")] == [room.people["b2"]]


def test_a_member_has_one_substitute(room: Room) -> None:
    fourth = factories.person("B4", honorific="councillor")
    room.meeting.committee.memberships.create(person=fourth, council=room.council("b"), role="substitute")
    room.people["b4"] = fourth
    room.row("b1", status="apologies")
    room.row("b3", stands_in_for="b1")
    assert room.row("b4", stands_in_for="b1").status_code == 409


def test_the_member_comes_once_the_substitute_has_left(room: Room) -> None:
    room.row("b3", stands_in_for="b1")
    assert room.row("b1", arrived_at="19:00").status_code == 409
    room.row("b3", stands_in_for="b1", left_at="19:00")
    assert room.row("b1", arrived_at="19:00").status_code == 302
    assert rooms.of(room.meeting, at=time(18, 59)).quorum.counted == 1
    assert rooms.of(room.meeting, at=time(19, 0)).quorum.counted == 1


def test_who_has_no_seat_is_not_written_down(room: Room) -> None:
    stranger = factories.person("Stranger")
    response = room.post("attendance/", person=stranger.pk, status="present")
    assert response.status_code == 409
    assert room.meeting.attendances.count() == 0


def test_before_the_day_only_apologies(room: Room) -> None:
    room.world.partnership.demonstration_today = date(2018, 10, 15)
    room.world.partnership.save()
    assert room.row("b1", status="apologies").status_code == 302
    assert room.row("b2").status_code == 409
    assert "Before it only apologies" in room.row("b2").content.decode()


def test_from_elsewhere_only_where_the_rules_let_them_and_not_counted(room: Room) -> None:
    assert room.row("b1", is_remote="on").status_code == 409
    Committee.objects.update(allows_remote=True)
    assert room.row("b1", is_remote="on").status_code == 302
    assert (
        rooms.of(Meeting.objects.select_related("committee__partnership").get(pk=room.meeting.pk)).quorum.counted == 0
    )
    assert room.post("chair/", person=room.people["b1"].pk).status_code == 302
    assert not room.meeting.attendances.filter(chaired=True).exists()


def test_officers(room: Room) -> None:
    officer = factories.person("Olive Officer", job_title="Head of Service")
    assert room.post("officer/", person=officer.pk).status_code == 302
    assert room.post("officer/", person=officer.pk).status_code == 422
    assert "Olive Officer, Head of Service" in room.page()
    room.post("remove/", person=officer.pk)
    assert not room.meeting.attendances.exists()


# Chair


def test_the_chair_is_somebody_present(room: Room) -> None:
    room.post("chair/", person=room.people["b1"].pk)
    assert not room.meeting.attendances.filter(chaired=True).exists()
    room.row("b1")
    room.row("l1")
    room.post("chair/", person=room.people["b1"].pk)
    room.post("chair/", person=room.people["l1"].pk)
    assert [row.person for row in room.meeting.attendances.filter(chaired=True)] == [room.people["l1"]]
    room.post("chair/", person=room.people["l1"].pk)
    assert AuditEvent.objects.filter(verb="chair.take").count() == 2


def test_the_chair_does_not_vanish(room: Room) -> None:
    room.row("b1")
    room.post("chair/", person=room.people["b1"].pk)
    assert room.row("b1", status="apologies").status_code == 409
    room.post("remove/", person=room.people["b1"].pk)
    assert room.stored("b1") is not None


# Interests


def declare(room: Room, who: str = "l1", **data: Any) -> Any:
    values = {
        "person": room.people[who].pk, "item": room.world.item.pk, "kind": "pecuniary", "nature": "Owns the supplier.",
        "dispensation": "",
    }  # fmt: skip
    return room.post("interests/", **(values | data))


def test_who_is_out_for_an_interest_does_not_count(room: Room) -> None:
    for who in ("b1", "b2", "l1"):
        room.row(who)
    assert declare(room).status_code == 302
    assert "Leaves the room for this item" in room.page()
    interest = Interest.objects.get()
    room.post(f"interests/{interest.pk}/time/", left_at="18:50", returned_at="")
    assert f"Not quorate: 2 of 3 needed; nobody from {room.council('l')}" in room.page()
    room.post(f"interests/{interest.pk}/time/", left_at="18:50", returned_at="19:05")
    assert "Quorate: 3 of 3 needed" in room.page()
    assert "Not quorate" in room.page("?at=18:55")


def test_an_interest_is_declared_once_by_somebody_present(room: Room) -> None:
    assert declare(room).status_code == 422
    room.row("l1")
    declare(room)
    assert declare(room).status_code == 409
    assert Interest.objects.count() == 1


def test_nobody_comes_back_before_they_left(room: Room) -> None:
    room.row("l1")
    declare(room)
    interest = Interest.objects.get()
    for times in ({"left_at": "", "returned_at": "19:00"}, {"left_at": "19:00", "returned_at": "18:00"}):
        room.post(f"interests/{interest.pk}/time/", **times)
        interest.refresh_from_db()
        assert (interest.left_at, interest.returned_at) == (None, None)


def test_a_dispensation_is_the_members_own_and_in_force(room: Room) -> None:
    room.row("l1")
    theirs, others = (
        room.meeting.committee.dispensations.create(
            person=room.people[who], scope="To vote.", granted_by="Standards Committee", granted_on=date(2018, 1, 1),
            until_on=date(2019, 1, 1),
        )
        for who in ("l1", "b1")
    )  # fmt: skip
    assert declare(room, dispensation=others.pk).status_code == 409
    assert declare(room, dispensation=theirs.pk).status_code == 302
    assert "Under a dispensation until 1 January 2019" in room.page()
    theirs.until_on = date(2018, 10, 15)
    theirs.save()
    with pytest.raises(Refused, match="not on the day of this meeting"):
        actions.declare_interest(
            by=room.world.clerk, meeting=room.meeting, person=room.people["l1"], kind="personal", nature="x",
            dispensation=theirs,
        )  # fmt: skip


def test_an_interest_is_withdrawn_once(room: Room) -> None:
    room.row("l1")
    declare(room)
    interest = Interest.objects.get()
    assert room.row("l1", status="apologies").status_code == 409
    room.post(f"interests/{interest.pk}/withdraw/")
    assert room.post(f"interests/{interest.pk}/withdraw/").status_code == 404
    assert AuditEvent.objects.filter(verb="interest.withdraw").count() == 1


# The end


def test_the_meeting_ends_once_and_silence_is_absence(room: Room) -> None:
    room.row("b1")
    room.row("b2", status="apologies")
    assert "Say who chaired first." in room.post("close/", closed_at="20:00").content.decode()
    room.post("chair/", person=room.people["b1"].pk)
    assert room.post("close/", closed_at="18:00").status_code == 409
    assert room.post("close/", closed_at="20:00").status_code == 302
    room.meeting.refresh_from_db()
    assert (room.meeting.state, room.meeting.closed_at, room.meeting.sequence) == ("held", time(20), 1)
    statuses = {str(row.person): row.status for row in room.meeting.attendances.select_related("person")}
    assert statuses == {
        "Councillor B1": "present", "Councillor B2": "apologies", "Councillor L1": "absent", "Councillor L2": "absent",
    }  # fmt: skip
    assert room.post("close/", closed_at="20:00").status_code == 409


def test_nothing_ends_before_its_day(room: Room) -> None:
    room.row("b1")
    room.post("chair/", person=room.people["b1"].pk)
    room.world.partnership.demonstration_today = date(2018, 10, 15)
    room.world.partnership.save()
    assert room.post("close/", closed_at="20:00").status_code == 409


@pytest.mark.parametrize("state", ["checked", "published", "approved"])
def test_once_the_minutes_are_checked_the_record_stays(room: Room, state: str) -> None:
    room.row("b1")
    Minutes.objects.create(meeting=room.meeting, state=state)
    assert room.row("b2").status_code == 409
    room.post("chair/", person=room.people["b1"].pk)
    room.post("remove/", person=room.people["b1"].pk)
    assert declare(room, "b1").status_code == 409
    assert [row.chaired for row in room.meeting.attendances.all()] == [False]


def test_a_cancelled_meeting_has_no_room(room: Room) -> None:
    Meeting.objects.update(state="cancelled")
    assert room.row("b1").status_code == 409
    assert "The meeting is cancelled." in room.page()


# The link


def test_the_link_is_for_members_and_never_public(room: Room) -> None:
    Committee.objects.update(allows_remote=True)
    link = "https://meet.example/secret-room"
    assert room.post("link/", remote_link=link).status_code == 302
    member = factories.user(room.world.partnership, "member", room.council("b"))
    assert link in makers.signed_in(member).get(room.world.url).content.decode()
    officer = factories.user(room.world.partnership, "officer", room.council("b"))
    for reader in (None, officer):
        assert link not in makers.signed_in(reader).get(room.world.url).content.decode()
    assert link not in str(list(AuditEvent.objects.values()))
    assert room.post("link/", remote_link="nonsense").status_code == 422


def test_no_link_where_the_rules_do_not_allow_it(room: Room) -> None:
    assert room.post("link/", remote_link="https://meet.example/room").status_code == 409


# Who may


POSTS = ("attendance/", "officer/", "remove/", "chair/", "interests/", "close/", "link/")


@pytest.mark.parametrize("role", ["member", "officer", "service-manager", "auditor", "council-clerk"])
def test_the_room_is_the_clerks(room: Room, role: str) -> None:
    own = room.council("b") if role in {"member", "officer", "council-clerk"} else None
    client = makers.signed_in(factories.user(room.world.partnership, role, own))
    assert client.get(f"{room.world.url}room/").status_code == 403
    for rest in POSTS:
        assert room.post(rest, client, person=room.people["b1"].pk, status="present").status_code == 403
    assert not room.meeting.attendances.exists()


def test_the_hosting_councils_clerk_has_it_too(room: Room) -> None:
    Committee.objects.update(clerk_follows_host=True)
    client = makers.signed_in(factories.user(room.world.partnership, "council-clerk", room.council("b")))
    assert room.row("b1", client).status_code == 302
    other = makers.signed_in(factories.user(room.world.partnership, "council-clerk", room.council("l")))
    assert room.row("b2", other).status_code == 403


@pytest.mark.parametrize("rest", POSTS)
def test_changes_come_by_post_alone(room: Room, rest: str) -> None:
    assert room.client.get(f"{room.world.url}room/{rest}").status_code == 405


def test_the_minutes_say_who_came_late_and_who_declared_what(room: Room) -> None:
    room.row("b1", arrived_at="18:45")
    room.row("l1")
    declare(room)
    room.post(f"interests/{Interest.objects.get().pk}/time/", left_at="18:50", returned_at="19:05")
    Minutes.objects.create(meeting=room.meeting)
    page = room.client.get(f"{room.world.url}minutes/").content.decode()
    assert f"Councillor B1 ({room.council('b')}), from 6.45 pm" in page
    assert (
        "Councillor L1, item 1: disclosable pecuniary; Owns the supplier. Out of the room from 6.50 pm to 7.05 pm."
        in page
    )


def test_the_number_of_queries_does_not_grow(room: Room, django_assert_num_queries: Any) -> None:
    meeting = Meeting.objects.select_related("committee__partnership").get(pk=room.meeting.pk)
    for who in ("b1", "b2", "l1"):
        actions.record_attendance(by=room.world.clerk, meeting=meeting, person=room.people[who], entry=Entry("present"))
        with django_assert_num_queries(4):
            rooms.of(meeting)
