"""Forms of the indicator editor. What they read becomes kpis.indicator_rules.Values; its rules give the messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.validators import RegexValidator

from kpis import typed
from kpis.indicator_rules import Problem, Values
from kpis.models import Indicator

if TYPE_CHECKING:
    from portal.models import Council

_MONTHS = tuple(date(2000, month, 1).strftime("%B").lower() for month in range(1, 13))
_SALT = "kpis.indicator"


class MonthField(forms.Field):
    """A month as people write it: "October 2018", "Oct 2018", "10/2018" or "2018-10". Gives its first day."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%B %Y}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> Any:
        text = " ".join(str(value or "").split())
        return read_month(text) if text else None


def read_month(text: str) -> date:
    """Raises ValidationError, in words, for what is no month between 1990 and 2199."""
    year = month = 0
    if match := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{4})", text):
        fitting = [place for place, name in enumerate(_MONTHS, start=1) if name.startswith(match[1].lower())]
        month, year = (fitting[0] if len(fitting) == 1 else 0), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})/(\d{4})", text):
        month, year = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
        year, month = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and 1990 <= year <= 2199):
        raise forms.ValidationError(f"{typed.quoted(text)} is not a month. Write it like October 2018.", code="month")
    return date(year, month, 1)


class IndicatorForm(forms.Form):
    """All that is set of an indicator. `others` are the partnership's other indicators, in their order."""

    loaded = forms.CharField(required=False, widget=forms.HiddenInput)

    name = forms.CharField(
        max_length=120,
        help_text="As it stands in the return and on the dashboard.",
        error_messages={"required": "Give it a name, such as “Priority 1 incidents”."},
    )
    short_name = forms.CharField(
        max_length=60, required=False, help_text="Where room is scarce. Leave empty if the name is short."
    )
    code = forms.CharField(
        max_length=40,
        help_text="For addresses and downloads, such as p1-incidents. It stays once figures are entered.",
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Use small letters, digits and single hyphens, such as p1-incidents."
            )
        ],
        error_messages={"required": "Give it a code, such as p1-incidents."},
    )
    group = forms.CharField(
        max_length=60,
        help_text="The heading under which it stands, such as Demand or Waiting.",
        error_messages={"required": "Name the heading under which it stands, such as Demand."},
    )
    definition = forms.CharField(
        required=False,
        max_length=2000,
        help_text="What is counted or measured, and what is not.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why_it_matters = forms.CharField(
        label="Why it matters",
        required=False,
        max_length=2000,
        help_text="What a member learns from it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    unit = forms.ChoiceField(choices=Indicator.Unit.choices)
    decimals = forms.IntegerField(
        min_value=0, max_value=4, help_text="Digits after the point, 0 to 4. A count has none, money has 2.",
        error_messages={
            "invalid": "Enter a whole number from 0 to 4.",
            "required": "Enter a whole number from 0 to 4.",
            "min_value": "Enter a whole number from 0 to 4.",
            "max_value": "Enter a whole number from 0 to 4.",
        },
    )  # fmt: skip
    direction = forms.ChoiceField(choices=Indicator.Direction.choices)
    source = forms.ChoiceField(label="Where it comes from", choices=Indicator.Source.choices, widget=forms.RadioSelect)
    numerator_of = forms.ChoiceField(
        label="Begins with",
        required=False,
        help_text="For a rate: what is counted. For a difference: the figure from which the other is taken.",
    )
    measured_on = forms.ChoiceField(
        label="Out of, less, or divided",
        required=False,
        help_text=(
            "For a rate: what it is out of. For a difference: what is taken away. Per employee: what is divided. "
            "For a percentage that is entered: the count on which it is measured."
        ),
    )
    parts = forms.MultipleChoiceField(
        required=False,
        help_text="What the total, or the combined rate, is made of.",
        widget=forms.CheckboxSelectMultiple,
    )
    across = forms.ChoiceField(
        label="Months put together",
        choices=Indicator.Across.choices,
        help_text="How months become one figure for a longer period.",
    )
    frequency = forms.ChoiceField(
        label="Asked for every",
        choices=Indicator.Frequency.choices,
        help_text="Quarterly figures are asked for in June, September, December and March, yearly ones in March.",
    )
    starts_on = MonthField(
        label="First month", required=False, help_text="Such as October 2018. Empty: from the beginning."
    )
    ends_on = MonthField(label="Last month", required=False, help_text="Such as March 2020. Empty: it goes on.")
    comparability = forms.CharField(
        label="Before you compare", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What to know before councils are compared.",
    )  # fmt: skip
    is_split_withheld = forms.BooleanField(label="Do not set the councils side by side", required=False)
    split_withheld_reason = forms.CharField(
        label="Who asked for that, and why", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    counted_one = forms.CharField(label="One is called", required=False, max_length=40, help_text="Such as incident.")
    counted_many = forms.CharField(
        label="Several are called", required=False, max_length=40, help_text="Such as incidents."
    )
    screens_limits = forms.BooleanField(
        label="Leave single jumps out of the limits of its chart",
        required=False,
        help_text="Moving ranges above 3.267 times their mean do not widen the limits. The NHS spreadsheets keep them.",
    )
    ticket_measure = forms.ChoiceField(
        label="From a ticket export", required=False, choices=Indicator.TicketMeasure.choices
    )
    ticket_type = forms.ChoiceField(label="Of which tickets", required=False, choices=Indicator.TicketType.choices)
    ticket_priority = forms.IntegerField(
        label="Of which priority", required=False, min_value=1, max_value=9, help_text="1 to 9. Empty: of any.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Enter a whole number from 1 to 9, or nothing."
        ),
    )  # fmt: skip

    FIELDSETS = (
        ("What it is", ("name", "short_name", "code", "group", "definition", "why_it_matters")),
        (
            "How it is measured",
            ("unit", "decimals", "direction", "source", "numerator_of", "measured_on", "parts", "across"),
        ),
        ("When it is asked for", ("frequency", "starts_on", "ends_on")),
        ("Comparing councils", ("comparability", "is_split_withheld", "split_withheld_reason")),
        ("In the figures check and on charts", ("counted_one", "counted_many", "screens_limits")),
        ("From the service desk", ("ticket_measure", "ticket_type", "ticket_priority")),
    )

    def __init__(self, *args: Any, others: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.name) for one in others]
        for name in ("numerator_of", "measured_on"):
            self._choice(name).choices = [("", "None"), *choices]
        self._choice("parts").choices = choices

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def values(self) -> Values:
        """What was read, once the form is valid."""
        read = {name: value for name, value in self.cleaned_data.items() if name != "loaded"}
        return Values(**(read | {"parts": tuple(read["parts"])}))

    def add_problems(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    def loaded_values(self) -> dict[str, Any]:
        """The plain values with which the form was loaded; empty where that cannot be told."""
        return unsealed(self.data.get("loaded", ""))


def sealed(values: Values) -> str:
    """The values a form is loaded with, signed, so that saving can tell what somebody else changed meanwhile."""
    return signing.dumps(values.plain(), salt=_SALT, compress=True)


def unsealed(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return {}
    return found


def initial_of(values: Values) -> dict[str, Any]:
    return {name: getattr(values, name) for name in values.plain()} | {"loaded": sealed(values)}


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as a form sends them: months in words, boxes that are not ticked left out."""
    sent: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("starts_on", "ends_on") and value:
            sent[name] = f"{date.fromisoformat(value):%B %Y}"
        elif value is not None and value is not False:
            sent[name] = value
    return sent


class NumberField(forms.Field):
    """A number as people write it, with thousands separated, per cent or pounds where the unit is that."""

    def __init__(self, *, unit: str, **kwargs: Any) -> None:
        self.unit = unit
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            number = typed.read(str(value or ""), percent=self.unit == "percent", money=self.unit == "currency")
        except typed.Unreadable as problem:
            raise forms.ValidationError(str(problem), code="number") from None
        if number is not None and abs(number) >= 10**10:
            # Ten digits before the point is what the database keeps of a target.
            raise forms.ValidationError("That is too large: a target has at most 10 digits.", code="number")
        return number


class EndForm(forms.Form):
    last = MonthField(
        label="Last month",
        help_text="Such as March 2020. It is not asked for after that; what was reported stays.",
        error_messages={"required": "Name the last month in which it is asked for."},
    )


class TargetForm(forms.Form):
    """A target for one indicator. `councils` are those of the partnership; without them the council stays."""

    def __init__(self, *args: Any, indicator: Indicator, councils: Sequence[Council] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = indicator.unit
        suffix = {"percent": ", per cent", "currency": ", pounds", "duration": ", hours"}.get(unit, "")
        if councils is not None:
            choices = [("", "Whole partnership"), *((one.slug, one.short_name) for one in councils)]
            self.fields["council"] = forms.ChoiceField(
                label="For",
                required=False,
                choices=choices,
                help_text="A council's own target goes before the partnership's.",
            )
        self.fields["valid_from"] = MonthField(
            label="From",
            help_text="The first month for which it holds, such as November 2018.",
            error_messages={"required": "Name the first month for which it holds, such as November 2018."},
        )
        self.fields["value"] = NumberField(
            unit=unit, label=f"Target{suffix}", error_messages={"required": "Enter the number that is aimed at."}
        )
        self.fields["tolerance"] = NumberField(
            unit=unit,
            label=f"Tolerance{suffix}",
            required=False,
            help_text="How far from the target is still near. Empty: anything short of it is missed.",
        )

    def clean_tolerance(self) -> Decimal:
        return self.cleaned_data.get("tolerance") or Decimal(0)

    def add_problems(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
