"""Addresses of what the law wants of meetings. `of_meeting` lie below /<partnership>/meetings/<committee>/<day>/."""

from django.urls import URLPattern, path

from committees.views import compliance, notices

of_meeting: list[URLPattern] = [
    path("notices/", notices.notice_list, name="notices"),
    path("notices/add/", notices.notice_add, name="notice-add"),
    path("move/", notices.meeting_move, name="meeting-move"),
    path("cancel/", notices.meeting_cancel, name="meeting-cancel"),
    path("compliance/", compliance.compliance_sheet, name="compliance"),
    path("compliance.pdf", compliance.compliance_pdf, name="compliance-pdf"),
    path("late-item/", notices.late_item, name="late-item"),
]

of_partnership: list[URLPattern] = [
    path("closed-days/", notices.closed_days, name="closed-days"),
    path("closed-days/<int:pk>/remove/", notices.closed_day_remove, name="closed-day-remove"),
]
