from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "portulan.impact"

    def ready(self) -> None:
        from portulan.core.say.text import Text
        from portulan.impact.computed import reductions
        from portulan.impact.words import REDUCTION
        from portulan.indicators.computed import register
        from portulan.indicators.words import Kind

        register(
            REDUCTION,
            reductions,
            words=Text("Gaz à effet de serre évités par an", "Greenhouse gases spared a year"),
            kind=Kind.QUANTITY,
            unit="kgCO2e",
        )
