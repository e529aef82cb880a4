"""Addresses of returns as a record, below /<partnership>/: versions, corrections, what meetings were told."""

from django.urls import path

from kpis.views import reported, returns, versions

_RETURN = "returns/<slug:council>/<month:period>/"

urlpatterns = [
    path("reported/", reported.reported_list, name="reported-list"),
    path("reported/<day:on>/", reported.reported, name="reported"),
    path("returns/owed/", returns.returns_owed, name="returns-owed"),
    path("returns/<slug:council>/backfill/", versions.return_backfill, name="return-backfill"),
    path(f"{_RETURN}reopen/", versions.return_reopen, name="return-reopen"),
    path(f"{_RETURN}withdraw/", versions.return_withdraw, name="return-withdraw"),
    path(f"{_RETURN}versions/<int:number>/", versions.return_version, name="return-version"),
    path(f"{_RETURN}compare/", versions.return_compare, name="return-compare"),
]
