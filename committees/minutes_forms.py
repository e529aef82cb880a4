"""What is typed about minutes beside their text: votes, actions, what was taken in private, each next step."""

from __future__ import annotations

from typing import Any

from django import forms

from committees.minutes_actions import Ballot, Privacy
from committees.models import Attendance, Meeting, NamedVote, Vote
from portal.filters import DayInput
from portal.models import EXEMPT_PARAGRAPHS, Council, Partnership, Person


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=99)


class VoteForm(forms.Form):
    votes_for = _count("For")
    votes_against = _count("Against")
    abstentions = _count("Abstained")
    chair_cast = forms.BooleanField(label="The chair’s second vote decided it", required=False)

    def __init__(self, *args: Any, voters: list[Attendance], vote: Vote | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"votes_against": 0, "abstentions": 0}
        if vote is not None:
            names = ("votes_for", "votes_against", "abstentions", "chair_cast")
            initial |= {name: getattr(vote, name) for name in names}
            initial |= {f"named_{one.person_id}": one.choice for one in vote.named.all()}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.voters = voters
        for row in voters:
            self.fields[f"named_{row.person_id}"] = forms.ChoiceField(
                label=f"{row.person}, {row.council}",
                choices=[("", "Not recorded by name"), *NamedVote.Choice.choices],
                required=False,
            )

    def ballot(self) -> Ballot:
        data = self.cleaned_data
        named = {row.person_id: data[f"named_{row.person_id}"] for row in self.voters}
        return Ballot(
            data["votes_for"],
            data["votes_against"],
            data["abstentions"],
            data["chair_cast"],
            {pk: choice for pk, choice in named.items() if choice},
        )


class ActionForm(forms.Form):
    title = forms.CharField(label="What is to be done", max_length=200)
    owner = forms.ModelChoiceField(
        label="Who does it", queryset=Person.objects.none(), required=False, empty_label="Nobody named yet"
    )
    council = forms.ModelChoiceField(
        label="For which council", queryset=Council.objects.none(), required=False, empty_label="The partnership"
    )
    due_on = forms.DateField(label="By", widget=DayInput, required=False)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        councils = Council.objects.filter(partnerships=partnership)
        fields["council"].queryset = councils.order_by("places__position", "pk")
        fields["owner"].queryset = Person.objects.order_by("full_name", "pk")


class PrivateItemForm(forms.Form):
    title = forms.CharField(label="Public title", max_length=200, help_text="Everybody sees it: it discloses nothing.")
    exempt_paragraphs = forms.TypedMultipleChoiceField(
        label="Paragraphs of Part 1 of Schedule 12A",
        choices=[(number, f"{number}: {words}") for number, words in EXEMPT_PARAGRAPHS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_confidential = forms.BooleanField(label="Confidential information (section 100A(2))", required=False)
    public_interest = forms.CharField(
        label="Why the public interest is served by keeping it restricted",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def privacy(self) -> Privacy:
        data = self.cleaned_data
        return Privacy(tuple(data["exempt_paragraphs"]), data["is_confidential"], data["public_interest"])


class SendBackForm(forms.Form):
    reason = forms.CharField(label="What has to change", widget=forms.Textarea(attrs={"rows": 3}))


class ApproveForm(forms.Form):
    at = forms.ModelChoiceField(label="Approved at the meeting of", queryset=Meeting.objects.none(), empty_label=None)
    correction = forms.CharField(
        label="What was corrected",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As the committee resolved. The text of the minutes stays as it was published.",
    )

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["at"].queryset = meetings
