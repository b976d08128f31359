"""What is proposed for a practice that a plan may keep: the organisation's own words first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portulan.accounts.models import Person
from portulan.catalogue.models import Practice
from portulan.core.folding import fold
from portulan.core.periods import month_end
from portulan.indicators.words import Direction, Kind
from portulan.plans.choices.wanted import Wanted, proposed_by
from portulan.plans.models import Action, ActionPractice, Plan
from portulan.plans.words import CommitmentLevel

# How long a study and a trial are given, in months, unless the room says otherwise.
_MONTHS = {CommitmentLevel.STUDY: 6, CommitmentLevel.EXPERIMENT: 12}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the room need not type: `functions` are those to choose from, ours before the guide's.

    `due` is the end proposed for each level, `to_hear` the functions that the guide cites besides
    the pilot, else who decides. The first indicator is the one whose `target` is proposed.
    """

    functions: tuple[str, ...]
    pilot: str
    decided_by: str
    follow_up: str
    contributors: str
    deliverable: str
    to_hear: str
    indicators: tuple[Wanted, ...]
    target: str
    due: dict[CommitmentLevel, date]


def propose(plan: Plan, practice: Practice, *, today: date, person_id: int | None) -> Proposal:
    """Return what is proposed for a practice (six queries).

    A function that the guide cites is said as the organisation last said it: whom it gave a
    practice that the guide gives to the same. The decider, the contributors and the follow-up are
    the last ones said in the plan; the follow-up is else the function of the person who is there.
    """
    ours = _said_here(plan.organisation_id)
    people = list(
        Person.objects.filter(organisation_id=plan.organisation_id, left_on=None, erased_at=None)
        .order_by("function")
        .values_list("pk", "function")
    )
    cited = [practice.version.say_pilot(pilot) for pilot in practice.pilots]
    advised = [ours.get(fold(name)) or _same(name, (one for _pk, one in people)) for name in cited]
    pilots = _each_once(name or word for name, word in zip(advised, cited, strict=True))
    functions = _each_once([*filter(None, advised), *(one for _pk, one in people), *cited])
    mine = next((function for pk, function in people if pk == person_id), "")
    last = Action.objects.filter(plan=plan).order_by("-number")
    decided = last.exclude(decided_by="").values_list("decided_by", flat=True).first()
    followed = last.exclude(follow_up_function="").values_list("follow_up_function", flat=True)
    does = last.exclude(contributors=[]).values_list("contributors", flat=True).first()
    aims = _aims(practice)
    title = practice.say("title")
    return Proposal(
        functions=functions,
        pilot=pilots[0] if pilots else "",
        decided_by=decided or plan.adopted_by,
        follow_up=followed.first() or mine,
        contributors=", ".join(does or ()),
        deliverable=(_("Étude : %(title)s") % {"title": title[:1].lower() + title[1:]})[:250],
        to_hear=", ".join(pilots[1:]) or decided or plan.adopted_by,
        indicators=tuple(one for one, _target in aims),
        target=aims[0][1],
        due={level: _due(plan, level, today) for level in CommitmentLevel},
    )


def _aims(practice: Practice) -> list[tuple[Wanted, str]]:
    """Return the indicators to choose from, first one whose target can be proposed.

    Where the guide gives none such, that the action was reported to who decides is one.
    """
    found = [(one, _aim(one)) for one in proposed_by(practice)]
    if not any(aim or one.computed_by for one, aim in found):
        found.append((Wanted(_("Bilan remis à qui décide"), Kind.YES_NO), _("oui")))
    return sorted(found, key=lambda pair: not (pair[1] or pair[0].computed_by))


def _aim(wanted: Wanted) -> str:
    """Return the target proposed for an indicator, to accept or to write again; "" for none."""
    down = wanted.direction is Direction.DOWN
    if wanted.computed_by:
        return ""
    match wanted.kind:
        case Kind.YES_NO:
            return _("non") if down else _("oui")
        case Kind.PERCENTAGE:
            return "" if down else "100"
        case Kind.COUNT:
            return "" if down else "1"
        case _:
            return ""


def _said_here(organisation_id: int) -> dict[str, str]:
    """Return, by the folded word of a guide, the function last given to what it was cited for."""
    found: dict[str, str] = {}
    links = (
        ActionPractice.objects.filter(action__plan__organisation_id=organisation_id)
        .order_by("action_id")
        .values_list("practice__pilots", "action__pilot_function")
    )
    for pilots, function in links:
        if pilots:
            found[fold(pilots[0])] = function
    return found


def _same(name: str, functions: Iterable[str]) -> str:
    return next((one for one in functions if fold(one) == fold(name)), "")


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({fold(name): name for name in names if name}.values())


def _due(plan: Plan, level: CommitmentLevel, today: date) -> date:
    """Return the end proposed for a level: so many months from the start, or the plan's end."""
    end = date(plan.last_year, 12, 31)
    if level not in _MONTHS:
        return end
    start = max(today, date(plan.first_year, 1, 1))
    return min(end, month_end(start, months=_MONTHS[level]))
