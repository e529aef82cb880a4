"""Signing in and out: who can, what a wrong try says, and where one lands."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.models import Role, User
from tests import factories
from tests.markup import squeezed

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def no_limits_from_before():
    cache.clear()  # allauth counts requests for new passwords there


@pytest.fixture
def partnership():
    return factories.partnership(factories.council("Brent"))


def start(partnership):
    return reverse("portal:start", kwargs={"partnership": partnership.slug})


def send(client, login, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password} | more)


def signed_in(client):
    return "_auth_user_id" in client.session


def real_user(partnership=None, **values):
    """An account as an administrator makes it, not a demonstration's."""
    user = User.objects.create_user(username="cwren", password=PASSWORD, **values)
    if partnership is not None:
        user.grants.create(partnership=partnership, role=Role.CLERK)
    return user


# The way in


def test_a_sign_in_leads_to_ones_own_start_page(client, partnership):
    user = real_user(partnership)
    response = client.post(reverse("account_login"), {"login": "cwren", "password": PASSWORD}, follow=True)
    assert [path for path, _ in response.redirect_chain] == [reverse("portal:home"), start(partnership)]
    assert response.context["user"] == user
    assert "<span>Clerk</span>" in response.content.decode()


@pytest.mark.parametrize("login", ["c.wren@example.gov.uk", "C.Wren@example.gov.uk", "CWREN", "  cwren "])
def test_the_address_does_for_the_name_and_capitals_do_not_matter(client, login):
    real_user(email="c.wren@example.gov.uk")
    send(client, login)
    assert signed_in(client)


def test_the_page_labels_its_fields_and_holds_no_placeholder(client):
    html = squeezed(client.get(reverse("account_login")))
    assert '<label for="id_login">User name or e-mail address</label>' in html
    assert '<label for="id_password">Password</label>' in html
    assert "placeholder" not in html
    assert 'autocomplete="current-password"' in html


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_demonstration_says_where_its_accounts_are_and_nothing_else_does(client, settings, demonstration):
    settings.DEMONSTRATION = demonstration
    html = squeezed(client.get(reverse("account_login")))
    assert ("Its accounts are listed where it was started." in html) is demonstration


def test_a_protected_page_asks_and_then_leads_back(client, partnership):
    real_user(partnership)
    path = reverse("portal:actions", kwargs={"partnership": partnership.slug}) + "?status=closed"
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked["Location"] == f"{reverse('account_login')}?next={path.replace('?', '%3F').replace('=', '%3D')}"
    form = client.get(asked["Location"]).content.decode()
    (next_path,) = re.findall(r'<input type="hidden" name="next" value="([^"]*)"', form)
    assert send(client, "cwren", next=next_path)["Location"] == path


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "http:///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\thttps://evil.example",
    ],
)
def test_nobody_is_led_to_another_host(client, partnership, target):
    real_user(partnership)
    assert client.get(reverse("account_login"), {"next": target}).status_code == 200
    response = send(client, "cwren", next=target)
    assert (response.status_code, response["Location"]) == (302, reverse("portal:home"))


def test_whoever_is_signed_in_is_led_on(client, partnership):
    client.force_login(real_user(partnership))
    assert client.get(reverse("account_login"))["Location"] == reverse("portal:home")


# Wrong tries


@pytest.mark.parametrize(
    ("login", "password"), [("cwren", "wrong-password"), ("nobody", PASSWORD), ("nobody@example.gov.uk", PASSWORD)]
)
def test_a_wrong_try_says_the_same_for_every_name(client, login, password):
    real_user()
    response = send(client, login, password)
    html = squeezed(response)
    assert "The user name or the password is wrong." in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert f'value="{login}"' in html
    assert password not in html
    assert not signed_in(client)


def test_an_empty_field_is_named(client):
    html = squeezed(send(client, "", ""))
    assert '<a href="#id_login">User name or e-mail address: Enter your user name or e-mail address.</a>' in html
    assert '<a href="#id_password">Password: Enter your password.</a>' in html
    assert '<span class="err" id="id_password_error">Error: Enter your password.</span>' in html
    assert 'aria-describedby="id_password_error"' in html


def wrong(client, login, times):
    return [send(client, login, f"wrong-{n}").status_code for n in range(times)]


def test_six_wrong_tries_lock_the_name_for_this_address(client):
    real_user()
    assert wrong(client, "cwren", 6) == [200, 200, 200, 200, 200, 429]
    response = send(client, "cwren")
    assert response.status_code == 429
    assert "<h1>Sign-in is locked for 15 minutes</h1>" in response.content.decode()
    assert not signed_in(client)


