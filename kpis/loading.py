"""Loads indicators, headcounts and published months from fixtures/<slug>/indicators.toml, headcounts.toml, figures.csv.

Loading makes what is missing and changes nothing that is there, so that it can be repeated over work done since.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kpis import actions
from kpis.models import Indicator, IndicatorPart, Return
from portal.models import Council, Headcount, Partnership

Row = dict[str, Any]


def load(folder: Path) -> None:
    """Load what the folder has. A partnership without indicators has no performance yet."""
    if not (folder / "indicators.toml").exists():
        return
    partnership = Partnership.objects.get(slug=folder.name)
    data = tomllib.loads((folder / "indicators.toml").read_text())
    _indicators(partnership, data["indicators"])
    councils = {council.slug: council for council in partnership.councils.all()}
    if (folder / "headcounts.toml").exists():
        _headcounts(partnership, councils, tomllib.loads((folder / "headcounts.toml").read_text())["headcounts"])
    if (folder / "figures.csv").exists():
        _published(partnership, councils, folder / "figures.csv", data["source"])


def _indicators(partnership: Partnership, rows: list[Row]) -> None:
    known = {indicator.code: indicator for indicator in partnership.indicators.all()}
    taken = {indicator.position for indicator in known.values()}
    new: list[Row] = []
    waiting = [(position, row) for position, row in enumerate(rows, start=1) if row["code"] not in known]
    while waiting:
        # What a figure is worked out from has to be there before it; what a rate is measured on may come after it.
        ready = [one for one in waiting if _needed(one[1]) <= set(known)]
        if not ready:
            codes = ", ".join(row["code"] for _, row in waiting)
            raise ValueError(f"indicators.toml: {codes} cannot be worked out: what they name is not there.")
        for position, row in ready:
            place = position if position not in taken else max(taken) + 1
            taken.add(place)
            known[row["code"]] = _indicator(partnership, place, row, known)
            new.append(row)
        waiting = [one for one in waiting if one not in ready]
    for row in new:
        indicator = known[row["code"]]
        if "measured_on" in row and indicator.measured_on_id is None:
            indicator.measured_on = known[row["measured_on"]]
            indicator.save(update_fields=["measured_on"])
        for position, code in enumerate(row.get("parts", ()), start=1):
            IndicatorPart.objects.create(whole=indicator, part=known[code], position=position)


def _needed(row: Row) -> set[str]:
    if row.get("source", Indicator.Source.TYPED) in (Indicator.Source.TYPED, Indicator.Source.SUM):
        return set()
    return {row[name] for name in ("measured_on", "numerator_of") if name in row}


def _indicator(partnership: Partnership, position: int, row: Row, known: Mapping[str, Indicator]) -> Indicator:
    counted_one, counted_many = row.get("counted", ("", ""))
    return Indicator.objects.create(
        partnership=partnership,
        code=row["code"],
        name=row["name"],
        short_name=row.get("short_name", ""),
        definition=row["definition"],
        why_it_matters=row["why_it_matters"],
        comparability=row.get("comparability", ""),
        group=row["group"],
        position=position,
        unit=row["unit"],
        direction=row["direction"],
        frequency=row.get("frequency", Indicator.Frequency.MONTH),
        decimals=row.get("decimals", 0),
        source=row.get("source", Indicator.Source.TYPED),
        across=row.get("across", Indicator.Across.SUM),
        measured_on=known.get(row.get("measured_on", "")),
        numerator_of=known.get(row.get("numerator_of", "")),
        starts_on=row.get("starts_on"),
        ends_on=row.get("ends_on"),
        is_split_withheld=row.get("is_split_withheld", False),
        split_withheld_reason=row.get("split_withheld_reason", ""),
        screens_limits=row.get("screens_limits", True),
        counted_one=counted_one,
        counted_many=counted_many,
        ticket_measure=row.get("ticket_measure", ""),
        ticket_type=row.get("ticket_type", ""),
        ticket_priority=row.get("ticket_priority"),
    )


def _headcounts(partnership: Partnership, councils: dict[str, Council], rows: list[Row]) -> None:
    for row in rows:
        Headcount.objects.get_or_create(
            partnership=partnership,
            council=councils[row["council"]],
            valid_from=row["valid_from"],
            defaults={"employees": row["employees"], "basis": row["basis"], "note": row.get("note", "")},
        )


def _published(partnership: Partnership, councils: dict[str, Council], file: Path, source: str) -> None:
    """One line per return: month, council, then a column per indicator with the figure as printed."""
    there = set(Return.objects.filter(partnership=partnership).values_list("council__slug", "period"))
    with file.open(newline="") as lines:
        for line in csv.DictReader(lines):
            council, period = line.pop("council"), date.fromisoformat(f"{line.pop('month')}-01")
            if (council, period) not in there:
                actions.record_published(
                    partnership=partnership, council=councils[council], period=period, typed=line, source=source
                )
