"""Published packs stay as they are, on SQLite's connections without recursive triggers too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from committees.models import Pack
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is a word of SQLite"),
]


@pytest.fixture(params=["ON", "OFF"])
def recursive(request: pytest.FixtureRequest) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers = {request.param}")
        yield
        cursor.execute("PRAGMA recursive_triggers = ON")


@pytest.fixture
def meeting(db: None) -> Any:
    return factories.meeting(factories.committee(factories.partnership(factories.council("Brent"))))


def pack(meeting: Any, number: int, *, published: bool) -> Pack:
    return Pack.objects.create(
        meeting=meeting,
        edition="public",
        number=number,
        file="packs/a.pdf",
        sha256="a" * 64,
        pages=30,
        bytes=1000,
        built_at=timezone.now(),
        published_at=timezone.now() if published else None,
    )


COLUMNS = "meeting_id, edition, file, sha256, pages, bytes, ranges, built_at, number"


def replace(pk: int | str, number: int | str) -> None:
    """A pack with another sum, under this key and this number; the rest as in the first pack."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO committees_pack (id, {COLUMNS}) SELECT {pk}, meeting_id, edition, file, 'b', "
            f"pages, bytes, ranges, built_at, {number} FROM committees_pack LIMIT 1"
        )


@pytest.mark.usefixtures("recursive")
@pytest.mark.parametrize("by", ["key", "number"])
def test_a_published_pack_cannot_be_replaced(meeting: Any, by: str) -> None:
    kept = pack(meeting, 1, published=True)
    with pytest.raises(IntegrityError, match="never changed or removed"):
        replace(kept.pk if by == "key" else "NULL", 1 if by == "number" else 2)
    assert Pack.objects.get().sha256 == "a" * 64


@pytest.mark.usefixtures("recursive")
@pytest.mark.parametrize("change", ["id = {kept}", "number = 1"])
def test_no_draft_can_take_the_place_of_a_published_pack(meeting: Any, change: str) -> None:
    kept = pack(meeting, 1, published=True)
    draft = pack(meeting, 2, published=False)
    with (
        pytest.raises(IntegrityError, match="never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE OR REPLACE committees_pack SET {change.format(kept=kept.pk)} WHERE id = %s", [draft.pk])
    assert set(Pack.objects.values_list("pk", "number")) == {(kept.pk, 1), (draft.pk, 2)}


@pytest.mark.usefixtures("recursive")
def test_drafts_can_be_replaced_and_published(meeting: Any) -> None:
    draft = pack(meeting, 1, published=False)
    replace(draft.pk, 1)
    assert Pack.objects.get().sha256 == "b"
    Pack.objects.update(published_at=timezone.now())
    assert pack(meeting, 2, published=True).pk != draft.pk
