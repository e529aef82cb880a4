"""Addresses of returns out of files, below /<partnership>/."""

from django.urls import path

from kpis.views import importing

_RETURN = "returns/<slug:council>/<month:period>/"

urlpatterns = [
    path(f"{_RETURN}layout.csv", importing.return_layout_csv, name="return-layout-csv"),
    path(f"{_RETURN}layout.xlsx", importing.return_layout_xlsx, name="return-layout-xlsx"),
    path(f"{_RETURN}import/", importing.return_import, name="return-import"),
    path(f"{_RETURN}import/<uuid:pk>/", importing.return_import_preview, name="return-import-preview"),
    path(f"{_RETURN}import/<uuid:pk>/apply/", importing.return_import_apply, name="return-import-apply"),
]
