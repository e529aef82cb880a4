"""A withheld figure of one council is in no byte of anything that a reader without the right can ask for.

Two numbers that stand nowhere else are looked for: 76,413 open calls in Brent, September 2018, planted here, and the
83.88% of the pack, which gives Brent's six priority 1 incidents of August away and which the figures check quotes.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from committees import actions as committee_actions
from committees import loading as committee_loading
from committees import packs
from committees.models import Meeting, Pack, Paper, PaperSection
from kpis import record
from kpis.models import FigureFinding, Indicator, Return
from portal.models import FrozenBlock, Partnership, User
from portal.policies import Refused
from tests import factories
from tests.kpis.reading import signed_in
from tests.kpis.test_blocks import correct

PLANTED = ("76,413", "76413", "83.88")
# 76,413 + 853 + 1,077 open calls; the figure of all three councils stays.
TOTAL = "78,343"
WITHOUT_RIGHT = ("member-lewisham", "clerk", "officer-lewisham", "approver-southwark", "administrator")
WITH_RIGHT = ("service-manager", "auditor")


@pytest.fixture
def withheld(seed: Partnership) -> Partnership:
    committee_loading.load(Path(settings.FIXTURES) / "brent-lewisham-southwark")
    clerk = User.objects.get(username="clerk")
    correct(Return.objects.get(council__slug="brent", period=date(2018, 9, 1)), clerk, "open-calls", "76413")
    withhold(seed)
    return seed


def withhold(seed: Partnership) -> None:
    Indicator.objects.filter(partnership=seed, code__in=["open-calls", "p1-incidents"]).update(
        is_split_withheld=True, split_withheld_reason="Asked for by the committee on 4 July 2018."
    )


def patterns(found: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every named address with the names of what stands in it."""
    for pattern in found:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", set(pattern.pattern.converters)


def addresses(seed: Partnership) -> list[str]:
    """Every address of performance and returns that there is something at, and those of the meetings' papers."""
    values = {
        "council": ["brent"],
        "period": [date(2018, 8, 1), date(2018, 9, 1)],
        "code": ["open-calls", "open-calls-per-employee", "p1-incidents", "p1-sla", "overall-sla", "total-calls"],
        "number": [1, 2],
        "pk": [1, *FigureFinding.objects.filter(stated="83.88").values_list("pk", flat=True)],
        "on": [date(2018, 10, 16)],
        "slug": ["none"],
    }
    found = []
    for name, needed in patterns(get_resolver().url_patterns):
        if not name.startswith("kpis:"):
            continue
        names = sorted(needed - {"partnership"})
        for chosen in product(*(values.get(one, ["1"]) for one in names)):
            kwargs = {"partnership": seed.slug, **dict(zip(names, chosen, strict=True))}
            try:
                found.append(reverse(name, kwargs=kwargs))
            except NoReverseMatch:  # a value of another kind than this address takes
                continue
    run = "?from=2018-06&to=2018-09"
    home = f"/{seed.slug}/performance"
    found += [f"{home}/{run}", f"{home}/{run}&per=100", f"{home}/{run}&council=brent", f"{home}.csv{run}&per=100"]
    found += [f"{home}/{run}&council=nobody", f"{home}/p1-sla/?council=brent", f"/{seed.slug}/"]
    found += [f"/{seed.slug}/returns/brent/2018-09/compare/?from=1&to=2", f"/{seed.slug}/search/?q=76413"]
    return sorted(set(found))


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["", "stranger", *WITHOUT_RIGHT])
def test_no_address_gives_a_withheld_figure_away(withheld: Partnership, name: str) -> None:
    if name == "stranger":
        client = signed_in(factories.user(factories.partnership(factories.council("Elsewhere")), "auditor"))
    else:
        client = signed_in(User.objects.get(username=name)) if name else Client()
    leaks = [
        (address, number)
        for address in addresses(withheld)
        for text in [text_of(client, address)]
        for number in PLANTED
        if number in text
    ]
    assert leaks == []


def test_the_figure_of_all_councils_stays(withheld: Partnership) -> None:
    client = signed_in(User.objects.get(username="member-lewisham"))
    for address in ("performance/", "performance/open-calls/"):
        text = text_of(client, f"/{withheld.slug}/{address}")
        assert TOTAL in text
        assert "Withheld" in text
    assert "78343" in text_of(client, f"/{withheld.slug}/performance.csv")


@pytest.mark.parametrize("name", WITH_RIGHT)
def test_whoever_has_the_right_sees_it_everywhere(withheld: Partnership, name: str) -> None:
    client = signed_in(User.objects.get(username=name))
    for address in ("performance/", "performance/open-calls/", "returns/brent/2018-09/"):
        assert "76,413" in text_of(client, f"/{withheld.slug}/{address}")
    assert "76413" in text_of(client, f"/{withheld.slug}/performance.csv")
    assert "83.88% is not possible" in text_of(client, f"/{withheld.slug}/performance/")


@pytest.mark.parametrize("name", ["officer-brent", "approver-brent"])
def test_a_councils_own_people_see_it_in_its_returns_and_nowhere_else(withheld: Partnership, name: str) -> None:
    client = signed_in(User.objects.get(username=name))
    assert "76,413" in text_of(client, f"/{withheld.slug}/returns/brent/2018-09/")
    for address in ("performance/", "performance/open-calls/", "performance.csv"):
        text = text_of(client, f"/{withheld.slug}/{address}")
        assert not [number for number in PLANTED if number in text]


