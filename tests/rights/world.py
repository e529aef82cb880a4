"""A partnership with a thing of every kind in every state that matters, for the table of rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from committees.models import (
    AgendaItem,
    Decision,
    ForwardPlanEntry,
    Meeting,
    Minutes,
    OnwardRecommendation,
    Pack,
    PaperSection,
)
from kpis.models import (
    Figure,
    FigureFinding,
    Indicator,
    ReportingPeriod,
    Return,
    ReturnImport,
    ReturnVersion,
    Target,
    TicketImport,
)
from portal import blocks
from portal.models import Action, ClosedDay, FrozenBlock, Job, Part, Partnership, RoleGrant, Upload, User
from tests import factories

MARKER = "zanzibar"  # stands in everything restricted and in nothing else


@dataclass
class World:
    partnership: Partnership
    people: dict[str, User | None]
    addresses: dict[str, dict[str, Any]]
    data: dict[str, dict[str, Any]] = field(default_factory=dict)


def names_of_addresses() -> set[str]:
    """Every named address of the portal, with its namespace."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            else:
                assert pattern.name, f"{pattern} has no name"
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns, ""))


def frozen_table(partnership: Partnership, on: date) -> FrozenBlock:
    """A performance table as a paper of that day's meeting carries it."""
    params = {"from": "2018-06", "to": "2018-06"}
    return blocks.freeze(
        "kpis.performance_table",
        partnership=partnership,
        params=params,
        by=None,
        reported_to=f"meeting of {on}",
        reported_on=on,
    )


