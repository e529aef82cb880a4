"""Who may: named permissions, and which role carries which.

Two questions are kept apart. "May this person?" is answered here. "May it now?" (the state of the thing) is
answered by each app's policies.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal import clock
from portal.models.people import Role, RoleGrant, User

if TYPE_CHECKING:
    from portal.models import Council, Partnership


@dataclass(frozen=True)
class Permission:
    name: str
    description: str
    per_council: bool = False  # held only for the council for which the role is held


RETURN_VIEW = Permission("return.view", "Read returns and dashboards of every council")
RETURN_EDIT = Permission("return.edit", "Enter a council's return", per_council=True)
RETURN_SUBMIT = Permission("return.submit", "Submit a council's return", per_council=True)
RETURN_APPROVE = Permission("return.approve", "Approve a council's return or send it back", per_council=True)
RETURN_LOCK = Permission("return.lock", "Lock an approved return")
RETURN_REOPEN = Permission("return.reopen", "Reopen an approved return, with a reason")
INDICATOR_EDIT = Permission("indicator.edit", "Keep indicators, their targets and who may see their split")
SPLIT_VIEW = Permission("split.view", "See councils side by side where the committee withholds it")
LIMITS_PROPOSE = Permission("limits.propose", "Propose that a chart's limits begin anew")
LIMITS_APPROVE = Permission("limits.approve", "Approve that a chart's limits begin anew")
PERIOD_SAVE = Permission("period.save", "Keep the months that the committee reports on")
TICKETS_IMPORT = Permission("tickets.import", "Hand in a council's ticket export", per_council=True)
TICKETS_VIEW = Permission("tickets.view", "See the tickets behind a council's figures", per_council=True)
TICKETS_VIEW_ALL = Permission("tickets.view-all", "See the tickets behind every council's figures")
BENCHMARK_EDIT = Permission("benchmark.edit", "Keep benchmarks and self-assessments")
DEPUTY_NAME = Permission("deputy.name", "Name a deputy for one's own absence")
DEPUTY_NAME_ANY = Permission("deputy.name-any", "Name a deputy for anybody's absence")
MEETING_PREPARE = Permission("meeting.prepare", "See a meeting's agenda and papers before they are published")
MEETING_EDIT = Permission("meeting.edit", "Change a meeting, its agenda and its minutes")
PAPER_CLEAR = Permission("paper.clear", "Clear a paper, which freezes its figures")
PAPER_READ_RESTRICTED = Permission("paper.read-restricted", "Read what is restricted to the committee")
PACK_BUILD = Permission("pack.build", "Build agenda packs")
AGENDA_PUBLISH = Permission("agenda.publish", "Publish an agenda and its pack")
COMMITTEE_EDIT = Permission("committee.edit", "Keep a committee's members, rules and agenda template")
PAPER_WRITE = Permission("paper.write", "Write reports and hand them in")
PAPER_SIGN_OFF_FINANCE = Permission(
    "paper.sign-off-finance", "Clear a report for a council's finance", per_council=True
)
PAPER_SIGN_OFF_LEGAL = Permission(
    "paper.sign-off-legal", "Clear a report for a council's legal service", per_council=True
)
PAPER_SIGN_OFF_LEAD = Permission("paper.sign-off-lead", "Clear a report as its lead officer")
PAPER_READ_WIDER = Permission(
    "paper.read-wider", "Read restricted papers by the wider right of councillors", per_council=True
)
DECISION_RECORD = Permission("decision.record", "Record decisions, votes and the forward plan")
COUNCIL_DECISION_RECORD = Permission(
    "council-decision.record", "Record what a council made of a recommendation", per_council=True
)
ACTION_EDIT = Permission("action.edit", "Write down actions and close them")
ACTION_VIEW = Permission("action.view", "See the partnership's actions")
ACTION_UPDATE = Permission("action.update", "Record progress on actions")
AUDIT_VIEW = Permission("audit.view", "Read and export the audit trail")
DEMONSTRATION_SET_DAY = Permission("demonstration.set-day", "Choose the day on which the demonstration stands")

# Whoever sends a request: an account, or nobody.
Reader = User | AnonymousUser

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Permission))

_EVERY_ROLE = frozenset({RETURN_VIEW, ACTION_VIEW})

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.CLERK: _EVERY_ROLE
    | {
        MEETING_PREPARE,
        MEETING_EDIT,
        PAPER_CLEAR,
        PAPER_READ_RESTRICTED,
        PACK_BUILD,
        AGENDA_PUBLISH,
        ACTION_UPDATE,
        PERIOD_SAVE,
        DEPUTY_NAME,
        COMMITTEE_EDIT,
        PAPER_WRITE,
        DECISION_RECORD,
        ACTION_EDIT,
    },
    Role.SERVICE_MANAGER: _EVERY_ROLE
    | {
        MEETING_PREPARE,
        PAPER_READ_RESTRICTED,
        RETURN_LOCK,
        RETURN_REOPEN,
        INDICATOR_EDIT,
        SPLIT_VIEW,
        LIMITS_PROPOSE,
        LIMITS_APPROVE,
        PERIOD_SAVE,
        TICKETS_VIEW_ALL,
        BENCHMARK_EDIT,
        DEPUTY_NAME,
        DEPUTY_NAME_ANY,
        ACTION_UPDATE,
        ACTION_EDIT,
        PAPER_WRITE,
        PAPER_SIGN_OFF_LEAD,
    },
    Role.OFFICER: _EVERY_ROLE | {RETURN_EDIT, RETURN_SUBMIT, TICKETS_IMPORT, TICKETS_VIEW, LIMITS_PROPOSE, DEPUTY_NAME},
    Role.APPROVER: _EVERY_ROLE | {RETURN_APPROVE, TICKETS_VIEW, LIMITS_APPROVE, DEPUTY_NAME},
    Role.MEMBER: _EVERY_ROLE | {PAPER_READ_RESTRICTED},
    Role.AUDITOR: _EVERY_ROLE | {MEETING_PREPARE, PAPER_READ_RESTRICTED, AUDIT_VIEW, SPLIT_VIEW, TICKETS_VIEW_ALL},
    Role.ADMINISTRATOR: _EVERY_ROLE | {DEMONSTRATION_SET_DAY, DEPUTY_NAME_ANY},
    # Runs meetings only while their council hosts: committees/rights.py adds the clerk's right then.
    Role.COUNCIL_CLERK: _EVERY_ROLE | {COUNCIL_DECISION_RECORD, DEPUTY_NAME},
    Role.FINANCE_OFFICER: _EVERY_ROLE | {MEETING_PREPARE, PAPER_READ_RESTRICTED, PAPER_SIGN_OFF_FINANCE, DEPUTY_NAME},
    Role.LEGAL_OFFICER: _EVERY_ROLE | {MEETING_PREPARE, PAPER_READ_RESTRICTED, PAPER_SIGN_OFF_LEGAL, DEPUTY_NAME},
    # The law opens papers to them, and nothing else.
    Role.COUNCILLOR: frozenset({PAPER_READ_WIDER}),
    Role.SCRUTINY: frozenset({PAPER_READ_WIDER}),
}

ROLE_DESCRIPTIONS: dict[str, str] = {
    Role.CLERK: "Builds agendas, publishes packs and takes the minutes.",
    Role.SERVICE_MANAGER: "Keeps indicators, risks, options and plans; locks returns.",
    Role.OFFICER: "Enters the monthly return of one council.",
    Role.APPROVER: "Approves the monthly return of one council.",
    Role.MEMBER: "Reads papers and dashboards before the committee meets.",
    Role.AUDITOR: "Reads everything, changes nothing.",
    Role.ADMINISTRATOR: "Looks after accounts and settings; reads no restricted paper.",
    Role.COUNCIL_CLERK: "Runs the meetings that their council hosts; records what it decides.",
    Role.FINANCE_OFFICER: "Clears reports for one council's finance.",
    Role.LEGAL_OFFICER: "Clears reports for one council's legal service.",
    Role.COUNCILLOR: "Reads what a councillor of a partner council may read.",
    Role.SCRUTINY: "Reads what overview and scrutiny may read.",
}


@dataclass(frozen=True)
class Right:
    """A role as held: in a partnership, where it applies for one council, in one committee or at some meetings only.

    A right that holds at some meetings counts only where a question names one of them. Whoever forgets to name the
    meeting gets less than there is, never more.
    """

    role: str
    partnership_id: int
    council_id: int | None = None
    committee_id: int | None = None
    meeting_ids: frozenset[int] | None = None

    def holds_at(self, committee_id: int | None, meeting_id: int | None) -> bool:
        if self.meeting_ids is not None and meeting_id not in self.meeting_ids:
            return False
        return self.committee_id is None or committee_id is None or self.committee_id == committee_id


# Apps add rights that come from elsewhere than grants: a seat on a committee, for one.
_providers: list[Callable[[User], Iterable[Right]]] = []


def provide_rights(provider: Callable[[User], Iterable[Right]]) -> Callable[[User], Iterable[Right]]:
    _providers.append(provider)
    return provider


def rights_of(user: Any) -> tuple[Right, ...]:
    """All rights of an account, asked for once per account object (a request loads its own)."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    known: tuple[Right, ...] | None = user.__dict__.get("_rights")
    if known is None:
        # Providers may look at what is granted, and need not ask for it again.
        user.__dict__["_rights"] = granted = tuple(_rights_from_grants(user))
        known = granted + tuple(right for provide in _providers for right in provide(user))
        user.__dict__["_rights"] = known
    return known


