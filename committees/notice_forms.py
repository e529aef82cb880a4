"""What a clerk types into about notices, moves, cancellations, late items and closed days."""

from __future__ import annotations

from typing import Any

from django import forms

from committees import notice_policies
from committees.models import AgendaItem, Meeting, Notice
from committees.notice_actions import NewTime, NoticeText
from committees.notices import NEEDS_AGREEMENT, WHO_AGREES
from portal.filters import DayInput

_NO_DAY = {"invalid": "Write the day like 5/10/2018.", "required": "Choose the day."}
_PUBLIC = "Public. It must not disclose anything that is restricted."


def _text(label: str, *, help_text: str = "", required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class NoticeForm(forms.Form):
    """A notice as it was given."""

    kind = forms.ChoiceField(label="Which notice", choices=Notice.Kind.choices)
    item: forms.ModelChoiceField[AgendaItem] = forms.ModelChoiceField(
        label="Agenda item",
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label="The whole meeting",
        to_field_name="number",
    )
    given_on = forms.DateField(
        label="Given on",
        widget=DayInput,
        error_messages=_NO_DAY,
        help_text="The day on which it was made available at the offices and published.",
    )
    matter = forms.CharField(label="Matter", max_length=300, help_text=_PUBLIC)
    reasons = _text(
        "Reasons",
        help_text=f"{_PUBLIC} Why the part is private, why the full notice is impracticable, or why it is urgent.",
    )
    representations = _text("Representations received", help_text="For the second notice of a private part. Public.")
    response = _text("Response to them", help_text="Public.")
    agreed_as = forms.ChoiceField(
        label="Who agreed that it is urgent",
        choices=[("", "Nobody: the notice needs no agreement"), *WHO_AGREES.items()],
        required=False,
    )
    agreed_by = forms.CharField(label="Their name", max_length=70, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.order_by("number", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        wants = data.get("kind") in NEEDS_AGREEMENT
        if wants and not data.get("agreed_as"):
            self.add_error("agreed_as", "Choose who agreed that it is urgent and cannot reasonably be deferred.")
        if wants and not data.get("agreed_by", "").strip():
            self.add_error("agreed_by", "Give their name.")
        return data

    def text(self) -> NoticeText:
        data = self.cleaned_data
        agreed = ""
        if data["kind"] in NEEDS_AGREEMENT:
            # The office alone: the note on when it may act stands in the form.
            agreed = f"{data['agreed_by'].strip()}, {WHO_AGREES[data['agreed_as']].partition(':')[0].lower()}"
        return NoticeText(
            kind=data["kind"],
            given_on=data["given_on"],
            matter=data["matter"].strip(),
            item=data["item"],
            reasons=data["reasons"].strip(),
            representations=data["representations"].strip(),
            response=data["response"].strip(),
            agreed_by=agreed,
        )


class UrgencyForm(forms.Form):
    """What is recorded when an agenda is published with fewer than five clear days to go."""

    urgency_route = forms.ChoiceField(label="By which route", required=False, widget=forms.RadioSelect)
    urgency_reason = _text("Why it is urgent")
    urgency_agreed_by = forms.CharField(label="Who agreed", max_length=160, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urgency_route"].choices = notice_policies.routes_of(meeting)  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    on = forms.DateField(label="New day", widget=DayInput, error_messages=_NO_DAY)
    starts_at = forms.TimeField(
        label="Begins at",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time like 18:30."},
    )
    venue = forms.CharField(label="Place", max_length=200)
    reason = _text("Why it is moved", required=True, help_text="Public: it stands on the meeting’s page.")
    shorter_notice = forms.BooleanField(
        label="The meeting is called at shorter notice than five clear days", required=False
    )
    urgency_reason = _text("Why at shorter notice")
    urgency_agreed_by = forms.CharField(label="Who agreed", max_length=160, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meeting.published_at is None:
            # Publication itself asks for the route then.
            for name in ("shorter_notice", "urgency_reason", "urgency_agreed_by"):
                del self.fields[name]

    def to(self) -> NewTime:
        data = self.cleaned_data
        return NewTime(
            on=data["on"],
            starts_at=data["starts_at"],
            venue=data["venue"].strip(),
            reason=data["reason"],
            urgency_route=Meeting.UrgencyRoute.SHORTER_NOTICE if data.get("shorter_notice") else "",
            urgency_reason=data.get("urgency_reason", ""),
            urgency_agreed_by=data.get("urgency_agreed_by", ""),
        )


class CancelForm(forms.Form):
    reason = _text("Why it is cancelled", required=True, help_text="Public: it stands on the meeting’s page.")


class LateItemForm(forms.Form):
    title = forms.CharField(label="Title", max_length=200, help_text=_PUBLIC)
    note = _text("What the committee is asked", help_text=_PUBLIC)
    reason = _text(
        "Special circumstances",
        required=True,
        help_text="Why it is urgent, as the minutes will say (section 100B(4)(b)). Public.",
    )
    agreed_by = forms.CharField(label="Who agreed", max_length=160, help_text="The chair of the meeting.")


class ClosedDayForm(forms.Form):
    on = forms.DateField(label="Day", widget=DayInput, error_messages=_NO_DAY)
    reason = forms.CharField(label="Why all is closed", max_length=120)
