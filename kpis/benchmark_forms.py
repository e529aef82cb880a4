"""Forms of benchmarks and self-assessments: what they read becomes what kpis.benchmark_actions takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms

from kpis import benchmarking
from kpis.benchmark_actions import FIGURES, About, Area, Graded, Year
from kpis.models import Assessment, Benchmark, Indicator

if TYPE_CHECKING:
    from portal.models import Partnership

_SOURCE_WANTED = {"required": "Say where the figures come from, such as the report and its paragraph."}


def _figure(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, max_digits=14, decimal_places=4, widget=forms.TextInput
    )


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


class BenchmarkForm(forms.Form):
    name = forms.CharField(label="What is asked or measured", max_length=120)
    survey = forms.CharField(label="Survey or club", max_length=120)
    unit = forms.ChoiceField(label="Unit", choices=Indicator.Unit.choices)
    direction = forms.ChoiceField(label="Which way is better", choices=Indicator.Direction.choices)
    decimals = forms.IntegerField(label="Decimals", min_value=0, max_value=4, initial=0)
    least = _figure("Lowest possible value", "Leave it empty where there is none.")
    most = _figure("Highest possible value", "7 for scores from 1 to 7.")
    indicator = forms.ChoiceField(label="Indicator that it belongs to", required=False)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._indicators = {one.code: one for one in partnership.indicators.order_by("position", "pk")}
        choices = [("", "None"), *((one.code, one.name) for one in self._indicators.values())]
        self.fields["indicator"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> None:
        least, most = self.cleaned_data.get("least"), self.cleaned_data.get("most")
        if least is not None and most is not None and least >= most:
            self.add_error("most", "The highest possible value is not above the lowest. Correct one.")

    def about(self) -> About:
        data = dict(self.cleaned_data)
        return About(**{**data, "indicator": self._indicators.get(data["indicator"])})


class YearForm(forms.Form):
    """One year. A value of another participant stands on a line of its own, its name before it where it is known."""

    year = forms.IntegerField(label="Year", min_value=1980, max_value=2100, widget=forms.TextInput)
    respondents = forms.IntegerField(
        label="How many took part, we among them", required=False, min_value=1, max_value=9999, widget=forms.TextInput
    )
    ours = _figure("Our value")
    median = _figure("Median")
    lower_quartile = _figure("Lower quartile", "Leave the quartiles empty with fewer than five.")
    upper_quartile = _figure("Upper quartile")
    lowest = _figure("Lowest value")
    highest = _figure("Highest value")
    values = forms.CharField(
        label="Values of the others",
        help_text="One a line: Camden 4.8, or 4.8 alone.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(label="Source", max_length=200, error_messages=_SOURCE_WANTED)
    note = forms.CharField(
        label="Note",
        help_text="What the source leaves open, and what to know before comparing.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least: Decimal | None = None
        self.most: Decimal | None = None

    def clean_values(self) -> tuple[tuple[str, Decimal], ...]:
        found = []
        for line in _lines(self.cleaned_data["values"]):
            match = re.fullmatch(r"(.*?)[,:]? ?(-?[\d.]+)%?", line.replace("\N{MINUS SIGN}", "-"))
            try:
                value = Decimal(match[2]) if match else None
            except InvalidOperation:
                value = None
            if match is None or value is None:
                raise forms.ValidationError(f"“{line}” ends in no value. Write it like Camden 4.8.")
            if len(match[1]) > 80 or len(match[2]) > 12:
                raise forms.ValidationError(f"“{line[:40]}…” is too long. A name has 80 characters at most.")
            found.append((match[1].strip(), value))
        names = [name for name, _ in found if name]
        if len(set(names)) < len(names):
            raise forms.ValidationError("A participant is given twice. Keep one of them.")
        return tuple(found)

    def outcome(self) -> benchmarking.Outcome:
        data = self.cleaned_data
        figures = {name: data.get(name) for name in FIGURES}
        others = tuple(value for _, value in data.get("values", ()))
        return benchmarking.Outcome(data["year"], data.get("respondents"), **figures, others=others)

    def clean(self) -> None:
        if not self.errors:
            for name, sentence in benchmarking.problems(self.outcome(), least=self.least, most=self.most):
                self.add_error(name, sentence)

    def year_given(self) -> Year:
        data = self.cleaned_data
        return Year(self.outcome(), data["source"], data["note"], data["values"])


class _Sheet(forms.BaseFormSet[forms.Form]):
    """Rows that are empty are left out; one that is marked for removal goes."""

    row_name = "Row"

    def given(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


class _Years(_Sheet):
    row_name = "Result"

    def clean(self) -> None:
        years = [form.cleaned_data.get("year") for form in self.forms if form.has_changed() and form.is_valid()]
        if len(set(years)) < len(years):
            raise forms.ValidationError("A year is given twice. Keep one of them.")


YearFormSet = forms.formset_factory(YearForm, formset=_Years, extra=1, can_delete=True, max_num=60, absolute_max=70)


class AssessmentForm(forms.Form):
    framework = forms.CharField(label="Framework", max_length=120)
    assessed_on = forms.DateField(
        label="Day of the assessment",
        help_text="The first of the month where only the month is known.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "This is no day. Write it like 2008-09-17."},
    )
    when = forms.CharField(
        label="How the source names it", help_text="Where it names no day: October 2007.", required=False, max_length=40
    )
    grades = forms.CharField(
        label="Grades, the lowest first",
        help_text="One a line.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    distribution = forms.CharField(
        label="National distribution in per cent",
        help_text="One share for each grade, in the same order, one a line. Leave it empty where it is not known.",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    assessed = forms.CharField(label="Who the distribution is of", required=False, max_length=80)
    overall = forms.CharField(label="Our grade overall", required=False, max_length=60)
    areas_total = forms.IntegerField(label="How many areas the framework has", min_value=1, max_value=200)
    source = forms.CharField(label="Source", max_length=200, error_messages=_SOURCE_WANTED)
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_grades(self) -> tuple[str, ...]:
        grades = tuple(_lines(self.cleaned_data["grades"]))
        if len(grades) < 2 or len(set(grades)) < len(grades):
            raise forms.ValidationError("Give two grades or more, each once, one a line.")
        return grades

    def clean_distribution(self) -> tuple[str, ...]:
        return tuple(line.removesuffix("%").strip() for line in _lines(self.cleaned_data["distribution"]))

    def clean(self) -> None:
        grades = self.cleaned_data.get("grades")
        if grades is None:
            return
        shares = self.cleaned_data.get("distribution")
        if shares and (problem := benchmarking.distribution_problem(shares, len(grades))):
            self.add_error("distribution", problem)
        overall = self.cleaned_data.get("overall")
        if overall and overall not in grades:
            self.add_error("overall", f"“{overall}” is none of the grades. Choose one of {', '.join(grades)}.")

    def graded(self, areas: Iterable[AreaForm]) -> Graded:
        data = dict(self.cleaned_data)
        grades = data["grades"]
        overall = grades.index(data["overall"]) if data["overall"] else None
        return Graded(**{**data, "overall": overall}, areas=tuple(area.area(grades) for area in areas))


class AreaForm(forms.Form):
    name = forms.CharField(label="Area", max_length=80)
    grade = forms.CharField(label="Our grade", help_text="Empty where it is not known.", required=False, max_length=60)
    note = forms.CharField(label="Note", required=False, max_length=300)

    def check(self, grades: tuple[str, ...]) -> None:
        grade = self.cleaned_data.get("grade")
        if grade and grade not in grades:
            self.add_error("grade", f"“{grade}” is none of the grades. Choose one of {', '.join(grades)}.")

    def area(self, grades: tuple[str, ...]) -> Area:
        data = self.cleaned_data
        return Area(data["name"], grades.index(data["grade"]) if data["grade"] else None, data["note"])


class _Areas(_Sheet):
    row_name = "Area"

    def clean(self) -> None:
        names = [form.cleaned_data.get("name") for form in self.forms if form.has_changed() and form.is_valid()]
        if len(set(names)) < len(names):
            raise forms.ValidationError("An area is given twice. Keep one of them.")


AreaFormSet = forms.formset_factory(AreaForm, formset=_Areas, extra=3, can_delete=True, max_num=200, absolute_max=210)


def initial_benchmark(benchmark: Benchmark) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the forms show of a benchmark: itself, and its years."""
    about = {name: getattr(benchmark, name) for name in ("name", "survey", "unit", "direction", "decimals")}
    about |= {"least": _plain(benchmark.least), "most": _plain(benchmark.most)}
    about["indicator"] = benchmark.indicator.code if benchmark.indicator is not None else ""
    years = [
        {
            "year": result.year,
            "respondents": result.respondents,
            "source": result.source,
            "note": result.note,
            "values": "\n".join(f"{one.name} {_plain(one.value)}".strip() for one in result.values.all()),
            **{name: _plain(getattr(result, name)) for name in FIGURES},
        }
        for result in benchmark.results.prefetch_related("values")
    ]
    return about, years


def initial_assessment(assessment: Assessment) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    names = ("framework", "assessed_on", "when", "areas_total", "assessed", "source", "note")
    about = {name: getattr(assessment, name) for name in names}
    about["grades"] = "\n".join(assessment.grades)
    about["distribution"] = "\n".join(assessment.distribution)
    about["overall"] = assessment.grades[assessment.overall] if assessment.overall is not None else ""
    areas = [
        {
            "name": area.name,
            "grade": assessment.grades[area.grade] if area.grade is not None else "",
            "note": area.note,
        }
        for area in assessment.areas.all()
    ]
    return about, areas
