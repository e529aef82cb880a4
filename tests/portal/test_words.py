"""Counts, lists and times in running text."""

from datetime import UTC, datetime, time

import pytest
from django.template import Context, Template

from portal.words import counted, hour, listed, moment, short_moment


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "no action"),
        (1, "one action"),
        (2, "two actions"),
        (9, "nine actions"),
        (10, "10 actions"),
        (1200, "1,200 actions"),
    ],
)
def test_small_counts_are_words(number, text):
    assert counted(number, "action") == text


def test_a_plural_of_its_own():
    assert counted(3, "inquiry", "inquiries") == "three inquiries"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["Brent"], "Brent"),
        (["Stevenage", "East Herts"], "Stevenage and East Herts"),
        (["Brent", "Lewisham", "Southwark"], "Brent, Lewisham and Southwark"),
    ],
)
def test_lists_end_with_and(items, text):
    assert listed(items) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [(time(18, 30), "6.30 pm"), (time(9, 5), "9.05 am"), (time(0, 0), "12.00 am"), (time(12, 0), "12.00 pm")],
)
def test_hours(at, text):
    assert hour(at) == text


def test_moments():
    assert moment(datetime(2018, 10, 6, 18, 30)) == "6 October 2018, 6.30 pm"  # noqa: DTZ001 - local already
    assert short_moment(datetime(2018, 10, 16, 8, 0)) == "16 Oct 2018, 8.00 am"  # noqa: DTZ001


def test_templates_say_london_time():
    template = Template(
        "{% load figures %}{{ at|moment }}; {{ at|hour }}; {{ start|hour }}{{ none|hour }}{{ none|moment }}"
    )
    # 4 July 2018 is in summer time: 17.30 in Greenwich is 18.30 in London.
    shown = template.render(
        Context({"at": datetime(2018, 7, 4, 17, 30, tzinfo=UTC), "start": time(18, 30), "none": None})
    )
    assert shown == "4 July 2018, 6.30 pm; 6.30 pm; 6.30 pm"
