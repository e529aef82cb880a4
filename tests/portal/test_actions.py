"""Actions: who sees which, what the list says, and recording progress."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Action, ActionUpdate, AuditEvent, Part, Role
from portal.start import finding
from tests import factories
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def brent():
    return factories.council("Brent")


@pytest.fixture
def lewisham():
    return factories.council("Lewisham")


@pytest.fixture
def partnership(brent, lewisham):
    return factories.partnership(brent, lewisham, demonstration_today=date(2018, 10, 5))


def action(partnership, title="Share the plan", **values):
    defaults = {"source": "Minutes of 4 July 2018, item 6", "created_at": timezone.now()}
    return Action.objects.create(partnership=partnership, title=title, **(defaults | values))


def sign_in(client, partnership, role=Role.CLERK, council=None):
    user = factories.user(partnership, role, council)
    client.force_login(user)
    return user


def list_address(partnership, query=""):
    return reverse("portal:actions", kwargs={"partnership": partnership.slug}) + query


def address(action):
    return reverse("portal:action", kwargs={"partnership": action.partnership.slug, "pk": action.pk})


def update_address(action):
    return f"{address(action)}update/"


def titles(client, partnership, query=""):
    return [row.record.title for row in client.get(list_address(partnership, query)).context["table"].rows]


# The list


@pytest.mark.parametrize(
    ("due", "text"),
    [
        ([], "No action is outstanding"),
        ([None], "One action is outstanding, none overdue"),
        ([date(2018, 10, 5)], "One action is outstanding, none overdue"),  # due today is not overdue
        ([date(2018, 10, 4)], "One action is outstanding, one overdue"),
        ([date(2018, 10, 4), None, date(2018, 1, 1)], "Three actions are outstanding, two overdue"),
    ],
)
def test_the_heading_says_what_is_outstanding(due, text):
    assert finding(due, date(2018, 10, 5)) == text


@pytest.fixture
def five(partnership, brent, lewisham):
    """Late and Soon are Brent's, Whenever is Lewisham's; Done is closed; Elsewhere is another partnership's."""
    tatler = factories.person("Ann Example")
    action(partnership, "Whenever", council=lewisham)
    action(partnership, "Soon", council=brent, due_on=date(2018, 10, 16), status=Action.Status.IN_HAND)
    action(partnership, "Late", council=brent, due_on=date(2018, 9, 28), owner=tatler)
    action(partnership, "Done", due_on=date(2018, 9, 1), status=Action.Status.CLOSED)
    action(factories.partnership(brent), "Elsewhere")
    return tatler


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Late", "Soon", "Whenever"]),  # outstanding; first due first, without a date last
        ("?status=outstanding", ["Late", "Soon", "Whenever"]),
        ("?status=overdue", ["Late"]),
        ("?status=closed", ["Done"]),
        ("?status=in-hand", ["Soon"]),
        ("?status=", ["Done", "Late", "Soon", "Whenever"]),
        ("?council={brent}&status=", ["Late", "Soon"]),
        ("?owner={owner}", ["Late"]),
        ("?sort=-due_on", ["Soon", "Late", "Whenever"]),
        ("?sort=title&status=", ["Done", "Late", "Soon", "Whenever"]),
        ("?status=nothing", ["Done", "Late", "Soon", "Whenever"]),
    ],
)
def test_actions_are_chosen_and_sorted(client, partnership, brent, five, query, found):
    sign_in(client, partnership)
    assert titles(client, partnership, query.format(brent=brent.pk, owner=five.pk)) == found


def test_the_list_says_what_is_overdue_in_words(client, partnership, five):
    sign_in(client, partnership)
    html = squeezed(client.get(list_address(partnership)))
    assert "<h1>Three actions are outstanding, one overdue</h1>" in html
    assert '28 September 2018 <span class="mk late">Overdue</span>' in html
    assert html.count("Overdue</span>") == 1


