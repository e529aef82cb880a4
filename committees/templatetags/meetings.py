"""Times and days of meetings in templates: {{ meeting.starts_at|time_of_day }}, {{ meeting.on|weekday }}."""

from __future__ import annotations

from datetime import date, datetime, time

from django import template
from django.utils import timezone

from committees import wording

register = template.Library()


@register.filter
def time_of_day(at: time) -> str:
    return wording.time_of_day(at)


@register.filter
def day(on: date) -> str:
    return wording.day(on)


@register.filter
def weekday(on: date) -> str:
    return wording.weekday(on)


@register.filter
def moment(at: datetime) -> str:
    """In London's time."""
    return wording.moment(timezone.localtime(at))
