"""What was typed into a form by somebody whose session had ended meanwhile.

The form is answered with the page to sign in, which carries what was typed along in hidden fields, and signing in with
a page that has it ready to be sent again. Nothing of it is stored on the server. Views say by `keeps_typed` that what
is sent to them was typed by hand; nothing is ever sent on to another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

PREFIX = "held."
ADDRESS = "held-to"
_NOT_TYPED = frozenset({"csrfmiddlewaretoken"})

View = TypeVar("View", bound=Callable[..., Any])


def keeps_typed(view: View) -> View:
    """Mark a view whose forms are handed back instead of lost. Outermost, so that the address leads to the mark."""
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True, slots=True)
class Held:
    """A form that was not taken: where it was sent, and its fields in order."""

    address: str
    values: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Its fields under names that no form of signing in has."""
        return ((ADDRESS, self.address), *((f"{PREFIX}{name}", value) for name, value in self.values))

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """What to show of it: fields that differ from what they were loaded with."""
        were = {name.removeprefix("was."): value for name, value in self.values if name.startswith("was.")}
        return tuple(
            (name.rpartition(".")[2].replace("-", " ").capitalize(), value)
            for name, value in self.values
            if not name.startswith("was.") and value.strip() and were.get(name) != value
        )


def _is_kept(address: str) -> bool:
    """Whether this is the address, in this portal, of a view that keeps what was typed."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return False
    try:
        return bool(getattr(resolve(address).func, "keeps_typed", False))
    except Resolver404:
        return False


def of_form(request: HttpRequest) -> Held | None:
    """The form that this request brings; None where there is nothing to keep, or a script that keeps it itself."""
    if request.method != "POST" or request.FILES or not _is_kept(request.path):
        return None
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return None
    values = [(name, value) for name, many in request.POST.lists() for value in many if name not in _NOT_TYPED]
    return Held(request.path, tuple(values)) if any(value.strip() for _, value in values) else None


def of_sign_in(request: HttpRequest) -> Held | None:
    """The form that the page to sign in carried along; None where it carried none."""
    address = request.POST.get(ADDRESS, "") if request.method == "POST" else ""
    if not address or not _is_kept(address):
        return None
    names = [name for name in request.POST if name.startswith(PREFIX)]
    values = [(name.removeprefix(PREFIX), value) for name in names for value in request.POST.getlist(name)]
    return Held(address, tuple(values))


def sign_in_page(request: HttpRequest, held: Held, next_page: str) -> HttpResponse:
    """The page to sign in, with the form along. Nobody else's browser has sent it, and no cache keeps it."""
    from portal.signin_forms import SignInForm  # allauth's forms need its settings read

    field = format_html('<input type="hidden" name="next" value="{}">', next_page)
    context = {"form": SignInForm(request=request), "redirect_field": field, "held": held}
    response = render(request, "account/login.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def send_again_page(request: HttpRequest, held: Held, status: int = 200) -> HttpResponse:
    """What was typed, ready to be sent by whoever is signed in now. Whether they may is asked when it arrives."""
    return render(request, "account/held.html", {"held": held}, status=status)


class CarriesHeld:
    """For the view of signing in."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        held = of_sign_in(request)
        if held is not None and request.user.is_authenticated:
            return send_again_page(request, held)  # signed in meanwhile, in another window
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"held": of_sign_in(self.request)}

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)  # type: ignore[misc]
        held = of_sign_in(self.request)
        if held is not None and self.request.user.is_authenticated and response.status_code in {302, 303}:
            return send_again_page(self.request, held)
        return response


def after_failed_check(request: HttpRequest) -> HttpResponse | None:
    """For a form whose token is out of date, since somebody signed in meanwhile: the same form with a new token.

    Only where the browser says that the form came from a page of this portal.
    """
    origin = request.headers.get("Origin", "")
    if not origin or origin.partition("://")[2] != request.get_host():
        return None
    held = of_form(request) or of_sign_in(request)
    if held is None:
        return None
    if request.user.is_authenticated:
        return send_again_page(request, held, status=403)
    return sign_in_page(request, held, "")
