"""A ledger whose amounts are a debit and a credit, as accounting tools keep them.

What was spent is debit − credit and what was earned credit − debit, on the accounts of class 6 and
2, and 7: the same rule as a FEC, of which such a ledger is often an extract. “Crédit” alone stays a
word of budgets (crédits ouverts): the two sides are known only together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from portulan.budget.readers.ledger_columns import AMOUNT_FIELDS, SIDES, Field
from portulan.budget.readers.lines import Flow
from portulan.core.money import ZERO
from portulan.core.say.text import ProblemKind, UnusableInputError

NETTED = ProblemKind(
    "debit-and-credit",
    "warning",
    fr="« {debit} » et « {credit} » sont lus comme du mandaté : débit − crédit pour une dépense"
    " (comptes 2 et 6), l’inverse pour une recette. Les à-nouveaux et les écritures de clôture ne"
    " s’y reconnaissent pas : ôtez-les s’il y en a.",
    en="“{debit}” and “{credit}” are read as realised: debit − credit for an expense (accounts 2"
    " and 6), the reverse for revenue. Opening and closing entries cannot be told apart there:"
    " take them out if there are any.",
)
ONE_SIDE = ProblemKind(
    "one-side",
    "error",
    fr="Le débit et le crédit se choisissent ensemble, et sans colonne de montant mandaté.",
    en="Debit and credit are chosen together, and without a column of realised amounts.",
)
_OF_BUDGET = ("2", "6", "7")
_WORN = ("28", "29")  # what assets have lost
_REALISED = AMOUNT_FIELDS.index("realised")


def check_sides(fields: Collection[Field]) -> None:
    """Raise UnusableInputError for a side without the other, or beside realised amounts."""
    sides = [name for name in SIDES if name in fields]
    if sides and (len(sides) < len(SIDES) or "realised" in fields):
        raise UnusableInputError(ONE_SIDE.at())


def is_of_budget(account: str) -> bool:
    """Return whether an account is of spending or revenue, as a row without one is taken to be."""
    return not account or (account.startswith(_OF_BUDGET) and not account.startswith(_WORN))


def netted(amounts: Sequence[Decimal | None], flow: Flow) -> list[Decimal | None]:
    """Return the amounts by stage, of amounts by stage then a debit and a credit."""
    *stages, debit, credit = amounts
    if debit is not None or credit is not None:
        net = (debit or ZERO) - (credit or ZERO)
        stages[_REALISED] = net if flow == "expense" else ZERO - net
    return stages
