"""May an indicator, or a target, be changed now? What months that are handed in or approved say stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from kpis.indicator_rules import FIXED, Problem, Values
from kpis.models import Figure, FigureFinding, Indicator, Return, ReturnVersion
from kpis.policies import month_after
from kpis.wording import span
from portal.policies import Refused

if TYPE_CHECKING:
    from portal.models import Partnership

State = ReturnVersion.State
_FINAL = (State.APPROVED, State.LOCKED)
REMEDY = "End this one and add a new one."


class Unfit(Refused):
    """Values that cannot be kept, each problem with the field that it is about."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class History:
    """What there is of an indicator already.

    has_figures  whether a figure was entered for it in any version of any return
    approved     the months, oldest first, of which it says something that was approved
    closed       the months whose returns are handed in, approved or locked in some council
    has_targets  whether a target is set for it
    """

    has_figures: bool = False
    approved: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()
    has_targets: bool = False


def closed_months(partnership: Partnership) -> tuple[date, ...]:
    versions = ReturnVersion.objects.filter(parent__partnership=partnership).exclude(state=State.DRAFT)
    return tuple(versions.order_by("parent__period").values_list("parent__period", flat=True).distinct())


def history_of(indicator: Indicator) -> History:
    entered = Figure.objects.filter(indicator=indicator).exclude(typed="", numerator_typed="", denominator_typed="")
    if indicator.is_typed:
        final = entered.filter(version__state__in=_FINAL)
        months = list(final.order_by("version__parent__period").values_list("version__parent__period", flat=True))
    else:
        # What is worked out stands in every approved month in which it is asked for.
        final_returns = Return.objects.filter(partnership=indicator.partnership_id, in_force__isnull=False)
        periods = final_returns.order_by("period").values_list("period", flat=True)
        definition = values_of(indicator).as_definition()
        months = [month for month in periods if definition.is_asked(month)]
    findings = FigureFinding.objects.filter(indicator=indicator)
    return History(
        has_figures=entered.exists() or findings.exists(),
        approved=tuple(dict.fromkeys(months)),
        closed=closed_months(indicator.partnership),
        has_targets=indicator.targets.exists(),
    )


def values_of(indicator: Indicator) -> Values:
    """What is set of an indicator, with others by their codes. Three queries at most."""
    links = indicator.part_links.select_related("part").order_by("position", "pk")
    return Values(
        code=indicator.code,
        name=indicator.name,
        short_name=indicator.short_name,
        definition=indicator.definition,
        why_it_matters=indicator.why_it_matters,
        group=indicator.group,
        unit=indicator.unit,
        direction=indicator.direction,
        frequency=indicator.frequency,
        decimals=indicator.decimals,
        source=indicator.source,
        across=indicator.across,
        numerator_of=indicator.numerator_of.code if indicator.numerator_of else "",
        measured_on=indicator.measured_on.code if indicator.measured_on else "",
        parts=tuple(link.part.code for link in links),
        starts_on=indicator.starts_on,
        ends_on=indicator.ends_on,
        is_split_withheld=indicator.is_split_withheld,
        split_withheld_reason=indicator.split_withheld_reason,
        comparability=indicator.comparability,
        counted_one=indicator.counted_one,
        counted_many=indicator.counted_many,
        screens_limits=indicator.screens_limits,
        ticket_measure=indicator.ticket_measure,
        ticket_type=indicator.ticket_type,
        ticket_priority=indicator.ticket_priority,
    )


def barriers(before: Values | None, after: Values, history: History) -> list[Problem]:
    """What the months that are handed in or approved do not allow. `before` is None for a new indicator. Pure."""
    found = []
    if before is not None:
        if history.has_figures and before.code != after.code:
            found.append(Problem("code", f"Figures are kept under this code. It stays “{before.code}”."))
        found += _approved(before, after, history)
    found += _closed(before, after, history)
    return found


