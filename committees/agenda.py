"""The items of an agenda in order: which come from the committee's template, and how they move. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Key = TypeVar("Key")


def moved(order: Sequence[Key], one: Key, to: int) -> list[Key]:
    """The keys with `one` at place `to`, counted from 1. A place before the first or after the last is that end.

    Raises ValueError when `one` is not among them.
    """
    rest = [key for key in order if key != one]
    if len(rest) == len(order):
        raise ValueError("The item is not on this agenda.")
    place = min(max(1, to), len(order)) - 1
    return [*rest[:place], one, *rest[place:]]
