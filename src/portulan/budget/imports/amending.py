"""Amending decisions of the council: what they are added to, and when they may not be.

An amending decision (a file of changes, `ImportBatch.delta`) adds to the budget of its body; what
it votes it opens (`imports/bulk.py` writes its lines so), and the documents of a year follow each
other in `imports/chain.py`.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portulan.budget.models import ORDER_BOOK, ImportBatch
from portulan.budget.words import Act, BatchStatus, Stage


def is_same_decision(batch: ImportBatch, other: ImportBatch) -> bool:
    """Whether two amending decisions are one: of one kind, with one number, else voted one day."""
    if not other.delta or batch.act != other.act:
        return False
    if batch.number and other.number:
        return batch.number == other.number
    return batch.voted_on is not None and batch.voted_on == other.voted_on


def perhaps_same(batch: ImportBatch) -> list[ImportBatch]:
    """Return the decisions in force that may be this one: neither says its number nor its day."""
    if not batch.delta or batch.number or batch.voted_on:
        return []
    return [
        other
        for other in others_in_force(batch)
        if other.act == batch.act and not (other.number or other.voted_on)
    ]


def amending(batch: ImportBatch) -> list[ImportBatch]:
    """Return the amending decisions in force that will stand on a primary budget read again."""
    if batch.act != Act.PRIMARY:
        return []
    return [other for other in others_in_force(batch) if other.delta]


def why_not_amending(batch: ImportBatch) -> ValidationError | None:
    """Return why an amending decision (delta) has nothing to amend, None when it has.

    Its amounts are changes: alone they are no budget, and executed accounts already hold them
    (opened = voted + amending decisions + carried over, so both would count them twice).
    """
    if not batch.delta:
        return None
    accounts = [other for other in others_in_force(batch) if not other.delta]
    executed = next((other for other in accounts if Stage.REALISED in other.stages), None)
    if executed is not None:
        return ValidationError(
            _("« %(file)s » donne déjà l’année exécutée, décisions modificatives comprises.")
            % {"file": executed.file_name},
            code="included",
        )
    if not accounts:
        return ValidationError(
            _("Une décision modificative change un budget : importez d’abord le budget primitif."),
            code="no-budget",
        )
    return None


def why_not_removed(batch: ImportBatch) -> ValidationError | None:
    """Return why a budget cannot leave its year: an amending decision would stand alone there."""
    others = list(others_in_force(batch))
    amending = next((other for other in others if other.delta), None)
    if batch.delta or amending is None or not all(other.delta for other in others):
        return None
    return ValidationError(
        _("« %(file)s » modifie ce budget : annulez d’abord cette décision modificative.")
        % {"file": amending.file_name},
        code="amended",
    )


def others_in_force(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Return the other confirmed imports of the year for the same body, orders apart from accounts.

    A ledger or typed figures name no body: they are the organisation's own, so they may hold the
    same euros as any account of it.
    """
    others = ImportBatch.objects.filter(
        fiscal_year=batch.fiscal_year_id, status=BatchStatus.CONFIRMED
    )
    if batch.is_order_book:
        return others.filter(format=ORDER_BOOK).exclude(pk=batch.pk).order_by("pk")
    others = others.exclude(format=ORDER_BOOK)
    if batch.siret:
        others = others.filter(Q(siret=batch.siret) | Q(siret=""))
    return others.exclude(pk=batch.pk).order_by("pk")
