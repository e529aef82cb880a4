"""Returns: which stand where, one to read, and the steps from opened to locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from kpis import actions, definitions, entry, overview, owing, policies, readers, versions, wording
from kpis.models import Return, ReturnVersion
from portal import clock, permissions
from portal.held import keeps_typed
from portal.models import Council
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership, User


def council_of(partnership: Partnership, slug: str) -> Council:
    return get_object_or_404(Council, partnerships=partnership, slug=slug)


def latest_version(
    request: HttpRequest, partnership: Partnership, council: Council, period: date
) -> ReturnVersion | None:
    visible = Return.objects.visible_to(request.user, partnership)
    versions = ReturnVersion.objects.filter(parent__in=visible.filter(council=council, period=period).order_by())
    related = (
        "parent__partnership",
        "parent__council",
        "parent__in_force",
        "submitted_by",
        "approved_by",
        "reopened_by",
    )
    return versions.select_related(*related).order_by("-number").first()


def existing_version(request: HttpRequest, partnership: Partnership, council: Council, period: date) -> ReturnVersion:
    version = latest_version(request, partnership, council, period)
    if version is None:
        raise Http404("The return was not opened.")
    return version


def sees_drafts(user: Any, partnership: Partnership, council: Council) -> bool:
    """Whether figures show before they are approved: to whoever works on them, chases them, or audits."""
    own = (permissions.RETURN_EDIT, permissions.RETURN_APPROVE)
    wide = (permissions.RETURN_LOCK, permissions.AUDIT_VIEW)
    return any(permissions.may(user, one, partnership, council=council) for one in own) or any(
        permissions.may(user, one, partnership) for one in wide
    )


@require_safe
def return_list(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    seen = overview.load(partnership)
    mine = permissions.council_ids(request.user, permissions.RETURN_EDIT, partnership)
    context = {
        "overview": seen,
        "owed": seen.owed(),
        "waiting": seen.waiting(),
        "mine": mine,
        "mine_to_enter": list(Council.objects.filter(pk__in=mine)) if mine else [],
        "has_due_dates": partnership.return_due_working_day is not None,
        "councils": [standing.council for standing in seen.months[0][1]] if seen.months else [],
        "sees_tickets": permissions.may(request.user, permissions.TICKETS_VIEW_ALL, partnership)
        or bool(permissions.council_ids(request.user, permissions.TICKETS_VIEW, partnership)),
    }
    return render(request, "kpis/return_list.html", context)


@require_safe
def returns_owed(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Who owes what. Account names are for whoever chases returns."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    table = owing.OwedTable(
        owing.rows(partnership), partnership=partnership, with_names=chases(request.user, partnership)
    )
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    seen = overview.load(partnership)
    context = {
        "table": table,
        "overview": seen,
        "has_due_dates": partnership.return_due_working_day is not None,
    }
    return render(request, "kpis/returns_owed.html", context)


def chases(user: Any, partnership: Partnership) -> bool:
    """The service manager, the clerk and the auditor: they see who can enter what is owed."""
    wide = (permissions.RETURN_LOCK, permissions.PERIOD_SAVE, permissions.AUDIT_VIEW)
    return any(permissions.may(user, one, partnership) for one in wide)


@require_safe
def return_detail(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    version = latest_version(request, partnership, place, period)
    if version is None and period not in policies.months_due(partnership):
        raise Http404("No return can be owed for this month.")
    may_edit = permissions.may(request.user, permissions.RETURN_EDIT, partnership, council=place)
    context: dict[str, Any] = {
        "council": place,
        "period": period,
        "month": wording.month(period),
        "version": version,
        "due_on": overview.due_on(partnership, period, overview.closed_days(partnership)),
        "opens_on": policies.month_after(period),
        "has_ended": clock.today(partnership) >= policies.month_after(period),
        "headcount": definitions.headcount_in(partnership.headcounts.all(), place.pk, period),
        "may_edit": may_edit,
        "states": ReturnVersion.State,
    }
    if version is not None:
        context |= _shown(request, version, place, may_edit=may_edit)
    return render(request, "kpis/return_detail.html", context)


def _shown(request: HttpRequest, version: ReturnVersion, council: Council, *, may_edit: bool) -> dict[str, Any]:
    """The figures that this reader may see: the latest version's, or those in force while it is not approved."""
    partnership, user = version.parent.partnership, request.user
    is_open = version.state in (ReturnVersion.State.DRAFT, ReturnVersion.State.SUBMITTED)
    shown = version if not is_open or sees_drafts(user, partnership, council) else version.parent.in_force
    if shown is not None and shown.pk != version.pk:
        shown.parent = version.parent
    may_approve = permissions.may(user, permissions.RETURN_APPROVE, partnership, council=council)
    may_reopen = permissions.may(user, permissions.RETURN_REOPEN, partnership)
    is_submitted = version.state == ReturnVersion.State.SUBMITTED
    deputies = versions.deputies_of(version.parent)
    hidden = readers.withholding_for(user, partnership, council)
    return {
        "shown": shown,
        "sheet": entry.build(shown, hidden=hidden) if shown is not None else None,
        "has_withheld": bool(hidden),
        "may_approve": may_approve and is_submitted and version.submitted_by_id != user.pk,
        "submitted_it": may_approve and is_submitted and version.submitted_by_id == user.pk,
        "may_continue": may_edit and version.is_editable,
        "may_lock": permissions.may(user, permissions.RETURN_LOCK, partnership)
        and version.state == ReturnVersion.State.APPROVED,
        "versions": list(version.parent.versions.order_by("-number")),
        "may_reopen": may_reopen and not is_open,
        "may_withdraw": may_reopen and version.state == ReturnVersion.State.DRAFT and version.number > 1,
        "changes": versions.against_in_force(version, hidden) if is_open and shown == version else None,
        "submitted_for": deputies.get((version.number, "return.submit"), ""),
        "approved_for": deputies.get((version.number, "return.approve"), ""),
    }


