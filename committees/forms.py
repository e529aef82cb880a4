"""What clerks type into: a section's text, what restricts an item or a paper."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from committees.actions import Restriction, SectionText
from committees.models import AgendaItem, Paper, PaperSection
from portal import text
from portal.filters import DayInput
from portal.models import EXEMPT_PARAGRAPHS, Part

_ADDRESS = re.compile(r'href="([^"]*)"')
_WHOLE_ADDRESS = re.compile(r"(https?://|mailto:).")


class SectionForm(forms.Form):
    """`seen` is the token of the text that was loaded into the form."""

    heading = forms.CharField(label="Heading", max_length=160, required=False)
    body = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
        help_text=(
            "A blank line begins a new paragraph, which gets its number by itself. "
            "“- ” begins a bullet, “1. ” a lettered point, “# ” a heading, **two stars** bold text."
        ),
    )
    not_applicable = forms.BooleanField(label="Does not apply: the paper says so", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, section: PaperSection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if section.kind != PaperSection.Kind.IMPLICATION:
            del self.fields["not_applicable"]

    @staticmethod
    def initial_of(section: PaperSection) -> dict[str, Any]:
        now = SectionText.of(section)
        return now.as_json() | {"seen": now.token()}

    def clean_body(self) -> str:
        body = "\n".join(line.rstrip() for line in self.cleaned_data["body"].splitlines()).strip("\n")
        for address in _ADDRESS.findall(text.to_html(body)):
            if not _WHOLE_ADDRESS.match(address):
                raise forms.ValidationError(
                    f"The link to “{address}” leads nowhere in print. Write its whole address, beginning with https://"
                )
        return body

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("seen"):
            raise forms.ValidationError("The form was not sent whole. Open the section again; copy your text first.")
        return data

    def text(self) -> SectionText:
        data = self.cleaned_data
        return SectionText(data["heading"].strip(), data["body"], data.get("not_applicable", False))


class RestrictionForm(forms.Form):
    """What the proper officer decides: open or restricted, why, and when that is looked at again."""

    part = forms.ChoiceField(label="Part", choices=Part.choices, widget=forms.RadioSelect)
    exempt_paragraphs = forms.TypedMultipleChoiceField(
        label="Paragraphs of Part 1 of Schedule 12A",
        choices=[(number, f"{number}: {words}") for number, words in EXEMPT_PARAGRAPHS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_confidential = forms.BooleanField(
        label="Confidential information, for which the law itself excludes the public (section 100A(2))", required=False
    )
    public_interest = forms.CharField(
        label="Why the public interest is served by keeping it restricted",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="For exempt information. It is kept on record and is not printed in the pack.",
    )
    private_title = forms.CharField(
        label="Private title",
        required=False,
        max_length=200,
        help_text="Only where even the subject discloses something. The public title stands beside it everywhere else.",
    )
    restriction_review_on = forms.DateField(label="Review the restriction on", required=False, widget=DayInput)

    @staticmethod
    def initial_of(thing: AgendaItem | Paper) -> dict[str, Any]:
        now = Restriction.of(thing)
        return now.as_json() | {"restriction_review_on": now.restriction_review_on}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("part") == Part.ONE:
            # An open thing keeps nothing of a restriction.
            return data | {
                "exempt_paragraphs": [],
                "is_confidential": False,
                "public_interest": "",
                "private_title": "",
                "restriction_review_on": None,
            }
        if not data.get("is_confidential") and not data.get("exempt_paragraphs"):
            self.add_error(
                "exempt_paragraphs", "Choose at least one paragraph, or say that the information is confidential."
            )
        return data

    def decision(self) -> Restriction:
        data = self.cleaned_data
        return Restriction(
            part=data["part"],
            private_title=data["private_title"],
            exempt_paragraphs=tuple(sorted(data["exempt_paragraphs"])),
            is_confidential=data["is_confidential"],
            public_interest=data["public_interest"].strip(),
            restriction_review_on=data["restriction_review_on"],
        )
