"""Writing a selection in the plan through its own services, and taking it back in one step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.funding.writes import allot, remove_allotment
from portulan.budget.models import Allotment
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import decide
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.portfolio.access import hold
from portulan.portfolio.applying.reads import deliverable_of, offered
from portulan.portfolio.applying.rules import Change
from portulan.portfolio.models import Application, Selection
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import ScenarioStatus

type Entry = dict[str, Any]  # JSON: kind, action, year, before, after


@transaction.atomic
def apply_selection(
    actor: Actor,
    *,
    selection: Selection,
    keys: Collection[str],
    on: date,
    body: str,
    reason: str,
    today: date,
) -> Application:
    """Write in the plan the changes of these keys: all of them, or none.

    Levels by decisions of that body on that day, allotments by the same decision, and dates. The
    changes are reckoned again: what moved in between is not written blindly. Raises DeniedError,
    NotFoundError, ValidationError (nothing ticked, no body or reason, a scenario changed since or
    applied already, a level that its action is not ready for).
    """
    scenario = selection.scenario
    hold(actor, scenario)
    _check(selection, on, body, reason, today)
    taken = [
        one.change
        for one in offered(actor=actor, selection=selection, today=today)
        if one.change.key in keys
    ]
    if not taken:
        raise ValidationError(_("Cochez au moins un changement."))
    actions = {
        action.number: action
        for action in Action.objects.filter(plan=scenario.plan_id).select_related("plan")
    }
    writing = _Writing(actor, on, body.strip(), reason.strip(), today)
    entries = [writing.write(actions[change.number], change) for change in taken]
    application = Application.objects.create(
        selection=selection,
        person_id=actor.person_id,
        applied_at=timezone.now(),
        decided_on=on,
        body=body.strip(),
        reason=reason.strip(),
        entries=entries,
        status_before=scenario.status,
    )
    scenario.status = ScenarioStatus.APPLIED
    scenario.save(update_fields=["status"])
    record(
        actor,
        scenario,
        Verb.APPLIED,
        {"body": (None, body.strip()), "decided_on": (None, on)},
    )
    return application


def _check(selection: Selection, on: date, body: str, reason: str, today: date) -> None:
    refused: dict[str, str] = {}
    if not body.strip():
        refused["body"] = _("Dites quel organe a décidé.")
    if not reason.strip():
        refused["reason"] = _("Donnez le motif : il sera relu dans un an.")
    if on > today:
        refused["on"] = _("Cette date est à venir : appliquez une fois décidé.")
    if refused:
        raise ValidationError(refused)
    if selection.value is None:
        raise ValidationError(_("Ce calcul n’a pas trouvé de plan : rien à appliquer."))
    if selection.revision != selection.scenario.revision:
        raise ValidationError(
            _("Le scénario a changé depuis ce calcul : recalculez avant d’appliquer.")
        )


class _Writing:
    """One decision, written action by action."""

    def __init__(self, actor: Actor, on: date, body: str, reason: str, today: date) -> None:
        self._actor, self._on, self._body = actor, on, body
        self._reason, self._today = reason, today

    def write(self, action: Action, change: Change) -> Entry:
        """Write one change and return what it takes to undo it."""
        entry: Entry = {"kind": change.kind, "action": action.pk, "year": change.year}
        match change.after:
            case CommitmentLevel() as level:
                return entry | self._decide(action, level)
            case date() as day:
                before = action.due_on
                edit_action(self._actor, action=action, due_on=day)
                return entry | {
                    "before": before and before.isoformat(),
                    "after": day.isoformat(),
                }
            case amount:
                return entry | self._allot(action, change.year or 0, amount)

    def _decide(self, action: Action, level: CommitmentLevel) -> Entry:
        before = action.level
        adopted = action.decisions.exists()
        decide(
            self._actor,
            action=action,
            outcome=Outcome.MOVE if adopted else Outcome.ADOPT,
            level=level,
            on=self._on,
            body=self._body,
            reason=self._reason,
            deliverable=deliverable_of(action),
            today=self._today,
        )
        return {"before": before, "after": level.value}

    def _allot(self, action: Action, year: int, amount: int) -> Entry:
        kept = Allotment.objects.filter(action=action, year=year).first()
        before = kept and [str(kept.amount), kept.decided_on.isoformat(), kept.reference]
        allot(
            self._actor,
            action=action,
            year=year,
            amount=Decimal(amount),
            decided_on=self._on,
            reference=self._reason[:250],
        )
        return {"before": before, "after": amount}


def _last_decided(action: Action) -> date:
    return max(decision.decided_on for decision in action.decisions.all())


@transaction.atomic
def undo_application(actor: Actor, *, application: Application, today: date) -> None:
    """Put back what stood in the plan: all of it, or nothing when something moved since.

    A level goes back by a decision of its own, of the day of the one it takes back: what was
    decided stays in the history, and the level is as if never left. Raises DeniedError,
    NotFoundError, ValidationError.
    """
    scenario = application.selection.scenario
    hold(actor, scenario, applied=True)
    if application.undone_at is not None:
        raise ValidationError(_("Cette application est déjà annulée."))
    actions = Action.objects.filter(plan=scenario.plan_id).select_related("plan").in_bulk()
    for entry in reversed(application.entries):
        action = actions.get(entry["action"])
        if action is None or not _stands(action, entry):
            raise ValidationError(
                _("L’action %(number)s a changé depuis : rien n’est annulé, corrigez-la.")
                % {"number": "?" if action is None else action.number}
            )
        _put_back(actor, action, entry, application, today)
    application.undone_at = timezone.now()
    application.save(update_fields=["undone_at"])
    scenario.status = application.status_before
    scenario.save(update_fields=["status"])
    record(actor, scenario, Verb.APPLICATION_UNDONE, {"body": (application.body, None)})


def _stands(action: Action, entry: Entry) -> bool:
    """Tell whether what was written is still there."""
    if entry["kind"] == "level":
        return bool(action.level == entry["after"])
    if entry["kind"] == "due_on":
        return action.due_on == date.fromisoformat(entry["after"])
    kept = Allotment.objects.filter(action=action, year=entry["year"]).first()
    return kept is not None and kept.amount == entry["after"]


def _put_back(
    actor: Actor, action: Action, entry: Entry, application: Application, today: date
) -> None:
    before = entry["before"]
    if entry["kind"] == "level":
        decide(
            actor,
            action=action,
            outcome=Outcome.MOVE,
            level=CommitmentLevel(before),
            on=_last_decided(action),
            body=application.body,
            reason=_("Annulation de l’application d’un scénario : %(reason)s")
            % {"reason": application.reason},
            deliverable=deliverable_of(action),
            today=today,
        )
    elif entry["kind"] == "due_on":
        edit_action(actor, action=action, due_on=before and date.fromisoformat(before))
    elif before is None:
        remove_allotment(actor, action=action, year=entry["year"])
    else:
        amount, decided_on, reference = before
        allot(
            actor,
            action=action,
            year=entry["year"],
            amount=Decimal(amount),
            decided_on=date.fromisoformat(decided_on),
            reference=reference,
        )
