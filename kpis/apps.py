from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Performance"

    def ready(self) -> None:
        from kpis import blocks, panels, return_imports
        from portal import uploads

        blocks.register()
        panels.register()
        uploads.before_sweep(return_imports.let_go)
