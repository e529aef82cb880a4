"""The day on which a demonstration stands: who chooses it, and where it can be chosen at all."""

from datetime import date

import pytest
from django.urls import reverse

from portal.models import AuditEvent, Role
from tests import factories
from tests.markup import said

db = pytest.mark.django_db


@pytest.fixture
def partnership(db):
    return factories.partnership(
        factories.council("Brent"),
        factories.council("Lewisham"),
        slug="brent-lewisham",
        name="Brent and Lewisham",
        demonstration_today=date(2018, 10, 5),
    )


def start(partnership):
    return reverse("portal:start", kwargs={"partnership": partnership.slug})


def day_address(partnership):
    return reverse("portal:demonstration-day", kwargs={"partnership": partnership.slug})


@db
def test_the_administrator_chooses_the_day_and_it_is_on_record(client, partnership):
    user = factories.user(partnership, Role.ADMINISTRATOR)
    client.force_login(user)
    assert "The demonstration stands on 5 October 2018" in said(client.get(day_address(partnership)))
    response = client.post(day_address(partnership), {"day": "2018-10-08"}, follow=True)
    assert response.redirect_chain == [(start(partnership), 302)]
    assert "The demonstration now stands on 8 October 2018." in said(response)
    partnership.refresh_from_db()
    assert partnership.demonstration_today == date(2018, 10, 8)
    event = AuditEvent.objects.get()
    assert (event.by, event.verb) == (user, "demonstration.set-day")
    assert (event.before, event.after) == ({"day": "2018-10-05"}, {"day": "2018-10-08"})


@db
@pytest.mark.parametrize(("typed", "day"), [("8/10/2018", date(2018, 10, 8)), ("8 October 2018", date(2018, 10, 8))])
def test_a_day_is_read_as_uk_readers_write_it(client, partnership, typed, day):
    client.force_login(factories.user(partnership, Role.ADMINISTRATOR))
    client.post(day_address(partnership), {"day": typed})
    partnership.refresh_from_db()
    assert partnership.demonstration_today == day


@db
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Choose a day."),
        ("31/2/2018", "This is no day. Write it like 5/10/2018."),
        ("1999-12-31", "Choose a day from 1 January 2000 on."),
        ("2100-01-01", "Choose a day up to 31 December 2099."),
    ],
)
def test_a_wrong_day_is_named_and_changes_nothing(client, partnership, typed, error):
    client.force_login(factories.user(partnership, Role.ADMINISTRATOR))
    response = client.post(day_address(partnership), {"day": typed})
    assert response.status_code == 422
    assert f'<a href="#id_day">Day that stands for today: {error}</a>' in response.content.decode()
    partnership.refresh_from_db()
    assert partnership.demonstration_today == date(2018, 10, 5)


@db
@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_a_demonstration_there_is_no_such_page(client, settings, partnership, method):
    user = factories.user(partnership, Role.ADMINISTRATOR)
    user.is_demonstration = False
    user.save()
    client.force_login(user)
    settings.DEMONSTRATION = False
    assert getattr(client, method)(day_address(partnership), {"day": "2018-10-08"}).status_code == 404
    partnership.refresh_from_db()
    assert partnership.demonstration_today == date(2018, 10, 5)


@db
@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.SERVICE_MANAGER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_may_not_choose_the_day(client, partnership, role, method):
    client.force_login(factories.user(partnership, role))
    assert getattr(client, method)(day_address(partnership), {"day": "2018-10-08"}).status_code == 403
    partnership.refresh_from_db()
    assert partnership.demonstration_today == date(2018, 10, 5)
