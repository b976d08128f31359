"""Where the public files are published: what a page links to, and nothing fetches by itself (pure).

Identifiers of data.economie.gouv.fr, read in published code in November 2026.
"""

from __future__ import annotations

from urllib.parse import urlencode

from portulan.accounts.words import LegalForm

PORTAL = "https://data.economie.gouv.fr"
POPULATIONS = "https://data.ofgl.fr/explore/dataset/ofgl-base-communes-consolidee/"
_GROUPINGS = "balances-comptables-des-groupements-a-fiscalite-propre-depuis-2010"


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
