from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portulan.core"

    def ready(self) -> None:
        from portulan.core import outward, retention

        retention.begin()
        outward.begin()

        from portulan.core.journals.guards_laid import LAID
        from portulan.core.journals.sealing import register
        from portulan.core.trail import TRAIL

        register(TRAIL)
        register(LAID)
