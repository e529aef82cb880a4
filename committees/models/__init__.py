from committees.models.committees import Committee, Membership
from committees.models.meetings import AgendaItem, Attendance, Meeting
from committees.models.minutes import MinuteItem, Minutes, Resolution
from committees.models.packs import Pack, PaperRendering
from committees.models.papers import Paper, PaperSection

__all__ = [
    "AgendaItem",
    "Attendance",
    "Committee",
    "Meeting",
    "Membership",
    "MinuteItem",
    "Minutes",
    "Pack",
    "Paper",
    "PaperRendering",
    "PaperSection",
    "Resolution",
]
