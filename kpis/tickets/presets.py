"""The six service desks whose exports are known. Pure.

Headings as these products write them: the fields' names in the database and their labels in English. Where a desk has
renamed its fields, the council's own mapping says so. What the words mean is as each product comes; a desk that has
added words of its own names them in its mapping.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping

from kpis.tickets.mapping import (
    BY_DUE,
    CLOSED,
    DUE,
    FLAG,
    GROUP,
    MET,
    OPENED,
    PRIORITY,
    REFERENCE,
    REMAINING,
    RESOLVED,
    STATE,
    TYPE,
    UPDATED,
    Mapping,
)

_STATES = {
    **dict.fromkeys(
        [
            "new",
            "open",
            "opened",
            "active",
            "assigned",
            "pending",
            "in-progress",
            "escalated",
            "reopened",
            "planned",
            "waiting",
            "status.new",
            "status.open",
            "status.onhold",
        ],
        "open",
    ),
    **dict.fromkeys(
        [
            "in progress",
            "work in progress",
            "on hold",
            "to do",
            "in review",
            "under investigation",
            "waiting for support",
            "waiting for customer",
            "waiting for approval",
            "waiting for third party",
            "waiting on customer",
            "waiting on third party",
            "awaiting user info",
            "awaiting vendor",
            "awaiting problem",
            "awaiting evidence",
            "awaiting customer",
            "pending reminder",
            "pending close",
            "processing (assigned)",
            "processing (planned)",
            "awaiting change",
            "awaiting caller",
            "being processed",
            "awaiting approval",
        ],
        "open",
    ),
    **dict.fromkeys(("resolved", "solved", "status.resolved", "fulfilled"), "resolved"),
    **dict.fromkeys(("closed", "done", "completed", "complete", "status.closed", "closed complete"), "closed"),
    **dict.fromkeys(
        [
            "cancelled",
            "canceled",
            "declined",
            "merged",
            "duplicate",
            "withdrawn",
            "rejected",
            "status.cancelled",
            "closed incomplete",
            "closed skipped",
            "removed",
        ],
        "cancelled",
    ),
}
_TYPES = {
    **dict.fromkeys(("incident", "[system] incident", "fault", "bug", "problem report"), "incident"),
    **dict.fromkeys(
        [
            "service request",
            "request",
            "[system] service request",
            "service request with approvals",
            "[system] service request with approvals",
            "request item",
            "requested item",
            "catalog task",
            "task",
            "change request",
        ],
        "request",
    ),
}
_MET = {
    **dict.fromkeys(("true", "yes", "1", "y", "met", "within sla", "in sla", "achieved", "within", "ok"), True),
    **dict.fromkeys(
        ("false", "no", "0", "n", "missed", "sla violated", "violated", "breached", "failed", "overdue"), False
    ),
}
_NUMBERED = {f"{word}{number}": number for number in range(1, 10) for word in ("", "p", "priority ", "p ")}
_WORDS_OF_FOUR = {"critical": 1, "urgent": 1, "high": 2, "medium": 3, "normal": 3, "moderate": 3, "low": 4}


def _made(
    preset: str, columns: AnyMapping[str, str], *, met_by: str, priorities: AnyMapping[str, int],
    types: AnyMapping[str, str] | None = None, met: AnyMapping[str, bool] | None = None,
) -> Mapping:  # fmt: skip
    """`columns` has the headings of a field, one a line of "|"."""
    return Mapping(
        preset=preset,
        columns={name: tuple(headings.split("|")) for name, headings in columns.items()},
        priorities={**_NUMBERED, **priorities},
        states=_STATES,
        types={**_TYPES, **(types or {})},
        met_by=met_by,
        met_words=_MET if met is None else met,
    )


HORNBILL = _made(
    "hornbill",
    {
        REFERENCE: "h_pk_reference|Reference|Request Reference|Request ID|Id",
        TYPE: "h_requesttype|Request Type|Type",
        PRIORITY: "h_fk_priorityname|h_fk_priorityid|Priority",
        STATE: "h_status|Status",
        OPENED: "h_datelogged|Date Logged|Logged On|Logged",
        RESOLVED: "h_dateresolved|Date Resolved|Resolved On|Resolved",
        CLOSED: "h_dateclosed|Date Closed|Closed On|Closed",
        UPDATED: "h_datelastmodified|h_dateupdated|Last Updated|Date Updated",
        DUE: "h_fixby|Fix By|Resolve By|Due",
        MET: "h_withinfix|Within Fix|Within Resolution Time",
        GROUP: "h_fk_team_name|h_fk_team_id|Team",
    },
    met_by=FLAG,
    priorities=_WORDS_OF_FOUR,
    types={"in*": "incident", "sr*": "request"},
)
SERVICENOW = _made(
    "servicenow",
    {
        REFERENCE: "number",
        TYPE: "sys_class_name|Task type|Type",
        PRIORITY: "priority",
        STATE: "incident_state|state",
        OPENED: "opened_at|Opened|sys_created_at|sys_created_on|Created",
        RESOLVED: "resolved_at|Resolved",
        CLOSED: "closed_at|Closed",
        UPDATED: "sys_updated_at|sys_updated_on|Updated",
        DUE: "sla_due|due_date|SLA due|Due date",
        MET: "made_sla|Made SLA",
        GROUP: "assignment_group",
    },
    met_by=FLAG,
    priorities={
        "1 - critical": 1, "2 - high": 2, "3 - moderate": 3, "4 - low": 4, "5 - planning": 5, **_WORDS_OF_FOUR,
        "planning": 5,
    },
    # Incidents alone come without a column for the type; requests have numbers of their own.
    types={"ritm*": "request", "req*": "request", "sctask*": "request", "inc*": "incident", "": "incident"},
)  # fmt: skip
JIRA = _made(
    "jira",
    {
        REFERENCE: "Issue key|Key",
        TYPE: "Issue Type|Work type|Custom field (Request Type)",
        PRIORITY: "Priority",
        STATE: "Status",
        OPENED: "Created",
        RESOLVED: "Resolved",
        UPDATED: "Updated",
        DUE: "Due date|Due",
        MET: "Custom field (Time to resolution)|Time to resolution",
        GROUP: "Project key",
    },
    met_by=REMAINING,
    priorities={"highest": 1, "high": 2, "medium": 3, "low": 4, "lowest": 5, "blocker": 1, "critical": 1, "major": 2,
                "minor": 4, "trivial": 5},
)  # fmt: skip
FRESHSERVICE = _made(
    "freshservice",
    {
        REFERENCE: "Ticket Id",
        TYPE: "Type",
        PRIORITY: "Priority",
        STATE: "Status",
        OPENED: "Created Time|Created At",
        RESOLVED: "Resolved Time|Resolved At",
        CLOSED: "Closed Time|Closed At",
        UPDATED: "Last Updated Time|Last Update Time",
        DUE: "Due by Time|Due By",
        MET: "Resolution Status",
        GROUP: "Group",
    },
    met_by=BY_DUE,
    priorities=_WORDS_OF_FOUR,
    types={"inc*": "incident", "sr*": "request"},
)
GLPI = _made(
    "glpi",
    {
        REFERENCE: "ID",
        TYPE: "Type",
        PRIORITY: "Priority",
        STATE: "Status",
        OPENED: "Opening date",
        RESOLVED: "Resolution date",
        CLOSED: "Closing date",
        UPDATED: "Last update",
        DUE: "Time to resolve|SLA Time to resolve",
        MET: "Time to resolve exceeded",
        GROUP: "Technician group",
    },
    met_by=FLAG,
    priorities={"major": 1, "very high": 1, "high": 2, "medium": 3, "low": 4, "very low": 5},
    # The column says that the time was exceeded: yes is missed.
    met={"yes": False, "no": True, "1": False, "0": True, "true": False, "false": True},
)
ZAMMAD = _made(
    "zammad",
    {
        REFERENCE: "#|Number",
        TYPE: "Type|Ticket Type",
        PRIORITY: "Priority",
        STATE: "State",
        OPENED: "Created At",
        CLOSED: "Closed At",
        UPDATED: "Updated At",
        DUE: "Close Escalation At",
        MET: "Close Diff In Min",
        GROUP: "Group",
    },
    met_by=REMAINING,
    # Zammad counts upwards: 3 is its highest.
    priorities={"1 low": 3, "2 normal": 2, "3 high": 1, "4 urgent": 1, "1": 3, "2": 2, "3": 1, "low": 3, "normal": 2,
                "high": 1},
)  # fmt: skip

PRESETS = {one.preset: one for one in (HORNBILL, SERVICENOW, JIRA, FRESHSERVICE, GLPI, ZAMMAD)}
LABELS = {
    "hornbill": "Hornbill",
    "servicenow": "ServiceNow",
    "jira": "Jira Service Management",
    "freshservice": "Freshservice",
    "glpi": "GLPI",
    "zammad": "Zammad",
}
