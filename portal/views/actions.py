"""Actions: the list, one action with its progress, and recording progress."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from portal import actions, clock, permissions
from portal.filters import ActionFilter
from portal.models import Action, Partnership
from portal.models.actions import ActionQuerySet
from portal.policies import Refused
from portal.start import finding
from portal.tables import ActionTable


class ActionUpdateForm(forms.Form):
    status = forms.ChoiceField(label="Status now", choices=Action.Status.choices)
    text = forms.CharField(
        label="What was done",
        help_text="Everybody who sees this action can read it.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what was done, or what holds it up."},
    )


class ActionList(SingleTableMixin, FilterView):
    table_class = ActionTable
    filterset_class = ActionFilter
    template_name = "portal/action_list.html"
    table_pagination = {"per_page": 25}
    strict = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.partnership: Partnership = kwargs["partnership"]
        permissions.check(request.user, permissions.ACTION_VIEW, self.partnership)
        self.today: date = clock.today(self.partnership)
        return super().dispatch(request, *args, **kwargs)

    def visible(self) -> ActionQuerySet:
        return Action.objects.visible_to(self.request.user, self.partnership)

    def get_queryset(self) -> QuerySet[Action]:
        return self.visible().select_related("owner", "council")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"visible": self.visible(), "partnership": self.partnership, "today": self.today}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"partnership": self.partnership, "today": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        due = list(self.visible().outstanding().values_list("due_on", flat=True))
        context["finding"] = finding(due, self.today)
        return context


def _action(request: HttpRequest, partnership: Partnership, pk: int) -> Action:
    visible = Action.objects.visible_to(request.user, partnership)
    return get_object_or_404(visible.select_related("owner", "council", "partnership"), pk=pk)


def _page(request: HttpRequest, action: Action, form: ActionUpdateForm, status: int = 200) -> HttpResponse:
    context = {
        "action": action,
        "today": clock.today(action.partnership),
        "updates": action.updates.select_related("by"),
        "form": form if permissions.may(request.user, permissions.ACTION_UPDATE, action.partnership) else None,
    }
    return render(request, "portal/action_detail.html", context, status=status)


@require_safe
def action_detail(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    action = _action(request, partnership, pk)
    return _page(request, action, ActionUpdateForm(initial={"status": action.status}))


@require_POST
def action_update(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    action = _action(request, partnership, pk)
    permissions.check(request.user, permissions.ACTION_UPDATE, partnership)
    form = ActionUpdateForm(request.POST)
    if not form.is_valid():
        return _page(request, action, form, status=422)
    try:
        actions.update_action(
            action=action,
            status=form.cleaned_data["status"],
            text=form.cleaned_data["text"],
            by=permissions.signed_in(request),
        )
    except Refused as refusal:
        # Shown with the form, so that what was typed is kept.
        form.add_error("status", str(refusal))
        return _page(request, action, form, status=409)
    messages.success(request, "Progress recorded.")
    return redirect("portal:action", partnership=partnership.slug, pk=pk)
