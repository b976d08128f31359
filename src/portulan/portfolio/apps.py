from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from portulan.core.tasks import register
        from portulan.portfolio.enums import EXPLAIN, SOLVE, WHY
        from portulan.portfolio.kinds import explaining, solving

        register(SOLVE, solving)
        register(EXPLAIN, explaining)
        register(WHY, explaining)
