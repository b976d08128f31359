from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from portulan.core.tasks import register
        from portulan.portfolio.kinds import EXPLAIN, SOLVE, WHY, explain_selection, solve_scenario

        register(SOLVE, solve_scenario)
        register(EXPLAIN, explain_selection)
        register(WHY, explain_selection)
