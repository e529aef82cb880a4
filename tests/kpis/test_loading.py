from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from kpis import loading
from kpis.models import Figure, FigureFinding, Indicator, Return, ReturnVersion, Target
from portal.figures import infer_headcount
from portal.models import AuditEvent, Headcount, Partnership
from tests import factories

FOLDER = Path(settings.FIXTURES) / "brent-lewisham-southwark"

# The row "SLA Performance on P3 Incidents" of the pack, as printed, and two more that are easily rounded or padded.
ROWS = {
    "p3-sla": "72.7 70.93 79.46 64.74 73.25 73.95 67.87 69.49 75.92 73.71 74.95 73.06",
    "satisfaction": "66.93 40.91 60.64 78 23.57 61.05 73.85 23.23 57.14 67.74 51.56 56.74",
    "calls-per-employee": "1.38 1.18 0.78 1.31 1.09 0.78 1.24 1.00 0.73 1.30 1.18 0.82",
    "service-request-sla": "89.39 87.6 83.4 89.11 88.33 83.72 86.54 89.15 82.75 88.56 90.30 79.73",
    "p3-incidents": "1013 1447 1943 742 1097 2057 709 948 1829 841 1244 2228",
}


def typed(code: str) -> list[str]:
    figures = Figure.objects.filter(indicator__code=code)
    order = ("version__parent__period", "version__parent__council__places__position")
    return list(figures.order_by(*order).values_list("typed", flat=True))


def test_the_pack_is_entered_to_the_letter(seed: Partnership) -> None:
    assert Figure.objects.count() == 15 * 3 * 4
    for code, row in ROWS.items():
        assert typed(code) == row.split()
    assert list(seed.indicators.values_list("code", flat=True))[:5] == [
        "p1-incidents",
        "p2-incidents",
        "p3-incidents",
        "service-requests",
        "total-calls",
    ]
    assert Counter(seed.indicators.values_list("source", flat=True)) == {"typed": 13, "per-employee": 2}
    # Column sums of the pack's count rows, added by hand with a spreadsheet.
    sums = {"p1-incidents": 90, "p2-incidents": 289, "total-calls": 40976, "open-calls": 9389, "surveys-returned": 1547}
    for code, total in sums.items():
        assert sum(int(text) for text in typed(code)) == total


def test_published_months_are_locked_history_in_force_with_their_findings(seed: Partnership) -> None:
    versions = ReturnVersion.objects.all()
    assert versions.count() == 12
    assert {(v.state, v.origin, v.source, v.number) for v in versions} == {
        ("locked", "published", "Performance pack of 16 October 2018", 1)
    }
    assert all(one.in_force_id is not None for one in Return.objects.all())
    errors = FigureFinding.objects.filter(severity="error")
    assert [(e.indicator.code, e.stated, str(e.version.parent)) for e in errors] == [
        ("p1-sla", "83.88", "Brent, August 2018")
    ]
    assert FigureFinding.objects.filter(rule="combined-near-weighted").count() == 12
    assert Figure.objects.get(
        version__parent__council__slug="brent", version__parent__period=date(2018, 8, 1), indicator__code="p1-sla"
    ).amount == Decimal("83.88")


def test_nothing_is_invented(seed: Partnership) -> None:
    assert Target.objects.count() == 0
    assert seed.return_due_working_day is None


