"""Addresses of decisions and of the forward plan."""

from django.urls import path

from committees import views

of_meeting = [path("decisions/record/", views.decision_record, name="decision-record")]

of_partnership = [
    path("decisions/", views.DecisionList.as_view(), name="decisions"),
    path("decisions.csv", views.decision_csv, name="decisions-csv"),
    path("decisions/<int:pk>/", views.decision_detail, name="decision"),
    path("decisions/<int:pk>/edit/", views.decision_edit, name="decision-edit"),
    path("decisions/<int:pk>/publish/", views.decision_publish, name="decision-publish"),
    path("decisions/<int:pk>/correct/", views.decision_correct, name="decision-correct"),
    path("decisions/<int:pk>/call-in/", views.decision_call_in, name="decision-call-in"),
    path("decisions/<int:pk>/call-in/outcome/", views.decision_call_in_outcome, name="decision-call-in-outcome"),
    path("decisions/<int:pk>/councils/<slug:council>/", views.council_decides, name="council-decides"),
    path("forward-plan/", views.forward_plan, name="forward-plan"),
    path("forward-plan/<int:pk>/", views.plan_edit, name="plan-edit"),
    path("forward-plan/<int:pk>/withdraw/", views.plan_withdraw, name="plan-withdraw"),
    path("forward-plan/add/<slug:committee>/", views.plan_add, name="plan-add"),
]
