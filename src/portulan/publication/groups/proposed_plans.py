"""A plan that a group proposes to its members: each takes it, or not, by its own act.

What leaves is the plan as files say it, without what happened to it: no vote, no value, no money,
no name. What is taken is a plan of the member, who changes it as it likes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.core.contracts import from_json, to_json
from portulan.core.documents import TOO_BIG
from portulan.core.errors import NotFoundError
from portulan.core.fields import Field, Kind
from portulan.core.say.text import UnusableInputError
from portulan.core.storing import get_one, store
from portulan.plans.fields import ACTION
from portulan.plans.files.document import ActionText, IndicatorText, PlanFolder, seal
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Plan
from portulan.plans.plan import free_slug
from portulan.plans.words import Progress
from portulan.publication.groups.copies import unnamed
from portulan.publication.groups.members import copies_of
from portulan.publication.models import SentPlan, SharedCopy
from portulan.publication.plan_files.entering import enter
from portulan.publication.verbs import Verb
from portulan.publication.words import Reception
from portulan.steering.sealed.document import canonical

MOST_BYTES = 2 << 20


@transaction.atomic
def send_plan(actor: Actor, *, plan: Plan, copies: Iterable[SharedCopy]) -> list[SentPlan]:
    """Propose a plan of the group to members that share with it; return what was sent.

    One that waits for its answer is replaced. Raises DeniedError, NotFoundError for a copy of
    others, ValidationError, UnusableInputError.
    """
    actor.require(Operation.EDIT_PLAN)
    wanted = {one.pk for one in copies}
    found = list(copies_of(actor).filter(pk__in=wanted).select_related("sharing__organisation"))
    if len(found) < len(wanted):
        raise NotFoundError(str(min(wanted - {one.pk for one in found})))
    if not found:
        raise ValidationError(_("Choisissez au moins un membre."), code="members")
    folder = template_of(actor, plan)
    content = canonical(to_json(folder)).decode()
    if len(content) > MOST_BYTES:
        raise UnusableInputError(TOO_BIG.at(limit=MOST_BYTES))
    sharings = [one.sharing for one in found]
    SentPlan.objects.filter(
        sharing__in=sharings, title=folder.plan.title, reception=Reception.WAITING
    ).delete()
    sent = SentPlan.objects.bulk_create(
        SentPlan(
            organisation_id=actor.organisation_id,
            sharing=sharing,
            title=folder.plan.title,
            content=content,
            seal=seal(folder),
            sent_at=timezone.now(),
            person_id=actor.person_id,
        )
        for sharing in sharings
    )
    record(
        actor, plan, Verb.PLAN_SENT, {"members": (None, len(sent)), "seal": (None, sent[0].seal)}
    )
    for one, sharing in zip(sent, sharings, strict=True):
        member = Actor(sharing.organisation_id, None, frozenset())
        record(member, one, Verb.PLAN_RECEIVED, {"title": (None, one.title)})
    return sent


def template_of(actor: Actor, plan: Plan) -> PlanFolder:
    """Return a plan without what happened to it; whoever is named is left out."""
    folder = folder_of(actor, slug=plan.slug, proofs=False)
    people = Person.objects.filter(organisation=actor.organisation_id).exclude(name="")
    without = partial(unnamed, people=list(people.values_list("name", flat=True)))
    named = {key: one.name for key, one in folder.indicators.items()}
    # A key is made of the words.
    keys = _Keys(*(_keys(one, without) for one in (folder.plan.axes, folder.plan.goals, named)))
    head = replace(
        folder.plan,
        title=without(folder.plan.title),
        axes={keys.axes[key]: without(title) for key, title in folder.plan.axes.items()},
        goals={keys.goals[key]: without(title) for key, title in folder.plan.goals.items()},
        adopted_on=None,
        adopted_by="",
        choices=(),
        units={},
        unit_days={},
        stakeholders={},
        evidence=(),
    )
    return PlanFolder(
        plan=head,
        indicators={
            keys.indicators[key]: _without_values(one, without)
            for key, one in folder.indicators.items()
        },
        actions=tuple(_not_begun(one, keys, without) for one in folder.actions),
    )


class _Keys(NamedTuple):
    """The keys that things have in what leaves, by those that they have here."""

    axes: Mapping[str, str]
    goals: Mapping[str, str]
    indicators: Mapping[str, str]


def _keys(named: Mapping[str, str], without: Callable[[str], str]) -> dict[str, str]:
    """Return the key of each in what leaves: one of no word where its words name somebody."""
    free = (key for number in count(1) if (key := f"sans-nom-{number}") not in named)
    return {key: key if without(words) == words else next(free) for key, words in named.items()}


def _without_values(said: IndicatorText, without: Callable[[str], str]) -> IndicatorText:
    targets = tuple(
        replace(
            one,
            text=without(one.text),
            reference=without(one.reference),
            judgement="",
            judged_on=None,
            judged_by="",
            judged_why="",
        )
        for one in said.targets
    )
    return replace(
        said,
        name=without(said.name),
        description=without(said.description),
        scale=tuple(map(without, said.scale)),
        targets=targets,
        readings=(),
        unit_parts={},
        evidence=(),
    )


# Of what an action says by itself: its number stays, and keys are those of what leaves.
_SENT = frozenset(
    one.name
    for one in ACTION
    if one.in_files and one.to not in {"axes", "goals"} and one.name != "own_number"
)
_ABSENT = {one.name: one.default for one in fields(ActionText)}


def _sent(said: ActionText, field: Field, without: Callable[[str], str]) -> Any:
    """Return what a field says to others, whoever is named left out; else what it says unsaid."""
    value = getattr(said, field.name)
    if not field.sent:
        return _ABSENT[field.name]
    if field.kind.is_words:
        return without(value)
    return tuple(map(without, value)) if field.kind is Kind.LINES else value


def _not_begun(said: ActionText, keys: _Keys, without: Callable[[str], str]) -> ActionText:
    """Return an action as one begins it: what happened to it, and whoever is named, left out."""
    handed = _keys({one.key: one.title for one in said.deliverables}, without)
    own = {one.name: _sent(said, one, without) for one in ACTION if one.name in _SENT}
    return replace(
        replace(said, **own),
        axis=keys.axes.get(said.axis or ""),
        goals=tuple(keys.goals[one] for one in said.goals),
        indicators=tuple(keys.indicators[one] for one in said.indicators),
        progress=Progress.TODO,
        vacant_since=None,
        seen={},
        blocked_by="",
        last_news_on=None,
        milestones=tuple(
            replace(one, title=without(one.title), reached_on=None) for one in said.milestones
        ),
        deliverables=tuple(
            replace(
                one,
                key=handed[one.key],
                title=without(one.title),
                to_hear=without(one.to_hear),
                delivered_on=None,
                approach="",
                consulted="",
                result="",
                reference="",
            )
            for one in said.deliverables
        ),
        decisions=(),
        money=(),
        ties=tuple(replace(one, reason=without(one.reason)) for one in said.ties),
        evidence=(),
    )


def sent_by(actor: Actor) -> QuerySet[SentPlan]:
    """Return the plans that the group proposed, the latest first. Raises DeniedError."""
    actor.require(Operation.READ_PLAN)
    found = SentPlan.objects.filter(organisation=actor.organisation_id)
    return found.defer("content").select_related("sharing__copy").order_by("-pk")


def received_by(actor: Actor) -> QuerySet[SentPlan]:
    """Return the plans proposed to the organisation, the latest first. Raises DeniedError."""
    actor.require(Operation.READ_PLAN)
    found = SentPlan.objects.filter(
        sharing__organisation=actor.organisation_id, sharing__ended_on=None
    )
    return found.select_related("organisation", "sharing").order_by("-pk")


def get_received(*, actor: Actor, pk: int, need: Operation) -> SentPlan:
    """Return a plan proposed to the organisation. Raises NotFoundError, DeniedError."""
    found = get_one(received_by(actor), pk=pk)
    actor.require(need)
    return found


def folder_in(sent: SentPlan) -> PlanFolder:
    """Return what a proposed plan says."""
    return from_json(PlanFolder, json.loads(sent.content))


@transaction.atomic
def take_plan(actor: Actor, *, sent: SentPlan, title: str, first_year: int, last_year: int) -> Plan:
    """Make a plan of the one proposed, with these words and years; the group knows that it was.

    Dates outside the years are left out. Raises DeniedError, ValidationError once it is answered.
    """
    actor.require(Operation.EDIT_PLAN)
    held = _hold(sent)
    folder = folder_in(held)
    years = range(first_year, last_year + 1)
    plan = replace(
        folder.plan,
        slug=free_slug(actor.organisation_id, title),
        title=title.strip(),
        first_year=first_year,
        last_year=last_year,
    )
    actions = tuple(_within(one, years) for one in folder.actions)
    made = enter(actor, folder=replace(folder, plan=plan, actions=actions))
    _answer(actor, held, Reception.TAKEN, Verb.PLAN_TAKEN)
    return made


@transaction.atomic
def decline_plan(actor: Actor, *, sent: SentPlan) -> SentPlan:
    """Leave a plan that was proposed; the group knows. Raises DeniedError, ValidationError."""
    actor.require(Operation.EDIT_PLAN)
    held = _hold(sent)
    _answer(actor, held, Reception.DECLINED, Verb.PLAN_DECLINED)
    return held


def _hold(sent: SentPlan) -> SentPlan:
    held = SentPlan.objects.select_for_update(no_key=True, of=("self",)).filter(pk=sent.pk).first()
    if held is None or held.reception != Reception.WAITING:
        raise ValidationError(_("Cette proposition a déjà sa réponse, ou n’est plus là."))
    return held


def _answer(actor: Actor, sent: SentPlan, reception: Reception, verb: Verb) -> None:
    sent.reception, sent.answered_at = reception, timezone.now()
    store(sent)
    told = {"title": (None, sent.title)}
    record(actor, sent, verb, told)
    record(Actor(sent.organisation_id, None, frozenset()), sent, verb, told)


def _within(said: ActionText, years: range) -> ActionText:
    """Return an action with the days that are in the years; the others are to be said again."""

    def day(one: date | None) -> date | None:
        return one if one is not None and one.year in years else None

    return replace(
        said,
        starts_on=day(said.starts_on),
        due_on=day(said.due_on),
        milestones=tuple(one for one in said.milestones if one.due_on.year in years),
        deliverables=tuple(replace(one, due_on=day(one.due_on)) for one in said.deliverables),
    )
