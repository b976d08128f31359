from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from portulan.core.tasks import register
        from portulan.portfolio.solving.tasks import explain_selection, solve_scenario
        from portulan.portfolio.words import EXPLAIN, SOLVE, WHY

        register(SOLVE, solve_scenario)
        register(EXPLAIN, explain_selection)
        register(WHY, explain_selection)
