"""What a clerk types of a decision, of the forward plan, and of what a council made of a recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from committees.decision_actions import DecisionText, PlanText
from committees.models import AgendaItem, Committee, Decision, ForwardPlanEntry, Meeting, OnwardRecommendation
from committees.wording import weekday
from portal.filters import DayInput
from portal.models import Council


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class DecisionForm(forms.Form):
    """One box for each partner council, `to_<slug>`: the body there to which the decision goes on, if it does."""

    item = forms.ModelChoiceField(label="Item", queryset=AgendaItem.objects.none(), empty_label=None)
    title = forms.CharField(
        label="Title", max_length=200, help_text="Public, also where the decision itself is restricted."
    )
    outcome = forms.ChoiceField(label="Outcome", choices=Decision.Outcome.choices)
    text = forms.CharField(label="What was decided", widget=forms.Textarea(attrs={"rows": 5}))
    reasons = forms.CharField(label="Reasons", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    alternatives = forms.CharField(
        label="Alternatives considered and rejected", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    conflicts = forms.CharField(
        label="Interests declared, and dispensations",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_key = forms.BooleanField(label="A key decision", required=False)

    def __init__(self, *args: Any, meeting: Meeting, councils: list[Council], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items: Any = self.fields["item"]
        items.queryset = meeting.items.order_by("number", "pk")
        self.councils = councils
        for council in councils:
            self.fields[f"to_{council.slug}"] = forms.CharField(
                label=f"Goes on to {council.short_name}",
                max_length=160,
                required=False,
                help_text="The body that decides there, such as Cabinet. Empty: it does not go there.",
            )

    @staticmethod
    def initial_of(decision: Decision) -> dict[str, Any]:
        names = ("title", "outcome", "text", "reasons", "alternatives", "conflicts", "is_key")
        bodies = {f"to_{row.council.slug}": row.to_body for row in decision.recommendations.select_related("council")}
        return {name: getattr(decision, name) for name in names} | {"item": decision.item_id} | bodies

    def written(self) -> DecisionText:
        data = self.cleaned_data
        return DecisionText(
            item=data["item"],
            title=data["title"].strip(),
            outcome=data["outcome"],
            text=_lines(data["text"]),
            reasons=_lines(data["reasons"]),
            alternatives=_lines(data["alternatives"]),
            conflicts=_lines(data["conflicts"]),
            is_key=data["is_key"],
        )

    def goes_to(self) -> Mapping[Council, str]:
        bodies = {council: self.cleaned_data[f"to_{council.slug}"].strip() for council in self.councils}
        return {council: body for council, body in bodies.items() if body}


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label="What is corrected",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stands beside the decision for good.",
        error_messages={"required": "Say what is corrected."},
    )


class CallInForm(forms.Form):
    on = forms.DateField(label="Called in on", widget=DayInput, error_messages={"required": "Give the day."})
    reason = forms.CharField(label="By whom, and why", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CallInOutcomeForm(forms.Form):
    outcome = forms.CharField(
        label="What came of the call-in",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what came of the call-in."},
    )


class CouncilDecidesForm(forms.Form):
    outcome = forms.ChoiceField(
        label="What it decided",
        choices=[choice for choice in OnwardRecommendation.Outcome.choices if choice[0] != "waiting"],
    )
    decided_on = forms.DateField(label="On", widget=DayInput, error_messages={"required": "Give the day."})
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class PlanForm(forms.Form):
    title = forms.CharField(label="Title", max_length=200, help_text="Public: it must disclose nothing restricted.")
    summary = forms.CharField(label="What is to be decided", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    meeting = forms.ModelChoiceField(
        label="Meeting", queryset=Meeting.objects.none(), required=False, empty_label="Not fixed yet"
    )
    expected = forms.CharField(
        label="Expected", max_length=80, required=False, help_text="Where no meeting is fixed: Spring 2019."
    )
    is_key = forms.BooleanField(label="A key decision", required=False)
    documents = forms.CharField(
        label="Documents that will be before the committee",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line.",
    )
    contact = forms.CharField(label="Contact", max_length=160, required=False, help_text="A post, not a person.")

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meetings: Any = self.fields["meeting"]
        meetings.queryset = committee.meetings.filter(state=Meeting.State.SCHEDULED).order_by("on", "pk")
        meetings.label_from_instance = lambda meeting: weekday(meeting.on)

    @staticmethod
    def initial_of(entry: ForwardPlanEntry) -> dict[str, Any]:
        names = ("title", "summary", "expected", "is_key", "documents", "contact")
        return {name: getattr(entry, name) for name in names} | {"meeting": entry.meeting_id}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("meeting") and not data.get("expected", "").strip() and "meeting" not in self.errors:
            self.add_error("expected", "Choose a meeting, or say when it is expected.")
        return data

    def written(self) -> PlanText:
        data = self.cleaned_data
        return PlanText(
            title=data["title"].strip(),
            summary=_lines(data["summary"]),
            meeting=data["meeting"],
            # A fixed meeting says when: a season beside it would only contradict it later.
            expected="" if data["meeting"] else data["expected"].strip(),
            is_key=data["is_key"],
            documents=_lines(data["documents"]),
            contact=data["contact"].strip(),
        )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="Why", required=False, widget=forms.Textarea(attrs={"rows": 2}))
