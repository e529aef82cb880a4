"""Minutes as they are shown: who was there, then item by item, with numbered resolutions."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from committees import numbering
from committees.content import Body, Row, SectionContent, Value, pieces
from committees.models import Attendance, Interest, Meeting, MinuteItem, Minutes, NamedVote, Resolution, Vote
from committees.wording import day, time_of_day, weekday
from portal.words import listed

_INTERESTS = Interest.objects.select_related("person", "item").order_by("item__number", "pk")
_ATTENDANCES = Attendance.objects.select_related("person", "council", "stands_in_for").order_by("capacity", "pk")


def for_content(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with all that their minutes show."""
    named = NamedVote.objects.select_related("person").order_by("person__full_name", "pk")
    resolutions = Resolution.objects.select_related("vote").prefetch_related(Prefetch("vote__named", named))
    items = MinuteItem.objects.prefetch_related(Prefetch("resolutions", resolutions.order_by("number", "pk")))
    items = items.order_by("number", "pk")
    return meetings.select_related("committee", "host", "minutes__approved_at").prefetch_related(
        Prefetch("attendances", _ATTENDANCES), Prefetch("interests", _INTERESTS), Prefetch("minutes__items", items)
    )


def of(minutes: Minutes, shown: Iterable[MinuteItem]) -> Body:
    """Minutes as they are shown. Their meeting comes with what `for_content` loads.

    Of the items in `shown` the text is given; of restricted ones that are not, the public title and that they are.
    """
    meeting = minutes.meeting
    readable = {item.pk for item in shown}
    chair = next((row.person for row in meeting.attendances.all() if row.chaired), None)
    return Body(
        cover_caption="Attendance",
        cover=tuple(_attendance(meeting)),
        sections=tuple(
            _section(item, item.pk in readable)
            for item in minutes.items.all()
            if item.pk in readable or item.is_restricted
        ),
        closing=tuple(
            line
            for line in (
                f"The meeting closed at {time_of_day(meeting.closed_at)}." if meeting.closed_at else "",
                f"{chair}, chair" if chair else "",
                f"Approved on {day(minutes.approved_at.on)}." if minutes.approved_at else "",
                f"Corrected when they were approved: {minutes.correction}" if minutes.correction else "",
            )
            if line
        ),
    )


def open_items(minutes: Minutes) -> list[MinuteItem]:
    return [item for item in minutes.items.all() if not item.is_restricted]


def restricted_items(minutes: Minutes) -> list[MinuteItem]:
    return [item for item in minutes.items.all() if item.is_restricted]


def _attendance(meeting: Meeting) -> Iterable[Row]:
    yield Row("Held", (Value(f"{weekday(meeting.on)} at {time_of_day(meeting.starts_at)}, {meeting.venue}"),))
    rows = list(meeting.attendances.all())
    members = [row for row in rows if row.capacity != Attendance.Capacity.OFFICER]
    for term, chosen in (
        ("Chair", [row for row in members if row.chaired]),
        ("Members present", [row for row in members if row.status == Attendance.Status.PRESENT and not row.chaired]),
        ("Apologies", [row for row in members if row.status == Attendance.Status.APOLOGIES]),
        ("Absent", [row for row in members if row.status == Attendance.Status.ABSENT]),
        ("Officers", [row for row in rows if row.capacity == Attendance.Capacity.OFFICER]),
    ):
        if chosen:
            yield Row(term, tuple(Value(_who(row)) for row in chosen))
    interests = list(meeting.interests.all())
    if interests:
        yield Row("Interests", tuple(Value(_interest(one)) for one in interests))


def _interest(interest: Interest) -> str:
    """As declared, by the item's number: the title of a restricted item may be the private one elsewhere."""
    where = f"item {interest.item.number}" if interest.item else "the meeting as a whole"
    said = f"{interest.person}, {where}: {interest.get_kind_display().lower()}; {interest.nature.strip().rstrip('.')}."
    if interest.left_at and interest.returned_at:
        said += f" Out of the room from {time_of_day(interest.left_at)} to {time_of_day(interest.returned_at)}."
    elif interest.left_at:
        said += f" Left the room at {time_of_day(interest.left_at)}."
    return f"{said} Took part under a dispensation." if interest.dispensation_id else said


def _when(row: Attendance) -> str:
    """From 7.05 pm, until 8.00 pm, from elsewhere: as far as it is so."""
    parts = [
        f"from {time_of_day(row.arrived_at)}" if row.arrived_at else "",
        f"until {time_of_day(row.left_at)}" if row.left_at else "",
        "from elsewhere" if row.is_remote else "",
    ]
    return "".join(f", {part}" for part in parts if part)


def _who(row: Attendance) -> str:
    """Councillor Krupa Sheth (Brent), as substitute for Councillor …, if the record says for whom."""
    if row.capacity == Attendance.Capacity.OFFICER:
        return f"{row.person}, {row.person.job_title}" if row.person.job_title else str(row.person)
    council = f" ({row.council})" if row.council else ""
    if row.capacity != Attendance.Capacity.SUBSTITUTE:
        return f"{row.person}{council}{_when(row)}"
    for_whom = f" for {row.stands_in_for}" if row.stands_in_for else ""
    return f"{row.person}{council}, substitute{for_whom}{_when(row)}"


def _resolved(resolution: Resolution) -> str:
    """The resolution, and the vote where one was taken; names where a recorded vote was asked for."""
    vote: Vote | None = getattr(resolution, "vote", None)
    if vote is None:
        return resolution.text
    said = f"{resolution.text} (Vote: {vote}"
    if vote.chair_cast:
        said += "; decided by the chair’s second vote"
    for choice, label in NamedVote.Choice.choices:
        names = [str(named.person) for named in vote.named.all() if named.choice == choice]
        if names:
            said += f". {label}: {listed(names)}"
    return f"{said}.)"


def _section(item: MinuteItem, readable: bool) -> SectionContent:
    if not readable:
        return SectionContent(
            position=item.number,
            number=str(item.number),
            heading=item.title,
            restricted=f"What was said and resolved is restricted: {item.restriction_label()}.",
        )
    return SectionContent(
        position=item.number,
        number=str(item.number),
        heading=item.title_for(True),
        pieces=pieces(list(numbering.split(item.text))),
        resolutions=tuple(_resolved(resolution) for resolution in item.resolutions.all()),
    )
