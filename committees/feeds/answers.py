"""How feeds are sent: to everybody, kept in caches for a while, and not sent again where nothing changed."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# Long enough to spare the portal, short enough that a cancelled meeting is known the same morning.
_SECONDS = 900


def answer(request: HttpRequest, body: bytes, *, content_type: str, modified: datetime) -> HttpResponse:
    """`modified` is the stored time of the newest thing in it. Answers 304 to who has these very bytes."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:40]}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    at = math.ceil(modified.timestamp())
    response["Last-Modified"] = http_date(at)
    response["Cache-Control"] = f"public, max-age={_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    found = get_conditional_response(request, etag, at, response) or response
    if found is not response:
        found["Cache-Control"] = response["Cache-Control"]
    return found
