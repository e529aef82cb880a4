from kpis.views.entry import return_edit, return_save, return_submit
from kpis.views.findings import FindingList, finding_detail, finding_explain, findings_csv, findings_xlsx
from kpis.views.indicators import (
    budget_set_add,
    indicator_add,
    indicator_change,
    indicator_delete,
    indicator_edit,
    indicator_end,
    indicator_list,
    indicator_move,
    indicator_new,
)
from kpis.views.performance import dashboard, dashboard_csv, dashboard_xlsx, indicator
from kpis.views.periods import period_remove, period_save, period_usual
from kpis.views.returns import (
    return_approve,
    return_detail,
    return_list,
    return_lock,
    return_open,
    return_send_back,
)
from kpis.views.targets import target_add, target_correct, target_edit, target_list, target_remove

__all__ = [
    "FindingList",
    "budget_set_add",
    "dashboard",
    "dashboard_csv",
    "dashboard_xlsx",
    "finding_detail",
    "finding_explain",
    "findings_csv",
    "findings_xlsx",
    "indicator",
    "indicator_add",
    "indicator_change",
    "indicator_delete",
    "indicator_edit",
    "indicator_end",
    "indicator_list",
    "indicator_move",
    "indicator_new",
    "period_remove",
    "period_save",
    "period_usual",
    "return_approve",
    "return_detail",
    "return_edit",
    "return_list",
    "return_lock",
    "return_open",
    "return_save",
    "return_send_back",
    "return_submit",
    "target_add",
    "target_correct",
    "target_edit",
    "target_list",
    "target_remove",
]
