"""How each obligation stands for an organisation, what is missing, and the gesture that mends it.

About twenty-five queries, whatever the size of the organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.contracts.reads import habits_of, register_of
from portulan.budget.contracts.standing import State as Standing
from portulan.budget.imports.reads import sources_of
from portulan.budget.models import ImportBatch, LegalFigure
from portulan.budget.words import BatchStatus, LegalRatio
from portulan.catalogue.obligations import Bound
from portulan.core.say.text import Text
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.waiting import Expected, Lack, expected
from portulan.publication.models import KeptDocument, ObligationMet
from portulan.publication.obligations.laws import OBLIGATIONS, Law, Obligation, State, state_of
from portulan.publication.services.criteria import Answer
from portulan.publication.services.reads import assessment_of, services_of

_ORDER = (State.LATE, State.BEFORE, State.TO_CHECK, State.MET, State.NOT_BOUND)
BY_FORM = Text("par sa forme et sa taille", "by its form and size")
NOT_BY_FORM = Text("forme ou taille\u00a0: {}", "form or size: {}")
BY_CHOICE = Text("par choix", "by choice")
POPULATION = Text("la population manque pour le savoir", "the population is missing to tell")
AS_SAID = Text("par ce qui est dit des achats de l’année", "by what is said of a year’s purchases")
A_FACT = Text(
    "un fait que Portulan ne connaît pas en décide", "a fact unknown to Portulan decides it"
)
RETIRED = Text("les deux termes du ratio de {}", "the two terms of the ratio of {}")
CORRECT = Text("consultations à corriger ({})", "consultations to correct ({})")
UNSAID = Text("consultations dont on ne sait rien ({})", "consultations that say nothing ({})")
JUSTIFY = Text(
    "critères dits validés sans justification ({} sur {})",
    "criteria said to be met without a justification ({} of {})",
)
TYPED = Text("les deux termes du ratio sont saisis", "both terms of the ratio are typed")


@dataclass(frozen=True, slots=True)
class Row:
    """An obligation of a year as it stands: why it binds, by when, what is missing."""

    obligation: Obligation
    year: int
    bound: Bound
    state: State
    on: date | None
    why: str
    lacks: tuple[Lack, ...]
    reference: str = ""

    def days_late(self, today: date) -> int:
        return (today - self.on).days if self.state is State.LATE and self.on else 0

    def as_json(self, asked: Asked) -> dict[str, Any]:
        """Return it as programs and assistants read it."""
        its = self.obligation
        return {
            "law": its.law,
            "year": self.year,
            "title": asked.say(its.title),
            "bound": self.bound,
            "why": self.why,
            "text": asked.say(its.source),
            "addressee": asked.say(its.addressee),
            "state": self.state,
            "on": self.on and self.on.isoformat(),
            "days_late": self.days_late(asked.today),
            "missing": [lack.words for lack in self.lacks],
        }

    @property
    def urgency(self) -> tuple[int, date]:
        return _ORDER.index(self.state), self.on or date.max


def obligations_of(asked: Asked) -> list[Row]:
    """Return the obligations of the organisation, the most urgent first; none outside France."""
    asked.actor.require(Operation.READ_PLAN)
    asked.actor.require(Operation.READ_BUDGET)
    if asked.organisation.country != "FRA":
        return []
    facts = Facts(asked)
    rows = [
        row for one in OBLIGATIONS for year in facts.years_of(one) for row in facts.rows(one, year)
    ]
    return sorted(rows, key=lambda row: row.urgency)


def has_m57(place: Organisation) -> bool:
    """Tell whether accounts that were imported follow the M57 (one query)."""
    return ImportBatch.objects.filter(
        fiscal_year__organisation=place,
        status=BatchStatus.CONFIRMED,
        nomenclature__startswith="M57",
    ).exists()


class Facts:
    """What is read once for all the rows."""

    def __init__(self, asked: Asked) -> None:
        self.asked, place = asked, asked.organisation
        self.form, self.population = LegalForm(place.legal_form), place.population
        noted = ObligationMet.objects.filter(organisation=place)
        self.noted = {(one.key, one.year): one for one in noted.order_by("on")}
        # One that has blanks is not what the law asks for.
        kept = KeptDocument.objects.filter(organisation=place, to_write=0).order_by("on")
        self.kept = {(kind, year): on for kind, year, on in kept.values_list("kind", "year", "on")}
        self.is_m57 = any(
            one.nomenclature.startswith("M57")
            for found in sources_of(asked.known).values()
            for one in found
        )
        self.reuse = set(
            LegalFigure.objects.filter(organisation=place, ratio=LegalRatio.REEN_REUSE).values_list(
                "year", flat=True
            )
        )

    @cached_property
    def spaser(self) -> bool | None:
        """Whether somebody said that its purchases reach what binds to a scheme."""
        place = self.asked.organisation
        found = register_of(self.asked.known, place, self.asked.today)
        return (found.habits if found.every else habits_of(place.pk)).spaser

    @cached_property
    def documents(self) -> dict[tuple[str, int], Expected]:
        return {(one.kind.name, one.year): one for one in expected(self.asked)}

    def years_of(self, law: Obligation) -> Iterable[int]:
        """Return the years looked at: that under way, and the last where it may be missed."""
        year = self.asked.today.year
        due = law.due(year - 1)
        if due is None or due.year < year:
            return (year,)
        known = law.document != "green" or year - 1 in self.asked.known.years
        return (year - 1, year) if known else (year,)

    def rows(self, law: Obligation, year: int) -> Iterable[Row]:
        bound, state, on, reference = self.standing(law, year)
        lacks: tuple[Lack, ...] = ()
        if law.law is Law.CONTRACTS:
            state, lacks, on = self._contracts(bound)
        elif law.law is Law.ECODESIGN:
            lacks = tuple(self._services())
        elif state not in (State.MET, State.NOT_BOUND):
            lacks = tuple(self._lacks(law, year))
        yield Row(law, year, bound, state, on, self._why(law, bound), lacks, reference)

    def standing(self, law: Obligation, year: int) -> tuple[Bound, State, date | None, str]:
        """Return whom it binds, how it stands, by when or since when, and what says so."""
        bound = law.binds(self.form, self.population)
        if law.law is Law.GREEN and bound is Bound.STATUTE and self.is_m57:
            bound = Bound.YES
        if law.law is Law.SPASER and self.spaser is not None:
            bound = Bound.YES if self.spaser else Bound.NO
        met, reference = self._met(law, year)
        state, on = state_of(law, bound, met=met, due=law.due(year), today=self.asked.today)
        return bound, state, on, reference

    def _met(self, law: Obligation, year: int) -> tuple[date | None, str]:
        """Return the day it was met: noted by somebody, or by a document kept once its year ends.

        A draft of a year under way meets nothing.
        """
        if law.lasts is not None:
            last = [one for (key, _year), one in self.noted.items() if key == law.law]
            return (last[-1].on, last[-1].reference) if last else (None, "")
        if noted := self.noted.get((law.law, year)):
            return noted.on, noted.reference
        if law.law is Law.REUSE and year in self.reuse and year < self.asked.today.year:
            return date(year, 12, 31), self.asked.say(TYPED)
        on = self.kept.get((law.document, year)) if law.document else None
        is_whole = on is not None and (on.year > year or law.when is not None)
        return (on if is_whole else None), ""

    def _why(self, law: Obligation, bound: Bound) -> str:
        say = self.asked.say
        if law.law is Law.ECODESIGN:
            return say(BY_CHOICE)
        if law.law is Law.SPASER and self.spaser is not None:
            return say(AS_SAID)
        if bound is Bound.NO:
            return say(NOT_BY_FORM).format(self.asked.organisation.get_legal_form_display())
        if bound is Bound.POPULATION:
            return say(POPULATION)
        return say(A_FACT) if bound is Bound.STATUTE else say(BY_FORM)

    def _lacks(self, law: Obligation, year: int) -> Iterable[Lack]:
        if law.document:
            found = self.documents.get((law.document, year))
            yield from found.lacks if found else ()
        elif law.law is Law.REUSE:
            yield Lack(self.asked.say(RETIRED).format(year), "budget:legal")

    def _contracts(self, bound: Bound) -> tuple[State, tuple[Lack, ...], date | None]:
        """Return how consultations stand: late once offers come, before that, or to check."""
        found = register_of(self.asked.known, self.asked.organisation, self.asked.today)
        wrong = found.in_state(Standing.TO_CORRECT)
        unsaid = found.begun.unsaid
        lacks = []
        if wrong:
            words = self.asked.say(CORRECT).format(len(wrong))
            lacks.append(Lack(words, "budget:contract", (wrong[0].contract.pk,)))
        if unsaid:
            lacks.append(
                Lack(self.asked.say(UNSAID).format(unsaid), "budget:contracts", (), "?all=1")
            )
        if not found.every or bound is not Bound.YES:
            return State.TO_CHECK, tuple(lacks), None
        days = [row.standing.before for row in wrong if row.standing.before]
        if wrong:
            first = min(days, default=None)
            late = first is not None and first < self.asked.today
            return (State.LATE if late else State.BEFORE), tuple(lacks), first
        coming = [row for row in found.in_state(Standing.TO_WRITE) if row.standing.before]
        on = min((row.standing.before for row in coming if row.standing.before), default=None)
        return State.BEFORE, tuple(lacks), on

    def _services(self) -> Iterable[Lack]:
        """Say how many criteria are said to be met with no justification."""
        met = justified = 0
        for service in services_of(self.asked.actor):
            its = assessment_of(service)
            numbers = its.numbers(Answer.VALID)
            met += len(numbers)
            justified += sum(bool(its.comments.get(number)) for number in numbers)
        if met > justified:
            words = self.asked.say(JUSTIFY).format(met - justified, met)
            yield Lack(words, "documents:services")


def counts_of(rows: Iterable[Row]) -> Mapping[State, int]:
    """Return how many stand in each state."""
    found = list(rows)
    return {state: sum(row.state is state for row in found) for state in _ORDER}
