"""Why a file of accounts does not enter a year."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.models import Organisation
from portulan.budget.enums import BatchStatus
from portulan.budget.inspection import is_doubtful, is_flawed
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.readers.lines import Header


def refuse_known_file(fiscal_year: FiscalYear, sha256: str) -> None:
    """Raise ValidationError when the file stands in the year already."""
    known = ImportBatch.objects.filter(
        fiscal_year=fiscal_year, sha256=sha256, status=BatchStatus.CONFIRMED
    ).first()
    if known is not None:
        raise ValidationError(
            _("Ce fichier est déjà importé dans l’exercice %(year)s, sous le nom « %(file)s ».")
            % {"year": fiscal_year.year, "file": known.file_name},
            code="known",
        )


def refuse_flawed(batch: ImportBatch) -> None:
    """Raise ValidationError when lines of it could not be read: it would be no account."""
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
