"""What the State’s file of the same body and year says of the accounts of a ledger.

A ledger of one department is a part of an account: it contradicts the State only where it is above
it, and is proved only where every account that is IT for certain is equal, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portulan.core.money import CENT
from portulan.observatory.reads import accounts_of


@dataclass(frozen=True, slots=True)
class Above:
    """An account of which a ledger says more than the State, in euros."""

    account: str
    ledger: Decimal
    state: Decimal


@dataclass(frozen=True, slots=True)
class Against:
    """What the State’s file says of a ledger: the accounts that are above it, or all are equal."""

    above: tuple[Above, ...]
    proves: bool


def against_the_state(siren: str, year: int, realised: Mapping[str, Decimal]) -> Against | None:
    """Return what the State’s file says of what a ledger realised, by account (two queries).

    `realised` gives the expenses of the accounts that are IT for certain, in euros. None where no
    such file is known, or nothing compares.
    """
    accounts = accounts_of(siren, year) if siren else None
    if accounts is None:
        return None
    lines = accounts.lines.filter(certain=True).values_list("account", "spent")
    state = {account: cents * CENT for account, cents in lines}
    if not state:
        return None
    above = tuple(
        Above(account, amount, state[account])
        for account, amount in sorted(realised.items())
        if account in state and amount > state[account]
    )
    equal = {account: amount for account, amount in realised.items() if amount}
    return Against(above, equal == {account: amount for account, amount in state.items() if amount})
