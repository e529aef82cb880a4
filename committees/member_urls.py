"""Addresses below a committee: its members, rules, dispensations, attendance."""

from django.urls import URLPattern, path

from committees.views import attendance, members

urlpatterns: list[URLPattern] = [
    path("members/", members.committee_members, name="members"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/<int:pk>/end/", members.member_end, name="member-end"),
    path("members/<int:pk>/role/", members.member_role, name="member-role"),
    path("members/chair/", members.chair_elect, name="chair-elect"),
    path("rules/", members.committee_rules, name="committee-rules"),
    path("dispensations/add/", members.dispensation_add, name="dispensation-add"),
    path("attendance/", attendance.attendance, name="attendance"),
    path("attendance.csv", attendance.attendance_csv, name="attendance-csv"),
]
