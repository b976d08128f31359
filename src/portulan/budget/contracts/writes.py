"""The register of contracts, written: typed, taken from a file, its clauses chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.contracts import contract as read
from portulan.budget.contracts.clauses import catalogue
from portulan.budget.contracts.shares import NAMES
from portulan.budget.models import Contract, ContractHabits
from portulan.budget.verbs import Verb
from portulan.budget.words import (
    LONGEST,
    LONGEST_NOTICE,
    LONGEST_RENEWAL,
    Lot,
    Procedure,
    Renewal,
    Sequel,
    Why,
)
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.folding import squeeze
from portulan.core.storing import require_clean, store
from portulan.indicators.measurements import refresh_used
from portulan.plans.models import Action

MOST = 2_000


@transaction.atomic
def save_contract(
    actor: Actor,
    *,
    contract: Contract | None = None,
    subject: str,
    number: str = "",
    lot: str = "",
    buyer: str = "",
    holder: str = "",
    buys: Lot | None = None,
    procedure: Procedure = Procedure.UNKNOWN,
    consultation_on: date | None = None,
    notified_on: date | None = None,
    months: int | None = None,
    renewal: Renewal = Renewal.NEVER,
    renewed_for: int = 0,
    notice: int | None = None,
    ceiling_ht: Decimal | None = None,
    by_supplier: bool = False,
    clause: bool | None = None,
    criterion: bool | None = None,
    weight: Decimal | None = None,
    actions: Sequence[Action] = (),
) -> Contract:
    """Write a contract, or one to come. Raises DeniedError, NotFoundError, ValidationError."""
    actor.require(Operation.CONTRACTS)
    found = _held(actor, contract)
    if any(action.plan.organisation_id != actor.organisation_id for action in actions):
        raise ValidationError({"actions": _("Cette action est d’une autre organisation.")})
    if notified_on is None and ceiling_ht is not None:
        said = _("Avant la notification, dites le montant avec la prochaine consultation.")
        raise ValidationError({"ceiling_ht": said})
    if consultation_on and notified_on and notified_on < consultation_on:
        said = _("Un marché n’est pas notifié avant le début de sa consultation.")
        raise ValidationError({"notified_on": said})
    if criterion is False and weight:
        raise ValidationError({"weight": _("Sans critère, il n’y a pas de poids.")})
    told: dict[str, Any] = {
        "subject": squeeze(subject),
        "number": number.strip(),
        "lot": lot.strip(),
        "buyer": buyer.strip(),
        "holder": holder.strip(),
        "buys": buys or "",
        "procedure": procedure,
        "consultation_on": consultation_on,
        "notified_on": notified_on,
        "months": months,
        "renewal": renewal,
        "renewed_for": renewed_for,
        "notice": notice,
        "ceiling_ht": ceiling_ht,
        "by_supplier": by_supplier,
        "clause": clause,
        "criterion": criterion,
        "weight": weight,
    }
    _require_years(told)
    changes = trail.set_fields(found, told)
    before = sorted(found.actions.values_list("pk", flat=True)) if found.pk else []
    after = sorted(action.pk for action in actions)
    if before != after:
        changes["actions"] = (before, after)
    if changes:
        store(found)
        found.actions.set(actions)
        record(actor, found, Verb.CONTRACT_EDITED if contract else Verb.CONTRACT_MADE, changes)
        _refresh(actor)
    return found


@transaction.atomic
def remove_contract(actor: Actor, *, contract: Contract) -> None:
    """Forget a contract; lines and actions stay. Raises DeniedError, NotFoundError."""
    actor.require(Operation.CONTRACTS)
    found = _held(actor, contract)
    record(actor, found, Verb.CONTRACT_REMOVED, {"subject": (found.subject, None)})
    found.delete()
    _refresh(actor)


@transaction.atomic
def choose_clauses(
    actor: Actor,
    *,
    contract: Contract,
    chosen: Iterable[str] = (),
    next_weight: Decimal | None = None,
    motive: Why | None = None,
    motive_said: str = "",
    decision: Sequel | None = None,
    next_on: date | None = None,
    offers_on: date | None = None,
    reviewed_by: str = "",
    reviewed_on: date | None = None,
) -> Contract:
    """Say what the next consultation of a contract asks, or why nothing is due.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.CONTRACTS)
    found = _held(actor, contract)
    kept = _known(chosen)
    if motive is Why.OTHER and not motive_said.strip():
        raise ValidationError({"motive_said": _("Écrivez ce motif.")})
    if offers_on and next_on and offers_on < next_on:
        said = _("Les offres arrivent après le début de la consultation.")
        raise ValidationError({"offers_on": said})
    if bool(reviewed_by.strip()) != bool(reviewed_on):
        raise ValidationError({"reviewed_by": _("Dites qui a relu, et quand.")})
    told: dict[str, Any] = {
        "chosen": kept,
        "next_weight": next_weight,
        "motive": motive or "",
        "motive_said": motive_said.strip(),
        "decision": decision or "",
        "next_on": next_on,
        "offers_on": offers_on,
        "reviewed_by": reviewed_by.strip(),
        "reviewed_on": reviewed_on,
    }
    _require_years(told)
    if changes := trail.set_fields(found, told):
        store(found)
        record(actor, found, Verb.CLAUSES_CHOSEN, changes)
        _refresh(actor)
    return found


