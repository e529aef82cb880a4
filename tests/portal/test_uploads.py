"""Every file that is handed in passes one place."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import uploads
from portal.models import Partnership, Upload, User
from portal.policies import Refused
from tests import factories, samples
from tests.portal.test_scanning import EICAR, Daemon, daemon_at

pytestmark = pytest.mark.django_db

CSV = b"code,figure\np1,7\n"


@pytest.fixture
def home() -> Partnership:
    return factories.partnership(factories.council())


@pytest.fixture
def officer(home: Partnership) -> User:
    return factories.user(home, "clerk")


@pytest.fixture
def take(home: Partnership, officer: User):
    def accept(name: str, content: bytes, *kinds: str, limit: int | None = None) -> Upload:
        return uploads.accept(
            samples.uploaded(name, content),
            purpose="return",
            kinds=kinds or ("csv", "xlsx"),
            partnership=home,
            by=officer,
            limit=limit,
        )

    return accept


def stored() -> list[str]:
    return default_storage.listdir("uploads")[1] if default_storage.exists("uploads") else []


def test_a_file_is_kept_under_a_name_that_says_nothing(take, home, officer) -> None:
    upload = take("april.csv", CSV)
    assert (upload.name, upload.kind, upload.size, upload.purpose) == ("april.csv", "csv", len(CSV), "return")
    assert upload.sha256 == hashlib.sha256(CSV).hexdigest()
    assert (upload.partnership, upload.uploaded_by, upload.scanned_with) == (home, officer, "")
    folder, _, name = upload.file.name.partition("/")
    assert folder == "uploads"
    assert len(name) == 32
    assert "april" not in name
    with uploads.open(Upload.objects.get()) as file:
        assert file.read() == CSV


def test_nobody_else_on_the_machine_reads_it(take) -> None:
    path = Path(take("april.csv", CSV).file.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_file_twice_is_two_uploads(take) -> None:
    assert take("april.csv", CSV).file.name != take("april.csv", CSV).file.name


@pytest.mark.parametrize("claimed", ["text/csv", "image/png", "application/x-msdownload"])
def test_the_content_decides_not_name_and_not_browser(home, officer, claimed: str) -> None:
    file = samples.uploaded("holiday.png", CSV, claimed)
    upload = uploads.accept(file, purpose="return", kinds=["csv"], partnership=home, by=officer)
    assert upload.kind == "csv"


@pytest.mark.parametrize(
    ("name", "content", "kinds", "words"),
    [
        ("a.csv", samples.PDF, ("csv", "xlsx"), "“a.csv” is a PDF. Choose a CSV file or an Excel workbook (.xlsx)."),
        ("a.pdf", CSV, ("pdf",), "“a.pdf” is a CSV file. Choose a PDF."),
        ("a.xlsx", samples.document(), ("xlsx",),
         "“a.xlsx” is a Word document (.docx). Choose an Excel workbook (.xlsx)."),
        ("a.csv", b"", ("csv",), "“a.csv” is empty. Choose the file that has the content in it."),
        ("a.docx", samples.archive({"a": "b"}), ("docx",),
         "“a.docx” is an archive, not a document. Unpack it and choose the one file that is meant."),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_by_name_with_the_remedy(take, name, content, kinds, words) -> None:
    with pytest.raises(Refused) as refused:
        take(name, content, *kinds)
    assert str(refused.value) == words
    assert not Upload.objects.exists()
    assert stored() == []


def test_each_kind_has_its_own_limit(take, settings) -> None:
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "csv": 10 * 1024 * 1024, "pdf": 1024}
    take("a.pdf", samples.PDF, "pdf")
    with pytest.raises(Refused) as refused:
        take("long.pdf", samples.PDF + b" " * 1024, "pdf", "csv")
    assert str(refused.value) == (
        "“long.pdf” is larger than 1 kB, the most that a PDF may have. Leave out what is not needed, or split it."
    )


def test_a_purpose_can_take_less(take) -> None:
    with pytest.raises(Refused) as refused:
        take("long.csv", b"x" * 3_000_000, limit=2 * 1024 * 1024)
    assert str(refused.value) == (
        "“long.csv” is larger than 2 MB, the most that it may have. Leave out what is not needed, or split it."
    )


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("april.csv", "april.csv"),
        ("C:\\Users\\me\\april.csv", "april.csv"),
        ("../../etc/passwd", "passwd"),
        ("line\nbreak\r\x00.csv", "line break .csv"),
        ("exe\u202evsc.xlsx", "exe vsc.xlsx"),
        ("zero\u200bwidth.csv", "zero width.csv"),
        ('a"b<c>.csv', "abc.csv"),
        ("  ..hidden. ", "hidden"),
        ("...", "file"),
        ("", "file"),
        ("Café – Überblick.xlsx", "Café – Überblick.xlsx"),
        ("x" * 300 + ".xlsx", "x" * 94 + "….xlsx"),
        ("y" * 300, "y" * 99 + "…"),
    ],
)
def test_names_are_made_harmless(name: str, harmless: str) -> None:
    assert uploads.harmless_name(name) == harmless


@pytest.fixture
def clamd(settings, tmp_path: Path) -> Iterator[Daemon]:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    with daemon_at(str(tmp_path / "clamd")) as daemon:
        yield daemon


def test_the_scanner_sees_what_is_stored(take, clamd: Daemon) -> None:
    upload = take("april.csv", CSV)
    assert upload.scanned_with == "ClamAV"
    assert clamd.received == [CSV]
    with uploads.open(upload) as file:
        assert file.read() == CSV


def test_what_the_scanner_knows_is_refused_and_not_kept(take, clamd: Daemon) -> None:
    with pytest.raises(Refused) as refused:
        take("april.csv", EICAR)
    assert str(refused.value) == (
        "“april.csv” was refused: the virus scanner knows it as Eicar-Test-Signature. Tell your ICT security team."
    )
    assert not Upload.objects.exists()
    assert stored() == []


def test_a_scanner_that_does_not_answer_refuses(take, settings, tmp_path: Path) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'nobody'}"
    with pytest.raises(Refused, match=r"^“april.csv” was not taken, because the virus scanner does not answer\."):
        take("april.csv", CSV)
    assert not Upload.objects.exists()


def test_deleting_removes_the_file_and_keeps_the_row(take, django_capture_on_commit_callbacks) -> None:
    upload = take("april.csv", CSV)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.delete(upload)
        assert len(stored()) == 1  # until it is certain that the transaction holds
    assert stored() == []
    kept = Upload.objects.get()
    assert (kept.name, kept.file.name) == ("april.csv", "")
    with pytest.raises(Refused, match=r"“april.csv” is no longer kept"):
        uploads.open(kept)
    uploads.delete(kept)  # again does nothing


def test_a_file_that_was_lost_is_said_to_be(take) -> None:
    upload = take("april.csv", CSV)
    default_storage.delete(upload.file.name)
    with pytest.raises(Refused, match="no longer kept"):
        uploads.open(upload)


def test_the_sweep_takes_old_uploads_that_nothing_refers_to(take, settings, django_capture_on_commit_callbacks) -> None:
    settings.UPLOAD_KEEP_DAYS = 30
    old, new = take("old.csv", CSV), take("new.csv", CSV)
    Upload.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=31))
    Upload.objects.filter(pk=new.pk).update(uploaded_at=timezone.now() - timedelta(days=29))
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.sweep() == (1, 0)
    assert [one.name for one in Upload.objects.all()] == ["new.csv"]
    assert stored() == [new.file.name.removeprefix("uploads/")]


def test_the_sweep_takes_files_without_an_upload_once_they_are_old(take, settings, tmp_path: Path, capsys) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    kept = take("april.csv", CSV)
    old, new = (default_storage.save(f"uploads/{name}", ContentFile(b"x")) for name in ("old", "new"))
    arriving = tmp_path / "abc.upload.csv"
    arriving.write_bytes(b"half")
    other = tmp_path / "other.txt"
    other.write_bytes(b"not ours")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    for path in (default_storage.path(old), arriving, other, default_storage.path(kept.file.name)):
        os.utime(path, (two_days_ago, two_days_ago))
    call_command("sweep_uploads")
    assert capsys.readouterr().out == "No upload and two stray files removed\n"
    assert default_storage.exists(new)
    assert not default_storage.exists(old)
    assert not arriving.exists()
    assert other.exists()
    assert default_storage.exists(kept.file.name)


def test_a_request_larger_than_anything_that_is_taken_is_answered_in_words(home, officer, settings) -> None:
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "pdf": 4 * 1024 * 1024, "csv": 1024, "xlsx": 1024,
                              "docx": 1024, "png": 1024, "jpeg": 1024}  # fmt: skip
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="portal.signin.PortalBackend")
    url = reverse("portal:start", kwargs={"partnership": home.slug})
    answer = client.post(url, {"file": samples.uploaded("big.pdf", b"x" * (6 * 1024 * 1024))})
    assert answer.status_code == 413
    assert "What you sent is larger than 4 MB, and nothing of it was kept." in answer.content.decode()
    # One that fits goes on to the page, which takes no form, or none without its token.
    answer = client.post(url, {"file": samples.uploaded("small.pdf", b"x" * (3 * 1024 * 1024))})
    assert answer.status_code in (403, 405)


def test_nobody_fills_the_disk_without_signing_in(home) -> None:
    url = reverse("portal:start", kwargs={"partnership": home.slug})
    answer = Client().post(url, {"file": samples.uploaded("big.pdf", b"x" * (3 * 1024 * 1024))})
    assert answer.status_code == 413
    assert "To hand in a file, sign in first." in answer.content.decode()


def test_words_for_sizes() -> None:
    sizes = (1, 700, 2048, 1024 * 1024, int(2.4 * 1024 * 1024))
    assert [uploads.megabytes(size) for size in sizes] == ["1 kB", "1 kB", "2 kB", "1 MB", "2.4 MB"]
