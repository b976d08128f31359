"""The official CSV of ADEME's Base Carbone: figures that may take the place of ours.

Cut by `;`, in Windows-1252 or UTF-8, with a decimal comma. Only whole elements are read, not their
parts (« Poste »), and only those still valid: an archived figure is left aside.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from portulan.core.folding import fold
from portulan.impact.readers import table_findings as findings
from portulan.impact.readers.entries import LONGEST_SOURCE, Base, Entry, number_of

ADDRESS = "https://base-empreinte.ademe.fr/"
LICENCE = "Licence Ouverte 2.0"
FRENCH_MIX = "electricity.gwp.FRA"

KIND, STATUS = "Type Ligne", "Statut de l'élément"
ID, NAME, ATTRIBUTE = "Identifiant de l'élément", "Nom base français", "Nom attribut français"
UNIT, VALUE = "Unité français", "Total poste non décomposé"
PLACE, UNCERTAINTY = "Localisation géographique", "Incertitude"
MODIFIED = "Date de modification"
_REQUIRED = (KIND, ID, STATUS, NAME, UNIT, VALUE)
# Titles as compared: neither case, accents nor the shape of an apostrophe count.
_TITLES = {fold(title): title for title in (*_REQUIRED, ATTRIBUTE, PLACE, UNCERTAINTY, MODIFIED)}


def recognises(text: str) -> bool:
    """Tell whether the titles are those of the Base Carbone."""
    return fold(KIND) in (fold(title) for title in text.partition("\n")[0].split(";"))


def read_base(base: Base, text: str, file: str) -> None:
    """Read the official CSV; a line with a fault is told, and the others are read.

    Raises csv.Error.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    titles = rows.fieldnames = [_TITLES.get(fold(one), one) for one in rows.fieldnames or ()]
    missing = [title for title in _REQUIRED if title not in titles]
    if missing:
        columns = ", ".join(missing)
        base.problems.append(findings.MISSING_COLUMN.at(line=1, file=file, columns=columns))
        return
    for row in rows:
        cells = {title: (row[title] or "").strip() for title in titles}
        if fold(cells[KIND]) != "element":
            continue
        if not fold(cells[STATUS]).startswith("valide"):
            base.archived += 1
            continue
        _keep(base, cells, line=rows.line_num, file=file)


def _keep(base: Base, cells: Mapping[str, str], *, line: int, file: str) -> None:
    value = number_of(cells[VALUE])
    if value is None:
        base.problems.append(
            findings.NOT_A_NUMBER.at(line=line, file=file, column=VALUE, text=cells[VALUE])
        )
        return
    name = ", ".join(part for part in (cells[NAME], cells.get(ATTRIBUTE, "")) if part)
    percent = number_of(cells.get(UNCERTAINTY, ""))
    year = re.search(r"(?:19|20)\d\d", cells.get(MODIFIED, ""))
    place = cells.get(PLACE, "")
    base.entries.append(
        Entry(
            id=cells[ID],
            name=name,
            value=value,
            unit=cells[UNIT],
            place=place,
            year=int(year[0]) if year else None,
            uncertainty=None if percent is None else percent / 100,
            source=f"ADEME, Base Carbone, {cells[ID]}, {name}"[:LONGEST_SOURCE],
            address=ADDRESS,
            licence=LICENCE,
            proposal=_proposal(name, cells[UNIT], place),
        )
    )


def _proposal(name: str, unit: str, place: str) -> str:
    """Return our factor of French electricity for its mean mix; a person decides of the others."""
    is_mix = re.match(r"electricite\b.*\bmix moyen\b", fold(name)) is not None
    is_french = re.match(r"france\b", fold(place)) is not None
    return FRENCH_MIX if is_mix and is_french and fold(unit) == "kgco2e/kwh" else ""
