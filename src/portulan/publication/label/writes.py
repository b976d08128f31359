"""Keeping the criteria of a label: typed, pasted, answered, proved, removed, put back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.models import AuditEntry
from portulan.core.storing import get_one, store
from portulan.evidence.models import Piece
from portulan.evidence.writes import link, unlink
from portulan.plans.access import check_plan
from portulan.plans.models import Action, Plan
from portulan.publication.label.pasting import on_one_line, read_lines
from portulan.publication.label.reads import numbers_of
from portulan.publication.models import CriterionEvidence, LabelCriterion
from portulan.publication.verbs import Verb

MOST = 1_000  # criteria of a plan
_FIELDS = ("code", "title", "answer", "actions")
_PASTED = "criterion "  # before the code, in the trail
_UNDOABLE = (Verb.CRITERION_SAVED, Verb.CRITERION_REMOVED, Verb.CRITERIA_PASTED)


@dataclass(frozen=True, slots=True)
class Saved:
    """A criterion as it stands, and the entry of the trail that undoes it, if anything changed."""

    criterion: LabelCriterion
    entry: int | None


@dataclass(frozen=True, slots=True)
class Pasted:
    """How many criteria lines made, how many titles they changed, and what undoes it."""

    added: int
    changed: int
    entry: int | None


@transaction.atomic
def save_criterion(
    actor: Actor,
    *,
    plan: Plan,
    code: str,
    title: str,
    answer: str = "",
    actions: Iterable[Action] = (),
    criterion: LabelCriterion | None = None,
) -> Saved:
    """Enter a criterion, or change one. Raises DeniedError, NotFoundError, ValidationError."""
    check_plan(actor, plan, Operation.EDIT_PLAN)
    its = {one.pk: one for one in actions}
    if any(one.plan_id != plan.pk for one in its.values()):
        raise ValidationError({"actions": _("Une de ces actions n’est pas de ce plan.")})
    if criterion is None:
        _check_room(plan, 1)
    found = criterion or LabelCriterion(plan=plan)
    was = numbers_of(found) if found.pk else []
    said = {"code": code, "title": title, "answer": answer}
    values = {name: on_one_line(text) for name, text in said.items()}
    changes = trail.set_fields(found, values)
    now = [one.called for one in sorted(its.values(), key=lambda one: one.number)]
    if was != now:
        changes["actions"] = (was, now)
    if not changes:
        return Saved(found, None)
    store(found)
    found.actions.set(its.values())
    if criterion is None:
        changes = {name: (None, now) for name, (_was, now) in changes.items() if now}
    told = {"criterion": (None, found.code), **changes}
    return Saved(found, record(actor, plan, Verb.CRITERION_SAVED, told))


def _check_room(plan: Plan, more: int) -> None:
    if LabelCriterion.objects.filter(plan=plan).count() + more > MOST:
        raise ValidationError(_("La liste est pleine : mille critères au plus."))


@transaction.atomic
def paste_criteria(actor: Actor, *, plan: Plan, lines: str) -> Pasted:
    """Enter criteria given as lines: what is known by its code only changes its title.

    Those that no line gives stay. Raises DeniedError, NotFoundError, ValidationError;
    UnusableInputError with the line that is wrong.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    read = read_lines(lines)
    known = {one.code: one for one in LabelCriterion.objects.filter(plan=plan)}
    _check_room(plan, sum(line.code not in known for line in read))
    changes: dict[str, trail.Change] = {}
    for line in read:
        found = known.get(line.code) or LabelCriterion(plan=plan, code=line.code)
        if found.title != line.title:
            changes[f"{_PASTED}{line.code}"] = (found.title or None, line.title)
            found.title = line.title
            store(found)
    added = sum(was is None for was, _now in changes.values())
    entry = record(actor, plan, Verb.CRITERIA_PASTED, changes) if changes else None
    return Pasted(added, len(changes) - added, entry)


@transaction.atomic
def remove_criterion(actor: Actor, *, criterion: LabelCriterion) -> int:
    """Remove a criterion; its pieces stay where they are. Return what puts it back.

    Raises DeniedError, NotFoundError.
    """
    plan = criterion.plan
    check_plan(actor, plan, Operation.EDIT_PLAN)
    values = {**_state(criterion), "evidence": _pieces(criterion)}
    criterion.delete()
    changes: dict[str, trail.Change] = {name: (now, None) for name, now in values.items() if now}
    return record(actor, plan, Verb.CRITERION_REMOVED, changes)


