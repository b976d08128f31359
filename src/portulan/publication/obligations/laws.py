"""The obligations looked at, as dated data: text, whom it binds, to whom, by when (pure).

No jurist has read them for the organisation. “Met” says that a document exists, never that a law
is respected. Sources: docs/reference/documents.md; the same texts as `catalogue.obligations`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import BY_KEY, Bound, Key
from portulan.core.periods import later
from portulan.core.say.text import Text
from portulan.publication.documents import green, rdd

_PUBLIC = frozenset(
    {
        *(LegalForm.TOWN, LegalForm.INTERCOMMUNAL, LegalForm.DEPARTMENT, LegalForm.REGION),
        *(LegalForm.STATE, LegalForm.PUBLIC_BODY, LegalForm.HOSPITAL, LegalForm.UNIVERSITY),
    }
)


class State(StrEnum):
    LATE = "late"
    BEFORE = "before"
    TO_CHECK = "to-check"
    MET = "met"
    NOT_BOUND = "not-bound"


class Law(StrEnum):
    PURCHASES = "purchases"
    ACCESSIBILITY = "accessibility"
    SCHEME = "scheme"
    SUSTAINABLE = "sustainable"
    CONTRACTS = "contracts"
    REUSE = "reuse"
    GREEN = "green"
    ECODESIGN = "ecodesign"
    SPASER = "spaser"
    STRATEGY = "strategy"
    STATE_PLAN = "state-plan"


def _public(form: LegalForm, _population: int | None) -> Bound:
    return Bound.YES if form in _PUBLIC else Bound.STATUTE


def _unknown(_form: LegalForm, _population: int | None) -> Bound:
    """Bound by a fact that nothing here knows: it is to be checked."""
    return Bound.STATUTE


def _choice(_form: LegalForm, _population: int | None) -> Bound:
    return Bound.NO


@dataclass(frozen=True, slots=True)
class Obligation:
    """An obligation; `lasts` months from the day it was met, None where each year has its own.

    `document` is what Portulan makes for it, `due` the day of a year, else `when` says it in words.
    """

    law: Law
    title: Text
    who: Text
    source: Text
    addressee: Text
    binds: Callable[[LegalForm, int | None], Bound]
    document: str = ""
    due: Callable[[int], date | None] = lambda _year: None
    when: Text | None = None
    lasts: int | None = None


_ASSEMBLY = Text("assemblée, avant le débat du budget", "the assembly, before the budget debate")
_SITE = Text("son propre site", "one’s own site")
OBLIGATIONS = (
    Obligation(
        Law.PURCHASES,
        Text("Achats issus du réemploi", "Purchases from reuse"),
        Text("État, collectivités, groupements, sans seuil", "State, local authorities, groupings"),
        Text(
            "Loi AGEC du 10/02/2020, art. 58\u202f; décret 2024-134 du 21/02/2024",
            "AGEC act of 10/02/2020, art. 58; décret 2024-134 of 21/02/2024",
        ),
        Text("data.gouv.fr, déposé par vous", "data.gouv.fr, filed by you"),
        BY_KEY[Key.PURCHASES].binds,
        document="agec",
        due=lambda year: date(year + 1, 6, 30),
    ),
    Obligation(
        Law.ACCESSIBILITY,
        Text("Accessibilité, déclaration de chaque service", "Accessibility, statement by service"),
        Text("Tout service public en ligne, sans seuil", "Any public service online"),
        Text(
            "Loi du 11/02/2005, art. 47\u202f; décret 2019-768 du 24/07/2019",
            "Act of 11/02/2005, art. 47; décret 2019-768 of 24/07/2019",
        ),
        _SITE,
        _public,
        lasts=36,
    ),
    Obligation(
        Law.SCHEME,
        Text("Accessibilité, schéma et plan de l’année", "Accessibility, scheme and yearly plan"),
        Text("Tout service public en ligne, sans seuil", "Any public service online"),
        Text(
            "Loi du 11/02/2005, art. 47\u202f; décret 2019-768 du 24/07/2019",
            "Act of 11/02/2005, art. 47; décret 2019-768 of 24/07/2019",
        ),
        _SITE,
        _public,
        due=lambda year: date(year, 12, 31),
    ),
    Obligation(
        Law.SUSTAINABLE,
        Text("Développement durable, part du numérique", "Sustainable development, part of IT"),
        Text(
            "Régions, départements\u202f; communes et EPCI de plus de 50 000 habitants",
            "Regions, départements; towns and EPCI of more than 50,000 inhabitants",
        ),
        Text(
            "CGCT, D. 4311-6\u202f; décret 2011-687 du 17/06/2011",
            "CGCT, D. 4311-6; décret 2011-687 of 17/06/2011",
        ),
        _ASSEMBLY,
        rdd.binds,
        document="rdd",
        when=Text("avant le débat du budget", "before the budget debate"),
    ),
    Obligation(
        Law.CONTRACTS,
        Text(
            "Marchés\u00a0: une condition et un critère", "Contracts: a condition and a criterion"
        ),
        Text(
            "Tout acheteur, pour une consultation lancée depuis le 21/08/2026",
            "Any buyer, for a consultation begun since 21/08/2026",
        ),
        Text(
            "Loi du 22/08/2021, art. 35\u202f; décret 2022-767 du 02/05/2022",
            "Act of 22/08/2021, art. 35; décret 2022-767 of 02/05/2022",
        ),
        Text("dossier de consultation", "consultation file"),
        _public,
        when=Text("à chaque consultation", "at each consultation"),
    ),
    Obligation(
        Law.REUSE,
        Text("Matériel réformé donné ou réemployé", "Retired devices given or reused"),
        Text("État, collectivités, groupements, sans seuil", "State, local authorities, groupings"),
        Text(
            "Loi REEN du 15/11/2021, art. 16\u202f; décret 2023-266 du 12/04/2023",
            "REEN act of 15/11/2021, art. 16; décret 2023-266 of 12/04/2023",
        ),
        Text("aucun dépôt trouvé\u00a0: registre à tenir prêt", "no filing found: register kept"),
        BY_KEY[Key.REUSE].binds,
        due=lambda year: date(year + 1, 1, 1),
    ),
    Obligation(
        Law.GREEN,
        Text("Annexe verte du budget", "Green annex of the budget"),
        Text("Plus de 3 500 habitants, en M57", "More than 3,500 inhabitants, in M57"),
        Text(
            "Loi de finances 2024, art. 191\u202f; décret du 16/07/2024",
            "Finance act 2024, art. 191; décret of 16/07/2024",
        ),
        Text("assemblée, avec le CFU", "the assembly, with the accounts"),
        green.binds,
        document="green",
        due=lambda year: date(year + 1, 6, 30),
    ),
    Obligation(
        Law.ECODESIGN,
        Text("Écoconception, déclaration RGESN", "Eco-design, RGESN statement"),
        Text("Aucun texte lu n’y oblige", "No text read asks for it"),
        Text(
            "Loi REEN, art. 25\u202f; référentiel de mai 2024", "REEN act, art. 25; RGESN of 2024"
        ),
        _SITE,
        _choice,
        document="rgesn",
    ),
    Obligation(
        Law.SPASER,
        Text(
            "Schéma des achats responsables, ses indicateurs tous les deux ans",
            "Scheme of responsible purchases, its indicators every two years",
        ),
        Text("50 M€ d’achats par an, toute forme", "€50m of purchases a year, any form"),
        Text(
            "CCP, L. 2111-3, alinéa 3, et D. 2111-3\u202f; décret 2022-767 du 02/05/2022",
            "CCP, L. 2111-3, paragraph 3, and D. 2111-3; décret 2022-767 of 02/05/2022",
        ),
        Text("assemblée, puis son site", "the assembly, then one’s own site"),
        _unknown,
        # No text says until when a scheme holds; its indicators are published every two years.
        lasts=24,
    ),
    Obligation(
        Law.STRATEGY,
        Text("Stratégie et bilan REEN du territoire", "REEN strategy and report of the area"),
        Text(
            "Communes et EPCI de plus de 50 000 habitants",
            "Towns and EPCI of more than 50,000 inhabitants",
        ),
        Text(
            "CGCT, L. 2311-1-1\u202f; décret 2022-1084 du 29/07/2022",
            "CGCT, L. 2311-1-1; décret 2022-1084 of 29/07/2022",
        ),
        _ASSEMBLY,
        BY_KEY[Key.STRATEGY].binds,
        document="reen",
        when=Text("avant le débat du budget", "before the budget debate"),
    ),
    Obligation(
        Law.STATE_PLAN,
        Text("Suivi du plan de transformation de l’État", "Follow-up of the State’s plan"),
        Text("État\u202f; un opérateur, selon son statut", "State; an operator, by its statute"),
        Text("Circulaire 6425/SG du 21/11/2023", "Circular 6425/SG of 21/11/2023"),
        Text("ministère ou préfecture", "ministry or préfecture"),
        BY_KEY[Key.STATE_PLAN].binds,
    ),
)
BY_LAW = {one.law: one for one in OBLIGATIONS}


def state_of(
    law: Obligation, bound: Bound, *, met: date | None, due: date | None, today: date
) -> tuple[State, date | None]:
    """Return how an obligation stands on a day, and by when it is due.

    What holds for some months is due again at their end; what was met says so, whoever is bound.
    """
    if met is not None and law.lasts is None:
        return State.MET, met
    if met is not None and law.lasts is not None:
        until = later(met, law.lasts)
        return (State.MET, met) if until >= today else (State.LATE, until)
    if bound is Bound.NO:
        return State.NOT_BOUND, None
    if bound is not Bound.YES:
        return State.TO_CHECK, due
    if due is None:
        return (State.BEFORE if law.when else State.TO_CHECK), None
    return (State.LATE if due < today else State.BEFORE), due
