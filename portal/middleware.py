"""What holds for every request: whose it is, to which partnership it belongs, who may keep the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal import held
from portal.models import Partnership


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Leads the public to sign in, and back afterwards to a page that can be opened.

    What a form was sent to often takes nothing but forms, so whoever was signed out meanwhile is led back to the page
    with the form. What they had typed is carried along, where the view keeps it (portal/held.py).
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            # Who asks is not looked up, so that an answer for everybody does not vary by cookie and caches keep it.
            return None
        refused: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is None or request.method in {"GET", "HEAD"}:
            return refused
        typed = held.of_form(request)
        if typed is not None:
            return held.sign_in_page(request, typed, _page_of_the_form(request, view_kwargs.get("partnership")))
        return redirect_to_login(_page_of_the_form(request, view_kwargs.get("partnership")))


def _page_of_the_form(request: HttpRequest, partnership: str | None) -> str:
    """The page of this portal that the form was on; where the browser does not say, the start page."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        page = parts._replace(scheme="", netloc="").geturl()
        # Without its host the address is looked at again: //evil.example/ would name another one.
        if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            return page
    return reverse("portal:start", kwargs={"partnership": partnership}) if partnership else reverse("portal:home")


class PartnershipMiddleware:
    """Every address below /<partnership>/ belongs to that partnership: the view is handed the object, not the word."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        slug = kwargs.get("partnership")
        if slug is None:
            return
        partnership = Partnership.objects.filter(slug=slug).first()
        if partnership is None:
            raise Http404("There is no such partnership.")
        kwargs["partnership"] = partnership
        request.partnership = partnership  # type: ignore[attr-defined]


class RequestSizeMiddleware:
    """Answers a request that is larger than anything the portal takes in words, before any of it is looked at.

    Whoever is not signed in has nothing to hand in, so they are held to what a form without files may have.
    """

    _FORM_AROUND_FILE = 1024 * 1024
    # Browsers show an answer only once they have sent everything; beyond this a connection is simply closed.
    _MOST_READ = 500 * 1024 * 1024

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdigit() else 0
        if size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        largest = max(settings.UPLOAD_LIMITS.values()) if request.user.is_authenticated else 0
        if size <= largest + self._FORM_AROUND_FILE:
            return self.get_response(request)
        left = size if size <= self._MOST_READ else 0
        while left > 0 and (block := request.read(min(left, 256 * 1024))):
            left -= len(block)
        # Drawn without the request, whose form is not there any longer.
        page = render_to_string("413.html", {"largest": largest // (1024 * 1024)})
        return HttpResponse(page, status=413)


class FrameMiddleware:
    """Draws the bare answer to a wrong method in the frame, with a way on. Scripts ask for JSON and read the status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content or not request.accepts("text/html"):
            return response
        allowed = response["Allow"]
        page = render(request, "405.html", {"takes_forms_alone": "GET" not in allowed}, status=405)
        page["Allow"] = allowed
        return page


class PrivateMiddleware:
    """Keeps pages and JSON for people who are signed in out of every cache, unless the view says otherwise.

    Else the next person at a shared machine reads them by going back in the browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.has_header("Cache-Control") or kind not in {"text/html", "application/json"}:
            return response
        # After a failure nothing asks the session or the database who it was.
        if response.status_code >= 500 or request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
