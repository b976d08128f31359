"""Saying what lines bought, and what was received as a gift.

A line keeps its figures: what is said here may be said of a closed year, whose declaration is due
six months after its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.access import hold_line, hold_year
from portulan.budget.models import BudgetLine, FiscalYear, Gift, PurchasePart
from portulan.budget.purchases.computed import CIRCULAR
from portulan.budget.purchases.schema import categories
from portulan.budget.verbs import Verb
from portulan.budget.words import ProductOrigin
from portulan.core.money import ZERO, TaxBasis
from portulan.core.storing import store
from portulan.indicators.measurements import refresh_used


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a line as somebody says it; no category is "not a product"."""

    category: str
    origin: ProductOrigin
    amount: Decimal
    ht: Decimal | None
    vat: Decimal | None
    invoice_year: int


class Given(NamedTuple):
    """A gift as somebody says it; without quantity, it is taken back."""

    category: str
    label: str
    quantity: int | None
    unit_value: Decimal | None
    source: str


@transaction.atomic
def set_part(
    actor: Actor,
    *,
    line: BudgetLine,
    category: str,
    origin: ProductOrigin,
    amount: Decimal | None,
    ht: Decimal | None = None,
    vat: Decimal | None = None,
    invoice_year: int,
) -> PurchasePart:
    """Say a part of a line, or take it back (`amount` None): it then has no key any more.

    Raises DeniedError, ValidationError: more than the line, no amount HT and no rate where the
    accounts are TTC, an amount HT beyond the other.
    """
    actor.require(Operation.EDIT_BUDGET)
    line = hold_line(line)
    found = PurchasePart.objects.filter(
        line=line, category=category, origin=origin, invoice_year=invoice_year
    ).first() or PurchasePart(
        line=line, category=category, origin=origin, invoice_year=invoice_year
    )
    before = found.amount if found.pk else None
    if amount is None:
        if found.pk:
            found.delete()
    else:
        said = Said(category, origin, amount, ht, vat, invoice_year)
        others = line.purchase_parts.exclude(pk=found.pk)
        check(line, [*map(_as_said, others), said])
        _fill(found, said, actor)
        found.read_from = ""  # from now on it is who says it
        store(found)
    record(actor, line, Verb.QUALIFIED, {category or "not a product": (before, amount)})
    refresh_used(actor, names=[CIRCULAR])
    return found


def check(line: BudgetLine, said: Iterable[Said]) -> None:
    """Refuse what cannot all be said of a line. Raises ValidationError."""
    whole, taken = line.realised, ZERO
    if whole is None:
        raise ValidationError(_("Cette ligne n’a rien de mandaté."))
    for part in said:
        if part.category and part.category not in categories():
            raise ValidationError({"category": _("Ce n’est pas un des types de produits.")})
        _check_tax(line, part)
        if part.amount * whole < 0:
            raise ValidationError(
                {"amount": _("Un avoir se retranche : son montant a le signe de sa ligne.")}
            )
        taken += part.amount
    if abs(taken) > abs(whole):
        raise ValidationError(
            {
                "amount": _("Les parts font %(taken)s, la ligne %(whole)s.")
                % {"taken": taken, "whole": whole}
            }
        )


def _check_tax(line: BudgetLine, part: Said) -> None:
    if part.ht is not None and part.vat is not None:
        raise ValidationError({"vat": _("Donnez le montant HT ou un taux, pas les deux.")})
    if not part.category or line.fiscal_year.tax_basis == TaxBasis.HT:
        return
    if part.ht is None and part.vat is None:
        raise ValidationError(
            {"ht": _("Ces comptes sont TTC : donnez le montant HT, ou un taux de TVA.")}
        )
    if part.ht is not None and (abs(part.ht) > abs(part.amount) or part.ht * part.amount < 0):
        raise ValidationError({"ht": _("Le montant HT dépasse le montant.")})


def _as_said(part: PurchasePart) -> Said:
    return Said(
        part.category,
        ProductOrigin(part.origin),
        part.amount,
        part.ht,
        part.vat,
        part.invoice_year,
    )


def _fill(part: PurchasePart, said: Said, actor: Actor) -> None:
    part.amount, part.ht, part.vat = said.amount, said.ht, said.vat
    part.person_id, part.recorded_at = actor.person_id, timezone.now()


@transaction.atomic
def qualify(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    said: Mapping[int, Iterable[Said]],
    read_from: str = "",
) -> tuple[int, int]:
    """Say all the parts of lines, by their identifier, in place of those that they had.

    `read_from`: where they were read, if they were.
    Returns how many lines changed, how many were so already. Raises DeniedError, ValidationError
    (the first refusal, with the line's name); nothing is then written.
    """
    actor.require(Operation.EDIT_BUDGET)
    held = hold_year(fiscal_year.pk)
    found = BudgetLine.everything.filter(fiscal_year=held)
    lines = found.prefetch_related("purchase_parts").in_bulk(list(said))
    changed, same = [], 0
    for pk, parts in said.items():
        line = lines[pk]
        line.fiscal_year = held
        wanted = sorted(parts, key=str)
        if wanted == sorted(map(_as_said, line.purchase_parts.all()), key=str):
            same += 1
            continue
        check(line, wanted)
        changed.append(line)
        for part in wanted:
            row = PurchasePart(
                line=line,
                category=part.category,
                origin=part.origin,
                invoice_year=part.invoice_year,
                read_from=read_from,
            )
            _fill(row, part, actor)
            line.made = [*getattr(line, "made", ()), row]  # type: ignore[attr-defined]
    PurchasePart.objects.filter(line__in=changed).delete()
    PurchasePart.objects.bulk_create(
        [row for line in changed for row in getattr(line, "made", ())], batch_size=500
    )
    if changed:
        told = {"source": (None, read_from)} if read_from else {}
        record(actor, held, Verb.QUALIFIED_TOGETHER, {"lines": (None, len(changed)), **told})
        refresh_used(actor, names=[CIRCULAR])
    return len(changed), same


@transaction.atomic
def set_gift(
    actor: Actor,
    *,
    year: int,
    category: str,
    label: str,
    quantity: int | None,
    unit_value: Decimal | None,
    source: str,
) -> Gift:
    """Say what was received in a civil year, or take it back (no quantity).

    Raises DeniedError, ValidationError: no value, no source of it.
    """
    actor.require(Operation.EDIT_BUDGET)
    organisation = hold_organisation(actor)
    label = label.strip()
    found = Gift.objects.filter(
        organisation=organisation, year=year, category=category, label=label
    ).first() or Gift(organisation=organisation, year=year, category=category, label=label)
    before = found.quantity if found.pk else None
    if not quantity:
        if found.pk:
            found.delete()
        record(actor, organisation, Verb.GIFT_SET, {label: (before, None)})
        return found
    if category not in categories():
        raise ValidationError({"category": _("Ce n’est pas un des types de produits.")})
    if unit_value is None or not source.strip():
        raise ValidationError(
            {"unit_value": _("Donnez la valeur forfaitaire de l’un, et d’où elle vient.")}
        )
    found.quantity, found.unit_value, found.source = quantity, unit_value, source.strip()
    store(found)
    record(actor, organisation, Verb.GIFT_SET, {label: (before, quantity)})
    return found
