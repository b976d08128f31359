from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "portulan.publication"

    def ready(self) -> None:
        from portulan.accounts.mentions import Mention, declare

        # What anybody writes may name somebody, whatever they are asked.
        declare(
            Mention("publication.ErrorReport", "organisation", ("message", "answer")),
            Mention("publication.PublicChoice", "organisation", ("contact",)),
            Mention(
                "publication.DigitalService",
                "organisation",
                ("owner_function", "units", "assessed_by"),
            ),
            Mention("publication.AssessedCriterion", "service__organisation", ("comment",)),
        )
