"""Events of the audit trail in people's words: what was done, and what of it changed. The CSV keeps the raw form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

VERBS = {
    "agenda.add-late": "Added an item late",
    "closed-day.add": "Listed a closed day",
    "closed-day.remove": "Took a closed day off the list",
    "meeting.cancel": "Cancelled a meeting",
    "meeting.move": "Moved a meeting",
    "notice.give": "Recorded a notice",
    "action.ask": "Wrote down an action",
    "action.update": "Recorded progress of an action",
    "agenda.carry": "Brought former minutes and open actions onto an agenda",
    "agenda.add": "Put an item on the agenda",
    "agenda.edit": "Changed an item of the agenda",
    "agenda.move": "Moved an item of the agenda",
    "agenda.publish": "Published the agenda",
    "agenda.remove": "Took an item off the agenda",
    "attendance.record": "Recorded attendance",
    "attendance.remove": "Took somebody off the record of attendance",
    "chair.elect": "Recorded the election of the chair",
    "chair.take": "Recorded who chaired",
    "committee.rules": "Changed a committee’s rules",
    "assessment.add": "Added a self-assessment",
    "assessment.change": "Changed a self-assessment",
    "assessment.remove": "Removed a self-assessment",
    "benchmark.add": "Added a benchmark",
    "benchmark.change": "Changed a benchmark",
    "benchmark.remove": "Removed a benchmark",
    "decision.call-in": "Recorded a call-in",
    "decision.correct": "Corrected a published decision",
    "decision.council-decides": "Recorded what a council decided",
    "decision.edit": "Changed a decision",
    "decision.publish": "Published a decision",
    "decision.record": "Recorded a decision",
    "decision.settle-call-in": "Recorded what came of a call-in",
    "demonstration.set-day": "Chose the day of the demonstration",
    "dispensation.grant": "Recorded a dispensation",
    "interest.change": "Recorded a time out of the room",
    "interest.declare": "Recorded an interest",
    "interest.withdraw": "Took an interest off the record",
    "meeting.close": "Recorded a meeting as held",
    "meeting.remote-link": "Changed the link for members who join from elsewhere",
    "minutes.approve": "Recorded the approval of minutes",
    "minutes.begin": "Began the minutes",
    "minutes.check": "Checked the minutes",
    "minutes.edit": "Wrote in the minutes",
    "minutes.private-item": "Kept apart what was taken in private",
    "minutes.publish": "Published draft minutes",
    "minutes.resolution-add": "Added a resolution",
    "minutes.resolution-remove": "Took a resolution away",
    "minutes.send-back": "Sent minutes back",
    "minutes.vote": "Recorded a vote",
    "seat.add": "Gave a seat on a committee",
    "seat.change-role": "Changed a member’s role",
    "seat.end": "Ended a term on a committee",
    "deputy.end": "Ended a deputy's time",
    "deputy.name": "Named a deputy",
    "finding.explain": "Gave a reason for a finding",
    "indicator.add": "Added an indicator",
    "indicator.change": "Changed an indicator",
    "indicator.delete": "Deleted an indicator",
    "indicator.end": "Ended an indicator",
    "indicator.move": "Moved an indicator",
    "limits.approve": "Approved that limits begin anew",
    "limits.propose": "Proposed that limits begin anew",
    "limits.withdraw": "Withdrew new limits",
    "meeting.arrange": "Arranged a meeting",
    "pack.build": "Built a pack",
    "pack.publish": "Published a pack",
    "paper.clear": "Cleared a paper",
    "paper.edit": "Changed a paper",
    "paper.finding": "Found whether a paper holds terms of a negotiation",
    "paper.open-wider": "Opened a restricted paper by a wider right",
    "plan.add": "Put a decision into the forward plan",
    "plan.edit": "Changed the forward plan",
    "plan.withdraw": "Took a decision out of the forward plan",
    "restriction.decide": "Decided who may read",
    "period.make-usual": "Chose the usual reporting period",
    "period.remove": "Removed a reporting period",
    "period.save": "Kept a reporting period",
    "return.approve": "Approved a return",
    "return.import": "Imported a return from a file",
    "return.lock": "Locked a return",
    "return.open": "Opened a return",
    "return.record-published": "Recorded published figures",
    "return.reopen": "Reopened a return",
    "return.save": "Saved figures of a return",
    "return.send-back": "Sent a return back",
    "return.submit": "Submitted a return",
    "tickets.import": "Imported tickets",
    "tickets.map": "Said how ticket exports are read",
    "tickets.refuse": "Refused a ticket export",
    "tickets.take-over": "Took figures over from tickets",
    "return.withdraw": "Withdrew a reopened return",
    "target.add": "Set a target",
    "target.correct": "Corrected a target",
    "target.remove": "Removed a target",
}

_FIELDS = {
    "across": "Months put together",
    "body": "Text",
    "clear_days": "Clear days",
    "comparability": "Before you compare",
    "counted_many": "Several are called",
    "counted_one": "One is called",
    "denominator": "How many measured",
    "deputy_for": "Deputy for",
    "ends_on": "Until",
    "exempt_paragraphs": "Exempt paragraphs",
    "is_confidential": "Confidential",
    "is_split_withheld": "Councils not set side by side",
    "measured_on": "Out of, less, or divided",
    "not_applicable": "Not applicable",
    "numerator": "How many in time",
    "numerator_of": "Begins with",
    "private_title": "Private title",
    "public_interest": "Public interest test",
    "restriction_review_on": "Restriction reviewed on",
    "screens_limits": "Single jumps left out of limits",
    "sha256": "Checksum",
    "source": "Where it comes from",
    "split_withheld_reason": "Why councils are not set side by side",
    "starts_on": "From",
    "ticket_measure": "From tickets",
    "urgency_agreed_by": "Urgency agreed by",
    "urgency_reason": "Reason for urgency",
    "urgency_route": "Urgency route",
    "valid_from": "From",
    "why_it_matters": "Why it matters",
}

_HASH = re.compile(r"[0-9a-f]{32,}")

Change = tuple[str, str | None, str | None]


def verb(name: str) -> str:
    """ "return.submit" is "Submitted a return"; a verb that has no words yet is shown as it is."""
    return VERBS.get(name, name)


def field(path: tuple[str, ...]) -> str:
    """Names, from the outermost in, as a label: ("figures", "p1-incidents") is "Figures: p1-incidents"."""
    words = [_FIELDS.get(name, name.replace("_", " ")) for name in path]
    label = ": ".join(words)
    return label[:1].upper() + label[1:]


def changes(before: Any, after: Any) -> list[Change]:
    """What changed, one line for each value: label, before, after. None where there was none."""
    old, new = dict(_flat(before)), dict(_flat(after))
    paths = [*old, *(path for path in new if path not in old)]
    return [
        (field(path), _words(old.get(path)), _words(new.get(path))) for path in paths if old.get(path) != new.get(path)
    ]


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, (*path, *str(name).split(".")))
    elif value is not None:
        yield path, value


def _words(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_words(one) or "" for one in value) or "none"
    text = str(value)
    if text == "":
        return "empty"
    return f"{text[:12]}…" if _HASH.fullmatch(text) else text
