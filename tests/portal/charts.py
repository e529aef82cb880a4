"""Charts for the tests: the all-calls percentages of the published pack of 16 October 2018, and plain round ones."""

from decimal import Decimal
from typing import Any

from portal.charts.spec import Chart, Period, Scale, Series

SUMMER = tuple(Period.month(2018, month) for month in (6, 7, 8, 9))
BRENT = ("79.15", "75.60", "74.89", "78.34")
LEWISHAM = ("76.14", "78.86", "77.50", "80.89")
SOUTHWARK = ("79.79", "74.69", "76.50", "73.58")


def decimals(*values: str | int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def months(year: int, month: int, count: int) -> tuple[Period, ...]:
    starts = range(year * 12 + month - 1, year * 12 + month - 1 + count)
    return tuple(Period.month(start // 12, start % 12 + 1) for start in starts)


def all_calls(council: str = "Southwark", values: tuple[str | None, ...] = SOUTHWARK, **changes: Any) -> Chart:
    """The percentage of all calls resolved in time, with a target of 80."""
    return Chart(
        **{
            "title": f"{council}: lowest of the four months",
            "subject": f"Overall, all calls, {council}",
            "periods": SUMMER,
            "series": (Series(council, decimals(*values)),),
            "unit": "Per cent",
            "direction": "Higher is better.",
            "suffix": "%",
            "decimals": 2,
            "target": Decimal(80),
            "least": Decimal(0),
            "most": Decimal(100),
            **changes,
        }
    )


def plain(*values: str | int | None, **changes: Any) -> Chart:
    """Whole numbers on a scale from 0 to 100, so that places can be worked out by hand."""
    return Chart(
        **{
            "title": "A plain run",
            "subject": "Open calls, Brent",
            "periods": months(2018, 1, len(values)),
            "series": (Series("Brent", decimals(*values)),),
            "scale": Scale(Decimal(0), Decimal(100)),
            **changes,
        }
    )