def test_a_closed_action_is_not_overdue(client, partnership, five):
    sign_in(client, partnership)
    assert "Overdue</span>" not in client.get(list_address(partnership, "?status=closed")).content.decode()


def test_sorting_is_told_to_a_screen_reader(client, partnership, five):
    sign_in(client, partnership)
    html = squeezed(client.get(list_address(partnership, "?sort=-title")))
    assert html.count("aria-sort=") == 1
    assert '<th scope="col" aria-sort="descending">' in html
    assert '<a class="sort" href="?sort=title">Action</a>' in html


def test_an_empty_list_says_so_and_leads_on(client, partnership):
    sign_in(client, partnership)
    html = squeezed(client.get(list_address(partnership)))
    assert "<h1>No action is outstanding</h1>" in html
    assert "No action fits these choices" in html
    assert f'href="{list_address(partnership)}?status="' in html


def test_the_number_of_queries_does_not_grow(client, partnership, brent, django_assert_num_queries):
    """Session, account, partnership, grants; choices of councils and owners; due dates; count and page."""
    sign_in(client, partnership)
    action(partnership, owner=factories.person(), council=brent)
    with django_assert_num_queries(9):
        client.get(list_address(partnership))
    for _ in range(2):
        action(partnership, owner=factories.person(), council=factories.council())
    with django_assert_num_queries(9):
        client.get(list_address(partnership))


# Who sees what


@pytest.fixture
def restricted(partnership):
    return action(
        partnership,
        "Settle with the supplier",
        part=Part.TWO,
        owner=factories.person("Zoe Hidden"),
        due_on=date(2018, 9, 1),
    )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER])
def test_a_restricted_action_is_nowhere_without_the_right(client, partnership, brent, restricted, role):
    sign_in(client, partnership, role, brent)
    page = client.get(list_address(partnership))
    assert list(page.context["table"].rows) == []
    for response in (
        page,
        client.get(list_address(partnership, f"?owner={restricted.owner_id}")),
        client.get(reverse("portal:start", kwargs={"partnership": partnership.slug})),
    ):
        html = squeezed(response)
        assert "Settle" not in html
        assert "Zoe Hidden" not in html
        assert "1 September 2018" not in html
    assert "<h1>No action is outstanding</h1>" in page.content.decode()
    assert client.get(address(restricted)).status_code == 404
    assert client.post(update_address(restricted), {"status": "closed", "text": "x"}).status_code == 404


def test_the_administrator_reads_no_restricted_action(client, partnership, restricted):
    sign_in(client, partnership, Role.ADMINISTRATOR)
    assert client.get(address(restricted)).status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.SERVICE_MANAGER, Role.AUDITOR])
def test_with_the_right_it_is_marked(client, partnership, restricted, role):
    sign_in(client, partnership, role)
    html = squeezed(client.get(list_address(partnership)))
    assert 'Settle with the supplier</a> <span class="tag p2">Part II</span>' in html
    detail = client.get(address(restricted))
    assert detail.status_code == 200
    assert '<span class="tag p2">Part II</span>' in detail.content.decode()


def test_another_partnerships_action_is_not_found(client, partnership, brent):
    other = action(factories.partnership(brent))
    sign_in(client, partnership)
    for path in (
        address(other),
        reverse("portal:action", kwargs={"partnership": partnership.slug, "pk": other.pk}),
    ):
        assert client.get(path).status_code == 404


def test_an_account_without_a_role_here_may_not(client, partnership, brent):
    sign_in(client, factories.partnership(brent))
    assert client.get(list_address(partnership)).status_code == 403
    assert client.get(address(action(partnership))).status_code == 404


def test_the_public_is_asked_to_sign_in(client, partnership):
    for path in (list_address(partnership), address(action(partnership))):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={path}")


# Progress


