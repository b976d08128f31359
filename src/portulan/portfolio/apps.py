from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from portulan.core.tasks import register
        from portulan.portfolio.kinds import SOLVE, solve_scenario

        register(SOLVE, solve_scenario)
