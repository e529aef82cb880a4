"""Packs in the background: asked for twice, killed halfway, published, and then unchangeable."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from committees import actions, pack_jobs, packs
from committees.models import Meeting, Pack, Paper, PaperRendering
from portal import jobs, triggers
from portal.models import AuditEvent, Job, User
from tests import factories, pdf_checks
from tests.committees import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> makers.World:
    return makers.world()


def request(world: makers.World, edition: str = "public") -> Job:
    return actions.request_pack(by=world.clerk, meeting=world.meeting, edition=edition)


def files() -> list[str]:
    return sorted(path.name for path in Path(settings.MEDIA_ROOT, "packs").glob("*"))


def stored(pack: Pack) -> bytes:
    return Path(pack.file.path).read_bytes()


def answer(user: User | None, url: str) -> int:
    response = makers.signed_in(user).get(url)
    makers.body(response)
    return response.status_code


def published(world: makers.World) -> makers.World:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    world.meeting = actions.publish(by=world.clerk, meeting=world.meeting)
    return world


def run_all() -> None:
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("requested_at", "pk"):
        jobs.run(str(job.pk))


def test_a_draft_is_built_and_stored(world: makers.World) -> None:
    job = jobs.run(str(request(world).pk))
    pack = Pack.objects.get()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert job.result == {"url": f"{world.url}packs/{pack.pk}.pdf", "label": f"Public edition, {pack.pages} pages"}
    assert (pack.edition, pack.number, pack.published_at, pack.built_by) == ("public", 1, None, world.clerk)
    content = stored(pack)
    assert pack.bytes == len(content)
    assert pack.sha256 == hashlib.sha256(content).hexdigest()
    assert len(pdf_checks.page_labels(content)) == pack.pages
    assert AuditEvent.objects.get(verb="pack.build").after == {"sha256": pack.sha256, "pages": pack.pages}


def test_drafts_are_numbered_by_edition(world: makers.World) -> None:
    for edition in ("public", "public", "members"):
        jobs.run(str(request(world, edition).pk))
    assert [(pack.edition, pack.number) for pack in Pack.objects.order_by("pk")] == [
        ("public", 1),
        ("public", 2),
        ("members", 1),
    ]


def test_progress_says_nothing_of_papers(world: makers.World, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[str, int, int]] = []
    original = jobs.Run.step

    def noting(run: jobs.Run, text: str, progress: int, total: int) -> None:
        steps.append((text, progress, total))
        original(run, text, progress, total)

    monkeypatch.setattr(jobs.Run, "step", noting)
    jobs.run(str(request(world).pk))
    assert steps == [("Paper 1 of 1", 0, 3), ("Front sheet and agenda", 1, 3), ("Joining the papers", 2, 3)]


class Killed(BaseException):
    """Ends a worker as a signal does: nothing of the job's own code can catch it."""


@pytest.mark.parametrize("at", ["Front sheet and agenda", "Joining the papers"])
def test_a_killed_worker_leaves_no_half_pack(world: makers.World, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    job = request(world)
    original = jobs.Run.step

    def dying(run: jobs.Run, text: str, progress: int, total: int) -> None:
        original(run, text, progress, total)
        if text == at:
            raise Killed

    monkeypatch.setattr(jobs.Run, "step", dying)
    with pytest.raises(Killed):
        jobs.run(str(job.pk))
    monkeypatch.setattr(jobs.Run, "step", original)
    assert (Pack.objects.count(), files()) == (0, [])
    assert PaperRendering.objects.count() >= 1  # the work so far is not lost

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert jobs.run(str(job.pk)).state == Job.State.DONE
    assert Pack.objects.count() == 1


def test_a_file_left_by_a_killed_worker_is_cleared_away(world: makers.World) -> None:
    """Killed between the file and its row: the next attempt takes the file away and adds its own."""
    job = request(world)
    Job.objects.filter(pk=job.pk).update(attempts=1)
    left = Path(settings.MEDIA_ROOT, "packs", f"{job.pk.hex}-1.pdf")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a pack")
    jobs.run(str(job.pk))
    assert files() == [f"{job.pk.hex}-2.pdf"]
    assert Pack.objects.get().file.name == f"packs/{job.pk.hex}-2.pdf"


def test_a_worker_that_lost_its_lease_adds_nothing(world: makers.World) -> None:
    job = request(world)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, worker="another", lease_until=timezone.now() + timedelta(seconds=60), attempts=2
    )
    job.refresh_from_db()
    built = packs.build(world.meeting, "public")
    with pytest.raises(jobs.LeaseLost):
        pack_jobs._store(jobs.Run(job, "the first"), world.meeting, "public", built, publish=False)
    assert (Pack.objects.count(), files()) == (0, [])


def test_what_cannot_be_built_is_said_to_who_asked(world: makers.World) -> None:
    world.section.body = "[Prices](prices.html)"
    world.section.save()
    job = jobs.run(str(request(world).pk))
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Item 1, paper 1 cannot become a PDF: ")
    assert "prices.html" in job.error
    page = makers.signed_in(world.clerk).get(world.url).content.decode()
    assert "Not built" in page
    assert "prices.html" in page


