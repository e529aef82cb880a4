"""What makes an indicator that can be worked with: rules across its fields, each with a message at its field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from kpis.derived import ADDITIVE, Definition, circles

# Which of the fields that refer to other indicators matter for which source.
REFERENCES = {
    "typed": ("measured_on", "parts"),
    "sum": ("parts",),
    "per-employee": ("measured_on",),
    "rate": ("numerator_of", "measured_on"),
    "difference": ("numerator_of", "measured_on"),
}
# What an approved month rests on. Another of these is another indicator.
FIXED = ("unit", "source", "frequency", "numerator_of", "measured_on", "parts")
UNIT_NAMES = {
    "count": "a count",
    "percent": "a percentage",
    "ratio": "a ratio",
    "score": "a score",
    "net-score": "a net score",
    "currency": "an amount in pounds",
    "duration": "a number of hours",
}
# Rates, scores and ratios of months are not added.
_NOT_ADDED = ("percent", "net-score", "score")
_ACROSS_RATE = ("percent", "net-score", "ratio")


@dataclass(frozen=True, slots=True)
class Values:
    """Everything that is set of an indicator. Other indicators stand by their codes; months by their first days."""

    code: str
    name: str
    group: str
    unit: str
    direction: str
    short_name: str = ""
    definition: str = ""
    why_it_matters: str = ""
    decimals: int = 0
    source: str = "typed"
    numerator_of: str = ""
    measured_on: str = ""
    parts: tuple[str, ...] = ()
    across: str = "sum"
    frequency: str = "month"
    starts_on: date | None = None
    ends_on: date | None = None
    is_split_withheld: bool = False
    split_withheld_reason: str = ""
    comparability: str = ""
    counted_one: str = ""
    counted_many: str = ""
    screens_limits: bool = True
    ticket_measure: str = ""
    ticket_type: str = ""
    ticket_priority: int | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON holds it, for the audit trail and for the form that was loaded."""
        return {
            name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    def as_definition(self) -> Definition:
        return Definition(
            code=self.code,
            name=self.name,
            unit=self.unit,
            decimals=self.decimals,
            source=self.source,
            measured_on=self.measured_on,
            parts=self.parts,
            numerator_of=self.numerator_of,
            frequency=self.frequency,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    field: str
    message: str


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the fields whose plain values differ, in the order of the fields."""
    return [one.name for one in fields(Values) if before.get(one.name) != after.get(one.name)]


def without_unused(values: Values) -> tuple[Values, tuple[str, ...]]:
    """The values without those that do not matter for their source, and the names of the fields that were dropped."""
    matters = REFERENCES[values.source]
    empty: dict[str, Any] = {"numerator_of": "", "measured_on": "", "parts": ()}
    cleared = {name: empty[name] for name in empty if name not in matters}
    if values.source == "typed" and values.unit not in ("percent", "net-score"):
        cleared["measured_on"] = ""
    if values.source != "typed" or not values.ticket_measure:
        cleared |= {"ticket_measure": "", "ticket_type": "", "ticket_priority": None}
    if values.unit != "count":
        cleared |= {"counted_one": "", "counted_many": ""}
    if not values.is_split_withheld:
        cleared["split_withheld_reason"] = ""
    dropped = tuple(name for name, value in cleared.items() if getattr(values, name) != value)
    return replace(values, **cleared), dropped


def problems(values: Values, others: Sequence[Definition]) -> list[Problem]:
    """What is wrong with the values, beside the other indicators of the partnership (itself not among them)."""
    known = {one.code: one for one in others if one.code != values.code}
    found = [
        *_itself(values),
        *_references(values, known),
        *_calendar(values, known),
        *_from_tickets(values),
    ]
    if not any(one.field in ("numerator_of", "measured_on", "parts", "source") for one in found):
        found += _circle(values, known)
    if not any(one.field in ("unit", "source") for one in found):
        found += _dependents(values, known)
    return found


def _itself(values: Values) -> Iterator[Problem]:
    if values.decimals > 4:
        yield Problem("decimals", "At most 4 decimals are kept.")
    if values.unit == "count" and values.decimals:
        yield Problem("decimals", "A count is a whole number: choose 0.")
    if values.unit == "currency" and values.decimals not in (0, 2):
        yield Problem("decimals", "Pounds have 2 decimals, or 0 for whole pounds.")
    if bool(values.counted_one) != bool(values.counted_many):
        field, example = ("counted_many", "incidents") if values.counted_one else ("counted_one", "incident")
        yield Problem(field, f"Give both words, for one and for several. This one is like “{example}”.")
    if values.is_split_withheld and not values.split_withheld_reason.strip():
        yield Problem("split_withheld_reason", "Say who asked that the councils are not set side by side, and why.")
    if values.across == "rate" and values.unit not in _ACROSS_RATE:
        yield Problem("across", f"Only rates have numerators and denominators, and this is {UNIT_NAMES[values.unit]}.")
    if values.source == "typed" and values.across == "sum" and values.unit in _NOT_ADDED:
        remedy = "Choose numerators and denominators" if values.unit != "score" else "Choose the last month"
        yield Problem("across", f"{_plural(values.unit)} of months cannot be added. {remedy}.")


def _plural(unit: str) -> str:
    return {"percent": "Percentages", "net-score": "Net scores", "score": "Scores"}[unit]


def _references(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    for field in REFERENCES[values.source]:
        named = values.parts if field == "parts" else (getattr(values, field),)
        for code in named:
            if code and code not in known:
                yield Problem(field, f"There is no other indicator “{code}”.")
                return
    yield from {
        "typed": _typed,
        "sum": _sum,
        "per-employee": _per_employee,
        "rate": _rate,
        "difference": _difference,
    }[values.source](values, known)


def _typed(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    if values.measured_on and known[values.measured_on].unit != "count":
        yield Problem("measured_on", f"{known[values.measured_on].name} is no count. A rate is measured on a count.")
    if values.parts and values.unit not in (*ADDITIVE, "percent"):
        yield Problem("parts", f"{UNIT_NAMES[values.unit].capitalize()} has no parts.")
    else:
        yield from _same_unit(values, known)


def _sum(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    if values.unit not in ADDITIVE:
        yield Problem("source", f"{UNIT_NAMES[values.unit].capitalize()} is no sum. Choose another source or unit.")
    elif len(values.parts) < 2:
        yield Problem("parts", "A sum has at least two parts: choose them.")
    else:
        yield from _same_unit(values, known)


def _same_unit(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    others = [known[code] for code in values.parts if known[code].unit != values.unit]
    if others:
        names = ", ".join(f"{one.name} is {UNIT_NAMES[one.unit]}" for one in others)
        yield Problem("parts", f"Parts have the unit of their total, {UNIT_NAMES[values.unit]}: {names}.")


def _per_employee(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    if values.unit not in ("ratio", "currency"):
        yield Problem("unit", "A figure per employee is a ratio, or an amount in pounds.")
    if not values.measured_on:
        yield Problem("measured_on", "Choose the count that is divided by the number of employees.")
    elif known[values.measured_on].unit != ("currency" if values.unit == "currency" else "count"):
        wanted = "an amount in pounds" if values.unit == "currency" else "a count"
        yield Problem("measured_on", f"{known[values.measured_on].name} is not {wanted}.")


def _rate(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    if values.unit not in ("percent", "ratio"):
        yield Problem("unit", "A rate is a percentage or a ratio.")
    yield from _two(values, known, "what is counted", "what it is counted out of")
    if _are_two(values):
        above, below = known[values.numerator_of], known[values.measured_on]
        if above.unit not in ADDITIVE:
            yield Problem("numerator_of", f"{above.name} is {UNIT_NAMES[above.unit]}. A rate is of counts or of sums.")
        elif below.unit != above.unit:
            message = f"{below.name} is {UNIT_NAMES[below.unit]}, and {above.name} {UNIT_NAMES[above.unit]}."
            yield Problem("measured_on", f"{message} A rate is of two figures of one kind.")


def _difference(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    yield from _two(values, known, "the figure that it begins with", "the figure that is taken away")
    if _are_two(values):
        for field in ("numerator_of", "measured_on"):
            one = known[getattr(values, field)]
            if one.unit != values.unit:
                message = f"{one.name} is {UNIT_NAMES[one.unit]}, and this is {UNIT_NAMES[values.unit]}."
                yield Problem(field, f"{message} A difference is of figures of its own unit.")


def _two(values: Values, known: Mapping[str, Definition], first: str, second: str) -> Iterator[Problem]:
    if not values.numerator_of:
        yield Problem("numerator_of", f"Choose {first}.")
    if not values.measured_on:
        yield Problem("measured_on", f"Choose {second}.")
    if values.numerator_of and values.numerator_of == values.measured_on:
        yield Problem("measured_on", f"Choose another indicator than {known[values.measured_on].name}, named above.")


def _are_two(values: Values) -> bool:
    return bool(values.numerator_of and values.measured_on and values.numerator_of != values.measured_on)


def _calendar(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    if values.starts_on and values.ends_on and values.ends_on < values.starts_on:
        yield Problem("ends_on", f"{values.ends_on:%B %Y} is before the first month, {values.starts_on:%B %Y}.")
    rest_on_it = [one for one in known.values() if one.source != "typed" and values.code in one.rests_on()]
    longer = [
        one.name for one in rest_on_it if values.ends_on and (one.ends_on is None or one.ends_on > values.ends_on)
    ]
    if longer:
        yield Problem("ends_on", f"{longer[0]} is worked out from it after that month. End that one first.")
    if values.source == "typed":
        return
    for code in values.as_definition().rests_on():
        one = known.get(code)
        if one is not None and one.ends_on is not None and (values.ends_on is None or values.ends_on > one.ends_on):
            yield Problem("ends_on", f"{one.name} ends with {one.ends_on:%B %Y}, and this is worked out from it.")
            return
        if one is not None and one.frequency != values.frequency:
            message = f"{one.name} is asked for every {one.frequency}, and this every {values.frequency}."
            yield Problem("frequency", f"{message} Choose the same for both.")
            return


def _from_tickets(values: Values) -> Iterator[Problem]:
    if not values.ticket_measure:
        return
    if values.ticket_measure == "met" and values.unit != "percent":
        yield Problem("ticket_measure", f"A share of tickets is a percentage, and this is {UNIT_NAMES[values.unit]}.")
    if values.ticket_measure != "met" and values.unit != "count":
        yield Problem("ticket_measure", f"A number of tickets is a count, and this is {UNIT_NAMES[values.unit]}.")


def _circle(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    every = {**known, values.code: values.as_definition()}
    if values.code not in circles(every.values()):
        return
    field = next((one for one in ("parts", "numerator_of", "measured_on") if getattr(values, one)), "source")
    through = _way_round(values, every)
    yield Problem(field, f"It would be worked out from itself: {' from '.join(through)}. Choose other figures.")


def _way_round(values: Values, every: Mapping[str, Definition]) -> list[str]:
    """Names along the shortest way from the indicator back to itself."""
    ways = [[values.code]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for code in every[way[-1]].rests_on():
            if code == values.code:
                return [every[one].name for one in (*way, code)]
            if code in every and code not in seen:
                seen.add(code)
                ways.append([*way, code])
    return [values.name]


def _dependents(values: Values, known: Mapping[str, Definition]) -> Iterator[Problem]:
    """Others that rest on this one, and could not with its new unit or frequency."""
    itself = values.as_definition()
    for one in known.values():
        if values.code not in (*one.rests_on(), one.measured_on):
            continue
        rest = {**{code: other for code, other in known.items() if code != one.code}, values.code: itself}
        like = Values(
            one.code, one.name, "", one.unit, one.direction, decimals=one.decimals, source=one.source,
            numerator_of=one.numerator_of, measured_on=one.measured_on, parts=one.parts, frequency=one.frequency,
        )  # fmt: skip
        calendar = [problem for problem in _calendar(like, rest) if problem.field == "frequency"]
        wrong = [*_references(like, rest), *calendar]
        if wrong:
            field = "frequency" if wrong[0].field == "frequency" else "unit"
            yield Problem(field, f"{one.name} rests on it, and could not any longer. {wrong[0].message}")
            return


def of_sources(field: str) -> Iterable[str]:
    """The sources for which a field matters."""
    return [source for source, names in REFERENCES.items() if field in names]
