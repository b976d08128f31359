"""The words of NumEcoEval's reference tables, and of G4IT's, in ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portulan.core.folding import fold

# Titles of columns, folded: those of NumEcoEval, then those that G4IT gave them later.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "item": ("refequipement", "nom", "name", "reference"),
    "stage": ("etape", "etapeacv", "lifecyclestep"),
    "criterion": ("critere", "criterion"),
    "value": ("valeur", "value"),
    "unit": ("unite", "unit"),
    "source": ("source",),
    "use": ("consoelecmoyenne", "avgelectricityconsumption"),
    "place": ("localisation", "location", "pays"),
    "short": ("raccourcisanglais",),
    "type": ("description", "type"),
    "life": ("dureeviedefaut", "defaultlifespan", "lifespan"),
    "default": ("refequipementpardefaut", "refitempardefaut", "refdefaultitem"),
    "model": ("modeleequipementsource", "itemsource"),
    "target": ("refequipementcible", "refitemtarget"),
    "code": ("cle", "code"),
}
CRITERIA: Mapping[str, str] = {
    "climate change": "gwp",
    "changement climatique": "gwp",
    "resource use (minerals and metals)": "adpe",
    "resource use": "adpe",
    "epuisement des ressources naturelles (minerales et metaux)": "adpe",
    "utilisation des ressources (mineraux et metaux)": "adpe",
}
# The stage of use is none of these: the electricity of use is counted by country, year by year.
STAGES: Mapping[str, str] = {
    "fabrication": "manufacturing",
    "manufacturing": "manufacturing",
    "distribution": "distribution",
    "transportation": "distribution",
    "fin de vie": "end_of_life",
    "end of life": "end_of_life",
}
# What the unit of an equipment's impact may be: none said, one piece, or that of the criterion.
PIECES = frozenset({"", "item", "unit", "unite", "equipement"})
UNITS_OF: Mapping[str, frozenset[str]] = {
    "gwp": frozenset({"kg co2 eq", "kgco2eq", "kgco2e", "kg co2e"}),
    "adpe": frozenset({"kg sb eq", "kgsbeq"}),
}
# No mix of a country comes near this: a figure above it was written in another unit.
MOST_PER_KWH: Mapping[str, float] = {"gwp": 3}
# Types of device, folded, in our words.
DEVICES: Mapping[str, str] = {
    "server": "server",
    "serveur": "server",
    "dedicated server": "server",
    "shared server": "server",
    "blade server": "server",
    "rack server": "server",
    "server compute s": "server",
    "server compute m": "server",
    "server compute l": "server",
    "laptop": "laptop",
    "portable": "laptop",
    "ordinateur portable": "laptop",
    "desktop": "desktop_pro",
    "fixe": "desktop_pro",
    "ordinateur fixe": "desktop_pro",
    "screen": "monitor",
    "monitor": "monitor",
    "computer monitor": "monitor",
    "ecran": "monitor",
    "mobile phone": "smartphone",
    "smartphone": "smartphone",
    "tablet": "tablet",
    "tablette": "tablet",
    "printer": "printer",
    "imprimante": "printer",
    "professional laser printer": "printer",
    "switch": "network_switch",
    "firewall": "firewall",
    "usb key": "usb_stick",
    "connected speaker": "speaker",
    "television": "tv",
}
MIX = re.compile(r"electricity[ -]mix[ /-]+(?P<country>.+)", re.IGNORECASE)
FAKE = re.compile(r"\b(?:fake|fictive|fictives|test data)\b", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a word of theirs to look up: `END_OF_LIFE` and `End of life` are one."""
    return fold(text.replace("_", " "))


def per_kilogram(criterion: str, unit: str) -> int | None:
    """Return how many of a mix's unit make our own, that of kilograms; None for another unit."""
    bare = fold(unit).replace(" ", "").removesuffix("/kwh")
    kilograms = {one.replace(" ", "") for one in UNITS_OF[criterion]}
    if not bare or bare in kilograms:
        return 1
    return 1000 if f"k{bare}" in kilograms else None


def device_of(name: str) -> str | None:
    """Return our word for a type, a model or a reference such as `blade-server--28`."""
    bare = re.sub(r"[-_ ]+\d*$", "", fold(name))
    return DEVICES.get(fold(name)) or DEVICES.get(re.sub(r"[-_ ]+", " ", bare))
