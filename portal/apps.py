from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import start, triggers

        start.register()
        pre_migrate.connect(triggers.before_migrations, sender=self, dispatch_uid="portal.triggers")
        post_migrate.connect(triggers.after_migrations, sender=self, dispatch_uid="portal.triggers")
