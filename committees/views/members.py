"""Who sits on a committee and has sat on it, its chair, its local rules, dispensations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from committees import membership_actions, seats
from committees.links import committee_url
from committees.member_links import members_url
from committees.membership_forms import DispensationForm, ElectionForm, EndForm, RoleForm, RulesForm, SeatForm
from committees.models import Committee, Membership
from committees.reading import find_committee
from portal import clock, permissions
from portal.models import Partnership
from portal.policies import Refused

_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _own(request: HttpRequest, partnership: Partnership, committee: str) -> Committee:
    found = find_committee(partnership, committee)
    permissions.check(request.user, permissions.COMMITTEE_EDIT, partnership, committee_id=found.pk)
    return found


def _seat(committee: Committee, pk: int) -> Membership:
    found = get_object_or_404(committee.memberships.select_related("person", "council"), pk=pk)
    found.committee = committee
    return found


def _page(
    request: HttpRequest,
    committee: Committee,
    form: Form,
    *,
    title: str,
    button: str,
    lead: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"committee": committee, "form": form, "title": title, "button": button, "lead": lead}
    return render(request, "committees/committee_form.html", context, status=status)


def _handle(
    request: HttpRequest, committee: Committee, form: Form, action: Any, done: str, **page: Any
) -> HttpResponse:
    """Show the form, or do what it asks for. A refusal stands with the form, so that what was typed is kept."""
    if not form.is_bound:
        return _page(request, committee, form, **page)
    if not form.is_valid():
        return _page(request, committee, form, **page, status=422)
    try:
        action()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, committee, form, **page, status=409)
    messages.success(request, done)
    return redirect(members_url(committee))


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_safe
def committee_members(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = _own(request, partnership, committee)
    today = clock.today(partnership)
    terms = list(found.memberships.select_related("person", "council").order_by("position", "from_on", "pk"))
    now, to_come, former = [], [], []
    for term in terms:
        if term.is_held_on(today):
            now.append(term)
        elif term.from_on is not None and term.from_on > today:
            to_come.append(term)
        else:
            former.append(term)
    context = {
        "committee": found,
        "councils": seats.by_council(now, partnership),
        "now": now,
        "to_come": to_come,
        "former": sorted(former, key=lambda term: (term.until_on or today, term.pk), reverse=True),
        "dispensations": found.dispensations.select_related("person").order_by("-granted_on", "pk"),
        "today": today,
        "elects": found.chair_rule == Committee.ChairRule.ELECTED,
    }
    return render(request, "committees/committee_members.html", context)


@_FORM
def member_add(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = _own(request, partnership, committee)
    initial = {"from_on": clock.today(partnership), "honorific": "councillor"}
    form = SeatForm(_data(request), committee=found, initial=initial)
    return _handle(
        request, found, form,
        lambda: membership_actions.add_seat(
            by=permissions.signed_in(request), committee=found, **form.cleaned_data
        ),
        "The seat is given.",
        title="Give a seat", button="Give the seat",
        lead="The portal keeps a name and a council of each member, and no address, telephone number or e-mail.",
    )  # fmt: skip


@_FORM
def member_end(request: HttpRequest, partnership: Partnership, committee: str, pk: int) -> HttpResponse:
    found = _own(request, partnership, committee)
    seat = _seat(found, pk)
    form = EndForm(_data(request), initial={"until_on": clock.today(partnership)})
    return _handle(
        request, found, form,
        lambda: membership_actions.end_term(by=permissions.signed_in(request), seat=seat, **form.cleaned_data),
        f"The term of {seat.person} has its last day.",
        title=f"End the term of {seat.person}", button="End the term",
        lead="The term stays on record, and what was done in it.",
    )  # fmt: skip


@_FORM
def member_role(request: HttpRequest, partnership: Partnership, committee: str, pk: int) -> HttpResponse:
    found = _own(request, partnership, committee)
    seat = _seat(found, pk)
    form = RoleForm(_data(request), seat=seat, initial={"from_on": clock.today(partnership)})
    return _handle(
        request, found, form,
        lambda: membership_actions.change_role(by=permissions.signed_in(request), seat=seat, **form.cleaned_data),
        f"{seat.person} has a new role.",
        title=f"Change the role of {seat.person}", button="Change the role",
        lead=f"Now {seat.get_role_display().lower()} for {seat.council}.",
    )  # fmt: skip


@_FORM
def chair_elect(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = _own(request, partnership, committee)
    today = clock.today(partnership)
    form = ElectionForm(_data(request), seats=seats.on(found, today), initial={"from_on": today})

    def elect() -> None:
        seat = form.cleaned_data["seat"]
        seat.committee = found
        membership_actions.elect_chair(
            by=permissions.signed_in(request),
            seat=seat,
            from_on=form.cleaned_data["from_on"],
            until_on=form.cleaned_data["until_on"],
        )

    return _handle(
        request, found, form, elect, "The chair is elected.",
        title="Record the election of the chair", button="Record the election",
        lead="The chair is elected for the municipal year, and is an ordinary member again after it.",
    )  # fmt: skip


@_FORM
def committee_rules(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = _own(request, partnership, committee)
    form = RulesForm(_data(request), initial=RulesForm.initial_of(found))
    response = _handle(
        request, found, form,
        lambda: membership_actions.set_rules(
            by=permissions.signed_in(request), committee=found, rules=form.rules()
        ),
        "The rules are kept.",
        title="Local rules", button="Keep the rules",
        lead="As the committee’s terms of reference have them. They hold for every meeting from now on.",
    )  # fmt: skip
    return redirect(committee_url(found)) if response.status_code == 302 else response


@_FORM
def dispensation_add(request: HttpRequest, partnership: Partnership, committee: str) -> HttpResponse:
    found = _own(request, partnership, committee)
    form = DispensationForm(_data(request), committee=found, initial={"granted_on": clock.today(partnership)})
    return _handle(
        request, found, form,
        lambda: membership_actions.grant_dispensation(
            by=permissions.signed_in(request), committee=found, **form.cleaned_data
        ),
        "The dispensation is recorded.",
        title="Record a dispensation", button="Record the dispensation",
        lead="Leave to take part despite an interest (Localism Act 2011, section 33).",
    )  # fmt: skip
