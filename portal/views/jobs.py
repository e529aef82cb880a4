"""How far a long piece of work is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import jobs, permissions
from portal.models import Job, Partnership


@require_safe
@never_cache
def job_detail(request: HttpRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    """A page for people, JSON for the script that keeps it up to date; for who asked for it and who builds packs."""
    job = get_object_or_404(Job, pk=pk, partnership=partnership)
    if job.requested_by_id != request.user.pk and not permissions.may(
        request.user, permissions.PACK_BUILD, partnership
    ):
        raise Http404
    response: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse(_state(job))
    else:
        context = {
            "job": job,
            "what": jobs.name_of(job),
            "result": _link(job.result),
            "origin": _link(job.payload.get("origin")),
        }
        response = render(request, "portal/job_detail.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


def _state(job: Job) -> dict[str, Any]:
    return {
        "state": job.state,
        "label": job.get_state_display(),
        "step": job.step,
        "progress": job.progress,
        "total": job.total,
        "open": job.is_open,
    }


def _link(value: Any) -> dict[str, str] | None:
    """A page of this portal as a job names it: {"url": path, "label": words}; None for anything else."""
    if not isinstance(value, dict) or not value.get("label"):
        return None
    url = str(value.get("url", ""))
    if not url.startswith("/") or not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return None
    return {"url": url, "label": str(value["label"])}
