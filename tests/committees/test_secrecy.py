"""A marker word is planted in everything that is restricted. It reaches nobody without the right, in no form.

"With the right" is proved as well: a test that looks for a word which nobody is ever sent proves nothing.
"""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from committees import actions
from committees.models import Meeting, MinuteItem, Minutes, Pack, Paper
from portal import jobs
from portal.models import Job, User
from tests import factories, pdf_checks
from tests.committees import makers

pytestmark = pytest.mark.django_db

MARKER = "Zanzibar"


@pytest.fixture
def world() -> makers.World:
    """A meeting with an open paper, a restricted appendix between open ones, and a wholly restricted item."""
    world = makers.world()
    secret = makers.restricted_paper(
        world.item, 2, private_title=f"{MARKER} contract", public_interest=f"{MARKER} would know", author=MARKER
    )
    makers.section(secret, 1, heading=f"{MARKER} terms", body=f"{MARKER} pays.\n\n" * 60)
    makers.section(factories.paper(world.item, 3, title="Open appendix", slug="open", kind=Paper.Kind.APPENDIX))
    closed = factories.item(
        world.meeting, 2, title="Staffing", part="II", exempt_paragraphs=[1, 4],
        private_title=f"{MARKER} redundancies", public_interest=f"{MARKER} is a person",
    )  # fmt: skip
    makers.section(factories.paper(closed, 1, title="Staffing report", slug="staffing"), 1, body=f"{MARKER} leaves.")
    before = factories.meeting(world.meeting.committee, on=date(2018, 7, 4), state="held", published_before_portal=True)
    minutes = Minutes.objects.create(meeting=before, state=Minutes.State.CHECKED)
    MinuteItem.objects.create(minutes=minutes, number=1, title="Chair", text="Somebody chaired.")
    MinuteItem.objects.create(
        minutes=minutes, number=2, title="Contract", part="II", exempt_paragraphs=[3],
        private_title=f"{MARKER} award", text=f"{MARKER} won.",
    )  # fmt: skip
    open_item = factories.item(world.meeting, 3, title="Minutes", kind="minutes")
    factories.paper(open_item, 1, kind=Paper.Kind.MINUTES, minutes_of=before, slug="minutes", title="Minutes")
    return world


def publish(world: makers.World) -> None:
    for paper in Paper.objects.filter(item__meeting=world.meeting):
        actions.clear_paper(by=world.clerk, paper=paper)
    world.meeting = actions.publish(by=world.clerk, meeting=world.meeting)
    run_jobs()


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("requested_at", "pk"):
        assert jobs.run(str(job.pk)).error == ""


def without_the_right(world: makers.World) -> dict[str, User | None]:
    council = world.partnership.places.first().council
    elsewhere = factories.partnership(factories.council())
    return {
        "anonymous": None,
        "officer": factories.user(world.partnership, "officer", council),
        "administrator": factories.user(world.partnership, "administrator"),
        "member elsewhere": factories.user(elsewhere, "member", elsewhere.places.first().council),
        "clerk elsewhere": factories.user(elsewhere, "clerk"),
    }


def addresses(world: makers.World) -> list[str]:
    start = f"/{world.partnership.slug}/"
    july = world.url.replace("2018-10-16", "2018-07-04")
    papers = [
        f"{world.url}papers/{paper.item.number}/{paper.slug}/"
        for paper in Paper.objects.filter(item__meeting=world.meeting).select_related("item")
    ]
    committee = world.meeting.committee.slug
    return [
        start,
        f"{start}meetings/",
        f"{start}committees/{committee}/",
        f"{start}actions/",
        f"{start}audit/",
        world.url,
        *(f"{world.url}{name}" for name in ("notices/", "compliance/", "compliance.pdf")),
        *(f"{start}{name}" for name in ("feeds/", "calendar.ics?dates=1", "publications.atom", "oparl/")),
        *(f"{start}oparl/{name}/" for name in ("meeting", "agenda-item", "paper", "file", "person")),
        july,
        f"{july}minutes/",
        *papers,
        *(f"{paper}sections/1/" for paper in papers),
        *(f"{paper}restriction/" for paper in papers),
        f"{world.url}items/2/restriction/",
        f"{world.url}papers/1/no-such-paper/",
        *(f"{world.url}packs/{pack.pk}.pdf" for pack in Pack.objects.all()),
        *(f"{start}jobs/{job.pk}/" for job in Job.objects.all()),
    ]


def sent(user: User | None, url: str) -> tuple[int, bytes]:
    """All that one request sends, headers and pages it leads to included."""
    response = makers.signed_in(user).get(url, follow=True)
    heads = repr(response.headers.items()).encode()
    chain = repr(response.redirect_chain).encode()
    return response.status_code, heads + chain + everything_in(makers.body(response))


def everything_in(body: bytes) -> bytes:
    """Bytes as sent; of a PDF also each stream unpacked, its text, its bookmarks and its metadata."""
    if not body.startswith(b"%PDF"):
        return body
    parts = [body, b"\n".join(page.encode() for page in pdf_checks.page_texts(body))]
    parts += [mark.title.encode() for mark in pdf_checks.outline(body)]
    parts.append(pdf_checks.struct_text(body).encode())
    with pikepdf.open(BytesIO(body)) as pdf:
        parts.append(repr(dict(pdf.docinfo)).encode())
        for obj in pdf.objects:
            parts.append(bytes(str(obj), "utf-8", "replace"))
            if isinstance(obj, pikepdf.Stream):
                parts.append(obj.read_raw_bytes())
                parts.append(obj.read_bytes() if obj.get("/Subtype") != "/Image" else b"")
    return b"\n".join(parts)


