from portal.views.actions import ActionList, action_detail, action_update
from portal.views.audit import AuditList
from portal.views.demonstration import demonstration_day
from portal.views.deputies import deputy_end, deputy_list, deputy_name
from portal.views.home import home, start, theme
from portal.views.jobs import job_detail

__all__ = [
    "ActionList",
    "AuditList",
    "action_detail",
    "action_update",
    "demonstration_day",
    "deputy_end",
    "deputy_list",
    "deputy_name",
    "home",
    "job_detail",
    "start",
    "theme",
]
