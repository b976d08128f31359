"""What an import meets in its year: accounts it would double, or that it amends."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portulan.budget.enums import BatchStatus
from portulan.budget.models import ORDER_BOOK, ImportBatch
from portulan.budget.stages import Stage


def overlapping(batch: ImportBatch) -> list[ImportBatch]:
    """Return the confirmed imports that give a stage this one gives too, for the same body.

    An amending decision overlaps nothing: it adds to what stands. An order book overlaps the order
    book of the year.
    """
    if batch.delta:
        return []
    if batch.is_order_book:
        return list(_standing(batch))
    return [other for other in _standing(batch) if set(other.stages) & set(batch.stages)]


def why_not_amending(batch: ImportBatch) -> ValidationError | None:
    """Return why an amending decision (delta) has nothing to amend, None when it has.

    Its amounts are changes: alone they are no budget, and executed accounts already hold them
    (opened = voted + amending decisions + carried over, so both would count them twice).
    """
    if not batch.delta:
        return None
    accounts = [other for other in _standing(batch) if not other.delta]
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
    others = list(_standing(batch))
    amending = next((other for other in others if other.delta), None)
    if batch.delta or amending is None or not all(other.delta for other in others):
        return None
    return ValidationError(
        _("« %(file)s » modifie ce budget : annulez d’abord cette décision modificative.")
        % {"file": amending.file_name},
        code="amended",
    )


def why_not_detailing(batch: ImportBatch) -> ValidationError | None:
    """Return why an order book details nothing, None when the year has accounts."""
    if not batch.is_order_book:
        return None
    confirmed = ImportBatch.objects.filter(
        fiscal_year=batch.fiscal_year_id, status=BatchStatus.CONFIRMED
    )
    if confirmed.exclude(format=ORDER_BOOK).exists():
        return None
    return ValidationError(
        _(
            "Des commandes détaillent des comptes : importez-les d’abord, ou choisissez les"
            " colonnes pour lire ce fichier comme un grand livre."
        ),
        code="no-accounts",
    )


def _standing(batch: ImportBatch) -> QuerySet[ImportBatch]:
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
