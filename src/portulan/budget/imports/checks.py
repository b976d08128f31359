"""Why a file of accounts does not enter a year: accounts it would double, or cannot amend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.models import Organisation
from portulan.budget.imports.amending import is_same_decision, others_in_force
from portulan.budget.imports.inspection import is_doubtful, is_flawed
from portulan.budget.imports.pieces import are_pieces
from portulan.budget.models import ORDER_BOOK, FiscalYear, ImportBatch
from portulan.budget.readers.ledger_mapping import TOGETHER
from portulan.budget.readers.lines import Header
from portulan.budget.words import Act, BatchStatus, Stage


def overlapping(batch: ImportBatch) -> list[ImportBatch]:
    """Return the confirmed imports whose place this one takes, for the same body.

    They give a stage that it gives too. An amending decision adds to what stands: it takes the
    place of itself alone, read again. It stays on a primary budget that is read again, and leaves
    with that budget before what says the state after it (accounts, a ledger). An order book takes
    the place of those that may hold its orders: of a manager in common, or naming none. What is a
    piece of the same account stays beside it.
    """
    standing = others_in_force(batch)
    if batch.is_order_book:
        return [other for other in standing if not _of_others(batch, other)]
    if batch.delta:
        return [other for other in standing if is_same_decision(batch, other)]
    return [
        other
        for other in standing
        if _stages(other) & set(batch.stages)
        and not (other.delta and batch.act == Act.PRIMARY)
        and not are_pieces(batch, other)
    ]


def _of_others(batch: ImportBatch, other: ImportBatch) -> bool:
    """Return whether two order books are of managers that differ, and say so of each order."""
    mine, theirs = (set(book.report.get("managers", ())) for book in (batch, other))
    return bool(mine and theirs) and "" not in mine | theirs and not mine & theirs


def _stages(batch: ImportBatch) -> set[str]:
    """Return the stages that an import weighs at: what a decision votes it opens, be it nothing."""
    return {*batch.stages, *((Stage.VOTED, Stage.OPENED) if batch.delta else ())}


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


def refuse_known_file(fiscal_year: FiscalYear, sha256: str) -> None:
    """Raise ValidationError when the file stands in the year already."""
    known = ImportBatch.objects.filter(
        fiscal_year=fiscal_year, sha256=sha256, status=BatchStatus.CONFIRMED
    ).first()
    if known is not None:
        raise ValidationError(
            _("Ce fichier est déjà importé dans l’exercice %(year)s, sous le nom « %(file)s »."),
            code="known",
            params={"year": fiscal_year.year, "file": known.file_name, "pk": known.pk},
        )


def refuse_several_bodies(mapping: Mapping[str, int | str]) -> None:
    """Raise ValidationError when lines of several bodies would stand in one account."""
    chosen = str(mapping.get("entity", "")).split(TOGETHER["entity"])
    bodies = {one.partition(":")[0][:9] for one in chosen} - {""}
    if len(bodies) > 1:
        raise ValidationError(
            _("Un compte est d’un seul organisme : choisissez-en un, ou répartissez le fichier."),
            code="bodies",
        )


def refuse_flawed(batch: ImportBatch) -> None:
    """Raise ValidationError when lines of it could not be read, or wait for an answer."""
    if batch.report.get("questions"):
        raise ValidationError(
            _("Des questions attendent votre réponse : rien n’est importé avant."),
            code="unanswered",
        )
    if is_flawed(batch.report):
        raise ValidationError(
            _("Des lignes de ce fichier n’ont pas pu être lues : corrigez-le, puis recommencez."),
            code="flawed",
        )


def refuse_doubtful(batch: ImportBatch, *, in_euros: bool) -> None:
    """Raise ValidationError when a preview has amounts unlikely, unless told they are right."""
    if batch.status == BatchStatus.PREVIEWED and is_doubtful(batch.report) and not in_euros:
        raise ValidationError(
            _("Ces montants étonnent : vérifiez-les, puis dites qu’ils sont justes, en euros."),
            code="doubtful",
        )


def check_header(header: Header, fiscal_year: FiscalYear, organisation: Organisation) -> None:
    """Raise ValidationError when the file says it is of another year, body or tax basis."""
    if header.period is not None:
        _check_period(header.period, fiscal_year)
    elif header.year is not None and header.year != fiscal_year.year:
        raise ValidationError(
            _("Ce fichier est de l’exercice %(file)s, pas de %(year)s : importez-le là-bas.")
            % {"file": header.year, "year": fiscal_year.year},
            code="year",
        )
    # An annex budget has a SIRET of its own under the same SIREN.
    siren = header.siren or (header.siret or "")[:9]
    if siren and organisation.siren and siren != organisation.siren:
        raise ValidationError(
            _("Ce fichier est d’un autre organisme : SIREN %(file)s, et non %(siren)s (%(name)s).")
            % {
                "file": siren,
                "siren": organisation.siren,
                "name": header.name or "?",
            },
            code="siren",
        )
    basis = header.tax_basis
    if basis is not None and basis != fiscal_year.tax_basis:
        raise ValidationError(
            _("Ce fichier est en %(file)s et l’exercice en %(year)s : les deux ne s’ajoutent pas.")
            % {"file": basis, "year": fiscal_year.tax_basis},
            code="basis",
        )


def _check_period(period: tuple[date, date], fiscal_year: FiscalYear) -> None:
    """Dated entries say their exercice better than a number does: it may straddle two years."""
    first, last = period
    if first < fiscal_year.starts_on or last > fiscal_year.ends_on:
        raise ValidationError(
            _("Ses écritures vont du %(first)s au %(last)s : ce n’est pas l’exercice %(year)s.")
            % {"first": first, "last": last, "year": fiscal_year.year},
            code="year",
        )
