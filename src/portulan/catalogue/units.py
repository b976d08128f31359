"""The units of indicators in English: catalogues and our guesses write them as French words."""

from __future__ import annotations

import re

ENGLISH = {
    "année": "year",
    "années": "years",
    "an": "year",
    "mois": "month",
    "semaine": "week",
    "jour": "day",
    "jours": "days",
    "Go": "GB",
    "To": "TB",
    "Mo": "MB",
    "ko": "kB",
    "ETP": "FTE",
    "agent": "staff member",
    "collaborateur": "employee",
    "salarié": "employee",
    "utilisateur": "user",
    "usager": "user",
    "habitant": "inhabitant",
    "poste": "workstation",
    "imprimante": "printer",
    "écran": "screen",
    "serveur": "server",
    "par": "per",
    "et": "and",
}
WORD = re.compile(r"[^\W\d_]+")


def in_english(unit: str) -> str:
    """Return a unit in English: `kWh/an` gives `kWh/year`; unknown words and symbols stay."""
    if unit == "mois":  # alone it counts, as "jours" does; elsewhere it divides
        return "months"
    return WORD.sub(lambda found: ENGLISH.get(found[0], found[0]), unit)
