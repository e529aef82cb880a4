"""One paper: reading it, changing a section, what restricts it, clearing it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees import actions, meeting_page, paper_content, policies, readiness, restriction, rights
from committees.actions import Conflict, Restriction
from committees.forms import RestrictionForm, SectionForm
from committees.links import item_restriction_url, meeting_url, paper_clear_url, paper_restriction_url, paper_url
from committees.models import AgendaItem, Meeting, Pack, Paper, PaperSection
from committees.reading import find_meeting, find_paper, reader
from portal import permissions
from portal.models import Part, Partnership
from portal.policies import Refused
from portal.words import listed


def _may_change(meeting: Meeting) -> bool:
    try:
        policies.check_change(meeting)
    except Refused:
        return False
    return True


@require_safe
@login_not_required
def paper_detail(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    found = find_paper(request, meeting, number, paper)
    if isinstance(found, HttpResponse):
        return found
    who = reader(request, partnership, meeting)
    can_change = _may_change(meeting)
    pack = meeting_page.shown_pack(
        list(Pack.objects.visible_to(who.user, partnership).filter(meeting=meeting).order_by("pk"))
    )
    others = (
        Paper.objects.visible_to(who.user, partnership)
        .filter(item__meeting=meeting)
        .select_related("item")
        .order_by("item__number", "position", "pk")
    )
    context = {
        "meeting": meeting,
        "paper": found,
        "content": paper_content.of(found, partnership, for_print=False, link=lambda other: paper_url(other, meeting)),
        "pages": meeting_page.pages_in(pack, found),
        "has_blocks": any(section.block for section in found.sections.all()),
        "shows_state": who.prepares,
        "edits": who.edits and can_change and found.kind != Paper.Kind.MINUTES,
        "restricts": who.edits and can_change,
        "clears": who.clears
        and can_change
        and (found.cleared_at is None or bool(readiness.refused_figures([found], partnership))),
        "paper_url": paper_url(found, meeting),
        "clear_url": paper_clear_url(found, meeting),
        "restriction_url": paper_restriction_url(found, meeting),
        "item_restriction_url": item_restriction_url(found.item, meeting),
        "others": [(paper_url(other, meeting), other, other.title_for(True)) for other in others],
    }
    return render(request, "committees/paper_detail.html", context)


def _own_paper(request: HttpRequest, meeting: Meeting, number: int, slug: str) -> Paper:
    """A paper that somebody with a right to change it works on; whoever may not read it may not change it."""
    visible = Paper.objects.visible_to(request.user, meeting.committee.partnership)
    found = get_object_or_404(visible.select_related("item"), item__meeting=meeting, item__number=number, slug=slug)
    found.item.meeting = meeting
    return found


@require_POST
def paper_clear(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.PAPER_CLEAR, meeting)
    found = _own_paper(request, meeting, number, paper)
    try:
        actions.clear_paper(by=permissions.signed_in(request), paper=found)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        frozen = " Its figures are frozen." if found.sections.filter(kind=PaperSection.Kind.BLOCK).exists() else ""
        messages.success(request, f"{_public_name(found)} is cleared.{frozen}")
    # To the top of the page, where the message stands.
    return redirect(meeting_url(meeting))


def _public_name(thing: AgendaItem | Paper) -> str:
    """Item 6, Appendix A: Prices – by its public title, since a message may be read over somebody's shoulder."""
    return f"Item {thing.item.number}, {thing}" if isinstance(thing, Paper) else f"Item {thing.number}"


