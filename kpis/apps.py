from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Performance"

    def ready(self) -> None:
        from kpis import blocks, panels

        blocks.register()
        panels.register()
