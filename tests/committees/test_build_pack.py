"""The command: a file, a line of JSON, and clear words for what is wrong."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from committees.models import Pack
from tests import factories, pdf_checks
from tests.committees import makers

pytestmark = pytest.mark.django_db


def run(meeting: str, edition: str, output: Path, **options: Any) -> list[str]:
    said = StringIO()
    call_command("build_pack", meeting, edition=edition, output=str(output), stdout=said, **options)
    return said.getvalue().splitlines()


def test_it_writes_the_pack_and_ends_with_json(tmp_path: Path) -> None:
    world = makers.world()
    output = tmp_path / "pack.pdf"
    lines = run(f"{world.partnership.slug}/2018-10-16", "public", output)
    result = json.loads(lines[-1])
    content = output.read_bytes()
    assert set(result) == {"pages", "bytes", "seconds", "papers_rendered", "papers_reused", "sha256"}
    assert (result["papers_rendered"], result["papers_reused"]) == (1, 0)
    assert result["bytes"] == len(content)
    assert result["sha256"] == hashlib.sha256(content).hexdigest()
    assert result["pages"] == len(pdf_checks.page_labels(content))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pack.pdf"]
    assert Pack.objects.count() == 0
    again = json.loads(run(f"{world.partnership.slug}/2018-10-16", "members", output)[-1])
    assert (again["papers_rendered"], again["papers_reused"]) == (0, 1)


def refusal(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run(*args, **kwargs)
    return str(caught.value)


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    world = makers.world()
    slug, output = world.partnership.slug, tmp_path / "pack.pdf"
    good = f"{slug}/2018-10-16"
    assert refusal(good, "secret", output) == "--edition is 'secret'. Give public or members."
    assert refusal("none/2018-10-16", "public", output) == f"There is no partnership 'none'. There are: {slug}."
    assert "There are meetings on: 16 October 2018." in refusal(f"{slug}/2018-10-17", "public", output)
    assert "names no meeting. Write PARTNERSHIP/YYYY-MM-DD." in refusal(slug, "public", output)
    assert "names no meeting" in refusal(f"{slug}/16-10-2018", "public", output)
    assert "There is no folder" in refusal(good, "public", tmp_path / "none" / "pack.pdf")
    assert "is a folder" in refusal(good, "public", tmp_path)
    assert list(tmp_path.glob("*.pdf")) == []


def test_two_committees_on_one_day(tmp_path: Path) -> None:
    world = makers.world()
    other = factories.committee(world.partnership, slug="other")
    factories.meeting(other)
    named = f"{world.partnership.slug}/2018-10-16"
    assert "Choose with --committee" in refusal(named, "public", tmp_path / "pack.pdf")
    assert json.loads(run(named, "public", tmp_path / "pack.pdf", committee="other")[-1])["pages"] == 2


def test_a_paper_that_cannot_be_printed(tmp_path: Path) -> None:
    world = makers.world()
    world.section.body = "[x](here.html)"
    world.section.save()
    said = refusal(f"{world.partnership.slug}/2018-10-16", "public", tmp_path / "pack.pdf")
    assert said.startswith("Item 1, paper 1 cannot become a PDF")
    assert list(tmp_path.glob("*.pdf")) == []


def test_nothing_is_left_where_the_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written beside its place and moved there whole, so that what stood there before stays until then."""
    world = makers.world()
    output = tmp_path / "pack.pdf"
    output.write_bytes(b"yesterday's pack")

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.replace", full)
    said = refusal(f"{world.partnership.slug}/2018-10-16", "public", output)
    assert said == (
        f"{output} cannot be written: No space left on device. "
        "Make room or the folder writable, or give another --output."
    )
    assert output.read_bytes() == b"yesterday's pack"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pack.pdf"]


def test_a_place_that_takes_no_file_is_found_out_before_the_build() -> None:
    world = makers.world()
    world.section.body = "[x](here.html)"  # a build would stop at this
    world.section.save()
    # Nobody makes files there, not even root.
    said = refusal(f"{world.partnership.slug}/2018-10-16", "public", Path("/proc/pack.pdf"))
    assert said.startswith("/proc/pack.pdf cannot be written: ")
    assert said.endswith("give another --output.")


@pytest.mark.parametrize(("edition", "mode"), [("public", 0o644), ("members", 0o600)])
def test_who_may_open_the_file(tmp_path: Path, edition: str, mode: int) -> None:
    world = makers.world()
    output = tmp_path / "pack.pdf"
    output.touch(0o666)
    run(f"{world.partnership.slug}/2018-10-16", edition, output)
    assert output.stat().st_mode & 0o777 == mode