@pytest.mark.parametrize("is_published", [False, True])
def test_the_marker_reaches_nobody_without_the_right(world: makers.World, is_published: bool) -> None:
    for edition in ("public", "members"):
        actions.request_pack(by=world.clerk, meeting=world.meeting, edition=edition)
    run_jobs()
    if is_published:
        publish(world)
    leaks, answers = [], set()
    for name, user in without_the_right(world).items():
        for url in addresses(world):
            status, content = sent(user, url)
            answers.add(status)
            if MARKER.lower().encode() in content.lower():
                leaks.append(f"{name}: {url}")
    assert leaks == []
    assert answers == {200, 403, 404}


def test_the_marker_reaches_those_with_the_right(world: makers.World) -> None:
    publish(world)
    member = factories.user(world.partnership, "member", world.partnership.places.first().council)
    found = {url for url in addresses(world) if MARKER.encode() in sent(member, url)[1]}
    july = world.url.replace("2018-10-16", "2018-07-04")
    members_pack = Pack.objects.get(edition="members")
    assert found == {
        f"/{world.partnership.slug}/",
        world.url,
        f"{world.url}papers/1/commercial/",
        f"{world.url}papers/2/staffing/",
        f"{world.url}papers/1/report/",  # lists the papers of the meeting
        f"{world.url}papers/1/open/",
        f"{world.url}papers/3/minutes/",
        f"{july}minutes/",
        f"{world.url}packs/{members_pack.pk}.pdf",
    }


def test_the_public_edition_holds_no_byte_of_it(world: makers.World) -> None:
    publish(world)
    public, members = (Path(Pack.objects.get(edition=edition).file.path) for edition in ("public", "members"))
    for path, expected in ((public, False), (members, True)):
        content = everything_in(path.read_bytes())
        assert (MARKER.encode() in content) is expected
    text = " ".join(" ".join(pdf_checks.page_texts(public.read_bytes())).split())
    assert "Commercial appendix" in text
    assert "paragraphs 1 and 4 of Part 1 of Schedule 12A" in text
    pdf_checks.assert_ua1(public.read_bytes())
    pdf_checks.assert_parent_tree(public.read_bytes())


def test_rows_and_file_names_hold_nothing(world: makers.World) -> None:
    publish(world)
    for job in Job.objects.all():
        row = repr([job.kind, job.key, job.payload, job.step, job.result, job.error])
        assert MARKER.lower() not in row.lower()
    names = [str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(names) >= 7
    assert not [name for name in names if MARKER.lower() in name.lower()]


def test_a_failing_restricted_paper_says_nothing_of_itself(world: makers.World) -> None:
    secret = Paper.objects.get(slug="commercial")
    makers.section(secret, 2, body=f"[{MARKER}]({MARKER}/price.html)")
    job = actions.request_pack(by=world.clerk, meeting=world.meeting, edition="public")
    failed = jobs.run(str(job.pk))
    assert failed.state == Job.State.FAILED
    assert MARKER.lower() not in failed.error.lower()


def test_what_the_public_is_told_of_a_restricted_paper(world: makers.World) -> None:
    publish(world)
    page = re.sub(r"\s+", " ", makers.signed_in(None).get(world.url).content.decode())
    assert "Appendix A: Commercial appendix" in page
    assert '<span class="tag p2">Part II, paragraph 3</span>' in page
    assert "information relating to the financial or business affairs of any particular person" in page
    assert f'href="{world.url}papers/1/commercial/"' not in page
    response = makers.signed_in(None).get(f"{world.url}papers/1/commercial/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/sign-in/?next=")


def test_a_member_of_one_committee_reads_its_restricted_papers_alone(world: makers.World) -> None:
    """A seat gives rights in that committee, not in its neighbour."""
    publish(world)
    council = world.partnership.places.first().council
    person = factories.person("A Councillor")
    neighbour = factories.committee(world.partnership)
    neighbour.memberships.create(person=person, council=council, role="member")
    user = factories.user()
    User.objects.filter(pk=user.pk).update(is_demonstration=False)
    user = User.objects.get(pk=user.pk)
    user.person = person
    user.save()
    url = f"{world.url}papers/1/commercial/"
    assert makers.signed_in(user).get(url).status_code == 403
    assert MARKER.encode() not in sent(user, world.url)[1]
    world.meeting.committee.memberships.create(person=person, council=council, role="substitute")
    assert MARKER.encode() in sent(User.objects.get(pk=user.pk), url)[1]


def test_the_marker_would_be_found_in_a_packed_stream() -> None:
    """The search itself works: a word that only shows once a stream is unpacked."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Hidden = pdf.make_stream(MARKER.encode() * 100)
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
    written = BytesIO()
    pdf.save(written, compress_streams=True)
    raw = written.getvalue()
    assert MARKER.encode() not in raw
    assert MARKER.encode() in everything_in(raw)


def test_unpublished_papers_are_not_known(world: makers.World) -> None:
    member = factories.user(world.partnership, "member", world.partnership.places.first().council)
    for user in (None, member):
        client = makers.signed_in(user)
        assert client.get(world.paper_url).status_code == 404
        assert client.get(f"{world.url}papers/1/commercial/").status_code == 404
        page = client.get(world.url).content.decode()
        assert "Update report" not in page
        assert "Staffing" not in page


def test_a_cancelled_meeting_keeps_its_papers(world: makers.World) -> None:
    Meeting.objects.filter(pk=world.meeting.pk).update(state="cancelled")
    page = makers.signed_in(None).get(world.url).content.decode()
    assert "the meeting is cancelled" in page
    assert "Staffing" not in page
