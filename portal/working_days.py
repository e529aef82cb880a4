"""Working days in England: Monday to Friday, no bank holiday, no day on which the councils' offices are closed.

Throughout, `closed` holds the *additional* closed days that a clerk has listed (days between Christmas and New
Year, say). Weekends and bank holidays are always left out, so a caller never has to add them.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache

import holidays

_ONE_DAY = timedelta(days=1)
_NO_DAYS: frozenset[date] = frozenset()
_SATURDAY = 5


@lru_cache(maxsize=512)
def _bank_holidays_in(year: int) -> frozenset[date]:
    days = holidays.country_holidays("GB", subdiv="ENG", years=year)
    # A holiday that falls on a weekend has its substitute day in the list beside it, and is itself no bank holiday.
    return frozenset(day for day in days if day.year == year and day.weekday() < _SATURDAY)


def bank_holidays(first_year: int, last_year: int) -> frozenset[date]:
    """Bank holidays in England from 1 January of the first year to 31 December of the last.

    Banking and Financial Dealings Act 1971 and royal proclamations, as the holidays package keeps them (1872 to
    2100): substitute days for holidays at a weekend, and days for one occasion, are included; the weekend days
    themselves are not. A day proclaimed later than the installed package is for the clerk to list as closed.

    Raises ValueError when the last year comes before the first.
    """
    if last_year < first_year:
        raise ValueError(f"The last year, {last_year}, comes before the first, {first_year}.")
    return frozenset().union(*(_bank_holidays_in(year) for year in range(first_year, last_year + 1)))


def closed_days(years: Iterable[int], extra: Iterable[date] = ()) -> frozenset[date]:
    """Every Monday to Friday in these years on which no work is done: bank holidays in England, and `extra` days."""
    wanted = frozenset(years)
    listed = frozenset(day for day in extra if day.year in wanted and day.weekday() < _SATURDAY)
    return listed.union(*(_bank_holidays_in(year) for year in wanted))


def is_working_day(on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> bool:
    """Monday to Friday, not a bank holiday in England, and not one of the additional `closed` days."""
    return on.weekday() < _SATURDAY and on not in closed and on not in _bank_holidays_in(on.year)


def working_day_before(on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The last working day before `on`, which is itself never given back."""
    day = on - _ONE_DAY
    while not is_working_day(day, closed=closed):
        day -= _ONE_DAY
    return day


def working_day_after(on: date, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The first working day after `on`, which is itself never given back."""
    day = on + _ONE_DAY
    while not is_working_day(day, closed=closed):
        day += _ONE_DAY
    return day


def nth_working_day(month: date, number: int, *, closed: AbstractSet[date] = _NO_DAYS) -> date:
    """The first, second, ... working day of the month in which `month` falls; 1 is the first.

    Raises ValueError when the month has fewer working days, or `number` is below 1.
    """
    if number < 1:
        raise ValueError("Working days of a month are numbered from 1.")
    day = month.replace(day=1) - _ONE_DAY
    for _ in range(number):
        day = working_day_after(day, closed=closed)
        if (day.year, day.month) != (month.year, month.month):
            raise ValueError(f"{month:%B %Y} has fewer than {number} working days.")
    return day
