"""Numbers and times in templates: {{ value|figure:2 }}, {{ difference|change:2 }}, {{ at|hour }}, {{ at|moment }}."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal

from django import template
from django.utils import timezone

from portal import numbers, words

register = template.Library()


@register.filter
def figure(value: Decimal | int | None, decimals: int = 0) -> str:
    return numbers.format_number(value, decimals)


@register.filter
def change(value: Decimal | int | None, decimals: int = 0) -> str:
    return numbers.format_change(value, decimals)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def hour(value: time | datetime | None) -> str:
    """6.30 pm, in London."""
    if value is None:
        return ""
    return words.hour(_local(value) if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | None) -> str:
    """16 October 2018, 6.30 pm, in London."""
    return "" if value is None else words.moment(_local(value))
