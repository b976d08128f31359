from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from portulan.core.tasks import register
        from portulan.portfolio.solving.tasks import explaining, solving
        from portulan.portfolio.words import EXPLAIN, SOLVE, WHY

        register(SOLVE, solving)
        register(EXPLAIN, explaining)
        register(WHY, explaining)
