"""Making an action of the practices that it will follow, and taking it back as it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.indicators.measurements import refresh_computed
from portulan.indicators.words import MeasurementRole
from portulan.indicators.writes import set_target
from portulan.plans.actions.writes import create_action, declare_vacant, delete_action, hangs_on
from portulan.plans.choices.wanted import Wanted
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action, ActionFields, Plan, PracticeChoice
from portulan.plans.money.writes import Amounts, plan_money, set_planned_money
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel, Guess

# What is left of an action that was taken back with its answer, so that undoing makes it again.
type Remains = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is said of an action that is made; what is empty is not known.

    `deliverable` is due on `due_on`, as the targets of the indicators are; `euros` are asked for
    the year `money_year`, or `amounts` for several. `more` is what else its sheet says.
    """

    title: str = ""
    level: CommitmentLevel = CommitmentLevel.STUDY
    pilot_function: str = ""
    pilot: Person | None = None
    decided_by: str = ""
    contributors: Sequence[str] = ()
    follow_up_function: str = ""
    scope: str = ""
    due_on: date | None = None
    deliverable: str = ""
    to_hear: str = ""
    indicators: Sequence[Wanted] = ()
    impact_guess: Guess | None = None
    effort_guess: Guess | None = None
    days_per_year: Decimal | None = None
    money_year: int | None = None
    euros: Decimal | None = None
    amounts: Amounts = field(default_factory=dict)
    more: ActionFields = field(default_factory=ActionFields)


NOTHING_SAID = Kept()

# What is said of the action itself, under the names of its columns.
_OF_ITS_SHEET = frozenset(
    {
        *("decided_by", "contributors", "follow_up_function", "scope", "due_on"),
        *("impact_guess", "effort_guess", "days_per_year"),
    }
)


@transaction.atomic
def make(
    actor: Actor, plan: Plan, practices: Sequence[Practice], kept: Kept, *, today: date
) -> Action:
    """Make an action, that follows practices if there are some, with all that was said of it.

    Without a pilot, that of a practice; without a title, that of the first, which is needed then.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    advised = [pilot for practice in practices for pilot in practice.pilots]
    function = kept.pilot_function.strip() or next(iter(advised), "")
    sheet: Any = kept.more | {name: getattr(kept, name) for name in _OF_ITS_SHEET}
    action = create_action(
        actor,
        plan=plan,
        today=today,
        title=(kept.title.strip() or practices[0].say("title"))[:250],
        pilot_function=function or _("Pilote à désigner"),
        pilot=kept.pilot,
        practices=practices,
        level=kept.level,
        **sheet,
    )
    if not function:
        declare_vacant(actor, action=action, since=today, today=today)
    if kept.deliverable.strip():
        save_deliverable(
            actor,
            action=action,
            title=kept.deliverable,
            due_on=kept.due_on,
            to_hear=kept.to_hear,
            today=today,
        )
    for wanted in kept.indicators:
        _follow(actor, action, wanted, kept.due_on or date(plan.last_year, 12, 31), today)
    if kept.money_year is not None and kept.euros is not None:
        set_planned_money(actor, action=action, year=kept.money_year, amount=kept.euros)
    if kept.amounts:
        plan_money(actor, asked=[(action, kept.amounts)], whole=False)
    return action


def _follow(actor: Actor, action: Action, wanted: Wanted, due_on: date, today: date) -> None:
    indicator = add_indicator(
        actor,
        action=action,
        name=wanted.name,
        kind=wanted.kind,
        unit=wanted.unit,
        direction=wanted.direction,
        description=wanted.description,
        computed_by=wanted.computed_by,
    )
    if wanted.has_target:
        set_target(
            actor, indicator=indicator, due_on=due_on, value=wanted.target, text=wanted.words
        )
    if wanted.baseline is not None:
        where: Any = {"action": action, "indicator": indicator, "on": today, "today": today}
        measure(actor, **where, value=wanted.baseline, role=MeasurementRole.BASELINE)
    if wanted.computed_by:
        refresh_computed(actor, name=wanted.computed_by)


def take_back(actor: Actor, action: Action) -> Remains:
    """Take back an action that was only an answer; return what makes it again.

    Raises ValidationError when somebody worked on it since, or something else hangs on it.
    """
    remains = _remains(action)
    untouched = not _was_edited(action)
    if untouched:
        action.deliverables.all().delete()
        action.planned_money.all().delete()
    if not untouched or hangs_on(action):
        raise still_follows(action)
    delete_action(actor, action=action)
    return remains


def still_follows(action: Action) -> ValidationError:
    return ValidationError(
        _("L’action %(number)s suit cette pratique : abandonnez-la, ou détachez-la.")
        % {"number": action.number}
    )


def _was_edited(action: Action) -> bool:
    """Tell whether anything was written of the action since the answer that made it was kept."""
    entries = trail.history(action)
    created = entries.filter(verb=Verb.CREATED).first()
    if created is None:
        return True
    answers = PracticeChoice.objects.filter(
        plan_id=action.plan_id, practice__action_links__action=action
    )
    made = [
        entry.pk
        for answer in answers
        for entry in trail.history(answer).filter(pk__gt=created.pk)
        if entry.changes.get("action") == [None, action.pk]
    ]
    return not made or entries.filter(pk__gt=max(made)).exists()


def _remains(action: Action) -> Remains:
    deliverable = action.deliverables.order_by("id").first()
    money = action.planned_money.order_by("id").first()
    said: Remains = {name: _plain(getattr(action, name)) for name in _OF_ITS_SHEET}
    return said | {
        "title": action.title,
        "level": action.level,
        "pilot_function": action.pilot_function,
        "pilot": action.pilot_id,
        "practices": sorted(action.practice_links.values_list("practice_id", flat=True)),
        "deliverable": deliverable.title if deliverable else "",
        "to_hear": deliverable.to_hear if deliverable else "",
        "money_year": money.year if money else None,
        "euros": _plain(money.amount) if money else None,
        "indicators": [
            Wanted.of(item).packed() for item in action.indicators.order_by("action_links__order")
        ],
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (Decimal, date)) else value


def make_again(
    actor: Actor, plan: Plan, practice: Practice, remains: Remains, *, today: date
) -> Action:
    """Make again the action that was taken back with the answer to a practice."""
    known = {one.name for one in fields(Kept)} & remains.keys()
    said: dict[str, Any] = {name: remains[name] for name in known}
    people = Person.objects.filter(organisation_id=actor.organisation_id, pk=remains["pilot"])
    said |= {
        "pilot": people.first(),
        "level": CommitmentLevel(remains["level"]),
        "indicators": [Wanted.unpacked(packed) for packed in remains["indicators"]],
    }
    if due_on := said.get("due_on"):
        said["due_on"] = date.fromisoformat(due_on)
    for name in ("days_per_year", "euros"):
        if said.get(name) is not None:
            said[name] = Decimal(said[name])
    others = Practice.objects.filter(pk__in=remains.get("practices", ())).exclude(pk=practice.pk)
    return make(actor, plan, [practice, *others], Kept(**said), today=today)
