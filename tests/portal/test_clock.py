"""One clock: whose today it is, and its offset from Greenwich."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal import clock
from portal.models import Partnership


def standing_on(day: date | None) -> Partnership:
    return Partnership(slug="a", name="A", service_name="S", demonstration_today=day)


def test_a_demonstration_day_stands_for_today(settings):
    settings.TODAY = "2020-01-01"
    assert clock.today(standing_on(date(2018, 10, 5))) == date(2018, 10, 5)


def test_the_setting_stands_for_today_elsewhere(settings):
    settings.TODAY = "2018-10-05"
    assert clock.today() == date(2018, 10, 5)
    assert clock.today(standing_on(None)) == date(2018, 10, 5)


def test_otherwise_it_is_today_in_london(settings):
    settings.TODAY = ""
    london = ZoneInfo("Europe/London")
    before = datetime.now(london).date()
    today = clock.today(standing_on(None))
    assert before <= today <= datetime.now(london).date()


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (date(2018, 10, 5), timedelta(hours=1)),  # British Summer Time ended on 28 October 2018
        (date(2018, 12, 5), timedelta(0)),
        (date(2018, 3, 24), timedelta(0)),  # and began on 25 March 2018
        (date(2018, 3, 26), timedelta(hours=1)),
    ],
)
def test_now_has_the_offset_of_its_own_day(settings, day, offset):
    settings.TODAY = ""
    now = clock.now(standing_on(day))
    assert now.date() == day
    assert now.utcoffset() == offset


def test_now_keeps_the_hour_of_the_wall_clock(settings):
    settings.TODAY = ""
    before = timezone.localtime()
    now = clock.now(standing_on(date(2018, 12, 5)))
    after = timezone.localtime()
    if before.date() == after.date():  # not across midnight
        assert before.replace(tzinfo=None).time() <= now.time() <= after.replace(tzinfo=None).time()


def test_now_is_now_where_no_other_day_is_set(settings):
    settings.TODAY = ""
    before = timezone.now()
    assert before <= clock.now(standing_on(None)) <= timezone.now()
