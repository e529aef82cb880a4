"""What changes indicators: added, changed, moved, ended, deleted, and the budget set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kpis import definitions, indicator_policies
from kpis.budget import BUDGET_SET
from kpis.indicator_policies import Unfit, barriers, history_of, values_of
from kpis.indicator_rules import Problem, Values, changed, problems
from kpis.models import Indicator, IndicatorPart
from portal import audit
from portal.models import AuditEvent, Partnership
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import User

# Far above every position there is, and free while two indicators change places.
_ASIDE = 32_000


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Who changed an indicator last, and when; nobody where the portal did."""

    by: str
    at: datetime | None


class ChangedMeanwhile(Refused):
    """Somebody else has changed the indicator since the form was loaded. `now` is what is set of it."""

    def __init__(self, now: Values, fields: list[str], meanwhile: Meanwhile) -> None:
        super().__init__(f"{meanwhile.by} changed this indicator after you had loaded it.")
        self.now, self.fields, self.meanwhile = now, fields, meanwhile


def lock(partnership: Partnership) -> Partnership:
    """The partnership's indicators, for this transaction alone."""
    return Partnership.objects.select_for_update().get(pk=partnership.pk)


@transaction.atomic
def add_indicator(*, partnership: Partnership, values: Values, by: User) -> Indicator:
    """Raises Unfit, with every problem at its field."""
    partnership = lock(partnership)
    return _add(partnership, values, by)


def _add(partnership: Partnership, values: Values, by: User) -> Indicator:
    _check_free(partnership, values.code)
    history = indicator_policies.History(closed=indicator_policies.closed_months(partnership))
    _check(partnership, None, values, history)
    last = partnership.indicators.order_by("-position").values_list("position", flat=True).first() or 0
    indicator = Indicator(partnership=partnership, position=last + 1)
    _write(indicator, values)
    audit.record(by=by, verb="indicator.add", target=indicator, partnership=partnership, after=_filled(values.plain()))
    return indicator


@transaction.atomic
def change_indicator(*, indicator: Indicator, values: Values, loaded: Mapping[str, Any], by: User) -> Indicator:
    """`loaded` has the plain values with which the form was loaded.

    Raises ChangedMeanwhile when it is no longer so, and Unfit, with every problem at its field.
    """
    partnership = lock(indicator.partnership)
    indicator = Indicator.objects.select_related("measured_on", "numerator_of", "partnership").get(pk=indicator.pk)
    before = values_of(indicator)
    elsewhere = changed(loaded, before.plain())
    if elsewhere:
        raise ChangedMeanwhile(before, elsewhere, last_change(indicator))
    names = changed(before.plain(), values.plain())
    if not names:
        return indicator
    if "code" in names:
        _check_free(partnership, values.code)
    _check(partnership, before, values, history_of(indicator))
    _write(indicator, values)
    old, new = before.plain(), values.plain()
    audit.record(
        by=by,
        verb="indicator.change",
        target=indicator,
        partnership=partnership,
        before={name: old[name] for name in names},
        after={name: new[name] for name in names},
    )
    return indicator


@transaction.atomic
def end_indicator(*, indicator: Indicator, last: date, by: User) -> Indicator:
    """Ask for it until that month. Raises Unfit at "ends_on"."""
    partnership = lock(indicator.partnership)
    indicator = Indicator.objects.select_related("measured_on", "numerator_of", "partnership").get(pk=indicator.pk)
    before = values_of(indicator)
    after = replace(before, ends_on=last)
    _check(partnership, before, after, history_of(indicator))
    indicator.ends_on = last
    indicator.save(update_fields=["ends_on"])
    audit.record(
        by=by,
        verb="indicator.end",
        target=indicator,
        partnership=partnership,
        before={"ends_on": before.plain()["ends_on"]},
        after={"ends_on": after.plain()["ends_on"]},
    )
    return indicator


