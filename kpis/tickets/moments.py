"""Dates and times as exports write them. Pure.

Exactly one way of writing must read every value of a column. Where day and month could be swapped and both readings
are possible throughout, the column is refused and somebody has to say which it is; where no way reads them all, the
rows that fall out of the majority are named. Nothing is guessed.

Within the portal a moment is a whole number of seconds since 1970 on the clock that the export was written by
(`MISSING` for none); `Clock` turns it into a moment everywhere, UTC. Local exports are on London's clock. In spring the
hour from 1 to 2 does not exist: a time in it counts as an hour later, so that 1.30 is 2.30 by summer time. In autumn
it comes twice: a time in it is the first of the two, still by summer time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Nothing at all; anything below EARLIEST is no moment.
MISSING = -(10**13)
EARLIEST = -(10**10)
_BAD = -(10**15)

MISSING_WORDS = frozenset({"", "?", "null"})
_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
# A wall clock has no zone.
_START = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep september sept",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class DateStyle:
    """`order` is which of day and month comes first where the other order could be meant as well."""

    name: str
    label: str
    pattern: re.Pattern[str]
    order: str = ""

    def read(self, text: str) -> int | None:
        """Days since 1970; None where the text is no date in this style."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        month = _MONTHS.get(parts["m"].casefold()) if parts["m"].isalpha() else int(parts["m"])
        year = int(parts["y"])
        if len(parts["y"]) == 2:
            # Exports of this century. The standard's own rule (POSIX: 69 to 99 are 19xx) would differ from 2069 on.
            year += 2000 if year < 69 else 1900
        try:
            return date(year, month or 0, int(parts["d"])).toordinal() - _EPOCH
        except ValueError:
            return None


def _style(name: str, label: str, pattern: str, order: str = "") -> DateStyle:
    day, month, year, short = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})", r"(?P<y>\d{2})"
    text = pattern.replace("D", day).replace("N", r"(?P<m>[A-Za-z]{3,9})").replace("M", month)
    return DateStyle(name, label, re.compile(text.replace("Y", year).replace("S", short), re.ASCII), order)


DATE_STYLES = (
    _style("iso", "2018-10-31", "Y-M-D"),
    _style("iso-slash", "2018/10/31", "Y/M/D"),
    _style("dmy-dash", "31-10-2018", "D-M-Y", "day"),
    _style("mdy-dash", "10-31-2018", "M-D-Y", "month"),
    _style("dmy-slash", "31/10/2018", "D/M/Y", "day"),
    _style("mdy-slash", "10/31/2018", "M/D/Y", "month"),
    _style("dmy-dot", "31.10.2018", r"D\.M\.Y"),
    _style("dmy-short", "31/10/18", "D/M/S", "day"),
    _style("mdy-short", "10/31/18", "M/D/S", "month"),
    _style("dmy-dot-short", "31.10.18", r"D\.M\.S"),
    _style("d-mon-y", "31/Oct/2018", "D[-/]N[-/]Y"),
    _style("d-mon-short", "31/Oct/18", "D[-/]N[-/]S"),
)

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
ORDERS = {DAY_FIRST: "day", MONTH_FIRST: "month"}

