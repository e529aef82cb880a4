"""Addresses of performance and returns, below /<partnership>/."""

from django.urls import include, path

from kpis import views

_RETURN = "returns/<slug:council>/<month:period>/"

urlpatterns = [
    path("", include("kpis.urls_limits")),
    path("", include("kpis.urls_benchmarks")),
    path("performance/", views.dashboard, name="dashboard"),
    path("performance.csv", views.dashboard_csv, name="dashboard-csv"),
    path("performance.xlsx", views.dashboard_xlsx, name="dashboard-xlsx"),
    path("performance/<slug:code>/", views.indicator, name="indicator"),
    path("returns/", views.return_list, name="returns"),
    path(_RETURN, views.return_detail, name="return"),
    path(f"{_RETURN}edit/", views.return_edit, name="return-edit"),
    path(f"{_RETURN}open/", views.return_open, name="return-open"),
    path(f"{_RETURN}save/", views.return_save, name="return-save"),
    path(f"{_RETURN}submit/", views.return_submit, name="return-submit"),
    path(f"{_RETURN}approve/", views.return_approve, name="return-approve"),
    path(f"{_RETURN}send-back/", views.return_send_back, name="return-send-back"),
    path(f"{_RETURN}lock/", views.return_lock, name="return-lock"),
]
