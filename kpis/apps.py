from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Performance"

    def ready(self) -> None:
        from kpis import blocks, panels, reminders, return_imports
        from kpis.tickets import importing, jobs
        from portal import uploads

        blocks.register()
        panels.register()
        reminders.register()
        uploads.before_sweep(return_imports.let_go)
        # Importing it registers the handler of long work.
        assert jobs.__name__
        uploads.before_sweep(importing.let_go_of_forgotten)
