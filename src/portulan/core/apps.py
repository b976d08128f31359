from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portulan.core"

    def ready(self) -> None:
        from portulan.core.retention import begin

        begin()
