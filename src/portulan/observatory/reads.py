"""What the table says of a body and a year: its accounts, its peers, its block, its years.

A body is compared with those of its form and class of population, whose accounts are kept in the
same nomenclature and are whole: main budgets alone. Every figure names the files that it is made
of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Abs

from portulan.accounts.words import LegalForm
from portulan.observatory.making import DOUBLES, queries
from portulan.observatory.models import (
    DeclaredReuse,
    Inhabitants,
    PublicAccountLine,
    PublicAccounts,
    PublicContract,
    PublicFile,
)
from portulan.observatory.ranks import (
    FEWEST,
    Place,
    euros,
    ordered_by_inhabitant,
    per_inhabitant,
    place_among,
    place_from,
    quantile,
)
from portulan.observatory.readers.records import Accounts, Reading
from portulan.observatory.rows import lines_of, row_of
from portulan.observatory.strata import stratum_of
from portulan.observatory.words import MAIN, Kind

type Rows = QuerySet[PublicAccounts]
_NEAREST, _NAMED, _YEARS = 4, 12, 6
_LITTLE = Decimal("0.25")  # of the median of the class: a town whose IT may be elsewhere


@dataclass(frozen=True, slots=True)
class Block:
    """A grouping and its towns together, which pooling does not bend."""

    siren: str
    name: str
    members: int
    people: int
    cents: int
    own: int  # cents of the grouping itself
    pays_back: bool  # its towns refund pooled services to it
    without_accounts: int

    @property
    def per_inhabitant(self) -> Decimal | None:
        return per_inhabitant(self.cents, self.people) if self.people else None


@dataclass(frozen=True)
class Comparison:
    """The accounts of a body among its peers; `place` is None without a population."""

    accounts: PublicAccounts
    lines: Sequence[PublicAccountLine]
    within: str
    class_: Rows  # every main budget of the form and the class, that year
    block: Block | None
    files: Sequence[PublicFile] = field(default=())

    @cached_property
    def peers(self) -> list[tuple[int, int]]:
        """Cents and people of those compared, the body itself among them if it is whole."""
        own = self.accounts
        if own.stratum is None:
            return []
        others = self.comparable.exclude(siren=own.siren).values_list("certain", "people")
        known = [(cents, people) for cents, people in others if people]
        return [*known, (own.certain, own.people or 0)] if own.whole else known

    def each(self, cents: int) -> Decimal | None:
        """Return euros per inhabitant of the body, None where its population is not known."""
        people = self.accounts.people
        return per_inhabitant(cents, people) if people else None

    @property
    def share_of_spending(self) -> Decimal | None:
        """The certain accounts, in percent of real spending, operating and equipment."""
        own = self.accounts
        total = own.operating + own.equipment
        return Decimal(100 * own.certain) / total if total > 0 else None

    @cached_property
    def median_share(self) -> Decimal | None:
        """The median of that share among the peers, None under five of them."""
        own = self.accounts
        if own.stratum is None:
            return None
        others = self.comparable.exclude(siren=own.siren)
        spent = [*others.values_list("certain", "operating", "equipment")]
        if own.whole:
            spent.append((own.certain, own.operating, own.equipment))
        known = [(100 * its, of + equipment) for its, of, equipment in spent if of + equipment > 0]
        if len(known) < FEWEST:
            return None
        return quantile(ordered_by_inhabitant((100 * its, of) for its, of in known), Fraction(1, 2))

    @property
    def comparable(self) -> Rows:
        return self.class_.filter(family=self.accounts.family, whole=True)

    @cached_property
    def members(self) -> int:
        """How many bodies the stratum has that year, whatever their nomenclature."""
        others = self.class_.exclude(siren=self.accounts.siren).count()
        return others + 1

    @cached_property
    def place(self) -> Place | None:
        own = self.accounts
        if own.stratum is None or not own.people:
            return None
        return place_among((own.certain, own.people) if own.whole else None, self.peers)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of the class are not compared, by reason, and how many spend nothing."""
        others = self.class_.exclude(siren=self.accounts.siren)
        known = Inhabitants.objects.filter(year=self.accounts.year)
        return {
            "other_family": others.exclude(family=self.accounts.family).count(),
            "not_whole": others.filter(family=self.accounts.family, whole=False).count(),
            "zero_or_less": sum(cents <= 0 for cents, _ in self.peers),
            "without_population": 0
            if self.accounts.form != LegalForm.TOWN
            else known.filter(people=None).count(),
        }

    @property
    def pooling_is_possible(self) -> bool:
        """Whether something says that a part of the town's IT may be at its grouping."""
        own, block = self.accounts, self.block
        if own.form != LegalForm.TOWN:
            return False
        if own.paid_to_grouping > 0 or (block is not None and block.pays_back):
            return True
        median = self.place.median if self.place else None
        if block is None or not block.people or median is None or not own.people:
            return False
        its = per_inhabitant(own.certain, own.people)
        return its < median * _LITTLE and per_inhabitant(block.own, block.people) > its

    @cached_property
    def by_account(self) -> dict[str, Place]:
        """The place on each certain account of the nomenclature; who has no row on it spends 0."""
        own = self.accounts
        if not own.people:
            return {}
        peers = self.comparable.exclude(siren=own.siren)
        people = {pk: people or 0 for pk, people in peers.values_list("pk", "people")}
        spent: dict[str, dict[int, int]] = defaultdict(dict)
        lines = PublicAccountLine.objects.filter(certain=True, accounts__in=peers.values("pk"))
        for pk, account, cents in lines.values_list("accounts_id", "account", "spent"):
            spent[account][pk] = cents
        mine = {line.account: line.spent for line in self.lines if line.certain}
        places = {}
        for account in sorted(spent.keys() | mine.keys()):
            its = (mine.get(account, 0), own.people)
            known = [(spent[account].get(pk, 0), of) for pk, of in people.items()]
            if own.whole:
                known.append(its)
            places[account] = place_among(its if own.whole else None, known)
        return places

    def each_peer(self) -> tuple[list[str], list[tuple[str | int | Decimal, ...]]]:
        """Return the certain accounts, and for each peer, from who spends least: SIREN, people,
        euros per inhabitant, and those of each account.
        """
        own, others = self.accounts, self.comparable.exclude(siren=self.accounts.siren)
        spent: dict[str, dict[str, int]] = defaultdict(dict)
        lines = PublicAccountLine.objects.filter(certain=True, accounts__in=others.values("pk"))
        for siren, account, cents in lines.values_list("accounts__siren", "account", "spent"):
            spent[siren][account] = cents
        known = list(others.values_list("siren", "people", "certain"))
        if own.whole:
            spent[own.siren] = {line.account: line.spent for line in self.lines if line.certain}
            known.append((own.siren, own.people, own.certain))
        codes = sorted({account for its in spent.values() for account in its})
        known.sort(key=lambda one: (one[2] / (one[1] or 1), one[0]))
        return codes, [
            (
                *(siren, people, per_inhabitant(cents, people)),
                *(per_inhabitant(spent[siren].get(code, 0), people) for code in codes),
            )
            for siren, people, cents in known
            if people
        ]

    @cached_property
    def nearest(self) -> list[PublicAccounts]:
        """The peers whose population is nearest, from the smallest."""
        own = self.accounts
        peers = self.comparable.exclude(siren=own.siren)
        by_gap = peers.annotate(gap=Abs(F("people") - (own.people or 0))).order_by("gap", "siren")
        return sorted(by_gap[:_NEAREST], key=lambda one: one.people or 0)