def test_capitals_and_blanks_are_no_way_around_the_lock(client):
    real_user()
    codes = [
        send(client, login, "wrong").status_code for login in ("cwren", "CWREN", "Cwren", " cwren", "cWREN", "cwren ")
    ]
    assert codes[-1] == 429
    assert send(client, "CWren").status_code == 429


def test_others_sign_in_from_the_same_address_meanwhile(client):
    real_user()
    User.objects.create_user(username="other", password=PASSWORD)
    wrong(client, "cwren", 6)
    send(client, "other")
    assert signed_in(client)


def test_the_name_is_not_locked_elsewhere(client):
    real_user()
    wrong(client, "cwren", 6)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    send(elsewhere, "cwren")
    assert signed_in(elsewhere)


def test_a_forwarded_address_is_believed_from_known_proxies_alone(client, settings):
    real_user()
    for n in range(6):
        client.post(
            reverse("account_login"),
            {"login": "cwren", "password": "wrong"},
            headers={"x-forwarded-for": f"192.0.2.{n}"},  # made up by the reader
        )
    assert send(client, "cwren").status_code == 429
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    behind = client.post(
        reverse("account_login"), {"login": "cwren", "password": PASSWORD}, headers={"x-forwarded-for": "192.0.2.99"}
    )
    assert behind.status_code == 302


def test_a_right_try_begins_the_count_anew(client):
    real_user()
    assert wrong(client, "cwren", 5)[-1] == 200
    send(client, "cwren")
    client.post(reverse("account_logout"))
    assert wrong(client, "cwren", 5)[-1] == 200


def test_a_lock_names_nobody(client):
    wrong(client, "nobody-at-all", 6)
    unknown = send(client, "nobody-at-all").content.decode()
    assert "Sign-in is locked for 15 minutes" in unknown
    assert "nobody-at-all" not in unknown


def test_a_town_hall_behind_one_address_is_not_shut_out(client):
    """allauth's own limit of 30 a minute for an address is off; axes counts per name."""
    for n in range(35):
        User.objects.create_user(username=f"officer-{n}", password=PASSWORD)
        assert send(Client(), f"officer-{n}").status_code == 302


# Demonstration accounts


def test_a_demonstration_account_signs_in_in_a_demonstration(client):
    send(client, factories.user().username)
    assert signed_in(client)


def test_outside_a_demonstration_it_cannot_and_is_not_told_why(client, settings):
    user = factories.user()
    settings.DEMONSTRATION = False
    response = send(client, user.username)
    assert "The user name or the password is wrong." in response.content.decode()
    assert not signed_in(client)
    assert wrong(client, user.username, 5)[-1] == 429  # the right password counted as a wrong try


def test_nor_does_a_session_go_on(client, settings, partnership):
    user = factories.user(partnership, Role.CLERK)
    send(client, user.username)
    path = reverse("portal:actions", kwargs={"partnership": partnership.slug})
    assert client.get(path).status_code == 200
    settings.DEMONSTRATION = False
    assert client.get(path).status_code == 302
    assert client.get(reverse("portal:home")).context["user"].is_anonymous


def test_a_closed_account_is_told_so_only_with_its_password(client):
    real_user(is_active=False)
    response = client.post(reverse("account_login"), {"login": "cwren", "password": PASSWORD}, follow=True)
    assert "<h1>This account is closed</h1>" in response.content.decode()
    assert not signed_in(client)
    assert "The user name or the password is wrong." in send(client, "cwren", "wrong").content.decode()


def test_a_session_ends_when_the_account_is_closed(client, partnership):
    user = real_user(partnership)
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("portal:actions", kwargs={"partnership": partnership.slug})).status_code == 302


# The way out, and passwords


def test_signing_out_is_sent_not_fetched(client):
    client.force_login(real_user())
    assert "<h1>Sign out</h1>" in client.get(reverse("account_logout")).content.decode()
    assert signed_in(client)
    response = client.post(reverse("account_logout"), follow=True)
    assert not signed_in(client)
    assert response.redirect_chain == [(reverse("portal:home"), 302)]
    assert "You are signed out." in response.content.decode()


def test_nobody_opens_an_account_for_themselves(client):
    for response in (
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), {"username": "x", "email": "x@example.org", "password1": PASSWORD * 2}),
    ):
        assert "<h1>Accounts are given by an administrator</h1>" in response.content.decode()
    assert not User.objects.exists()


