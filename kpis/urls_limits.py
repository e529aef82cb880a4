"""Addresses of the limits of charts, below /<partnership>/."""

from django.urls import path

from kpis.views import limits as views

urlpatterns = [
    path("performance/<slug:code>/limits/", views.limits, name="limits"),
    path("performance/<slug:code>/limits/propose/", views.limits_propose, name="limits-propose"),
    path("performance/<slug:code>/limits/<int:pk>/approve/", views.limits_approve, name="limits-approve"),
    path("performance/<slug:code>/limits/<int:pk>/withdraw/", views.limits_withdraw, name="limits-withdraw"),
]
