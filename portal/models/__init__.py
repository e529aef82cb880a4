from portal.models.actions import Action, ActionUpdate
from portal.models.audit import AuditEvent
from portal.models.blocks import FrozenBlock
from portal.models.councils import ClosedDay, Council, Headcount, Partnership, PartnershipCouncil
from portal.models.jobs import Job
from portal.models.outbox import OutgoingMail
from portal.models.people import COUNCIL_ROLES, Person, Role, RoleGrant, User
from portal.models.restriction import EXEMPT_PARAGRAPHS, Part, Restrictable
from portal.models.uploads import Upload

__all__ = [
    "COUNCIL_ROLES",
    "EXEMPT_PARAGRAPHS",
    "Action",
    "ActionUpdate",
    "AuditEvent",
    "ClosedDay",
    "Council",
    "FrozenBlock",
    "Headcount",
    "Job",
    "OutgoingMail",
    "Part",
    "Partnership",
    "PartnershipCouncil",
    "Person",
    "Restrictable",
    "Role",
    "RoleGrant",
    "Upload",
    "User",
]
