"""The parts that every page is made of."""

import re
from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.filters import DayInput
from portal.models import Action
from portal.tables import ActionTable
from tests import factories
from tests.markup import squeezed


class Report(forms.Form):
    title = forms.CharField(label="Title", help_text="Public: shown to everybody", max_length=10)
    on = forms.DateField(label="Day", widget=DayInput)
    part = forms.ChoiceField(
        label="Part", choices=[("I", "Part I"), ("II", "Part II")], widget=forms.RadioSelect, help_text="Of the agenda"
    )
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("The day is before the meeting.")


def wrong():
    return Report({"title": "<b>Far too long", "on": "yesterday", "part": ""})


def ids(html):
    return re.findall(r'\bid="([^"]*)"', html)


def test_a_field_has_its_label_above_its_hint_and_its_error_before_the_box():
    html = squeezed(wrong()["title"].as_field_group())
    order = [
        html.index(part)
        for part in (
            '<label for="id_title">Title</label>',
            '<div class="hint" id="id_title_helptext">Public: shown to everybody</div>',
            '<span class="err" id="id_title_error">Error: Ensure this value has at most 10 characters (it has 15).',
            "<input",
        )
    ]
    assert order == sorted(order)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert "&lt;b&gt;Far too long" in html  # kept, and harmless


def test_a_field_without_error_says_nothing_of_one():
    html = squeezed(Report()["title"].as_field_group())
    assert "err" not in html
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_title_helptext"' in html


def test_choices_are_a_group_with_a_legend():
    html = squeezed(wrong()["part"].as_field_group())
    assert '<fieldset class="field wrong" aria-describedby="id_part_helptext id_part_error">' in html
    assert "<legend>Part</legend>" in html
    assert html.rstrip().endswith("</fieldset>")
    assert '<span class="err" id="id_part_error">Error: This field is required.</span>' in html


def test_the_summary_leads_to_every_field_that_is_wrong():
    form = wrong()
    summary = squeezed(render_to_string("_components/errors.html", {"form": form}))
    page = summary + str(form)
    assert '<section class="note stop message" role="alert" tabindex="-1" autofocus' in summary
    assert "<li>The day is before the meeting.</li>" in summary
    targets = re.findall(r'<a href="#([^"]*)">', summary)
    assert targets == ["id_title", "id_on", "id_part_0"]
    assert set(targets) <= set(ids(page))
    assert "Part: This field is required." in summary


def test_there_is_no_summary_without_an_error():
    assert render_to_string("_components/errors.html", {"form": Report()}).strip() == ""
    assert render_to_string("_components/errors.html", {}).strip() == ""


def test_a_form_draws_its_hidden_fields_too():
    assert str(Report()).count('<input type="hidden" name="hidden"') == 1


def test_a_day_goes_into_its_box_as_browsers_want_it():
    assert 'value="2018-10-16"' in str(Report(initial={"on": date(2018, 10, 16)})["on"])


def pages(number, query=""):
    page = Paginator(range(200), 10).page(number)
    context = {"page": page, "page_field": "page", "label": "Events"}
    return squeezed(render_to_string("_components/pages.html", context, RequestFactory().get(f"/{query}")))


def test_pages_keep_the_other_choices():
    html = pages(2, "?verb=return.submit&page=2")
    assert '<nav class="pages" aria-label="Events">' in html
    assert 'rel="prev" href="?verb=return.submit&amp;page=1"' in html
    assert 'rel="next" href="?verb=return.submit&amp;page=3"' in html
    assert 'href="?verb=return.submit&amp;page=2" aria-label="Page 2" aria-current="page"' in html
    assert html.count("aria-current") == 1


def test_the_first_page_has_none_before_it_and_far_ones_are_left_out():
    html = pages(1)
    assert "Previous" not in html
    assert "…" in html
    assert 'aria-label="Page 20"' in html
    assert 'aria-label="Page 15"' not in html


def test_one_page_needs_no_links():
    context = {"page": Paginator(range(5), 10).page(1), "page_field": "page"}
    assert render_to_string("_components/pages.html", context, RequestFactory().get("/")).strip() == ""


def test_an_empty_list_says_so():
    html = render_to_string(
        "_components/empty.html", {"heading": "No action", "text": "Yet", "url": "/a/", "link": "All"}
    )
    assert "<h2>No action</h2>" in html
    assert '<a class="btn alt" href="/a/">All</a>' in html
    assert "<a" not in render_to_string("_components/empty.html", {"heading": "No action"})


@pytest.mark.django_db
def test_a_table_names_itself_its_heads_and_its_rows():
    partnership = factories.partnership(slug="a")
    Action.objects.create(partnership=partnership, title="A <b>", source="S", created_at="2018-07-04T18:30:00Z")
    table = ActionTable(Action.objects.all(), partnership=partnership, today=None, order_by="title")
    html = squeezed(table.as_html(RequestFactory().get("/")))
    assert 'tabindex="0" role="region" aria-label="Actions"' in html
    assert "<caption>Actions</caption>" in html
    assert html.count('<th scope="col"') == 6
    assert html.count('<th scope="row"') == 1
    assert "A &lt;b&gt;</a>" in html
    assert '<th scope="col" aria-sort="ascending">' in html


@pytest.mark.django_db
def test_rows_that_are_equal_keep_their_order_from_page_to_page():
    partnership = factories.partnership()
    table = ActionTable(Action.objects.all(), partnership=partnership, today=None, order_by="-status")
    assert table.data.data.query.order_by == ("-status", "pk")
