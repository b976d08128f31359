from datetime import datetime

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "portulan.plans"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portulan.accounts.mentions import Mention, declare
        from portulan.core import retention
        from portulan.plans import computed
        from portulan.plans.models.tables import PREVIEW_LIFETIME

        declare(
            Mention("plans.TableImport", "plan__organisation", ("grid", "report")),
            Mention("plans.TableLine", "table__plan__organisation", ("said", "before")),
        )
        computed.declare()
        title = _("tableaux d’actions non repris")
        retention.declare(retention.Retention("tables", title, PREVIEW_LIFETIME, _clear_tables))


def _clear_tables(now: datetime) -> int:
    from portulan.plans.tables.writes import clear_previews

    return clear_previews(now)