@transaction.atomic
def set_estimate(
    actor: Actor, *, contract: Contract, estimate_ht: Decimal | None = None
) -> Contract:
    """Say what the next consultation is worth, HT with its lots and renewals: few may read it.

    No history keeps the amount, as others read that. Raises DeniedError, NotFoundError.
    """
    actor.require(Operation.CONTRACTS)
    actor.require(Operation.READ_ORIGINALS)
    found = _held(actor, contract)
    if trail.set_fields(found, {"estimate_ht": estimate_ht}):
        store(found)
        record(actor, found, Verb.CONTRACT_ESTIMATED)
    return found


def _require_years(told: Mapping[str, Any]) -> None:
    """Raise ValidationError for a day whose year was mistyped."""
    for name, value in told.items():
        if isinstance(value, date) and value.year not in read.YEARS:
            raise ValidationError({name: _("Écrivez une année de 1990 à 2100.")})


def _known(chosen: Iterable[str]) -> list[str]:
    """Return texts of the catalogue in its order. Raises ValidationError for another."""
    kept, order = set(chosen), list(catalogue())
    for key in sorted(kept.difference(order)):
        said = _("Le catalogue n’a pas de texte « %(key)s ».") % {"key": str(key)[:20]}
        raise ValidationError({"chosen": said})
    return sorted(kept, key=order.index)


@transaction.atomic
def set_habits(
    actor: Actor,
    *,
    horizon: int,
    formal: int,
    adapted: int,
    purchasing_body: int,
    least_weight: Decimal,
    spaser: bool | None = None,
) -> ContractHabits:
    """Say how far to look, how long procedures take, which weight the plan asks, what is due.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.CONTRACTS)
    place = hold_organisation(actor)
    found = ContractHabits.objects.filter(organisation=place).first()
    found = found or ContractHabits(organisation=place)
    told = {
        "horizon": horizon,
        "formal": formal,
        "adapted": adapted,
        "purchasing_body": purchasing_body,
        "least_weight": least_weight,
        "spaser": spaser,
    }
    if (changes := trail.set_fields(found, told)) or not found.pk:
        store(found)
        record(actor, found, Verb.CONTRACT_HABITS, changes)
        _refresh(actor)
    return found


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: contracts that are new, that moved, that a person keeps otherwise."""

    new: int
    moved: int
    kept: int
    left: int  # not of IT, or without a number: nothing would tell it apart