def build() -> World:
    """One partnership with a thing of every kind in every state that matters, and one elsewhere for the stranger."""
    north, south, far = factories.council("North"), factories.council("South"), factories.council("Far")
    home = factories.partnership(north, south, slug="home")
    elsewhere = factories.partnership(far, slug="elsewhere")
    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": factories.user(elsewhere, "clerk"),
        "officer": factories.user(home, "officer", north),
        "other-officer": factories.user(home, "officer", south),
        "approver": factories.user(home, "approver", north),
        "member": factories.user(home, "member", north),
        "manager": factories.user(home, "service-manager"),
        "clerk": factories.user(home, "clerk"),
        "auditor": factories.user(home, "auditor"),
        "admin": factories.user(home, "administrator"),
    }
    at = datetime(2018, 10, 1, 9, tzinfo=ZoneInfo("Europe/London"))
    here = {"partnership": "home"}

    def action(title: str, part: str) -> dict[str, Any]:
        made = Action.objects.create(partnership=home, title=title, part=part, source="Minutes", created_at=at)
        return here | {"pk": made.pk}

    job = Job.objects.create(
        partnership=home, kind="committees.pack", key="k", requested_by=people["clerk"], requested_at=timezone.now()
    )

    incidents = factories.indicator(home, "incidents", direction=Indicator.Direction.DECREASE)

    def council_return(month: int, state: str) -> dict[str, Any]:
        period = date(2018, month, 1)
        parent = Return.objects.create(partnership=home, council=north, period=period)
        sent: dict[str, Any] = {}
        if state != ReturnVersion.State.DRAFT:
            sent = {"submitted_by": people["officer"], "submitted_at": at}
        if state == ReturnVersion.State.APPROVED:
            sent |= {"approved_by": people["approver"], "approved_at": at}
        version = ReturnVersion.objects.create(parent=parent, number=1, created_at=at)
        Figure.objects.create(
            version=version, indicator=incidents, typed="7", amount=Decimal(7), saved_by=people["officer"], saved_at=at
        )
        FigureFinding.objects.create(
            version=version, indicator=incidents, rule="unusual-change", severity="warning", stated="7",
            computed="1 to 5", message="7 is above the range of usual variation.",
        )  # fmt: skip
        ReturnVersion.objects.filter(pk=version.pk).update(state=state, **sent)
        if state == ReturnVersion.State.APPROVED:
            parent.in_force = version
            parent.save()
        return here | {"council": "north", "period": period}

    approved, submitted, draft = (
        council_return(6, ReturnVersion.State.APPROVED),
        council_return(7, ReturnVersion.State.SUBMITTED),
        council_return(8, ReturnVersion.State.DRAFT),
    )
    unopened = here | {"council": "north", "period": date(2018, 9, 1)}
    Indicator.objects.filter(pk=incidents.pk).update(ticket_measure=Indicator.TicketMeasure.LOGGED)
    export = TicketImport.objects.create(
        partnership=home, council=north, period=draft["period"], state="done", is_in_use=True, preset="servicenow",
        sha256="0" * 64, imported_by=people["officer"], imported_at=at,
        result={"counts": {"groups": [{"type": "incident", "priority": 1, "logged": 8}], "apart": {}, "tickets": 8,
                           "left_out": 0, "elsewhere": 0}},
    )  # fmt: skip
    read_file = ReturnImport.objects.create(
        version=ReturnVersion.objects.get(parent__period=draft["period"]),
        upload=Upload.objects.create(
            partnership=home, purpose="return", kind="csv", name="august.csv", size=1, sha256="0" * 64, uploaded_at=at
        ),
        lines=[{"box": "figure.incidents", "label": "", "cell": "B2", "before": "7", "after": "8", "state": "change"}],
        faults=[],
        made_by=people["officer"],
        made_at=timezone.now(),
    )
    preview = draft | {"pk": read_file.pk}
    reopened = council_return(5, ReturnVersion.State.APPROVED)
    ReturnVersion.objects.create(
        parent=Return.objects.get(period=reopened["period"]), number=2, created_at=at,
        reopened_by=people["manager"], reopened_reason="Counted twice.",
    )  # fmt: skip
    finding = here | {"pk": FigureFinding.objects.get(version__parent__period=date(2018, 6, 1)).pk}
    aim = Target.objects.create(indicator=incidents, valid_from=date(2018, 7, 1), value=5)
    target = here | {"code": "incidents", "pk": aim.pk}
    period = ReportingPeriod.objects.create(
        partnership=home, name="Summer", first=date(2018, 6, 1), last=date(2018, 8, 1), saved_at=timezone.now()
    )
    benchmark = here | {"pk": factories.benchmark(home).pk}
    assessment = here | {"pk": factories.assessment(home).pk}
    limits = here | {"code": "incidents"}
    proposed = limits | {"pk": factories.rebase(incidents, council=north).pk}

    absence = RoleGrant.objects.create(
        user=factories.user(home, "officer", north), partnership=home, role="officer", council=north,
        deputy_for=people["officer"], named_by=people["officer"], starts_on=date(2018, 10, 1),
        ends_on=date(2018, 10, 9),
    )  # fmt: skip

    committee = factories.committee(home, slug="joint")
    seat = committee.memberships.create(person=factories.person(), council=north, role="member")
    restricted: dict[str, Any] = {
        "part": Part.TWO,
        "private_title": f"About {MARKER}",
        "exempt_paragraphs": [3],
        "public_interest": f"It would harm {MARKER}.",
    }

    def meeting(on: date, *, published: bool) -> dict[str, Any]:
        held = factories.meeting(committee, on, published=published)
        for number, values in ((1, {}), (2, restricted)):
            item = factories.item(held, number, title=f"Item {number}", **values)
            paper = factories.paper(item, slug="paper", title=f"Paper {number}", **values)
            body = f"The price is {MARKER}." if values else "Open words."
            PaperSection.objects.create(paper=paper, position=1, heading="What it says", body=body)
        for edition in Pack.Edition.values:
            text = MARKER if edition == Pack.Edition.MEMBERS else "open"
            pack = Pack(
                meeting=held, edition=edition, number=1, sha256="0" * 64, pages=1, bytes=1, built_at=at,
                published_at=at if published else None,
            )  # fmt: skip
            pack.file.save("x.pdf", ContentFile(f"%PDF {text}".encode()), save=True)
        address = here | {"committee": "joint", "on": on}
        return address | {"_packs": {pack.edition: pack.pk for pack in held.packs.all()}, "_meeting": held}

    published, coming = meeting(date(2018, 10, 16), published=True), meeting(date(2018, 12, 4), published=False)
    checked = Minutes.objects.create(meeting=published.pop("_meeting"), state=Minutes.State.CHECKED)
    approved_minutes = factories.meeting(committee, date(2018, 3, 6), published=True)
    Minutes.objects.create(meeting=approved_minutes, state=Minutes.State.APPROVED)
    assert checked.pk
    factories.meeting(committee, date(2018, 5, 8), published=True)
    draft_minutes = Minutes.objects.create(meeting=committee.meetings.get(on=date(2018, 5, 8)))
    minute = draft_minutes.items.create(
        number=1, title="In private", part=Part.TWO, exempt_paragraphs=[3], text=f"About {MARKER}."
    )
    resolution = minute.resolutions.create(number=1, text=f"That {MARKER} be told.")
    drafted = here | {"committee": "joint", "on": date(2018, 5, 8)}
    interest = coming.pop("_meeting").interests.create(person=factories.person(), kind="personal", nature="A friend.")
    decided = Decision.objects.create(
        meeting=approved_minutes, reference="2018-03-06/1.1", title="Decided", outcome="agreed", recorded_at=at,
        text=f"Pay {MARKER}.", part=Part.TWO, exempt_paragraphs=[3], public_interest=f"It would harm {MARKER}.",
        published_at=at,
    )  # fmt: skip
    OnwardRecommendation.objects.create(decision=decided, council=north, to_body="Cabinet", note=f"For {MARKER}.")
    to_publish = Decision.objects.create(
        meeting=approved_minutes, reference="2018-03-06/1.2", title="To publish", outcome="agreed", recorded_at=at,
        text="Open words.",
    )  # fmt: skip
    planned = ForwardPlanEntry.objects.create(committee=committee, title="Planned", expected="Spring", listed_at=at)
    second_item = AgendaItem.objects.get(meeting__on=date(2018, 12, 4), number=2).pk
    for on in (date(2018, 3, 6), date(2018, 12, 4)):
        told = factories.paper(factories.item(Meeting.objects.get(committee=committee, on=on), 3), slug="figures")
        PaperSection.objects.create(
            paper=told, position=1, kind="block", block="kpis.performance_table", frozen=frozen_table(home, on)
        )
    packs, draft_packs = published.pop("_packs"), coming.pop("_packs")

    closed_day = ClosedDay.objects.create(partnership=home, on=date(2018, 12, 27), reason="Between the years")

    def paper(of: dict[str, Any], number: int) -> dict[str, Any]:
        return of | {"number": number, "paper": "paper"}

    account = {name: {} for name in names_of_addresses() if name.startswith("account_")}
    account["account_reset_password_from_key"] = {"uidb36": "1", "key": "not-a-key"}
    return World(
        home,
        people,
        {
            **account,
            "portal:home": {},
            "portal:start": here,
            "portal:theme": here,
            "portal:actions": here,
            "portal:action": (open_action := action("Mend the link", Part.ONE)),
            "portal:action/part-2": (hidden_action := action(f"Tell {MARKER}", Part.TWO)),
            "portal:action-update": open_action,
            "portal:action-update/part-2": hidden_action,
            "portal:audit": here,
            "portal:job": here | {"pk": job.pk},
            "portal:demonstration-day": here,
            "portal:deputies": here,
            "portal:deputy-name": here,
            "portal:deputy-end": here | {"pk": absence.pk},
            "kpis:dashboard": here,
            "kpis:dashboard-csv": here,
            "kpis:dashboard-xlsx": here,
            "kpis:indicator": here | {"code": "incidents"},
            "kpis:period-save": here,
            "kpis:period-usual": here | {"pk": period.pk},
            "kpis:period-remove": here | {"pk": period.pk},
            "kpis:limits": limits,
            "kpis:limits-propose": limits,
            "kpis:limits-approve": proposed,
            "kpis:limits-withdraw": proposed,
            "kpis:findings": here,
            "kpis:findings-csv": here,
            "kpis:findings-xlsx": here,
            "kpis:finding": finding,
            "kpis:finding-explain": finding,
            "kpis:indicators": here,
            "kpis:indicator-new": here,
            "kpis:indicator-add": here,
            "kpis:budget-set-add": here,
            **{
                f"kpis:{name}": here | {"code": "incidents"}
                for name in (
                    "indicator-edit",
                    "indicator-change",
                    "indicator-move",
                    "indicator-end",
                    "indicator-delete",
                    "targets",
                    "target-add",
                )
            },
            **{f"kpis:target-{name}": target for name in ("edit", "correct", "remove")},
            "kpis:benchmarks": here,
            "kpis:benchmarks-file": here | {"kind": "benchmarks", "form": "csv"},
            **{f"kpis:{noun}-{verb}": here for noun in ("benchmark", "assessment") for verb in ("new", "add")},
            **{f"kpis:benchmark-{verb}": benchmark for verb in ("edit", "change", "remove")},
            **{f"kpis:assessment-{verb}": assessment for verb in ("edit", "change", "remove")},
            "kpis:returns": here,
            "kpis:return": draft,
            "kpis:return-edit": draft,
            "kpis:return-open": unopened,
            "kpis:return-save": draft,
            "kpis:return-submit": draft,
            "kpis:return-approve": submitted,
            "kpis:return-send-back": submitted,
            "kpis:return-lock": approved,
            **{f"kpis:return-{name}": draft for name in ("import", "layout-csv", "layout-xlsx")},
            "kpis:tickets": here,
            "kpis:tickets-columns": here | {"council": "north"},
            **{f"kpis:tickets-{name}": draft for name in ("month", "hand-in")},
            **{f"kpis:tickets-{name}": draft | {"pk": export.pk} for name in ("import", "list", "take-over")},
            "kpis:return-import-preview": preview,
            "kpis:return-import-apply": preview,
            "kpis:return-reopen": approved,
            "kpis:return-withdraw": reopened,
            "kpis:return-version": reopened | {"number": 1},
            "kpis:return-version/draft": reopened | {"number": 2},
            "kpis:return-compare": reopened,
            "kpis:return-backfill": here | {"council": "north"},
            "kpis:returns-owed": here,
            "kpis:reported-list": here,
            "kpis:reported": here | {"on": date(2018, 3, 6)},
            "kpis:reported/coming": here | {"on": date(2018, 12, 4)},
            "committees:decisions": here,
            "committees:decisions-csv": here,
            "committees:decision": here | {"pk": decided.pk},
            "committees:decision/draft": here | {"pk": to_publish.pk},
            "committees:decision-record": here | {"committee": "joint", "on": date(2018, 3, 6)},
            "committees:decision-edit": here | {"pk": to_publish.pk},
            "committees:decision-publish": here | {"pk": to_publish.pk},
            "committees:decision-correct": here | {"pk": decided.pk},
            "committees:decision-call-in": here | {"pk": decided.pk},
            "committees:decision-call-in-outcome": here | {"pk": decided.pk},
            "committees:council-decides": here | {"pk": decided.pk, "council": "north"},
            "committees:forward-plan": here,
            "committees:plan-add": here | {"committee": "joint"},
            "committees:plan-edit": here | {"pk": planned.pk},
            "committees:plan-withdraw": here | {"pk": planned.pk},
            "committees:meetings": here,
            "committees:meeting-arrange": here,
            "committees:agenda-build": coming,
            "committees:item-add": coming,
            "committees:item-edit": coming | {"pk": second_item},
            "committees:item-move": coming | {"pk": second_item},
            "committees:item-remove": coming | {"pk": second_item},
            "committees:committee": here | {"committee": "joint"},
            **{
                f"committees:{name}": here | {"committee": "joint"}
                for name in (
                    "members",
                    "member-add",
                    "chair-elect",
                    "committee-rules",
                    "dispensation-add",
                    "attendance",
                    "attendance-csv",
                )
            },
            "committees:member-end": here | {"committee": "joint", "pk": seat.pk},
            "committees:member-role": here | {"committee": "joint", "pk": seat.pk},
            **{
                f"committees:{name}": coming
                for name in (
                    "room",
                    "room-attendance",
                    "room-officer",
                    "room-remove",
                    "room-chair",
                    "room-interest",
                    "room-close",
                    "room-link",
                )
            },
            "committees:room-interest-time": coming | {"pk": interest.pk},
            "committees:room-interest-withdraw": coming | {"pk": interest.pk},
            **{
                f"committees:minutes-{name}": drafted
                for name in ("begin", "edit", "save", "private", "check", "send-back", "publish", "approve")
            },
            "committees:minutes-vote": drafted | {"pk": resolution.pk},
            "committees:minutes-action": drafted | {"number": 1},
            "committees:meeting": published,
            "committees:meeting/draft": coming,
            "committees:paper": paper(published, 1),
            "committees:paper/part-2": paper(published, 2),
            "committees:paper/draft": paper(coming, 1),
            "committees:paper/draft-part-2": paper(coming, 2),
            "committees:paper-access": paper(published, 2),
            "committees:paper-finding": paper(published, 2),
            "committees:paper-clear": paper(coming, 1),
            "committees:section-edit": paper(coming, 2) | {"position": 1},
            "committees:paper-restriction": paper(coming, 2),
            "committees:item-restriction": coming | {"number": 2},
            **dict.fromkeys(
                [f"committees:{name}" for name in ("notices", "notice-add", "meeting-move", "meeting-cancel")], coming
            ),
            **{f"committees:{name}": here for name in ("feeds", "calendar", "publications", "oparl")},
            **{f"committees:committee-{name}": here | {"committee": "joint"} for name in ("calendar", "publications")},
            "committees:oparl-list": here | {"kind": "meeting"},
            "committees:oparl-object": here | {"kind": "organization", "key": f"committee-{committee.pk}"},
            "committees:late-item": published,
            "committees:compliance": published,
            "committees:compliance-pdf": published,
            "committees:closed-days": here,
            "committees:closed-day-remove": here | {"pk": closed_day.pk},
            "committees:minutes": published,
            "committees:minutes/approved": here | {"committee": "joint", "on": date(2018, 3, 6)},
            "committees:publish": coming,
            "committees:publish-confirm": coming,
            "committees:pack-build": coming,
            "committees:pack": published | {"pk": packs["public"]},
            "committees:pack/members": published | {"pk": packs["members"]},
            "committees:pack/draft": coming | {"pk": draft_packs["public"]},
            "committees:pack/members-draft": coming | {"pk": draft_packs["members"]},
        },
        {
            "portal:action-update": {"status": "closed", "text": "It is mended."},
            "portal:action-update/part-2": {"status": "closed", "text": "Told."},
            "portal:demonstration-day": {"day": "2018-10-06"},
            "kpis:finding-explain": {"reason": "A fault at the supplier."},
            "kpis:indicator-move": {"to": "up"},
            "kpis:indicator-end": {"end-last": "December 2018"},
            "kpis:tickets-take-over": {"take": "incidents", "was.figure.incidents": "7"},
            "kpis:return-save": {"figure.incidents": "8", "was.figure.incidents": "7"},
            "kpis:return-reopen": {"reason": "Counted twice."},
            "kpis:return-withdraw": {"reason": "Counted once."},
            "kpis:return-send-back": {"reason": "The count of incidents is last month's."},
            "kpis:limits-withdraw": {"reason": "It was the holidays."},
            "committees:pack-build": {"edition": "public"},
        },
    )
