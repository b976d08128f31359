"""Why the public account and the ledger of an organisation differ, account by account.

The two are never merged: the public account is the floor of everybody, the ledger is what the
organisation knows of itself. Both are of the main budget, realised, in euros; each account has one
reason, from what its two amounts and its verdicts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Sum

from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import FiscalYear
from portulan.core.money import ZERO
from portulan.observatory.certain import is_certain, mixed_group
from portulan.observatory.models import PublicAccountLine, PublicAccounts
from portulan.observatory.ranks import euros

_STAFF = "64"


class Reason(StrEnum):
    """Why an account says one thing in public and another in the ledger."""

    SAME = "same"
    OTHER_AMOUNT = "other_amount"  # certain in both, of two amounts
    NOT_COUNTED = "not_counted"  # certain in public, which the perimeter leaves out, or in part
    PART_OF_MIXED = "part_of_mixed"  # mixed in public, of which the ledger knows the part
    UNDECIDED = "undecided"  # mixed, and nobody decided yet in the ledger
    STAFF = "staff"  # in the ledger alone: 64 is everybody's in public
    LEDGER_ALONE = "ledger_alone"
    PUBLIC_ALONE = "public_alone"


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of an account, in euros: all of it, and its IT part if decided."""

    whole: Decimal
    it: Decimal
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class GapRow:
    """An account, in euros; `floor` counts in the certain accounts, `it` in the denominator."""

    account: str
    public: Decimal | None
    floor: Decimal
    whole: Decimal | None
    it: Decimal
    reason: Reason

    @property
    def gap(self) -> Decimal:
        return self.it - self.floor


@dataclass(frozen=True, slots=True)
class Gap:
    """The whole way from the floor to the denominator: `rows` explain every cent of it."""

    rows: tuple[GapRow, ...]

    @property
    def floor(self) -> Decimal:
        return sum((row.floor for row in self.rows), ZERO)

    @property
    def denominator(self) -> Decimal:
        return sum((row.it for row in self.rows), ZERO)

    @property
    def gap(self) -> Decimal:
        return self.denominator - self.floor

    @property
    def by_reason(self) -> dict[Reason, Decimal]:
        """Return what each reason explains, those that explain something, in their order."""
        sums: dict[Reason, Decimal] = {}
        for reason in Reason:
            some = [row.gap for row in self.rows if row.reason is reason]
            if some and (total := sum(some, ZERO)):
                sums[reason] = total
        return sums


def gap_of(accounts: PublicAccounts, fiscal_year: FiscalYear) -> Gap | None:
    """Return the gap of a year, None when the ledger says nothing realised (two queries)."""
    public = PublicAccountLine.objects.filter(accounts=accounts).order_by("account")
    ledger: dict[str, Known] = {}
    lines = lines_in_force(fiscal_year).filter(realised__isnull=False)
    sums = lines.values_list("nature", "it_share").annotate(whole=Sum("realised"))
    for nature, share, whole in sums.order_by("nature", "it_share"):
        before = ledger.get(nature, Known(ZERO, ZERO))
        ledger[nature] = Known(
            before.whole + whole,
            before.it + (ZERO if share is None else whole * share),
            undecided=before.undecided or share is None,
        )
    if not ledger:
        return None
    return explain(
        {line.account: line.spent for line in public}, ledger, nomenclature=accounts.nomenclature
    )


def explain(public: Mapping[str, int], ledger: Mapping[str, Known], *, nomenclature: str) -> Gap:
    """Return the rows of a gap: `public` is in cents. Accounts that say nothing of IT are left."""
    rows = (_row(account, public, ledger, nomenclature) for account in sorted({*public, *ledger}))
    return Gap(tuple(_kept(rows)))


def _kept(rows: Iterable[GapRow]) -> Iterable[GapRow]:
    for row in rows:
        if row.floor or row.it or row.reason is Reason.UNDECIDED:
            yield row


def _row(
    account: str, public: Mapping[str, int], ledger: Mapping[str, Known], nomenclature: str
) -> GapRow:
    spent, known = public.get(account), ledger.get(account)
    certain = is_certain(nomenclature, account)
    floor = euros(spent) if certain and spent is not None else ZERO
    return GapRow(
        account,
        None if spent is None else euros(spent),
        floor,
        None if known is None else known.whole,
        ZERO if known is None else euros(round(known.it * 100)),
        _reason(spent, known, account, nomenclature=nomenclature, certain=certain),
    )


def _reason(
    spent: int | None, known: Known | None, account: str, *, nomenclature: str, certain: bool
) -> Reason:
    if known is None:
        return Reason.PUBLIC_ALONE
    if certain and spent is not None:
        if euros(spent) == known.it:
            return Reason.SAME
        return Reason.OTHER_AMOUNT if known.it == known.whole else Reason.NOT_COUNTED
    if known.undecided and mixed_group(nomenclature, account):
        return Reason.UNDECIDED
    if account.startswith(_STAFF):
        return Reason.STAFF
    return Reason.LEDGER_ALONE if spent is None else Reason.PART_OF_MIXED
