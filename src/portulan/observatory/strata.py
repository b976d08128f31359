"""Who is compared with whom: classes of population, legal forms (pure).

The bounds are those that OFGL publishes for towns; they are used for every form, and the population
is that of the same year. L. 2334-3 of the CGCT has fifteen others: another use.
"""

from __future__ import annotations

from bisect import bisect_right

from portulan.accounts.words import LegalForm
from portulan.core.folding import fold
from portulan.core.say.numbers import number
from portulan.core.say.text import Language, Text

BOUNDS = (
    100,
    200,
    500,
    2000,
    3500,
    5000,
    10_000,
    20_000,
    50_000,
    100_000,
)  # each one excluded below

FORMS = {
    LegalForm.TOWN: Text("communes", "towns"),
    LegalForm.INTERCOMMUNAL: Text("intercommunalités", "intermunicipal bodies"),
    LegalForm.DEPARTMENT: Text("départements", "départements"),
    LegalForm.REGION: Text("régions", "regions"),
    LegalForm.PUBLIC_BODY: Text("autres organismes", "other bodies"),
}
# Codes of the official geographical code (INSEE, 2016), on three signs as balances write them.
REGIONS = {
    "001": "Guadeloupe",
    "002": "Martinique",
    "003": "Guyane",
    "004": "La Réunion",
    "006": "Mayotte",
    "011": "Île-de-France",
    "024": "Centre-Val de Loire",
    "027": "Bourgogne-Franche-Comté",
    "028": "Normandie",
    "032": "Hauts-de-France",
    "044": "Grand Est",
    "052": "Pays de la Loire",
    "053": "Bretagne",
    "075": "Nouvelle-Aquitaine",
    "076": "Occitanie",
    "084": "Auvergne-Rhône-Alpes",
    "093": "Provence-Alpes-Côte d’Azur",
    "094": "Corse",
}
_FORM_OF_TYPE = {
    "101": LegalForm.TOWN,
    "702": LegalForm.TOWN,  # Paris
    "201": LegalForm.DEPARTMENT,
    "301": LegalForm.REGION,
    **dict.fromkeys(("401", "402", "403", "404", "405", "705"), LegalForm.INTERCOMMUNAL),
}
_FORM_OF_CATEGORY = (
    ("commune", LegalForm.TOWN),
    ("gfp", LegalForm.INTERCOMMUNAL),
    ("dep", LegalForm.DEPARTMENT),
    ("reg", LegalForm.REGION),
)


def form_of(category: str, kind: str) -> LegalForm:
    """Return the legal form from CATEG, else from CTYPE where the edition has none."""
    folded = fold(category).strip()
    for start, form in _FORM_OF_CATEGORY:
        if folded.startswith(start):
            return form
    if folded:
        return LegalForm.PUBLIC_BODY
    return _FORM_OF_TYPE.get(kind, LegalForm.PUBLIC_BODY)


def stratum_of(people: int | None) -> int | None:
    """Return the class of population, 0 to 10; None when the population is not known."""
    return bisect_right(BOUNDS, people) if people else None


def label_of(form: str, stratum: int | None, language: Language) -> str:
    """Return the name of a stratum, “communes de 20 000 à 49 999 habitants”."""
    name = FORMS.get(LegalForm(form), FORMS[LegalForm.PUBLIC_BODY]).say(language)
    if stratum is None:
        return Text(f"{name}, population inconnue", f"{name}, population unknown").say(language)
    low = number(BOUNDS[stratum - 1], language) if stratum else ""
    if stratum == len(BOUNDS):
        return Text(f"{name} de {low} habitants et plus", f"{name} of {low} people and over").say(
            language
        )
    if not stratum:
        high = number(BOUNDS[0], language)
        return Text(f"{name} de moins de {high} habitants", f"{name} under {high} people").say(
            language
        )
    high = number(BOUNDS[stratum] - 1, language)
    return Text(f"{name} de {low} à {high} habitants", f"{name} of {low} to {high} people").say(
        language
    )


def region_of(text: str) -> str:
    """Return the code of a region from its code or its name, on three signs."""
    wanted = fold(text).replace("-", " ")
    named = (code for code, name in REGIONS.items() if fold(name).replace("-", " ") == wanted)
    return next(named, text.strip().upper().zfill(3))