def _rights_from_grants(user: User) -> Iterable[Right]:
    for grant in RoleGrant.objects.filter(user=user).select_related("partnership"):
        day = clock.today(grant.partnership)
        if (grant.starts_on is None or grant.starts_on <= day) and (grant.ends_on is None or day <= grant.ends_on):
            yield Right(grant.role, grant.partnership_id, grant.council_id)


def may(
    user: User | AnonymousUser | Any,
    permission: Permission,
    partnership: Partnership,
    *,
    council: Council | None = None,
    committee_id: int | None = None,
    meeting_id: int | None = None,
) -> bool:
    """Whether the account holds the permission in the partnership.

    A permission per council needs `council`. A right that comes from one committee counts only where
    `committee_id` is that committee or is not asked for; one that holds at some meetings only where `meeting_id` is
    one of them.
    """
    for right in rights_of(user):
        if right.partnership_id != partnership.pk or permission not in ROLE_PERMISSIONS[right.role]:
            continue
        if permission.per_council and (council is None or right.council_id != council.pk):
            continue
        if right.holds_at(committee_id, meeting_id):
            return True
    return False


def signed_in(request: HttpRequest) -> User:
    """The account behind a request that only accounts can send. Raises PermissionDenied where there is none."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


def check(
    user: User | AnonymousUser | Any,
    permission: Permission,
    partnership: Partnership,
    *,
    council: Council | None = None,
    committee_id: int | None = None,
    meeting_id: int | None = None,
) -> None:
    """Raise PermissionDenied, which says what is missing, unless the account may."""
    if not may(user, permission, partnership, council=council, committee_id=committee_id, meeting_id=meeting_id):
        where = f" for {council}" if council is not None and permission.per_council else ""
        raise PermissionDenied(f"Your account may not do this{where}: {permission.description.lower()}.")


def council_ids(user: User | AnonymousUser | Any, permission: Permission, partnership: Partnership) -> set[int]:
    """The councils for which the account holds a permission that is held per council."""
    return {
        right.council_id
        for right in rights_of(user)
        if right.partnership_id == partnership.pk
        and right.council_id is not None
        and right.meeting_ids is None
        and permission in ROLE_PERMISSIONS[right.role]
    }


def roles_in(user: User | AnonymousUser | Any, partnership: Partnership) -> list[Right]:
    return [right for right in rights_of(user) if right.partnership_id == partnership.pk]


@dataclass(frozen=True)
class Scope:
    """Where a permission is held: everywhere in the partnership, or in these committees and at these meetings."""

    everywhere: bool
    committee_ids: frozenset[int]
    meeting_ids: frozenset[int]


def scope(user: User | AnonymousUser | Any, permission: Permission, partnership: Partnership) -> Scope:
    """For lists: where the permission holds, so that a query can be narrowed to it."""
    rights = [right for right in roles_in(user, partnership) if permission in ROLE_PERMISSIONS[right.role]]
    wide = [right for right in rights if right.meeting_ids is None]
    return Scope(
        everywhere=any(right.committee_id is None for right in wide),
        committee_ids=frozenset(right.committee_id for right in wide if right.committee_id is not None),
        meeting_ids=frozenset(pk for right in rights for pk in right.meeting_ids or ()),
    )
