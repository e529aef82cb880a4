"""The rules of the figures check. Each looks at one figure and gives a finding, or None when there is nothing to say.

`stated` is always the figure as printed or typed, because the decimals it shows are part of what it claims.
`where` is carried into the finding untouched. `things` names what is counted, one and several of them. A `stated`
that is no figure at all raises ValueError, with a sentence for whoever typed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.figures.findings import ERROR, WARNING, Finding, Severity
from portal.figures.headcount import Fit, HeadcountFit, per_head_fit
from portal.figures.printed import Printed, in_print, rounded_units
from portal.figures.reachable import Reachable, percentage_reachable

Amount = int | Decimal | Fraction
Place = tuple[str, ...]
Things = tuple[str, str]

CASES: Things = ("case", "cases")
EMPLOYEES: Things = ("employee", "employees")
GIVE_COUNTS = "give both counts behind it: how many were measured, and how many of those met the target"


@dataclass(frozen=True, slots=True)
class RatePart:
    """A part of a combined rate: its printed percentage, and how many cases it was measured on."""

    name: str
    percent: str
    volume: int


def check_count(stated: str, *, where: Place = ()) -> Finding | None:
    """A count is a whole number, 0 or more."""
    figure = Printed.read(stated)
    if figure.units < 0:
        message = f"{figure.text.replace('-', '−')} is negative, and a count is 0 or more."
        return Finding("count-not-negative", ERROR, figure.text, "0 or more", where, message, "Correct the count.")
    if figure.units % figure.scale:
        message = f"{figure.text} is not a whole number, and a count is."
        return Finding("count-is-whole", ERROR, figure.text, "a whole number", where, message, "Correct the count.")
    return None


def check_percentage_range(stated: str, *, where: Place = ()) -> Finding | None:
    """A percentage of a count lies between 0 and 100."""
    return _check_range(stated, "percentage-range", 0, 100, "%", where)


def check_score_range(stated: str, *, lowest: int = -100, highest: int = 100, where: Place = ()) -> Finding | None:
    """A score lies on its scale; a net promoter score lies between −100 and 100."""
    return _check_range(stated, "score-range", lowest, highest, "", where)


def _check_range(stated: str, rule: str, lowest: int, highest: int, unit: str, where: Place) -> Finding | None:
    figure = Printed.read(stated)
    if lowest <= figure.value <= highest:
        return None
    span = f"{in_print(lowest)} to {in_print(highest)}"
    message = f"{figure.text}{unit} is not between {in_print(lowest)} and {in_print(highest)}."
    return Finding(rule, ERROR, figure.text, span, where, message, f"Enter a figure from {span}.")


def check_total(stated: str, parts: Mapping[str, Amount], *, counted: bool = True, where: Place = ()) -> Finding | None:
    """A total is the sum of its parts, all of which have to be known to the caller.

    `counted` says that what is added up is counted ("too many") rather than measured ("too much").
    """
    figure = Printed.read(stated)
    total = sum((Fraction(part) for part in parts.values()), Fraction(0))
    if total == figure.value:
        return None
    printed = in_print(total, _decimals_of(total))
    difference = figure.value - total
    gap = in_print(abs(difference), _decimals_of(difference))
    more, less = ("many", "few") if counted else ("much", "little")
    message = (
        f"The total is {figure.text}, but its parts add up to {printed}: {gap} too {more if difference > 0 else less}."
    )
    remedy = f"Correct the total, or one of its parts: {', '.join(parts)}."
    return Finding("total-of-parts", ERROR, figure.text, printed, where, message, remedy)


def check_percentage(
    stated: str, count: int, *, error_factor: int = 2, things: Things = CASES, where: Place = ()
) -> Finding | None:
    """A percentage can be so many of its count.

    Nothing when it can. An error when the smallest count that gives it is more than `error_factor` times the stated
    one; otherwise a warning that asks for the counts, since a month's rate may be measured on the calls resolved in
    it rather than on those logged. With a count of 0 there is nothing to measure, which is an error of its own. A
    percentage outside 0 to 100 gets that finding instead.
    """
    outside = check_percentage_range(stated, where=where)
    if outside is not None:
        return outside
    reach = percentage_reachable(stated, count)
    if reach.exact:
        return None
    return _unreachable(reach, "percentage", reach.percent, "%", GIVE_COUNTS, error_factor, things, where)


def check_net_score(
    stated: str, count: int, *, error_factor: int = 2, things: Things = ("survey", "surveys"), where: Place = ()
) -> Finding | None:
    """A net score (per cent in favour less per cent against) can come from its number of answers.

    It is a whole number of answers, for or against, divided by all answers; the rest is as in check_percentage.
    """
    outside = check_score_range(stated, where=where)
    if outside is not None:
        return outside
    figure = Printed.read(stated)
    reach = percentage_reachable(figure.text.lstrip("+-−"), count)
    if reach.exact:
        return None
    give = f"give the number of {things[1]} it was worked out from"
    return _unreachable(reach, "score", figure.text, "", give, error_factor, things, where)


def _unreachable(
    reach: Reachable,
    kind: str,
    stated: str,
    unit: str,
    give_counts: str,
    error_factor: int,
    things: Things,
    where: Place,
) -> Finding:
    """The finding for a percentage, or a score's size, that is not exactly reachable from its count."""
    sign = "−" if stated[0] in "-−" else ""
    shown = f"{stated}{unit}"
    of_count = _so_many(reach.count, things)
    if reach.nearest is None:
        message = f"{shown} is not possible for {of_count}: there was nothing to measure."
        remedy = f"Leave it empty, or {give_counts}."
        return Finding(f"{kind}-of-none", ERROR, stated, "no figure", where, message, remedy)

    smallest = reach.smallest_denominator or 0
    example = f"{reach.smallest_numerator:,} of {smallest:,}"
    nearest = f"{sign}{reach.nearest}{unit} ({reach.nearest_numerator:,} of {reach.count:,})"
    computed = f"{nearest}; smallest count {smallest:,}"
    if smallest > error_factor * reach.count:
        message = f"{shown} is not possible for {of_count}. Did you mean {nearest}?"
        remedy = f"It takes at least {_so_many(smallest, things)} ({example}). Correct it, or {give_counts}."
        return Finding(f"{kind}-of-count", ERROR, stated, computed, where, message, remedy)
    if reach.cut_numerator is not None:
        message = (
            f"{shown} fits {of_count} only if it was cut off instead of rounded: {reach.cut_numerator:,} of "
            f"{reach.count:,}."
        )
    else:
        message = f"{shown} is not possible for {of_count}. {example} gives it."
    remedy = f"If it was measured on another count, {give_counts}. Otherwise the nearest is {nearest}."
    return Finding(f"{kind}-of-count", WARNING, stated, computed, where, message, remedy)


