"""Addresses of benchmarks, self-assessments and tables of targets and actuals, below /<partnership>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
