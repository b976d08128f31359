"""The sheet of an action: what may be given, what is checked, and what the trail keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.models import Person, Unit
from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.access import refuse
from portulan.plans.models import Action, ActionPractice, Axis, Goal, Plan
from portulan.plans.refusals import FOLLOW_UP_MISSING, SCOPE_MISSING
from portulan.plans.words import CommitmentLevel, Guess, Reach

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Group(StrEnum):
    """Where a field stands on the form and on the page of an action."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    EFFORT = "effort"


@dataclass(frozen=True, slots=True)
class SheetField:
    """A field of the sheet: all that its column does not say, and nothing else names it.

    The form draws it from its column (`Action`), under `label` and `help`. The page of the action
    shows it under `word`, if it has one, with `unsaid` where nothing is known (else nothing then),
    and `sentence` around a number. The file of the list has a column `head`, if it has one. The
    history gives its values back, if `restorable`, under the name of its column.
    """

    name: str
    group: Group
    label: _StrOrPromise
    help: _StrOrPromise = ""
    word: _StrOrPromise = ""
    unsaid: _StrOrPromise = ""
    sentence: _StrOrPromise = "%(value)s"
    head: _StrOrPromise = ""
    restorable: bool = True

    @property
    def column(self) -> Any:
        return Action._meta.get_field(self.name)


SHEET = (
    SheetField("title", Group.WHAT, gettext_lazy("Titre")),
    SheetField(
        "short_title",
        Group.WHAT,
        gettext_lazy("Titre court"),
        help=gettext_lazy("Quarante caractères au plus, pour les tableaux et les impressions."),
        head=gettext_lazy("Titre court"),
    ),
    SheetField(
        "own_number",
        Group.WHAT,
        gettext_lazy("Numéro d’usage"),
        help=gettext_lazy("Celui de vos documents : 1.10, A-3. Vide : le numéro d’ici."),
        word=gettext_lazy("Numéro d’usage"),
        head=gettext_lazy("Numéro d’usage"),
    ),
    SheetField(
        "level",
        Group.WHAT,
        gettext_lazy("Niveau d’engagement proposé"),
        help=gettext_lazy("Il sera celui de l’action une fois voté."),
        restorable=False,  # it moves by a decision
    ),
    SheetField("description", Group.WHAT, gettext_lazy("Description")),
    SheetField(
        "practices",
        Group.WHAT,
        gettext_lazy("Bonnes pratiques suivies"),
        help=gettext_lazy("Maintenez Ctrl (ou Cmd) pour en choisir plusieurs."),
    ),
    SheetField(
        "scope",
        Group.WHAT,
        gettext_lazy("Champ d’expérimentation"),
        help=gettext_lazy("Où, sur qui, jusqu’à quand ; nécessaire à une expérimentation."),
        word=gettext_lazy("Champ"),
    ),
    SheetField(
        "protocol",
        Group.WHAT,
        gettext_lazy("Protocole de l’essai"),
        help=gettext_lazy("Comment on essaie : qui, combien de temps, mesuré comment."),
    ),
    SheetField(
        "compared_with",
        Group.WHAT,
        gettext_lazy("Comparé à quoi"),
        help=gettext_lazy("Avant et après, ou un témoin où rien n’a changé."),
    ),
    SheetField(
        "cost_to_extend",
        Group.WHAT,
        gettext_lazy("Coût de généraliser"),
        help=gettext_lazy("En euros et en jours, même un intervalle."),
    ),
    SheetField("reach", Group.WHAT, gettext_lazy("Portée"), word=gettext_lazy("Portée")),
    SheetField("axis", Group.WHAT, gettext_lazy("Axe"), word=gettext_lazy("Axe")),
    SheetField(
        "goals",
        Group.WHAT,
        gettext_lazy("Objectifs communs servis"),
        word=gettext_lazy("Objectifs"),
    ),
    SheetField(
        "pilot_function",
        Group.WHO,
        gettext_lazy("Fonction du pilote"),
        help=gettext_lazy("Une seule fonction répond de l’action."),
        head=gettext_lazy("Pilote"),
    ),
    SheetField("pilot", Group.WHO, gettext_lazy("Personne qui pilote")),
    SheetField(
        "unit",
        Group.WHO,
        gettext_lazy("Entité"),
        word=gettext_lazy("Entité"),
        head=gettext_lazy("Entité"),
    ),
    SheetField(
        "decided_by",
        Group.WHO,
        gettext_lazy("Qui décide"),
        help=gettext_lazy("Qui dit oui ou non : le maire, une direction, une assemblée."),
        word=gettext_lazy("Décide"),
    ),
    SheetField(
        "follow_up_function",
        Group.WHO,
        gettext_lazy("Suivi par"),
        help=gettext_lazy("La fonction qui suit les relevés ; nécessaire à une réalisation."),
        word=gettext_lazy("Suivi"),
        head=gettext_lazy("Suivi"),
    ),
    SheetField(
        "contributors",
        Group.WHO,
        gettext_lazy("Contributeurs"),
        help=gettext_lazy("Un par ligne."),
        word=gettext_lazy("Contributeurs"),
    ),
    SheetField(
        "sponsor_function",
        Group.WHO,
        gettext_lazy("Élu ou directeur référent"),
        word=gettext_lazy("Référent"),
    ),
    SheetField("starts_on", Group.WHEN, gettext_lazy("Début"), head=gettext_lazy("Début")),
    SheetField("due_on", Group.WHEN, gettext_lazy("Fin prévue"), head=gettext_lazy("Fin prévue")),
    SheetField(
        "days_per_year",
        Group.EFFORT,
        gettext_lazy("Temps d’agents (jours par an)"),
        help=gettext_lazy("Jamais converti en euros. Vide : inconnu."),
        word=gettext_lazy("Temps"),
        unsaid=gettext_lazy("inconnu"),
        sentence=gettext_lazy("%(value)s jours par an"),
        head=gettext_lazy("Jours par an"),
    ),
    SheetField(
        "impact_guess",
        Group.EFFORT,
        gettext_lazy("Impact pressenti"),
        word=gettext_lazy("Impact pressenti"),
        unsaid=gettext_lazy("non estimé"),
    ),
    SheetField(
        "effort_guess",
        Group.EFFORT,
        gettext_lazy("Effort pressenti"),
        word=gettext_lazy("Effort pressenti"),
        unsaid=gettext_lazy("non estimé"),
    ),
)


