from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portulan.accounts.models import Organisation
    from portulan.budget.indicator.facts import YearFacts
    from portulan.steering.alerts.rules import Alert, Levels


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
        from portulan.core import tasks
        from portulan.publication.groups.tasks import campaigns, founding, sheets
        from portulan.publication.words import CAMPAIGNS, FOUNDING, SHEETS

        tasks.register(FOUNDING, founding)
        tasks.register(CAMPAIGNS, campaigns)
        tasks.register(SHEETS, sheets)
        from portulan.core.duties import NIGHT, Duty, Each, register
        from portulan.steering.todo.reads import OTHERS

        OTHERS.append(_obligations)
        each = Each(_sharing, _share_again, whole=False)
        title = _("Copie lue par le groupe")
        register(Duty("shared copies", every=timedelta(days=1), at=NIGHT, each=each, title=title))


def _obligations(
    place: Organisation, levels: Levels, today: date, known: YearFacts
) -> Iterable[Alert]:
    from portulan.publication.obligations.todo import obligations_due

    return obligations_due(place, levels, today, known)


def _sharing(_now: datetime) -> Iterable[int]:
    from portulan.publication.groups.sharing import going

    return going().values_list("organisation", flat=True)


def _share_again(organisation_id: int, _now: datetime) -> Mapping[str, int]:
    from portulan.publication.groups.sharing import share_all_again

    return share_all_again(organisation_id)
