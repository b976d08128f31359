"""A small inventory, as GLPI exports one: no real person, no real machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.sources.models import Source
from portulan.sources.taking import Given

HEADS = (
    "Nom", "Entité", "Statut", "Type", "Fabricant", "Modèle", "Numéro de série", "ID",
    "Utilisateur", "Date d'achat",
)  # fmt: skip
SECRET_SERIAL, SECRET_USER = "SN-SECRET", "claire.martin"
MEANINGS = {
    "states": {"in_service": ["En service"], "stock": ["En stock"], "given": ["Donné"]},
    "types": {"laptop": ["Portable"]},
}


def inventory(
    count: int = 20,
    *,
    bought: date = date(2022, 11, 24),
    known: int | None = None,
    states: Iterable[str] = (),
    entity: str = "Ville",
) -> bytes:
    """Return a list of laptops in service, bought one day where it is `known`."""
    words = [*states, *["En service"] * count][:count]
    rows = [";".join(HEADS)]
    for rank, state in enumerate(words):
        day = bought.isoformat() if known is None or rank < known else ""
        rows.append(
            f"PC-{rank};{entity};{state};Portable;Dell;L5440;{SECRET_SERIAL}-{rank};{rank + 1};"
            f"{SECRET_USER};{day}"
        )
    return "\n".join([*rows, ""]).encode()


def given(content: bytes, name: str = "parc.csv") -> Given:
    return [(name, content)]


def explained(source: Source) -> Source:
    """Say what the words of the inventory mean, as if somebody had."""
    Source.objects.filter(pk=source.pk).update(meanings=MEANINGS)
    source.refresh_from_db()
    return source
