"""Whether amounts look like euros: in cents they are a hundred times too large, in thousands of
euros a thousand times too small.

The ranges are wide on purpose, so that they tell a wrong unit and not an unusual budget. Known
accounts (Montpellier and Montreuil 2018, Crach 2021, Mohon 2023) spend from 600 to 2,500 € an
inhabitant, French regions about 550, and from 0.3 to 20 € on the accounts that are IT for certain;
ten times less or more is nobody. Ranges a full-time equivalent are judgements of ours, as wide. An
annex budget has no floor: a housing estate or a funeral service may spend some cents an inhabitant,
so that only its own other years tell thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from portulan.budget.stages import Stage
from portulan.core.money import ZERO, as_text
from portulan.core.problems import Problem, ProblemKind

PER_INHABITANT = ProblemKind(
    "unlikely-per-inhabitant",
    "warning",
    fr="Les dépenses font {amount} € par habitant ({population} habitants), {what} : on attend de"
    " {low} à {high} €{of}. Vérifiez qu’elles sont en euros, ni en centimes ni en milliers.",
    en="Expenses are {amount} € an inhabitant ({population} inhabitants), {what_en}: from {low} to"
    " {high} € is expected{of_en}. Check that they are in euros, not in cents nor in thousands.",
)
PER_FTE = ProblemKind(
    "unlikely-per-fte",
    "warning",
    fr="Les dépenses font {amount} € par équivalent temps plein ({headcount} en tout), {what} : on"
    " attend de {low} à {high} €{of}. Vérifiez qu’elles sont en euros, ni en centimes ni en"
    " milliers.",
    en="Expenses are {amount} € a full-time equivalent ({headcount} in all), {what_en}: from {low}"
    " to {high} € is expected{of_en}. Check that they are in euros, not in cents nor in thousands.",
)
AGAINST_YEAR = ProblemKind(
    "unlikely-against-year",
    "warning",
    fr="Les dépenses font {amount} €, contre {other} € en {year} au même stade : plus de dix fois"
    " {more}. Vérifiez qu’elles sont en euros, ni en centimes ni en milliers.",
    en="Expenses are {amount} €, against {other} € in {year} at the same stage: more than ten times"
    " {more_en}. Check that they are in euros, not in cents nor in thousands.",
)
DOUBTS = frozenset({PER_INHABITANT.code, PER_FTE.code, AGAINST_YEAR.code})


@dataclass(frozen=True, slots=True)
class Likely:
    """What is expected, in euros a head, and of which accounts in both languages."""

    low: Decimal
    high: Decimal
    of: str = ""
    of_en: str = ""


_WHOLE = (" d’un budget principal", " of a main budget")
# Euros an inhabitant. A ledger may be the IT department’s alone, so only its floor is lower.
ACCOUNTS = Likely(Decimal(10), Decimal(25_000), *_WHOLE)
LEDGER = Likely(Decimal("0.2"), Decimal(25_000))
CERTAIN_IT = Decimal(200)
# Euros a full-time equivalent: a body without inhabitants spends its salaries at least, and firms
# that buy to sell up to some hundred thousand; IT is some hundreds to some tens of thousands.
FTE_ACCOUNTS = Likely(Decimal(1_000), Decimal(2_000_000), *_WHOLE)
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
    is_annex: bool = False,
) -> Iterator[Problem]:
    """Yield why amounts may not be in euros: at most one reason by size, one by year.

    A ledger may be of one department alone, an annex budget is beside the main one. `expenses` are
    real expenses and `certain_it` those of the accounts that are IT for certain, by stage, in what
    is taken for euros. Nothing is said of what cannot be compared.
    """
    stages = [stage for stage in _STAGES if expenses.get(stage, ZERO) > 0]
    if not stages:
        return
    spent = max(expenses[stage] for stage in stages)
    its = max(certain_it.get(stage, ZERO) for stage in stages)
    if known.population:
        yield from _per_head(
            partial(PER_INHABITANT.at, population=known.population),
            (spent / known.population, its / known.population),
            _expected(LEDGER if is_ledger else ACCOUNTS, is_annex=is_annex),
            CERTAIN_IT,
        )
    elif known.headcount:
        yield from _per_head(
            partial(PER_FTE.at, headcount=known.headcount),
            (spent / known.headcount, its / known.headcount),
            _expected(FTE_LEDGER if is_ledger else FTE_ACCOUNTS, is_annex=is_annex),
            FTE_CERTAIN_IT,
        )
    for stage in stages:
        year, other = known.years.get(stage, (0, ZERO))
        if other > 0 and not other <= expenses[stage] * TIMES <= other * TIMES * TIMES:
            more = expenses[stage] > other
            yield AGAINST_YEAR.at(
                amount=as_text(expenses[stage]),
                other=as_text(other),
                year=year,
                more="plus" if more else "moins",
                more_en="more" if more else "less",
            )
            return


def _expected(likely: Likely, *, is_annex: bool) -> Likely:
    return Likely(ZERO, likely.high) if is_annex else likely


def _per_head(
    problem: Callable[..., Problem],
    amounts: tuple[Decimal, Decimal],
    likely: Likely,
    most_it: Decimal,
) -> Iterator[Problem]:
    """Yield what is unlikely of the amounts, in all and on certain IT accounts, in euros a head."""
    each, its = amounts
    if not likely.low <= each <= likely.high:
        words = {"what": "en tout", "what_en": "in all"}
    elif its > most_it:
        each, likely = its, Likely(ZERO, most_it)
        words = {
            "what": "sur les comptes informatiques certains",
            "what_en": "on certain IT accounts",
        }
    else:
        return
    yield problem(
        amount=as_text(each),
        low=f"{likely.low:f}",
        high=f"{likely.high:f}",
        of=likely.of,
        of_en=likely.of_en,
        **words,
    )