def _approved(before: Values, after: Values, history: History) -> list[Problem]:
    if not history.approved:
        return []
    months = f"Approved figures of {span(history.approved[0], history.approved[-1])} rest on it."
    fields = [name for name in FIXED if getattr(before, name) != getattr(after, name)]
    if before.source != "typed" and before.decimals != after.decimals:
        fields.append("decimals")
    found = [Problem(name, f"{months} {REMEDY}") for name in fields]
    if history.has_targets and before.direction != after.direction:
        found.append(
            Problem("direction", f"Results of {span(history.approved[0], history.approved[-1])} rest on it. {REMEDY}")
        )
    now, then = after.as_definition(), before.as_definition()
    lost = [month for month in history.approved if then.is_asked(month) and not now.is_asked(month)]
    if lost and "frequency" not in fields:
        if after.starts_on and lost[0] < after.starts_on:
            message = f"{lost[0]:%B %Y} has an approved figure. Choose that month or an earlier one."
            found.append(Problem("starts_on", message))
        if after.ends_on and lost[-1] > after.ends_on:
            message = f"{lost[-1]:%B %Y} has an approved figure. Choose that month or a later one."
            found.append(Problem("ends_on", message))
    return found


def _closed(before: Values | None, after: Values, history: History) -> list[Problem]:
    """A figure to be typed is never asked for in a month whose return was handed in without it."""
    if after.source != "typed":
        return []
    now, then = after.as_definition(), before.as_definition() if before is not None else None
    late = [month for month in history.closed if now.is_asked(month) and not (then and then.is_asked(month))]
    if not late:
        return []
    if then is not None and then.ends_on is not None and late[-1] > then.ends_on:
        message = f"{late[-1]:%B %Y} was handed in without it. It stays ended with {then.ends_on:%B %Y}."
        return [Problem("ends_on", f"{message} Add a new one for later months.")]
    first = f"{month_after(late[-1]):%B %Y}"
    return [Problem("starts_on", f"Returns up to {late[-1]:%B %Y} were handed in without it. Choose {first} or later.")]


def first_open_month(partnership: Partnership) -> date:
    """The first month from which a new figure can be asked for."""
    closed = closed_months(partnership)
    return month_after(closed[-1]) if closed else partnership.reporting_from


def references_to(indicator: Indicator) -> list[str]:
    """What stands in the way of deleting it, in words: whatever refers to it."""
    found = []
    for relation in Indicator._meta.related_objects:
        name = relation.get_accessor_name()
        if name == "part_links" or relation.field.model is Indicator:
            continue  # its own parts go with it; other indicators are named below
        # A reverse name that is hidden ("+") has no accessor: ask the other side.
        if relation.related_model._default_manager.filter(**{relation.field.name: indicator}).exists():
            found.append(_NAMES.get(relation.related_model.__name__, relation.related_model._meta.verbose_name_plural))
    resting = Indicator.objects.filter(Q(measured_on=indicator) | Q(numerator_of=indicator)).order_by("position", "pk")
    found += [f"the indicator {name}" for name in resting.values_list("name", flat=True)]
    return [str(one) for one in found]


_NAMES = {
    "Figure": "figures",
    "FigureFinding": "findings of the figures check",
    "IndicatorPart": "a total of which it is a part",
    "Target": "targets",
    "Rebase": "limits that begin anew",
}


def check_delete(indicator: Indicator) -> None:
    found = references_to(indicator)
    if found:
        raise Refused(f"{indicator.name} cannot be deleted: there are {', '.join(found)}. End it with a month instead.")


def check_target_month(indicator: Indicator, month: date, council_id: int | None, *, done: str) -> None:
    """A target is set, corrected or removed only from a month on for which nothing is approved yet.

    `month` is the first for which anything would change. Raises Unfit at "valid_from".
    """
    final = Return.objects.filter(
        partnership=indicator.partnership_id, in_force__isnull=False, period__gte=month.replace(day=1)
    )
    if council_id is not None:
        final = final.filter(council=council_id)
    last = final.order_by("-period").values_list("period", flat=True).first()
    if last is not None:
        message = (
            f"Returns up to {last:%B %Y} are approved, and their results stay as they were: {done}. "
            f"Set a new target from {month_after(last):%B %Y} or later."
        )
        raise Unfit([Problem("valid_from", message)])
