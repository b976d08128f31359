"""Multi-year programmes: opening one, revising what it authorises, and its payment credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.accounts.trail import record
from portulan.budget.enums import ProgrammeKind
from portulan.budget.models import PaymentCredit, Programme, ProgrammeRevision
from portulan.core import audit
from portulan.core.money import ZERO
from portulan.core.storing import store


@transaction.atomic
def set_programme(
    actor: Actor,
    *,
    title: str,
    kind: ProgrammeKind,
    codes: Iterable[str],
    programme: Programme | None = None,
) -> Programme:
    """Open a programme, or say again what it is and which codes its lines bear.

    Raises DeniedError; ValidationError for a title taken, or a code that another programme has: a
    line is paid from one authorisation.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    programme = programme or Programme(organisation_id=actor.organisation_id)
    if programme.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce programme est d’une autre organisation."))
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    others = Programme.objects.filter(organisation_id=actor.organisation_id)
    for other in others.exclude(pk=programme.pk):
        if taken := set(wanted) & set(other.codes):
            raise ValidationError(
                {
                    "codes": _("« %(code)s » est déjà celui de « %(title)s ».")
                    % {"code": sorted(taken)[0], "title": other.title}
                }
            )
    changes = audit.set_fields(programme, {"title": title.strip(), "kind": kind, "codes": wanted})
    store(programme)
    record(actor, programme, "set", changes)
    return programme


@transaction.atomic
def revise_programme(
    actor: Actor,
    *,
    programme: Programme,
    amount: Decimal,
    decided_on: date,
    reference: str,
    payments: Mapping[int, Decimal],
) -> ProgrammeRevision:
    """Say what a decision authorises in all, and its payment credits by year, in euros.

    What was decided before stays readable; the same day, it is said again. Raises DeniedError;
    ValidationError when the payment credits exceed what is authorised (CGCT, article L. 2311-3:
    they are what may be paid within it).
    """
    actor.require(Operation.EDIT_BUDGET)
    _hold(actor, programme)
    total = sum(payments.values(), ZERO)
    if total > amount:
        raise ValidationError(
            _("Les crédits de paiement (%(total)s €) dépassent le montant autorisé (%(amount)s €).")
            % {"total": total, "amount": amount},
            code="beyond",
        )
    revision = ProgrammeRevision.objects.filter(
        programme=programme, decided_on=decided_on
    ).first() or ProgrammeRevision(programme=programme, decided_on=decided_on)
    before = revision.amount if revision.pk else None
    revision.amount, revision.reference = amount, reference.strip()
    revision.person_id, revision.recorded_at = actor.person_id, timezone.now()
    store(revision)
    was = dict(revision.payments.values_list("year", "amount"))
    revision.payments.all().delete()
    for year, credit in sorted(payments.items()):
        store(PaymentCredit(revision=revision, year=year, amount=credit))
    changes: dict[str, audit.Change] = {"amount": (before, amount)}
    changes |= {
        f"payment {year}": (was.get(year), payments.get(year))
        for year in sorted({*was, *payments})
        if was.get(year) != payments.get(year)
    }
    record(actor, programme, "revised", changes)
    return revision


@transaction.atomic
def remove_revision(actor: Actor, *, revision: ProgrammeRevision) -> None:
    """Take back a decision said by mistake; the journal keeps what it was. Raises DeniedError."""
    actor.require(Operation.EDIT_BUDGET)
    _hold(actor, revision.programme)
    record(actor, revision.programme, "revision removed", {"amount": (revision.amount, None)})
    revision.delete()


def _hold(actor: Actor, programme: Programme) -> None:
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if held.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce programme est d’une autre organisation."))