class ActionFields(TypedDict, total=False):
    """The types of the fields of `SHEET`; `level` only as long as no decision was made."""

    title: str
    short_title: str
    own_number: str
    description: str
    axis: Axis | None
    goals: Iterable[Goal]
    practices: Iterable[Practice]
    level: CommitmentLevel
    reach: Reach
    scope: str
    protocol: str
    compared_with: str
    cost_to_extend: str
    starts_on: date | None
    due_on: date | None
    pilot_function: str
    pilot: Person | None
    unit: Unit | None
    decided_by: str
    follow_up_function: str
    contributors: Sequence[str]
    sponsor_function: str
    impact_guess: Guess | None
    effort_guess: Guess | None
    days_per_year: Decimal | None


def sheet_of(action: Action) -> dict[str, Any]:
    """Return the value of each field, from what `load_details` fetched; of many, a list."""
    return {field.name: value_of(action, field) for field in SHEET}


def value_of(action: Action, field: SheetField) -> Any:
    """Return the value of one field."""
    if field.name == "practices":
        return [link.practice for link in action.practice_links.all()]
    value = getattr(action, field.name)
    return list(value.all()) if field.column.many_to_many else value


def set_sheet(action: Action, fields: ActionFields) -> dict[str, trail.Change]:
    """Set and save the fields of an action, saved or new; returns what changed.

    Raises ValidationError.
    """
    given: dict[str, Any] = dict(fields)
    many = {
        field.name: list(given.pop(field.name))
        for field in SHEET
        if field.column.many_to_many and field.name in given
    }
    given = {name: _trimmed(value) for name, value in given.items()}
    _check_level(action, given)
    changes = trail.set_fields(action, given)
    if action.pilot is not None and "pilot" in changes and action.vacant_since is not None:
        changes |= trail.set_fields(action, {"vacant_since": None})
    _check_sheet(action)
    _check_commitment(action, changes)
    _check_many(action.plan, many)
    store(action)
    return changes | {
        name: change
        for name, objects in many.items()
        if (change := _set_many(action, name, objects)) is not None
    }


