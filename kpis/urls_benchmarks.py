"""Addresses of benchmarks, self-assessments and tables of targets and actuals, below /<partnership>/."""

from django.urls import path, re_path

from kpis.views import benchmarks as views

urlpatterns = [
    path("benchmarks/", views.benchmarks, name="benchmarks"),
    re_path(
        r"^benchmarks/(?P<kind>benchmarks|assessments|actuals)\.(?P<form>csv|xlsx)$",
        views.benchmarks_file,
        name="benchmarks-file",
    ),
    path("benchmarks/new/", views.benchmark_new, name="benchmark-new"),
    path("benchmarks/add/", views.benchmark_add, name="benchmark-add"),
    path("benchmarks/<int:pk>/edit/", views.benchmark_edit, name="benchmark-edit"),
    path("benchmarks/<int:pk>/change/", views.benchmark_change, name="benchmark-change"),
    path("benchmarks/<int:pk>/remove/", views.benchmark_remove, name="benchmark-remove"),
    path("assessments/new/", views.assessment_new, name="assessment-new"),
    path("assessments/add/", views.assessment_add, name="assessment-add"),
    path("assessments/<int:pk>/edit/", views.assessment_edit, name="assessment-edit"),
    path("assessments/<int:pk>/change/", views.assessment_change, name="assessment-change"),
    path("assessments/<int:pk>/remove/", views.assessment_remove, name="assessment-remove"),
]
