"""Long work: asked for once, done once, safe to kill at any moment; and the page that says how far it is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import jobs
from portal.models import Job, Role
from tests import factories

pytestmark = pytest.mark.django_db

DONE: list[str] = []


class Killed(BaseException):
    """As if the machine went away: nothing catches it."""


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_labels", {})
    DONE.clear()


def handle(function):
    jobs.handler("test.work")(function)


def count(run):
    DONE.append(run.worker)
    return {"done": len(DONE)}


def ask(key="pack-1", by=None, partnership=None, **payload):
    return jobs.request(kind="test.work", key=key, by=by, partnership=partnership, payload=payload)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


# Asking


def test_two_requests_are_one_job_and_one_task(django_capture_on_commit_callbacks):
    handle(count)
    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(), ask()
    assert first.pk == second.pk
    assert Job.objects.count() == 1
    assert DBTaskResult.objects.count() == 1


def test_other_work_is_another_job():
    handle(count)
    assert ask("pack-1").pk != ask("pack-2").pk


def test_work_that_is_done_can_be_asked_for_again():
    handle(count)
    first = jobs.run(str(ask().pk))
    assert first.state == Job.State.DONE
    assert ask().pk != first.pk


def test_the_database_itself_holds_one_open_job_per_work():
    handle(count)
    job = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind=job.kind, key=job.key, requested_at=timezone.now())


def test_work_without_a_handler_is_refused():
    with pytest.raises(LookupError, match=r"^No handler is registered for test\.work\."):
        ask()


def test_a_request_that_is_rolled_back_starts_nothing(django_capture_on_commit_callbacks):
    handle(count)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert Job.objects.count() == DBTaskResult.objects.count() == 0


# Doing


def test_a_run_records_its_result():
    handle(count)
    job = jobs.run(str(ask().pk))
    assert (job.state, job.result, job.attempts, job.error) == (Job.State.DONE, {"done": 1}, 1, "")
    assert job.lease_until is None
    assert job.finished_at is not None


def test_progress_is_kept_and_renews_the_lease():
    seen = []

    def work(run):
        expire(run.job)
        run.step("Paper 2", 2, 8)
        job = Job.objects.get(pk=run.job.pk)
        seen.append((job.step, job.progress, job.total, job.lease_until > timezone.now() + timedelta(seconds=80)))
        return {}

    handle(work)
    jobs.run(str(ask().pk))
    assert seen == [("Paper 2", 2, 8, True)]


def test_of_two_runs_at_once_only_one_works():
    def work(run):
        DONE.append("first")
        second = jobs.run(str(run.job.pk))  # another worker takes the same task meanwhile
        assert second.state == Job.State.RUNNING
        assert second.worker == run.worker
        return {}

    handle(work)
    job = jobs.run(str(ask().pk))
    assert DONE == ["first"]
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


def test_a_run_of_finished_work_does_nothing():
    handle(count)
    job = ask()
    jobs.run(str(job.pk))
    assert jobs.run(str(job.pk)).attempts == 1
    assert len(DONE) == 1


def test_a_refusal_is_told_in_its_own_words():
    def work(run):
        raise jobs.JobRefused("Paper 6 is not cleared. Clear it, then build the pack again.")

    handle(work)
    job = jobs.run(str(ask().pk))
    assert job.state == Job.State.FAILED
    assert job.error == "Paper 6 is not cleared. Clear it, then build the pack again."


def test_a_failure_tells_nothing_of_what_it_worked_on():
    def work(run):
        raise ValueError("Supplier X is to be paid £90,000")

    handle(work)
    job = jobs.run(str(ask().pk))
    assert job.state == Job.State.FAILED
    assert job.error == "It failed. The administrator's log says why. Try again."


# Dying


def test_the_work_of_a_killed_worker_is_handed_on_and_finished(django_capture_on_commit_callbacks):
    def work(run):
        DONE.append(run.worker)
        run.step("Half way", 1, 2)
        if len(DONE) == 1:
            raise Killed
        return {"pages": 30}

    handle(work)
    job = ask()
    with pytest.raises(Killed):
        jobs.run(str(job.pk))
    assert jobs.sweep() == 0  # its lease still runs
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    expire(job)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.sweep() == 1
    assert DBTaskResult.objects.count() == 1
    job.refresh_from_db()
    assert (job.state, job.worker, job.lease_until) == (Job.State.WAITING, "", None)
    finished = jobs.run(str(job.pk))
    assert (finished.state, finished.result, finished.attempts) == (Job.State.DONE, {"pages": 30}, 2)
    assert DONE[0] != DONE[1]


def test_a_job_whose_task_was_lost_is_handed_on_once(django_capture_on_commit_callbacks):
    handle(count)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
    # A worker takes the task from the queue and is killed before it takes the job: the task never comes back.
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert jobs.sweep() == 0  # it may be just about to begin
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(seconds=91))
    assert jobs.sweep() == 1
    (ready,) = DBTaskResult.objects.ready()
    assert ready.args_kwargs == {"args": [str(job.pk)], "kwargs": {}}
    assert jobs.sweep() == 0  # its new task stands in the queue
    assert jobs.run(str(job.pk)).state == Job.State.DONE
    assert jobs.sweep() == 0


def test_a_task_that_comes_back_takes_work_whose_lease_ran_out():
    handle(count)
    job = ask()
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, worker="gone", attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert jobs.run(str(job.pk)).state == Job.State.DONE


@pytest.mark.parametrize("check", ["step", "still_mine"])
def test_a_worker_that_lost_its_lease_writes_nothing(check):
    partnership = factories.partnership(name="Before")

    def work(run):
        # It slept too long: a sweep handed the work to another one, which holds it now.
        Job.objects.filter(pk=run.job.pk).update(worker="another", lease_until=timezone.now() + timedelta(minutes=1))
        with transaction.atomic():
            run.step("Writing", 1, 1) if check == "step" else run.still_mine()
            type(partnership).objects.filter(pk=partnership.pk).update(name="Written twice")
        return {"mine": True}

    handle(work)
    job = jobs.run(str(ask().pk))
    partnership.refresh_from_db()
    assert partnership.name == "Before"
    assert (job.state, job.worker, job.result) == (Job.State.RUNNING, "another", None)


def test_a_worker_that_lost_its_lease_does_not_end_the_job_either():
    def work(run):
        Job.objects.filter(pk=run.job.pk).update(worker="another")
        raise ValueError("late")

    handle(work)
    job = jobs.run(str(ask().pk))
    assert (job.state, job.error) == (Job.State.RUNNING, "")


def test_the_sweep_gives_up_in_the_end():
    handle(count)
    job = ask()
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, worker="gone", attempts=4, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert jobs.MAX_ATTEMPTS == 4
    assert jobs.sweep() == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error == "It was begun 4 times and never finished. Ask the administrator, then try again."
    assert jobs.sweep() == 0


@pytest.mark.parametrize("every", ["0", "-5"])
def test_a_sweep_without_a_pause_is_refused(every):
    with pytest.raises(CommandError, match=rf"^--every is {every}\. Give a number of seconds from 1\.$"):
        call_command("sweep_jobs", f"--every={every}")


@pytest.mark.parametrize(
    "broken",
    [
        {"state": Job.State.RUNNING, "lease_until": None},
        {"state": Job.State.DONE, "lease_until": timezone.now()},
        {"progress": 3, "total": 2},
    ],
)
def test_the_database_refuses_a_job_that_contradicts_itself(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test.work", key="x", requested_at=timezone.now(), **broken)


# Its page


@pytest.fixture
def brent():
    return factories.council("Brent")


@pytest.fixture
def partnership(brent):
    return factories.partnership(brent)


def page_of(job, partnership):
    return reverse("portal:job", kwargs={"partnership": partnership.slug, "pk": job.pk})


def running(partnership, by):
    handle(count)
    job = ask(by=by, partnership=partnership, origin={"url": "/somewhere/", "label": "Back to the meeting"})
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING,
        worker="w",
        lease_until=timezone.now() + timedelta(minutes=1),
        step="Paper 2",
        progress=2,
        total=8,
    )
    return job


def test_who_asked_sees_how_far_it_is(client, partnership, brent):
    officer = factories.user(partnership, Role.OFFICER, brent)
    client.force_login(officer)
    response = client.get(page_of(running(partnership, officer), partnership))
    html = response.content.decode()
    assert response.status_code == 200
    assert '<progress id="progress" value="2" max="8"></progress>' in html
    assert "Paper 2" in html
    assert '<a class="more" href="/somewhere/">Back to the meeting</a>' in html
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize(
    ("payload", "heading"),
    [
        ({"what": "Public edition, 16 October <2018>"}, "Public edition, 16 October &lt;2018&gt;"),
        ({}, "A test of work"),
    ],
)
def test_its_page_names_what_is_made_and_counts_nothing_yet(client, partnership, payload, heading):
    clerk = factories.user(partnership, Role.CLERK)
    jobs.handler("test.work", "A test of work")(count)
    job = ask(by=clerk, partnership=partnership, **payload)
    client.force_login(clerk)
    html = client.get(page_of(job, partnership)).content.decode()
    assert f"<h1>{heading}</h1>" in html
    assert f"<title>{heading} – " in html  # without the state, which changes while the page stands open
    assert '<span class="hint num" data-poll-count hidden>' in html
    Job.objects.filter(pk=job.pk).update(total=8)
    assert '<span class="hint num" data-poll-count>' in client.get(page_of(job, partnership)).content.decode()


def test_scripts_get_it_as_json(client, partnership, brent):
    officer = factories.user(partnership, Role.OFFICER, brent)
    client.force_login(officer)
    response = client.get(page_of(running(partnership, officer), partnership), headers={"accept": "application/json"})
    assert response.json() == {
        "state": "running",
        "label": "Running",
        "step": "Paper 2",
        "progress": 2,
        "total": 8,
        "open": True,
    }
    assert "Accept" in response["Vary"]


def test_who_builds_packs_sees_the_work_of_others(client, partnership, brent):
    job = running(partnership, factories.user(partnership, Role.OFFICER, brent))
    client.force_login(factories.user(partnership, Role.CLERK))
    assert client.get(page_of(job, partnership)).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_others_do_not_learn_that_there_is_any(client, partnership, brent, accept):
    job = running(partnership, factories.user(partnership, Role.CLERK))
    client.force_login(factories.user(partnership, Role.OFFICER, brent))
    response = client.get(page_of(job, partnership), headers={"accept": accept})
    assert response.status_code == 404
    assert b"Paper 2" not in response.content


def test_a_clerk_of_another_partnership_does_not_either(client, partnership, brent):
    other = factories.partnership(brent)
    job = running(partnership, factories.user(partnership, Role.CLERK))
    client.force_login(factories.user(other, Role.CLERK))
    assert client.get(page_of(job, partnership)).status_code == 404
    assert client.get(page_of(job, other)).status_code == 404


def test_the_public_is_asked_to_sign_in(client, partnership):
    path = page_of(running(partnership, factories.user(partnership, Role.CLERK)), partnership)
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={path}")


def test_nothing_is_changed_by_sending(client, partnership):
    clerk = factories.user(partnership, Role.CLERK)
    client.force_login(clerk)
    assert client.post(page_of(running(partnership, clerk), partnership)).status_code == 405


def test_a_refusal_is_shown(client, partnership):
    def work(run):
        raise jobs.JobRefused("Paper 6 is not cleared. <b>Clear it.</b>")

    clerk = factories.user(partnership, Role.CLERK)
    handle(work)
    job = jobs.run(str(ask(by=clerk, partnership=partnership).pk))
    client.force_login(clerk)
    html = client.get(page_of(job, partnership)).content.decode()
    assert '<span class="mk missed">Failed</span>' in html
    assert "Paper 6 is not cleared. &lt;b&gt;Clear it.&lt;/b&gt;" in html
    assert "<progress" not in html


@pytest.mark.parametrize(
    ("result", "link"),
    [
        ({"url": "/a/pack.pdf", "label": "Public, 30 pages"}, '<a class="btn" href="/a/pack.pdf">Public, 30 pages</a>'),
        ({"url": "https://evil.example/", "label": "Public"}, ""),
        ({"url": "//evil.example/", "label": "Public"}, ""),
        ({"url": "javascript:alert(1)", "label": "Public"}, ""),
        ({"pages": 30}, ""),
        ({}, ""),
    ],
)
def test_the_result_is_a_link_within_the_portal(client, partnership, result, link):
    clerk = factories.user(partnership, Role.CLERK)
    handle(lambda run: result)
    job = jobs.run(str(ask(by=clerk, partnership=partnership).pk))
    client.force_login(clerk)
    html = client.get(page_of(job, partnership)).content.decode()
    assert '<span class="mk full">Done</span>' in html
    assert (link in html) if link else ('class="btn"' not in html)
