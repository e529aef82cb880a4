from kpis.views.entry import return_edit, return_save, return_submit
from kpis.views.performance import dashboard, dashboard_csv, dashboard_xlsx, indicator
from kpis.views.returns import (
    return_approve,
    return_detail,
    return_list,
    return_lock,
    return_open,
    return_send_back,
)

__all__ = [
    "dashboard",
    "dashboard_csv",
    "dashboard_xlsx",
    "indicator",
    "return_approve",
    "return_detail",
    "return_edit",
    "return_list",
    "return_lock",
    "return_open",
    "return_save",
    "return_send_back",
    "return_submit",
]
