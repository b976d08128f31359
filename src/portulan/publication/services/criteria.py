"""The 78 criteria of the RGESN 2024, by theme, and the score that answers to them give (pure).

Source of the numbers, of the priorities and of the score: référentiel général d’écoconception de
services numériques, May 2024 (Arcep, Arcom, ADEME; Licence Ouverte). What a criterion is about is
said here in our own words, shorter than its question: the référentiel itself is what one answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.core.say.text import Text

VERSION = "2024"


class Priority(StrEnum):
    FIRST = "P"
    ADVISED = "R"
    MODERATE = "M"


PRIORITIES: dict[Priority, Text] = {
    Priority.FIRST: Text("prioritaire", "priority (prioritaire)"),
    Priority.ADVISED: Text("recommandé", "recommended (recommandé)"),
    Priority.MODERATE: Text("modéré", "moderate (modéré)"),
}
_WEIGHTS = {
    Priority.FIRST: Decimal("1.5"),
    Priority.ADVISED: Decimal("1.25"),
    Priority.MODERATE: Decimal(1),
}
THEMES: tuple[Text, ...] = (
    Text("Stratégie", "Strategy"),
    Text("Spécifications", "Specifications"),
    Text("Architecture", "Architecture"),
    Text("Expérience et interface", "Experience and interface"),
    Text("Contenus", "Contents"),
    Text("Frontend", "Front end"),
    Text("Backend", "Back end"),
    Text("Hébergement", "Hosting"),
    Text("Algorithmie", "Algorithms"),
)


class Answer(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    ABSENT = "absent"
    GOING = "going"
    OPEN = "open"


ANSWERS: dict[Answer, Text] = {
    Answer.VALID: Text("validé", "met"),
    Answer.INVALID: Text("non validé", "not met"),
    Answer.ABSENT: Text("non applicable", "not applicable"),
    Answer.GOING: Text("en cours", "under way"),
    Answer.OPEN: Text("à évaluer", "to be assessed"),
}
# What says where a service stands; the others are still to be said.
DECIDED = (Answer.VALID, Answer.INVALID, Answer.ABSENT)


@dataclass(frozen=True, slots=True)
class Criterion:
    number: str
    priority: Priority
    title: Text

    @property
    def theme(self) -> int:
        return int(self.number.split(".")[0])


# By theme, in their order: the priority of each criterion, then what it is about.
_ABOUT: tuple[tuple[tuple[str, str, str], ...], ...] = (
    (
        ("P", "Utilité au regard des impacts", "Usefulness, given the impacts"),
        ("P", "Utilisateurs visés et besoins réels", "Intended users and real needs"),
        ("R", "Un référent en écoconception", "Someone in charge of eco-design"),
        ("P", "Revues régulières de la démarche", "Regular reviews of the approach"),
        ("P", "Objectifs de réduction des impacts", "Aims for the reduction of impacts"),
        ("R", "Collecte de données mesurée", "Data collected with restraint"),
        ("M", "Chiffrement à la hauteur du besoin", "Encryption fitted to the need"),
        ("R", "Code ouvert et réutilisation", "Open source, given and taken"),
        ("P", "Technologies standard et interopérables", "Standard, interoperable technologies"),
        ("R", "Interfaces ouvertes avec le matériel", "Open interfaces with the hardware"),
    ),
    (
        ("P", "Profils de matériel acceptés", "Hardware profiles that are accepted"),
        ("P", "Marche sur d’anciens terminaux", "Works on old devices"),
        ("R", "Marche à bas débit ou hors connexion", "Works on a slow line or offline"),
        ("P", "Marche sur d’anciens systèmes et navigateurs", "Works on old systems and browsers"),
        ("P", "S’adapte aux tailles d’écran", "Fits screens of all sizes"),
        ("R", "Revues de conception et de code", "Reviews of design and of code"),
        ("P", "Maintenance et fin de vie prévues", "Maintenance and end of life planned"),
        ("P", "Démarche demandée aux fournisseurs", "What is asked of suppliers"),
        ("M", "Impact des composants d’interface", "Impact of interface components"),
        ("P", "Impact des services tiers choisis", "Impact of the third-party services chosen"),
    ),
    (
        ("P", "Architecture et composants sobres", "A sober architecture, sober components"),
        ("R", "Ressources ajustées à l’usage", "Resources that follow the use"),
        ("M", "Évolution des protocoles suivie", "Keeps up with protocols"),
        ("P", "Corrections pendant la vie du matériel", "Fixes for as long as the hardware lives"),
        ("M", "Corrections séparées des nouveautés", "Fixes apart from new features"),
        ("M", "Mises à jour partielles", "Updates of what changed only"),
        ("M", "Environnements de test à la mesure", "Test environments sized to the need"),
    ),
    (
        ("P", "Pas de lecture automatique", "Nothing plays by itself"),
        ("P", "Pas de défilement infini", "No endless scroll"),
        ("R", "Parcours principaux raccourcis", "Main journeys kept short"),
        ("R", "Services tiers au choix de l’usager", "Third-party services are up to the user"),
        ("M", "Composants natifs", "Native components"),
        ("R", "Vidéo, son et animation utiles", "Video, sound and animation that inform"),
        ("M", "Le média le plus sobre", "The lightest medium"),
        ("M", "Peu de polices téléchargées", "Few fonts downloaded"),
        ("M", "Peu de requêtes pendant la saisie", "Few requests while typing"),
        ("M", "Format de saisie annoncé", "Expected input said beforehand"),
        ("M", "Poids et format de fichier annoncés", "File size and format said beforehand"),
        ("R", "Fonctions lourdes signalées", "Heavy features are pointed out"),
        ("P", "Notifications rares et désactivables", "Few notifications, that can be stopped"),
        ("R", "Pas de procédé manipulatoire", "No manipulative pattern"),
        ("R", "Maîtrise de l’usage par l’usager", "Users may watch and reduce their use"),
    ),
    (
        ("R", "Format d’image adapté", "Fitting image formats"),
        ("R", "Compression des images", "Compression of images"),
        ("P", "Définition des vidéos", "Definition of videos"),
        ("P", "Compression des vidéos", "Compression of videos"),
        ("P", "Écoute seule des vidéos", "Videos may be listened to only"),
        ("M", "Compression du son", "Compression of sound"),
        ("M", "Format des documents", "Format of documents"),
        ("R", "Archivage et suppression des contenus", "Old contents archived or deleted"),
    ),
    (
        ("R", "Poids et requêtes plafonnés par écran", "A ceiling of weight and requests a screen"),
        ("R", "Cache chez l’usager", "Cache on the user’s side"),
        ("M", "Compression des transferts", "Compression of transfers"),
        ("R", "Images à leur taille d’affichage", "Images at the size they are shown"),
        ("R", "Rien de chargé inutilement", "Nothing loaded for nothing"),
        ("M", "Capteurs limités au besoin", "Sensors only where needed"),
        ("M", "Fichiers statiques sur un seul domaine", "Static files on one domain"),
    ),
    (
        ("R", "Cache du serveur", "Cache on the server"),
        ("R", "Durées de conservation", "Retention periods"),
        ("M", "Traitement de fond annoncé", "Background work is said"),
        ("P", "Consensus économe", "A frugal consensus mechanism"),
    ),
    (
        ("P", "Hébergeur engagé à réduire", "A host that reduces its footprint"),
        ("P", "Gestion durable des équipements", "Equipment managed to last"),
        ("P", "PUE réduit", "Low PUE"),
        ("R", "WUE réduit", "Low WUE"),
        ("R", "Origine de l’électricité", "Origin of electricity"),
        ("R", "Lieu d’hébergement", "Place of hosting"),
        ("R", "Chaleur des serveurs", "Heat of the servers"),
        ("M", "Données chaudes et froides séparées", "Hot and cold data apart"),
        ("R", "Copies limitées au nécessaire", "Copies only where needed"),
        ("R", "Calculs différés au bon moment", "Deferred work at the right time"),
    ),
    (
        ("P", "Entraînement nécessaire ?", "Is training needed?"),
        ("P", "Apprentissage proportionné", "Learning in proportion"),
        ("P", "Quantité d’entraînement limitée", "Amount of training limited"),
        ("P", "Données d’apprentissage limitées", "Training data limited"),
        ("P", "Réentraînement espacé", "Retraining spaced out"),
        ("R", "Modèles compressés", "Compressed models"),
        ("P", "Inférence économe", "Frugal inference"),
    ),
)
CRITERIA: dict[str, Criterion] = {
    f"{theme}.{place}": Criterion(f"{theme}.{place}", Priority(priority), Text(fr, en))
    for theme, its in enumerate(_ABOUT, 1)
    for place, (priority, fr, en) in enumerate(its, 1)
}


def of_theme(theme: int) -> list[Criterion]:
    """Return the criteria of a theme, from 1 to 9, in their order."""
    return [one for one in CRITERIA.values() if one.theme == theme]


def numbers_with(answers: Mapping[str, Answer], answer: Answer) -> list[str]:
    """Return the numbers of the criteria that have this answer, in their order."""
    return [number for number in CRITERIA if answers.get(number, Answer.OPEN) is answer]


def score(answers: Mapping[str, Answer]) -> Decimal | None:
    """Return the score, in percent with one decimal; None when nothing applies.

    What is under way or to be assessed counts as not met: the formulas of the tool of the RGESN
    decide, where its text says otherwise.
    """
    absent = set(numbers_with(answers, Answer.ABSENT))
    applicable = sum(
        (_WEIGHTS[one.priority] for one in CRITERIA.values() if one.number not in absent),
        Decimal(),
    )
    if not applicable:
        return None
    met = sum(_WEIGHTS[CRITERIA[one].priority] for one in numbers_with(answers, Answer.VALID))
    return (100 * met / applicable).quantize(Decimal("0.1"))
