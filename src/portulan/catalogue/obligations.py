"""What the law asks of organisations about IT: whom, what, since when, by which practices.

The one place for these facts (pure): ratios, scenarios and sentences read them. A threshold is
dated data, never a constant: it holds from a civil year until the next one. Only what binds to a
result and a year is here. Left out on purpose: software that wastes no energy (AGEC, article 55,
second paragraph), to be promoted “as soon as possible”; accessibility (RGAA), which no practice of
the guide covers.

Sources: CGCT articles L. 2311-1-1 and D. 2311-15-1 (loi 2021-1485, REEN, article 35; décret
2022-1084 of 29 July 2022); REEN article 16 and décret 2023-266 of 12 April 2023; loi 2020-105
(AGEC) article 58 and décret 2024-134 of 21 February 2024, in force on 1 July 2024; AGEC article 55,
third and fourth paragraphs, added by REEN article 15; circulaire 6425/SG of 21 November 2023.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.accounts.words import LegalForm
from portulan.core.say.country import FRANCE, country
from portulan.core.say.text import Text

# The edition whose codes the obligations name: a code means something only inside one.
CATALOGUE, EDITION = "guide-nr", "v1"

# Local authorities and their groupings with tax powers.
LOCAL = frozenset({LegalForm.TOWN, LegalForm.INTERCOMMUNAL, LegalForm.DEPARTMENT, LegalForm.REGION})
_PUBLIC = LOCAL | {LegalForm.STATE}


class Bound(StrEnum):
    """Whether an obligation binds an organisation, as far as its form and population say."""

    YES = "yes"
    NO = "no"
    POPULATION = "population"  # it depends on a population that nobody gave
    STATUTE = "statute"  # a mixed syndicate is a grouping, a public body may be an operator


class Key(StrEnum):
    STRATEGY = "strategy"
    STATE_PLAN = "state_plan"
    REUSE = "reuse"
    PURCHASES = "purchases"
    REPAIRABILITY = "repairability"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is asked from a civil year on; `percent` is the least share, None without a share."""

    since: int
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """An obligation. `name` is short, `source` whole; `{percent}` in `asks` is the threshold’s.

    It binds the `forms` of more than `above` inhabitants. `practices` are codes of the guide: one
    action that follows one of them carries the obligation. Thresholds are in the order of years.
    """

    key: Key
    name: Text
    asks: Text
    source: str
    forms: frozenset[LegalForm]
    practices: frozenset[str]
    thresholds: tuple[Threshold, ...]
    above: int = 0
    by_statute: frozenset[LegalForm] = frozenset()
    country: str = FRANCE.code

    def binds(self, form: LegalForm, population: int | None) -> Bound:
        """Tell whether it binds the organisation at work, of that form and population.

        A law is of one country: it binds nobody elsewhere.
        """
        if country().code != self.country:
            return Bound.NO
        if form in self.by_statute:
            return Bound.STATUTE
        if form not in self.forms:
            return Bound.NO
        if self.above and population is None:
            return Bound.POPULATION
        return Bound.YES if (population or 0) > self.above or not self.above else Bound.NO

    def threshold(self, year: int) -> Threshold | None:
        """Return the threshold in force in a civil year, None before the first."""
        return next((one for one in reversed(self.thresholds) if one.since <= year), None)

    def due(self, first: int, last: int) -> tuple[int, Threshold] | None:
        """Return the year, of those from first to last, in which it asks more, and what it asks.

        Its next threshold; when none comes, it is due already: the first year. None when it binds
        to nothing by the last year.
        """
        coming = next((one for one in self.thresholds if first < one.since <= last), None)
        if coming is not None:
            return coming.since, coming
        known = self.threshold(first)
        return None if known is None else (first, known)


OBLIGATIONS = (
    Obligation(
        Key.STRATEGY,
        Text("CGCT, article L. 2311-1-1", "code of local authorities, article L. 2311-1-1"),
        Text(
            "une stratégie numérique responsable, avec ses objectifs, ses indicateurs et ses"
            " moyens",
            "a responsible digital strategy, with its aims, its indicators and its means",
        ),
        "CGCT, articles L. 2311-1-1 et D. 2311-15-1 (loi REEN, article 35)",
        frozenset({LegalForm.TOWN, LegalForm.INTERCOMMUNAL}),
        frozenset({"a.2"}),
        (Threshold(2025),),
        above=50_000,
    ),
    Obligation(
        Key.STATE_PLAN,
        Text("circulaire 6425/SG", "circular 6425/SG"),
        Text(
            "un plan de transformation écologique, dont le numérique",
            "an ecological transformation plan, IT included",
        ),
        "Circulaire 6425/SG du 21 novembre 2023",
        frozenset({LegalForm.STATE}),
        frozenset({"a.2"}),
        (Threshold(2024),),
        by_statute=frozenset({LegalForm.PUBLIC_BODY, LegalForm.HOSPITAL, LegalForm.UNIVERSITY}),
    ),
    Obligation(
        Key.REUSE,
        Text("loi REEN, article 16", "REEN act, article 16"),
        Text(
            "{percent} des matériels informatiques réformés réemployés ou réutilisés",
            "{percent} of the IT equipment disposed of reused",
        ),
        "Loi 2021-1485 (REEN), article 16\u202f; décret 2023-266, article 3",
        _PUBLIC,
        frozenset({"i.1", "i.2", "i.3"}),
        (Threshold(2023, Decimal(25)), Threshold(2024, Decimal(35)), Threshold(2025, Decimal(50))),
        by_statute=frozenset({LegalForm.PUBLIC_BODY}),
    ),
    Obligation(
        Key.PURCHASES,
        Text("loi AGEC, article 58", "AGEC act, article 58"),
        Text(
            "{percent} des achats d’informatique et de téléphonie issus du réemploi ou intégrant"
            " des matières recyclées",
            "{percent} of IT and telephony purchases from reuse or with recycled materials",
        ),
        "Loi 2020-105 (AGEC), article 58\u202f; décret 2024-134, annexe",
        _PUBLIC,
        frozenset({"e.1"}),
        (Threshold(2024, Decimal(20)), Threshold(2027, Decimal(25)), Threshold(2030, Decimal(30))),
        by_statute=frozenset({LegalForm.PUBLIC_BODY}),
    ),
    Obligation(
        Key.REPAIRABILITY,
        Text("loi AGEC, article 55", "AGEC act, article 55"),
        Text(
            "l’indice de réparabilité ou de durabilité pris en compte dans les achats",
            "the repairability or durability index taken into account in purchases",
        ),
        "Loi 2020-105 (AGEC), article 55 (loi REEN, article 15)",
        _PUBLIC,
        frozenset({"e.2"}),
        (Threshold(2023), Threshold(2026)),
        by_statute=frozenset({LegalForm.PUBLIC_BODY}),
    ),
)
BY_KEY = {one.key: one for one in OBLIGATIONS}


def shares_asked(form: LegalForm, population: int | None) -> Iterator[tuple[Obligation, Threshold]]:
    """Yield the least shares that bind the organisation at work, or may: law by law, by year."""
    for one in OBLIGATIONS:
        if one.binds(form, population) is not Bound.NO:
            yield from ((one, threshold) for threshold in one.thresholds if threshold.percent)