def _state(criterion: LabelCriterion) -> dict[str, Any]:
    """Return what is said of a criterion, as the trail has it."""
    own = {name: getattr(criterion, name) for name in ("code", "title", "answer")}
    return own | {"actions": numbers_of(criterion)}


def _pieces(criterion: LabelCriterion) -> list[str]:
    return [f"n° {one.piece_id}" for one in criterion.evidence_links.order_by("pk")]


@transaction.atomic
def prove_criterion(actor: Actor, *, criterion: LabelCriterion, piece: Piece) -> bool:
    """Say that a piece proves what is answered to a criterion; tell whether that is new.

    Raises DeniedError, NotFoundError.
    """
    check_plan(actor, criterion.plan, Operation.GIVE_EVIDENCE)
    return link(actor, model=CriterionEvidence, proved=criterion.pk, piece=piece)


@transaction.atomic
def unprove_criterion(actor: Actor, *, criterion: LabelCriterion, piece: Piece) -> None:
    """Say that a piece does not prove it after all. Raises DeniedError, NotFoundError."""
    check_plan(actor, criterion.plan, Operation.GIVE_EVIDENCE)
    unlink(actor, model=CriterionEvidence, proved=criterion.pk, piece=piece)


# --- putting back -----------------------------------------------------------------------------


@transaction.atomic
def undo_criteria(actor: Actor, *, plan: Plan, entry: int) -> None:
    """Put back what an entry of the trail changed among the criteria of a plan, all or nothing.

    Raises DeniedError, NotFoundError; ValidationError when it changed again since.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    done = get_one(trail.history(plan).filter(verb__in=_UNDOABLE), pk=entry)
    known = {one.code: one for one in LabelCriterion.objects.filter(plan=plan)}
    match done.verb:
        case Verb.CRITERION_REMOVED:
            _bring_back(actor, plan, done, known)
        case Verb.CRITERION_SAVED:
            _unsave(plan, done, known)
        case _:
            _unpaste(done, known)
    record(actor, plan, Verb.CRITERIA_UNDONE, {"entry": (None, done.pk)})


def _changed_since() -> ValidationError:
    return ValidationError(_("Cela a changé depuis : rien n’est remis comme avant."))


def _bring_back(
    actor: Actor, plan: Plan, done: AuditEntry, known: dict[str, LabelCriterion]
) -> None:
    was = {name: old for name, (old, _now) in done.changes.items()}
    if was["code"] in known:
        raise _changed_since()
    found = LabelCriterion(
        plan=plan, code=was["code"], title=was["title"], answer=was.get("answer", "")
    )
    store(found)
    found.actions.set(_actions(plan, was.get("actions", ())))
    numbers = [int(said.removeprefix("n° ")) for said in was.get("evidence", ())]
    # A piece that was deleted since proves nothing any more.
    for piece in Piece.objects.filter(organisation_id=plan.organisation_id, pk__in=numbers):
        link(actor, model=CriterionEvidence, proved=found.pk, piece=piece)


def _unsave(plan: Plan, done: AuditEntry, known: dict[str, LabelCriterion]) -> None:
    found = known.get(done.changes["criterion"][1])
    changes = {name: done.changes[name] for name in _FIELDS if name in done.changes}
    if found is None:
        raise _changed_since()
    state = _state(found)
    if any(state[name] != now for name, (_was, now) in changes.items()):
        raise _changed_since()
    if "code" in changes and changes["code"][0] is None:
        _undo_new(found, {name: now for name, (_was, now) in changes.items()})
        return
    if "code" in changes and changes["code"][0] in known:
        raise _changed_since()
    for name, (was, _now) in changes.items():
        if name == "actions":
            found.actions.set(_actions(plan, was))
        else:
            setattr(found, name, was)
    store(found)


def _undo_new(found: LabelCriterion, made: dict[str, Any]) -> None:
    """Take away a criterion that was made, unless somebody said more of it since."""
    said = {name: now for name, now in _state(found).items() if now}
    if said != made or found.evidence_links.exists():
        raise _changed_since()
    found.delete()


def _unpaste(done: AuditEntry, known: dict[str, LabelCriterion]) -> None:
    for name, (was, now) in done.changes.items():
        code = name.removeprefix(_PASTED)
        found = known.get(code)
        if found is None or found.title != now:
            raise _changed_since()
        if was is None:
            _undo_new(found, {"code": code, "title": now})
        else:
            found.title = was
            store(found)


def _actions(plan: Plan, numbers: Iterable[str]) -> list[Action]:
    """Return the actions of a plan that have these numbers, those that still stand."""
    wanted = set(numbers)
    return [one for one in plan.actions.all() if one.called in wanted]
