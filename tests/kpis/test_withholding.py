"""What has to be withheld with a withheld figure: worked by hand, and as a search for what still gives it away."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.derived import Definition
from kpis.withholding import closure, enough


def one(code: str, **values) -> Definition:
    return Definition(code, code, values.pop("unit", "count"), **values)


# The pack of 16 October 2018, as the portal keeps it.
PACK = (
    one("p1"),
    one("p2"),
    one("p3"),
    one("requests"),
    one("total", parts=("p1", "p2", "p3", "requests")),
    one("total-each", unit="ratio", source="per-employee", measured_on="total"),
    one("open"),
    one("open-each", unit="ratio", source="per-employee", measured_on="open"),
    one("p1-sla", unit="percent", measured_on="p1"),
    one("p2-sla", unit="percent", measured_on="p2"),
    one("p3-sla", unit="percent", measured_on="p3"),
    one("requests-sla", unit="percent", measured_on="requests"),
    one(
        "overall-sla",
        unit="percent",
        measured_on="total",
        parts=("p1-sla", "p2-sla", "p3-sla", "requests-sla"),
    ),
    one("satisfaction", unit="net-score", measured_on="surveys"),
    one("surveys"),
)


@pytest.mark.parametrize(
    ("withheld", "hidden"),
    [
        ((), set()),
        (("nothing-of-this-name",), set()),
        # Open calls give open calls per employee away, and the other way round.
        (("open",), {"open", "open-each"}),
        (("open-each",), {"open", "open-each"}),
        # A part: its total less the other parts; the rate measured on it, and what rests on that.
        (("p1",), {"p1", "total", "total-each", "p1-sla", "overall-sla"}),
        # A rate alone: the combined rate less what the others weigh.
        (("p1-sla",), {"p1-sla", "overall-sla"}),
        # A combined rate: all its parts, which weigh to it. Their counts say nothing of it.
        (("overall-sla",), {"overall-sla", "p1-sla", "p2-sla", "p3-sla", "requests-sla"}),
        # How many surveys came back stands as the denominator of the score; the score says nothing of how many.
        (("satisfaction",), {"satisfaction"}),
        (("surveys",), {"surveys", "satisfaction"}),
        # A total: all its parts, since three of four nearly give it, and whatever is measured on any of them.
        (
            ("total",),
            {
                "total", "total-each", "p1", "p2", "p3", "requests",
                "p1-sla", "p2-sla", "p3-sla", "requests-sla", "overall-sla",
            },
        ),
    ],
)  # fmt: skip
def test_the_pack_by_hand(withheld: tuple[str, ...], hidden: set[str]) -> None:
    assert closure(PACK, withheld) == hidden


def test_rates_and_differences_that_are_worked_out() -> None:
    budget = (
        one("budget", unit="currency"),
        one("spent", unit="currency"),
        one("left", unit="currency", source="difference", numerator_of="budget", measured_on="spent"),
        one("share", unit="percent", source="rate", numerator_of="spent", measured_on="budget"),
    )
    # What is left and the share spent both need the budget or the spending.
    assert closure(budget, {"budget"}) == {"budget", "left", "share"}
    assert closure(budget, {"spent"}) == {"spent", "left", "share"}
    # What is left: both that it comes from are withheld, and with them the share.
    assert closure(budget, {"left"}) == {"left", "budget", "spent", "share"}


def test_a_difference_from_its_own_total_leaves_no_way_around() -> None:
    """First less (first + second) is the second, turned round: withholding the first alone would give it away."""
    system = (
        one("first"),
        one("second"),
        one("both", parts=("first", "second")),
        one("less", source="difference", numerator_of="first", measured_on="both"),
    )
    assert closure(system, {"less"}) == {"first", "second", "both", "less"}


def test_a_share_of_the_budget_needs_the_spending() -> None:
    budget = (
        one("budget", unit="currency"),
        one("spent", unit="currency"),
        one("share", unit="percent", source="rate", numerator_of="spent", measured_on="budget"),
    )
    assert closure(budget, {"share"}) == {"share", "spent"}


def test_definitions_that_rest_on_themselves_end() -> None:
    round_about = (one("a", parts=("b",)), one("b", parts=("a",)), one("c"))
    assert closure(round_about, {"a"}) == {"a", "b"}


def test_a_withheld_rate_rests_on_three_councils_or_on_all_there_are() -> None:
    assert [enough(councils) for councils in (1, 2, 3, 32)] == [1, 2, 3, 3]


@st.composite
def systems(draw: st.DrawFn) -> tuple[tuple[Definition, ...], frozenset[str]]:
    """Indicators that each rest on earlier ones, of every kind, and some that are withheld."""
    made: list[Definition] = [one(f"i{n}") for n in range(draw(st.integers(2, 4)))]
    for n in range(len(made), len(made) + draw(st.integers(1, 6))):
        codes = [definition.code for definition in made if definition.unit == "count"]
        kind = draw(st.sampled_from(["total", "per-employee", "difference", "rate", "typed-rate"]))
        first, second = draw(st.sampled_from(codes)), draw(st.sampled_from(codes))
        if kind == "total":
            parts = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=4, unique=True)))
            made.append(one(f"i{n}", parts=parts))
        elif kind == "per-employee":
            made.append(one(f"i{n}", unit="ratio", source="per-employee", measured_on=first))
        elif kind == "typed-rate":
            made.append(one(f"i{n}", unit="percent", measured_on=first))
        else:
            assume(first != second)
            unit = "count" if kind == "difference" else "percent"
            made.append(one(f"i{n}", unit=unit, source=kind, numerator_of=first, measured_on=second))
    withheld = draw(st.sets(st.sampled_from([definition.code for definition in made]), min_size=1, max_size=2))
    return tuple(made), frozenset(withheld)


HEADS = (Fraction(7), Fraction(11), Fraction(13))
COUNCILS = range(3)


def gradients(definitions: tuple[Definition, ...], council: int) -> dict[str, tuple[dict[str, Fraction], Fraction]]:
    """By code, how a council's figure changes with each figure that it enters (its differential), and its value."""
    found: dict[str, tuple[dict[str, Fraction], Fraction]] = {}
    for n, definition in enumerate(definitions):
        if definition.source == "per-employee":
            slope, value = found[definition.measured_on]
            found[definition.code] = {key: by / HEADS[council] for key, by in slope.items()}, value / HEADS[council]
        elif definition.source == "difference":
            (one_slope, one_value), (two_slope, two_value) = (
                found[definition.numerator_of],
                found[definition.measured_on],
            )
            keys = one_slope.keys() | two_slope.keys()
            slope = {key: one_slope.get(key, Fraction(0)) - two_slope.get(key, Fraction(0)) for key in keys}
            found[definition.code] = slope, one_value - two_value
        elif definition.source == "rate":
            (top, above), (bottom, below) = found[definition.numerator_of], found[definition.measured_on]
            if not below:
                below = Fraction(1)
            slope = {
                key: (top.get(key, Fraction(0)) * below - bottom.get(key, Fraction(0)) * above) / below**2
                for key in top.keys() | bottom.keys()
            }
            found[definition.code] = slope, above / below
        elif definition.parts:
            slopes = [found[part][0] for part in definition.parts]
            slope = {
                key: sum((one.get(key, Fraction(0)) for one in slopes), Fraction(0)) for one in slopes for key in one
            }
            found[definition.code] = slope, sum((found[part][1] for part in definition.parts), Fraction(0))
        else:
            value = Fraction([101, 211, 307, 401, 503, 601, 701, 809, 907, 1009][n] * (council + 2) + n)
            found[definition.code] = {definition.code: Fraction(1)}, value
    return found


