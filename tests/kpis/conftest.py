"""The demonstration's partnership, loaded from its fixtures as `manage.py demo` loads it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from kpis import actions, benchmark_loading, loading
from kpis.models import ReturnVersion
from portal import loading as portal_loading
from portal.models import Council, Partnership, User

# One month of Brent that is true in itself: 10 + 20 + 700 + 2,270 calls; every percentage is its count's.
TRUE_MONTH = {
    "p1-incidents": "10",
    "p2-incidents": "20",
    "p3-incidents": "700",
    "service-requests": "2,270",
    "total-calls": "3,000",
    "open-calls": "750",
    "p1-sla": "90",  # 9 of 10
    "p2-sla": "85",  # 17 of 20
    "p3-sla": "72",  # 504 of 700
    "service-request-sla": "90",  # 2,043 of 2,270
    "overall-sla": "85.77",  # 9 + 17 + 504 + 2,043 = 2,573 of 3,000 is 85.7666…
    "satisfaction": "62",  # 62 of 100
    "surveys-returned": "100",
}


@pytest.fixture
def seed(db: None) -> Partnership:
    folder = Path(settings.FIXTURES) / "brent-lewisham-southwark"
    portal_loading.load(folder)
    loading.load(folder)
    return Partnership.objects.get(slug="brent-lewisham-southwark")


@pytest.fixture
def harrow(db: None) -> Partnership:
    folder = Path(settings.FIXTURES) / "harrow"
    for _ in range(2):  # twice: nothing is doubled
        portal_loading.load(folder)
        benchmark_loading.load(folder)
    return Partnership.objects.get(slug="harrow")


@pytest.fixture
def harrow_manager(harrow: Partnership) -> User:
    return User.objects.get(username="harrow-service-manager")


@pytest.fixture
def harrow_auditor(harrow: Partnership) -> User:
    return User.objects.get(username="harrow-auditor")


@pytest.fixture
def brent(seed: Partnership) -> Council:
    return Council.objects.get(slug="brent")


@pytest.fixture
def officer(seed: Partnership) -> User:
    return User.objects.get(username="officer-brent")


@pytest.fixture
def approver(seed: Partnership) -> User:
    return User.objects.get(username="approver-brent")


@pytest.fixture
def draft(seed: Partnership, brent: Council, officer: User) -> ReturnVersion:
    """Brent's return of October 2018, opened and empty, on 2 November 2018."""
    seed.demonstration_today = date(2018, 11, 2)
    seed.save()
    return actions.open_return(partnership=seed, council=brent, period=date(2018, 10, 1), by=officer)
