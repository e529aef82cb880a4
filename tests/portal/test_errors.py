"""Pages for what went wrong: in the frame, with a way on, and without a word of what was asked for."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from portal import panels
from portal.models import Role
from portal.views import errors
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


@pytest.fixture
def only(monkeypatch):
    """The start page with these panels alone."""
    monkeypatch.setattr(panels, "_panels", {})
    return panels.register


@db
@pytest.mark.parametrize("path", ["/a/b/c/d/e/", "/no-such-partnership/theme.css", "/brent-lewisham/nothing/"])
def test_a_page_that_is_not_there_tells_nothing(client, partnership, path):
    response = client.get(path)
    assert response.status_code == 404
    html = response.content.decode()
    assert "<h1>There is no such page for you to see</h1>" in html
    main = html[html.index("<main") : html.index("</main>")]
    assert "nothing" not in main
    assert "no-such-partnership" not in main


@db
def test_a_404_says_nothing_of_why(client, partnership):
    response = errors.page_not_found(request_of(partnership), Http404("Paper 7 is restricted"))
    assert response.status_code == 404
    assert b"Paper 7" not in response.content


def request_of(partnership=None):
    request = RequestFactory().get("/somewhere/")
    if partnership is not None:
        request.partnership = partnership
    request.user = AnonymousUser()
    request.resolver_match = None
    return request


def raised(message, module):
    """PermissionDenied as code of that module raises it."""
    try:
        exec(
            "raise PermissionDenied(message)",
            {"PermissionDenied": PermissionDenied, "message": message, "__name__": module},
        )
    except PermissionDenied as error:
        return error


@db
@pytest.mark.parametrize(
    ("module", "shown"),
    [("portal.permissions", True), ("kpis.views", True), ("committees.views.packs", True), ("allauth.account", False)],
)
def test_a_refusal_shows_the_portals_own_words_alone(partnership, module, shown):
    response = errors.permission_denied(request_of(partnership), raised("Only for <clerks>.", module))
    assert response.status_code == 403
    html = response.content.decode()
    assert ("Only for &lt;clerks&gt;." in html) is shown
    assert ("Your account does not have the right that this page needs." in html) is not shown


def test_the_page_for_a_failure_needs_no_database(client):
    """This test may not use the database at all."""
    response = errors.server_error(RequestFactory().get("/brent-lewisham/"))
    assert response.status_code == 500
    html = response.content.decode()
    assert "<h1>The portal has failed to answer</h1>" in html
    assert "Sign" not in html


@db
def test_a_failure_is_answered_in_the_frame(client, partnership, only):
    only(name="a", position=1, render=lambda *_: 1 / 0)
    client.raise_request_exception = False
    response = client.get(start(partnership))
    assert response.status_code == 500
    assert "<h1>The portal has failed to answer</h1>" in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


@db
def test_a_form_from_elsewhere_is_refused_and_says_what_to_do(partnership):
    address = reverse("portal:demonstration-day", kwargs={"partnership": partnership.slug})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.user(partnership, Role.ADMINISTRATOR))
    response = strict.post(address, {"day": "2018-10-08"})
    assert response.status_code == 403
    assert "The form was not accepted, and nothing was saved" in said(response)
    partnership.refresh_from_db()
    assert partnership.demonstration_today == date(2018, 10, 5)


@db
def test_an_address_that_is_no_text_is_answered_in_the_frame(client):
    response = errors.bad_request(request_of(), ValueError("secret"))
    assert response.status_code == 400
    assert "This request cannot be read" in said(response)
    assert b"secret" not in response.content


@pytest.mark.parametrize("limit", ["DATA_UPLOAD_MAX_NUMBER_FIELDS", "DATA_UPLOAD_MAX_MEMORY_SIZE"])
def test_a_form_that_is_too_large_is_not_read_again(settings, limit):
    """This test may not use the database at all."""
    setattr(settings, limit, 1)
    request = RequestFactory().post("/", "a=1&b=2", content_type="application/x-www-form-urlencoded")
    request.COOKIES["csrftoken"] = request.META["CSRF_COOKIE"] = "a" * 32
    response = errors.bad_request(request)
    assert response.status_code == 400
    assert "This request cannot be read" in said(response)


@db
def test_a_host_that_is_not_ours_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["portal.example.gov.uk"]
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


@db
def test_every_answer_carries_the_policy(client, partnership):
    for path in (start(partnership), reverse("account_login"), "/a/b/c/d/e/"):
        response = client.get(path)
        policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