def what_moves(
    organisation_id: int, register: read.Register
) -> tuple[list[tuple[Contract, dict[str, Any]]], Taken]:
    """Return the contracts of a file that would be written, with what moves (one query).

    What a person typed since the file was last taken stays (three ways: what the file said, what
    stands, what it says).
    """
    known = {
        (one.buyer, one.number, one.lot): one
        for one in Contract.objects.filter(organisation_id=organisation_id)
    }
    rows, new, moved, kept = [], 0, 0, 0
    usable = [one for one in register.of_it if one.id and one.subject.strip()]
    for one in usable:
        said = _said(one)
        number, lot = _parted(squeeze(one.id))
        found = known.get((one.buyer, number, lot))
        if found is None:
            row = Contract(organisation_id=organisation_id, buyer=one.buyer)
            row.number, row.lot = number, lot
            changes, new = said, new + 1
        else:
            row = found
            before = {name: _plain(getattr(row, name)) for name in said}
            stays = {name for name in said if before[name] != row.taken.get(name, before[name])}
            differs = {name for name in said if _plain(said[name]) != before[name]}
            changes = {name: said[name] for name in differs - stays if said[name] is not None}
            kept += bool(differs & stays)
            moved += bool(changes)
        if changes:
            rows.append((row, changes))
    return rows, Taken(new, moved, kept, len(register.contracts) - len(usable))


def _parted(name: str) -> tuple[str, str]:
    """Return a number and its lot: “2024-012-L1” is lot 1 of 2024-012."""
    number, dash, lot = name.rpartition("-L")
    return (number, lot) if dash and number and lot.isdecimal() else (name, "")


def _said(one: read.Contract) -> dict[str, Any]:
    return {
        "subject": squeeze(one.subject)[:250],
        "procedure": one.procedure,
        "notified_on": one.starts,
        "months": one.months if one.months and 0 < one.months <= LONGEST else None,
        "renewal": one.renewal,
        "renewed_for": one.renewed_for if one.renewed_for <= LONGEST_RENEWAL else 0,
        "notice": None if (one.notice or 0) > LONGEST_NOTICE else one.notice,
        "ceiling_ht": one.ceiling if one.starts else None,
        "clause": one.clause,
        "criterion": one.criterion,
        "motive": Why.SUBSEQUENT if one.is_subsequent else "",
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(round(value, 2))
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def take_contracts(actor: Actor, *, register: read.Register) -> Taken:
    """Write the IT contracts of a file: new ones are added, known ones follow it, all or nothing.

    What a person typed is never replaced. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.CONTRACTS)
    place = hold_organisation(actor)
    rows, taken = what_moves(place.pk, register)
    if Contract.objects.filter(organisation=place).count() + taken.new > MOST:
        raise ValidationError(_("Le registre tient deux mille marchés au plus."))
    for row, changes in rows:
        trail.set_fields(row, changes)
        row.taken = {**row.taken, **{name: _plain(value) for name, value in changes.items()}}
        require_clean(row)
    fresh = [row for row, _changes in rows if row._state.adding]
    for row, _changes in rows:
        if not row._state.adding:
            row.save()
    Contract.objects.bulk_create(fresh)
    if rows:
        told = {"new": (None, taken.new), "moved": (None, taken.moved), "kept": (None, taken.kept)}
        record(actor, place, Verb.CONTRACTS_TAKEN, told)
        _refresh(actor)
    return taken


def _held(actor: Actor, contract: Contract | None) -> Contract:
    hold_organisation(actor)
    if contract is None:
        if Contract.objects.filter(organisation_id=actor.organisation_id).count() >= MOST:
            raise ValidationError(_("Le registre tient deux mille marchés au plus."))
        return Contract(organisation_id=actor.organisation_id)
    actor.require_ours(contract)
    try:
        contract.refresh_from_db()
    except Contract.DoesNotExist as error:
        raise NotFoundError(contract.pk) from error
    return contract


def _refresh(actor: Actor) -> None:
    refresh_used(actor, names=NAMES)