def check_counted_percentage(
    stated: str, numerator: int, denominator: int, *, things: Things = CASES, where: Place = ()
) -> Finding | None:
    """A percentage agrees with the counts given for it, rounded half up at the decimals it shows."""
    figure = Printed.read(stated)
    rule = "percentage-of-its-counts"
    counts = f"{numerator:,} of {denominator:,}"
    if denominator < 0 or not 0 <= numerator <= denominator:
        message = f"{counts} {things[1]} cannot be: at most all of them can have met the target."
        return Finding(rule, ERROR, figure.text, counts, where, message, "Correct the counts.")
    if denominator == 0:
        message = f"{figure.text}% is not possible for 0 {things[1]}: there was nothing to measure."
        return Finding(rule, ERROR, figure.text, "no figure", where, message, "Leave it empty, or correct the counts.")
    if rounded_units(100 * numerator, denominator, figure.scale) == figure.units:
        return None
    computed = in_print(Fraction(100 * numerator, denominator), figure.decimals)
    message = f"{figure.text}% is not {counts}, which is {computed}%."
    if 100 * numerator * figure.scale // denominator == figure.units:
        message = f"{figure.text}% is {counts} cut off instead of rounded, which is {computed}%."
    return Finding(
        rule, ERROR, figure.text, f"{computed}%", where, message, f"Enter {computed}, or correct the counts."
    )


def check_combined_between(stated: str, parts: Sequence[RatePart], *, where: Place = ()) -> Finding | None:
    """A combined rate lies between the lowest and the highest of its parts.

    Parts measured on nothing do not count. All figures are taken with the half unit that rounding may have moved.
    """
    figure = Printed.read(stated)
    rates = [(Printed.read(part.percent), part) for part in parts if part.volume > 0]
    if not rates:
        return None
    lowest, low_part = min(rates, key=lambda rate: rate[0].value)
    highest, high_part = max(rates, key=lambda rate: rate[0].value)
    if figure.value + _half_unit(figure) < lowest.value - _half_unit(lowest):
        word, part = "below", low_part
    elif figure.value - _half_unit(figure) > highest.value + _half_unit(highest):
        word, part = "above", high_part
    else:
        return None
    superlative = "lowest" if word == "below" else "highest"
    message = f"{figure.text}% is {word} all of its parts; the {superlative} is {part.name} at {part.percent}%."
    remedy = "A combined rate lies between its parts. Correct it, or the part that is wrong."
    span = f"{lowest.text}% to {highest.text}%"
    return Finding("combined-between-parts", ERROR, figure.text, span, where, message, remedy)


