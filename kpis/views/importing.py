"""A return from a file: the layout to fill in, the file, what it would change, and changing it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis import policies, return_imports, wording
from kpis.importing import layout
from kpis.importing.compare import CHANGE, KEPT
from kpis.models import ReturnImport, ReturnVersion
from kpis.views.returns import council_of, existing_version
from portal import exports, permissions, uploads
from portal.policies import Refused
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Partnership, User


class ImportForm(forms.Form):
    file = forms.FileField(
        label="Filled-in file",
        help_text=f"A CSV file or an Excel workbook, up to {uploads.megabytes(return_imports.LARGEST)}.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "Choose the file.",
            "missing": "Choose the file.",
            "empty": "The file is empty. Choose the one that has the figures in it.",
        },
    )


def _draft(
    request: HttpRequest, partnership: Partnership, council: str, period: date
) -> tuple[ReturnVersion, User, str]:
    """The return, who asks, and why it takes no file now, if so."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=place)
    version = existing_version(request, partnership, place, period)
    try:
        policies.check_save(version)
    except Refused as refusal:
        return version, permissions.signed_in(request), str(refusal)
    return version, permissions.signed_in(request), ""


def _to(name: str, version: ReturnVersion, **more: Any) -> HttpResponse:
    """Onwards to one of this return's pages."""
    return_ = version.parent
    here = {"partnership": return_.partnership.slug, "council": return_.council.slug, "period": return_.period}
    return redirect(reverse(name, kwargs=here | more))


def _refused(request: HttpRequest, version: ReturnVersion, refusal: str) -> HttpResponse:
    messages.error(request, refusal)
    return _to("kpis:return", version)


def _context(version: ReturnVersion) -> dict[str, Any]:
    return_ = version.parent
    return {
        "version": version,
        "council": return_.council,
        "period": return_.period,
        "month": wording.month(return_.period),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_import(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    """The layout to download, and the file to hand in."""
    version, user, refusal = _draft(request, partnership, council, period)
    if refusal:
        return _refused(request, version, refusal)
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                made = return_imports.prepare(version=version, file=form.cleaned_data["file"], by=user)
            except Refused as problem:
                form.add_error("file", str(problem))
            else:
                return _to("kpis:return-import-preview", version, pk=made.pk)
    context = _context(version) | {"form": form}
    return render(request, "kpis/import_form.html", context, status=422 if form.errors else 200)


@require_safe
def return_layout_csv(
    request: HttpRequest, partnership: Partnership, council: str, period: date
) -> HttpResponse | StreamingHttpResponse:
    version, _, refusal = _draft(request, partnership, council, period)
    if refusal:
        return _refused(request, version, refusal)
    return exports.csv_response(_filename(version, "csv"), *return_imports.layout_of(version))


@require_safe
def return_layout_xlsx(
    request: HttpRequest, partnership: Partnership, council: str, period: date
) -> HttpResponse | FileResponse:
    version, _, refusal = _draft(request, partnership, council, period)
    if refusal:
        return _refused(request, version, refusal)
    headings, rows = return_imports.layout_of(version)
    title = f"Return of {return_imports.place_of(version)}"
    return exports.xlsx_response(_filename(version, "xlsx"), headings, rows, title=title, sheet=layout.SHEET)


def _filename(version: ReturnVersion, extension: str) -> str:
    return f"return-{version.parent.council.slug}-{version.parent.period:%Y-%m}.{extension}"


def _own(version: ReturnVersion, user: User, pk: uuid.UUID) -> ReturnImport:
    """A preview is its maker's: of anybody else's there is nothing to know."""
    mine = ReturnImport.objects.filter(version=version, made_by=user).select_related("upload")
    return get_object_or_404(mine, pk=pk)


@never_cache
@require_safe
def return_import_preview(
    request: HttpRequest, partnership: Partnership, council: str, period: date, pk: uuid.UUID
) -> HttpResponse:
    version, user, refusal = _draft(request, partnership, council, period)
    made = _own(version, user, pk)
    if refusal:
        return _refused(request, version, refusal)
    if made.applied_at is not None:
        messages.info(request, f"“{made.upload.name}” is imported.")
        return _to("kpis:return-edit", version)
    try:
        return_imports.check_holds(made)
    except Refused as problem:
        messages.error(request, str(problem))
        return _to("kpis:return-import", version)
    return _preview(request, version, made)


def _preview(
    request: HttpRequest,
    version: ReturnVersion,
    made: ReturnImport,
    *,
    changed: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    lines = return_imports.lines_of(made)
    changes = [line for line in lines if line.state == CHANGE]
    faults = return_imports.faults_of(made)
    context = _context(version) | {
        "made": made,
        "finding": _finding(len(changes), len(faults)),
        "changes": changes,
        "staying": [line for line in lines if line.state != CHANGE],
        "faults": faults,
        "changed": changed,
        "kept": KEPT,
        "figures": counted(len(changes), "figure"),
    }
    return render(request, "kpis/import_preview.html", context, status=status)


def _finding(changes: int, faults: int) -> str:
    if faults:
        return f"{counted(faults, 'cell').capitalize()} of the file cannot be imported"
    if not changes:
        return "The file would change nothing"
    return f"The file would change {counted(changes, 'figure')}"


@require_POST
def return_import_apply(
    request: HttpRequest, partnership: Partnership, council: str, period: date, pk: uuid.UUID
) -> HttpResponse:
    version, user, refusal = _draft(request, partnership, council, period)
    made = _own(version, user, pk)
    if refusal:
        return _refused(request, version, refusal)
    try:
        done = return_imports.apply(import_=made, by=user)
    except return_imports.Changed as problem:
        messages.error(request, str(problem))
        return _preview(request, version, made, changed=problem.changed, status=409)
    except Refused as problem:
        messages.error(request, str(problem))
        return _to("kpis:return-import", version)
    imported = f"{counted(done.figures, 'figure').capitalize()} from “{made.upload.name}”"
    messages.success(request, f"{imported} {'is' if done.figures == 1 else 'are'} in the return.")
    return _to("kpis:return-edit", version)
