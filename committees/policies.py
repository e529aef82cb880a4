"""May it now? Each check raises Refused, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from committees.models import AgendaItem, Committee, Meeting, Minutes, Pack, Paper
from committees.notice_policies import check_route
from committees.readiness import Blocker
from committees.timing import Timing
from committees.wording import weekday
from portal import clock
from portal.policies import Refused
from portal.words import counted

__all__ = [
    "Refused",
    "check_arrange",
    "check_build",
    "check_change",
    "check_clear",
    "check_publish",
    "check_remove_item",
]


def check_arrange(committee: Committee, on: date) -> None:
    """A meeting is arranged for a day to come, and a committee has one on a day."""
    if on < clock.today(committee.partnership):
        raise Refused(f"{weekday(on)} has passed. Choose a day to come.")
    if committee.meetings.filter(on=on).exists():
        raise Refused(f"The {committee.short_name} has a meeting on {weekday(on)} already. Choose another day.")


def check_remove_item(item: AgendaItem) -> None:
    """An item leaves the agenda while nothing hangs on it."""
    if item.papers.exists():
        raise Refused("This item has papers. Take its papers away first, or change the item.")
    if item.interests.exists() or item.decisions.exists() or item.notices.exists():
        raise Refused("Something is recorded under this item. It stays on the agenda.")


def check_change(meeting: Meeting) -> None:
    """Papers and agenda change until they are published, and not afterwards."""
    if meeting.is_published:
        raise Refused("The agenda and its papers are published. They cannot change any more.")
    if meeting.state != Meeting.State.SCHEDULED:
        raise Refused(f"The meeting is {meeting.get_state_display().lower()}. Its papers cannot change any more.")


def check_clear(paper: Paper, *, is_refused: bool = False) -> None:
    """A paper is cleared once, and again where figures in it may not be published any more (`is_refused`)."""
    check_change(paper.item.meeting)
    if paper.cleared_at is not None and not is_refused:
        raise Refused("This paper is cleared already.")
    if paper.kind == Paper.Kind.MINUTES:
        minutes: Minutes | None = getattr(paper.minutes_of, "minutes", None)
        if minutes is None:
            raise Refused("These minutes are still to be written.")
        if minutes.state == Minutes.State.DRAFT:
            raise Refused("The chair has not checked these minutes yet.")


def check_publish(
    meeting: Meeting,
    blockers: Sequence[Blocker],
    timing: Timing,
    *,
    urgency_route: str,
    urgency_reason: str,
    urgency_agreed_by: str,
) -> None:
    """Once, when nothing blocks, and five clear days before; later only by a route that the committee's law has.

    Local Government Act 1972 s.100B(3) and (4)(b); SI 2012/2089 regs 6 and 7. Blockers include missing notices.
    """
    if meeting.is_published:
        raise Refused("The agenda and its papers are published already.")
    if meeting.state != Meeting.State.SCHEDULED or timing.is_over:
        raise Refused("Only an agenda of a meeting to come can be published.")
    if blockers:
        raise Refused(f"{counted(len(blockers), 'thing').capitalize()} must be put right first.")
    if not timing.is_in_time:
        try:
            check_route(meeting, urgency_route, urgency_reason, urgency_agreed_by)
        except Refused as refusal:
            raise Refused(
                f"The last day to publish was {weekday(timing.last_day)}; today would give "
                f"{counted(timing.clear_days, 'clear day')} of five. {refusal}"
            ) from None


def check_build(meeting: Meeting, edition: str, packs: Sequence[Pack]) -> None:
    """Drafts until publication. After it the published edition, which is built once."""
    if edition not in Pack.Edition.values:
        raise Refused("Choose the public or the members’ edition.")
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("The meeting is cancelled.")
    if meeting.published_before_portal:
        raise Refused("The pack of this meeting was published before the portal.")
    if meeting.published_at is not None and any(
        pack.edition == edition and pack.published_at is not None for pack in packs
    ):
        raise Refused("This edition is published. It is never built again.")
