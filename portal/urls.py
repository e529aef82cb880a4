"""Addresses. Everything of a partnership lies below /<partnership>/; see portal/middleware.py."""

from allauth.account import views as account
from axes.decorators import axes_dispatch, axes_form_invalid
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path, register_converter
from django.utils.decorators import method_decorator

from portal import held, views
from portal.converters import DayConverter, MonthConverter

register_converter(DayConverter, "day")
register_converter(MonthConverter, "month")


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
@method_decorator(login_not_required, name="dispatch")
class SignInView(held.CarriesHeld, account.LoginView):
    """allauth's sign-in, counted by axes, with a form along that was sent too late."""


account_patterns = [
    path("sign-in/", SignInView.as_view(), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-up/", login_not_required(account.signup), name="account_signup"),
    path("inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/forgotten/", login_not_required(account.password_reset), name="account_reset_password"),
    path(
        "password/forgotten/sent/",
        login_not_required(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        # The key holds hyphens of its own, the account's number does not.
        r"^password/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/forgotten/done/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

portal_patterns = [
    path("", views.home, name="home"),
    path("<slug:partnership>/", views.start, name="start"),
    path("<slug:partnership>/theme.css", views.theme, name="theme"),
    path("<slug:partnership>/actions/", views.ActionList.as_view(), name="actions"),
    path("<slug:partnership>/actions/<int:pk>/", views.action_detail, name="action"),
    path("<slug:partnership>/actions/<int:pk>/update/", views.action_update, name="action-update"),
    path("<slug:partnership>/audit/", views.AuditList.as_view(), name="audit"),
    path("<slug:partnership>/jobs/<uuid:pk>/", views.job_detail, name="job"),
    path("<slug:partnership>/absence/", views.deputy_list, name="deputies"),
    path("<slug:partnership>/absence/name/", views.deputy_name, name="deputy-name"),
    path("<slug:partnership>/absence/<int:pk>/end/", views.deputy_end, name="deputy-end"),
    path("<slug:partnership>/demonstration-day/", views.demonstration_day, name="demonstration-day"),
]

urlpatterns = [
    path("account/", include(account_patterns)),
    path("", include((portal_patterns, "portal"))),
    path("<slug:partnership>/", include(("kpis.urls", "kpis"))),
    path("<slug:partnership>/", include(("committees.urls", "committees"))),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"
