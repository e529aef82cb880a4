"""The portal's front door, and the start page of a partnership."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from portal import panels, permissions
from portal.models import Partnership
from portal.words import listed


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Every partnership of this portal. Who works in exactly one is led there, unless they ask for all."""
    partnerships: QuerySet[Partnership] = Partnership.objects.order_by("name", "pk")
    mine = {right.partnership_id for right in permissions.rights_of(request.user)}
    if len(mine) == 1 and "all" not in request.GET:
        return redirect("portal:start", partnership=partnerships.get(pk=mine.pop()).slug)
    listed = partnerships.prefetch_related("places__council")
    return render(request, "portal/home.html", {"partnerships": listed})


@require_safe
@login_not_required
def start(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What is due and what is next for this reader, as the apps' panels say it."""
    places = list(partnership.places.select_related("council"))
    roles = permissions.roles_in(request.user, partnership)
    names = listed([place.council.short_name for place in places])
    drawn = panels.html(request, partnership)
    if roles and not drawn["main"]:  # nothing to stand beside
        drawn["main"], drawn["aside"] = drawn["aside"], []
    context = {
        "headline": panels.headline(request, partnership) or f"{names} share one IT service",
        "panels": drawn,
        "places": places,
        "roles": roles,
    }
    return render(request, "portal/start.html", context)


def stylesheet(partnership: Partnership) -> str:
    """The partnership's colour and the number of its councils, in the custom properties of tokens.css."""
    councils = max(1, partnership.places.count())
    return f":root{{--hue:{partnership.hue};--chroma:{partnership.chroma:.2f};--councils:{councils}}}\n"


def _etag(request: HttpRequest, partnership: Partnership) -> str:
    return f'"{hashlib.sha256(stylesheet(partnership).encode()).hexdigest()[:20]}"'


@require_safe
@login_not_required
@cache_control(public=True, max_age=300)
@condition(etag_func=_etag)
def theme(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """A stylesheet of its own, because the content policy allows no styles inside a page."""
    return HttpResponse(stylesheet(partnership), content_type="text/css; charset=utf-8")
