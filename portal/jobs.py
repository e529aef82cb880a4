"""Long work: requested once, done by whichever worker takes it, safe to kill at any moment.

A kind of work registers a handler. The handler gets a `Run` with which it reports progress (which renews its lease)
and must be safe to repeat: a worker that dies leaves a job whose lease runs out, and `sweep` hands it on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from portal.models import Job

if TYPE_CHECKING:
    from portal.models import Partnership, User

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
MAX_ATTEMPTS = 4


class LeaseLost(Exception):
    """Another worker holds this job now; whoever sees this stops without writing anything."""


class JobRefused(Exception):
    """The work cannot be done; the message says why, in words for the person who asked for it."""


class Run:
    """One attempt at a job. Handlers call `step` often; it renews the lease."""

    def __init__(self, job: Job, worker: str) -> None:
        self.job = job
        self.worker = worker

    def step(self, text: str, progress: int, total: int) -> None:
        """Say what is being done and how far it is. Raises LeaseLost when another worker has taken over."""
        self._renew(step=text[:120], progress=min(progress, total), total=total)

    def still_mine(self) -> None:
        """Renew the lease before a write that must happen once; to be called inside its transaction."""
        self._renew()

    def _renew(self, **values: Any) -> None:
        held = Job.objects.filter(pk=self.job.pk, worker=self.worker, state=Job.State.RUNNING).update(
            lease_until=timezone.now() + LEASE, **values
        )
        if not held:
            raise LeaseLost(self.job.pk)


Handler = Callable[[Run], dict[str, Any]]
_handlers: dict[str, Handler] = {}
_labels: dict[str, str] = {}


def handler(kind: str, label: str = "Work in the background") -> Callable[[Handler], Handler]:
    """Register the function that does this kind of work, and what the kind is called on a job's page.

    The function returns JSON that becomes the job's result.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        _labels[kind] = label
        return function

    return register


def name_of(job: Job) -> str:
    """What is being made, as who asked for it said ("what" in the payload), or else what its kind is called."""
    return str(job.payload.get("what") or _labels.get(job.kind) or "Work in the background")


def request(*, kind: str, key: str, by: User | None, partnership: Partnership | None, payload: dict[str, Any]) -> Job:
    """The open job for this work: a new one, or the one that is under way already (two clicks build once)."""
    if kind not in _handlers:
        raise LookupError(f"No handler is registered for {kind}.")
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                key=key,
                partnership=partnership,
                payload=payload,
                requested_by=by,
                requested_at=timezone.now(),
            )
            transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return job


def run(job_id: str) -> Job:
    """Take the job if nobody holds it, do it, and record what became of it. Returns the job as it then is."""
    worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:60]
    taken = (
        Job.objects.filter(pk=job_id)
        .filter(Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=timezone.now()))
        .update(
            state=Job.State.RUNNING,
            worker=worker,
            attempts=F("attempts") + 1,
            lease_until=timezone.now() + LEASE,
        )
    )
    job = Job.objects.get(pk=job_id)
    if not taken:
        return job
    try:
        result = _handlers[job.kind](Run(job, worker))
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except JobRefused as refusal:
        _finish(job, worker, state=Job.State.FAILED, error=str(refusal))
    except Exception:
        logger.exception("job %s failed", job_id)
        # The person is told that it failed, not how: an exception's text may quote what it was working on.
        _finish(job, worker, state=Job.State.FAILED, error="It failed. The administrator's log says why. Try again.")
    else:
        _finish(job, worker, state=Job.State.DONE, result=result)
    job.refresh_from_db()
    return job


def _finish(job: Job, worker: str, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, worker=worker, state=Job.State.RUNNING).update(
        lease_until=None, finished_at=timezone.now(), **values
    )


@task()
def run_job(job_id: str) -> None:
    run(job_id)


def _hand_on_forgotten(now: datetime) -> int:
    """Enqueue jobs that wait for longer than a lease without a task in the queue. Returns how many.

    Where the task was taken this very moment the job gets a second one, which finds it taken and does nothing.
    """
    forgotten = [
        str(pk)
        for pk in Job.objects.filter(state=Job.State.WAITING, requested_at__lt=now - LEASE)
        .order_by("requested_at", "pk")
        .values_list("pk", flat=True)
        if not DBTaskResult.objects.ready()
        .filter(task_path=run_job.module_path, args_kwargs={"args": [str(pk)], "kwargs": {}})
        .exists()
    ]
    for job_id in forgotten:
        run_job.enqueue(job_id)
    return len(forgotten)


def sweep() -> int:
    """Hand on every job that nobody works on any more; give up after MAX_ATTEMPTS. Returns how many it moved.

    That is a job whose worker let its lease run out, and one that waits though no task for it stands in the queue:
    its worker was killed after it had taken the task and before it took the job.
    """
    now = timezone.now()
    moved = _hand_on_forgotten(now)
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now).order_by("requested_at", "pk"):
        expired = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker, lease_until__lt=now)
        if job.attempts >= MAX_ATTEMPTS:
            moved += expired.update(
                state=Job.State.FAILED,
                lease_until=None,
                finished_at=now,
                error=f"It was begun {job.attempts} times and never finished. Ask the administrator, then try again.",
            )
            continue
        with transaction.atomic():
            if expired.update(state=Job.State.WAITING, worker="", lease_until=None):
                moved += 1
                job_id = str(job.pk)
                transaction.on_commit(lambda job_id=job_id: run_job.enqueue(job_id))  # type: ignore[misc]
    return moved
