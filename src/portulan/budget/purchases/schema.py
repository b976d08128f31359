"""The public schema of the declaration of article 58 (AGEC), as its own file says it (pure).

It is known by its digest: a column was renamed while its version stayed v0.1.0.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

DIGEST = "33846cccd6c40e34cda12fe72cd38b3fd1bff50efc8adafcaec58615eb4315d2"
# Names that a column bore under the same version (2024-10-04 to 2024-10-07).
FORMER_NAMES = {
    "montant_valorisation_et_don": "montant_reemploi_et_reutilisation",
    "montant_reemploi_et_recycle": "montant_reemploi_et_reutilisation",
}
YEAR, SIRET, NAME, CATEGORY = "annee", "siret", "raison_sociale", "type_produit_acquis"
TOTAL, REUSE = "montant_total", "montant_reemploi_et_reutilisation"
GIFTS, RECYCLED = "montant_produits_issus_don", "montant_produits_recycles"
COMMENT = "commentaires"


@cache
def fields() -> tuple[dict[str, Any], ...]:
    """Return the fields of the schema, in their order. Raises ValueError if the file moved."""
    content = files("portulan.budget.purchases").joinpath("data/agec-schema.json").read_bytes()
    if not is_known(content):
        raise ValueError("agec-schema.json is not the schema that this module knows")
    return tuple(json.loads(content)["fields"])


def is_known(content: bytes) -> bool:
    """Return whether a schema is the one that this module knows, to the byte."""
    return hashlib.sha256(content).hexdigest() == DIGEST


@cache
def names() -> tuple[str, ...]:
    return tuple(field["name"] for field in fields())


@cache
def categories() -> tuple[str, ...]:
    """Return the types of products, letter for letter."""
    of_type = next(field for field in fields() if field["name"] == CATEGORY)
    return tuple(of_type["constraints"]["enum"])


# The one that the thresholds of IT speak of.
IT_CATEGORY = "Matériel informatique et téléphonie"
