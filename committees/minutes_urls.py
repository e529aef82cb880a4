"""Addresses below a meeting: writing its minutes and taking them from draft to approved."""

from django.urls import URLPattern, path

from committees.views import minutes_edit as edit
from committees.views import minutes_steps as steps

urlpatterns: list[URLPattern] = [
    path("minutes/begin/", edit.minutes_begin, name="minutes-begin"),
    path("minutes/edit/", edit.minutes_edit, name="minutes-edit"),
    path("minutes/save/", edit.minutes_save, name="minutes-save"),
    path("minutes/private/", edit.minutes_private, name="minutes-private"),
    path("minutes/resolutions/<int:pk>/vote/", edit.minutes_vote, name="minutes-vote"),
    path("minutes/items/<int:number>/action/", edit.minutes_action, name="minutes-action"),
    path("minutes/check/", steps.minutes_check, name="minutes-check"),
    path("minutes/send-back/", steps.minutes_send_back, name="minutes-send-back"),
    path("minutes/publish/", steps.minutes_publish, name="minutes-publish"),
    path("minutes/approve/", steps.minutes_approve, name="minutes-approve"),
]
