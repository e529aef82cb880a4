"""The former address of a meeting that moved leads to it, and so does the address of everything below it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from committees.reading import MeetingMoved


class MovedMeetingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Leads on whoever reads. What is sent to a former address is not carried on: the answer stays 404."""
        match = request.resolver_match
        if not isinstance(exception, MeetingMoved) or match is None or request.method not in {"GET", "HEAD"}:
            return None
        # Portal's middleware has put the partnership itself in place of its word.
        where = match.kwargs | {"partnership": request.partnership.slug, "on": exception.on}  # type: ignore[attr-defined]
        return redirect(reverse(match.view_name, kwargs=where))
