"""Feeds: calendars, Atom and OParl. The same for everybody, so that any cache may keep them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from committees.feeds import atom, entries, ical, oparl, public
from committees.feeds.answers import answer
from committees.law_links import calendar_url, oparl_list_url, oparl_url, publications_url
from committees.links import committee_url
from committees.models import Committee
from committees.reading import find_committee
from portal.models import Partnership

_PAGE = 100
_FILTERS = ("created_since", "created_until", "modified_since", "modified_until")


@require_safe
@login_not_required
def feed_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What there is to subscribe to, in plain words."""
    committees = list(partnership.committees.order_by("name", "pk"))
    absolute = request.build_absolute_uri
    rows: list[tuple[Committee | None, str, str]] = [
        (None, absolute(calendar_url(partnership)), absolute(publications_url(partnership)))
    ]
    rows += [
        (each, absolute(calendar_url(partnership, each)), absolute(publications_url(partnership, each)))
        for each in committees
    ]
    context = {"rows": rows, "oparl": absolute(oparl_url(partnership))}
    return render(request, "committees/feed_list.html", context)


# Calendars


@require_safe
@login_not_required
def calendar(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return _calendar(request, partnership, None)


@require_safe
@login_not_required
def committee_calendar(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    return _calendar(request, partnership, find_committee(partnership, committee))


def _calendar(request: HttpRequest, partnership: Partnership, committee: Committee | None) -> HttpResponse:
    """With ?dates=1 also every date of each meeting, as an event of a day."""
    meetings, times = public.meetings(partnership, committee), public.times_of(partnership)
    absolute = request.build_absolute_uri
    found = entries.calendar_entries(partnership, meetings, times, absolute)
    if request.GET.get("dates") == "1":
        closed: frozenset[date] = frozenset(partnership.closed_days.values_list("on", flat=True))
        changes = public.closed_day_changes(partnership)
        found += entries.date_entries(partnership, meetings, times, absolute, closed, changes)
    body = ical.calendar(committee.name if committee else partnership.name, found)
    modified = public.latest(times.epoch, *(entry.modified for entry in found))
    return answer(request, body, content_type="text/calendar; charset=utf-8", modified=modified)


# Atom


@require_safe
@login_not_required
def publications(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return _publications(request, partnership, None)


@require_safe
@login_not_required
def committee_publications(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    return _publications(request, partnership, find_committee(partnership, committee))


def _publications(request: HttpRequest, partnership: Partnership, committee: Committee | None) -> HttpResponse:
    absolute = request.build_absolute_uri
    never = public.epoch_of(partnership)
    found = entries.atom_entries(partnership, public.meetings(partnership, committee), absolute)
    meetings = reverse("committees:meetings", kwargs={"partnership": partnership.slug})
    body = atom.feed(
        identity=public.identity(partnership, "publications", committee.pk if committee else "all"),
        title=f"Publications: {committee.name if committee else partnership.name}",
        author=committee.name if committee else partnership.name,
        url=absolute(publications_url(partnership, committee)),
        web=absolute(committee_url(committee) if committee else meetings),
        entries=found,
        never=never,
    )
    modified = public.latest(never, *(entry.updated for entry in found))
    return answer(request, body, content_type="application/atom+xml; charset=utf-8", modified=modified)


# OParl


@require_safe
@login_not_required
def oparl_system(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    everything = oparl.Everything.load(partnership, request.build_absolute_uri)
    return _json(request, everything.system(), everything.modified())


@require_safe
@login_not_required
def oparl_list(request: HttpRequest, partnership: Partnership, kind: str) -> HttpResponse:
    """A page of a list. Filters stay in its links, in one order, so that a page has one address."""
    if kind not in oparl.LISTS:
        return _error(404, "There is no such list.")
    asked: dict[str, str] = {}
    limits: dict[str, datetime] = {}
    for name in _FILTERS:
        if name in request.GET:
            # A plus sign that was not encoded arrives as a space.
            at = _moment(request.GET[name].replace(" ", "+"))
            if at is None:
                return _error(400, f"{name}: write a date and time with its zone, as 2018-10-16T18:30:00+01:00.")
            limits[name], asked[name] = at, request.GET[name].replace(" ", "+")
    numbers = {"limit": _PAGE, "page": 1}
    for name in numbers:
        if name in request.GET:
            if not request.GET[name].isdecimal() or len(request.GET[name]) > 9 or int(request.GET[name]) < 1:
                return _error(400, f"{name}: write a number from 1 on.")
            numbers[name] = int(request.GET[name])
    size = min(numbers["limit"], _PAGE)
    if "limit" in request.GET:
        asked["limit"] = str(size)
    omits = request.GET.get("omit_internal") == "true"
    if omits:
        asked["omit_internal"] = "true"
    everything = oparl.Everything.load(partnership, request.build_absolute_uri)
    rows = [one for one in everything.objects(kind) if _within(one, limits)]
    pages = max(1, math.ceil(len(rows) / size))
    page = numbers["page"]
    if page > pages:
        return _error(404, f"The list has {pages} pages.")

    def link(number: int) -> str:
        query = urlencode(sorted((asked | ({"page": str(number)} if number > 1 else {})).items()))
        address = request.build_absolute_uri(oparl_list_url(partnership, kind))
        return f"{address}?{query}" if query else address

    shown = rows[(page - 1) * size : page * size]
    links = {"first": link(1), "self": link(page), "last": link(pages)}
    if page > 1:
        links["prev"] = link(page - 1)
    if page < pages:
        links["next"] = link(page + 1)
    content = {
        "data": [oparl.without_internal(one) for one in shown] if omits else shown,
        "pagination": {
            "totalElements": len(rows),
            "elementsPerPage": size,
            "currentPage": page,
            "totalPages": pages,
        },
        "links": links,
    }
    return _json(request, content, everything.modified())


@require_safe
@login_not_required
def oparl_object(request: HttpRequest, partnership: Partnership, kind: str, key: str) -> HttpResponse:
    if kind not in oparl.LISTS:
        return _error(404, "There is no such list.")
    everything = oparl.Everything.load(partnership, request.build_absolute_uri)
    address = request.build_absolute_uri(request.path)
    found = next((one for one in everything.objects(kind) if one["id"] == address), None)
    if found is None:
        return _error(404, "There is no such object.")
    return _json(request, found, everything.modified())


_COMPARE: dict[str, Callable[[datetime, datetime], bool]] = {
    "since": lambda at, limit: at >= limit,
    "until": lambda at, limit: at <= limit,
}


def _within(one: dict[str, Any], limits: dict[str, datetime]) -> bool:
    for name, limit in limits.items():
        attribute, _, side = name.partition("_")
        if not _COMPARE[side](datetime.fromisoformat(one[attribute]), limit):
            return False
    return True


def _moment(typed: str) -> datetime | None:
    try:
        at = parse_datetime(typed)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _json(request: HttpRequest, content: dict[str, Any], modified: datetime) -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    response = answer(request, body, content_type="application/json; charset=utf-8", modified=modified)
    # The specification wants it on every answer, so that pages of other hosts can read what is public.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _error(status: int, message: str) -> HttpResponse:
    content = {"type": f"{oparl.SCHEMA}Error", "message": message, "debug": ""}
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False), content_type="application/json; charset=utf-8", status=status
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response
