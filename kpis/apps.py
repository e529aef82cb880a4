from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Performance"

    def ready(self) -> None:
        from kpis import blocks, panels, reminders, return_imports
        from portal import uploads

        blocks.register()
        panels.register()
        reminders.register()
        uploads.before_sweep(return_imports.let_go)
