"""What the figures check found in published and approved figures: the list, its downloads, one finding, its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from kpis import finding_actions, findings
from kpis.filters import FindingFilter
from kpis.models import FigureFinding
from kpis.tables import FindingTable
from portal import permissions
from portal.exports import csv_response, xlsx_response
from portal.models import Partnership
from portal.policies import Refused
from portal.words import counted

_ORDER = ("-version__parent__period", "version__parent__council__short_name", "indicator__position", "rule", "pk")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        help_text="Everybody who sees the figure can read it, with your name. It stays on the record.",
        max_length=finding_actions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what explains the figure, or what came of looking into it."},
    )


class FindingList(SingleTableMixin, FilterView):
    table_class = FindingTable
    filterset_class = FindingFilter
    template_name = "kpis/finding_list.html"
    table_pagination = {"per_page": 25}
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        permissions.check(request.user, permissions.RETURN_VIEW, self.partnership)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[FigureFinding]:
        return findings.visible_to(self.request.user, self.partnership).order_by(*_ORDER)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"partnership": self.partnership}

    def get_table_kwargs(self) -> dict[str, Any]:
        may_explain = permissions.may(self.request.user, permissions.INDICATOR_EDIT, self.partnership)
        return {"partnership": self.partnership, "may_explain": may_explain}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        severities = list(self.get_queryset().values_list("severity", "reason"))
        errors = sum(severity == FigureFinding.Severity.ERROR for severity, _ in severities)
        open_ = sum(not reason.strip() for _, reason in severities)
        context["finding"] = _heading(len(severities), errors)
        context["lede"] = f"{counted(open_).capitalize()} without a reason so far." if severities else ""
        return context


def _heading(number: int, errors: int) -> str:
    if not number:
        return "The figures check found nothing"
    if not errors:
        return f"{counted(number, 'figure').capitalize()} {'is' if number == 1 else 'are'} doubtful, none is impossible"
    cannot = f"{counted(errors, 'figure').capitalize()} cannot be true"
    doubtful = number - errors
    return f"{cannot}, {counted(doubtful)} {'is' if doubtful == 1 else 'are'} doubtful" if doubtful else cannot


def _download(request: HttpRequest, partnership: Partnership) -> Any:
    """The rows of the list as it is filtered."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    every = findings.visible_to(request.user, partnership).order_by(*_ORDER)
    chosen = FindingFilter(request.GET, queryset=every, partnership=partnership)
    return findings.rows(chosen.qs if chosen.is_valid() else every)


@require_safe
def findings_csv(request: HttpRequest, partnership: Partnership) -> StreamingHttpResponse:
    return csv_response(f"figures-check-{partnership.slug}.csv", findings.HEADINGS, _download(request, partnership))


@require_safe
def findings_xlsx(request: HttpRequest, partnership: Partnership) -> FileResponse:
    return xlsx_response(
        f"figures-check-{partnership.slug}.xlsx",
        findings.HEADINGS,
        _download(request, partnership),
        title=f"Figures check: {partnership.name}",
        sheet="Figures check",
    )


def _finding(request: HttpRequest, partnership: Partnership, pk: int) -> FigureFinding:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    return get_object_or_404(findings.visible_to(request.user, partnership), pk=pk)


def _page(request: HttpRequest, finding: FigureFinding, form: ReasonForm, status: int = 200) -> HttpResponse:
    partnership = finding.version.parent.partnership
    may_explain = permissions.may(request.user, permissions.INDICATOR_EDIT, partnership) and not finding.reason.strip()
    context = {"finding": finding, "return_": finding.version.parent, "form": form if may_explain else None}
    return render(request, "kpis/finding_detail.html", context, status=status)


@require_safe
def finding_detail(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return _page(request, _finding(request, partnership, pk), ReasonForm())


@require_POST
def finding_explain(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    finding = _finding(request, partnership, pk)
    permissions.check(request.user, permissions.INDICATOR_EDIT, partnership)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, finding, form, status=422)
    try:
        finding_actions.explain_finding(
            finding=finding, reason=form.cleaned_data["reason"], by=permissions.signed_in(request)
        )
    except Refused as refusal:
        context = {
            "finding": _finding(request, partnership, pk),
            "return_": finding.version.parent,
            "refusal": str(refusal),
            "typed": form.cleaned_data["reason"],
        }
        return render(request, "kpis/finding_detail.html", context, status=409)
    messages.success(request, "The reason was kept with the figure.")
    return redirect("kpis:findings", partnership=partnership.slug)
