from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = "Committees"

    def ready(self) -> None:
        from committees import pack_jobs, rights, start

        # Importing it registers the handlers of long work.
        assert pack_jobs.PACK
        rights.register()
        start.register()
