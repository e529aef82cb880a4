"""Months entered afterwards, the month's comment, and what a deputy does to a return."""

from __future__ import annotations

from datetime import date

import pytest

from kpis import actions
from kpis.models import Return, ReturnVersion
from kpis.saving import Box, save_boxes
from portal import deputies
from portal.models import AuditEvent, Partnership, RoleGrant, User
from portal.policies import Refused
from tests.kpis.reading import get, post, signed_in, user
from tests.kpis.test_actions import approve, fill


def test_an_early_month_is_entered_afterwards_and_marked_so(seed: Partnership, draft, officer, approver) -> None:
    address = "/brent-lewisham-southwark/returns/brent/backfill/"
    before = get(user("auditor"), "returns/").one("h1").text
    response = post(officer, address, {"month": "May 2018"})
    assert (response.status_code, response.url) == (302, "/brent-lewisham-southwark/returns/brent/2018-05/edit/")
    version = ReturnVersion.objects.get(parent__period=date(2018, 5, 1))
    assert (version.origin, version.state, version.number) == ("backfilled", "draft", 1)
    # Nobody owes it, whatever becomes of it.
    assert get(user("auditor"), "returns/").one("h1").text == before
    approve(version, officer, approver)
    version.refresh_from_db()
    assert (version.state, Return.objects.get(pk=version.parent_id).in_force) == ("approved", version)
    assert get(user("auditor"), "returns/").one("h1").text == before
    for path in ("returns/brent/2018-05/", "returns/", "returns/brent/2018-05/versions/1/"):
        assert "ntered afterwards" in get(user("member-lewisham"), path).text
    csv = post_get(officer, "performance.csv?from=2018-05&to=2018-05")
    assert "Approved, entered afterwards" in csv
    reopened = actions.reopen_return(version=version, by=user("service-manager"), reason="A figure was wrong.")
    assert reopened.origin == "backfilled"


def post_get(who: User, path: str) -> str:
    response = signed_in(who).get(f"/brent-lewisham-southwark/{path}")
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


@pytest.mark.parametrize(
    ("month", "status", "message"),
    [
        ("", 422, "Enter a month, like May 2018."),
        ("Spring 2018", 422, "“Spring 2018” is not a month. Write it like October 2018."),
        ("2018-13", 422, "“2018-13” is not a month."),
        ("June 2018", 409, "June 2018 has a return of its own: returns begin with June 2018. Choose a month before."),
        ("2008-05", 409, "May 2008 is too long ago. The earliest month that can be entered is June 2008."),
    ],
)
def test_a_month_that_cannot_be_entered_afterwards(seed, officer, month: str, status: int, message: str) -> None:
    count = Return.objects.count()
    response = post(officer, "/brent-lewisham-southwark/returns/brent/backfill/", {"month": month})
    assert response.status_code == status
    assert message in response.content.decode()
    assert f'value="{month}"' in response.content.decode() or not month
    assert Return.objects.count() == count


def test_the_earliest_month_can_be_entered_twice_over_and_is_one(seed: Partnership, officer, approver) -> None:
    address = "/brent-lewisham-southwark/returns/brent/backfill/"
    for _ in range(2):
        assert post(officer, address, {"month": "2008-06"}).status_code == 302
    version = ReturnVersion.objects.get(parent__period=date(2008, 6, 1))
    approve(version, officer, approver)
    response = post(officer, address, {"month": "2008-06"})
    assert response.status_code == 409
    assert "Brent, June 2008 is on record already and is approved." in response.content.decode()
    for name in ("officer-lewisham", "approver-brent", "service-manager"):
        assert post(user(name), address, {"month": "2018-04"}).status_code == 403


# The comment, and what a deputy does


def test_the_months_comment_is_saved_with_the_figures_and_two_who_change_it_are_told(draft, officer) -> None:
    saved = save_boxes(version=draft, boxes=[Box("comment", "A new desk opened.", "")], by=officer)
    assert (saved.problems, saved.stored) == ((), {"comment": "A new desk opened."})
    draft.refresh_from_db()
    assert draft.comment == "A new desk opened."
    saved = save_boxes(version=draft, boxes=[Box("comment", "Another.", "")], by=officer)
    assert saved.problems[0].is_conflict
    saved = save_boxes(version=draft, boxes=[Box("comment", "x" * 4001, "A new desk opened.")], by=officer)
    assert saved.problems[0].message == (
        "Comment for members: 4001 characters were entered, and 4000 are kept. Shorten the text."
    )
    draft.refresh_from_db()
    assert draft.comment == "A new desk opened."
    assert get(officer, "returns/brent/2018-10/edit/").one("textarea", name="comment").text == "A new desk opened."
    assert "A new desk opened." in get(officer, "returns/brent/2018-10/").text
    assert "A new desk opened." not in get(user("member-lewisham"), "returns/brent/2018-10/").text


def test_what_a_deputy_does_is_marked_so_and_they_approve_nothing_of_their_own(draft, officer, approver) -> None:
    clerk = user("clerk")
    for away in (officer, approver):
        deputies.name_deputy(
            grant=RoleGrant.objects.get(user=away, deputy_for__isnull=True),
            deputy=clerk,
            starts_on=date(2018, 11, 2),
            ends_on=date(2018, 11, 9),
            by=away,
        )
    fill(draft, clerk)
    actions.submit_return(version=draft, by=clerk)
    assert AuditEvent.objects.get(verb="return.submit").after["deputy_for"] == "officer-brent"
    assert AuditEvent.objects.filter(verb="return.save").latest("pk").after["deputy_for"] == "officer-brent"
    with pytest.raises(Refused, match="You submitted this return"):
        actions.approve_return(version=draft, by=User.objects.get(pk=clerk.pk))
    assert "Submitted by clerk, deputy for officer-brent" in get(user("auditor"), "returns/brent/2018-10/").text
    actions.approve_return(version=draft, by=approver)
    assert "deputy_for" not in AuditEvent.objects.get(verb="return.approve").after
    page = get(user("auditor"), "returns/brent/2018-10/versions/1/")
    assert "clerk, deputy for officer-brent" in page.text
