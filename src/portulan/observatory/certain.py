"""Which accounts are IT for certain, which are mixed with other things, which compare (pure).

The certain ones are those of the perimeter (`budget.accounts_chart`), by exact code: their sum is a
floor. A mixed one is shown whole, apart, and enters no total: nobody knows its part of IT.
"""

from __future__ import annotations

from portulan.budget.accounts_chart import (
    account_label,
    default_verdict,
    family,
    strict_accounts,
)
from portulan.budget.readers.balances import kind_of
from portulan.budget.words import Verdict
from portulan.core.folding import remembered
from portulan.core.say.text import Text

TELECOM = "6262"
PAID_TO_GROUPING, RECEIVED_BY_GROUPING = "62876", "70876"
# The mixed accounts where IT is usual: the others of the perimeter (energy, small supplies) would
# make of the upper bound the whole budget. See docs/adr/0048.
_MIXED = ("2031", "2188", "611", "6135", "6156", "617", "6184")


@remembered(256)
def comparable(nomenclature: str) -> str:
    """Return the family within which accounts of one year compare: M57, M14, M4, else its own."""
    return family(nomenclature) or nomenclature.strip().upper()[:3]


@remembered(8192)
def is_certain(nomenclature: str, account: str) -> bool:
    """Return whether an account, by exact code, is IT for certain in that nomenclature."""
    return account in strict_accounts(nomenclature)


@remembered(8192)
def mixed_group(nomenclature: str, account: str) -> str | None:
    """Return the account under which a mixed one is shown (61358 under 6135), None for others."""
    group = next((one for one in _MIXED if account.startswith(one)), None)
    if group is None:
        return None
    verdict = default_verdict(nomenclature, account).verdict
    return group if verdict is Verdict.MIXED else None


@remembered(8192)
def kept_as(nomenclature: str, account: str) -> bool | None:
    """Return whether an account is IT for certain, or mixed (False); None when it is neither."""
    kind = kind_of(account)
    if kind is None or kind[1] != "expense":
        return None
    if is_certain(nomenclature, account):
        return True
    return False if mixed_group(nomenclature, account) else None


def label_of(nomenclature: str, account: str) -> Text | None:
    """Return what an account is called, None where our table does not name it."""
    return account_label(nomenclature, account)
