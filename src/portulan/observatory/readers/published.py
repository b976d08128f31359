"""What organisations publish of their plan: a share of the IT budget, actions by level (pure).

Read from a sealed plan, a public edition or the detail of a published figure, as their JSON says
it, and from the tables of a data package. Only what compares is kept: no title, no amount, no
supplier. A share that says neither its year nor its stage is told and not read.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from portulan.core.say.text import Problems, UnusableInputError
from portulan.observatory.readers.columns import Columns, cell, siren_of, year_of
from portulan.observatory.readers.findings import (
    NO_PACKAGE,
    NOT_JSON,
    NOT_PUBLISHED,
    UNKNOWN_PUBLISHER,
)
from portulan.observatory.readers.records import Levels, Reading, Share
from portulan.observatory.words import LEVELS, STAGES, Kind

FORMATS = ("portulan-sealed/", "portulan-public/", "portulan-figure/")
PACKAGE = "datapackage.json"
MOST_BYTES = 32 * 1024 * 1024
_WHOLE = 1_000_000  # a hundred percent, in ten-thousandths of a percent
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHARE = ("share", "value", "part", "part_nr", "valeur")
_YEAR = ("year", "exercice", "annee")
_STAGE = ("stage", "stade")
_LEVEL = ("level", "niveau", "niveau_engagement")
_THEME = ("theme", "thematique", "axis", "axe")
# Our own tables say the number of the body under its name’s column, and a name where it has none.
_WHO = ("siren", "siret", "organisation", "number", "numero")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "nom", "organisation"),
    "year": _YEAR,
    "stage": _STAGE,
    "value": _SHARE,
    "lower": ("lower", "bas", "borne_basse"),
    "upper": ("upper", "haut", "borne_haute"),
    "coverage": ("coverage", "couverture"),
    "basis": ("basis", "base", "tax_basis"),
    "perimeter": ("perimeter", "perimetre"),
    "published_on": ("published_on", "publie_le"),
}

type Document = Mapping[str, Any]
type Published = list[Reading[Any]]


def is_ours(document: object) -> bool:
    """Return whether a JSON document is one that Portulan writes for others."""
    said = document.get("format") if isinstance(document, dict) else None
    return isinstance(said, str) and said.startswith(FORMATS)


def read_document(document: Document) -> Published:
    """Read a sealed plan, a public edition or a figure. Raises UnusableInputError."""
    content = document.get("content", document)
    try:
        house = content["organisation"]
        siren = siren_of(str(house.get("siren") or house.get("number") or ""))
        if not siren:
            raise UnusableInputError(UNKNOWN_PUBLISHER.at())
        whose = {"siren": siren, "name": str(house.get("name", ""))}
        day = str(content.get("sealed_on") or content.get("published_on") or "")
        shares = content.get("budget") or content.get("shares")
        said = shares if shares is not None else [content] if "numerator" in content else []
        actions = [(_theme_of(one), one.get("level")) for one in content.get("actions", ())]
        return _readings(
            [whose | {"published_on": day} | one for one in said], _counted(actions, whose, day)
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UnusableInputError(NOT_JSON.at()) from None


def recognises(names: frozenset[str]) -> bool:
    """Return whether these columns are those of published shares, each with its publisher."""
    return all(names & set(some) for some in (_WHO, _YEAR, _STAGE, _SHARE))


def read(columns: Columns) -> Reading[Share]:
    """Read a table of shares that many publish."""
    return _shares(_rows(columns, {}))


def is_table(document: object) -> bool:
    """Return whether a JSON document is a table of published shares, as a list of rows."""
    first = document[0] if isinstance(document, list) and document else None
    return isinstance(first, dict) and recognises(frozenset(first))


def read_table(rows: Iterable[object]) -> Published:
    """Read a table of shares from its JSON. Raises UnusableInputError."""
    found: list[Document] = []
    for row in rows:
        if not isinstance(row, dict):
            raise UnusableInputError(NOT_JSON.at())
        texts = {name: "" if cell is None else str(cell) for name, cell in row.items()}
        said = {
            name: next((texts[one] for one in titles if one in texts), "")
            for name, titles in _COLUMNS.items()
        }
        found.append(_named({}, said, [texts.get(one, "") for one in _WHO]))
    return _readings(found, [])


def descriptor_of(archive: zipfile.ZipFile) -> str | None:
    """Return where the descriptor of a package stands: at the root, or in the folder it is of."""
    names = [one for one in archive.namelist() if PurePosixPath(one).name == PACKAGE]
    return min(names, key=len, default=None)


def read_package(archive: zipfile.ZipFile, described: str, open_columns: Any) -> Published:
    """Read a data package: its descriptor says who publishes, its tables are told by columns.

    A row may say who publishes it too. `open_columns` makes the columns of a table from its stream.
    Raises UnusableInputError.
    """
    descriptor = load(io.BytesIO(archive.read(described)))
    if not isinstance(descriptor, dict):
        raise UnusableInputError(NOT_JSON.at())
    whose = _publisher(descriptor)
    folder = described.removesuffix(PACKAGE)
    names = {
        name
        for name in archive.namelist()
        if name.startswith(folder) and name.lower().endswith(".csv")
    }
    shares: list[Document] = []
    levels: list[Levels] = []
    for name in sorted(names):
        with archive.open(name) as stream:
            columns: Columns = open_columns(stream)
            if all(columns.at(*one) is not None for one in (_YEAR, _STAGE, _SHARE)):
                shares += _rows(columns, whose)
            elif columns.at(*_LEVEL) is not None:
                levels += _levels(columns, whose)
    if not shares and not levels:
        raise UnusableInputError(NO_PACKAGE.at())
    return _readings(shares, levels)


def _levels(columns: Columns, whose: Mapping[str, str]) -> list[Levels]:
    """Count the actions of each body that publishes in a table. Raises UnusableInputError."""
    level, theme = columns.at(*_LEVEL), columns.at(*_THEME)
    state, who = columns.at("standing", "etat"), [columns.at(one) for one in _WHO]
    told: dict[tuple[str, str], list[tuple[str, object]]] = defaultdict(list)
    for line, cells in columns.table.rows():
        if line > columns.titles_at and any(cells) and cell(cells, state) != "dropped":
            one = _named(whose, {}, [cell(cells, place) for place in who])
            told[one["siren"], one["name"]].append((cell(cells, theme), cell(cells, level)))
    if any(not siren for siren, _name in told):
        raise UnusableInputError(UNKNOWN_PUBLISHER.at())
    return [
        one
        for (siren, name), its in told.items()
        for one in _counted(its, {"siren": siren, "name": name}, whose["published_on"])
    ]


def load(stream: BinaryIO) -> object:
    """Return a JSON document, numbers as they are written. Raises UnusableInputError."""
    try:
        return json.load(stream, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise UnusableInputError(NOT_JSON.at()) from None


def _publisher(descriptor: Document) -> dict[str, str]:
    """Return who publishes a package; each row may say it too."""
    said = [descriptor, descriptor.get("organisation") or {}, *descriptor.get("contributors", ())]
    given: dict[str, str] = {"siren": "", "name": ""}
    for one in said:
        if not isinstance(one, dict):
            continue
        number = one.get("siren") or one.get("number") or one.get("identifier") or ""
        name = str(one.get("organization") or one.get("title") or one.get("name") or "")
        if siren := siren_of(str(number)):
            given = {"siren": siren, "name": name}
            break
        if one.get("role") == "publisher":
            given["name"] = name
    day = str(descriptor.get("created") or descriptor.get("published_on") or "")[:10]
    return given | {"published_on": day}


def _rows(columns: Columns, whose: Mapping[str, str]) -> list[Document]:
    places = {name: columns.at(*titles) for name, titles in _COLUMNS.items()}
    who = [columns.at(one) for one in _WHO]
    found: list[Document] = []
    for line, cells in columns.table.rows():
        if line > columns.titles_at and any(cells):
            said = {name: cell(cells, place) for name, place in places.items()}
            if any(cells[columns.width :]):  # a decimal comma that cuts its own cell
                said["value"] = "?"
            found.append(_named(whose, said, [cell(cells, place) for place in who]))
    return found


def _named(whose: Mapping[str, str], said: Mapping[str, str], who: Iterable[str]) -> dict[str, str]:
    """Return what a row says with who publishes it: itself, else the whole package.

    A number under the title of a name is no name, and another body has not that of the package.
    """
    siren = next(filter(None, map(siren_of, who)), "")
    row = {
        name: one for name, one in said.items() if one and not (name == "name" and siren_of(one))
    }
    is_other = siren and whose.get("siren", "") not in ("", siren)
    whole = {**whose, "name": ""} if is_other else whose
    return {**whole, **row} | ({"siren": siren} if siren else {})


def _readings(shares: Iterable[Document], levels: list[Levels]) -> Published:
    found: Published = []
    reading = _shares(shares)
    if reading.rows:
        found.append(reading)
    if levels:
        rows = sum(one.actions for one in levels)
        found.append(Reading(Kind.LEVELS, rows, levels, Problems()))
    if not found:
        raise UnusableInputError(NO_PACKAGE.at())
    return found


def _shares(rows: Iterable[Document]) -> Reading[Share]:
    found: dict[tuple[str, int, str], Share] = {}
    problems = Problems()
    count = 0
    for line, row in enumerate(rows, start=1):
        count += 1
        said = _share(row)
        if said is None:
            problems.append(NOT_PUBLISHED.at(line=line))
            continue
        key = (said.siren, said.year, said.stage)
        if key not in found or found[key].published_on <= said.published_on:
            found[key] = said
    return Reading(Kind.SHARES, count, list(found.values()), problems)


def _share(row: Document) -> Share | None:
    year, siren = year_of(str(row.get("year", ""))), siren_of(str(row.get("siren", "")))
    stage = str(row.get("stage", "")).strip().lower()
    day = str(row.get("published_on", ""))[:10]
    value, lower, upper, coverage = (
        _part(row.get(name)) for name in ("value", "lower", "upper", "coverage")
    )
    if year is None or not siren or stage not in STAGES or value is None:
        return None
    return Share(
        year=year,
        siren=siren,
        name=str(row.get("name", ""))[:200],
        stage=stage,
        share=value,
        lower=lower,
        upper=upper,
        coverage=coverage,
        basis=str(row.get("basis", ""))[:12].lower(),
        perimeter=str(row.get("perimeter", ""))[:12],
        published_on=day if _DAY.fullmatch(day) else "",
    )


def _part(said: object) -> int | None:
    """Return a percentage in ten-thousandths, half up; None for what is none."""
    try:
        value = Decimal(str(said).strip().replace(",", ".").removesuffix("%"))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    whole = int((value * 20_000 + 1) // 2)
    return whole if 0 <= whole <= _WHOLE else None


def _counted(
    actions: Iterable[tuple[str, object]], whose: Mapping[str, str], day: str
) -> list[Levels]:
    """Count the actions of each theme at each level; one whose level is not known is left."""
    counts = Counter((theme[:120], _level(level)) for theme, level in actions)
    return [
        Levels(whose["siren"], whose["name"][:200], theme, level, count, day[:10])
        for (theme, level), count in sorted(counts.items())
        if level and _DAY.fullmatch(day[:10])
    ]


def _level(said: object) -> str:
    """Return a level by its name in small letters, from its name, its number or its French word."""
    return LEVELS.get(str(said).strip().lower(), "")


def _theme_of(action: Document) -> str:
    """Return the theme of an action: that of its first practice, as catalogue and number."""
    for practice in action.get("practices", ()):
        catalogue, _, code = str(practice).rpartition("/")
        if catalogue and code:
            return f"{catalogue.partition('/')[0]} {code.partition('.')[0]}"
    return str(action.get("theme") or action.get("axis") or "")
