"""What a plan answers to the practices of an edition, and the actions that follow them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from portulan.catalogue.models import CatalogueVersion
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.words import Choice, Progress


@dataclass(frozen=True, slots=True)
class Answer:
    """The choice made of a practice, if any, and the actions that follow it, by number."""

    given: PracticeChoice | None = None
    actions: tuple[Action, ...] = ()

    @property
    def choice(self) -> Choice | None:
        """The answer; a practice that a live action follows is kept, whoever forgot to say so."""
        if self.given is not None:
            return Choice(self.given.choice)
        return Choice.KEEP if self.live else None

    @property
    def live(self) -> tuple[Action, ...]:
        """The actions that were not dropped."""
        return tuple(item for item in self.actions if item.progress != Progress.DROPPED)

    @property
    def covers(self) -> bool:
        """Tell whether the plan takes the practice up, as `coverage_of` counts it."""
        return self.choice is Choice.KEEP or bool(self.live)


NO_ANSWER = Answer()
# What is read of each action, of which there may be a thousand.
_READ = ("plan_id", "number", "own_number", "title", "level", "progress")


def answers_of(plan: Plan, version: CatalogueVersion) -> dict[int, Answer]:
    """Return the answers by practice id, where there is a choice or an action (two queries)."""
    given = {
        choice.practice_id: choice
        for choice in PracticeChoice.objects.filter(plan=plan, practice__version=version)
    }
    following: dict[int, list[Action]] = {}
    actions = (
        Action.objects.filter(plan=plan, practice_links__practice__version=version)
        .annotate(followed=F("practice_links__practice"))
        .only(*_READ)
        .order_by("number")
    )
    for action in actions:
        following.setdefault(action.followed, []).append(action)
    return {
        pk: Answer(given.get(pk), tuple(following.get(pk, ())))
        for pk in given.keys() | following.keys()
    }


def edition_in_use(plan: Plan) -> int | None:
    """Return the id of the edition that the plan answered to last, or None (one query)."""
    return (
        PracticeChoice.objects.filter(plan=plan)
        .order_by("-chosen_on", "-id")
        .values_list("practice__version", flat=True)
        .first()
    )