def is_determined(rows: list[dict[tuple[str, int], Fraction]], wanted: dict[tuple[str, int], Fraction]) -> bool:
    """Whether `wanted` is a combination of the rows: elimination in exact fractions."""

    def reduced(row: dict[tuple[str, int], Fraction], by: list[tuple[tuple[str, int], dict]]) -> dict:
        row = {key: value for key, value in row.items() if value}
        for pivot, other in by:
            if pivot in row:
                factor = row[pivot] / other[pivot]
                for key, value in other.items():
                    row[key] = row.get(key, Fraction(0)) - factor * value
                row = {key: value for key, value in row.items() if value}
        return row

    basis: list[tuple[tuple[str, int], dict]] = []
    for row in rows:
        rest = reduced(row, basis)
        if rest:
            basis.append((next(iter(rest)), rest))
    return not reduced(wanted, basis)


@given(systems())
def test_nothing_visible_determines_a_withheld_figure(
    system: tuple[tuple[Definition, ...], frozenset[str]],
) -> None:
    """Three councils; a reader who knows every figure of one of them, all totals, and what is not hidden."""
    definitions, withheld = system
    hidden = closure(definitions, withheld)
    assert withheld <= hidden
    slopes = [gradients(definitions, council) for council in COUNCILS]

    def row(code: str, council: int) -> dict[tuple[str, int], Fraction]:
        return {(key, council): by for key, by in slopes[council][code][0].items()}

    known = [row(definition.code, 0) for definition in definitions]
    known += [row(one.code, council) for one in definitions for council in (1, 2) if one.code not in hidden]
    # Totals over the councils: of everything that can be added.
    for definition in definitions:
        if definition.unit == "count":
            known.append({key: by for council in COUNCILS for key, by in row(definition.code, council).items()})
    for code in withheld:
        for council in (1, 2):
            wanted = row(code, council)
            # What is the same whatever is entered (a figure less itself) is no secret.
            if any(wanted.values()):
                assert not is_determined(known, wanted), (code, sorted(hidden))


def test_the_search_finds_a_leak_where_only_the_figure_itself_is_hidden() -> None:
    definitions = (one("a"), one("b"), one("t", parts=("a", "b")))
    slopes = gradients(definitions, 1)
    rows = [{(key, 1): by for key, by in slopes[code][0].items()} for code in ("b", "t")]
    assert is_determined(rows, {("a", 1): Fraction(1)})
    assert not is_determined(rows[:1], {("a", 1): Fraction(1)})