@dataclass(frozen=True, slots=True)
class PastYear:
    """A year of a body: euros per inhabitant, and the median of its stratum that year."""

    year: int
    family: str
    own: Decimal | None
    median: Decimal | None


def main_budgets() -> Rows:
    return PublicAccounts.objects.filter(budget=MAIN)


def accounts_of(siren: str, year: int) -> PublicAccounts | None:
    """Return the main budget of a body for a year, None when it is not known."""
    return main_budgets().filter(siren=siren, year=year).select_related("file").first()


def years_of(siren: str) -> list[PublicAccounts]:
    """Return the main budgets of a body, from the oldest year."""
    return list(main_budgets().filter(siren=siren).order_by("year"))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the last whole accounts of a body say of its IT budget, at least, in euros."""

    year: int
    amount: Decimal


def first_estimate(siren: str) -> Estimate | None:
    """Return the floor of the last year that is known, None when none is or none is whole."""
    known = [one for one in years_of(siren) if one.whole] if siren else []
    return Estimate(known[-1].year, euros(known[-1].certain)) if known else None


def history_of(siren: str) -> list[PastYear]:
    """Return the last years of a body, each with the median of those it compares with."""
    years = years_of(siren)[-_YEARS:]
    medians = _medians(years)
    return [
        PastYear(
            one.year,
            one.family,
            per_inhabitant(one.certain, one.people) if one.people and one.whole else None,
            medians.get(one.year),
        )
        for one in years
    ]


def _medians(years: Sequence[PublicAccounts]) -> dict[int, Decimal | None]:
    """Return the median of each year's stratum, from the rows that the database picks (one query).

    A stratum has thousands of bodies: two rows by quartile leave the database, not all of them.
    """
    known = [one for one in years if one.stratum is not None]
    if not known:
        return {}
    same = "(year = %s AND form = %s AND stratum = %s AND family = %s)"
    spent = (
        f"SELECT year AS grp, certain AS cents, people FROM {PublicAccounts._meta.db_table}"  # noqa: S608 - our own names
        f" WHERE budget = %s AND whole AND people > 0 AND ({' OR '.join([same] * len(known))})"
    )
    query = queries()["quartiles"].format(double=DOUBLES[connection.vendor])
    given = [
        MAIN,
        *(cell for one in known for cell in (one.year, one.form, one.stratum, one.family)),
    ]
    marks: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    counts: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH spent AS ({spent}) {query}", given)
        for year, place, count, cents, people in cursor.fetchall():
            marks[year][place] = (cents, people)
            counts[year] = count
    return {year: place_from(count, marks[year]).median for year, count in counts.items()}


def named(text: str) -> list[tuple[str, str]]:
    """Return the SIREN and the name of the bodies whose name holds a text, the first ones."""
    found = main_budgets().filter(name__icontains=text.strip()).order_by("name", "siren")
    return list(found.values_list("siren", "name").distinct()[:_NAMED])


def towns_of(grouping: str, year: int) -> Rows:
    """Return the towns of a grouping whose accounts are known, whole or not, by name."""
    return (
        main_budgets()
        .filter(grouping=grouping, year=year)
        .exclude(siren=grouping)
        .order_by("name", "siren")
    )


def contracts_of(siren: str) -> list[PublicContract]:
    found = PublicContract.objects.filter(siren=siren).select_related("file")
    return list(found.order_by("-notified_on", "number"))


def reuse_of(siren: str) -> list[DeclaredReuse]:
    found = DeclaredReuse.objects.filter(siren=siren).select_related("file")
    return list(found.order_by("-year", "category"))


def annexes_of(siren: str, year: int) -> Rows:
    """Return the other budgets of a body for a year, shown apart."""
    others = PublicAccounts.objects.filter(siren=siren, year=year).exclude(budget=MAIN)
    return others.order_by("budget", "name", "pk")


def is_region(code: str, year: int) -> bool:
    """Return whether somebody of that region has accounts that year."""
    return main_budgets().filter(year=year, region=code).exists()


def compare(
    accounts: PublicAccounts,
    lines: Sequence[PublicAccountLine] | None = None,
    *,
    within: str = "",
) -> Comparison:
    """Compare a body with its peers of the country, or of a region; nothing is written."""
    among = main_budgets().filter(
        year=accounts.year, form=accounts.form, stratum=accounts.stratum, people__isnull=False
    )
    if within:
        among = among.filter(region=within)
    if lines is None:
        lines = list(accounts.lines.order_by("account"))
    return Comparison(accounts, lines, within, among, _block(accounts), _files(accounts, among))


def budget_of_one(readings: Sequence[Reading[Any]], siren: str) -> Accounts | int:
    """Return the last main budget of a body in what was read, or of the only one there is.

    How many bodies there are, where it cannot be told whose it is.
    """
    balances = [reading.found for reading in readings if reading.kind is Kind.BALANCES]
    found: list[Accounts] = [one for some in balances for one in some if one.budget == MAIN]
    mine = [one for one in found if one.siren == siren]
    bodies = {one.siren for one in found}
    if not found or (not mine and len(bodies) > 1):
        return len(bodies)
    return max(mine or found, key=lambda one: one.year)


def compare_apart(accounts: Accounts, people: int | None) -> Comparison:
    """Compare accounts that were just read, and that nobody keeps, with what the table knows."""
    row = row_of(None, accounts)
    known = Inhabitants.objects.filter(siren=row.siren, year=row.year).first()
    row.people = (known.people if known else None) or people
    row.stratum = stratum_of(row.people)
    row.grouping = known.grouping if known else ""
    return compare(row, list(lines_of(row, accounts)))


def _block(accounts: PublicAccounts) -> Block | None:
    """Return the grouping of a town, or the block of a grouping, with the towns that are whole."""
    is_grouping = accounts.form == LegalForm.INTERCOMMUNAL
    siren = accounts.siren if is_grouping else accounts.grouping
    grouping = accounts if is_grouping else accounts_of(siren, accounts.year) if siren else None
    if grouping is None:
        return None
    towns = list(
        main_budgets().filter(grouping=siren, year=accounts.year, whole=True, people__gt=0)
        .exclude(siren=siren)
        .values_list("certain", "people", "paid_to_grouping")
    )  # fmt: skip
    listed = Inhabitants.objects.filter(grouping=siren, year=accounts.year).count()
    return Block(
        siren=siren,
        name=grouping.name,
        members=len(towns),
        people=sum(people or 0 for _, people, _ in towns),
        cents=grouping.certain + sum(cents for cents, _, _ in towns),
        own=grouping.certain,
        pays_back=grouping.received_by_grouping > 0 or any(paid > 0 for _, _, paid in towns),
        without_accounts=max(0, listed - len(towns)),
    )


def _files(accounts: PublicAccounts, among: Rows) -> list[PublicFile]:
    """Return the files of a comparison: the body's first, its population's, those of its peers."""
    own = [accounts.file_id] if accounts.file_id else []
    people = Inhabitants.objects.filter(siren=accounts.siren, year=accounts.year)
    rest = among.order_by("file_id").values_list("file_id", flat=True).distinct()
    wanted = list(dict.fromkeys([*own, *people.values_list("file_id", flat=True), *rest]))
    known = PublicFile.objects.in_bulk(wanted)
    return [known[pk] for pk in wanted]
