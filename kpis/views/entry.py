"""The entry grid: shown, saved box by box or as a whole, and submitted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kpis import actions, definitions, entry, overview, policies, saving, versions, wording
from kpis.models import ReturnVersion
from kpis.policies import NotReady
from kpis.saving import Box, Saved
from kpis.views.returns import council_of, existing_version, latest_version, refused
from portal import clock, permissions
from portal.held import keeps_typed
from portal.policies import Refused
from portal.words import hour

if TYPE_CHECKING:
    from portal.models import Council, Partnership, User

_KINDS = (saving.FIGURE, saving.NUMERATOR, saving.DENOMINATOR, saving.REASON, saving.COMMENT)
# A form has some forty boxes; more is no form of ours.
_MOST_BOXES = 400
# Whoever enters a council's return sees all of it.
_NOTHING: frozenset[str] = frozenset()
_NOT_WHOLE = "The form was not sent whole. Load the page again."


def _may_enter(request: HttpRequest, partnership: Partnership, council: str) -> tuple[Council, User]:
    permissions.check(request.user, permissions.RETURN_VIEW, partnership)
    place = council_of(partnership, council)
    permissions.check(request.user, permissions.RETURN_EDIT, partnership, council=place)
    return place, permissions.signed_in(request)


def boxes_of(request: HttpRequest) -> list[Box]:
    """The boxes that were sent. Browsers send the ends of lines in their own way; the portal keeps one."""

    def text(name: str) -> str:
        return request.POST.get(name, "").replace("\r\n", "\n")

    names = [name for name in request.POST if name.partition(".")[0] in _KINDS]
    if request.FILES:
        # No box of ours is a file: something else took the form apart on its way.
        raise Refused(_NOT_WHOLE)
    if len(names) > _MOST_BOXES:
        raise Refused("More boxes were sent than a return has. Load the page again.")
    return [Box(name, text(name), text(f"was.{name}")) for name in names]


@never_cache
@require_safe
def return_edit(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    place, _ = _may_enter(request, partnership, council)
    version = latest_version(request, partnership, place, period)
    if version is None:
        return redirect("kpis:return", partnership=partnership.slug, council=council, period=period)
    try:
        policies.check_save(version)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("kpis:return", partnership=partnership.slug, council=council, period=period)
    return _page(request, entry.build(version, hidden=_NOTHING, attempted="check" in request.GET))


def _page(request: HttpRequest, sheet: entry.Sheet, status: int = 200) -> HttpResponse:
    return_ = sheet.version.parent
    context = {
        "sheet": sheet,
        "version": sheet.version,
        "council": return_.council,
        "period": return_.period,
        "month": wording.month(return_.period),
        "due_on": overview.due_on(return_.partnership, return_.period, overview.closed_days(return_.partnership)),
        "opens_on": policies.month_after(return_.period),
        "has_ended": clock.today(return_.partnership) >= policies.month_after(return_.period),
        "states": ReturnVersion.State,
        "changes": versions.against_in_force(sheet.version),
    }
    return render(request, "kpis/return_edit.html", context, status=status)


@keeps_typed
@require_POST
def return_save(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    """Keeps what was typed. JSON for the script, a page for a plain form; both say what was not saved and why."""
    place, user = _may_enter(request, partnership, council)
    version = existing_version(request, partnership, place, period)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    boxes: Sequence[Box] = ()
    try:
        boxes = boxes_of(request)
        if not boxes:
            raise Refused(_NOT_WHOLE)
        used = request.POST.get("use", "")
        if used:
            boxes = _with_used(version, boxes, used)
        saved = saving.save_boxes(version=version, boxes=boxes, by=user)
    except Refused as refusal:
        if wants_json:
            return JsonResponse({"refused": str(refusal)}, status=409)
        return _refused(request, version, boxes, refusal)
    sheet = _sheet(saved, boxes)
    if wants_json:
        return JsonResponse(_answer(sheet, saved), status=_status(saved))
    if saved.problems:
        return _page(request, sheet, status=_status(saved))
    messages.success(request, f"Saved at {hour(clock.now(partnership))}.")
    return redirect("kpis:return-edit", partnership=partnership.slug, council=council, period=period)


def _with_used(version: ReturnVersion, boxes: Sequence[Box], code: str) -> list[Box]:
    """The boxes, with the percentage that its counts give in place of the one typed for it."""
    name = f"{saving.FIGURE}.{code}"
    texts = {box.name: box.text for box in boxes}
    _, known = definitions.indicators_of(version.parent.partnership)
    definition = next((one for one in known if one.code == code and one.has_counts), None)
    if definition is None or name not in texts:
        raise Refused("There is no such percentage. Load the page again.")
    given = entry.given_by_counts(
        definition, texts.get(f"{saving.NUMERATOR}.{code}", ""), texts.get(f"{saving.DENOMINATOR}.{code}", "")
    )
    return [Box(box.name, given, box.was) if box.name == name and given else box for box in boxes]


def _sheet(saved: Saved, boxes: Sequence[Box], *, attempted: bool = False) -> entry.Sheet:
    """The grid after saving. What was not saved stays in its box."""
    lost = {problem.name for problem in saved.problems}
    return entry.build(
        saved.version,
        hidden=_NOTHING,
        checked=saved.checked,
        findings=saved.findings,
        typed={box.name: box.text for box in boxes if box.name in lost},
        problems=saved.problems,
        attempted=attempted,
    )


def _status(saved: Saved) -> int:
    if any(problem.is_conflict for problem in saved.problems):
        return 409
    return 422 if saved.problems else 200


def _answer(sheet: entry.Sheet, saved: Saved) -> dict[str, Any]:
    """What the script needs: the text that is stored for each box it sent, and the parts of the page that change."""
    context = {"sheet": sheet, "version": sheet.version, "partnership": sheet.version.parent.partnership}

    def part(name: str, **more: Any) -> str:
        return render_to_string(f"kpis/_entry_{name}.html", context | more)

    fragments = {
        "summary": part("summary"),
        "tally": part("tally"),
        "reasons": part("reasons"),
        "submit": part("submit"),
    }
    for row in sheet.rows:
        fragments[f"check-{row.code}"] = part("check", row=row)
        fragments[f"change-{row.code}"] = row.change
        if row.box is None:
            fragments[f"output-{row.code}"] = row.figure
    for counts in sheet.counts:
        fragments[f"gives-{counts.code}"] = part("gives", counts=counts)
    invalid = [f"{saving.FIGURE}.{row.code}" for row in sheet.rows if row.is_wrong]
    for counts in sheet.counts:
        if counts.is_wrong:
            invalid += [counts.numerator.name, counts.denominator.name]
    return {
        "stored": dict(saved.stored),
        "problems": {problem.name: problem.message for problem in saved.problems},
        "fragments": fragments,
        "invalid": invalid,
        "status": f"Saved at {hour(clock.now(sheet.version.parent.partnership))}",
    }


@keeps_typed
@require_POST
def return_submit(request: HttpRequest, partnership: Partnership, council: str, period: date) -> HttpResponse:
    """Saves what stands in the form, then submits. What stands in the way is listed, with a link to each box."""
    place, user = _may_enter(request, partnership, council)
    permissions.check(request.user, permissions.RETURN_SUBMIT, partnership, council=place)
    version = existing_version(request, partnership, place, period)
    boxes: Sequence[Box] = ()
    try:
        boxes = boxes_of(request)
        if boxes:
            saved = saving.save_boxes(version=version, boxes=boxes, by=user)
            if saved.problems:
                return _page(request, _sheet(saved, boxes, attempted=True), status=_status(saved))
        actions.submit_return(version=version, by=user)
    except NotReady:
        return _page(request, entry.build(actions.fresh(version), hidden=_NOTHING, attempted=True), status=422)
    except Refused as refusal:
        return _refused(request, version, boxes, refusal)
    messages.success(request, f"{place.short_name}, {wording.month(period)}: submitted for approval.")
    return redirect("kpis:return", partnership=partnership.slug, council=council, period=period)


def _refused(request: HttpRequest, version: ReturnVersion, boxes: Sequence[Box], refusal: Refused) -> HttpResponse:
    labels = saving.labels(version.parent.partnership)
    typed = [(labels.get(box.name, box.name), box.text) for box in boxes if box.text != box.was]
    return refused(request, version, refusal, typed)
