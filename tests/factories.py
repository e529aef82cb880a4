"""Small makers of things for tests. Each names only what the test is about and fills in the rest."""

from __future__ import annotations

import itertools
from datetime import date, time
from typing import Any

from django.utils import timezone

from committees.models import AgendaItem, Committee, Meeting, Paper
from kpis.models import Assessment, Benchmark, BenchmarkResult, Indicator, Rebase
from portal.models import Council, Partnership, PartnershipCouncil, Person, Role, RoleGrant, User

_count = itertools.count(1)


def council(short_name: str = "") -> Council:
    n = next(_count)
    short_name = short_name or f"Council {n}"
    return Council.objects.create(
        slug=short_name.lower().replace(" ", "-"), name=f"Borough of {short_name}", short_name=short_name
    )


def partnership(*councils: Council, slug: str = "", **values: Any) -> Partnership:
    """A partnership of the councils in this order; the first one hosts. It stands on 5 October 2018."""
    n = next(_count)
    made = Partnership.objects.create(
        slug=slug or f"partnership-{n}",
        name=values.pop("name", f"Partnership {n}"),
        service_name=values.pop("service_name", "Shared ICT Service"),
        reporting_from=values.pop("reporting_from", date(2018, 6, 1)),
        demonstration_today=values.pop("demonstration_today", date(2018, 10, 5)),
        **values,
    )
    for position, member in enumerate(councils):
        PartnershipCouncil.objects.create(partnership=made, council=member, position=position, is_host=position == 0)
    return made


def user(partnership: Partnership | None = None, role: str = "", council: Council | None = None) -> User:
    """An account with a usable password "correct-horse-battery", and one role if named."""
    made = User.objects.create_user(
        username=f"account-{next(_count)}", password="correct-horse-battery", is_demonstration=True
    )
    if role and partnership is not None:
        RoleGrant.objects.create(
            user=made, partnership=partnership, role=Role(role), council=council, is_demonstration=True
        )
    return made


def person(full_name: str = "", **values: Any) -> Person:
    n = next(_count)
    return Person.objects.create(slug=f"person-{n}", full_name=full_name or f"Person {n}", **values)


def indicator(partnership: Partnership, code: str, **values: Any) -> Indicator:
    n = next(_count)
    defaults: dict[str, Any] = {
        "name": code,
        "group": "Demand",
        "position": n,
        "unit": Indicator.Unit.COUNT,
        "direction": Indicator.Direction.NEUTRAL,
    }
    return Indicator.objects.create(partnership=partnership, code=code, **(defaults | values))


def benchmark(partnership: Partnership, **values: Any) -> Benchmark:
    n = next(_count)
    defaults: dict[str, Any] = {"name": f"Benchmark {n}", "survey": "Survey", "unit": Indicator.Unit.SCORE}
    made = Benchmark.objects.create(
        partnership=partnership, **(defaults | {"direction": Indicator.Direction.INCREASE} | values)
    )
    BenchmarkResult.objects.create(benchmark=made, year=2017, ours=4, median=5, source="Report")
    return made


def assessment(partnership: Partnership, **values: Any) -> Assessment:
    defaults: dict[str, Any] = {"framework": "Standards", "assessed_on": date(2018, 1, 1), "grades": ["Low", "High"]}
    return Assessment.objects.create(
        partnership=partnership, **(defaults | {"areas_total": 1, "source": "Report"} | values)
    )


def rebase(indicator: Indicator, **values: Any) -> Rebase:
    """New limits from August 2018, proposed by an account of its own."""
    defaults: dict[str, Any] = {"starts_on": date(2018, 8, 1), "reason": "A new tool.", "proposed_at": timezone.now()}
    return Rebase.objects.create(indicator=indicator, **(defaults | {"proposed_by": user()} | values))


def committee(partnership: Partnership, **values: Any) -> Committee:
    n = next(_count)
    defaults: dict[str, Any] = {
        "slug": f"committee-{n}",
        "name": f"Joint Committee {n}",
        "short_name": f"Committee {n}",
        "legal_basis": Committee.LegalBasis.PART_VA,
        "chair_rule": Committee.ChairRule.HOST,
    }
    return Committee.objects.create(partnership=partnership, **(defaults | values))


def meeting(committee: Committee, on: date = date(2018, 10, 16), *, published: bool = False, **values: Any) -> Meeting:
    host = committee.partnership.places.get(is_host=True).council
    defaults: dict[str, Any] = {"starts_at": time(18, 30), "venue": "Town Hall", "host": host}
    if published:
        defaults |= {"published_at": timezone.now(), "published_by": user()}
    return Meeting.objects.create(committee=committee, on=on, **(defaults | values))


def item(meeting: Meeting, number: int = 1, **values: Any) -> AgendaItem:
    defaults: dict[str, Any] = {"kind": AgendaItem.Kind.REPORT, "title": f"Item {number}"}
    return AgendaItem.objects.create(meeting=meeting, number=number, **(defaults | values))


def paper(item: AgendaItem, position: int = 1, **values: Any) -> Paper:
    defaults: dict[str, Any] = {
        "kind": Paper.Kind.REPORT,
        "title": f"Paper {position}",
        "slug": f"paper-{position}",
    }
    return Paper.objects.create(item=item, position=position, **(defaults | values))
