from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "portulan.budget"

    def ready(self) -> None:
        from portulan.budget.indicator.published import NR_SHARE, published_shares
        from portulan.core.say.text import Text
        from portulan.indicators.computed import Proposed, register

        register(
            NR_SHARE,
            published_shares,
            answers=[Proposed("guide-nr", "v1", "a.5")],
            words=Text(
                "Part du budget informatique dédiée au NR, publiée",
                "Published share of the IT budget dedicated to NR",
            ),
        )

        from portulan.budget.purchases.computed import CIRCULAR, circular_shares

        register(
            CIRCULAR,
            circular_shares,
            words=Text(
                "Part du réemploi et du recyclé dans le matériel informatique acheté (AGEC)",
                "Share of reused and recycled in the computing bought (AGEC)",
            ),
        )

        from portulan.budget.contracts import shares as contracts

        register(
            contracts.BEGUN,
            contracts.begun_with_both,
            words=Text(
                "Consultations lancées depuis le 21/08/2026 avec condition et critère",
                "Consultations begun since 21/08/2026 with a condition and a criterion",
            ),
        )
        register(
            contracts.WEIGHED,
            contracts.notified_with_a_weight,
            words=Text(
                "Marchés notifiés dans l’année avec un critère du poids demandé",
                "Contracts notified in the year with a criterion of the weight asked",
            ),
        )
        register(
            contracts.SPASER,
            contracts.notified_with_either,
            words=Text(
                "Marchés notifiés dans l’année avec une condition ou un critère (SPASER)",
                "Contracts notified in the year with a condition or a criterion (SPASER)",
            ),
        )

        from portulan.budget.imports.tasks import importing
        from portulan.budget.imports.words import KIND
        from portulan.core import tasks

        tasks.register(KIND, importing)

        from portulan.budget.imports.uploads import of_imports
        from portulan.core import uploads

        uploads.register("budget", of_imports)

        from portulan.budget.retention import retentions
        from portulan.core.retention import declare

        declare(*retentions())
