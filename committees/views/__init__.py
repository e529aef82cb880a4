from committees.views.agenda import agenda_build, item_add, item_edit, item_move, item_remove, meeting_arrange
from committees.views.committees import committee_detail
from committees.views.decisions import (
    DecisionList,
    council_decides,
    decision_call_in,
    decision_call_in_outcome,
    decision_correct,
    decision_csv,
    decision_detail,
    decision_edit,
    decision_publish,
    decision_record,
)
from committees.views.forward_plan import forward_plan, plan_add, plan_edit, plan_withdraw
from committees.views.meetings import meeting_detail, meeting_list
from committees.views.minutes import minutes_detail
from committees.views.packs import pack_build, pack_download
from committees.views.papers import item_restriction, paper_clear, paper_detail, paper_restriction, section_edit
from committees.views.publication import publish, publish_confirm

__all__ = [
    "DecisionList",
    "agenda_build",
    "committee_detail",
    "council_decides",
    "decision_call_in",
    "decision_call_in_outcome",
    "decision_correct",
    "decision_csv",
    "decision_detail",
    "decision_edit",
    "decision_publish",
    "decision_record",
    "forward_plan",
    "item_add",
    "item_edit",
    "item_move",
    "item_remove",
    "item_restriction",
    "meeting_arrange",
    "meeting_detail",
    "meeting_list",
    "minutes_detail",
    "pack_build",
    "pack_download",
    "paper_clear",
    "paper_detail",
    "paper_restriction",
    "plan_add",
    "plan_edit",
    "plan_withdraw",
    "publish",
    "publish_confirm",
    "section_edit",
]
