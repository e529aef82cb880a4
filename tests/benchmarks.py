"""Prints how long packs and dashboards take, as ratios within one run.

    python -m tests.benchmarks

It works on an SQLite database of its own in a temporary folder. Seconds differ from machine to machine; the ratios
say what a change of the code did.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """The median of so many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def line(name: str, took: float, base_name: str, base: float) -> None:
    print(f"{name:<44} {took * 1000:>9.1f} ms   {took / base:>8.2f} x {base_name}", flush=True)


def main() -> None:
    folder = tempfile.TemporaryDirectory(prefix="portal-benchmarks-")
    os.environ |= {"PORTAL_VAR": folder.name, "PORTAL_DEMONSTRATION": "true"}
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    with folder:
        _packs()
        _dashboards()
        _beside_much()


def _packs() -> None:
    from django.core.management import call_command

    from committees import packs
    from committees.models import Meeting, Pack, PaperSection
    from portal import pdf

    call_command("demo", no_serve=True, verbosity=0, stdout=io.StringIO())
    meeting = Meeting.objects.select_related("committee__partnership", "host").get(on="2018-10-16")

    # One page of plain text through the same renderer is what everything else is measured by. The first one pays for
    # importing it, so that it does not count.
    page = "<h1>Paper</h1>" + "<p>The service runs as it should, and so it was reported.</p>" * 30
    css = (Path(__file__).resolve().parent.parent / "static" / "pack.css").read_text()
    pdf.render(page, css=css, title="Paper")
    bare = seconds(lambda: pdf.render(page, css=css, title="Paper"), 5)
    print(f"{'one page of text, rendered':<44} {bare * 1000:>9.1f} ms   {1:>8.2f} x itself")

    built = {}

    def build(edition: str) -> Callable[[], None]:
        def work() -> None:
            built[edition] = packs.build(meeting, edition)

        return work

    cold = seconds(build(Pack.Edition.PUBLIC))
    first = built[Pack.Edition.PUBLIC]
    line(f"pack cold: {first.pages} pages, {first.papers_rendered} rendered", cold, "one page", bare)
    again = seconds(build(Pack.Edition.PUBLIC), 5)
    same = built[Pack.Edition.PUBLIC]
    line(f"pack again: {same.papers_reused} reused", again, "pack cold", cold)
    section = PaperSection.objects.filter(paper__item__meeting=meeting, paper__item__number=7).order_by("position")[0]
    section.body += "\n\nOne more paragraph."
    section.save()
    changed = seconds(build(Pack.Edition.PUBLIC))
    after = built[Pack.Edition.PUBLIC]
    line(f"pack with one paper changed: {after.papers_rendered} rendered", changed, "pack cold", cold)


def _dashboards() -> None:
    from datetime import date

    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from kpis.models import Figure, Indicator, Return, ReturnVersion
    from portal import urls
    from portal.models import Partnership, User

    partnership = Partnership.objects.get(slug="brent-lewisham-southwark")
    partnership.reporting_from = date(2015, 10, 1)
    partnership.save()
    template = {
        figure.indicator_id: figure
        for figure in Figure.objects.filter(
            version__parent__council__slug="brent", version__parent__period="2018-06-01"
        )
    }
    typed = list(Indicator.objects.filter(partnership=partnership, pk__in=template))
    months = [date(2015 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(32)]
    for council in partnership.councils.all():
        for n, month in enumerate(months):
            parent = Return.objects.create(partnership=partnership, council=council, period=month)
            version = ReturnVersion.objects.create(
                parent=parent, number=1, origin="published", created_at="2018-10-01T09:00Z"
            )
            Figure.objects.bulk_create(
                Figure(
                    version=version,
                    indicator=indicator,
                    typed=template[indicator.pk].typed,
                    amount=(template[indicator.pk].amount or Decimal(0)) + n % 5,
                    saved_at="2018-10-01T09:00Z",
                )
                for indicator in typed
            )
            ReturnVersion.objects.filter(pk=version.pk).update(state="locked")
            parent.in_force = version
            parent.save()

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok"), name="bare"))
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="member-lewisham"), backend="portal.signin.PortalBackend")
    client.get("/bare/")
    bare = seconds(lambda: client.get("/bare/"), 20)
    print(f"{'bare signed-in view':<44} {bare * 1000:>9.1f} ms   {1:>8.2f} x itself")
    address = f"/{partnership.slug}/performance/"
    taken = {}
    for span, first in ((4, "2018-06"), (36, "2015-10")):
        query = {"from": first, "to": "2018-09"}
        response = client.get(address, query)
        assert response.status_code == 200, response.status_code
        taken[span] = seconds(lambda query=query: client.get(address, query), 7)
        line(f"dashboard, 3 councils x {span} months", taken[span], "bare view", bare)
    line("dashboard, 36 months", taken[36], "4 months", taken[4])


# What a dashboard may cost more where much else is stored. It is to cost what it shows.
MOST_BESIDE_MUCH = 1.3


def _beside_much() -> None:
    """The same page of the same size, in a small database and in one that holds 32 councils' ten years as well."""
    from django.core.management import call_command
    from django.test import Client

    from portal.models import Partnership, RoleGrant, User

    def fill(slug: str, councils: int, indicators: int, months: int) -> Partnership:
        call_command(
            "benchmark_data",
            partnership=slug,
            councils=councils,
            indicators=indicators,
            months=months,
            stdout=io.StringIO(),
        )
        return Partnership.objects.get(slug=slug)

    small = fill("benchmark-small", 3, 15, 4)
    reader = User.objects.get(username="member-lewisham")
    RoleGrant.objects.create(user=reader, partnership=small, role="auditor", is_demonstration=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader, backend="portal.signin.PortalBackend")

    def taken() -> float:
        def work() -> None:
            assert client.get("/benchmark-small/performance/").status_code == 200

        work()
        return seconds(work, 15)

    alone = taken()
    fill("benchmark", 32, 40, 120)
    beside = taken()
    line("dashboard, 3 councils x 15 x 4 months", alone, "itself", alone)
    line("the same beside 32 x 40 x 120 months", beside, "alone", alone)
    if beside > MOST_BESIDE_MUCH * alone:
        raise SystemExit(f"More than {MOST_BESIDE_MUCH} times as long: a dashboard costs what is stored.")


if __name__ == "__main__":
    main()