def test_a_record_for_everyone_lacks_the_cells(withheld: Partnership) -> None:
    run = (date(2018, 6, 1), date(2018, 9, 1))
    public = record.load(withheld, *run, reader=record.EVERYONE)
    # By hand: with open calls those per employee; with priority 1 its total, what divides it, and the rates on it.
    assert public.hidden == {
        "open-calls", "open-calls-per-employee", "p1-incidents", "total-calls", "calls-per-employee",
        "p1-sla", "overall-sla",
    }  # fmt: skip
    assert {code for code, council, _ in public.cells if council != record.ALL.pk}.isdisjoint(public.hidden)
    whole = record.load(withheld, *run, reader=record.UNRESTRICTED)
    assert whole.hidden == frozenset()
    assert len([key for key in whole.cells if key[0] == "open-calls" and key[1] != record.ALL.pk]) == 12


def test_one_council_alone_has_no_split(db: None) -> None:
    alone = factories.partnership(factories.council("Brent"))
    factories.indicator(alone, "calls", is_split_withheld=True, split_withheld_reason="Asked for.")
    loaded = record.load(alone, date(2018, 6, 1), date(2018, 6, 1), reader=record.EVERYONE)
    assert loaded.hidden == frozenset()


def paper_with_figures(seed: Partnership) -> Paper:
    paper = Paper.objects.filter(sections__kind=PaperSection.Kind.BLOCK, item__meeting__on=date(2018, 10, 16)).first()
    assert paper is not None
    return paper


def paper_texts(seed: Partnership, paper: Paper) -> list[str]:
    meeting = paper.item.meeting
    address = reverse(
        "committees:paper",
        kwargs={
            "partnership": seed.slug,
            "committee": meeting.committee.slug,
            "on": meeting.on,
            "number": paper.item.number,
            "paper": paper.slug,
        },
    )
    names = ["", *WITHOUT_RIGHT, *WITH_RIGHT]
    return [text_of(signed_in(User.objects.get(username=name)) if name else Client(), address) for name in names]


def uncleared(seed: Partnership) -> Paper:
    """The meeting's paper with figures, before anybody cleared it."""
    paper = paper_with_figures(seed)
    paper.sections.update(frozen=None)
    Paper.objects.filter(pk=paper.pk).update(cleared_at=None, cleared_by=None)
    Meeting.objects.filter(pk=paper.item.meeting_id).update(published_at=None, published_by=None)
    return Paper.objects.select_related("item__meeting__committee").get(pk=paper.pk)


def test_no_paper_shows_it_not_even_to_those_with_the_right(withheld: Partnership) -> None:
    paper = uncleared(withheld)
    for text in paper_texts(withheld, paper):
        assert not [number for number in PLANTED if number in text]
    clerk = User.objects.get(username="clerk")
    committee_actions.clear_paper(by=clerk, paper=paper)
    for text in paper_texts(withheld, paper):
        assert not [number for number in PLANTED if number in text]
    data = [str(block.data) for block in FrozenBlock.objects.filter(partnership=withheld)]
    assert data
    assert not [number for number in PLANTED for text in data if number in text]


def test_a_copy_frozen_before_is_neither_shown_nor_published_and_the_paper_is_cleared_again(
    withheld: Partnership,
) -> None:
    Indicator.objects.filter(partnership=withheld).update(is_split_withheld=False)
    clerk = User.objects.get(username="clerk")
    paper = committee_actions.clear_paper(by=clerk, paper=uncleared(withheld))
    assert any("76,413" in text for text in paper_texts(withheld, paper))
    with pytest.raises(Refused, match="cleared already"):
        committee_actions.clear_paper(by=clerk, paper=paper)

    withhold(withheld)
    for text in paper_texts(withheld, paper):
        assert not [number for number in PLANTED if number in text]
    from committees import readiness

    (blocker,) = readiness.refused_figures([paper], withheld)
    assert "Councils are not set side by side any more in" in blocker.text
    assert "Open calls at month end" in blocker.text
    paper = committee_actions.clear_paper(by=clerk, paper=paper)
    assert readiness.refused_figures([paper], withheld) == []


def test_what_was_published_before_stays(withheld: Partnership) -> None:
    Indicator.objects.filter(partnership=withheld).update(is_split_withheld=False)
    clerk = User.objects.get(username="clerk")
    paper = committee_actions.clear_paper(by=clerk, paper=uncleared(withheld))
    Meeting.objects.filter(pk=paper.item.meeting_id).update(published_at="2018-10-05T09:00Z", published_by=clerk)
    withhold(withheld)
    assert "76,413" in paper_texts(withheld, paper)[0]


def test_the_text_of_a_built_pack_does_not_have_it(withheld: Partnership, tmp_path: Path) -> None:
    paper = uncleared(withheld)
    # The one paper is enough: the others carry no figures.
    Paper.objects.filter(item__meeting=paper.item.meeting).exclude(pk=paper.pk).delete()
    committee_actions.clear_paper(by=User.objects.get(username="clerk"), paper=paper)
    built = packs.build(Meeting.objects.get(pk=paper.item.meeting_id), Pack.Edition.MEMBERS)
    file = tmp_path / "pack.pdf"
    file.write_bytes(built.pdf)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True).stdout.decode()
    assert TOTAL in text
    assert not [number for number in PLANTED if number in text]
