"""Where the public files are published: what a page links to, and nothing fetches by itself (pure).

Identifiers of data.economie.gouv.fr, read in published code in November 2026.
"""

from __future__ import annotations

from urllib.parse import urlencode

from portulan.accounts.words import LegalForm

PORTAL = "https://data.economie.gouv.fr"
POPULATIONS = "https://data.ofgl.fr/explore/dataset/ofgl-base-communes-consolidee/"
_SEARCH = "https://www.data.gouv.fr/datasets/search?q="
GROUPING_LISTS = f"{_SEARCH}liste+des+intercommunalites+epci+perimetre"
CONTRACTS = f"{_SEARCH}donnees+essentielles+de+la+commande+publique+consolidees"
REUSE = f"{_SEARCH}agec+article+58+reemploi"
_GROUPINGS = "balances-comptables-des-groupements-a-fiscalite-propre-depuis-2010"


# How the numbers of local bodies begin (INSEE, SIREN of public bodies); 20 are those made lately.
_FORMS = {
    "21": LegalForm.TOWN,
    "22": LegalForm.DEPARTMENT,
    "23": LegalForm.REGION,
    "20": LegalForm.INTERCOMMUNAL,
    "24": LegalForm.INTERCOMMUNAL,
}


def form_of(siren: str) -> LegalForm:
    """Return the legal form that a number seems to be of, to know which file holds it."""
    return _FORMS.get(siren[:2], LegalForm.PUBLIC_BODY)


def export_of(form: str, siren: str, year: int) -> str:
    """Return the address of the accounts of one body, some hundred rows, ready to be dropped."""
    if form == LegalForm.TOWN:
        dataset, where = f"balances-comptables-des-communes-en-{year}", f'siren="{siren}"'
    elif form == LegalForm.INTERCOMMUNAL:
        dataset, where = _GROUPINGS, f'siren="{siren}" and exer="{year}"'
    else:
        return f"{PORTAL}/explore/?{urlencode({'q': 'balances comptables'})}"
    asked = urlencode({"where": where, "delimiter": ";", "use_labels": "false", "with_bom": "true"})
    return f"{PORTAL}/api/explore/v2.1/catalog/datasets/{dataset}/exports/csv?{asked}"
