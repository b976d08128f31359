"""What Portulan answers to each criterion of the RGESN 2024, with what holds it.

It is about the software: what depends on the host is for who operates, and counts as not assessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say.text import Text
from portulan.publication.services import criteria
from portulan.publication.services.criteria import Answer


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, why, and the test or the page that shows it."""

    answer: Answer
    why: Text
    proof: str = ""


GATE = "tests/e2e/test_gates.py::test_every_screen_is_light_accessible_and_fits"
NOWHERE = "tests/house/test_declarations.py::test_what_is_said_to_be_absent_is_on_no_page"
_VALID, _NOT, _NA, _OPEN = Answer.VALID, Answer.INVALID, Answer.ABSENT, Answer.OPEN
_NO_MEDIA = Text("Ni vidéo, ni son, ni animation.", "Neither video, sound nor animation.")
_NO_LEARNING = Text(
    "Rien n’apprend : ni modèle, ni entraînement.", "Nothing learns: no model, no training."
)
_HOST = Text("Dépend de l’hébergeur.", "Depends on the host.")
_NO_THIRD = Text("Aucun service tiers.", "No third-party service.")

SAID: dict[str, Said] = {
    "1.1": Said(
        _OPEN, Text("Utilité dite, effets non chiffrés.", "Its use is said, its effects are not.")
    ),
    "1.2": Said(
        _VALID,
        Text("Neuf métiers, chacun avec son épreuve.", "Nine trades, each with its test."),
        "tests/e2e/test_clicks.py",
    ),
    "1.3": Said(_NOT, Text("Personne n’est nommé.", "Nobody is named.")),
    "1.4": Said(
        _VALID,
        Text(
            "Poids et nœuds mesurés à chaque changement.",
            "Weight and nodes measured at each change.",
        ),
        GATE,
    ),
    "1.5": Said(
        _VALID,
        Text(
            "40 ko, 8 requêtes et 370 nœuds par écran au plus.",
            "At most 40 kB, 8 requests and 370 nodes a screen.",
        ),
        "tests/pages.py",
    ),
    "1.6": Said(
        _VALID,
        Text(
            "Ni mesure d’audience, ni traceur ; des durées de conservation.",
            "No audience measurement, no tracker; retention periods.",
        ),
        "tests/web/accounts/test_privacy.py",
    ),
    "1.7": Said(
        _VALID,
        Text(
            "HTTPS par le proxy ; seuls les secrets sont chiffrés en base.",
            "HTTPS by the proxy; only secrets are encrypted at rest.",
        ),
        "docs/securite/homologation.md",
    ),
    "1.8": Said(
        _VALID,
        Text("Licence MIT, dépendances libres.", "MIT licence, free dependencies."),
        "publiccode.yml",
    ),
    "1.9": Said(
        _VALID,
        Text("HTML, CSS, SQL, CSV, ODS, JSON.", "HTML, CSS, SQL, CSV, ODS, JSON."),
        "docs/reference/formats.md",
    ),
    "1.10": Said(_NA, Text("N’agit sur aucun matériel.", "Drives no hardware.")),
    "2.1": Said(_NOT, Text("Pas de liste de terminaux.", "No list of devices.")),
    "2.2": Said(
        _OPEN,
        Text(
            "Pages légères, sans essai sur un vieux terminal.",
            "Light pages, not tried on an old device.",
        ),
    ),
    "2.3": Said(
        _VALID, Text("Toute page en moins de 40 ko.", "Every page in less than 40 kB."), GATE
    ),
    "2.4": Said(
        _OPEN,
        Text(
            "Sans script, mais sans essai sur un vieux navigateur.",
            "Without script, but not tried on an old browser.",
        ),
    ),
    "2.5": Said(
        _VALID,
        Text(
            "De 360 à 1280 pixels, sans défilement de côté.",
            "From 360 to 1280 pixels, without sideways scroll.",
        ),
        GATE,
    ),
    "2.6": Said(
        _NOT,
        Text(
            "Les revues de code n’ont pas cet objectif écrit.",
            "Code reviews do not have this aim in writing.",
        ),
    ),
    "2.7": Said(
        _VALID,
        Text("Mise à jour, sortie et retrait décrits.", "Upgrade, way out and removal described."),
        "docs/fr/installer-sur-un-serveur.md",
    ),
    "2.8": Said(_NA, Text("Aucun fournisseur.", "No supplier.")),
    "2.9": Said(
        _VALID,
        Text("Aucun composant d’interface d’ailleurs.", "No interface component from elsewhere."),
        NOWHERE,
    ),
    "2.10": Said(_NA, _NO_THIRD, NOWHERE),
    "3.1": Said(
        _VALID,
        Text(
            "Un processus, un fichier SQLite ; mémoire bornée et mesurée.",
            "One process, one SQLite file; memory bounded and measured.",
        ),
        "docs/reference/speed.md",
    ),
    "3.2": Said(
        _VALID,
        Text(
            "Les fils d’exécution partent et s’arrêtent avec la demande.",
            "Threads start and stop with demand.",
        ),
        "docs/adr/0046-a-thread-for-a-request-that-is-there.md",
    ),
    "3.3": Said(
        _VALID,
        Text(
            "HTTP derrière un proxy, qui parle les nouveaux protocoles.",
            "HTTP behind a proxy, which speaks the newer protocols.",
        ),
        "docs/fr/installer-sur-un-serveur.md",
    ),
    "3.4": Said(
        _NOT,
        Text(
            "Pas d’engagement de durée de correction.",
            "No commitment on how long faults are corrected.",
        ),
    ),
    "3.5": Said(
        _NOT,
        Text("Corrections et nouveautés ensemble.", "Corrections and new features come together."),
    ),
    "3.6": Said(_NOT, Text("Le wheel est remplacé en entier.", "The wheel is replaced whole.")),
    "3.7": Said(
        _OPEN,
        Text(
            "Les essais tournent à chaque changement ; leur coût n’est pas suivi.",
            "Tests run at each change; their cost is not followed.",
        ),
    ),
    "4.1": Said(_NA, _NO_MEDIA, NOWHERE),
    "4.2": Said(_VALID, Text("Listes en pages.", "Lists are paged."), NOWHERE),
    "4.3": Said(
        _VALID,
        Text("Parcours comptés en clics.", "Journeys counted in clicks."),
        "tests/e2e/test_clicks.py",
    ),
    "4.4": Said(_NA, _NO_THIRD, NOWHERE),
    "4.5": Said(
        _VALID, Text("Éléments natifs du navigateur.", "Native elements of the browser."), NOWHERE
    ),
    "4.6": Said(_NA, _NO_MEDIA, NOWHERE),
    "4.7": Said(
        _VALID,
        Text("Du texte, et des graphiques dessinés en SVG.", "Text, and charts drawn in SVG."),
        NOWHERE,
    ),
    "4.8": Said(_VALID, Text("Aucune police téléchargée.", "No font is downloaded."), NOWHERE),
    "4.9": Said(
        _VALID, Text("Aucune requête pendant la saisie.", "No request while typing."), NOWHERE
    ),
    "4.10": Said(
        _OPEN,
        Text(
            "Formats dits près des champs, pas tous vérifiés.",
            "Formats said beside fields, not all checked.",
        ),
    ),
    "4.11": Said(
        _OPEN,
        Text(
            "Dit pour les comptes et les preuves, pas vérifié partout.",
            "Said for accounts and evidence, not checked everywhere.",
        ),
    ),
    "4.12": Said(
        _NOT,
        Text(
            "Un calcul long dit sa durée, pas son impact.",
            "Long work says its time, not its impact.",
        ),
    ),
    "4.13": Said(
        _VALID,
        Text(
            "Un message par semaine au plus, qui s’arrête d’un clic.",
            "One message a week at most, stopped in a click.",
        ),
        "docs/adr/0063-a-message-is-marked-before-it-leaves.md",
    ),
    "4.14": Said(
        _OPEN,
        Text(
            "Aucun procédé voulu ; personne d’ailleurs n’a regardé.",
            "None is meant; nobody from outside has looked.",
        ),
    ),
    "4.15": Said(_NOT, Text("Rien ne le dit à qui s’en sert.", "Nothing says it to users.")),
    "5.1": Said(
        _VALID, Text("Les seules images sont en SVG.", "The only images are SVG."), NOWHERE
    ),
    "5.2": Said(
        _VALID, Text("SVG compressé comme le reste.", "SVG is compressed like the rest."), GATE
    ),
    "5.3": Said(_NA, _NO_MEDIA, NOWHERE),
    "5.4": Said(_NA, _NO_MEDIA, NOWHERE),
    "5.5": Said(_NA, _NO_MEDIA, NOWHERE),
    "5.6": Said(_NA, _NO_MEDIA, NOWHERE),
    "5.7": Said(
        _VALID,
        Text("PDF, ODT, tableurs ou CSV, au choix.", "PDF, ODT, sheets or CSV, as one likes."),
        "docs/reference/documents.md",
    ),
    "5.8": Said(
        _VALID,
        Text("Purge chaque nuit, durées affichées.", "Purged every night, periods shown."),
        "tests/web/accounts/test_privacy.py",
    ),
    "6.1": Said(
        _VALID,
        Text(
            "40 ko et 8 requêtes, sinon le changement est refusé.",
            "40 kB and 8 requests, or the change is refused.",
        ),
        GATE,
    ),
    "6.2": Said(
        _VALID,
        Text(
            "Les fichiers statiques se gardent un an sous leur empreinte.",
            "Static files are kept a year under their hash.",
        ),
        "src/portulan/config/settings.py",
    ),
    "6.3": Said(
        _VALID,
        Text(
            "Brotli ou gzip pour le statique, gzip par le proxy pour le reste.",
            "Brotli or gzip for static files, gzip for the rest.",
        ),
        "src/portulan/config/settings.py",
    ),
    "6.4": Said(_VALID, Text("Images vectorielles.", "Vector images."), NOWHERE),
    "6.5": Said(
        _VALID,
        Text(
            "Une feuille de style, bornée, et rien d’autre.",
            "One style sheet, bounded, and nothing else.",
        ),
        GATE,
    ),
    "6.6": Said(_VALID, Text("Aucun capteur.", "No sensor."), NOWHERE),
    "6.7": Said(_VALID, Text("Tout vient du même nom.", "All comes from one name."), NOWHERE),
    "7.1": Said(
        _VALID,
        Text("Les sommes sont gardées avec les imports.", "Sums are kept with imports."),
        "docs/adr/0016-sums-kept-with-imports.md",
    ),
    "7.2": Said(
        _VALID,
        Text(
            "Durées de conservation, purge chaque nuit.", "Retention periods, purged every night."
        ),
        "tests/web/accounts/test_privacy.py",
    ),
    "7.3": Said(
        _VALID,
        Text("Un travail long montre où il en est.", "Long work shows how far it is."),
        "tests/web/budget/imports/test_writing.py",
    ),
    "7.4": Said(_NA, Text("Aucun mécanisme de consensus.", "No consensus mechanism.")),
    **{f"8.{number}": Said(_OPEN, _HOST) for number in range(1, 8)},
    "8.8": Said(
        _NOT,
        Text("Pièces et comptes sont au même endroit.", "Evidence and accounts are in one place."),
    ),
    "8.9": Said(
        _VALID,
        Text(
            "Un fichier n’est gardé qu’une fois, sous son empreinte.",
            "A file is kept once, under its hash.",
        ),
        "docs/adr/0059-evidence-is-kept-by-its-hash.md",
    ),
    "8.10": Said(
        _NOT,
        Text(
            "Les travaux de nuit n’attendent pas l’électricité la plus propre.",
            "Night work does not wait for the cleanest electricity.",
        ),
    ),
    **{f"9.{number}": Said(_NA, _NO_LEARNING) for number in range(1, 8)},
}


def answered(answer: Answer) -> list[str]:
    """Return the numbers of the criteria that have this answer, in their order."""
    return criteria.numbers_with(_answers(), answer)


def score() -> Decimal | None:
    """Return the score, in percent with one decimal: what is to be assessed counts as not met."""
    return criteria.score(_answers())


def _answers() -> dict[str, Answer]:
    return {number: said.answer for number, said in SAID.items()}
