"""What a clerk types to arrange a meeting and to build its agenda."""

from __future__ import annotations

from typing import Any

from django import forms

from committees.agenda_actions import ItemText
from committees.models import AgendaItem, Committee
from portal.filters import DayInput
from portal.models import Council, Partnership


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class MeetingForm(forms.Form):
    committee = forms.ModelChoiceField(label="Committee", queryset=Committee.objects.none(), empty_label=None)
    on = forms.DateField(label="Day", widget=DayInput, error_messages={"invalid": "Write the day like 16/10/2018."})
    starts_at = forms.TimeField(
        label="Begins at", widget=TimeInput, error_messages={"invalid": "Write the time like 18:30."}
    )
    venue = forms.CharField(
        label="Place",
        max_length=200,
        help_text="Room, building and address, as the public needs them to come.",
    )
    host = forms.ModelChoiceField(
        label="Council that hosts", queryset=Council.objects.none(), required=False, empty_label="Not known yet"
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        committees: Any = self.fields["committee"]
        committees.queryset = Committee.objects.filter(partnership=partnership).order_by("name", "pk")
        hosts: Any = self.fields["host"]
        hosts.queryset = Council.objects.filter(partnerships=partnership).order_by("places__position", "pk")


class ItemForm(forms.Form):
    """`seen` is the token of the item as it was loaded into the form; empty for a new one."""

    title = forms.CharField(
        label="Title", max_length=200, help_text="Public, also when the item is restricted: it must disclose nothing."
    )
    kind = forms.ChoiceField(label="Kind", choices=AgendaItem.Kind.choices, initial=AgendaItem.Kind.REPORT)
    note = forms.CharField(
        label="What the committee is asked",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence or two, public. Below the exclusion of press and public the portal writes the note.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(item: AgendaItem) -> dict[str, Any]:
        now = ItemText.of(item)
        return now.as_json() | {"seen": now.token()}

    def text(self) -> ItemText:
        data = self.cleaned_data
        note = "\n".join(line.rstrip() for line in data["note"].splitlines()).strip()
        return ItemText(data["kind"], data["title"].strip(), note)
