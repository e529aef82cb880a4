"""The pages' forms: handing in a file, and saying how a council's exports are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from kpis.tickets import mapping as fields
from kpis.tickets.mapping import DAY_NAMES, FIELDS, ScopeRule, plain
from kpis.tickets.moments import DAY_FIRST, MONTH_FIRST
from kpis.tickets.presets import LABELS

_MOST_LINES = 400
_MET = {"met": True, "missed": False}


class HandInForm(forms.Form):
    preset = forms.ChoiceField(
        label="Service desk",
        choices=[("", "Choose the service desk"), *LABELS.items()],
        error_messages={"required": "Choose the service desk that the file comes from."},
    )
    file = forms.FileField(
        label="Export",
        help_text="CSV or Excel (.xlsx), with one line of headings. Include calls that are still open.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "Choose the file.",
            "missing": "Choose the file.",
            "empty": "The file is empty. Export it again.",
        },
    )


class PresetForm(forms.Form):
    """Begin anew from a service desk's own columns."""

    preset = forms.ChoiceField(label="Service desk", choices=list(LABELS.items()))


class _Lines(forms.CharField):
    """Lines of "word = meaning"; becomes a dictionary."""

    def __init__(self, *, meaning: Callable[[str], Any], example: str, rows: int = 5, **kwargs: Any) -> None:
        self.meaning, self.example = meaning, example
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(required=False, strip=False, max_length=20_000, widget=widget, **kwargs)

    def clean(self, value: Any) -> dict[str, Any]:
        text = super().clean(value)
        made: dict[str, Any] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            word, equals, meaning = line.rpartition("=")
            try:
                if not equals or number > _MOST_LINES:
                    raise ValueError
                made[plain(word)] = self.meaning(meaning.strip().casefold())
            except (ValueError, KeyError):
                raise forms.ValidationError(f"Line {number} is not like “{self.example}”.") from None
        return made


