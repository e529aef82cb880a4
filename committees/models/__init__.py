from committees.models.access import WiderFinding
from committees.models.committees import Committee, Dispensation, Membership, TemplateItem
from committees.models.decisions import Decision, DecisionCorrection, ForwardPlanEntry, OnwardRecommendation
from committees.models.meetings import AgendaItem, Attendance, Interest, Meeting, MeetingMove, Notice, PublicRequest
from committees.models.minutes import MinuteItem, Minutes, NamedVote, Resolution, Vote
from committees.models.packs import Pack, PaperRendering
from committees.models.papers import Paper, PaperAccess, PaperSection, RestrictionDecision, SignOff

__all__ = [
    "AgendaItem",
    "Attendance",
    "Committee",
    "Decision",
    "DecisionCorrection",
    "Dispensation",
    "ForwardPlanEntry",
    "Interest",
    "Meeting",
    "MeetingMove",
    "Membership",
    "MinuteItem",
    "Minutes",
    "NamedVote",
    "Notice",
    "OnwardRecommendation",
    "Pack",
    "Paper",
    "PaperAccess",
    "PaperRendering",
    "PaperSection",
    "PublicRequest",
    "Resolution",
    "RestrictionDecision",
    "SignOff",
    "TemplateItem",
    "Vote",
    "WiderFinding",
]
