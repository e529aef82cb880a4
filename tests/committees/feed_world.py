"""A partnership whose every restricted thing holds a marker, for the tests of feeds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from committees.models import Attendance, Decision, Meeting, Membership, Minutes, Notice, Pack, Paper
from portal.models import Person
from tests import factories
from tests.committees import makers

LONDON = ZoneInfo("Europe/London")
MARKER = "zanzibar"
PUBLISHED = datetime(2018, 10, 5, 9, 30, tzinfo=LONDON)


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2018, month, day, hour, tzinfo=LONDON)


def world() -> makers.World:
    """One published meeting on 16 October, a draft agenda on 4 December, one held on 4 July with public minutes."""
    world = makers.world()
    partnership, meeting = world.partnership, world.meeting
    council = partnership.places.get(is_host=True).council
    Meeting.objects.filter(pk=meeting.pk).update(published_at=PUBLISHED, published_by=world.clerk)
    meeting.refresh_from_db()
    secret: dict[str, Any] = {
        "part": "II",
        "exempt_paragraphs": [3],
        "public_interest": f"Prices of {MARKER}.",
        "private_title": f"{MARKER} contract",
    }
    secret_person = Person.objects.create(slug=MARKER, full_name=f"Captain {MARKER}", job_title=f"Agent of {MARKER}")
    hidden = makers.restricted_paper(world.item, 2, private_title=f"{MARKER} prices", contact_officer=secret_person)
    makers.section(hidden, 1, heading=MARKER, body=MARKER)
    closed = factories.item(meeting, 2, title="Staffing", **secret)
    factories.paper(closed, 1, title="Staffing report", author=f"Head of {MARKER}")
    for number, item, values in ((1, world.item, {}), (2, closed, secret), (3, closed, {})):
        Decision.objects.create(
            meeting=meeting,
            item=item,
            reference=f"2018-10-16/{number}",
            title=f"Decision {number}",
            outcome="agreed",
            text="Agreed as set out." if number == 1 else f"Pay {MARKER}.",
            recorded_at=at(10, 17),
            published_at=at(10, 17, 10 + number),
            **values,
        )
    for edition in Pack.Edition.values:
        pack = Pack(
            meeting=meeting, edition=edition, number=1, sha256=("a" if edition == "public" else "b") * 64, pages=7,
            bytes=700, built_at=PUBLISHED, published_at=PUBLISHED,
        )  # fmt: skip
        pack.file.save("x.pdf", ContentFile(b"%PDF"), save=True)
    draft = factories.meeting(meeting.committee, date(2018, 12, 4), remote_link=f"https://example.org/{MARKER}")
    item = factories.item(draft, 1, title=f"{MARKER} draft")
    factories.paper(item, 1, title=f"{MARKER} paper")
    former = factories.meeting(meeting.committee, date(2018, 7, 4), state="held", published_before_portal=True)
    Minutes.objects.create(meeting=former, state=Minutes.State.APPROVED, published_at=at(7, 20))
    person = factories.person("Ann Example", council=council, honorific="councillor")
    Attendance.objects.create(meeting=former, person=person, council=council, status="present", capacity="member")
    Membership.objects.create(
        committee=meeting.committee, person=person, council=council, role="member", from_on=date(2018, 5, 22)
    )
    Notice.objects.create(
        meeting=draft, kind="key-decision", given_on=date(2018, 10, 1), matter="A contract", recorded_at=at(10, 1)
    )
    assert Paper.objects.count() == 4
    return world