def test_progress_is_recorded_shown_and_audited(client, partnership):
    clerk = sign_in(client, partnership)
    todo = action(partnership)
    response = client.post(
        update_address(todo), {"status": "in-hand", "text": "Sent to members.\n<b>Replies</b> by Friday."}, follow=True
    )
    assert response.redirect_chain == [(address(todo), 302)]
    html = squeezed(response)
    assert 'role="status"><p>Progress recorded.</p></div>' in html
    assert '<p class="written">Sent to members. &lt;b&gt;Replies&lt;/b&gt; by Friday.</p>' in html
    todo.refresh_from_db()
    assert todo.status == Action.Status.IN_HAND
    update = todo.updates.get()
    assert (update.by, update.status) == (clerk, Action.Status.IN_HAND)
    assert timezone.localtime(update.at).date() == date(2018, 10, 5)
    event = AuditEvent.objects.get()
    assert (event.by, event.verb, event.target, event.partnership) == (
        clerk,
        "action.update",
        "Share the plan",
        partnership,
    )
    assert event.before == {"status": "open"}
    assert event.after["status"] == "in-hand"
    assert event.is_restricted is False


def test_the_audit_event_of_a_restricted_action_discloses_nothing(client, partnership, restricted):
    sign_in(client, partnership)
    client.post(update_address(restricted), {"status": "closed", "text": "Paid"})
    event = AuditEvent.objects.get()
    assert (event.target, event.is_restricted) == (f"Action {restricted.pk}", True)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (
            {"status": "closed", "text": ""},
            '<a href="#id_text">What was done: Say what was done, or what holds it up.</a>',
        ),
        (
            {"status": "closed", "text": "   "},
            '<a href="#id_text">What was done: Say what was done, or what holds it up.</a>',
        ),
        ({"status": "nothing", "text": "Typed"}, '<a href="#id_status">Status now: Select a valid choice.'),
        ({"text": "Typed"}, '<a href="#id_status">Status now: This field is required.'),
        ({"status": "closed", "text": "x" * 4001}, "What was done: Ensure this value has at most 4000 characters"),
    ],
)
def test_a_wrong_entry_is_named_and_kept(client, partnership, data, error):
    sign_in(client, partnership)
    todo = action(partnership)
    response = client.post(update_address(todo), data)
    html = squeezed(response)
    assert response.status_code == 422
    assert "There is a problem" in html
    assert error in html
    if data["text"].strip():
        assert data["text"] in html
    assert not ActionUpdate.objects.exists()
    assert not AuditEvent.objects.exists()
    todo.refresh_from_db()
    assert todo.status == Action.Status.OPEN


def test_a_closed_action_is_opened_before_more_is_added(client, partnership):
    sign_in(client, partnership)
    done = action(partnership, status=Action.Status.CLOSED)
    response = client.post(update_address(done), {"status": "closed", "text": "One more thing"})
    html = squeezed(response)
    assert response.status_code == 409
    assert "This action is closed. To add to it, open it again: choose “In hand”." in html
    assert "One more thing</textarea>" in html
    assert not ActionUpdate.objects.exists()
    assert client.post(update_address(done), {"status": "in-hand", "text": "One more thing"}).status_code == 302
    done.refresh_from_db()
    assert done.status == Action.Status.IN_HAND


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_only_reads_gets_no_form_and_may_not_send_one(client, partnership, brent, role):
    sign_in(client, partnership, role, brent if role in {Role.OFFICER, Role.APPROVER} else None)
    todo = action(partnership)
    assert "<textarea" not in client.get(address(todo)).content.decode()
    response = client.post(update_address(todo), {"status": "closed", "text": "x"})
    assert response.status_code == 403
    assert "Your account may not do this: record progress on actions." in response.content.decode()
    assert not ActionUpdate.objects.exists()


def test_progress_is_sent_not_fetched(client, partnership):
    sign_in(client, partnership)
    assert client.get(update_address(action(partnership))).status_code == 405


def test_the_public_cannot_send_progress(client, partnership):
    todo = action(partnership)
    response = client.post(update_address(todo), {"status": "closed", "text": "x"})
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert not ActionUpdate.objects.exists()
