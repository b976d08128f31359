"""Beginning a year from public accounts: what the table knows of its own body, as a file to read.

The movements of each IT account become a balance in the State’s own columns, read as any file
is: previewed, confirmed by a person, rolled back. A ledger refines it, and takes its place.
"""

from __future__ import annotations

import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.budget.imports.writes import preview
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.years.writes import open_year
from portulan.core.money import as_text
from portulan.core.say.text import Language
from portulan.observatory.models import PublicAccounts
from portulan.observatory.ranks import euros

_TITLES = "exer;ident;lbudg;cbudg;nomen;siren;categ;bal;compte;obnetdeb;obnetcre;oobdeb;oobcre"


@transaction.atomic
def start_year(actor: Actor, *, accounts: PublicAccounts, language: Language) -> ImportBatch:
    """Preview the IT accounts of one's own body, in their year, which is opened if need be.

    Nothing counts before the preview is confirmed. Raises DeniedError, ValidationError (accounts
    of another body, without IT accounts, imported already, a closed year).
    """
    actor.require(Operation.EDIT_BUDGET)
    if accounts.siren != Organisation.objects.get(pk=actor.organisation_id).siren:
        raise ValidationError(_("Ces comptes sont ceux d’un autre organisme."))
    text = balance_of(accounts)
    if text.count("\n") < 2:
        raise ValidationError(
            _("Ces comptes n’ont aucune ligne d’informatique : rien à reprendre.")
        )
    own = FiscalYear.objects.filter(organisation_id=actor.organisation_id, year=accounts.year)
    return preview(
        actor,
        fiscal_year=own.first() or open_year(actor, year=accounts.year),
        stream=io.BytesIO(text.encode()),
        file_name=f"comptes-publics-{accounts.siren}-{accounts.year}.csv",
        language=language,
    )


def balance_of(accounts: PublicAccounts) -> str:
    """Return the IT accounts of a main budget in the columns of the published balance."""
    name = accounts.name.replace(";", " ").replace('"', "")
    budget = f"{accounts.year};{accounts.siren}00000;{name};1;{accounts.nomenclature}"
    rows = [_TITLES]
    for line in accounts.lines.order_by("account"):
        movements = (line.debit, line.credit, line.order_debit, line.order_credit)
        amounts = ";".join(as_text(euros(cents)) for cents in movements)
        rows.append(f"{budget};{accounts.siren};;DEF;{line.account};{amounts}")
    return "\n".join(rows) + "\n"
