from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portulan.accounts"

    def ready(self) -> None:
        from portulan.accounts.tidying import retentions
        from portulan.core.retention import declare

        declare(*retentions())
