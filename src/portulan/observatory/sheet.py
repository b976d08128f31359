"""A comparison account by account: what was spent on each, and the median of the peers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say.text import Language
from portulan.observatory.certain import label_of, mixed_group
from portulan.observatory.ranks import Place, euros
from portulan.observatory.reads import Comparison


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account; `place` is None for a mixed one, which compares with nothing."""

    account: str
    label: str
    amount: Decimal
    each: Decimal | None
    place: Place | None = None


def certain_rows(found: Comparison, language: Language) -> list[AccountRow]:
    """Return the certain accounts on which the body or one of its peers spent."""
    spent = {line.account: line.spent for line in found.lines if line.certain}
    return [
        _row(found, account, spent.get(account, 0), language, found.by_account.get(account))
        for account in sorted(spent.keys() | found.by_account.keys())
    ]


def mixed_rows(found: Comparison, language: Language) -> list[AccountRow]:
    """Return the mixed accounts of the body, finer ones under the one that is shown."""
    groups: dict[str, int] = {}
    for line in found.lines:
        group = mixed_group(found.accounts.nomenclature, line.account)
        if group and not line.certain:
            groups[group] = groups.get(group, 0) + line.spent
    return [_row(found, group, cents, language) for group, cents in sorted(groups.items())]


def _row(
    found: Comparison, account: str, cents: int, language: Language, place: Place | None = None
) -> AccountRow:
    label = label_of(found.accounts.nomenclature, account)
    words = label.say(language) if label else ""
    return AccountRow(account, words, euros(cents), found.each(cents), place)
