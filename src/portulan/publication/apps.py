from collections.abc import Mapping
from datetime import datetime, timedelta

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
            Mention("publication.LabelCriterion", "plan__organisation", ("title", "answer")),
        )
        from portulan.core.schedule import NIGHT, Duty, register

        register(Duty("shared copies", every=timedelta(days=1), at=NIGHT, deed=_share_again))


def _share_again(now: datetime) -> Mapping[str, int]:
    from portulan.publication.groups.sharing import share_all_again

    return share_all_again(now)
