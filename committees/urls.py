"""Addresses of committees, meetings, papers and packs, below /<partnership>/."""

from django.urls import URLPattern, URLResolver, include, path

from committees import decision_urls, law_urls, member_urls, minutes_urls, room_urls, views
from committees.views import access

_paper: list[URLPattern] = [
    path("", views.paper_detail, name="paper"),
    path("access/", access.paper_access, name="paper-access"),
    path("finding/", access.paper_finding, name="paper-finding"),
    path("clear/", views.paper_clear, name="paper-clear"),
    path("restriction/", views.paper_restriction, name="paper-restriction"),
    path("sections/<int:position>/", views.section_edit, name="section-edit"),
]

_meeting: list[URLPattern | URLResolver] = [
    path("", views.meeting_detail, name="meeting"),
    path("agenda/", views.agenda_build, name="agenda-build"),
    path("agenda/add/", views.item_add, name="item-add"),
    path("agenda/<int:pk>/", views.item_edit, name="item-edit"),
    path("agenda/<int:pk>/move/", views.item_move, name="item-move"),
    path("agenda/<int:pk>/remove/", views.item_remove, name="item-remove"),
    *law_urls.of_meeting,
    *decision_urls.of_meeting,
    path("publish/", views.publish, name="publish"),
    path("publish/confirm/", views.publish_confirm, name="publish-confirm"),
    *room_urls.urlpatterns,
    path("minutes/", views.minutes_detail, name="minutes"),
    *minutes_urls.urlpatterns,
    path("packs/build/", views.pack_build, name="pack-build"),
    path("packs/<int:pk>.pdf", views.pack_download, name="pack"),
    path("items/<int:number>/restriction/", views.item_restriction, name="item-restriction"),
    path("papers/<int:number>/<slug:paper>/", include(_paper)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("committees/<slug:committee>/", views.committee_detail, name="committee"),
    path("committees/<slug:committee>/", include(member_urls.urlpatterns)),
    path("meetings/", views.meeting_list, name="meetings"),
    path("meetings/arrange/", views.meeting_arrange, name="meeting-arrange"),
    path("meetings/<slug:committee>/<day:on>/", include(_meeting)),
    *law_urls.of_partnership,
    *decision_urls.of_partnership,
]
