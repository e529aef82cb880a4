"""Pages for what went wrong. They say what to do next and disclose nothing of what was asked for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from portal import held


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Drawn without the request: what could not be read once (a form with too many fields) fails again if asked."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def _own_words(exception: Exception | None) -> str:
    """The message of a refusal that the portal's own code raised; a library's words are not for readers."""
    trace = exception.__traceback__ if exception is not None else None
    if exception is None or trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    package = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
    own = {path.name for path in settings.BASE_DIR.iterdir() if (path / "__init__.py").exists()}
    return str(exception) if package in own else ""


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": _own_words(exception)}, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, so that neither the session nor the database is asked for anything."""
    return HttpResponseServerError(render_to_string("500.html"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return held.after_failed_check(request) or render(request, "403_form.html", status=403)
