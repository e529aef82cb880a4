"""The figures check on figures as published to the Joint Committee of 16 October 2018, June to September 2018.

What it must find was worked out apart from the code, by trying every numerator and every headcount there is.
"""

import pytest

from portal.figures import (
    HeadcountFit,
    RatePart,
    Span,
    check_combined_between,
    check_combined_weighted,
    check_net_score,
    check_percentage,
    check_total,
    infer_headcount,
)

MONTHS = ("June", "July", "August", "September")
ROWS = ("P1", "P2", "P3", "requests")
PUBLISHED = {
    "Brent": {
        "P1": ("11 7 6 1", "100 83.33 83.88 100"),
        "P2": ("7 17 15 25", "77.78 76.92 71.43 65"),
        "P3": ("1013 742 709 841", "72.7 64.74 67.87 73.71"),
        "requests": ("3117 3160 2993 3031", "89.39 89.11 86.54 88.56"),
        "total": ("4148 3926 3723 3898", "79.15 75.6 74.89 78.34"),
        "surveys": ("127 100 65 93", "66.93 78 73.85 67.74"),
        "calls per employee": ("4148 3926 3723 3898", "1.38 1.31 1.24 1.30"),
        "open per employee": ("743 718 759 763", "0.24 0.23 0.25 0.25"),
    },
    "Lewisham": {
        "P1": ("15 12 9 5", "92.86 100 88.89 66.67"),
        "P2": ("37 28 32 45", "81.25 62.07 75 62.86"),
        "P3": ("1447 1097 948 1244", "70.93 73.25 69.49 74.95"),
        "requests": ("1475 1615 1527 1682", "87.6 88.33 89.15 90.30"),
        "total": ("2974 2752 2516 2976", "76.14 78.86 77.5 80.89"),
        "surveys": ("176 123 99 128", "40.91 23.57 23.23 51.56"),
        "calls per employee": ("2974 2752 2516 2976", "1.18 1.09 1.00 1.18"),
        "open per employee": ("649 621 580 853", "0.25 0.24 0.23 0.34"),
    },
    "Southwark": {
        "P1": ("2 8 11 3", "100 75 81.82 66.67"),
        "P2": ("15 26 19 23", "58.33 54.17 41.18 45.83"),
        "P3": ("1943 2057 1829 2228", "79.46 73.95 75.92 73.06"),
        "requests": ("1554 1456 1435 1454", "83.4 83.72 82.75 79.73"),
        "total": ("3514 3547 3294 3708", "79.79 74.69 76.5 73.58"),
        "surveys": ("155 172 168 141", "60.64 61.05 57.14 56.74"),
        "calls per employee": ("3514 3547 3294 3708", "0.78 0.78 0.73 0.82"),
        "open per employee": ("811 881 934 1077", "0.18 0.19 0.20 0.23"),
    },
}
# Smallest counts that give a percentage which its own count does not; rows in ROWS' order, then the total.
SMALLEST = {
    "Brent": {
        "P1": {"July": 6, "August": 242},
        "P2": {"June": 9, "July": 13, "August": 7, "September": 17},
        "P3": {"July": 156, "August": 221, "September": 175},
        "requests": {"June": 66, "September": 201},
        "total": {"September": 157},
    },
    "Lewisham": {
        "P1": {"June": 14, "September": 3},
        "P2": {"June": 16, "July": 29, "September": 35},
        "P3": {"June": 86, "July": 157, "August": 59, "September": 455},
        "requests": {"July": 60, "August": 129, "September": 134},
        "total": {"June": 88, "July": 123, "September": 157},
    },
    "Southwark": {
        "P1": {},
        "P2": {"June": 12, "July": 24, "August": 17, "September": 24},
        "P3": {"July": 119, "August": 191, "September": 193},
        "requests": {"August": 255, "September": 74},
        "total": {"June": 94, "July": 162, "September": 53},
    },
}
COUNCILS = pytest.mark.parametrize("council", list(PUBLISHED))


def pairs(council, row):
    counts, printed = PUBLISHED[council][row]
    return list(zip(MONTHS, map(int, counts.split()), printed.split(), strict=True))


def parts_of(council, month):
    position = MONTHS.index(month)
    for row in ROWS:
        _, count, percent = pairs(council, row)[position]
        yield RatePart(row, percent, count)


@COUNCILS
def test_every_total_is_the_sum_of_its_parts(council):
    for month, total, _ in pairs(council, "total"):
        assert check_total(str(total), {part.name: part.volume for part in parts_of(council, month)}) is None


@COUNCILS
@pytest.mark.parametrize("row", [*ROWS, "total"])
def test_percentages_that_their_counts_do_not_give(council, row):
    findings = {month: check_percentage(percent, count) for month, count, percent in pairs(council, row)}
    smallest = {
        month: int(finding.computed.rsplit(" ", 1)[1].replace(",", ""))
        for month, finding in findings.items()
        if finding
    }
    assert smallest == SMALLEST[council][row]
    errors = [(council, row, month) for month, finding in findings.items() if finding and finding.severity == "error"]
    assert errors == ([("Brent", "P1", "August")] if (council, row) == ("Brent", "P1") else [])


@COUNCILS
def test_two_satisfaction_scores_were_cut(council):
    scores = {month: check_net_score(score, surveys) for month, surveys, score in pairs(council, "surveys")}
    expected = {"Brent": [], "Lewisham": ["July"], "Southwark": ["June"]}
    assert [month for month, finding in scores.items() if finding] == expected[council]
    assert all("cut off" in finding.message for finding in scores.values() if finding)


@pytest.mark.parametrize(
    ("council", "weighted"),
    [
        ("Brent", ["85.32%", "84.44%", "82.92%", "85.21%"]),
        ("Lewisham", ["79.44%", "82.10%", "81.56%", "83.43%"]),
        ("Southwark", ["81.12%", "77.82%", "78.71%", "75.50%"]),
    ],
)
def test_all_twelve_overall_rates_are_between_their_parts_but_below_what_they_weigh_to(council, weighted):
    for (month, _, overall), expected in zip(pairs(council, "total"), weighted, strict=True):
        parts = list(parts_of(council, month))
        assert check_combined_between(overall, parts) is None
        finding = check_combined_weighted(overall, parts)
        assert (finding.severity, finding.computed) == ("warning", expected)
        assert "points below" in finding.message


@pytest.mark.parametrize(
    ("council", "calls", "still_open", "both"),
    [
        (
            "Brent",
            HeadcountFit(Span(2995, 3008), Span(2985, 2996)),
            HeadcountFit(Span(3056, 3097), Span(2992, 3036)),
            Span(2992, 2996),
        ),
        (
            "Lewisham",
            HeadcountFit(Span(2514, 2528), Span(2502, 2516)),
            HeadcountFit(Span(2546, 2546), Span(2497, 2508)),
            Span(2502, 2508),
        ),
        (
            "Southwark",
            HeadcountFit(Span(4519, 4534), Span(4490, 4505)),
            HeadcountFit(Span(4583, 4634), Span(4488, 4505)),
            Span(4490, 4505),
        ),
    ],
)
def test_one_headcount_explains_both_rows_only_if_they_were_cut(council, calls, still_open, both):
    first = [(count, printed) for _, count, printed in pairs(council, "calls per employee")]
    second = [(count, printed) for _, count, printed in pairs(council, "open per employee")]
    assert infer_headcount(first) == calls
    assert infer_headcount(second) == still_open
    assert infer_headcount(first + second) == HeadcountFit(rounded=None, cut=both)
