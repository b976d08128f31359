"""A plan made from a ready-made one: its actions as the organisation said them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.catalogue.models import Practice
from portulan.catalogue.obligations import CATALOGUE, EDITION
from portulan.core.periods import month_end
from portulan.core.say.language import spoken_language
from portulan.indicators.computed import Proposed, computer_of
from portulan.plans.actions.writes import edit_action
from portulan.plans.choices.keeping import Kept, make
from portulan.plans.choices.wanted import Wanted
from portulan.plans.models import Plan
from portulan.plans.plan import create_plan
from portulan.plans.starters.large_bodies import HOSPITAL, REGION, UNIVERSITY
from portulan.plans.starters.starter import EXPERIMENT, IMPLEMENTATION, STUDY, StarterAction
from portulan.plans.starters.town import TOWN

STARTERS = {one.key: one for one in (TOWN, REGION, HOSPITAL, UNIVERSITY)}


@dataclass(frozen=True, slots=True)
class Taken:
    """An action that is taken: who answers for it, by when, and what for."""

    action: StarterAction
    title: str
    pilot: str
    due_on: date | None
    why: str


@transaction.atomic
def start_plan(
    actor: Actor,
    *,
    title: str,
    first_year: int,
    last_year: int,
    taken: Sequence[Taken],
    today: date,
) -> Plan:
    """Make a plan with the actions taken, each with what its level asks.

    They follow the practices of the built-in guide, where it is installed. Raises DeniedError,
    ValidationError.
    """
    if not taken:
        raise ValidationError(_("Gardez au moins une action."))
    plan = create_plan(actor, title=title, first_year=first_year, last_year=last_year)
    guide = Practice.objects.filter(
        version__catalogue__organisation=None,
        version__catalogue__slug=CATALOGUE,
        version__version=EDITION,
    )
    practices = {one.code: one for one in guide}
    for one in taken:
        followed = [practices[one.action.practice]] if one.action.practice in practices else []
        action = make(actor, plan, followed, _kept(one), today=today)
        if one.why.strip():
            edit_action(actor, action=action, description=one.why)
    return plan


def start_ready_made(actor: Actor, *, key: str, today: date) -> Plan:
    """Make a ready-made plan whole, as its own words say it. Raises as `start_plan`."""
    starter, language = STARTERS[key], spoken_language()
    return start_plan(
        actor,
        title=starter.title.say(language),
        first_year=today.year,
        last_year=today.year + 2,
        taken=[
            Taken(
                one,
                one.title.say(language),
                one.pilot.say(language),
                month_end(today, months=one.months),
                one.why.say(language),
            )
            for one in starter.actions
        ],
        today=today,
    )


def _kept(taken: Taken) -> Kept:
    action, language = taken.action, spoken_language()
    aim = action.aim.say(language)
    measured = Wanted(
        aim,
        action.kind,
        action.unit,
        action.direction,
        computed_by=computer_of(Proposed(CATALOGUE, EDITION, action.practice)),
        target=action.target,
    )
    return Kept(
        title=taken.title,
        level=action.level,
        pilot_function=taken.pilot,
        follow_up_function=taken.pilot if action.level is IMPLEMENTATION else "",
        scope=aim if action.level is EXPERIMENT else "",
        due_on=taken.due_on,
        deliverable=aim if action.level is STUDY else "",
        indicators=[measured] if action.level is IMPLEMENTATION else [],
    )
