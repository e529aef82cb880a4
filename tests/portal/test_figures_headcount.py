"""Per-head figures: by hand, with the figures published for Brent for June to September 2018, and by brute force."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.figures import (
    Fit,
    HeadcountFit,
    Span,
    check_constant_headcount,
    check_per_head,
    infer_headcount,
    per_head_fit,
)

CALLS = [(4148, "1.38"), (3926, "1.31"), (3723, "1.24"), (3898, "1.30")]
OPEN = [(743, "0.24"), (718, "0.23"), (759, "0.25"), (763, "0.25")]


def test_one_figure_rounded_and_cut():
    # Rounded: 4148 / 1.385 = 2994.9..., 4148 / 1.375 = 3016.7...; cut: 4148 / 1.39 = 2984.1..., 4148 / 1.38 = 3005.7...
    assert infer_headcount(CALLS[:1]) == HeadcountFit(rounded=Span(2995, 3016), cut=Span(2985, 3005))


def test_a_bound_that_divides_evenly_belongs_to_the_lower_end_alone():
    # 3 / h is 0.015 for h = 200, which rounds to 0.02, and 0.025 for h = 120, which rounds to 0.03.
    # Cut: 3 / h is 0.02 for h = 150 and 0.03 for h = 100.
    assert infer_headcount([(3, "0.02")]) == HeadcountFit(rounded=Span(121, 200), cut=Span(101, 150))


def test_two_runs_fit_one_headcount_only_if_they_were_cut():
    assert infer_headcount(CALLS) == HeadcountFit(rounded=Span(2995, 3008), cut=Span(2985, 2996))
    assert infer_headcount(OPEN) == HeadcountFit(rounded=Span(3056, 3097), cut=Span(2992, 3036))
    both = infer_headcount([*CALLS, *OPEN])
    assert both == HeadcountFit(rounded=None, cut=Span(2992, 2996))
    assert both.only_if_cut
    assert not infer_headcount(CALLS).only_if_cut


def test_figures_printed_as_nothing_leave_the_headcount_open():
    assert infer_headcount([(1, "0.00")]) == HeadcountFit(rounded=Span(201, None), cut=Span(101, None))
    assert infer_headcount([(0, "0.00")]) == HeadcountFit(rounded=Span(1, None), cut=Span(1, None))
    assert infer_headcount([(0, "0.01")]) == HeadcountFit(rounded=None, cut=None)
    assert infer_headcount([(5, "-0.01")]) == HeadcountFit(rounded=None, cut=None)
    assert not infer_headcount([(0, "0.01")]).only_if_cut


def test_spans_read_like_ranges():
    assert str(Span(2992, 2996)) == "2,992–2,996"
    assert str(Span(2546, 2546)) == "2,546"
    assert str(Span(201, None)) == "201 or more"
    assert 2992 in Span(2992, 2996)
    assert 2997 not in Span(2992, 2996)
    assert 5000 in Span(201, None)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="from no figures"):
        infer_headcount([])
    with pytest.raises(ValueError, match="cannot be negative: -1"):
        infer_headcount([(-1, "0.24")])
    with pytest.raises(ValueError, match="1 or more, not 0"):
        per_head_fit(743, 0, "0.24")
    with pytest.raises(ValueError, match="is not a figure"):
        per_head_fit(743, 2994, "few")


def test_how_a_figure_fits_a_headcount():
    assert per_head_fit(4148, 3000, "1.38") is Fit.ROUNDED  # 1.3826...
    assert per_head_fit(743, 2994, "0.24") is Fit.CUT  # 0.2481...
    assert per_head_fit(743, 2994, "0.25") is Fit.ROUNDED
    assert per_head_fit(743, 3200, "0.24") is Fit.NEITHER  # 0.2321...


def test_findings_for_a_figure_and_its_headcount():
    assert check_per_head("0.25", 743, 2994) is None
    cut = check_per_head("0.24", 743, 2994, inferred=True, where=("Brent", "June 2018"))
    assert (cut.rule, cut.severity, cut.stated, cut.computed) == ("per-head-of-headcount", "warning", "0.24", "0.25")
    assert cut.message == (
        "0.24 fits only if it was cut off instead of rounded: 743 divided by an inferred headcount of 2,994 is 0.25."
    )
    assert cut.where == ("Brent", "June 2018")
    neither = check_per_head("0.24", 743, 3200)
    assert (neither.severity, neither.computed) == ("error", "0.23")
    assert neither.message == ("0.24 for each employee does not fit: 743 divided by a headcount of 3,200 is 0.23.")
    assert check_per_head("0.24", 743, 3200, inferred=True).severity == "warning"


def test_finding_for_a_run_that_one_headcount_does_not_explain():
    assert check_constant_headcount(infer_headcount(CALLS)) is None
    cut = check_constant_headcount(infer_headcount([*CALLS, *OPEN]))
    assert (cut.rule, cut.severity, cut.computed) == ("per-head-of-one-headcount", "warning", "2,992–2,996, if cut")
    assert cut.message == (
        "One headcount fits all these figures only if they were cut off instead of rounded: 2,992–2,996."
    )
    none = check_constant_headcount(infer_headcount([(100, "1.00"), (100, "2.00")]))
    assert none.message == "No single headcount fits all these figures, neither rounded nor cut off."


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 250)), min_size=1, max_size=4))
def test_inferred_headcounts_agree_with_trying_every_one(pairs):
    figures = [(count, f"{Decimal(units) / 100:.2f}") for count, units in pairs]
    fit = infer_headcount(figures)
    for rounding, span in ((ROUND_HALF_UP, fit.rounded), (ROUND_DOWN, fit.cut)):
        fitting = [
            headcount
            for headcount in range(1, 900)
            if all(
                (Decimal(count) / headcount).quantize(Decimal("0.01"), rounding) == Decimal(printed)
                for count, printed in figures
            )
        ]
        assert fitting == [headcount for headcount in range(1, 900) if span is not None and headcount in span]


@given(st.integers(1, 5000), st.lists(st.integers(0, 9999), min_size=1, max_size=6))
def test_the_headcount_that_made_the_figures_is_always_found(headcount, counts):
    rounded = [(c, str((Decimal(c) / headcount).quantize(Decimal("0.01"), ROUND_HALF_UP))) for c in counts]
    cut = [(c, str((Decimal(c) / headcount).quantize(Decimal("0.01"), ROUND_DOWN))) for c in counts]
    assert headcount in infer_headcount(rounded).rounded
    assert headcount in infer_headcount(cut).cut
    assert all(per_head_fit(c, headcount, printed) is Fit.ROUNDED for c, printed in rounded)
    assert all(per_head_fit(c, headcount, printed) is not Fit.NEITHER for c, printed in cut)