def test_a_cleared_paper_is_rendered_before_anybody_waits(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    run_all()
    assert PaperRendering.objects.count() == 1
    assert packs.build(world.meeting, "public").papers_reused == 1


def test_a_paper_that_lost_its_clearance_is_not_rendered(world: makers.World) -> None:
    actions.clear_paper(by=world.clerk, paper=world.paper)
    Paper.objects.filter(pk=world.paper.pk).update(cleared_at=None)
    run_all()
    assert PaperRendering.objects.count() == 0


# Publication


def test_publication_gives_both_editions(world: makers.World) -> None:
    published(world)
    run_all()
    made = list(Pack.objects.order_by("edition", "pk"))
    assert [(pack.edition, pack.published_at) for pack in made] == [
        ("members", world.meeting.published_at),
        ("public", world.meeting.published_at),
    ]
    assert AuditEvent.objects.filter(verb="pack.publish").count() == 2


def test_a_draft_under_way_does_not_stand_in_for_the_published_edition(world: makers.World) -> None:
    draft = request(world)
    published(world)
    assert set(Job.objects.filter(kind="committees.pack").values_list("payload__publish", flat=True)) == {True, False}
    done = jobs.run(str(draft.pk))
    assert (done.state, done.error) == (Job.State.FAILED, "The agenda was published while this draft was being built.")
    assert (Pack.objects.count(), files()) == (0, [])


def test_the_published_edition_is_built_once(world: makers.World) -> None:
    published(world)
    job = Job.objects.get(kind="committees.pack", payload__edition="public")
    first = jobs.run(str(job.pk))
    # The same work again, as after a worker that died before it could say that it was done.
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
    assert jobs.run(str(job.pk)).result == first.result
    assert Pack.objects.filter(edition="public").count() == 1
    with pytest.raises(actions.policies.Refused, match="never built again"):
        request(world)


def test_a_published_edition_that_failed_can_be_asked_for_again(world: makers.World) -> None:
    published(world)
    Job.objects.filter(kind="committees.pack").update(state=Job.State.FAILED, error="The disk was full.")
    job = request(world)
    assert job.payload["publish"] is True
    jobs.run(str(job.pk))
    assert Pack.objects.get().published_at == world.meeting.published_at


def test_the_command_gives_the_bytes_that_were_published(world: makers.World) -> None:
    published(world)
    run_all()
    meeting = Meeting.objects.select_related("committee__partnership").get(pk=world.meeting.pk)
    assert packs.build(meeting, "public", is_published=True).sha256 == Pack.objects.get(edition="public").sha256


# The database keeps what is published


@pytest.fixture
def kept(world: makers.World) -> Pack:
    published(world)
    run_all()
    return Pack.objects.get(edition="public")


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"published_at": None}, {"file": "packs/other.pdf"}])
def test_a_published_pack_cannot_be_changed(kept: Pack, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        Pack.objects.filter(pk=kept.pk).update(**change)
    assert Pack.objects.get(pk=kept.pk).sha256 == kept.sha256


def test_a_published_pack_cannot_be_removed(kept: Pack) -> None:
    for remove in (Pack.objects.filter(pk=kept.pk).delete, kept.meeting.delete):
        with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
            remove()
    assert Pack.objects.filter(pk=kept.pk).exists()


def test_a_draft_can_be_removed(world: makers.World) -> None:
    jobs.run(str(request(world).pk))
    Pack.objects.all().delete()
    assert Pack.objects.count() == 0


def test_the_test_runner_can_take_the_guards_off_and_put_them_on_again(kept: Pack) -> None:
    triggers.take_off(connection)
    with transaction.atomic():
        Pack.objects.filter(pk=kept.pk).update(pages=1)
    triggers.put_on(connection)
    triggers.put_on(connection)  # twice does no harm
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.filter(pk=kept.pk).update(pages=2)


# Downloads


def test_downloads(world: makers.World) -> None:
    published(world)
    run_all()
    slug = world.partnership.slug
    for edition, cache in (("public", "public, max-age=3600"), ("members", "private, no-store")):
        pack = Pack.objects.get(edition=edition)
        response = makers.signed_in(world.clerk).get(f"{world.url}packs/{pack.pk}.pdf")
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'inline; filename="{slug}-2018-10-16-{edition}.pdf"'
        assert response["Cache-Control"] == cache
        assert response["X-Content-Type-Options"] == "nosniff"
        assert makers.body(response) == stored(pack)


def test_who_may_download_what(world: makers.World) -> None:
    jobs.run(str(request(world, "members").pk))
    draft = Pack.objects.get()
    published(world)
    run_all()
    public = Pack.objects.get(edition="public", published_at__isnull=False)
    members = Pack.objects.get(edition="members", published_at__isnull=False)
    council = world.partnership.places.first().council
    people = {
        "anonymous": None,
        "officer": factories.user(world.partnership, "officer", council),
        "member": factories.user(world.partnership, "member", council),
        "clerk": world.clerk,
        "clerk elsewhere": factories.user(factories.partnership(factories.council()), "clerk"),
    }
    got = {
        name: [answer(user, f"{world.url}packs/{pack.pk}.pdf") for pack in (public, members, draft)]
        for name, user in people.items()
    }
    assert got == {
        "anonymous": [200, 302, 404],
        "officer": [200, 403, 404],
        "member": [200, 200, 404],
        "clerk": [200, 200, 200],
        "clerk elsewhere": [200, 403, 404],
    }


def test_a_pack_of_another_meeting_is_not_found_under_this_one(world: makers.World) -> None:
    jobs.run(str(request(world).pk))
    pack = Pack.objects.get()
    other = factories.meeting(world.meeting.committee, on=world.meeting.on + timedelta(days=60))
    url = f"{world.url}packs/{pack.pk}.pdf".replace(str(world.meeting.on), str(other.on))
    assert makers.signed_in(world.clerk).get(url).status_code == 404


def test_a_pack_whose_file_is_gone(world: makers.World) -> None:
    jobs.run(str(request(world).pk))
    pack = Pack.objects.get()
    pack.file.storage.delete(str(pack.file.name))
    assert makers.signed_in(world.clerk).get(f"{world.url}packs/{pack.pk}.pdf").status_code == 404
