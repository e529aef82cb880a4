"""Blocks: the one small interface through which a report shows another app's live figures.

An app offers a block under a name. `collect` reads the figures as they are now and returns plain JSON; `render` makes
HTML from that JSON alone. Live, the two run one after the other; frozen, the JSON was stored and only `render` runs,
so a frozen block can never show anything else again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet
from django.utils.html import format_html

from portal import clock
from portal.models import FrozenBlock

if TYPE_CHECKING:
    from portal.models import Partnership, User

Data = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """`params` are the block's own settings (JSON). `for_print` is true in packs, where nothing reacts to a click.

    `refuses` says in a sentence why a copy that was frozen from these params may not be published any more, "" where
    it may: what it shows was withheld since. It is asked until the meeting is published; what was published stays.
    """

    name: str
    description: str
    collect: Callable[[Partnership, Data], Data]
    render: Callable[[Data, bool], str]
    is_wide: bool = False
    refuses: Callable[[Partnership, Data, Data], str] | None = None


_blocks: dict[str, Block] = {}


def register(block: Block) -> Block:
    _blocks[block.name] = block
    return block


def names() -> list[str]:
    return sorted(_blocks)


def get(name: str) -> Block:
    """The block of that name. Raises LookupError, which lists the known names."""
    try:
        return _blocks[name]
    except KeyError:
        raise LookupError(f"There is no block {name!r}. There are: {', '.join(names())}.") from None


def canonical(data: Data) -> bytes:
    """The JSON of a block's data in one fixed form, of which the hash is kept."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def freeze(
    name: str, *, partnership: Partnership, params: Data, by: User | None, reported_to: str, reported_on: date
) -> FrozenBlock:
    """Store the block's figures as they are now, as reported to the meeting named in words."""
    data = get(name).collect(partnership, params)
    return FrozenBlock.objects.create(
        partnership=partnership,
        kind=name,
        params=params,
        data=data,
        sha256=hashlib.sha256(canonical(data)).hexdigest(),
        reported_to=reported_to,
        reported_on=reported_on,
        frozen_at=clock.now(partnership),
        frozen_by=by,
    )


def refusal(frozen: FrozenBlock, partnership: Partnership) -> str:
    """Why a frozen copy may not be published any more; "" where it may."""
    block = get(frozen.kind)
    return block.refuses(partnership, frozen.params, frozen.data) if block.refuses is not None else ""


def html(
    name: str,
    *,
    partnership: Partnership,
    params: Data,
    frozen: FrozenBlock | None = None,
    for_print: bool = False,
    is_published: bool = False,
) -> str:
    """The block's HTML: from its frozen copy where there is one, otherwise from the figures now.

    A frozen copy that may not be published any more is not shown either, unless it was published before.
    """
    block = get(name)
    if frozen is not None and not is_published:
        refused = refusal(frozen, partnership)
        if refused:
            return format_html("<p>{}</p>", refused)
    data = frozen.data if frozen is not None else block.collect(partnership, params)
    return block.render(data, for_print)


def in_use(frozen: QuerySet[FrozenBlock]) -> QuerySet[FrozenBlock]:
    """The frozen blocks that something still carries. A paper that loses its clearance lets go of its own."""
    carried = Q()
    for relation in FrozenBlock._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            rows = relation.field.model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            carried |= Q(Exists(rows))
    return frozen.filter(carried)
