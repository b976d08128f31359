"""Whether amounts look like euros: in cents they are a hundred times too large, in thousands of
euros a thousand times too small.

The ranges are wide on purpose, so that they tell a wrong unit and not an unusual budget. Known
accounts (Montpellier and Montreuil 2018, Crach 2021, Mohon 2023) spend from 600 to 2,500 € an
inhabitant, French regions about 550, and from 0.3 to 20 € on the accounts that are IT for certain;
ten times less or more is nobody. Ranges a full-time equivalent are judgements of ours, as wide. A
part of the accounts has no floor: the annex budget of a housing estate or of funerals, a handful of
orders, may be some cents an inhabitant, so that only its own other years tell thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from portulan.budget.words import Stage
from portulan.core.money import ZERO, to_cents
from portulan.core.say.text import Problem, ProblemKind, Text
from portulan.core.say.values import Number

PER_INHABITANT = ProblemKind(
    "unlikely-per-inhabitant",
    "warning",
    fr="Les dépenses font {amount:fr} € par habitant ({population:fr} habitants), {what:fr} : on"
    " attend de {low:fr} à {high:fr} €{of:fr}. Vérifiez qu’elles sont en euros, ni en centimes ni"
    " en milliers.",
    en="Expenses are €{amount:en} an inhabitant ({population:en} inhabitants), {what:en}: from"
    " €{low:en} to €{high:en} is expected{of:en}. Check that they are in euros, not in cents nor in"
    " thousands.",
)
PER_FTE = ProblemKind(
    "unlikely-per-fte",
    "warning",
    fr="Les dépenses font {amount:fr} € par équivalent temps plein ({headcount:fr} en tout),"
    " {what:fr} : on attend de {low:fr} à {high:fr} €{of:fr}. Vérifiez qu’elles sont en euros, ni"
    " en centimes ni en milliers.",
    en="Expenses are €{amount:en} a full-time equivalent ({headcount:en} in all), {what:en}: from"
    " €{low:en} to €{high:en} is expected{of:en}. Check that they are in euros, not in cents nor in"
    " thousands.",
)
AGAINST_YEAR = ProblemKind(
    "unlikely-against-year",
    "warning",
    fr="Les dépenses font {amount:fr} €, contre {other:fr} € en {year} au même stade : plus de dix"
    " fois {more:fr}. Vérifiez qu’elles sont en euros, ni en centimes ni en milliers.",
    en="Expenses are €{amount:en}, against €{other:en} in {year} at the same stage: more than ten"
    " times {more:en}. Check that they are in euros, not in cents nor in thousands.",
)
NEGATIVE = ProblemKind(
    "unlikely-sign",
    "warning",
    fr="Les dépenses font {amount:fr} € à un stade : un compte dépense. Vérifiez le signe et les"
    " colonnes (débit et crédit échangés, recettes lues comme des dépenses).",
    en="Expenses are €{amount:en} at a stage: an account spends. Check the sign and the columns"
    " (debit and credit swapped, revenue read as expenses).",
)
DOUBTS = frozenset({PER_INHABITANT.code, PER_FTE.code, AGAINST_YEAR.code, NEGATIVE.code})

_ANY = Text("", "")


@dataclass(frozen=True, slots=True)
class Likely:
    """What is expected, in euros a head, and of which accounts."""

    low: Decimal
    high: Decimal
    of: Text = _ANY


_MAIN = Text(" d’un budget principal", " of a main budget")
_IN_ALL = Text("en tout", "in all")
_ON_CERTAIN_IT = Text("sur les comptes informatiques certains", "on certain IT accounts")
_MORE, _LESS = Text("plus", "more"), Text("moins", "less")
# Euros an inhabitant. A ledger may be the IT department’s alone, so only its floor is lower.
ACCOUNTS = Likely(Decimal(10), Decimal(25_000), _MAIN)
LEDGER = Likely(Decimal("0.2"), Decimal(25_000))
CERTAIN_IT = Decimal(200)
# Euros a full-time equivalent: a body without inhabitants spends its salaries at least, and firms
# that buy to sell up to some hundred thousand; IT is some hundreds to some tens of thousands.
FTE_ACCOUNTS = Likely(Decimal(1_000), Decimal(2_000_000), _MAIN)
FTE_LEDGER = Likely(Decimal(20), Decimal(2_000_000))
FTE_CERTAIN_IT = Decimal(50_000)
TIMES = 10
_STAGES = (Stage.VOTED, Stage.OPENED, Stage.COMMITTED, Stage.REALISED)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a body beside its file: its size, and its expenses of other years.

    `headcount` is in full-time equivalents: it is asked where there are no inhabitants.
    `years` gives for each stage the nearest year that has it, and its expenses in euros.
    """

    population: int | None = None
    headcount: int | None = None
    years: Mapping[Stage, tuple[int, Decimal]] = field(default_factory=dict)