def check_combined_weighted(
    stated: str, parts: Sequence[RatePart], *, tolerance: Amount = 1, where: Place = ()
) -> Finding | None:
    """A combined rate lies within `tolerance` points of its parts weighed by volume, or wants a reason.

    A warning, since the parts may have been measured on other counts than those logged.
    """
    figure = Printed.read(stated)
    volume = sum(part.volume for part in parts)
    if volume <= 0:
        return None
    weighted = sum((Printed.read(part.percent).value * part.volume for part in parts), Fraction(0)) / volume
    gap = figure.value - weighted
    if abs(gap) <= Fraction(tolerance):
        return None
    decimals = max(figure.decimals, 2)
    expected = in_print(weighted, decimals)
    message = (
        f"{figure.text}% is {in_print(abs(gap), decimals)} points {'above' if gap > 0 else 'below'} {expected}%, "
        "which its parts come to when each is weighed by its volume."
    )
    remedy = "Say what the combined rate was measured on, or correct it."
    return Finding("combined-near-weighted", WARNING, figure.text, f"{expected}%", where, message, remedy)


def check_per_head(
    stated: str, count: int, headcount: int, *, inferred: bool = False, people: Things = EMPLOYEES, where: Place = ()
) -> Finding | None:
    """A per-head figure is its count divided by the headcount, rounded half up at the decimals it shows.

    A warning when it fits only if cut, or when the headcount is `inferred` and so may be the one that is wrong;
    otherwise an error.
    """
    figure = Printed.read(stated)
    fit = per_head_fit(count, headcount, stated)
    if fit is Fit.ROUNDED:
        return None
    computed = in_print(Fraction(count, headcount), figure.decimals)
    known = "an inferred headcount" if inferred else "a headcount"
    division = f"{count:,} divided by {known} of {headcount:,} is {computed}"
    if fit is Fit.CUT:
        message = f"{figure.text} fits only if it was cut off instead of rounded: {division}."
        return Finding("per-head-of-headcount", WARNING, figure.text, computed, where, message, f"Enter {computed}.")
    message = f"{figure.text} for each {people[0]} does not fit: {division}."
    remedy = "Correct the figure, the count or the headcount."
    severity: Severity = WARNING if inferred else ERROR
    return Finding("per-head-of-headcount", severity, figure.text, computed, where, message, remedy)


def check_constant_headcount(fit: HeadcountFit, *, where: Place = ()) -> Finding | None:
    """One headcount explains a run of per-head figures by rounding; see infer_headcount. Never more than a warning."""
    if fit.rounded is not None:
        return None
    rule = "per-head-of-one-headcount"
    if fit.cut is not None:
        message = f"One headcount fits all these figures only if they were cut off instead of rounded: {fit.cut}."
        remedy = "Give the headcount of each month, or say how the figures were worked out."
        return Finding(rule, WARNING, "one headcount", f"{fit.cut}, if cut", where, message, remedy)
    message = "No single headcount fits all these figures, neither rounded nor cut off."
    remedy = "Give the headcount of each month, or correct the figures."
    return Finding(rule, WARNING, "one headcount", "none", where, message, remedy)


def check_change(
    stated: str,
    *,
    lower: float | None,
    upper: float | None,
    points: int,
    needed: int = 13,
    where: Place = (),
) -> Finding | None:
    """A figure outside the limits of usual variation wants a comment.

    `lower` and `upper` are the limits of an XmR chart of the `points` months before this one, without it. With fewer
    than `needed` the limits are provisional, and a guess would only teach people to ignore the check: nothing then.
    """
    figure = Printed.read(stated)
    if lower is None or upper is None or points < needed or lower <= figure.value <= upper:
        return None
    word = "above" if figure.value > upper else "below"
    span = f"{in_print(Fraction(lower), figure.decimals)} to {in_print(Fraction(upper), figure.decimals)}"
    message = f"{figure.text} is {word} the range of usual variation, {span}, of the {points} months before."
    return Finding("unusual-change", WARNING, figure.text, span, where, message, "Say what changed, or correct it.")


def _so_many(count: int, things: Things) -> str:
    return f"{count:,} {things[0] if count == 1 else things[1]}"


def _half_unit(figure: Printed) -> Fraction:
    return Fraction(1, 2 * figure.scale)


def _decimals_of(value: Fraction) -> int:
    """Decimals needed to print a decimal fraction in full."""
    decimals = 0
    while (value * 10**decimals).denominator != 1 and decimals < 6:
        decimals += 1
    return decimals
