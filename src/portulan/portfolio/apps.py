from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portulan.portfolio"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portulan.core.retention import Retention, declare
        from portulan.core.tasks import register
        from portulan.portfolio.models.rooms import LONGEST_VOTE
        from portulan.portfolio.room.writes import close_ended
        from portulan.portfolio.solving.tasks import explaining, solving
        from portulan.portfolio.words import EXPLAIN, SOLVE, WHY

        register(SOLVE, solving)
        register(EXPLAIN, explaining)
        register(WHY, explaining)
        title = _("votes d’une salle, un par téléphone")
        declare(Retention("room-votes", title, LONGEST_VOTE, close_ended))
