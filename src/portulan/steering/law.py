"""The delays that the law gives a deliberating assembly, and the days of its budget (pure).

Dated data: a rule holds from a day, for some forms of body, from a population on. What is not
written here is not known, and is said so: nothing is presumed of another form of body.

Sources: CGCT L. 2121-11 (three clear days under 3,500 inhabitants), L. 2121-12 (five clear days
and a note from 3,500 on), L. 5211-1 (groupings of towns as towns of 3,500 and more), L. 3121-19
and L. 4132-18 (twelve days, a report on each subject). Budget: L. 1612-2 (15 April, 30 April in the
year when assemblies are renewed), L. 2312-1, L. 3312-1, L. 4312-1 and L. 5217-10-4 (debate within
the two or the ten weeks before the vote), L. 1612-11 (amendments until 21 January), L. 1612-12
(accounts until 30 June).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import LOCAL
from portulan.core.say.text import Text

THRESHOLD = 3500


@dataclass(frozen=True, slots=True)
class Delay:
    """How long before a session its papers leave; `clear` days count neither of their ends."""

    forms: frozenset[LegalForm]
    days: int
    clear: bool
    paper: Text | None
    source: str
    since: date
    above: int = 0
    below: int | None = None

    def last_day(self, session: date) -> date:
        """Return the last day on which the papers of a session may leave."""
        return session - timedelta(days=self.days + (1 if self.clear else 0))


_NOTE = Text("note explicative de synthèse", "explanatory note")
_REPORT = Text("rapport du président", "report of the president")
_CODE = date(1996, 2, 24)
DELAYS = (
    Delay(frozenset({LegalForm.REGION}), 12, False, _REPORT, "CGCT, art. L. 4132-18", _CODE),
    Delay(frozenset({LegalForm.DEPARTMENT}), 12, False, _REPORT, "CGCT, art. L. 3121-19", _CODE),
    Delay(
        frozenset({LegalForm.INTERCOMMUNAL}),
        5,
        True,
        _NOTE,
        "CGCT, art. L. 2121-12 et L. 5211-1",
        _CODE,
    ),
    Delay(frozenset({LegalForm.TOWN}), 5, True, _NOTE, "CGCT, art. L. 2121-12", _CODE, THRESHOLD),
    Delay(
        frozenset({LegalForm.TOWN}),
        3,
        True,
        None,
        "CGCT, art. L. 2121-11",
        _CODE,
        below=THRESHOLD,
    ),
)


def delay_of(form: str, population: int | None, on: date) -> Delay | None:
    """Return the delay that holds; None where the law of the form is not known here.

    A town whose population nobody gave has the longer one: papers that leave early are never late.
    """
    found = [
        one
        for one in DELAYS
        if form in one.forms
        and one.since <= on
        and (population is None or one.above <= population)
        and (population is None or one.below is None or population < one.below)
    ]
    return max(found, key=lambda one: one.days, default=None)


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """A day of the budget: what is due then; the budget of `year` is what it is of."""

    name: Text
    on: date
    year: int
    source: str

    @property
    def key(self) -> str:
        return _KEYS[self.name]

    @property
    def opens(self) -> bool:
        """Credits are opened, and costs looked for: the debate, or the vote."""
        return self.name in (_DEBATE, _VOTE)


# The years when assemblies are renewed: the vote may wait for 30 April.
_RENEWED = {
    LegalForm.TOWN: (2020, 2026, 2032),
    LegalForm.INTERCOMMUNAL: (2020, 2026, 2032),
    LegalForm.DEPARTMENT: (2021, 2028),
    LegalForm.REGION: (2021, 2028),
}
_DEBATED = {
    LegalForm.DEPARTMENT: "CGCT, art. L. 3312-1",
    LegalForm.REGION: "CGCT, art. L. 4312-1",
}
_DEBATE = Text("Débat d’orientation budgétaire", "Debate on the budget’s orientations")
_VOTE = Text("Vote du budget primitif", "Vote of the initial budget")
_LAST = Text("Dernière décision modificative", "Last budget amendment")
_ACCOUNTS = Text("Vote du compte financier unique", "Vote of the yearly accounts")
_KEYS = {_DEBATE: "debate", _VOTE: "vote", _LAST: "last", _ACCOUNTS: "accounts"}
_TO_COST = timedelta(days=14)  # between figures and the committee that looks at them


def budget_days(form: str, population: int | None, years: tuple[int, ...]) -> Iterator[BudgetDay]:
    """Yield the last days of the budgets of some years, as the law has them in an ordinary year.

    The debate binds departments, regions, and towns and groupings from 3,500 inhabitants on.
    """
    if form not in LOCAL:
        return
    for year in years:
        vote = date(year, 4, 30 if year in _RENEWED[LegalForm(form)] else 15)
        small = form in (LegalForm.TOWN, LegalForm.INTERCOMMUNAL) and (population or 0) < THRESHOLD
        if not small:
            source = _DEBATED.get(LegalForm(form), "CGCT, art. L. 2312-1")
            yield BudgetDay(_DEBATE, vote - timedelta(days=1), year, source)
        yield BudgetDay(_VOTE, vote, year, "CGCT, art. L. 1612-2")
        yield BudgetDay(_LAST, date(year + 1, 1, 21), year, "CGCT, art. L. 1612-11")
        yield BudgetDay(_ACCOUNTS, date(year + 1, 6, 30), year, "CGCT, art. L. 1612-12")


@dataclass(frozen=True, slots=True)
class WalkBack:
    """What a day of the budget asks before it, by our rule: a fortnight from figures to committee.

    `papers` is None where the delay of the law is not known here.
    """

    day: BudgetDay
    papers: date | None
    committee: date
    figures: date


def before(day: BudgetDay, form: str, population: int | None) -> WalkBack:
    """Return what comes before a day of the budget."""
    delay = delay_of(form, population, day.on)
    papers = None if delay is None else delay.last_day(day.on)
    committee = (papers or day.on) - timedelta(days=1)
    return WalkBack(day, papers, committee, committee - _TO_COST)


def days_to_come(form: str, population: int | None, today: date) -> list[BudgetDay]:
    """Return the days of the budgets around a day that are not past, the first first."""
    days = budget_days(form, population, tuple(range(today.year - 1, today.year + 2)))
    return sorted((one for one in days if one.on > today), key=lambda one: one.on)


def opening(days: Iterable[BudgetDay]) -> BudgetDay | None:
    """Return the first of these days that opens credits: the debate, or the vote."""
    return next((one for one in days if one.opens), None)


def walk_back(
    form: str, population: int | None, today: date, *, costs: bool = False
) -> WalkBack | None:
    """Return the next day of the budget, and what comes before it; None where no law is known.

    `costs` are looked for before the debate or the vote of a budget alone.
    """
    for one in days_to_come(form, population, today):
        if costs and not one.opens:
            continue
        found = before(one, form, population)
        if found.figures > today:
            return found
    return None
