"""What is public, in the shape of OParl 1.1 (https://schema.oparl.org/1.1/): one System, one Body, and lists.

The partnership is the Body. Its councils and committees are Organizations; a committee's members hold Memberships on
behalf of their council. Consultations lead from a Paper to its AgendaItem. Papers the public may not open, private
titles, telephone numbers and e-mail addresses are in none of it. Nothing that was public is ever deleted by the
portal, so that no object carries `deleted`. Municipal years have no stored days: the list of LegislativeTerms is empty.

Identifiers are addresses by primary key: nothing that may change is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from committees.feeds import public
from committees.feeds.entries import Absolute
from committees.feeds.public import PublicMeeting, Stamp, Times, latest
from committees.law_links import oparl_list_url, oparl_object_url, oparl_url
from committees.links import committee_url, meeting_url, minutes_url, pack_url, paper_url
from committees.models import AgendaItem, Committee, Meeting, Membership, Minutes, Pack, Paper
from portal.models import Council, Partnership, Person

SCHEMA = "https://schema.oparl.org/1.1/"
Object = dict[str, Any]

# The lists, and the type of what is in each.
LISTS: dict[str, str] = {
    "body": "Body",
    "organization": "Organization",
    "person": "Person",
    "membership": "Membership",
    "meeting": "Meeting",
    "agenda-item": "AgendaItem",
    "consultation": "Consultation",
    "paper": "Paper",
    "file": "File",
    "legislative-term": "LegislativeTerm",
    "location": "Location",
}
# Lists inside an object, which a client may ask to leave out (omit_internal).
INTERNAL: dict[str, tuple[str, ...]] = {
    "Body": ("legislativeTerm",),
    "Meeting": ("agendaItem", "auxiliaryFile"),
    "Person": ("membership",),
    "Paper": ("auxiliaryFile",),
}


@dataclass
class Everything:
    """All that is public of a partnership, loaded once for a request by a constant number of queries."""

    partnership: Partnership
    absolute: Absolute
    times: Times
    committees: list[Committee]
    councils: list[Council]
    seats: list[Membership]
    meetings: list[PublicMeeting]
    _made: dict[str, list[Object]] = field(default_factory=dict)

    @classmethod
    def load(cls, partnership: Partnership, absolute: Absolute) -> Everything:
        committees = list(partnership.committees.order_by("pk"))
        for committee in committees:
            committee.partnership = partnership
        return cls(
            partnership,
            absolute,
            public.times_of(partnership),
            committees,
            public.councils(partnership),
            public.memberships(partnership),
            public.meetings(partnership),
        )

    # Parts that every object has

    def _id(self, kind: str, key: object) -> str:
        return self.absolute(oparl_object_url(self.partnership, kind, str(key)))

    def _list(self, kind: str) -> str:
        return self.absolute(oparl_list_url(self.partnership, kind))

    def _object(self, kind: str, key: object, stamp: Stamp, web: str = "", **values: Any) -> Object:
        """Without the values that there are not: an attribute is left out, never null or empty text."""
        made = {"id": self._id(kind, key), "type": f"{SCHEMA}{LISTS[kind]}"}
        made |= {name: value for name, value in values.items() if value is not None and value != ""}
        made |= {"created": _when(stamp.created), "modified": _when(stamp.modified)}
        if web:
            made["web"] = self.absolute(web)
        return made

    @property
    def body_id(self) -> str:
        return self._id("body", self.partnership.pk)

    def modified(self) -> datetime:
        """The newest time of anything in it."""
        every = [one for kind in LISTS if kind != "body" for one in self.objects(kind)]
        return latest(self.times.epoch, *(datetime.fromisoformat(one["modified"]) for one in every))

    # Objects

    def system(self) -> Object:
        return {
            "id": self.absolute(oparl_url(self.partnership)),
            "type": f"{SCHEMA}System",
            "oparlVersion": SCHEMA,
            "body": self._list("body"),
            "name": f"{self.partnership.name}: {self.partnership.service_name}",
            "created": _when(self.times.epoch),
            "modified": _when(self.modified()),
        }

    def objects(self, kind: str) -> list[Object]:
        """Every object of a kind, in an order that never changes. Raises KeyError for a kind that is not there."""
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: str) -> list[Object]:
        made: dict[str, Callable[[], list[Object]]] = {
            "body": self._bodies,
            "organization": self._organizations,
            "person": self._people,
            "membership": lambda: [self._membership(seat) for seat in self.seats],
            "meeting": lambda: [self._meeting(held) for held in self.meetings],
            "agenda-item": lambda: [self._item(item, held) for held in self.meetings for item in held.items],
            "consultation": lambda: [self._consultation(p, held) for held in self.meetings for p in held.papers],
            "paper": lambda: [self._paper(paper, held) for held in self.meetings for paper in held.papers],
            "file": lambda: [file for held in self.meetings for file in self._files(held)],
            "legislative-term": list,
            "location": lambda: [self._location(held) for held in self.meetings],
        }
        return made[kind]()

    def _bodies(self) -> list[Object]:
        body = self._object(
            "body",
            self.partnership.pk,
            Stamp(self.times.epoch, self.modified()),
            system=self.absolute(oparl_url(self.partnership)),
            name=self.partnership.name,
            classification="Joint committee of councils",
            legislativeTerm=[],
            organization=self._list("organization"),
            person=self._list("person"),
            meeting=self._list("meeting"),
            paper=self._list("paper"),
            agendaItem=self._list("agenda-item"),
            consultation=self._list("consultation"),
            file=self._list("file"),
            locationList=self._list("location"),
            legislativeTermList=self._list("legislative-term"),
            membership=self._list("membership"),
        )
        return [body]

    def _organizations(self) -> list[Object]:
        """Committees first, then councils."""
        return [self._committee(committee) for committee in self.committees] + [
            self._object(
                "organization",
                f"council-{council.pk}",
                Stamp(self.times.epoch, self.times.epoch),
                body=self.body_id,
                name=council.name,
                shortName=council.short_name,
                organizationType="Institution",
                classification="Council",
            )
            for council in self.councils
        ]

    def _committee(self, committee: Committee) -> Object:
        seats = [seat for seat in self.seats if seat.committee_id == committee.pk]
        changed = [self.times.of("committees.membership", seat.pk).modified for seat in seats]
        return self._object(
            "organization",
            f"committee-{committee.pk}",
            self.times.of("committees.committee", committee.pk, *changed),
            committee_url(committee),
            body=self.body_id,
            name=committee.name,
            shortName=committee.short_name,
            organizationType="Gremium",
            classification="Joint committee",
            membership=[self._id("membership", seat.pk) for seat in seats],
        )

    def _people(self) -> list[Object]:
        found: dict[int, tuple[Person, list[Membership]]] = {}
        for seat in self.seats:
            found.setdefault(seat.person_id, (seat.person, []))[1].append(seat)
        return [self._person(*found[pk]) for pk in sorted(found)]

    def _person(self, person: Person, seats: list[Membership]) -> Object:
        changed = [self.times.of("committees.membership", seat.pk).modified for seat in seats]
        return self._object(
            "person",
            person.pk,
            self.times.of("portal.person", person.pk, *changed),
            body=self.body_id,
            name=person.full_name,
            formOfAddress=str(person.get_honorific_display()) if person.honorific else None,
            membership=[self._membership(seat) for seat in seats],
        )

    def _membership(self, seat: Membership) -> Object:
        return self._object(
            "membership",
            seat.pk,
            self.times.of("committees.membership", seat.pk),
            person=self._id("person", seat.person_id),
            organization=self._id("organization", f"committee-{seat.committee_id}"),
            role=str(seat.get_role_display()),
            votingRight=seat.role != Membership.Role.SUBSTITUTE,
            startDate=seat.from_on.isoformat() if seat.from_on else None,
            endDate=seat.until_on.isoformat() if seat.until_on else None,
            onBehalfOf=self._id("organization", f"council-{seat.council_id}"),
        )

    def _meeting(self, held: PublicMeeting) -> Object:
        meeting = held.meeting
        packs = [self._pack(pack, held) for pack in held.packs]
        items = [self._item(item, held) for item in held.items]
        inside = [*packs, *items, *([self._minutes(held.minutes, held)] if held.minutes else [])]
        stamp = held.changed_at(self.times)
        known = {seat.person_id for seat in self.seats}
        return self._object(
            "meeting",
            meeting.pk,
            Stamp(stamp.created, latest(stamp.modified, *(datetime.fromisoformat(one["modified"]) for one in inside))),
            meeting_url(meeting),
            name=str(meeting),
            meetingState=_state_of(meeting),
            cancelled=meeting.state == Meeting.State.CANCELLED,
            start=_when(timezone.make_aware(datetime.combine(meeting.on, meeting.starts_at))),
            end=_when(timezone.make_aware(datetime.combine(meeting.on, meeting.closed_at)))
            if meeting.closed_at and meeting.closed_at > meeting.starts_at
            else None,
            location=self._location(held),
            organization=[self._id("organization", f"committee-{meeting.committee_id}")],
            participant=[self._id("person", pk) for pk in held.present if pk in known] or None,
            invitation=packs[0] if packs else None,
            auxiliaryFile=packs[1:] or None,
            resultsProtocol=self._minutes(held.minutes, held) if held.minutes else None,
            agendaItem=items or None,
        )

    def _location(self, held: PublicMeeting) -> Object:
        return self._object(
            "location", f"meeting-{held.meeting.pk}", held.changed_at(self.times), description=held.meeting.venue
        )

    def _published(self, held: PublicMeeting, *later: datetime | None) -> Stamp:
        at = held.meeting.published_at or self.times.epoch
        return Stamp(at, latest(at, *later))

    def _item(self, item: AgendaItem, held: PublicMeeting) -> Object:
        decided = [decision for decision in held.decisions if decision.item_id == item.pk]
        open_ = [decision for decision in decided if held.is_open(decision)]
        stamp = self._published(held, item.added_late_at, *(decision.published_at for decision in decided))
        return self._object(
            "agenda-item",
            item.pk,
            Stamp(item.added_late_at or stamp.created, _lifted(stamp.modified, item)),
            meeting_url(held.meeting, "agenda"),
            meeting=self._id("meeting", held.meeting.pk),
            number=str(item.number),
            order=item.number,
            name=item.title,
            public=not item.is_restricted,
            consultation=next(
                (self._id("consultation", paper.pk) for paper in held.papers if paper.item_id == item.pk), None
            ),
            result="; ".join(str(decision.get_outcome_display()) for decision in open_),
            resolutionText="\n".join(decision.text for decision in open_),
        )

    def _paper_stamp(self, paper: Paper, held: PublicMeeting) -> Stamp:
        """A paper does not change once it is published; it may become open later."""
        stamp = self._published(held)
        opened = _lifted(_lifted(stamp.created, paper), paper.item)
        return Stamp(opened, opened)

    def _paper(self, paper: Paper, held: PublicMeeting) -> Object:
        meeting = held.meeting
        published = timezone.localtime(meeting.published_at).date() if meeting.published_at else meeting.on
        return self._object(
            "paper",
            paper.pk,
            self._paper_stamp(paper, held),
            paper_url(paper, meeting),
            body=self.body_id,
            name=str(paper),
            reference=f"{meeting.on:%Y-%m-%d}/{paper.item.number}/{paper.slug}",
            date=published.isoformat(),
            paperType=str(paper.get_kind_display()),
            mainFile=self._paper_file(paper, held),
            underDirectionOf=[self._id("organization", f"committee-{meeting.committee_id}")],
            consultation=[self._consultation(paper, held)],
        )

    def _consultation(self, paper: Paper, held: PublicMeeting) -> Object:
        return self._object(
            "consultation",
            paper.pk,
            self._paper_stamp(paper, held),
            paper=self._id("paper", paper.pk),
            agendaItem=self._id("agenda-item", paper.item_id),
            meeting=self._id("meeting", held.meeting.pk),
            organization=[self._id("organization", f"committee-{held.meeting.committee_id}")],
        )

    # Files

    def _files(self, held: PublicMeeting) -> Iterable[Object]:
        yield from (self._pack(pack, held) for pack in held.packs)
        yield from (self._paper_file(paper, held) for paper in held.papers)
        if held.minutes is not None:
            yield self._minutes(held.minutes, held)

    def _pack(self, pack: Pack, held: PublicMeeting) -> Object:
        at = pack.published_at or self.times.epoch
        url = self.absolute(pack_url(pack, held.meeting))
        return self._object(
            "file",
            f"pack-{pack.pk}",
            Stamp(at, at),
            name=f"{pack.get_edition_display()}, {held.meeting}",
            fileName=f"{self.partnership.slug}-{held.meeting.on:%Y-%m-%d}-public.pdf",
            mimeType="application/pdf",
            date=timezone.localtime(at).date().isoformat(),
            size=pack.bytes,
            accessUrl=url,
            downloadUrl=url,
            meeting=[self._id("meeting", held.meeting.pk)],
        )

    def _paper_file(self, paper: Paper, held: PublicMeeting) -> Object:
        return self._object(
            "file",
            f"paper-{paper.pk}",
            self._paper_stamp(paper, held),
            name=str(paper),
            mimeType="text/html",
            accessUrl=self.absolute(paper_url(paper, held.meeting)),
            paper=[self._id("paper", paper.pk)],
        )

    def _minutes(self, minutes: Minutes, held: PublicMeeting) -> Object:
        at = minutes.published_at or self.times.epoch
        return self._object(
            "file",
            f"minutes-{minutes.pk}",
            Stamp(at, at),
            name=f"Minutes, {held.meeting}",
            mimeType="text/html",
            accessUrl=self.absolute(minutes_url(held.meeting)),
            meeting=[self._id("meeting", held.meeting.pk)],
        )


def _state_of(meeting: Meeting) -> str | None:
    """In the words that the specification recommends; it has none for a cancelled meeting."""
    if meeting.state == Meeting.State.CANCELLED:
        return None
    if meeting.state == Meeting.State.HELD:
        return "durchgeführt"
    return "eingeladen" if meeting.is_published else "terminiert"


def _lifted(at: datetime, thing: AgendaItem | Paper) -> datetime:
    """When it became open, if it was restricted first."""
    return latest(at, *(decision.decided_at for decision in thing.restriction_decisions.all()))


def _when(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def without_internal(one: Object) -> Object:
    left_out = INTERNAL.get(str(one["type"]).removeprefix(SCHEMA), ())
    return {name: value for name, value in one.items() if name not in left_out}