@require_POST
def return_open(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=place)
    try:
        version = actions.open_return(partnership=partnership, council=place, period=period, by=_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("kpis:returns", partnership=partnership.slug)
    name = "kpis:return-edit" if version.is_editable else "kpis:return"
    return redirect(name, partnership=partnership.slug, council=council, period=period)


def _user(request: HttpRequest) -> User:
    return permissions.signed_in(request)


def step(
    request: HttpRequest,
    partnership: Partnership,
    council: str,
    period: date,
    permission: permissions.Permission,
    act: Callable[[ReturnVersion], object],
    done: str,
    *,
    typed: str = "",
) -> HttpResponse:
    """One step on the way of a return: refused in words, or done and said. A reason that was typed is handed back."""
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    permissions.check(request.user, permission, partnership, council=place)
    version = existing_version(request, partnership, place, period)
    try:
        act(version)
    except Refused as refusal:
        if typed.strip():
            return refused(request, version, refusal, [("Reason", typed)])
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{place.short_name}, {wording.month(period)}: {done}")
    return redirect("kpis:return", partnership=partnership.slug, council=council, period=period)


def refused(
    request: HttpRequest, version: ReturnVersion, refusal: Refused, typed: list[tuple[str, str]]
) -> HttpResponse:
    """The return cannot be changed now. What was typed is handed back, so that nobody has to type it again."""
    context = {
        "version": version,
        "council": version.parent.council,
        "period": version.parent.period,
        "month": wording.month(version.parent.period),
        "refusal": str(refusal),
        "typed": typed,
    }
    return render(request, "kpis/return_refused.html", context, status=409)


@require_POST
def return_approve(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    return step(
        request,
        partnership,
        council,
        period,
        permissions.RETURN_APPROVE,
        lambda version: actions.approve_return(version=version, by=_user(request)),
        "approved. The dashboard and new packs show it from now on.",
    )


@keeps_typed
@require_POST
def return_send_back(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\x00", "")
    return step(
        request,
        partnership,
        council,
        period,
        permissions.RETURN_APPROVE,
        lambda version: actions.send_back_return(version=version, by=_user(request), reason=reason),
        "sent back to the officer.",
        typed=reason,
    )


@require_POST
def return_lock(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    return step(
        request,
        partnership,
        council,
        period,
        permissions.RETURN_LOCK,
        lambda version: actions.lock_return(version=version, by=_user(request)),
        "locked.",
    )
