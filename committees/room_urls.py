"""Addresses below a meeting: its room, where attendance and interests are taken."""

from django.urls import URLPattern, path

from committees.views import meeting_room as room

urlpatterns: list[URLPattern] = [
    path("room/", room.room, name="room"),
    path("room/attendance/", room.attendance_record, name="room-attendance"),
    path("room/officer/", room.officer_record, name="room-officer"),
    path("room/remove/", room.attendance_remove, name="room-remove"),
    path("room/chair/", room.chair_take, name="room-chair"),
    path("room/interests/", room.interest_declare, name="room-interest"),
    path("room/interests/<int:pk>/time/", room.interest_time, name="room-interest-time"),
    path("room/interests/<int:pk>/withdraw/", room.interest_withdraw, name="room-interest-withdraw"),
    path("room/close/", room.meeting_close, name="room-close"),
    path("room/link/", room.remote_link, name="room-link"),
]
