"""What changes a return. Every function is one transaction, locks the version first and leaves an audit event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from kpis import definitions, policies
from kpis.checks import Checked, Found
from kpis.models import Figure, FigureFinding, Return, ReturnVersion
from portal import audit, clock, deputies, permissions
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Council, Partnership, User

State = ReturnVersion.State


@transaction.atomic
def open_return(*, partnership: Partnership, council: Council, period: date, by: User) -> ReturnVersion:
    """The open version of a month's return; a new draft where there is none yet.

    Raises policies.Refused for a month whose return cannot be opened.
    """
    policies.check_open(partnership, period)
    return _open(partnership, council, period, ReturnVersion.Origin.ENTERED, by)


@transaction.atomic
def backfill_return(*, partnership: Partnership, council: Council, period: date, by: User) -> ReturnVersion:
    """Open a month before the partnership's first one, to be entered afterwards; the draft there is, if there is one.

    Raises policies.Refused for a month that is too early, is owed anyway, or is on record already.
    """
    policies.check_backfill(partnership, period)
    version = _open(partnership, council, period, ReturnVersion.Origin.BACKFILLED, by)
    policies.check_backfill_open(version)
    return version


def _open(partnership: Partnership, council: Council, period: date, origin: str, by: User) -> ReturnVersion:
    return_, _ = Return.objects.get_or_create(partnership=partnership, council=council, period=period)
    # Two officers opening at once wait here for each other, so that there is one draft.
    return_ = Return.objects.select_for_update().get(pk=return_.pk)
    latest = return_.versions.order_by("-number").first()
    if latest is not None:
        return latest
    version = ReturnVersion.objects.create(parent=return_, number=1, origin=origin, created_at=clock.now(partnership))
    after = {"state": State.DRAFT} | ({"origin": origin} if origin != ReturnVersion.Origin.ENTERED else {})
    after |= acting_for(by, permissions.RETURN_EDIT, return_)
    audit.record(by=by, verb="return.open", target=return_, partnership=partnership, after=after)
    return version


@transaction.atomic
def reopen_return(*, version: ReturnVersion, by: User, reason: str) -> ReturnVersion:
    """A new draft that corrects a version in force, with its figures, its reasons and its comment.

    The version in force stays so, and stays as it is, until the new one is approved. Figures that the portal works out
    are not carried over, also where a published one stood for them: nobody could correct them.
    """
    # The return first: two who reopen at once wait here for each other.
    return_ = Return.objects.select_for_update().get(pk=version.parent_id)
    latest = lock_version(return_.versions.order_by("-number")[0])
    policies.check_reopen(latest, reason)
    now = clock.now(latest.parent.partnership)
    backfilled = latest.origin == ReturnVersion.Origin.BACKFILLED
    draft = ReturnVersion.objects.create(
        parent=latest.parent,
        number=latest.number + 1,
        origin=ReturnVersion.Origin.BACKFILLED if backfilled else ReturnVersion.Origin.ENTERED,
        comment=latest.comment,
        created_at=now,
        reopened_by=by,
        reopened_reason=reason.strip(),
    )
    figures = list(latest.figures.select_related("indicator").order_by("pk"))
    for figure in figures:
        if figure.indicator.is_typed:
            figure.pk, figure.version, figure._state.adding = None, draft, True
            figure.save()
    recheck(draft)
    _carry_reasons(latest, draft)
    audit.record(
        by=by,
        verb="return.reopen",
        target=return_,
        partnership=latest.parent.partnership,
        before={"state": latest.state, "version": latest.number},
        after={"state": draft.state, "version": draft.number},
        reason=reason.strip(),
    )
    return draft


def _carry_reasons(former: ReturnVersion, draft: ReturnVersion) -> None:
    """Reasons explain the figures that they were written for, so they go along where the finding says the same."""
    given = {(one.indicator_id, one.rule, one.stated, one.computed): one for one in former.findings.exclude(reason="")}
    for finding in draft.findings.all():
        known = given.get((finding.indicator_id, finding.rule, finding.stated, finding.computed))
        if known is not None:
            finding.reason, finding.reason_by = known.reason, known.reason_by
            finding.save(update_fields=["reason", "reason_by"])


@transaction.atomic
def withdraw_return(*, version: ReturnVersion, by: User, reason: str) -> Return:
    """Discard a reopened draft: everything is again as before it was reopened. What stood in it stays in the trail."""
    return_ = Return.objects.select_for_update().get(pk=version.parent_id)
    draft = lock_version(return_.versions.order_by("-number")[0])
    policies.check_withdraw(draft, reason)
    figures = {
        figure.indicator.code: figure.typed for figure in draft.figures.select_related("indicator").order_by("pk")
    }
    number, before = draft.number, {"state": draft.state, "version": draft.number, "figures": figures}
    draft.delete()
    former = return_.versions.order_by("-number")[0]
    audit.record(
        by=by,
        verb="return.withdraw",
        target=return_,
        partnership=former.parent.partnership,
        before=before | {"comment": draft.comment},
        after={"state": former.state, "version": former.number, "withdrawn": number},
        reason=reason.strip(),
    )
    return return_


def acting_for(by: User, permission: permissions.Permission, return_: Return) -> dict[str, str]:
    """What the audit trail adds where somebody acts in place of a person who is away."""
    away = deputies.acting_for(by, permission, return_.partnership, council=return_.council)
    return {"deputy_for": str(away)} if away is not None else {}


def fresh(version: ReturnVersion) -> ReturnVersion:
    """The version as it is now, with what its pages need."""
    return ReturnVersion.objects.select_related("parent__partnership", "parent__council").get(pk=version.pk)


def lock_version(version: ReturnVersion) -> ReturnVersion:
    """The version as it is now, which nobody else changes before this transaction ends."""
    locked = ReturnVersion.objects.select_for_update(of=("self",))
    found = locked.select_related("parent__partnership", "parent__council").filter(pk=version.pk).first()
    if found is None:
        raise Refused("This version of the return was withdrawn meanwhile. Open the return again.")
    return found


def submit_return(*, version: ReturnVersion, by: User) -> ReturnVersion:
    """Hand a draft to the approver. Raises policies.NotReady, with every cause, while something is in the way.

    What the check finds on the way is kept in either case, so that the page shows what the refusal speaks of.
    """
    with transaction.atomic():
        version = lock_version(version)
        policies.check_submit(version)
        checked, findings = recheck(version)
        causes = policies.obstacles(version, missing_names(version, checked), findings)
        if not causes:
            version.state = State.SUBMITTED
            version.submitted_by, version.submitted_at = by, clock.now(version.parent.partnership)
            version.sent_back_reason = ""
            version.save()
            _record_step(version, by, "return.submit", State.DRAFT, permissions.RETURN_SUBMIT)
    if causes:
        raise policies.NotReady(version, causes)
    return version


@transaction.atomic
def approve_return(*, version: ReturnVersion, by: User) -> ReturnVersion:
    """Put a submitted version in force: dashboards and packs read it from now on."""
    version = lock_version(version)
    policies.check_approve(version, by)
    version.state = State.APPROVED
    version.approved_by, version.approved_at = by, clock.now(version.parent.partnership)
    version.save()
    _put_in_force(version)
    _record_step(version, by, "return.approve", State.SUBMITTED, permissions.RETURN_APPROVE)
    return version


@transaction.atomic
def send_back_return(*, version: ReturnVersion, by: User, reason: str) -> ReturnVersion:
    """Make a submitted version a draft again, with the reason beside it."""
    version = lock_version(version)
    policies.check_send_back(version, reason)
    version.state = State.DRAFT
    version.sent_back_reason = reason.strip()
    version.submitted_by = version.submitted_at = None
    version.save()
    _record_step(version, by, "return.send-back", State.SUBMITTED, permissions.RETURN_APPROVE, reason.strip())
    return version


@transaction.atomic
def lock_return(*, version: ReturnVersion, by: User) -> ReturnVersion:
    version = lock_version(version)
    policies.check_lock(version)
    version.state = State.LOCKED
    version.locked_at = clock.now(version.parent.partnership)
    version.save()
    _record_step(version, by, "return.lock", State.APPROVED)
    return version


@transaction.atomic
def record_published(
    *, partnership: Partnership, council: Council, period: date, typed: Mapping[str, str], source: str
) -> ReturnVersion:
    """Enter a month as it was published before the portal: in force and locked, with what the check finds in it.

    `typed` has the figures by the code of their indicator, as printed; published worked-out ones among them.
    """
    now = clock.now(partnership)
    return_ = Return.objects.create(partnership=partnership, council=council, period=period)
    version = ReturnVersion.objects.create(
        parent=return_,
        number=1,
        origin=ReturnVersion.Origin.PUBLISHED,
        source=source,
        created_at=now,
    )
    indicators = {indicator.code: indicator for indicator in partnership.indicators.all()}
    Figure.objects.bulk_create(
        Figure(version=version, indicator=indicators[code], typed=text, saved_at=now) for code, text in typed.items()
    )
    checked = definitions.check_version(version)
    figures = list(version.figures.select_related("indicator"))
    for figure in figures:
        figure.amount = checked.readings[figure.indicator.code].amount
    Figure.objects.bulk_update(figures, ["amount"])
    store_findings(version, checked.findings)
    # Last, since the database takes no figure into a version that is locked.
    version.state, version.locked_at = State.LOCKED, now
    version.save(update_fields=["state", "locked_at"])
    _put_in_force(version)
    after = {"state": State.LOCKED, "source": source, "figures": dict(typed)}
    audit.record(by=None, verb="return.record-published", target=return_, partnership=partnership, after=after)
    return version


def recheck(version: ReturnVersion) -> tuple[Checked, list[FigureFinding]]:
    """Check a locked version again and keep what was found. For use inside a transaction that holds it."""
    checked = definitions.check_version(version)
    store_findings(version, checked.findings)
    return checked, findings_of(version)


def findings_of(version: ReturnVersion) -> list[FigureFinding]:
    found = version.findings.select_related("indicator", "reason_by")
    return list(found.order_by("indicator__position", "severity", "rule", "pk"))


def missing_names(version: ReturnVersion, checked: Checked) -> list[tuple[str, str]]:
    """Code and name of the figures that are still wanted, in order."""
    names = dict(version.parent.partnership.indicators.values_list("code", "name"))
    return [(code, names[code]) for code in checked.missing]


def store_findings(version: ReturnVersion, found: Sequence[Found]) -> None:
    """Make a version's findings those found now. A finding that says the same as before keeps its reason."""
    kept = {(finding.indicator_id, finding.rule): finding for finding in version.findings.all()}
    indicators = dict(version.parent.partnership.indicators.values_list("code", "pk"))
    for one in found:
        finding = one.finding
        known = kept.pop((indicators[one.code], finding.rule), None)
        stored = known or FigureFinding(version=version, indicator_id=indicators[one.code], rule=finding.rule)
        if known is not None and (known.stated, known.computed) != (_cut(finding.stated, 60), finding.computed):
            # A reason explains the figures that it was written for, and no others; the audit trail still has it.
            stored.reason, stored.reason_by = "", None
        stored.severity = finding.severity
        stored.stated, stored.computed = _cut(finding.stated, 60), _cut(finding.computed, 120)
        stored.message, stored.remedy = _cut(finding.message, 400), _cut(finding.remedy, 400)
        stored.save()
    FigureFinding.objects.filter(pk__in=[finding.pk for finding in kept.values()]).delete()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _put_in_force(version: ReturnVersion) -> None:
    return_ = version.parent
    return_.in_force = version
    return_.save(update_fields=["in_force"])


def _record_step(
    version: ReturnVersion,
    by: User,
    verb: str,
    before: str,
    permission: permissions.Permission | None = None,
    reason: str = "",
) -> None:
    """`permission` is the one used, where a deputy can hold it for somebody who is away."""
    deputy = acting_for(by, permission, version.parent) if permission is not None else {}
    audit.record(
        by=by,
        verb=verb,
        target=version.parent,
        partnership=version.parent.partnership,
        before={"state": before, "version": version.number},
        after={"state": version.state, "version": version.number} | deputy,
        reason=reason,
    )
