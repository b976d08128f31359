from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    name = "portulan.budget"

    def ready(self) -> None:
        from portulan.budget.indicator.published import NR_SHARE, published_shares
        from portulan.indicators.computed import register

        register(NR_SHARE, _("Part du budget de la DSI dédiée au NR"), published_shares)