@transaction.atomic
def move_indicator(*, indicator: Indicator, up: bool, by: User) -> Indicator:
    """Let it change places with its neighbour above or below. Raises Refused at either end."""
    partnership = lock(indicator.partnership)
    indicator = Indicator.objects.get(pk=indicator.pk)
    beside = partnership.indicators.filter(**{"position__lt" if up else "position__gt": indicator.position})
    other = beside.order_by("-position" if up else "position", "pk").first()
    if other is None:
        raise Refused(f"{indicator.name} is the {'first' if up else 'last'} already.")
    here, there = indicator.position, other.position
    for one, position in ((other, _ASIDE), (indicator, there), (other, here)):
        one.position = position
        one.save(update_fields=["position"])
    audit.record(
        by=by,
        verb="indicator.move",
        target=indicator,
        partnership=partnership,
        before={"position": here},
        after={"position": there, "above" if up else "below": other.name},
    )
    return indicator


@transaction.atomic
def delete_indicator(*, indicator: Indicator, by: User) -> None:
    """Only while nothing refers to it. Raises Refused with what does."""
    partnership = lock(indicator.partnership)
    indicator = Indicator.objects.select_related("measured_on", "numerator_of").get(pk=indicator.pk)
    indicator_policies.check_delete(indicator)
    before = _filled(values_of(indicator).plain())
    audit.record(by=by, verb="indicator.delete", target=indicator, partnership=partnership, before=before)
    indicator.delete()


@transaction.atomic
def add_budget_set(*, partnership: Partnership, by: User) -> list[Indicator]:
    """Budget, actual, variance and share spent, each by council; what is there already stays as it is.

    Returns those that were added. Raises Refused when all of them are there.
    """
    partnership = lock(partnership)
    there = set(partnership.indicators.values_list("code", flat=True))
    wanted = [one for one in BUDGET_SET if one.code not in there]
    if not wanted:
        raise Refused("The budget set is there already. Nothing was added.")
    first = indicator_policies.first_open_month(partnership)
    return [_add(partnership, replace(values, starts_on=first), by) for values in wanted]


def last_change(indicator: Indicator) -> Meanwhile:
    """Who changed it last, by the audit trail."""
    events = AuditEvent.objects.filter(
        target_type="kpis.indicator", target_id=str(indicator.pk), verb__startswith="indicator."
    )
    event = events.select_related("by").order_by("-pk").first()
    if event is None:
        return Meanwhile("Somebody", None)
    return Meanwhile(str(event.by) if event.by else "The portal", event.at)


def _check_free(partnership: Partnership, code: str) -> None:
    if partnership.indicators.filter(code=code).exists():
        raise Unfit([Problem("code", f"There is an indicator “{code}” already. Choose another code.")])


def _check(partnership: Partnership, before: Values | None, after: Values, history: indicator_policies.History) -> None:
    _, known = definitions.indicators_of(partnership)
    own = {after.code} | ({before.code} if before is not None else set())
    # Others name this one by its old code until it is saved.
    others = [one for one in known if one.code not in own]
    found = problems(after if before is None else replace(after, code=before.code), others)
    found += barriers(before, after, history)
    if found:
        raise Unfit(found)


def _write(indicator: Indicator, values: Values) -> None:
    by_code = {one.code: one for one in Indicator.objects.filter(partnership=indicator.partnership_id)}
    plain = {name: value for name, value in values.plain().items() if name not in ("parts", "starts_on", "ends_on")}
    for name, value in plain.items():
        if name in ("measured_on", "numerator_of"):
            setattr(indicator, name, by_code[value] if value else None)
        else:
            setattr(indicator, name, value)
    indicator.starts_on, indicator.ends_on = values.starts_on, values.ends_on
    indicator.save()
    links = {link.part_id: link for link in indicator.part_links.all()}
    for position, code in enumerate(values.parts, start=1):
        part = by_code[code]
        link = links.pop(part.pk, None) or IndicatorPart(whole=indicator, part=part)
        link.position = position
        link.save()
    IndicatorPart.objects.filter(pk__in=[link.pk for link in links.values()]).delete()


def _filled(plain: dict[str, Any]) -> dict[str, Any]:
    """What is set, without what is empty, for the audit trail."""
    return {name: value for name, value in plain.items() if value not in ("", None, [])}
