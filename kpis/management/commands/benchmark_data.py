"""manage.py benchmark_data: fill a partnership of its own with as many figures as are asked for, to measure with."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kpis import policies
from kpis.models import Figure, Indicator, Return, ReturnVersion, Target, month_of
from portal import clock
from portal.models import Council, Headcount, Partnership, PartnershipCouncil

SLUG = "benchmark"
BATCH = 5000


class Command(BaseCommand):
    help = "Fills a partnership of its own with figures, to measure pages with. Everything in it is made up by rule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--councils", type=int, default=32)
        parser.add_argument("--indicators", type=int, default=40)
        parser.add_argument("--months", type=int, default=120)
        parser.add_argument("--partnership", default=SLUG, help="Slug of the partnership, which must not exist yet")
        parser.add_argument("--yes", action="store_true", help="Also outside a demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION and not options["yes"]:
            raise CommandError("This is no demonstration: made-up figures do not belong here. Add --yes if they do.")
        sizes = {name: options[name] for name in ("councils", "indicators", "months")}
        for name, size in sizes.items():
            if not 1 <= size <= 500:
                raise CommandError(f"--{name} is {size}. Choose a number from 1 to 500.")
        slug = options["partnership"]
        if Partnership.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a partnership {slug} already. Choose another with --partnership.")
        made = fill(slug=slug, **sizes)
        self.stdout.write(f"{slug}: {made:,} figures of {sizes['councils']} councils in {sizes['months']} months.")


@transaction.atomic
def fill(*, slug: str, councils: int, indicators: int, months: int) -> int:
    """Make the partnership with its councils, indicators and returns in force. Returns the number of figures."""
    last = policies.month_before(month_of(clock.today()))
    run = [last]
    while len(run) < months:
        run.append(policies.month_before(run[-1]))
    run.reverse()
    partnership = Partnership.objects.create(
        slug=slug, name=f"Partnership to measure with ({slug})", service_name="Shared service", reporting_from=run[0]
    )
    places = _councils(partnership, councils, run[0])
    kept = _indicators(partnership, indicators, run[0])
    returns = Return.objects.bulk_create(
        (Return(partnership=partnership, council=council, period=month) for month in run for council in places),
        batch_size=BATCH,
    )
    now = clock.now()
    versions = ReturnVersion.objects.bulk_create(
        (
            ReturnVersion(parent=one, number=1, origin=ReturnVersion.Origin.PUBLISHED, source="Made up", created_at=now)
            for one in returns
        ),
        batch_size=BATCH,
    )
    figures = Figure.objects.bulk_create(
        (
            Figure(version=version, indicator=indicator, saved_at=now, **given)
            for n, version in enumerate(versions)
            for indicator, given in _figures(kept, n, len(places))
        ),
        batch_size=BATCH,
    )
    # Figures can be added to a draft alone; in force is what is locked.
    own = ReturnVersion.objects.filter(parent__partnership=partnership)
    own.update(state=ReturnVersion.State.LOCKED, locked_at=now)
    for one, version in zip(returns, versions, strict=True):
        one.in_force = version
    Return.objects.bulk_update(returns, ["in_force"], batch_size=500)
    return len(figures)


def _councils(partnership: Partnership, number: int, since: date) -> list[Council]:
    slug = partnership.slug
    made = Council.objects.bulk_create(
        Council(slug=f"{slug}-{n}", name=f"Council {n} of {slug}", short_name=f"Council {n}")
        for n in range(1, number + 1)
    )
    PartnershipCouncil.objects.bulk_create(
        PartnershipCouncil(partnership=partnership, council=council, position=n, is_host=n == 0)
        for n, council in enumerate(made)
    )
    Headcount.objects.bulk_create(
        Headcount(
            partnership=partnership,
            council=council,
            valid_from=since,
            employees=2000 + 100 * n,
            basis=Headcount.Basis.STATED,
        )
        for n, council in enumerate(made)
    )
    return made


def _indicators(partnership: Partnership, number: int, since: date) -> list[Indicator]:
    """Counts and, after each, the rate that is measured on it, with its target."""
    made: list[Indicator] = []
    for n in range(number):
        is_rate = n % 2 == 1
        made.append(
            Indicator.objects.create(
                partnership=partnership,
                code=f"i{n + 1}",
                name=f"Indicator {n + 1}",
                group="Resolved in time" if is_rate else "Demand",
                position=n + 1,
                unit=Indicator.Unit.PERCENT if is_rate else Indicator.Unit.COUNT,
                direction=Indicator.Direction.INCREASE if is_rate else Indicator.Direction.DECREASE,
                decimals=2 if is_rate else 0,
                across=Indicator.Across.RATE if is_rate else Indicator.Across.SUM,
                measured_on=made[-1] if is_rate else None,
            )
        )
    Target.objects.bulk_create(
        Target(indicator=one, valid_from=since, value=Decimal(80), tolerance=Decimal(5))
        for one in made
        if one.unit == Indicator.Unit.PERCENT
    )
    return made


def _figures(indicators: list[Indicator], n: int, councils: int) -> Iterator[tuple[Indicator, dict[str, Any]]]:
    """One return's figures, by rule: they rise and fall, and every rate is that of its counts."""
    month, council = divmod(n, councils)
    for position, indicator in enumerate(indicators):
        count = 100 + 10 * (council % 7) + (month * 13 + position * 7) % 40
        if indicator.unit != Indicator.Unit.PERCENT:
            yield indicator, {"typed": str(count), "amount": Decimal(count)}
            continue
        met = count - (month * 5 + council + position) % 30
        share = (Decimal(100 * met) / count).quantize(Decimal("0.01"))
        counts = {"numerator_typed": str(met), "denominator_typed": str(count), "numerator": met, "denominator": count}
        yield indicator, {"typed": str(share), "amount": share, **counts}