def _one_of(*choices: str) -> Callable[[str], str]:
    def meaning(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return meaning


def _hours(text: str) -> tuple[str, str]:
    begin, dash, end = text.replace("–", "-").replace(" to ", "-").partition("-")
    if not dash:
        raise ValueError
    begin, end = begin.strip(), end.strip()
    fields.seconds_of(begin)
    fields.seconds_of(end)
    return begin, end


class ColumnsForm(forms.Form):
    """How a council's exports are read. `initial_of` fills it from a mapping, `mapping` reads it back."""

    preset = forms.ChoiceField(choices=list(LABELS.items()), widget=forms.HiddenInput)
    date_format = forms.ChoiceField(
        label="Days and months",
        required=False,
        choices=[
            ("", "Find out from the file"),
            (DAY_FIRST, "Day first: 31/10/2018"),
            (MONTH_FIRST, "Month first: 10/31/2018"),
        ],
        help_text="Asked only where every date of a column can be read both ways.",
    )
    encoding = forms.ChoiceField(
        label="Characters", required=False, choices=[("", "Find out from the file"), *fields.ENCODINGS.items()]
    )
    delimiter = forms.ChoiceField(
        label="Columns are separated by",
        required=False,
        choices=[
            ("", "Find out from the file"),
            *((key, name.capitalize()) for key, name in fields.DELIMITERS.items()),
        ],
    )
    priorities = _Lines(
        label="Priorities",
        meaning=int,
        example="High = 2",
        help_text="A word of the export and its number, one a line.",
    )
    states = _Lines(
        label="States",
        meaning=_one_of(*fields.STATES),
        example="In progress = open",
        help_text="A word of the export and what it means: open, resolved, closed or cancelled.",
    )
    types = _Lines(
        label="Types",
        meaning=_one_of(*fields.TYPES),
        example="Service Request = request",
        help_text="Incident or request. A word that ends with * is the beginning of a reference: SR* = request.",
    )
    met_by = forms.ChoiceField(
        label="A target was met when",
        choices=[(key, f"{text[:1].upper()}{text[1:]}") for key, text in fields.DECIDED_BY.items()],
        widget=forms.RadioSelect,
    )
    met_words = _Lines(label="Words for met and missed", meaning=_MET.__getitem__, example="Within SLA = met", rows=3)
    target_hours = _Lines(
        label="Hours allowed",
        meaning=float,
        example="1 = 4",
        rows=4,
        help_text="Service hours for each priority: 1 = 4. Priority 0 stands for any other.",
    )
    service_hours = _Lines(
        label="Service hours",
        meaning=_hours,
        example="Monday = 08:00-18:00",
        help_text="A day without a line is closed, and so are bank holidays and the clerk's closed days.",
    )
    out_of_scope = forms.CharField(
        label="Out of scope",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One rule a line, such as group: Networks; priority: 1. What fits one is counted apart.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.CharField(
                label=label, required=False, max_length=600, help_text=_HINTS.get(name, "")
            )
        order = ["preset", *(f"column_{name}" for name in FIELDS)]
        self.order_fields(order)

    def clean_service_hours(self) -> dict[str, tuple[str, str]]:
        days = {name.casefold(): str(number) for number, name in enumerate(DAY_NAMES)}
        given: dict[str, tuple[str, str]] = self.cleaned_data["service_hours"]
        unknown = [name for name in given if name not in days]
        if unknown:
            raise forms.ValidationError(f"“{unknown[0][:40]}” is no day of the week.")
        return {days[name]: hours for name, hours in given.items()}

    def clean_target_hours(self) -> dict[str, float]:
        given: dict[str, float] = self.cleaned_data["target_hours"]
        if any(word not in map(str, range(10)) for word in given):
            raise forms.ValidationError("Give the number of a priority on each line, such as 1 = 4.")
        return given

    def clean_out_of_scope(self) -> tuple[ScopeRule, ...]:
        lines = self.cleaned_data["out_of_scope"].splitlines()
        return tuple(_rule(number, line) for number, line in enumerate(lines, start=1) if line.strip())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                fields.check(self.mapping(cleaned))
            except ValueError as problem:
                self.add_error(None, str(problem))
        return cleaned

    def mapping(self, cleaned: dict[str, Any] | None = None) -> fields.Mapping:
        """What the form says, once it is valid."""
        data = cleaned if cleaned is not None else self.cleaned_data
        columns = {name: _headings(data[f"column_{name}"]) for name in FIELDS}
        own = ("preset", "priorities", "states", "types", "met_by", "met_words", "date_format", "encoding", "delimiter",
               "target_hours", "service_hours", "out_of_scope")  # fmt: skip
        return fields.Mapping(
            columns={name: names for name, names in columns.items() if names}, **{name: data[name] for name in own}
        )


_HINTS = {
    fields.REFERENCE: "The heading of its column. Several that it may stand under are separated by |.",
    fields.GROUP: "Needed only for a rule below, and never kept.",
}


def _headings(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("|") if one.strip())


def _rule(number: int, line: str) -> ScopeRule:
    groups: tuple[str, ...] = ()
    others = False
    priorities: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    try:
        for part in line.split(";"):
            name, _, values = part.partition(":")
            given = tuple(plain(one) for one in values.split(",") if one.strip())
            key = plain(name)
            if not given:
                raise ValueError
            if key in {"group", "not group"}:
                groups, others = given, key == "not group"
            elif key == "priority":
                priorities = tuple(map(int, given))
            elif key == "type" and set(given) <= set(fields.TYPES):
                types = given
            else:
                raise ValueError
    except ValueError:
        raise forms.ValidationError(f"Line {number} is not like “group: Networks; priority: 1”.") from None
    return ScopeRule(groups, others, priorities, types)


def _lines(words: Mapping[str, Any]) -> str:
    return "\n".join(f"{word} = {meaning}" for word, meaning in words.items())


def initial_of(mapping: fields.Mapping) -> dict[str, Any]:
    """What the form shows for a mapping."""
    rules = []
    for rule in mapping.out_of_scope:
        parts = [f"{'not ' if rule.other_groups else ''}group: {', '.join(rule.groups)}"] * bool(rule.groups)
        parts += [f"priority: {', '.join(map(str, rule.priorities))}"] * bool(rule.priorities)
        parts += [f"type: {', '.join(rule.types)}"] * bool(rule.types)
        rules.append("; ".join(parts))
    hours = {DAY_NAMES[int(day)]: "-".join(span) for day, span in mapping.service_hours.items()}
    return {
        "preset": mapping.preset,
        "date_format": mapping.date_format,
        "encoding": mapping.encoding,
        "delimiter": mapping.delimiter,
        "priorities": _lines(mapping.priorities),
        "states": _lines(mapping.states),
        "types": _lines(mapping.types),
        "met_by": mapping.met_by,
        "met_words": _lines({word: "met" if met else "missed" for word, met in mapping.met_words.items()}),
        "target_hours": _lines({number: f"{hours:g}" for number, hours in mapping.target_hours.items()}),
        "service_hours": _lines(hours),
        "out_of_scope": "\n".join(rules),
        **{f"column_{name}": " | ".join(names) for name, names in mapping.columns.items()},
    }
