"""Ticket exports: handing one in, how a council's are read, what came of one, and taking its figures over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kpis import definitions, wording
from kpis.models import ReturnVersion, TicketImport, TicketMapping
from kpis.tickets import importing
from kpis.tickets.counting import UNDECIDED, counts_from_json
from kpis.tickets.forms import ColumnsForm, HandInForm, PresetForm, initial_of
from kpis.tickets.presets import LABELS, PRESETS
from kpis.tickets.proposals import Proposed
from kpis.views.returns import council_of, latest_version
from portal import permissions
from portal.policies import Refused
from portal.words import counted

if TYPE_CHECKING:
    from portal.models import Council, Partnership

State = TicketImport.State
# Of the problems of a file so many rows are listed on its page.
_LISTED = 500


def check_view(request: HttpRequest, partnership: Partnership, council: Council) -> None:
    """A council's tickets are for its own officers and approvers, and for those who see every council's."""
    user = request.user
    if permissions.may(user, permissions.TICKETS_VIEW_ALL, partnership):
        return
    permissions.check(user, permissions.TICKETS_VIEW, partnership, council=council)


def place_of(request: HttpRequest, partnership: Partnership, council: str) -> Council:
    """The council; known to everybody who reads returns."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return council_of(partnership, council)


def find(request: HttpRequest, partnership: Partnership, council: str, period: date, pk: int) -> TicketImport:
    place = place_of(request, partnership, council)
    check_view(request, partnership, place)
    imports = TicketImport.objects.select_related("partnership", "council", "imported_by")
    return get_object_or_404(imports, partnership=partnership, council=place, period=period, pk=pk)


