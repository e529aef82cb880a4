"""Portal's own pages in a browser: accessible at every width and in both schemes, by keyboard, on paper."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal import audit
from portal.models import Action, ActionUpdate, Job, Part, Role
from tests import factories
from tests.browser import assert_axe, assert_fits, assert_no_foreign_requests, expect_error

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [(1280, False), (1280, True), (390, False), (390, True), (320, False)]


class World:
    """A partnership with something on every page."""

    def __init__(self) -> None:
        councils = [factories.council(name) for name in ("Brent", "Lewisham", "Southwark")]
        self.partnership = factories.partnership(
            *councils, slug="brent-lewisham-southwark", name="Brent, Lewisham and Southwark"
        )
        self.home = f"/{self.partnership.slug}/"
        self.clerk = factories.user(self.partnership, Role.CLERK)
        self.auditor = factories.user(self.partnership, Role.AUDITOR)
        self.administrator = factories.user(self.partnership, Role.ADMINISTRATOR)
        self.officer = factories.user(self.partnership, Role.OFFICER, councils[0])
        owner = factories.person("Ann Example")
        for n, (title, due_on, part) in enumerate(
            [
                ("Share the service improvement plan with every member of the committee", date(2018, 9, 28), Part.ONE),
                ("Report on Priority 2", date(2018, 10, 16), Part.ONE),
                ("Settle with the supplier", None, Part.TWO),
            ]
        ):
            action = Action.objects.create(
                partnership=self.partnership,
                title=title,
                due_on=due_on,
                part=part,
                owner=owner,
                council=councils[n],
                source="Minutes of 4 July 2018, item 6",
                created_at=timezone.now(),
            )
            ActionUpdate.objects.create(
                action=action, at=timezone.now(), by=self.clerk, status=Action.Status.IN_HAND, text="Sent.\nTo all."
            )
        self.action = Action.objects.order_by("pk").first()
        for n in range(55):
            audit.record(
                by=self.clerk if n % 2 else None,
                verb="return.submit",
                target=self.partnership,
                partnership=self.partnership,
                before={"state": "draft"},
                after={"state": "submitted", "figures": 13},
                reason="Checked with the service desk",
                restricted=n % 5 == 0,
            )
        self.running = self.job("a", state=Job.State.RUNNING, step="Paper 2", progress=2, total=8, attempts=1)
        self.failed = self.job("b", state=Job.State.FAILED, error="Paper 6 is not cleared. Clear it first.")
        self.done = self.job("c", state=Job.State.DONE, result={"url": self.home, "label": "Public, 30 pages"})

    def job(self, key: str, **values: object) -> Job:
        lease = timezone.now() + timedelta(hours=1) if values["state"] == Job.State.RUNNING else None
        return Job.objects.create(
            kind="committees.pack",
            key=key,
            partnership=self.partnership,
            requested_by=self.clerk,
            requested_at=timezone.now(),
            lease_until=lease,
            payload={"origin": {"url": self.home, "label": "Back to the meeting"}},
            **values,
        )


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, world, width, dark):
    home = world.home
    pages = {
        None: ["/", home, "/account/sign-in/", "/account/sign-up/", "/account/password/forgotten/"],
        world.officer: ["/?all=yes", home],
        world.clerk: [
            home,
            f"{home}actions/",
            f"{home}actions/?status=closed",
            f"{home}actions/{world.action.pk}/",
            *(f"{home}jobs/{job.pk}/" for job in (world.running, world.failed, world.done)),
            "/account/password/",
            "/account/confirm/",
            "/account/sign-out/",
        ],
        world.auditor: [f"{home}audit/", f"{home}audit/?since=x"],
        world.administrator: [f"{home}demonstration-day/"],
    }
    for user, paths in pages.items():
        page = visit(paths[0], user=user, width=width, dark=dark)
        for path in paths:
            page.goto(path)
            assert_fits(page)
            assert_no_foreign_requests(page)
            if width > 320:  # the narrowest is the 390 px page with less room
                assert_axe(page)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_pages_for_what_went_wrong_are_accessible_too(visit, world, width, dark):
    page = visit("/", user=world.officer, width=width, dark=dark)
    for status in ("404", "403", "429"):
        expect_error(page, f"status of {status}")
    for path, heading in [
        ("/a/b/c/d/e/", "There is no such page for you to see"),
        (f"{world.home}audit/", "This is not yours to do"),
    ]:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_axe(page)
        assert_fits(page)
    page.context.clear_cookies()
    for _ in range(6):
        page.goto("/account/sign-in/")
        page.get_by_label("User name").fill("nobody")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in is locked for 15 minutes")
    assert_axe(page)
    assert_fits(page)


def test_signing_in_by_keyboard(visit, world):
    page = visit(f"{world.home}actions/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("User name or e-mail address")).to_be_focused()
    page.keyboard.type(world.clerk.username)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    # The summary has the focus, so that its words are read first; what was typed is still there.
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is wrong.")
    expect(page.get_by_label("User name or e-mail address")).to_have_value(world.clerk.username)
    assert_axe(page)
    page.get_by_label("Password").focus()
    page.keyboard.type("correct-horse-battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Three actions are outstanding, one overdue")
    assert page.url.endswith(f"{world.home}actions/")
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_progress_is_recorded_with_and_without_scripts(visit, world, javascript):
    page = visit(f"{world.home}actions/{world.action.pk}/", user=world.clerk, javascript=javascript)
    expect_error(page, "status of 422")
    page.get_by_role("button", name="Record progress").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("What was done: Say what was done, or what holds it up.")
    summary.get_by_role("link").click()
    expect(page.get_by_label("What was done")).to_be_focused()
    page.get_by_label("Status now").select_option("Closed")
    page.get_by_label("What was done").fill("Sent to every member.")
    page.get_by_role("button", name="Record progress").click()
    expect(page.get_by_role("status")).to_have_text("Progress recorded.")
    expect(page.get_by_text("Sent to every member.")).to_be_visible()


def test_the_table_is_sorted_and_chosen_from_by_keyboard(visit, world):
    page = visit(f"{world.home}actions/", user=world.clerk)
    head = page.get_by_role("columnheader", name="Action")
    head.get_by_role("link").press("Enter")
    expect(page.get_by_role("columnheader", name="Action")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("rowheader")).to_have_count(3)
    page.get_by_label("Council").select_option("Southwark")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("rowheader")).to_have_text(["Settle with the supplier Part II"])


def test_the_page_of_a_job_keeps_itself_up_to_date(visit, world):
    page = visit(f"{world.home}jobs/{world.running.pk}/", user=world.clerk)
    expect(page.get_by_label("Paper 2")).to_have_attribute("value", "2")
    Job.objects.filter(pk=world.running.pk).update(step="Paper 3", progress=5)
    expect(page.get_by_label("Paper 3")).to_have_attribute("value", "5")
    Job.objects.filter(pk=world.running.pk).update(
        state=Job.State.DONE, lease_until=None, result={"url": world.home, "label": "Public, 30 pages"}
    )
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Public, 30 pages")).to_be_visible()


def test_the_page_of_a_job_is_checked_again_without_scripts(visit, world):
    page = visit(f"{world.home}jobs/{world.running.pk}/", user=world.clerk, javascript=False)
    Job.objects.filter(pk=world.running.pk).update(step="Paper 3", progress=5)
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_label("Paper 3")).to_have_attribute("value", "5")


def test_the_partnerships_colours_reach_the_page(visit, world):
    world.partnership.hue = 338
    world.partnership.save()
    page = visit(world.home)
    read = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"
    assert page.evaluate(read, "--hue") == "338"
    assert page.evaluate(read, "--councils") == "3"
    page.goto("/account/sign-in/")
    assert page.evaluate(read, "--hue") == "218"


def test_a_list_prints_without_its_controls(visit, world, tmp_path: Path):
    page = visit(f"{world.home}actions/", user=world.clerk)
    paper = tmp_path / "actions.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
    printed = " ".join(text.split())
    assert "Three actions are outstanding, one overdue" in printed
    assert "Settle with the supplier" in printed
    assert "Minutes of 4 July 2018, item 6" in printed  # also the column that a narrow page leaves out
    for control in ("Sign out", "Show", "Change your password", "Choose another day", "↕"):
        assert control not in printed
    info = subprocess.run(["pdfinfo", paper], capture_output=True, text=True, check=True).stdout
    assert "Page size:       594.96 x 841.92 pts (A4)" in info
