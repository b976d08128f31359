"""The digital services of an organisation, and how each stands to the criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import NotFoundError
from portulan.core.say.country import FRANCE, country
from portulan.core.storing import get_one
from portulan.publication.models import DigitalService
from portulan.publication.services.criteria import (
    CRITERIA,
    DECIDED,
    Answer,
    numbers_with,
    of_theme,
    score,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was answered of a service, by criterion, with its comments."""

    answers: Mapping[str, Answer]
    comments: Mapping[str, str]

    def answer(self, number: str) -> Answer:
        return self.answers.get(number, Answer.OPEN)

    def numbers(self, answer: Answer) -> list[str]:
        return numbers_with(self.answers, answer)

    def decided(self, theme: int | None = None) -> int:
        """Return how many criteria are decided, of a theme or of all."""
        of = CRITERIA.values() if theme is None else of_theme(theme)
        return sum(self.answer(one.number) in DECIDED for one in of)

    @property
    def left(self) -> int:
        return len(CRITERIA) - self.decided()

    @property
    def score(self) -> Decimal | None:
        """The score in percent; None while a criterion is left, or when nothing applies."""
        return None if self.left else score(self.answers)


def services_of(actor: Actor) -> QuerySet[DigitalService]:
    """Return the services with their criteria, by name (two queries).

    Raises DeniedError; NotFoundError outside France, whose référentiel it is.
    """
    actor.require(Operation.READ_PLAN)
    if country() is not FRANCE:
        raise NotFoundError("RGESN")
    return (
        DigitalService.objects.filter(organisation_id=actor.organisation_id)
        .prefetch_related("criteria")
        .order_by("name", "pk")
    )


def get_service(
    *, actor: Actor, slug: str, need: Operation = Operation.READ_PLAN
) -> DigitalService:
    """Return a service of the actor's organisation. Raises NotFoundError, DeniedError."""
    found = get_one(services_of(actor), slug=slug)
    actor.require(need)
    return found


def assessment_of(service: DigitalService) -> Assessment:
    rows = list(service.criteria.all())
    return Assessment(
        {row.criterion: Answer(row.answer) for row in rows},
        {row.criterion: row.comment for row in rows if row.comment},
    )


def unfinished(services: Iterable[DigitalService]) -> list[DigitalService]:
    """Return those of which a criterion is left, or the day is not said."""
    return [one for one in services if one.assessed_on is None or assessment_of(one).left]
