"""A restricted paper for those with a wider right: the page states it, asks for the need, records, then shows."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from committees import access_actions, paper_content, restriction, rights, wider
from committees.access_links import access_url
from committees.models import Meeting, Paper
from committees.reading import find_meeting
from portal import permissions
from portal.models import Partnership
from portal.policies import Refused


class NeedForm(forms.Form):
    need = forms.CharField(
        label="What you need it for",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept on record with your name. The law opens the paper for this need alone.",
    )


class FindingForm(forms.Form):
    holds_terms = forms.TypedChoiceField(
        label="Does it hold terms proposed, or to be proposed, in negotiations for a contract?",
        choices=[("no", "No"), ("yes", "Yes")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    decided_as = forms.CharField(
        label="Decided as", max_length=160, help_text="The proper officer, or who acts for them."
    )


def _paper(request: HttpRequest, meeting: Meeting, number: int, slug: str) -> Paper:
    """A restricted paper of a published agenda: that it exists is known to everybody."""
    papers = paper_content.for_content(Paper.objects.filter(item__meeting=meeting, item__number=number, slug=slug))
    paper = papers.first()
    if (
        paper is None
        or not paper.is_restricted
        or not meeting.agenda_open_to(request.user, meeting.committee.partnership)
    ):
        raise Http404
    return paper


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_access(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    councillor, scrutiny = access_actions.roles_of(request.user, partnership)
    decides = rights.may(request.user, permissions.MEETING_EDIT, meeting)
    if not (councillor or scrutiny or decides):
        permissions.check(request.user, permissions.PAPER_READ_WIDER, partnership)
    found = _paper(request, meeting, number, paper)
    answer = access_actions.answer_for(request.user, found)
    form, status, content = NeedForm(request.POST if request.method == "POST" else None), 200, None
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                access_actions.open_paper(
                    by=permissions.signed_in(request), paper=found, need=form.cleaned_data["need"]
                )
            except Refused as refusal:
                form.add_error("need" if answer.ground else None, str(refusal))
                status = 403 if answer.ground is None else 422
            else:
                status = 200
                # Shown in this answer alone: reading it again is recorded again. Links to other papers lead nowhere.
                content = paper_content.of(found, partnership, for_print=False, link=lambda other: "")
    context = {
        "meeting": meeting,
        "paper": found,
        "label": restriction.label(found),
        "answer": answer,
        "rule": wider.RULES[answer.ground] if answer.ground else "",
        "form": form if answer.ground and content is None else None,
        "content": content,
        "decides": decides and 3 in access_actions.document_of(found).paragraphs,
        "finding": getattr(found, "wider_finding", None),
        "finding_form": FindingForm(),
        "has_right": councillor or scrutiny,
    }
    return render(request, "committees/paper_access.html", context, status=status)


@require_POST
def paper_finding(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    found = _paper(request, meeting, number, paper)
    form = FindingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose yes or no, and say as what you decide.")
        return redirect(access_url(found, meeting))
    try:
        access_actions.record_finding(by=permissions.signed_in(request), paper=found, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The finding is recorded.")
    return redirect(access_url(found, meeting))
