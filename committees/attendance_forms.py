"""What the clerk types in the room: attendance, the chair, interests, the end of the meeting."""

from __future__ import annotations

from typing import Any

from django import forms

from committees.attendance_actions import Entry
from committees.models import AgendaItem, Attendance, Dispensation, Interest, Meeting
from portal.models import Person


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def _time(label: str, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=TimeInput,
        required=kwargs.pop("required", False),
        error_messages={"invalid": f"{label}: write the time like 18:45."},
        **kwargs,
    )


class AttendanceForm(forms.Form):
    """One person's row. It is drawn by the room's own template."""

    person = forms.ModelChoiceField(queryset=Person.objects.all())
    status = forms.ChoiceField(
        choices=Attendance.Status.choices,
        error_messages={"required": "Choose present, apologies or absent.", "invalid_choice": "Choose from the list."},
    )
    arrived_at = _time("Arrived")
    left_at = _time("Left")
    is_remote = forms.BooleanField(required=False)
    stands_in_for = forms.ModelChoiceField(queryset=Person.objects.all(), required=False)

    def entry(self) -> Entry:
        data = self.cleaned_data
        return Entry(data["status"], data["arrived_at"], data["left_at"], data["is_remote"], data["stands_in_for"])

    def said(self) -> str:
        """All that is wrong, in a line."""
        return " ".join(str(message) for messages in self.errors.values() for message in messages)


class PersonForm(forms.Form):
    """Somebody named by a button of the room: who takes the chair, who comes off the record."""

    person = forms.ModelChoiceField(queryset=Person.objects.all())


class OfficerForm(forms.Form):
    person = forms.ModelChoiceField(label="Officer", queryset=Person.objects.none(), empty_label=None)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(honorific="").exclude(attendances__meeting=meeting)
        field = self.fields["person"]
        field.queryset = people.order_by("full_name", "pk")  # type: ignore[attr-defined]


class InterestForm(forms.Form):
    person = forms.ModelChoiceField(label="Who", queryset=Person.objects.none(), empty_label=None)
    item = forms.ModelChoiceField(
        label="Item", queryset=AgendaItem.objects.none(), required=False, empty_label="The meeting as a whole"
    )
    kind = forms.ChoiceField(label="Kind of interest", choices=Interest.Kind.choices)
    nature = forms.CharField(
        label="Its nature", widget=forms.Textarea(attrs={"rows": 2}), help_text="As declared; the minutes print it."
    )
    dispensation = forms.ModelChoiceField(
        label="Dispensation", queryset=Dispensation.objects.none(), required=False, empty_label="None"
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Person.objects.filter(
            attendances__meeting=meeting, attendances__status=Attendance.Status.PRESENT
        ).exclude(attendances__meeting=meeting, attendances__capacity=Attendance.Capacity.OFFICER)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = there.order_by("full_name", "pk")
        fields["item"].queryset = meeting.items.order_by("number", "pk")
        held = Dispensation.objects.filter(
            committee=meeting.committee_id, granted_on__lte=meeting.on, until_on__gte=meeting.on
        )
        fields["dispensation"].queryset = held.select_related("person").order_by("person__full_name", "pk")


class TimeOutForm(forms.Form):
    left_at = _time("Left the room")
    returned_at = _time("Came back")


class CloseForm(forms.Form):
    closed_at = _time("The meeting ended at", required=True)


class LinkForm(forms.Form):
    remote_link = forms.URLField(
        label="Link for members who join from elsewhere",
        required=False,
        assume_scheme="https",
        help_text="Members of the committee see it on the meeting’s page. The public never does.",
    )
