"""How an export is read: which heading holds what, what its words mean, what decides whether a target was met. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, fields
from typing import Any

from kpis.tickets.moments import ORDERS

# What a column can hold. Nothing else of a file is ever kept.
REFERENCE, TYPE, PRIORITY, STATE, MET, GROUP = "reference", "type", "priority", "state", "met", "group"
OPENED, RESOLVED, CLOSED, DUE, UPDATED = "opened", "resolved", "closed", "due", "updated"
MOMENTS = (OPENED, RESOLVED, CLOSED, DUE, UPDATED)
FIELDS = {
    REFERENCE: "Reference",
    TYPE: "Type",
    PRIORITY: "Priority",
    STATE: "State",
    OPENED: "Opened",
    RESOLVED: "Resolved",
    CLOSED: "Closed",
    UPDATED: "Last updated",
    DUE: "Due",
    MET: "Target met",
    GROUP: "Group",
}
REQUIRED = (REFERENCE, OPENED)

FLAG, REMAINING, BY_DUE, BY_HOURS = "flag", "remaining", "due", "hours"
DECIDED_BY = {
    FLAG: "a column says whether it was met",
    REMAINING: "a column says how much time was left; less than nothing is missed",
    BY_DUE: "resolved by the due date",
    BY_HOURS: "resolved within the target's service hours",
}
STATES = ("open", "resolved", "closed", "cancelled")
TYPES = ("incident", "request")
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYTIME = {str(day): ("08:00", "18:00") for day in range(5)}
_HOUR = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def plain(text: str) -> str:
    """A word of an export as it is compared: without case, with single blanks."""
    return " ".join(text.split()).casefold()


def heading(text: str) -> str:
    """A heading as it is compared: without case and blanks."""
    return "".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A ticket that fits every part given is out of scope. Groups as in the export, or every group but these."""

    groups: tuple[str, ...] = ()
    other_groups: bool = False
    priorities: tuple[int, ...] = ()
    types: tuple[str, ...] = ()

    def fits(self, group: str, priority: int | None, kind: str) -> bool:
        if self.groups and (group in self.groups) == self.other_groups:
            return False
        if self.priorities and priority not in self.priorities:
            return False
        return not self.types or kind in self.types


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns` has the headings that a field may stand under, the first that a file has is taken.

    Words are compared without case. In `types` a key that ends with * is the beginning of a reference, and the empty
    key is what a ticket is that says nothing. `target_hours` has service hours by priority, 0 for any other;
    `service_hours` from and to by weekday, "0" for Monday.
    """

    preset: str
    columns: AnyMapping[str, tuple[str, ...]]
    priorities: AnyMapping[str, int] = field(default_factory=dict)
    states: AnyMapping[str, str] = field(default_factory=dict)
    types: AnyMapping[str, str] = field(default_factory=dict)
    met_by: str = FLAG
    met_words: AnyMapping[str, bool] = field(default_factory=dict)
    date_format: str = ""
    encoding: str = ""
    delimiter: str = ""
    target_hours: AnyMapping[str, float] = field(default_factory=dict)
    service_hours: AnyMapping[str, tuple[str, str]] = field(default_factory=lambda: dict(DAYTIME))
    out_of_scope: tuple[ScopeRule, ...] = ()

    @property
    def needs_group(self) -> bool:
        return any(rule.groups for rule in self.out_of_scope)

    def names(self, wanted: str) -> str:
        """The headings under which a field may stand, in a sentence."""
        return " or ".join(f"“{one}”" for one in self.columns.get(wanted, ()))

    def as_json(self) -> dict[str, Any]:
        made: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        made["columns"] = {name: list(headings) for name, headings in self.columns.items()}
        made["service_hours"] = {day: list(hours) for day, hours in self.service_hours.items()}
        made["out_of_scope"] = [
            {one.name: _json(getattr(rule, one.name)) for one in fields(rule)} for rule in self.out_of_scope
        ]
        for name in ("priorities", "states", "types", "met_words", "target_hours"):
            made[name] = dict(made[name])
        return made


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def from_json(stored: AnyMapping[str, Any]) -> Mapping:
    """The mapping that `as_json` wrote. Raises ValueError, naming what is wrong, for anything that cannot be used."""
    made = Mapping(
        preset=str(stored["preset"]),
        columns={name: tuple(headings) for name, headings in stored["columns"].items()},
        priorities={plain(word): int(number) for word, number in stored["priorities"].items()},
        states={plain(word): str(state) for word, state in stored["states"].items()},
        types={plain(word): str(kind) for word, kind in stored["types"].items()},
        met_by=str(stored["met_by"]),
        met_words={plain(word): bool(met) for word, met in stored["met_words"].items()},
        date_format=str(stored["date_format"]),
        encoding=str(stored["encoding"]),
        delimiter=str(stored["delimiter"]),
        target_hours={str(priority): float(hours) for priority, hours in stored["target_hours"].items()},
        service_hours={str(day): (hours[0], hours[1]) for day, hours in stored["service_hours"].items()},
        out_of_scope=tuple(
            ScopeRule(
                tuple(plain(group) for group in rule["groups"]),
                bool(rule["other_groups"]),
                tuple(rule["priorities"]),
                tuple(rule["types"]),
            )
            for rule in stored["out_of_scope"]
        ),
    )
    check(made)
    return made


def check(mapping: Mapping) -> None:
    """Raises ValueError with a sentence for the first thing that cannot be used."""
    for wanted in REQUIRED:
        if not mapping.columns.get(wanted):
            raise ValueError(f"{FIELDS[wanted]}: name the column that holds it.")
    if not mapping.columns.get(RESOLVED) and not mapping.columns.get(CLOSED):
        raise ValueError("Resolved: name the column that says when a ticket was resolved, or the one for closed.")
    if mapping.met_by not in DECIDED_BY:
        raise ValueError("Say what decides whether a target was met.")
    if mapping.met_by == BY_HOURS and not mapping.target_hours:
        raise ValueError("Targets: give the hours that are allowed for each priority.")
    if mapping.date_format and mapping.date_format not in ORDERS:
        raise ValueError("Dates: choose day first, month first, or leave it to the file.")
    if mapping.encoding and mapping.encoding not in ENCODINGS:
        raise ValueError("Characters: choose one of the list, or leave it to the file.")
    if mapping.delimiter and mapping.delimiter not in DELIMITERS:
        raise ValueError("Columns are separated by a comma, a semicolon or a tab.")
    for number in mapping.priorities.values():
        if not 1 <= number <= 9:
            raise ValueError(f"Priorities are numbered 1 to 9, not {number}.")
    for state in mapping.states.values():
        if state not in STATES:
            raise ValueError(f"A state is open, resolved, closed or cancelled, not “{state[:40]}”.")
    for kind in mapping.types.values():
        if kind not in TYPES:
            raise ValueError(f"A type is incident or request, not “{kind[:40]}”.")
    for hours in mapping.target_hours.values():
        if not 0 < hours <= 10_000:
            raise ValueError("Targets: hours are more than 0 and at most 10,000.")
    for day, (begin, end) in mapping.service_hours.items():
        if day not in map(str, range(7)) or seconds_of(begin) >= seconds_of(end):
            raise ValueError("Service hours: give from and to for each day, such as 08:00 to 18:00.")


def seconds_of(text: str) -> int:
    """Seconds since midnight of 08:00 or 24:00. Raises ValueError for anything else."""
    found = _HOUR.fullmatch(text)
    if found is None or (seconds := int(found[1]) * 3600 + int(found[2]) * 60) > 86_400:
        raise ValueError("Service hours: write times like 08:00.")
    return seconds