def test_a_password_is_changed(client):
    user = real_user()
    client.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": "a-longer-secret-9", "password2": "a-longer-secret-9"}
    assert client.post(reverse("account_change_password"), data | {"oldpassword": "wrong"}).status_code == 200
    response = client.post(reverse("account_change_password"), data, follow=True)
    assert "Your password is changed." in response.content.decode()
    user.refresh_from_db()
    assert user.check_password("a-longer-secret-9")


def test_a_short_password_is_refused(client):
    user = real_user()
    client.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": "short-one", "password2": "short-one"}
    html = client.post(reverse("account_change_password"), data).content.decode()
    assert "This password is too short. It must contain at least 12 characters." in html
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(client):
    user = real_user(email="c.wren@example.gov.uk")
    response = client.post(reverse("account_reset_password"), {"email": "c.wren@example.gov.uk"}, follow=True)
    assert "<h1>A message is on its way</h1>" in response.content.decode()
    (message,) = mail.outbox
    assert message.to == ["c.wren@example.gov.uk"]
    (link,) = re.findall(r"http://testserver(/account/\S+)", message.body)
    form = client.get(link, follow=True)
    assert "<h1>Set a new password</h1>" in form.content.decode()
    new = {"password1": "a-longer-secret-9", "password2": "a-longer-secret-9"}
    response = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "<h1>Your new password is set</h1>" in response.content.decode()
    user.refresh_from_db()
    assert user.check_password("a-longer-secret-9")
    assert "<h1>This link is no longer valid</h1>" in Client().get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer(client):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.gov.uk"}, follow=True)
    assert "<h1>A message is on its way</h1>" in response.content.decode()
    (message,) = mail.outbox
    assert message.to == ["nobody@example.gov.uk"]
    assert "No account of the joint committee portal has it." in message.body
    assert "sign-up" not in message.body


def test_too_many_requests_for_a_password_are_stopped_in_the_frame(client):
    codes = [
        client.post(reverse("account_reset_password"), {"email": "c.wren@example.gov.uk"}).status_code for _ in range(6)
    ]
    assert codes == [302, 302, 302, 302, 302, 429]
    response = client.post(reverse("account_reset_password"), {"email": "c.wren@example.gov.uk"})
    assert "<h1>Too many tries in a short time</h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_login", "Sign in"),
        ("account_signup", "Accounts are given by an administrator"),
        ("account_inactive", "This account is closed"),
        ("account_reset_password", "Have a link sent to set a new password"),
        ("account_reset_password_done", "A message is on its way"),
        ("account_reset_password_from_key_done", "Your new password is set"),
    ],
)
def test_every_page_before_signing_in_stands_in_the_frame(client, name, heading):
    html = squeezed(client.get(reverse(name)))
    assert html.count("<h1>") == 1
    assert f"<h1>{heading}</h1>" in html
    assert '<a class="skip" href="#main">' in html


@pytest.mark.parametrize(
    ("name", "usable", "heading"),
    [
        ("account_change_password", True, "Change your password"),
        ("account_set_password", False, "Set a password"),
        ("account_reauthenticate", True, "Confirm your password"),
        ("account_logout", True, "Sign out"),
    ],
)
def test_every_page_of_an_account_stands_in_the_frame(client, name, usable, heading):
    user = real_user()
    if not usable:
        user.set_unusable_password()
        user.save()
    client.force_login(user)
    html = squeezed(client.get(reverse(name)))
    assert html.count("<h1>") == 1
    assert f"<h1>{heading}</h1>" in html


@pytest.mark.parametrize("name", ["account_change_password", "account_set_password", "account_reauthenticate"])
def test_the_public_has_no_account_pages(client, name):
    assert client.get(reverse(name))["Location"] == f"{reverse('account_login')}?next={reverse(name)}"


def test_a_message_that_nobody_has_read_ends_with_the_session(client, partnership):
    """It neither stands in a cookie, where anybody at the machine reads it, nor meets the next person."""
    administrator = factories.user(partnership, Role.ADMINISTRATOR)
    client.force_login(administrator)
    address = reverse("portal:demonstration-day", kwargs={"partnership": partnership.slug})
    assert client.post(address, {"day": "2018-10-08"}).status_code == 302
    assert set(client.cookies) <= {"sessionid", "csrftoken"}
    client.post(reverse("account_logout"))
    html = client.get(start(partnership)).content.decode()
    assert "You are signed out." in html
    assert "now stands on" not in html
