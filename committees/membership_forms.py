"""What the clerk types about members, the chair, local rules and dispensations."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.membership_actions import LocalRules
from committees.models import Committee, Membership
from portal.filters import DayInput
from portal.models import Council, Partnership, Person

_ADDRESS = re.compile(r"@|\d")


def _councils(partnership: Partnership) -> QuerySet[Council]:
    return Council.objects.filter(partnerships=partnership).order_by("places__position", "pk")


class SeatForm(forms.Form):
    """A person who is known already, or a new name. There is no place for an address or a number."""

    person = forms.ModelChoiceField(
        label="Person",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Somebody new, named below",
    )
    full_name = forms.CharField(label="Name of somebody new", max_length=120, required=False)
    honorific = forms.ChoiceField(
        label="How they are addressed", choices=[("councillor", "Councillor"), ("", "By name alone")], required=False
    )
    council = forms.ModelChoiceField(label="For which council", queryset=Council.objects.none(), empty_label=None)
    role = forms.ChoiceField(
        label="As",
        choices=[(role.value, role.label) for role in (Membership.Role.MEMBER, Membership.Role.SUBSTITUTE)],
    )
    from_on = forms.DateField(label="From", widget=DayInput)
    until_on = forms.DateField(
        label="Until", widget=DayInput, required=False, help_text="Leave it empty where no last day is set."
    )

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        councils = _councils(committee.partnership)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]
        known = Person.objects.filter(council__partnerships=committee.partnership)
        self.fields["person"].queryset = known.order_by("full_name", "pk")  # type: ignore[attr-defined]

    def clean_full_name(self) -> str:
        name: str = " ".join(self.cleaned_data["full_name"].split())
        if _ADDRESS.search(name):
            raise forms.ValidationError("Write the name alone: the portal keeps no address and no number of anybody.")
        return name

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("person")) == bool(data.get("full_name")) and "full_name" not in self.errors:
            self.add_error("full_name", "Choose a person, or write the name of somebody new: one of the two.")
        return data


class EndForm(forms.Form):
    until_on = forms.DateField(label="Last day", widget=DayInput)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="New role")
    from_on = forms.DateField(
        label="From", widget=DayInput, help_text="The term so far ends the day before and stays on record."
    )

    def __init__(self, *args: Any, seat: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A chair is elected, or comes with the host: neither is a change of role.
        roles = (Membership.Role.MEMBER, Membership.Role.SUBSTITUTE, Membership.Role.VICE_CHAIR)
        choices = [(role.value, role.label) for role in roles if role != seat.role]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class ElectionForm(forms.Form):
    seat = forms.ModelChoiceField(label="Who was elected", queryset=Membership.objects.none(), empty_label=None)
    from_on = forms.DateField(label="Elected on", widget=DayInput)
    until_on = forms.DateField(
        label="Last day", widget=DayInput, help_text="As a rule the day before the next annual meeting."
    )

    def __init__(self, *args: Any, seats: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = Membership.objects.filter(pk__in=[seat.pk for seat in seats]).exclude(
            role__in=[Membership.Role.SUBSTITUTE, Membership.Role.CHAIR]
        )
        field = self.fields["seat"]
        field.queryset = wanted.select_related("person", "council").order_by("position", "pk")  # type: ignore[attr-defined]


class RulesForm(forms.Form):
    quorum_members = forms.IntegerField(
        label="Quorum: members who have to be in the room",
        min_value=0,
        max_value=99,
        help_text="As the terms of reference say. 0: they say nothing.",
    )
    quorum_per_council = forms.IntegerField(label="Of these, from each council at least", min_value=0, max_value=20)
    chair_rule = forms.ChoiceField(label="The chair", choices=Committee.ChairRule.choices, widget=forms.RadioSelect)
    allows_remote = forms.BooleanField(label="Members may join from elsewhere", required=False)
    clerk_follows_host = forms.BooleanField(
        label="The clerk of the council that hosts a meeting runs it", required=False
    )

    @staticmethod
    def initial_of(committee: Committee) -> dict[str, Any]:
        return vars(LocalRules.of(committee))

    def rules(self) -> LocalRules:
        return LocalRules(**self.cleaned_data)


class DispensationForm(forms.Form):
    person = forms.ModelChoiceField(label="Member", queryset=Person.objects.none(), empty_label=None)
    scope = forms.CharField(
        label="What for",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The business it covers, and whether the member may speak, vote, or both.",
    )
    granted_by = forms.CharField(label="Granted by", max_length=160, help_text="The post or body, not a person.")
    granted_on = forms.DateField(label="Granted on", widget=DayInput)
    until_on = forms.DateField(
        label="Until", widget=DayInput, help_text="Four years at most (Localism Act 2011, section 33(3))."
    )

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(memberships__committee=committee).distinct()
        self.fields["person"].queryset = people.order_by("full_name", "pk")  # type: ignore[attr-defined]
