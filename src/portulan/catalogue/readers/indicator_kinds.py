"""A guess of the kind and unit of an indicator, from its French wording.

Indicators of guides are free texts that mix label, unit and type (domain, 1.5). The guess
only spares typing: it is proposed, and a person confirms it before any series exists. Where
a text names several measures ("Poids ou %"), the first one named is proposed.

The words compared are folded: lower case, without accents, one space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from portulan.catalogue.readers.content import IndicatorKind
from portulan.core.folding import fold


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed kind, and the unit written beside a value ("" for none)."""

    kind: IndicatorKind
    unit: str = ""


YES_NO = re.compile(r"\b(?:oui ?/ ?non|yes ?/ ?no)\b")
PRESENCE = re.compile(r"(?:existence|presence|mise en place)\b")
SHARE = re.compile(r"(?:%|(?:taux|part|parts|pourcentages?|proportion|ratio en %)\b)")
SHARE_LATER = re.compile(r"\(\s*(?:en )?%\s*\)|\ben (?:%|pourcentages?)|\bpourcentage\b")
NUMBER = re.compile(r"(?:nombres?|nb|effectifs?|quantite)\b\.?")
FULL_TIME = re.compile(r"(?:nombre |nb )?(?:d'|de )?(?:equivalents? temps[- ]plein|etp)\b")

# What one unit of the measure is divided by. "Par type de matériel" only splits a series.
DIVISORS = {
    "mois": "mois",
    "an": "an",
    "annee": "an",
    "jour": "jour",
    "semaine": "semaine",
    "agent": "agent",
    "collaborateur": "collaborateur",
    "salarie": "salarié",
    "utilisateur": "utilisateur",
    "usager": "usager",
    "habitant": "habitant",
    "poste": "poste",
    "imprimante": "imprimante",
    "ecran": "écran",
    "serveur": "serveur",
}
WORDS = "|".join(sorted(DIVISORS, key=len, reverse=True))
DIVISOR = re.compile(rf"(?:\bpar (?:nombre d'|nombre de )?|\bau nombre (?:de |d'))({WORDS})s?\b")
OVER = re.compile(rf"/ ?(?:le |du )?(?:nombre|total) (?:de |d'|des )({WORDS})s?\b")

# The first cue found in this order gives the unit. Cues that name a unit outright come before
# those that only name a thing: "Durée de vie (en années)" is not in months.
QUANTITIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(cue), unit)
    for cue, unit in (
        (r"\bt(?:onnes?)? ?(?:eq\.? ?co2|co2 ?eq?|co2e)\b|\bteqco2\b", "tCO2e"),
        (r"\bkg ?(?:eq\.? ?co2|co2 ?eq?|co2e)\b|\bkgeqco2\b", "kgCO2e"),
        (r"\bkg ?(?:eq\.? ?sb|sb)\b", "kgSb"),
        (r"\bmwh\b", "MWh"),
        (r"\bkwh\b", "kWh"),
        (r"\bm2\b", "m²"),
        (r"^go\b|\ben go\b|\bgigaoctets?\b", "Go"),
        (r"^to\b|\ben to\b|\bteraoctets?\b", "To"),
        (r"^mo\b|\ben mo\b|\bmegaoctets?\b", "Mo"),
        (r"\ben kg\b|\bkilogrammes?\b|^kg\b", "kg"),
        (r"\ben tonnes?\b|^tonnes?\b", "t"),
        (r"\ben (?:€|euros?)|^(?:€|euros?|montants?|couts?|depenses?|economies)\b", "€"),
        (r"\ben mois\b", "mois"),
        (r"> ?x annees|\ben (?:annees|ans)\b", "années"),
        (r"\ben (?:jours?)\b", "jours"),
        (r"\ben heures?\b|^heures?\b", "h"),
        (r"\bpower usage effectiveness\b|\bpue\b", ""),
        (r"\bwater usage effectiveness\b|\bwue\b", "L/kWh"),
        (r"\bcarbone? usage effectiveness\b|\bcue\b", "kgCO2e/kWh"),
        (r"\brenewable energy factor\b", ""),
        (r"\bcoefficient of performance\b", ""),
        (r"\btemperatures?\b", "°C"),
        (r"\bindice (?:moyen )?de (?:reparabilite|durabilite)\b", "/10"),
        (r"\bdurees? de (?:vie|garantie|detention|utilisation)\b|^durees? .*\bvie\b", "mois"),
        (r"^durees? de maintenance\b", "années"),
        (r"^temps (?:moyen|median|de|d')", "min"),
        (r"^poids\b.*\b(?:courriels?|mails?|pages?|pieces? jointes?)\b", "Mo"),
        (r"^(?:volume|dimension|dimensionnement|taille|poids)\b.*\b(?:mail|messagerie)\b", "Go"),
        (r"^volume\b.*\bdonnees\b|^trafic\b", "Go"),
        (r"^(?:poids|masse|tonnage)\b", "kg"),
        (r"\bequivalent (?:co2|carbone)\b", "kgCO2e"),
        (r"^(?:emissions?|empreinte)\b", "kgCO2e"),
        (r"^consommations? .*(?:energie|energetique|electri)", "kWh"),
        (r"^(?:scores?|indices?|notes? (?:de|d'|moyenne)|rapports?|ratios?|moyennes?)\b", ""),
        (r"^(?:volume|consommation|distance|surface|puissance|debit|duree)s?\b", ""),
    )
)


def guess_kind(text: str) -> Guess:
    """Return the proposed kind and unit of an indicator's text."""
    words = fold(text)
    if SHARE.match(words):
        return Guess("percentage", "%")
    if FULL_TIME.match(words):
        return Guess("quantity", "/".join(["ETP", *_divisors(words)]))
    if NUMBER.match(words) and not YES_NO.search(words):
        return Guess("count", " et ".join(f"par {name}" for name in _divisors(words)))
    if YES_NO.search(words) or words.endswith("?") or PRESENCE.match(words):
        return Guess("yes_no")
    if SHARE_LATER.search(words):
        return Guess("percentage", "%")
    for cue, unit in QUANTITIES:
        if cue.search(words):
            return Guess("quantity", _rated(unit, words))
    return Guess("text")


def _rated(unit: str, words: str) -> str:
    """Return the unit divided by what the text divides it by, as `Go/mois/collaborateur`."""
    return "/".join([unit, *_divisors(words)]) if unit and "/" not in unit else unit


def _divisors(words: str) -> list[str]:
    """Return the first two divisors: more would be a description, not a unit."""
    found = [*DIVISOR.findall(words), *OVER.findall(words)]
    return list(dict.fromkeys(DIVISORS[word] for word in found))[:2]
