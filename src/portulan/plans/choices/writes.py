"""What a plan answers to each practice: kept, later, refused, in place, not applicable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.catalogue.models import Practice, PracticeIndicator
from portulan.core import trail
from portulan.core.storing import store
from portulan.indicators.words import Direction, Kind
from portulan.plans.access import check_plan
from portulan.plans.actions.fields import check_practice
from portulan.plans.actions.writes import create_action, declare_vacant, delete_action, hangs_on
from portulan.plans.indicators import add_indicator
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.verbs import Verb
from portulan.plans.words import Choice, CommitmentLevel, Progress

# What is left of an action that was taken back with its answer, so that undoing makes it again.
type Remains = dict[str, Any]
# What making an action from a practice writes in its history.
_MAKING = (Verb.CREATED, Verb.INDICATOR_ADDED, Verb.POST_VACANT)
# « Part des pannes réparées (appareils réparés / appareils en panne) »: a name, then its terms.
_TERMS = re.compile(r"(?P<name>.+?)\s*\((?P<terms>[^()]* / [^()]*)\)")
NEEDS_A_REASON = frozenset({Choice.REFUSE, Choice.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer, and the action that follows the practice when it is kept."""

    choice: PracticeChoice
    action: Action | None


@transaction.atomic
def choose_practice(
    actor: Actor,
    *,
    plan: Plan,
    practice: Practice,
    choice: Choice,
    today: date,
    reason: str = "",
    level: CommitmentLevel = CommitmentLevel.STUDY,
    pilot_function: str = "",
    pilot: Person | None = None,
    indicators: Iterable[PracticeIndicator] = (),
) -> Chosen:
    """Answer to a practice; keeping it makes an action unless one follows it already.

    The action takes the practice's title, its first pilot function unless one is given, and those
    of its proposed indicators that are chosen. Refusing and "not applicable" need a reason; the
    other answers may have one. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    check_practice(plan, practice)
    if choice in NEEDS_A_REASON and not reason.strip():
        raise ValidationError({"reason": _("Donnez le motif : on le relira dans un an.")})
    found = PracticeChoice.objects.filter(plan=plan, practice=practice).first()
    answer = found or PracticeChoice(plan=plan, practice=practice)
    following = Action.objects.filter(plan=plan, practices=practice).order_by("number")
    made = remains = None
    if choice is Choice.KEEP:
        action = following.first()
        if action is None:
            action = made = _make(actor, plan, practice, today, level, pilot_function, pilot)
            for proposed in indicators:
                _follow(actor, action, practice, proposed)
    else:
        action = None
        remains = _release(actor, following)
    changes = trail.set_fields(answer, {"choice": choice, "reason": reason.strip()})
    if found is not None and not changes and made is None and remains is None:
        return Chosen(answer, action)  # the same answer again keeps its day and its author
    answer.chosen_on, answer.person_id = today, actor.person_id
    store(answer)
    if found is None:
        changes["choice"] = (None, choice)
    if made is not None:
        changes["action"] = (None, made.pk)
    if remains is not None:
        changes["action"] = (remains, None)
    record(actor, answer, Verb.CHOSEN, changes)
    return Chosen(answer, action)


def _make(
    actor: Actor,
    plan: Plan,
    practice: Practice,
    today: date,
    level: CommitmentLevel,
    pilot_function: str,
    pilot: Person | None,
) -> Action:
    function = pilot_function.strip() or (practice.pilots[0] if practice.pilots else "")
    action = create_action(
        actor,
        plan=plan,
        today=today,
        title=practice.say("title")[:250],
        pilot_function=function or _("Pilote à désigner"),
        pilot=pilot,
        practices=[practice],
        level=level,
    )
    if not function:
        declare_vacant(actor, action=action, since=today, today=today)
    return action


def _follow(actor: Actor, action: Action, practice: Practice, proposed: PracticeIndicator) -> None:
    if proposed.practice_id != practice.pk:
        raise ValidationError({"indicators": _("Cet indicateur est d’une autre pratique.")})
    text = proposed.say("text")
    ratio = _TERMS.fullmatch(text)
    add_indicator(
        actor,
        action=action,
        name=(ratio["name"] if ratio else text)[:250],
        kind=Kind(proposed.kind),
        unit=proposed.unit,
        direction=Direction(proposed.direction or Direction.NONE),
        description=ratio["terms"] if ratio else "",
    )


def _release(actor: Actor, following: Iterable[Action]) -> Remains | None:
    """Take back an action that was only an answer; refuse while a real one follows the practice."""
    remains = None
    for action in following:
        if action.progress == Progress.DROPPED:
            continue
        if action.practice_links.count() > 1 or hangs_on(action) or _was_edited(action):
            raise ValidationError(
                _("L’action %(number)s suit cette pratique : abandonnez-la, ou détachez-la.")
                % {"number": action.number}
            )
        remains = _remains(action)
        delete_action(actor, action=action)
    return remains


def _was_edited(action: Action) -> bool:
    return trail.history(action).exclude(verb__in=_MAKING).exists()


def _remains(action: Action) -> Remains:
    made = action.indicators.order_by("action_links__order")
    return {
        "level": action.level,
        "pilot_function": action.pilot_function,
        "pilot": action.pilot_id,
        "indicators": [
            [item.name, item.kind, item.unit, item.direction, item.description] for item in made
        ],
    }


@transaction.atomic
def undo_choice(actor: Actor, *, choice: PracticeChoice, today: date) -> None:
    """Take the last answer back, with the action it made, or make again the one it took back.

    Raises DeniedError, NotFoundError, ValidationError when that action already has a history.
    """
    check_plan(actor, choice.plan, Operation.EDIT_PLAN)
    last = trail.history(choice).first()
    if last is None or last.verb != Verb.CHOSEN:
        raise ValidationError(_("Ce choix est déjà annulé."))
    remains, made = last.changes.get("action", [None, None])
    for action in Action.objects.filter(plan=choice.plan, pk=made):
        delete_action(actor, action=action)
    if remains is not None:
        _make_again(actor, choice, remains, today)
    changes = {name: (new, old) for name, (old, new) in last.changes.items() if name != "action"}
    record(actor, choice, Verb.CHOICE_UNDONE, changes)
    before = last.changes.get("choice", [choice.choice])[0]
    if before is None:
        choice.delete()
        return
    choice.choice = before
    choice.reason = last.changes.get("reason", [choice.reason])[0]
    choice.save()


def _make_again(actor: Actor, choice: PracticeChoice, remains: Remains, today: date) -> None:
    people = Person.objects.filter(organisation_id=actor.organisation_id, pk=remains["pilot"])
    action = _make(
        actor,
        choice.plan,
        choice.practice,
        today,
        CommitmentLevel(remains["level"]),
        remains["pilot_function"],
        people.first(),
    )
    for name, kind, unit, direction, description in remains["indicators"]:
        add_indicator(
            actor,
            action=action,
            name=name,
            kind=Kind(kind),
            unit=unit,
            direction=Direction(direction),
            description=description,
        )
