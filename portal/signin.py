"""Sign-in: nobody makes an account for themselves, and demonstration accounts work in a demonstration alone."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_barred(user: Any) -> bool:
    """Whether this is a demonstration account outside a demonstration. Its password is published."""
    return bool(user is not None and user.is_demonstration and not settings.DEMONSTRATION)


# One answer, whether the name is unknown, its password wrong, or an address was tried for a name.
_MISMATCH = "The user name or the password is wrong."


class PortalAccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _MISMATCH,
        "email_password_mismatch": _MISMATCH,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """As allauth, which also hands back accounts that a backend turned away, so as to say "inactive" to them."""
        user = super().authenticate(request, **credentials)
        return None if is_barred(user) else user


class PortalBackend(AuthenticationBackend):
    """allauth's sign-in, less demonstration accounts outside a demonstration (also for sessions already open)."""

    def user_can_authenticate(self, user: Any) -> bool:
        return not is_barred(user) and bool(super().user_can_authenticate(user))

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        user = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name under which a try counts. Names and addresses do not tell capitals apart, so neither does the count."""
    given = credentials or {}
    user = getattr(request, "user", None)
    known = user.get_username() if user is not None else ""
    return str(given.get("username") or given.get("email") or request.POST.get("login") or known).strip().lower()


def address_of(request: HttpRequest) -> str | None:
    """The reader's address, past as many proxies as PORTAL_PROXIES says."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # there is none: a command opened the session
        return None


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """After too many wrong passwords: the same page for every name, so that it tells nobody which names exist."""
    return render(request, "account/locked_out.html", status=429)
