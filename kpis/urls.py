"""Addresses of performance and returns, below /<partnership>/."""

from django.urls import include, path

from kpis import views

_INDICATOR = "indicators/<slug:code>/"
_RETURN = "returns/<slug:council>/<month:period>/"

urlpatterns = [
    path("", include("kpis.urls_record")),
    path("", include("kpis.urls_limits")),
    path("", include("kpis.urls_benchmarks")),
    path("", include("kpis.urls_imports")),
    path("", include("kpis.urls_tickets")),
    path("performance/", views.dashboard, name="dashboard"),
    path("performance.csv", views.dashboard_csv, name="dashboard-csv"),
    path("performance.xlsx", views.dashboard_xlsx, name="dashboard-xlsx"),
    path("performance/periods/save/", views.period_save, name="period-save"),
    path("performance/periods/<int:pk>/usual/", views.period_usual, name="period-usual"),
    path("performance/periods/<int:pk>/remove/", views.period_remove, name="period-remove"),
    path("performance/<slug:code>/", views.indicator, name="indicator"),
    path("figures-check/", views.FindingList.as_view(), name="findings"),
    path("figures-check.csv", views.findings_csv, name="findings-csv"),
    path("figures-check.xlsx", views.findings_xlsx, name="findings-xlsx"),
    path("figures-check/<int:pk>/", views.finding_detail, name="finding"),
    path("figures-check/<int:pk>/explain/", views.finding_explain, name="finding-explain"),
    path("indicators/", views.indicator_list, name="indicators"),
    path("indicators/new/", views.indicator_new, name="indicator-new"),
    path("indicators/add/", views.indicator_add, name="indicator-add"),
    path("indicators/add-budget-set/", views.budget_set_add, name="budget-set-add"),
    path(f"{_INDICATOR}edit/", views.indicator_edit, name="indicator-edit"),
    path(f"{_INDICATOR}change/", views.indicator_change, name="indicator-change"),
    path(f"{_INDICATOR}move/", views.indicator_move, name="indicator-move"),
    path(f"{_INDICATOR}end/", views.indicator_end, name="indicator-end"),
    path(f"{_INDICATOR}delete/", views.indicator_delete, name="indicator-delete"),
    path(f"{_INDICATOR}targets/", views.target_list, name="targets"),
    path(f"{_INDICATOR}targets/add/", views.target_add, name="target-add"),
    path(f"{_INDICATOR}targets/<int:pk>/", views.target_edit, name="target-edit"),
    path(f"{_INDICATOR}targets/<int:pk>/correct/", views.target_correct, name="target-correct"),
    path(f"{_INDICATOR}targets/<int:pk>/remove/", views.target_remove, name="target-remove"),
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