def _trimmed(value: Any) -> Any:
    if type(value) is str:
        return value.strip()
    if isinstance(value, (list, tuple)):
        return [text for item in value if (text := item.strip())]
    return value


def _check_level(action: Action, given: dict[str, Any]) -> None:
    if "level" not in given or action._state.adding or given["level"] == action.level:
        return
    if action.decisions.exists():
        raise ValidationError({"level": _("Ce niveau a été voté : il change par une décision.")})


def _check_sheet(action: Action) -> None:
    starts, due = action.starts_on, action.due_on
    if starts is not None and due is not None and due < starts:
        raise ValidationError({"due_on": _("La fin prévue ne peut pas précéder le début.")})
    if action.axis is not None and action.axis.plan_id != action.plan_id:
        raise ValidationError({"axis": _("Cet axe est d’un autre plan.")})
    pilot = action.pilot
    if pilot is not None and pilot.organisation_id != action.plan.organisation_id:
        raise ValidationError({"pilot": _("Cette personne est d’une autre organisation.")})
    if action.unit is not None and action.unit.organisation_id != action.plan.organisation_id:
        raise ValidationError({"unit": _("Cette entité est d’une autre organisation.")})
    _check_own_number(action)


def _check_own_number(action: Action) -> None:
    """Refuse a number that another action of the plan is called by."""
    called = action.own_number
    others = Action.objects.filter(plan_id=action.plan_id).exclude(pk=action.pk)
    if not called:
        return
    alone = others.filter(own_number="", number=int(called)) if _is_plain(called) else None
    if others.filter(own_number=called).exists() or (alone is not None and alone.exists()):
        raise ValidationError({"own_number": _("Une autre action porte déjà ce numéro.")})


def _is_plain(called: str) -> bool:
    """Tell whether a number is one that an action may have here."""
    return called.isascii() and called.isdecimal() and len(called) < 5


def _check_commitment(action: Action, changes: dict[str, trail.Change]) -> None:
    """Refuse to empty what the level voted rests on; a level taken over may never have had it."""
    emptied = {name for name, (_old, new) in changes.items() if not new}
    if action._state.adding or not emptied or not action.decisions.exists():
        return
    if action.level == CommitmentLevel.EXPERIMENT and "scope" in emptied:
        refuse([SCOPE_MISSING.at()])
    if action.level == CommitmentLevel.IMPLEMENTATION and "follow_up_function" in emptied:
        refuse([FOLLOW_UP_MISSING.at()])


def _check_many(plan: Plan, many: dict[str, list[Any]]) -> None:
    if any(goal.plan_id != plan.pk for goal in many.get("goals", ())):
        raise ValidationError({"goals": _("Cet objectif est d’un autre plan.")})
    for practice in many.get("practices", ()):
        check_practice(plan, practice)


def check_practice(plan: Plan, practice: Practice) -> None:
    """Refuse a practice of a catalogue that the plan's organisation does not have."""
    owner = practice.version.catalogue.organisation_id
    if owner not in (None, plan.organisation_id):
        raise ValidationError({"practices": _("Cette pratique est d’un autre référentiel.")})


def _set_many(action: Action, name: str, objects: list[Any]) -> trail.Change | None:
    if name == "goals":
        before = set(action.goals.values_list("pk", flat=True))
    else:
        before = set(action.practice_links.values_list("practice_id", flat=True))
    after = {item.pk for item in objects}
    if before == after:
        return None
    if name == "goals":
        action.goals.set(objects)
    else:
        action.practice_links.exclude(practice_id__in=after).delete()
        ActionPractice.objects.bulk_create(
            ActionPractice(action=action, practice_id=pk) for pk in sorted(after - before)
        )
    return sorted(before), sorted(after)
