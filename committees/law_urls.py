"""Addresses of what the law wants of meetings. `of_meeting` lie below /<partnership>/meetings/<committee>/<day>/."""

from django.urls import URLPattern, path

from committees.views import compliance, feeds, notices

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
    path("feeds/", feeds.feed_list, name="feeds"),
    path("calendar.ics", feeds.calendar, name="calendar"),
    path("committees/<slug:committee>/calendar.ics", feeds.committee_calendar, name="committee-calendar"),
    path("publications.atom", feeds.publications, name="publications"),
    path("committees/<slug:committee>/publications.atom", feeds.committee_publications, name="committee-publications"),
    path("oparl/", feeds.oparl_system, name="oparl"),
    path("oparl/<slug:kind>/", feeds.oparl_list, name="oparl-list"),
    path("oparl/<slug:kind>/<slug:key>/", feeds.oparl_object, name="oparl-object"),
    path("closed-days/", notices.closed_days, name="closed-days"),
    path("closed-days/<int:pk>/remove/", notices.closed_day_remove, name="closed-day-remove"),
]
