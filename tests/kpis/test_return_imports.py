"""A return from a file, from the layout to the grid: what was shown is imported, all of it or nothing."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from kpis import actions, return_imports
from kpis.models import Figure, ReturnImport, ReturnVersion
from kpis.saving import Box, save_boxes
from portal import uploads
from portal.models import AuditEvent, RoleGrant, Upload, User
from portal.policies import Refused
from tests import factories, samples
from tests.kpis.conftest import TRUE_MONTH

pytestmark = pytest.mark.django_db

HERE = {"partnership": "brent-lewisham-southwark", "council": "brent", "period": "2018-10"}
EDIT = "/brent-lewisham-southwark/returns/brent/2018-10/edit/"


def url(name: str, **more: Any) -> str:
    return reverse(f"kpis:{name}", kwargs=HERE | {"period": date(2018, 10, 1)} | more)


@pytest.fixture
def page(client: Client, officer: User) -> Client:
    client.force_login(officer, backend="portal.signin.PortalBackend")
    return client


@pytest.fixture
def colleague(officer: User) -> User:
    grant = RoleGrant.objects.get(user=officer)
    return factories.user(grant.partnership, "officer", grant.council)


def downloaded(page: Client) -> Workbook:
    response = page.get(url("return-layout-xlsx"))
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def filled(book: Workbook, figures: dict[str, Any]) -> bytes:
    """The layout with figures in it, as an officer fills it in: by the code in the first column."""
    sheet = book.active
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in figures:
            row[4].value = figures[row[0].value]
    return samples.saved(book)


def csv_of(figures: dict[str, str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["Code", "Figure"], *figures.items()])
    return out.getvalue().encode()


def hand_in(page: Client, content: bytes, name: str = "october.xlsx") -> Any:
    return page.post(url("return-import"), {"file": samples.uploaded(name, content)})


def show(page: Client, content: bytes, name: str = "october.xlsx") -> ReturnImport:
    response = hand_in(page, content, name)
    assert response.status_code == 302, response.content.decode()
    made = ReturnImport.objects.get()
    assert response["Location"] == url("return-import-preview", pk=made.pk)
    return made


def typed_in(version: ReturnVersion) -> dict[str, str]:
    return {one.indicator.code: one.typed for one in version.figures.select_related("indicator") if one.typed}


# The whole way


def test_from_the_layout_to_the_grid(page: Client, draft: ReturnVersion, officer: User) -> None:
    numbers = {code: float(text.replace(",", "")) for code, text in TRUE_MONTH.items()}
    made = show(page, filled(downloaded(page), numbers))
    assert typed_in(draft) == {}  # nothing has changed yet
    preview = page.get(url("return-import-preview", pk=made.pk)).content.decode()
    assert "The file would change 13 figures" in preview
    assert '<button class="btn">Import 13 figures</button>' in preview
    assert "Nothing is imported yet." in preview
    done = page.post(url("return-import-apply", pk=made.pk), follow=True)
    assert done.redirect_chain == [(EDIT, 302)]
    grid = done.content.decode()
    assert "13 figures from “october.xlsx” are in the return." in grid
    assert 'name="figure.service-requests" value="2270"' in grid
    assert Figure.objects.get(version=draft, indicator__code="overall-sla").amount == Decimal("85.77")
    assert typed_in(draft)["service-requests"] == "2270"
    # The check ran: this month is true in itself, so it finds only what is unusual beside the months before.
    assert "Adds up" in grid
    event = AuditEvent.objects.get(verb="return.import")
    assert (event.by, event.after["file"], event.after["figures"]) == (officer, "october.xlsx", 13)
    assert event.after["sha256"] == made.upload.sha256
    assert AuditEvent.objects.get(verb="return.save").after["figure.p1-incidents"] == "10"


def test_one_wrong_cell_imports_nothing(page: Client, draft: ReturnVersion) -> None:
    figures = {code: float(text.replace(",", "")) for code, text in TRUE_MONTH.items()} | {"p2-incidents": "n/a"}
    made = show(page, filled(downloaded(page), figures))
    preview = page.get(url("return-import-preview", pk=made.pk)).content.decode()
    assert "One cell of the file cannot be imported" in preview
    assert "“n/a” is not a number. Leave the cell empty where there is no figure" in preview
    assert "Import 12 figures" not in preview
    response = page.post(url("return-import-apply", pk=made.pk), follow=True)
    assert "“october.xlsx” was not imported: one cell cannot be read." in response.content.decode()
    assert typed_in(draft) == {}
    assert not AuditEvent.objects.filter(verb__in=["return.import", "return.save"]).exists()


def test_what_the_check_finds_is_in_the_return_afterwards(page: Client, draft: ReturnVersion) -> None:
    """6 incidents and 83.88 %: 242 is the fewest that give it (see the seed's own figures)."""
    made = show(page, csv_of({"p1-incidents": "6", "p1-sla": "83.88"}), "october.csv")
    page.post(url("return-import-apply", pk=made.pk))
    finding = draft.findings.get(indicator__code="p1-sla")
    assert (finding.severity, finding.stated) == ("error", "83.88")


def test_the_layout_as_csv_comes_back_unchanged(page: Client, draft: ReturnVersion, officer: User) -> None:
    save_boxes(
        version=draft, boxes=[Box("figure.p1-incidents", "1,013", ""), Box("figure.p1-sla", "=x", "")], by=officer
    )
    content = b"".join(page.get(url("return-layout-csv")).streaming_content)
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert table[0] == [
        "Code", "Indicator", "Unit", "Figure before", "Figure for Brent, October 2018", "In time", "Measured"
    ]  # fmt: skip
    rows = {row[0]: row for row in table[1:]}
    # The published pack has one priority 1 incident for Brent in September 2018 (fixtures/…/figures.csv).
    assert rows["p1-incidents"][1:5] == ["Priority 1 incidents", "Count", "1", "1013"]
    assert rows["p1-sla"][4] == "'=x"  # what cannot be a figure goes out as it stands, but harmless
    assert "calls-per-employee" not in rows
    response = hand_in(page, content, "october.csv")
    assert response.status_code == 302
    made = ReturnImport.objects.get()
    assert [(one["box"], one["state"]) for one in made.lines] == [("figure.p1-incidents", "same")]
    assert [one["cell"] for one in made.faults] == ["E8"]  # the formula stands in the eighth row
    assert "is a formula" in made.faults[0]["message"]


def test_the_layout_as_a_workbook_has_numbers_and_no_account_name(page: Client, draft: ReturnVersion) -> None:
    book = downloaded(page)
    assert book.sheetnames == ["Return"]
    assert book.properties.creator in (None, "openpyxl")
    assert book.properties.title == "Return of Brent, October 2018"
    rows = {row[0].value: row for row in book.active.iter_rows(min_row=2)}
    assert (rows["p1-incidents"][3].value, rows["p1-incidents"][3].data_type) == (1, "n")
    assert rows["p1-incidents"][4].value is None


def test_counts_behind_a_percentage_are_imported(page: Client, draft: ReturnVersion) -> None:
    content = b"Code,In time,Measured\np1-sla,5,6\n"
    made = show(page, content, "counts.csv")
    assert [line["box"] for line in made.lines] == ["numerator.p1-sla", "denominator.p1-sla"]
    page.post(url("return-import-apply", pk=made.pk))
    figure = Figure.objects.get(version=draft, indicator__code="p1-sla")
    assert (figure.numerator, figure.denominator, figure.amount) == (5, 6, Decimal("83.33"))


def test_an_empty_cell_changes_nothing(page: Client, draft: ReturnVersion, officer: User) -> None:
    save_boxes(
        version=draft, boxes=[Box("figure.p1-incidents", "10", ""), Box("figure.p2-incidents", "20", "")], by=officer
    )
    made = show(page, csv_of({"p1-incidents": "", "p2-incidents": "21"}), "october.csv")
    preview = page.get(url("return-import-preview", pk=made.pk)).content.decode()
    assert "The file would change one figure" in preview
    page.post(url("return-import-apply", pk=made.pk))
    assert typed_in(draft) == {"p1-incidents": "10", "p2-incidents": "21"}


def test_a_file_that_changes_nothing_has_no_button(page: Client, draft: ReturnVersion, officer: User) -> None:
    save_boxes(version=draft, boxes=[Box("figure.service-requests", "2,270", "")], by=officer)
    made = show(page, csv_of({"service-requests": "2270"}), "october.csv")
    preview = page.get(url("return-import-preview", pk=made.pk)).content.decode()
    assert "The file would change nothing" in preview
    assert "return-import-apply" not in preview
    assert f"{made.pk}/apply/" not in preview
    answer = page.post(url("return-import-apply", pk=made.pk), follow=True)
    assert "“october.csv” changes nothing in this return." in answer.content.decode()


# Somebody else in between


def test_a_figure_changed_meanwhile_stops_the_whole_file(page, draft, officer, colleague) -> None:
    made = show(page, csv_of({"p1-incidents": "10", "p2-incidents": "20"}), "october.csv")
    save_boxes(version=draft, boxes=[Box("figure.p2-incidents", "25", "")], by=colleague)
    answer = page.post(url("return-import-apply", pk=made.pk))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Nothing was imported. One figure changed in the return after this preview was made." in text
    assert "Priority 2 incidents: “25” is there now, and the preview showed nothing." in text
    assert "Import two figures" not in text
    assert typed_in(draft) == {"p2-incidents": "25"}
    assert not AuditEvent.objects.filter(verb="return.import").exists()
    # Choosing the file again shows it against the return as it is now.
    ReturnImport.objects.all().delete()
    again = show(page, csv_of({"p1-incidents": "10", "p2-incidents": "20"}), "october.csv")
    page.post(url("return-import-apply", pk=again.pk))
    assert typed_in(draft) == {"p1-incidents": "10", "p2-incidents": "20"}


def test_a_figure_that_the_file_does_not_touch_disturbs_nothing(page, draft, colleague) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    save_boxes(version=draft, boxes=[Box("figure.p2-incidents", "25", "")], by=colleague)
    page.post(url("return-import-apply", pk=made.pk))
    assert typed_in(draft) == {"p1-incidents": "10", "p2-incidents": "25"}


def test_a_second_click_does_nothing_more(page, draft, colleague) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    page.post(url("return-import-apply", pk=made.pk))
    save_boxes(version=draft, boxes=[Box("figure.p1-incidents", "11", "10")], by=colleague)
    again = page.post(url("return-import-apply", pk=made.pk))
    assert (again.status_code, again["Location"]) == (302, EDIT)
    assert typed_in(draft) == {"p1-incidents": "11"}
    assert AuditEvent.objects.filter(verb="return.import").count() == 1
    shown = page.get(url("return-import-preview", pk=made.pk), follow=True)
    assert shown.redirect_chain == [(EDIT, 302)]
    assert "“october.csv” is imported." in shown.content.decode()


# Who may, and when


def test_a_preview_is_its_makers_alone(page, draft, colleague, client: Client) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    other = Client()
    other.force_login(colleague, backend="portal.signin.PortalBackend")
    assert other.get(url("return-import-preview", pk=made.pk)).status_code == 404
    assert other.post(url("return-import-apply", pk=made.pk)).status_code == 404
    assert typed_in(draft) == {}


@pytest.mark.parametrize("name", ["officer-lewisham", "approver-brent", "service-manager", "auditor", "clerk"])
def test_nobody_else_imports(page, draft, name: str) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    other = Client()
    other.force_login(User.objects.get(username=name), backend="portal.signin.PortalBackend")
    for address in ("return-import", "return-layout-csv", "return-layout-xlsx"):
        assert other.get(url(address)).status_code == 403
    assert hand_in(other, csv_of({"p1-incidents": "10"})).status_code == 403
    assert other.get(url("return-import-preview", pk=made.pk)).status_code == 403
    assert other.post(url("return-import-apply", pk=made.pk)).status_code == 403
    assert typed_in(draft) == {}
    assert Upload.objects.count() == 1


def test_a_preview_is_of_its_own_return_only(page, draft, officer, seed, brent) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    seed.demonstration_today = date(2018, 12, 3)
    seed.save()
    actions.open_return(partnership=seed, council=brent, period=date(2018, 11, 1), by=officer)
    assert page.get(url("return-import-preview", pk=made.pk, period=date(2018, 11, 1))).status_code == 404
    assert page.post(url("return-import-apply", pk=made.pk, period=date(2018, 11, 1))).status_code == 404


def test_importing_is_a_form_and_nothing_else(page, draft) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    assert page.get(url("return-import-apply", pk=made.pk)).status_code == 405
    assert page.post(url("return-import-preview", pk=made.pk)).status_code == 405


def test_a_preview_holds_for_two_hours(page, draft) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    ReturnImport.objects.update(made_at=timezone.now() - timedelta(hours=2, minutes=1))
    for answer in (
        page.post(url("return-import-apply", pk=made.pk), follow=True),
        page.get(url("return-import-preview", pk=made.pk), follow=True),
    ):
        assert answer.redirect_chain == [(url("return-import"), 302)]
        assert "This preview of “october.csv” is more than two hours old" in answer.content.decode()
    assert typed_in(draft) == {}


def test_only_a_draft_takes_a_file(page, draft, officer) -> None:
    made = show(page, csv_of({"p1-incidents": "10"}), "october.csv")
    now = timezone.now()
    ReturnVersion.objects.filter(pk=draft.pk).update(state="submitted", submitted_by=officer, submitted_at=now)
    addresses = [
        page.get(url("return-import"), follow=True),
        page.get(url("return-layout-csv"), follow=True),
        page.get(url("return-layout-xlsx"), follow=True),
        page.get(url("return-import-preview", pk=made.pk), follow=True),
        page.post(url("return-import-apply", pk=made.pk), follow=True),
        page.post(url("return-import"), {"file": samples.uploaded("a.csv", b"Code,Figure\n")}, follow=True),
    ]
    for answer in addresses:
        assert answer.redirect_chain == [("/brent-lewisham-southwark/returns/brent/2018-10/", 302)]
        assert "October 2018 is submitted and waits for approval: nothing was changed." in answer.content.decode()
    assert typed_in(draft) == {}
    with pytest.raises(Refused, match="nothing was changed"):
        return_imports.apply(import_=made, by=officer)
    with pytest.raises(Refused, match="nothing was changed"):
        return_imports.prepare(version=draft, file=samples.uploaded("a.csv", csv_of({"p1-incidents": "1"})), by=officer)


def test_a_month_that_was_not_opened_has_nothing_to_import_into(page, seed) -> None:
    assert page.get(url("return-import")).status_code == 404


# Files that are none


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "The file is empty. Choose the one that has the figures in it."),
        ("a.csv", b"\n\n", "“a.csv” has nothing in it. Download the layout, fill it in and choose that file."),
        ("a.pdf", samples.PDF, "“a.pdf” is a PDF. Choose a CSV file or an Excel workbook (.xlsx)."),
        ("a.csv", b"Name,Value\na,1\n", "“a.csv” has no column headed “Code” in its first 10 rows."),
        ("a.csv", b'Code,"Figure for Lewisham, October 2018"\nx,1\n',
         "“a.csv” is the layout for Lewisham, October 2018, and this return is Brent, October 2018."),
        ("a.csv", b"x" * (2 * 1024 * 1024 + 1), "“a.csv” is larger than 2 MB, the most that it may have."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_return_is_refused_beside_the_field(page, draft, name, content, words) -> None:
    answer = hand_in(page, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ReturnImport.objects.exists()
    assert not Upload.objects.exists()


def test_no_file_is_asked_for_one(page, draft) -> None:
    answer = page.post(url("return-import"))
    assert answer.status_code == 422
    assert "Filled-in file: Choose the file." in answer.content.decode()


def test_a_refused_file_leaves_nothing_behind(page, draft, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(page, b"Name,Value\na,1\n", "a.csv")
    assert default_storage.listdir("uploads")[1] == []


def test_old_previews_go_with_their_files_and_imported_files_stay(
    page, draft, django_capture_on_commit_callbacks
) -> None:
    page.post(url("return-import-apply", pk=show(page, csv_of({"p1-incidents": "10"}), "kept.csv").pk))
    kept = Upload.objects.get()
    hand_in(page, csv_of({"p2-incidents": "20"}), "looked-at.csv")
    long_ago = timezone.now() - timedelta(days=40)
    Upload.objects.update(uploaded_at=long_ago)
    ReturnImport.objects.update(made_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.sweep() == (1, 0)
    assert [one.name for one in Upload.objects.all()] == ["kept.csv"]
    assert default_storage.listdir("uploads")[1] == [kept.file.name.removeprefix("uploads/")]


def test_the_edit_page_leads_to_it(page, draft) -> None:
    assert f'href="{url("return-import")}"' in page.get(EDIT).content.decode()
