"""Stored renderings: a paper becomes a PDF once for what it says, however many packs it goes into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from committees.models import PaperRendering
from portal import pdf, pdf_fonts, pdf_tags

STYLE = "pack.css"


@dataclass(frozen=True)
class Source:
    """What is rendered: `key` names it within its packs, and `title` is that of its PDF."""

    key: str
    title: str
    html: str


@dataclass(frozen=True)
class Rendered:
    rendering: PaperRendering
    is_new: bool


@lru_cache(maxsize=1)
def _renderer() -> str:
    """What made a rendering, beside its HTML: another style, another renderer, another PDF."""
    digest = hashlib.sha256(style().encode())
    for module in (pdf, pdf_tags, pdf_fonts):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(f"weasyprint {version('weasyprint')} pikepdf {version('pikepdf')}".encode())
    return digest.hexdigest()


def style() -> str:
    return (Path(settings.BASE_DIR) / "static" / STYLE).read_text("utf-8")


def content_key(source: Source) -> str:
    """The hash under which a rendering is stored; it changes with anything that changes the PDF."""
    parts = (_renderer(), source.key, source.title, source.html)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def of(source: Source) -> Rendered:
    """The stored rendering, made now if there is none yet.

    Raises portal.pdf.PaperError where the paper cannot become a PDF. Two that render the same at once keep one.
    """
    key = content_key(source)
    known = PaperRendering.objects.filter(key=key).first()
    # A row whose file was lost (a restored database, say) is rendered again under the same name.
    if known is not None and known.file.storage.exists(str(known.file.name)):
        return Rendered(known, is_new=False)
    prepared = pdf.prepare(pdf.render(source.html, css=style(), title=source.title), source.key)
    if known is not None:
        known.file.storage.save(known.file.name, ContentFile(prepared))
        return Rendered(known, is_new=True)
    rendering = PaperRendering(key=key, pages=pdf.page_count(prepared), bytes=len(prepared), rendered_at=timezone.now())
    # Hashed with the secret key, the name tells nothing of the paper, not even to who guesses at its text.
    name = f"{salted_hmac('committees.rendering', key, algorithm='sha256').hexdigest()}.pdf"
    # A worker that was killed may have left a file without a row, perhaps half of one.
    rendering.file.storage.delete(rendering.file.field.generate_filename(rendering, name))
    rendering.file.save(name, ContentFile(prepared), save=False)
    try:
        with transaction.atomic():
            rendering.save()
    except IntegrityError:
        winner = PaperRendering.objects.get(key=key)
        # The same content gives the same bytes, so that a file both have written is right either way.
        if winner.file.name != rendering.file.name:
            rendering.file.storage.delete(str(rendering.file.name))
        return Rendered(winner, is_new=True)
    return Rendered(rendering, is_new=True)


def read(rendering: PaperRendering) -> bytes:
    with rendering.file.open("rb") as file:
        content: bytes = file.read()
    return content
