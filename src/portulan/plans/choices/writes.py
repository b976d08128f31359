"""What a plan answers to each practice: kept, later, refused, in place, not applicable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

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
from portulan.plans.access import check_plan
from portulan.plans.actions.editing import check_practices
from portulan.plans.choices.keeping import (
    NOTHING_SAID,
    Kept,
    Remains,
    make,
    make_again,
    still_follows,
    take_back,
)
from portulan.plans.choices.reads import answers_of
from portulan.plans.choices.wanted import Wanted, proposed_by
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.verbs import Verb
from portulan.plans.words import Choice, CommitmentLevel, Progress

NEEDS_A_REASON = frozenset({Choice.REFUSE, Choice.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer, and the action that follows the practice when it is kept."""

    choice: PracticeChoice
    action: Action | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers given at once, and the action that follows their practices when kept."""

    choices: tuple[PracticeChoice, ...]
    action: Action | None = None


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
    of its proposed indicators that are chosen. Raises as `answer_practices`.
    """
    kept = Kept(
        level=level,
        pilot_function=pilot_function,
        pilot=pilot,
        indicators=_chosen(practice, indicators),
    )
    made = answer_practices(
        actor, plan=plan, practices=[practice], choice=choice, today=today, reason=reason, kept=kept
    )
    return Chosen(made.choices[0], made.action)


def _chosen(practice: Practice, indicators: Iterable[PracticeIndicator]) -> list[Wanted]:
    asked = list(indicators)
    if any(one.practice_id != practice.pk for one in asked):
        raise ValidationError({"indicators": _("Cet indicateur est d’une autre pratique.")})
    ids = [one.pk for one in practice.indicators.order_by("order")] if asked else []
    proposed = proposed_by(practice) if asked else []
    return [proposed[ids.index(one.pk)] for one in asked]


@transaction.atomic
def answer_practices(
    actor: Actor,
    *,
    plan: Plan,
    practices: Sequence[Practice],
    choice: Choice,
    today: date,
    reason: str = "",
    kept: Kept = NOTHING_SAID,
) -> Answered:
    """Give one answer to practices; kept, one action follows them all, made as `kept` says.

    An action that follows one already is not made twice. Refusing and "not applicable" need a
    reason; the other answers may have one. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    if not practices:
        raise ValidationError({"practices": _("Choisissez au moins une pratique.")})
    check_practices(plan, practices)
    if choice in NEEDS_A_REASON and not reason.strip():
        raise ValidationError({"reason": _("Donnez le motif : on le relira dans un an.")})
    following = list(
        Action.objects.filter(plan=plan, practices__in=practices).distinct().order_by("number")
    )
    if choice is not Choice.KEEP:
        remains = _release(actor, following, practices)
        released: dict[int, Remains] = {practices[0].pk: remains} if remains else {}
        choices = [
            _answer(actor, plan, one, choice, reason, today, released.get(one.pk))
            for one in practices
        ]
        return Answered(tuple(choices))
    if following and len(practices) > 1:
        raise ValidationError(
            _("L’action %(number)s suit déjà une de ces pratiques : ajoutez-lui les autres.")
            % {"number": following[0].number}
        )
    made = None if following else make(actor, plan, practices, kept, today=today)
    choices = [
        _answer(actor, plan, one, choice, reason, today, made=made if one is practices[0] else None)
        for one in practices
    ]
    return Answered(tuple(choices), made or following[0])


def _answer(
    actor: Actor,
    plan: Plan,
    practice: Practice,
    choice: Choice,
    reason: str,
    today: date,
    remains: Remains | None = None,
    made: Action | None = None,
) -> PracticeChoice:
    found = PracticeChoice.objects.filter(plan=plan, practice=practice).first()
    answer = found or PracticeChoice(plan=plan, practice=practice)
    changes = trail.set_fields(answer, {"choice": choice, "reason": reason.strip()})
    if found is not None and not changes and made is None and remains is None:
        return answer  # the same answer again keeps its day and its author
    answer.chosen_on, answer.person_id = today, actor.person_id
    store(answer)
    if found is None:
        changes["choice"] = (None, choice)
    if made is not None:
        changes["action"] = (None, made.pk)
    if remains is not None:
        changes["action"] = (remains, None)
    record(actor, answer, Verb.CHOSEN, changes)
    return answer


def _release(
    actor: Actor, following: Iterable[Action], practices: Sequence[Practice]
) -> Remains | None:
    """Take back an action that was only an answer; refuse while a real one follows the practice."""
    remains = None
    left = {practice.pk for practice in practices}
    for action in following:
        if action.progress == Progress.DROPPED:
            continue
        others = set(action.practice_links.values_list("practice_id", flat=True)) - left
        if others or remains is not None:
            raise still_follows(action)
        remains = take_back(actor, action)
    return remains


@transaction.atomic
def answer_rest(
    actor: Actor,
    *,
    plan: Plan,
    practices: Sequence[Practice],
    choice: Choice,
    reason: str,
    today: date,
) -> Answered:
    """Give one answer to those of the practices that have none, as a whole theme that remains.

    What another station answered meanwhile stays. Raises as `answer_practices`.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    answered = answers_of(plan, practices[0].version) if practices else {}
    left = [one for one in practices if one.pk not in answered or not answered[one.pk].choice]
    if not left:
        raise ValidationError(_("Tout est déjà décidé ici."))
    return answer_practices(
        actor, plan=plan, practices=left, choice=choice, today=today, reason=reason
    )


@transaction.atomic
def put_off(actor: Actor, *, plan: Plan, actions: Iterable[Action], today: date) -> Answered:
    """Take actions back, all or none: the answer to their practices becomes "later".

    Raises DeniedError, NotFoundError, ValidationError when somebody worked on one since.
    """
    choices: list[PracticeChoice] = []
    for action in actions:
        followed = list(Practice.objects.filter(action_links__action=action).order_by("order"))
        if not followed:
            raise ValidationError(
                _("L’action %(number)s ne suit aucune pratique : abandonnez-la, ou supprimez-la.")
                % {"number": action.number}
            )
        made = answer_practices(
            actor, plan=plan, practices=followed, choice=Choice.LATER, today=today
        )
        choices += made.choices
    if not choices:
        raise ValidationError(_("Cochez au moins une action."))
    return Answered(tuple(choices))


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
        take_back(actor, action)
    changes = {name: (new, old) for name, (old, new) in last.changes.items() if name != "action"}
    if remains is not None:
        again = make_again(actor, choice.plan, choice.practice, remains, today=today)
        changes["action"] = (None, again.pk)
    record(actor, choice, Verb.CHOICE_UNDONE, changes)
    before = last.changes.get("choice", [choice.choice])[0]
    if before is None:
        choice.delete()
        return
    choice.choice = before
    choice.reason = last.changes.get("reason", [choice.reason])[0]
    choice.save()


@transaction.atomic
def undo_choices(actor: Actor, *, choices: Sequence[PracticeChoice], today: date) -> None:
    """Take back answers that were given at once, the last first. Raises as `undo_choice`."""
    for choice in reversed(choices):
        undo_choice(actor, choice=choice, today=today)
