"""Two of the services of action 16, assessed against the RGESN the year after their trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.publication.services.criteria import CRITERIA, Answer
from portulan.publication.services.writes import Answered, assess_service, save_service

OWNER = "Responsable qualité des projets"
AUDITOR = "Cellule écoconception, même grille que l’essai"

_NO_AI = "Rien n’apprend : ni modèle, ni entraînement."
_NO_MEDIA = "Aucun contenu de ce type."
_ABSENT = {
    "1.10": "Aucun objet connecté, aucun périphérique.",
    "3.4": "Aucun terminal n’est vendu avec le service.",
    "3.5": "Rien n’est installé chez l’usager.",
    "3.6": "Rien n’est installé chez l’usager.",
    "5.6": _NO_MEDIA,
    "7.4": "Aucun mécanisme de consensus.",
    "8.8": "Moins de 10 To de données.",
    **{f"9.{number}": _NO_AI for number in range(2, 8)},
}


@dataclass(frozen=True, slots=True)
class Assessed:
    """A service, when it was assessed, what it does not meet and what does not apply to it."""

    name: str
    url: str
    units: str
    on: date
    review: date
    invalid: dict[str, str]
    absent: dict[str, str]


def _plain(numbers: str) -> dict[str, str]:
    return dict.fromkeys(numbers.split(), "")


SERVICES = (
    Assessed(
        "Transport scolaire",
        "https://transport-scolaire.armorique.example/",
        "Inscrire un enfant, renouveler une carte, suivre un dossier",
        date(2026, 9, 17),
        date(2027, 9, 16),
        invalid={
            **_plain("1.1 1.5 1.8 2.1 2.6 2.10 3.2 3.7 4.3 4.12 4.15 5.2 5.8 6.1 7.2 8.4 8.7 8.10"),
            "2.2": "Essayé sur un téléphone de 2017 : la carte ne s’affiche pas.",
            "6.4": "Les plans d’arrêt sont envoyés en pleine taille.",
            "6.5": "La carte se charge sur toutes les pages.",
            "8.2": "L’hébergeur ne dit pas l’âge de ses serveurs.",
        },
        absent={
            **_ABSENT,
            **dict.fromkeys(("5.3", "5.4", "5.5"), "Aucune vidéo."),
        },
    ),
    Assessed(
        "Aides en ligne",
        "https://aides.armorique.example/",
        "Trouver une aide, déposer une demande, joindre une pièce",
        date(2026, 10, 8),
        date(2027, 10, 7),
        invalid={
            **_plain("1.1 1.3 1.5 1.8 2.1 2.2 2.3 2.6 2.7 2.9 2.10 3.1 3.7 4.3 4.5 4.12 4.15"),
            **_plain("5.1 5.2 5.8 6.1 6.2 7.1 8.4 8.7"),
            "6.4": "Les vignettes sont réduites par le navigateur.",
            "6.5": "Le lecteur de vidéo se charge sans vidéo à lire.",
        },
        absent=_ABSENT,
    ),
)


def services_events(cast: Cast) -> Iterator[Event]:
    """Yield the day of each assessment."""
    for one in SERVICES:
        yield Event(one.on, partial(_assess, cast, one))


def _assess(cast: Cast, one: Assessed) -> None:
    actor = cast.officer
    service = save_service(
        actor,
        today=one.on,
        name=one.name,
        url=one.url,
        owner_function=OWNER,
        units=one.units,
        assessed_on=one.on,
        assessed_by=AUDITOR,
        review_on=one.review,
    )
    assess_service(actor, service=service, answers=[_answered(one, number) for number in CRITERIA])


def _answered(one: Assessed, number: str) -> Answered:
    if number in one.absent:
        return Answered(number, Answer.ABSENT, one.absent[number])
    if number in one.invalid:
        return Answered(number, Answer.INVALID, one.invalid[number])
    return Answered(number, Answer.VALID)