@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str, position: int
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    found = _own_paper(request, meeting, number, paper)
    section = get_object_or_404(PaperSection.objects.filter(paper=found), position=position)
    section.paper = found
    try:
        policies.check_change(meeting)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(paper_url(found, meeting))
    if request.method != "POST":
        return _section_page(
            request, meeting, found, section, SectionForm(initial=SectionForm.initial_of(section), section=section)
        )
    form = SectionForm(request.POST, section=section)
    if not form.is_valid():
        return _section_page(request, meeting, found, section, form, status=422)
    try:
        lost = actions.edit_section(
            by=permissions.signed_in(request),
            section=section,
            text=form.text(),
            seen=form.cleaned_data["seen"],
        )
    except Conflict as conflict:
        # What was typed stays in the form; sending it again replaces the text that is shown beside it.
        data = request.POST.copy()
        data["seen"] = actions.SectionText.of(conflict.section).token()
        kept = SectionForm(data, section=section)
        kept.is_valid()
        kept.add_error(None, f"{conflict} Your text is kept below; theirs stands beside it. Save to replace theirs.")
        return _section_page(request, meeting, found, section, kept, theirs=conflict.section, status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(paper_url(found, meeting))
    if lost:
        messages.warning(request, "Saved. The paper has changed since it was cleared and has to be cleared again.")
    else:
        messages.success(request, "Saved.")
    return redirect(f"{paper_url(found, meeting)}#section-{position}")


def _section_page(
    request: HttpRequest,
    meeting: Meeting,
    paper: Paper,
    section: PaperSection,
    form: SectionForm,
    *,
    theirs: PaperSection | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "paper": paper,
        "title": paper.title_for(True),
        "section": section,
        "form": form,
        "theirs": theirs,
        "back": paper_url(paper, meeting),
    }
    return render(request, "committees/section_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_restriction(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int, paper: str
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    return _restriction(request, meeting, _own_paper(request, meeting, number, paper))


@require_http_methods(["GET", "HEAD", "POST"])
def item_restriction(
    request: HttpRequest, partnership: Partnership, committee: str, on: date, number: int
) -> HttpResponse:
    meeting = find_meeting(partnership, committee, on)
    rights.check(request.user, permissions.MEETING_EDIT, meeting)
    item = get_object_or_404(AgendaItem.objects.filter(meeting=meeting), number=number)
    if item.is_restricted and not reader(request, partnership, meeting).reads_restricted:
        raise Http404
    item.meeting = meeting
    return _restriction(request, meeting, item)


def _restriction(request: HttpRequest, meeting: Meeting, thing: AgendaItem | Paper) -> HttpResponse:
    back = meeting_url(meeting, "agenda")
    try:
        policies.check_change(meeting)
        if request.method == "POST":
            form = RestrictionForm(request.POST)
            if form.is_valid():
                before = Restriction.of(thing)
                lost = actions.restrict(
                    by=permissions.signed_in(request),
                    thing=thing,
                    decision=form.decision(),
                )
                if form.decision() != before:
                    messages.success(request, _restricted_now(thing, form.decision(), lost=lost))
                return redirect(meeting_url(meeting))
        else:
            form = RestrictionForm(initial=RestrictionForm.initial_of(thing))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting_url(meeting))
    context = {
        "meeting": meeting,
        "thing": thing,
        "title": thing.title_for(True),
        "place": restriction.place(thing) if isinstance(thing, Paper) else f"Item {thing.number}",
        "form": form,
        "back": back,
    }
    return render(request, "committees/restriction_edit.html", context, status=422 if form.is_bound else 200)


def _restricted_now(thing: AgendaItem | Paper, decision: Restriction, *, lost: bool) -> str:
    """What the decision came to, for the clerk: "Item 7 is restricted: paragraph 3."."""
    name = _public_name(thing)
    if decision.part == Part.TWO:
        numbers = listed([str(number) for number in decision.exempt_paragraphs])
        several = "s" if len(decision.exempt_paragraphs) > 1 else ""
        why = "confidential" if decision.is_confidential else f"paragraph{several} {numbers}"
        said = f"{name} is restricted: {why}."
    elif isinstance(thing, Paper) and thing.item.part == Part.TWO:
        said = f"{name} has no restriction of its own. Item {thing.item.number} stays restricted."
    else:
        said = f"{name} is open again."
    return f"{said} What it covers has to be cleared again." if lost else said
