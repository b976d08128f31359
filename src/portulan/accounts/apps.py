from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portulan.accounts"

    def ready(self) -> None:
        from portulan.accounts.tidying import retentions
        from portulan.core.retention import declare

        declare(*retentions())

        from datetime import timedelta

        from portulan.accounts.tidying import erase_departed, organisations_left
        from portulan.core.duties import NIGHT, Duty, Each, register

        each = Each(organisations_left, erase_departed, whole=False)
        title = _("Effacement du nom de qui est parti")
        register(Duty("departed", every=timedelta(days=1), at=NIGHT, each=each, title=title))