def doubts(
    expenses: Mapping[str, Decimal],
    certain_it: Mapping[str, Decimal],
    known: Known,
    *,
    is_ledger: bool,
    is_part: bool = False,
) -> Iterator[Problem]:
    """Yield why amounts may be wrong: at most one reason by sign, one by size, one by year.

    A ledger may be of one department alone; a part (an annex budget, orders) of any size.
    `expenses` are real expenses and `certain_it` those of the accounts that are IT for certain, by
    stage, in what is taken for euros. Nothing is said of what cannot be compared.
    """
    lowest = min(expenses.get(stage, ZERO) for stage in _STAGES)
    if is_ledger and lowest < 0:  # a ledger alone has columns that a person may have mistaken
        yield NEGATIVE.at(amount=_number(lowest))
    stages = [stage for stage in _STAGES if expenses.get(stage, ZERO) > 0]
    if not stages:
        return
    spent = max(expenses[stage] for stage in stages)
    its = max(certain_it.get(stage, ZERO) for stage in stages)
    if known.population:
        yield from _per_head(
            partial(PER_INHABITANT.at, population=_number(Decimal(known.population))),
            (spent / known.population, its / known.population),
            _expected(LEDGER if is_ledger else ACCOUNTS, is_part=is_part),
            CERTAIN_IT,
        )
    elif known.headcount:
        yield from _per_head(
            partial(PER_FTE.at, headcount=_number(Decimal(known.headcount))),
            (spent / known.headcount, its / known.headcount),
            _expected(FTE_LEDGER if is_ledger else FTE_ACCOUNTS, is_part=is_part),
            FTE_CERTAIN_IT,
        )
    for stage in stages:
        year, other = known.years.get(stage, (0, ZERO))
        if other > 0 and not other <= expenses[stage] * TIMES <= other * TIMES * TIMES:
            yield AGAINST_YEAR.at(
                amount=_number(expenses[stage]),
                other=_number(other),
                year=year,
                more=_MORE if expenses[stage] > other else _LESS,
            )
            return


def _expected(likely: Likely, *, is_part: bool) -> Likely:
    return Likely(ZERO, likely.high) if is_part else likely


def _per_head(
    problem: Callable[..., Problem],
    amounts: tuple[Decimal, Decimal],
    likely: Likely,
    most_it: Decimal,
) -> Iterator[Problem]:
    """Yield what is unlikely of the amounts, in all and on certain IT accounts, in euros a head."""
    each, its = amounts
    what = _IN_ALL
    if likely.low <= each <= likely.high:
        if its <= most_it:
            return
        each, likely, what = its, Likely(ZERO, most_it), _ON_CERTAIN_IT
    yield problem(
        amount=_number(each),
        low=Number(likely.low),
        high=Number(likely.high),
        of=likely.of,
        what=what,
    )


def _number(amount: Decimal) -> Number:
    return Number(to_cents(amount))