_CLOCK = r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?"
_TIME_STYLES = {
    "24 hours": re.compile(_CLOCK, re.ASCII),
    "12 hours": re.compile(_CLOCK + r"\s?(?P<half>[AaPp])\.?[Mm]\.?", re.ASCII),
    "zone": re.compile(_CLOCK + r"\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.ASCII),
    "no time": re.compile(""),
}
ZONE, NO_TIME = "zone", "no time"


def read_time(style: str, text: str) -> int | None:
    """Seconds since midnight; None where the text is no time in this style. A zone's offset is taken off."""
    found = _TIME_STYLES[style].fullmatch(text)
    if found is None:
        return None
    if style == NO_TIME:
        return 0
    parts = found.groupdict()
    hours, minutes, seconds = int(parts["h"]), int(parts["min"]), int(parts["s"] or 0)
    if half := parts.get("half"):
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    zone = parts.get("zone") or ""
    if zone[:1] in {"+", "-"}:
        offset = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
        total -= offset if zone[0] == "+" else -offset
    return total


def separator_of(text: str) -> str:
    return "T" if text[10:11] == "T" else " "


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a moment: a date, what follows it, a time."""

    date: DateStyle
    time: str
    separator: str

    @property
    def is_zoned(self) -> bool:
        return self.time == ZONE

    @property
    def label(self) -> str:
        return f"{self.date.label}, {self.time}"

    def read(self, text: str) -> int | None:
        head, _, tail = text.partition(self.separator)
        day, seconds = self.date.read(head), read_time(self.time, tail.strip())
        return None if day is None or seconds is None else day * _DAY + seconds


@dataclass(frozen=True, slots=True)
class Detected:
    """What a column's values are written in. Either `format`, or `choices` of which somebody has to choose."""

    format: Format | None
    choices: tuple[DateStyle, ...] = ()


def is_missing(text: str) -> bool:
    return text.strip().casefold() in MISSING_WORDS


def tidy(text: str) -> str:
    """Without blanks around it and with one between its parts."""
    return " ".join(text.split())


def detect(values: Iterable[str], order: str = "") -> Detected | None:
    """The format that reads every value; where none does, the one that reads most of them.

    `order` ("day-first", "month-first", "") leaves out the styles of the other order. None for no value at all, or
    none that any style reads.
    """
    heads: Counter[str] = Counter()
    tails: Counter[str] = Counter()
    separators: Counter[str] = Counter()
    for value, times in Counter(values).items():
        text = tidy(value)
        if is_missing(text):
            continue
        separator = separator_of(text)
        head, _, tail = text.partition(separator)
        heads[head] += times
        tails[tail] += times
        separators[separator] += times
    allowed = [one for one in DATE_STYLES if not (order and one.order and one.order != ORDERS[order])]
    days = {style.name: {head: style.read(head) for head in heads} for style in allowed}
    # Texts that are no date in any style are no reason to doubt the others; they are named as what they are.
    readable = {head for head in heads if any(read[head] is not None for read in days.values())}
    clocks = {name: {tail for tail in tails if read_time(name, tail) is not None} for name in _TIME_STYLES}
    if not readable or not any(clocks.values()):
        return None

    def covered(style: DateStyle) -> int:
        return sum(heads[head] for head in readable if days[style.name][head] is not None)

    most = max(covered(style) for style in allowed)
    best = [style for style in allowed if covered(style) == most]
    time = max(_TIME_STYLES, key=lambda name: sum(tails[tail] for tail in clocks[name]))
    first = best[0]
    # Swapped days and months are a question only where both ways read all of the column.
    whole = most == sum(heads[head] for head in readable)
    others = tuple(style for style in best if whole and days[style.name] != days[first.name])
    chosen = Format(first, time, separators.most_common(1)[0][0])
    return Detected(None, (first, *others)) if others else Detected(chosen)


class _Days(dict[str, int]):
    def __init__(self, style: DateStyle) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> int:
        day = self._style.read(text)
        value = _BAD if day is None else day * _DAY
        if len(self) < 50_000:
            self[text] = value
        return value


class _Times(dict[str, int]):
    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> int:
        seconds = read_time(self._style, text)
        value = _BAD if seconds is None else seconds
        if len(self) < 100_000:
            self[text] = value
        return value


class ColumnReader:
    """Reads the cells of a column in its format, many at once."""

    def __init__(self, chosen: Format) -> None:
        self.format = chosen
        self._days, self._times = _Days(chosen.date), _Times(chosen.time)

    def read(self, cells: Sequence[str]) -> tuple[list[int], list[int]]:
        """The moments of the cells, MISSING where there is none, and the places of cells that cannot be read."""
        # A ticket's rows repeat most of their moments, so that only the different ones of a piece are read.
        days, times, separator = self._days, self._times, self.format.separator
        different = list(set(cells))
        known = {
            cell: days[head] + times[tail]
            for cell, (head, _, tail) in zip(different, [cell.partition(separator) for cell in different], strict=True)
        }
        if known and min(known.values()) < EARLIEST:
            known = {cell: moment if moment >= EARLIEST else self._again(cell) for cell, moment in known.items()}
        found = list(map(known.__getitem__, cells))
        bad: list[int] = []
        if _BAD in known.values():
            bad = [place for place, moment in enumerate(found) if moment == _BAD]
            for place in bad:
                found[place] = MISSING
        return found, bad

    def _again(self, cell: str) -> int:
        """A cell that did not go smoothly: with blanks too many, with nothing in it, or no moment."""
        text = tidy(cell)
        if is_missing(text):
            return MISSING
        moment = self.format.read(text)
        return _BAD if moment is None else moment


class _Offsets(dict[int, int | None]):
    """A zone's offset in seconds by day; None for a day on which the clocks change."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, day: int) -> int | None:
        start = (_START + timedelta(days=day)).replace(tzinfo=self._zone)
        begin, end = start.utcoffset(), (start + timedelta(days=1)).utcoffset()
        value = int(begin.total_seconds()) if begin is not None and begin == end else None
        self[day] = value
        return value


class Clock:
    """A zone's wall clock to UTC and back; see the top for the missing hour and the one that comes twice."""

    def __init__(self, zone: ZoneInfo = LONDON) -> None:
        self.zone = zone
        self._offsets = _Offsets(zone)

    def utc(self, moment: int) -> int:
        """Seconds since 1970 in UTC, of seconds since 1970 on this wall clock. MISSING stays."""
        if moment < EARLIEST:
            return MISSING
        offset = self._offsets[moment // _DAY]
        if offset is not None:
            return moment - offset
        return int((_START + timedelta(seconds=moment)).replace(tzinfo=self.zone).timestamp())

    def days_of_change(self) -> frozenset[int]:
        """Of the days that were asked for, those on which the clocks change, in days since 1970."""
        return frozenset(day for day, offset in self._offsets.items() if offset is None)

    def is_unclear(self, moment: int) -> bool:
        """Whether the clocks changed over this wall-clock time: it did not exist, or there were two of it."""
        if moment < EARLIEST or self._offsets[moment // _DAY] is not None:
            return False
        wall = (_START + timedelta(seconds=moment)).replace(tzinfo=self.zone)
        return wall.utcoffset() != wall.replace(fold=1).utcoffset()

    def midnight(self, day: date) -> int:
        """The first moment of a day on this clock, in UTC."""
        return self.utc((day.toordinal() - _EPOCH) * _DAY)


def as_datetime(moment: int) -> datetime | None:
    """A UTC moment as the database takes it; None for MISSING."""
    return None if moment < EARLIEST else datetime.fromtimestamp(moment, tz=UTC)