def test_inferred_headcounts_are_the_middle_of_what_fits_when_the_figures_were_cut(seed: Partnership) -> None:
    columns: dict[str, list[tuple[int, str]]] = {"brent": [], "lewisham": [], "southwark": []}
    with (FOLDER / "figures.csv").open(newline="") as lines:
        for line in csv.DictReader(lines):
            columns[line["council"]] += [
                (int(line["total-calls"]), line["calls-per-employee"]),
                (int(line["open-calls"]), line["open-calls-per-employee"]),
            ]
    # Worked by hand from calls / (figure + 0.01) < headcount <= calls / figure:
    # Brent: over 718 / 0.24 = 2,991.67, up to 3,926 / 1.31 = 2,996.95. Lewisham: over 2,752 / 1.10 = 2,501.8, up to
    # 853 / 0.34 = 2,508.8. Southwark: over 3,547 / 0.79 = 4,489.9, up to 3,514 / 0.78 = 4,505.1 and 811 / 0.18.
    expected = {"brent": (2992, 2996, 2994), "lewisham": (2502, 2508, 2505), "southwark": (4490, 4505, 4497)}
    for slug, (lowest, highest, middle) in expected.items():
        fit = infer_headcount(columns[slug])
        assert fit.rounded is None
        assert fit.cut is not None
        assert (fit.cut.lowest, fit.cut.highest) == (lowest, highest)
        headcount = Headcount.objects.get(council__slug=slug)
        assert (headcount.employees, headcount.basis) == (middle, "inferred")
        assert f"{lowest:,} to {highest:,}" in headcount.note


def test_loading_again_changes_nothing_that_a_person_changed(seed: Partnership) -> None:
    indicator = Indicator.objects.get(code="p1-sla")
    indicator.name = "P1 fixed in time"
    indicator.measured_on = None
    indicator.save()
    Headcount.objects.filter(council__slug="brent").update(employees=3001, basis="stated")
    counts = [model.objects.count() for model in (Return, ReturnVersion, Figure, FigureFinding, AuditEvent)]
    loading.load(FOLDER)
    assert Indicator.objects.get(code="p1-sla").name == "P1 fixed in time"
    assert Indicator.objects.get(code="p1-sla").measured_on is None
    assert Headcount.objects.get(council__slug="brent").employees == 3001
    assert [model.objects.count() for model in (Return, ReturnVersion, Figure, FigureFinding, AuditEvent)] == counts


def test_a_folder_without_indicators_loads_nothing(db: None, tmp_path: Path) -> None:
    loading.load(tmp_path)
    assert Indicator.objects.count() == 0


def test_every_field_of_an_indicator_is_taken_and_what_is_worked_out_may_come_first(tmp_path: Path, db: None) -> None:
    partnership = factories.partnership(factories.council(), slug="far")
    folder = tmp_path / "far"
    folder.mkdir()
    common = 'definition = "D"\nwhy_it_matters = "W"\ngroup = "G"\ndirection = "neutral"\n'
    (folder / "indicators.toml").write_text(
        'source = "A paper"\n'
        '[[indicators]]\ncode = "share"\nname = "Share"\nunit = "percent"\nsource = "rate"\nacross = "rate"\n'
        f'numerator_of = "met"\nmeasured_on = "total"\nfrequency = "quarter"\nstarts_on = 2018-04-01\n{common}'
        f'[[indicators]]\ncode = "total"\nname = "Total"\nunit = "count"\nends_on = 2019-03-01\n{common}'
        '[[indicators]]\ncode = "met"\nname = "Met"\nunit = "count"\nis_split_withheld = true\n'
        f'split_withheld_reason = "Asked for."\nscreens_limits = false\n{common}'
    )
    loading.load(folder)
    loading.load(folder)
    share, total, met = partnership.indicators.order_by("position")
    assert (share.code, share.numerator_of, share.measured_on) == ("share", met, total)
    assert (share.frequency, share.starts_on, total.ends_on) == ("quarter", date(2018, 4, 1), date(2019, 3, 1))
    assert (met.is_split_withheld, met.split_withheld_reason, met.screens_limits) == (True, "Asked for.", False)
    (folder / "indicators.toml").write_text(
        'source = "A paper"\n[[indicators]]\ncode = "lost"\nname = "Lost"\nunit = "percent"\nsource = "rate"\n'
        f'numerator_of = "gone"\nmeasured_on = "total"\n{common}'
    )
    with pytest.raises(ValueError, match="lost cannot be worked out"):
        loading.load(folder)