@require_safe
@never_cache
def tickets_month(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    place = place_of(request, partnership, council)
    check_view(request, partnership, place)
    return _month(request, partnership, place, period, HandInForm(initial=_usual(partnership, place)))


def _usual(partnership: Partnership, council: Council) -> dict[str, str]:
    saved = TicketMapping.objects.filter(partnership=partnership, council=council).first()
    return {"preset": saved.preset} if saved is not None else {}


def _month(
    request: HttpRequest, partnership: Partnership, council: Council, period: date, form: HandInForm, status: int = 200
) -> HttpResponse:
    imports = TicketImport.objects.filter(partnership=partnership, council=council, period=period)
    may_import = permissions.may(request.user, permissions.TICKETS_IMPORT, partnership, council=council)
    context = {
        "council": council,
        "period": period,
        "month": wording.month(period),
        "imports": list(imports.select_related("imported_by")),
        "form": form if may_import else None,
        "states": State,
    }
    return render(request, "kpis/tickets_month.html", context, status=status)


@require_POST
def tickets_hand_in(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    place = place_of(request, partnership, council)
    permissions.check(request.user, permissions.TICKETS_IMPORT, partnership, council=place)
    form = HandInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _month(request, partnership, place, period, form, status=422)
    try:
        source = importing.hand_in(
            partnership=partnership,
            council=place,
            period=period,
            preset=form.cleaned_data["preset"],
            file=form.cleaned_data["file"],
            by=permissions.signed_in(request),
        )
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return _month(request, partnership, place, period, form, status=422)
    if source.state != State.WAITING:
        messages.success(request, "This file was imported before, and its figures are the ones in use.")
        return redirect(importing.page_of(source))
    job = importing.job_of(source)
    return (
        redirect("portal:job", partnership=partnership.slug, pk=job.pk) if job else redirect(importing.page_of(source))
    )


@never_cache
def tickets_columns(request: HttpRequest, partnership: Partnership, council: str) -> HttpResponse:
    """How the council's exports are read: shown, begun anew from a preset (by GET), and saved."""
    place = place_of(request, partnership, council)
    permissions.check(request.user, permissions.TICKETS_IMPORT, partnership, council=place)
    saved = TicketMapping.objects.filter(partnership=partnership, council=place).first()
    if request.method == "POST":
        form = ColumnsForm(request.POST)
        if not form.is_valid():
            return _columns(request, place, form, saved, status=422)
        try:
            importing.save_mapping(
                partnership=partnership, council=place, mapping=form.mapping(), by=permissions.signed_in(request)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _columns(request, place, form, saved, status=422)
        messages.success(request, "Saved. The next file is read this way.")
        return redirect("kpis:tickets-columns", partnership=partnership.slug, council=council)
    asked = request.GET.get("preset", "")
    if asked in PRESETS and (saved is None or saved.preset != asked):
        mapping = PRESETS[asked]
    else:
        mapping = importing.read_mapping(saved) if saved is not None else PRESETS["hornbill"]
    return _columns(request, place, ColumnsForm(initial=initial_of(mapping)), saved)


def _columns(
    request: HttpRequest, council: Council, form: ColumnsForm, saved: TicketMapping | None, status: int = 200
) -> HttpResponse:
    preset = form["preset"].value()
    context = {
        "council": council,
        "form": form,
        "saved": saved,
        "preset": LABELS.get(preset, ""),
        "presets": PresetForm(initial={"preset": preset}),
        "columns": [field for field in form if field.name.startswith("column_")],
        "words": [form[name] for name in ("priorities", "states", "types")],
        "met": [form[name] for name in ("met_by", "met_words", "target_hours", "service_hours")],
        "file": [form[name] for name in ("date_format", "encoding", "delimiter")],
    }
    return render(request, "kpis/tickets_columns.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Row:
    """A proposed figure beside what is typed. `boxes` are the return's boxes with what stands in them now."""

    proposed: Proposed
    typed: str
    boxes: tuple[tuple[str, str], ...]
    can_take: bool

    @property
    def is_same(self) -> bool:
        return bool(self.proposed.figure) and self.typed == self.proposed.figure


@require_safe
@never_cache
def tickets_import(request: HttpRequest, partnership: Partnership, council: str, period: date, pk: int) -> HttpResponse:
    source = find(request, partnership, council, period, pk)
    return _result(request, source)


def _result(request: HttpRequest, source: TicketImport, refusal: str = "", status: int = 200) -> HttpResponse:
    partnership, council = source.partnership, source.council
    version = latest_version(request, partnership, council, source.period)
    may_edit = permissions.may(request.user, permissions.RETURN_EDIT, partnership, council=council)
    is_draft = version is not None and version.is_editable
    sees_typed = version is not None and (may_edit or not is_draft)
    job = importing.job_of(source) if source.state == State.WAITING else None
    counts = counts_from_json(source.result["counts"]) if "counts" in source.result else None
    rows = _rows(source, version if sees_typed else None)
    problems = [
        {**named, "severity": kind["severity"], "column": kind["column"]}
        for kind in source.problems
        for named in kind["rows"]
    ]
    total = sum(kind["count"] for kind in source.problems)
    context: dict[str, Any] = {
        "source": source,
        "council": council,
        "period": source.period,
        "month": wording.month(source.period),
        "heading": _heading(source, total),
        "preset": LABELS.get(source.preset, source.preset),
        "rows": rows,
        "counts": counts,
        "undecided": counts.total(UNDECIDED) if counts is not None else 0,
        "problems": problems[:_LISTED],
        "unnamed": total - len(problems[:_LISTED]),
        "states": State,
        "job": job,
        "version": version,
        "is_draft": is_draft,
        "can_take": may_edit and is_draft and source.is_in_use and any(row.can_take for row in rows),
        "may_open": may_edit and version is None,
        "may_edit": may_edit,
        "may_import": permissions.may(request.user, permissions.TICKETS_IMPORT, partnership, council=council),
        "refusal": refusal,
    }
    return render(request, "kpis/tickets_import.html", context, status=status)


def _heading(source: TicketImport, problems: int) -> str:
    if source.state == State.REFUSED:
        return f"Nothing was imported: {counted(problems, 'problem')} in the file"
    if source.state == State.WAITING:
        return "The file is being read"
    return f"{source.tickets_read:,} tickets in {counted(source.rows, 'row')}"


def _rows(source: TicketImport, version: ReturnVersion | None) -> list[Row]:
    """The proposed figures beside the typed ones. Three queries, however many figures."""
    _, known = definitions.indicators_of(source.partnership)
    counted_by = {one.code: one.has_counts for one in known}
    figures = (
        {one.indicator.code: one for one in version.figures.select_related("indicator")} if version is not None else {}
    )
    rows = []
    for one in importing.proposals(source):
        figure = figures.get(one.code)
        stored = {
            f"figure.{one.code}": figure.typed if figure else "",
            f"numerator.{one.code}": figure.numerator_typed if figure else "",
            f"denominator.{one.code}": figure.denominator_typed if figure else "",
        }
        boxes = importing.boxes_of(one, counted_by.get(one.code, False))
        rows.append(
            Row(
                one,
                figure.typed if figure else "",
                tuple((name, stored[name]) for name in boxes),
                bool(one.figure) and any(stored[name] != text for name, text in boxes.items()),
            )
        )
    return rows


@require_POST
def tickets_take_over(
    request: HttpRequest, partnership: Partnership, council: str, period: date, pk: int
) -> HttpResponse:
    source = find(request, partnership, council, period, pk)
    permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=source.council)
    version = latest_version(request, partnership, source.council, period)
    if version is None:
        raise Http404("The return was not opened.")
    was = {name.removeprefix("was."): text for name, text in request.POST.items() if name.startswith("was.")}
    try:
        saved = importing.take_over(
            source=source,
            version=version,
            codes=list(dict.fromkeys(request.POST.getlist("take")))[:400],
            was={name: str(text) for name, text in was.items()},
            by=permissions.signed_in(request),
        )
    except Refused as refusal:
        return _result(request, source, str(refusal), status=409)
    if saved.problems:
        return _result(request, source, " ".join(problem.message for problem in saved.problems), status=409)
    messages.success(request, "Taken over into the draft. Look them over, then submit the return.")
    return redirect("kpis:return-edit", partnership=partnership.slug, council=council, period=period)
