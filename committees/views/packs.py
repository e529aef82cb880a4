"""Asking for a pack, and having it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from committees import actions, rights
from committees.links import meeting_url
from committees.models import Meeting, Pack
from committees.reading import find_meeting, find_pack
from portal import permissions
from portal.models import Partnership
from portal.policies import Refused


@require_POST
def pack_build(request: HttpRequest, partnership: Partnership, committee: str, on: date) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.PACK_BUILD, meeting)
    try:
        job = actions.request_pack(
            by=permissions.signed_in(request),
            meeting=meeting,
            edition=request.POST.get("edition", ""),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting_url(meeting, "pack"))
    return redirect("portal:job", partnership=partnership.slug, pk=job.pk)


@require_safe
@login_not_required
def pack_download(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, pk: int
) -> HttpResponseBase:
    meeting = find_meeting(partnership, committee, on)
    pack = find_pack(request, meeting, pk)
    if isinstance(pack, HttpResponse):
        return pack
    try:
        file = pack.file.open("rb")
    except FileNotFoundError:
        raise Http404("The file of this pack is missing.") from None
    response = FileResponse(file, content_type="application/pdf", filename=file_name(pack, meeting))
    open_to_all = pack.edition == Pack.Edition.PUBLIC and pack.published_at is not None
    response["Cache-Control"] = "public, max-age=3600" if open_to_all else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{pack.sha256}"'
    return response


def file_name(pack: Pack, meeting: Meeting) -> str:
    """Whose meeting, when, which edition: nothing that a paper says."""
    draft = "" if pack.published_at else f"-draft-{pack.number}"
    return f"{meeting.committee.partnership.slug}-{meeting.on:%Y-%m-%d}-{pack.edition}{draft}.pdf"
