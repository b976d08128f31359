"""What a deliberation rests on: texts by form of body, size and occasion, dated (pure).

Sources: CGCT L. 2121-21 (ballots), L. 2121-29, L. 5211-1, L. 3211-1 and L. 4221-1 (powers),
L. 2311-1-1 and D. 2311-15-1 (strategy, towns and groupings above 50,000), L. 3311-2 and L. 4310-1
(report on sustainable development), L. 1612-11 (amendments); loi 2020-105 (AGEC), loi 2021-1485
(REEN), décret 2022-1084. A text holds from its day. It is a model: who signs reads it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portulan.accounts.words import LegalForm
from portulan.core.say.text import Text


class Occasion(StrEnum):
    """What the assembly is asked."""

    ADOPTION = "adoption"
    YEARLY = "yearly"
    AMENDMENT = "amendment"
    STRATEGY = "strategy"


_TOWNS = frozenset({LegalForm.TOWN, LegalForm.INTERCOMMUNAL})
_ALL = _TOWNS | {LegalForm.DEPARTMENT, LegalForm.REGION}
_EVERY = frozenset(Occasion)


@dataclass(frozen=True, slots=True)
class Visa:
    """A text, whom it is of, above how many inhabitants, for which occasions, since when."""

    said: Text
    forms: frozenset[LegalForm]
    since: date
    occasions: frozenset[Occasion] = _EVERY
    above: int = 0


_CGCT = date(1996, 2, 24)


def _code(articles: str) -> Text:
    return Text(
        f"le code général des collectivités territoriales, notamment {articles}",
        f"the general code of local authorities, in particular {articles}",
    )


VISAS = (
    Visa(_code("L.\u00a02121-21, L.\u00a02121-29"), frozenset({LegalForm.TOWN}), _CGCT),
    Visa(_code("L.\u00a05211-1, L.\u00a02121-21"), frozenset({LegalForm.INTERCOMMUNAL}), _CGCT),
    Visa(_code("L.\u00a03211-1"), frozenset({LegalForm.DEPARTMENT}), date(2015, 8, 8)),
    Visa(_code("L.\u00a04221-1"), frozenset({LegalForm.REGION}), date(2015, 8, 8)),
    Visa(
        _code("L.\u00a02311-1-1, D.\u00a02311-15-1"),
        _TOWNS,
        date(2022, 8, 1),
        frozenset({Occasion.ADOPTION, Occasion.YEARLY, Occasion.STRATEGY}),
        50_000,
    ),
    Visa(
        _code("L.\u00a03311-2"),
        frozenset({LegalForm.DEPARTMENT}),
        date(2010, 7, 13),
        frozenset({Occasion.YEARLY}),
    ),
    Visa(
        _code("L.\u00a04310-1"),
        frozenset({LegalForm.REGION}),
        date(2010, 7, 13),
        frozenset({Occasion.YEARLY}),
    ),
    Visa(_code("L.\u00a01612-11"), _ALL, _CGCT, frozenset({Occasion.AMENDMENT})),
    Visa(
        Text(
            "la loi n°\u00a02020-105 du 10 février 2020 relative à la lutte contre le gaspillage et"
            " à l’économie circulaire, notamment son article 58",
            "loi no. 2020-105 of 10 February 2020 against waste and for a circular economy, article"
            " 58",
        ),
        _ALL,
        date(2020, 2, 11),
        frozenset({Occasion.ADOPTION, Occasion.YEARLY, Occasion.STRATEGY}),
    ),
    Visa(
        Text(
            "la loi n°\u00a02021-1485 du 15 novembre 2021 visant à réduire l’empreinte"
            " environnementale du numérique en France",
            "loi no. 2021-1485 of 15 November 2021 to reduce the environmental footprint of digital"
            " technology in France",
        ),
        _ALL,
        date(2021, 11, 16),
        frozenset({Occasion.ADOPTION, Occasion.YEARLY, Occasion.STRATEGY}),
    ),
    Visa(
        Text(
            "le décret n°\u00a02022-1084 du 29 juillet 2022 relatif à l’élaboration d’une stratégie"
            " numérique responsable par les communes et les établissements publics de coopération"
            " intercommunale de plus de 50\u00a0000 habitants",
            "décret no. 2022-1084 of 29 July 2022 on the responsible digital strategy of towns and"
            " groupings above 50,000 inhabitants",
        ),
        _TOWNS,
        date(2022, 8, 1),
        frozenset({Occasion.STRATEGY}),
        50_000,
    ),
)


def visas_of(form: str, population: int | None, occasion: Occasion, on: date) -> Iterator[Text]:
    """Yield the texts that a deliberation cites; without a population, not those that ask one."""
    for one in VISAS:
        reaches = one.above == 0 or (population is not None and population > one.above)
        if form in one.forms and occasion in one.occasions and one.since <= on and reaches:
            yield one.said


@dataclass(frozen=True, slots=True)
class Assembly:
    """How an assembly and who holds it are called."""

    body: Text
    chair: Text


_ASSEMBLIES = {
    LegalForm.TOWN: Assembly(
        Text("le conseil municipal", "the town council"), Text("le maire", "the mayor")
    ),
    LegalForm.INTERCOMMUNAL: Assembly(
        Text("le conseil communautaire", "the community council"),
        Text("le président", "the president"),
    ),
    LegalForm.DEPARTMENT: Assembly(
        Text("le conseil départemental", "the departmental council"),
        Text("le président", "the president"),
    ),
    LegalForm.REGION: Assembly(
        Text("le conseil régional", "the regional council"), Text("le président", "the president")
    ),
}
_OTHER = Assembly(
    Text("l’organe délibérant", "the deliberating body"), Text("le président", "the president")
)


def assembly_of(form: str) -> Assembly:
    return _ASSEMBLIES.get(LegalForm(form), _OTHER)
