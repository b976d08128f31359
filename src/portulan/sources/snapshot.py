"""What a tool says on a day: its files read, its figures computed, what is odd said (pure).

    taken = take([("glpi.csv", stream)], kind=None, meanings=meanings, on=day, flow_year=2025,
                 scope=None)
    taken.figures, taken.words, taken.problems

Several files of one inventory are one snapshot: computers, screens, phones.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, BinaryIO

from portulan.core.contracts import load
from portulan.core.say.text import (
    Language,
    Problem,
    ProblemKind,
    Problems,
    Text,
    UnusableInputError,
)
from portulan.core.tables.sources import MAX_BYTES, Source, Wanted, open_source
from portulan.sources import fleet
from portulan.sources.counts import Held, Invoice, held_in, invoices_in
from portulan.sources.figure import LIMITS, Figure, Thresholds
from portulan.sources.fleet import Word
from portulan.sources.formulas import figures_of
from portulan.sources.items import Listing
from portulan.sources.meanings import Meanings
from portulan.sources.moves import Listed, listed_in
from portulan.sources.readers import (
    anything,
    glpi,
    inventories,
    load_curves,
    monthly_energy,
    registers,
    snipeit,
    websites,
)
from portulan.sources.words import Tool

WANTED = Wanted(
    Text("un export d’un outil", "an export of a tool"),
    Text(
        "Donnez un export en CSV, XLSX ou ODS, ou la réponse en JSON de l’outil.",
        "Give an export as CSV, XLSX or ODS, or the JSON answer of the tool.",
    ),
)
NOT_A_SOURCE = ProblemKind(
    "not-a-source",
    "error",
    fr="Aucune source connue ne se lit ici : ni liste d’équipements, ni mesure de sites, ni"
    " énergie, ni registre. {give}",
    en="No known source can be read here: no list of devices, no measure of sites, no energy, no"
    " register. {give}",
)
NO_LINES = ProblemKind(
    "no-lines",
    "error",
    fr="Ce tableau n’a pas de titres suivis de lignes : une ligne de titres, puis une ligne par"
    " élément, son nom d’abord.",
    en="This table has no titles with lines under them: a row of titles, then one line for each"
    " thing, its name first.",
)
OTHER_KIND = ProblemKind(
    "other-kind",
    "error",
    fr="Ce fichier est de {found}, et non de {wanted}.",
    en="This file is of {found}, and not of {wanted}.",
)
SEVERAL_SOURCES = ProblemKind(
    "several-sources",
    "error",
    fr="Ces fichiers viennent de plusieurs sources ({kinds}) : donnez-les une à une.",
    en="These files come from several sources ({kinds}): give them one by one.",
)
REPEATED = ProblemKind(
    "figure-twice",
    "error",
    fr="Plusieurs fichiers donnent {figure} : donnez-les une à une.",
    en="Several files give {figure}: give them one by one.",
)
_INVENTORIES = frozenset({Tool.GLPI, Tool.SNIPE_IT, Tool.OCS, Tool.INVENTORY})
_NAMES = {str(one): one for one in Tool} | {"glpi-csv": Tool.GLPI, "snipeit": Tool.SNIPE_IT}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What files said on a day: how many items, which figures, which words, what is odd.

    `read` items, of which `kept` are counted and the others dropped, each for a reason; `digest` of
    the bytes of the files, in their order. `held`, `invoices` and `listed` are of a list of devices
    alone; `listed` is never kept as it is.
    """

    kind: Tool
    on: date
    flow_year: int
    read: int
    kept: int
    dropped: Mapping[str, int]
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...]
    digest: str = ""
    held: tuple[Held, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    listed: tuple[Listed, ...] = ()

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the document of `source inspect` (docs/reference/commands.md)."""
        return {
            "kind": str(self.kind),
            "on": self.on.isoformat(),
            "flow_year": self.flow_year,
            "items": {"read": self.read, "kept": self.kept, "dropped": dict(self.dropped)},
            "words": [word.as_json() for word in self.words],
            "indicators": [figure.as_json(language) for figure in self.figures],
            "problems": [problem.as_json(language) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """How files are read: for which day and year, within which scope, with which meanings."""

    meanings: Meanings
    on: date
    flow_year: int
    scope: str | None
    limits: Thresholds = LIMITS
    kind: str = ""
    people: int | None = None


def take(
    files: Sequence[tuple[str, BinaryIO]],
    *,
    kind: str | None,
    meanings: Meanings,
    on: date,
    flow_year: int,
    scope: str | None,
    limits: Thresholds | None = None,
    people: int | None = None,
) -> Snapshot:
    """Return what files say. Without a `scope`, that of the meanings holds; "" is everything.

    `people` is the staff, for what is counted per person.

    Raises UnusableInputError: no known source, another kind than the one asked, several sources, no
    device of the scope.
    """
    asked = Asked(meanings, on, flow_year, scope, limits or LIMITS, kind or "", people)
    problems = Problems()
    digest = hashlib.sha256()
    read: list[Read] = []
    for name, stream in files:
        said = Problems()
        digest.update(_digest(stream))
        with open_source(stream, name, WANTED) as source:
            read.append(_read(source, asked, said))
        problems.extend(replace(one, file=one.file or name) for one in said)
    taken = _put_together(read, asked, problems)
    _require_kind(taken.kind, kind)
    return replace(taken, digest=digest.hexdigest())


def _digest(stream: BinaryIO) -> bytes:
    stream.seek(0)
    found = hashlib.sha256()
    while piece := stream.read(1 << 20):
        found.update(piece)
    stream.seek(0)
    return found.digest()


def of_listings(listings: Sequence[Listing], asked: Asked, problems: Problems) -> Snapshot:
    """Return what lists of devices say: what files and answers of a tool have in common."""
    judged = fleet.judge(listings, asked.meanings, on=asked.on, scope=asked.scope)
    judged.people = asked.people
    problems.extend(judged.problems)
    found = figures_of(judged, asked.flow_year, asked.limits)
    return Snapshot(
        listings[0].tool,
        asked.on,
        asked.flow_year,
        judged.read,
        len(judged.devices),
        dict(sorted(judged.dropped.items())),
        judged.words,
        tuple(found),
        problems.told(),
        held=tuple(held_in(judged)),
        invoices=tuple(invoices_in(judged)),
        listed=tuple(listed_in(judged.devices)),
    )


# --- which reader --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: lists of devices, a document not read yet, or figures."""

    name: str
    kind: Tool | None
    listings: tuple[Listing, ...] = ()
    document: object = None
    figures: tuple[Figure, ...] = ()
    words: tuple[Word, ...] = ()
    count: int = 0


def _read(source: Source, asked: Asked, problems: Problems) -> Read:
    """Return what a file holds, by the first reader that knows it. Raises UnusableInputError."""
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _json(source, asked, problems)
    # Any table is one where somebody said so: nothing else is taken for it.
    for reader in (_anything,) if asked.kind == Tool.TABLE else _TABLES:
        tried = Problems()
        found = reader(source, asked, tried)
        if found is not None:
            problems.extend(tried)
            return replace(found, name=source.name)
    raise UnusableInputError(NOT_A_SOURCE.at(file=source.name, give=WANTED.give))


def _json(source: Source, asked: Asked, problems: Problems) -> Read:
    document = load(source.stream.read(MAX_BYTES)).document
    if asked.kind == Tool.TABLE and (rows := registers.rows_of(document)) is not None:
        return _table(anything.records(rows, asked.limits), source.name)
    if snipeit.is_hardware(document):
        listings = snipeit.listings(snipeit.rows_of(document), asked.meanings)
        return Read(source.name, Tool.SNIPE_IT, tuple(listings))
    if (measures := websites.measures_of(document)) is not None:
        return _ecoindex(measures, problems, source.name)
    if (records := registers.records_of(document)) is not None:
        return _register(records, asked, problems, source.name)
    return Read(source.name, None, document=document)


def _ecoindex(measures: list[websites.Measure], problems: Problems, name: str = "") -> Read:
    found = tuple(websites.ecoindex(measures, problems))
    return Read(name, Tool.ECOINDEX, figures=found, count=len(measures))


def _register(
    records: list[registers.Record], asked: Asked, problems: Problems, name: str = ""
) -> Read:
    if registers.is_of(records, "seats", "used"):
        found = registers.licences(records, asked.on, problems)
        return Read(name, Tool.LICENCES, figures=tuple(found), count=len(records))
    if registers.is_of(records, "volume", "unit"):
        found = registers.storage(records, problems)
        return Read(name, Tool.STORAGE, figures=tuple(found), count=len(records))
    found, words = registers.exits(
        records, asked.flow_year, asked.meanings, problems, asked.on, asked.limits
    )
    return Read(name, Tool.REGISTER, figures=tuple(found), words=words, count=len(records))


def _table(found: list[Figure] | None, name: str = "") -> Read:
    if found is None:
        raise UnusableInputError(NO_LINES.at(file=name))
    count = next(int(one.value or 0) for one in found if one.id == "table-rows")
    return Read(name, Tool.TABLE, figures=tuple(found), count=count)


type Reader = Callable[[Source, Asked, Problems], Read | None]


def _measures(source: Source, _asked: Asked, problems: Problems) -> Read | None:
    found = websites.measures_in(source, problems)
    return None if found is None else _ecoindex(found, problems)


def _audit(source: Source, _asked: Asked, _problems: Problems) -> Read | None:
    found = websites.audit_in(source)
    if found is None:
        return None
    return Read("", Tool.ARA, figures=tuple(websites.accessibility(found)), count=len(found))


def _curve(source: Source, asked: Asked, problems: Problems) -> Read | None:
    found = load_curves.read(source, problems)
    if found is None:
        return None
    count = sum(len(curve.powers) for curve in found)
    figures = tuple(load_curves.figures(found, asked.flow_year))
    return Read("", Tool.LOAD_CURVE, figures=figures, count=count)


def _energy(source: Source, asked: Asked, problems: Problems) -> Read | None:
    found = monthly_energy.read(source, problems)
    if found is None:
        return None
    figures = tuple(monthly_energy.figures(found, asked.flow_year, problems, asked.on))
    return Read("", Tool.ENERGY, figures=figures, count=len(found))


def _devices(source: Source, asked: Asked, problems: Problems) -> Read | None:
    found = inventories.read(source, asked.meanings, problems)
    return Read("", found[0].tool, tuple(found)) if found else None


def _records(source: Source, asked: Asked, problems: Problems) -> Read | None:
    found = registers.records_in(source, problems)
    return None if found is None else _register(found, asked, problems)


def _anything(source: Source, asked: Asked, problems: Problems) -> Read | None:
    return _table(anything.read(source, problems, asked.limits), source.name)


_TABLES: tuple[Reader, ...] = (_measures, _audit, _curve, _devices, _energy, _records)


# --- several files, one snapshot ------------------------------------------------------------


def _put_together(read: Sequence[Read], asked: Asked, problems: Problems) -> Snapshot:
    documents = {one.name: one.document for one in read if one.document is not None}
    listings = [listing for one in read for listing in one.listings]
    listings += glpi.from_files(documents)
    kinds = {one.kind for one in read if one.kind} | {listing.tool for listing in listings}
    if not kinds:
        raise UnusableInputError(NOT_A_SOURCE.at(file=read[0].name, give=WANTED.give))
    if len(kinds) > 1:
        raise UnusableInputError(SEVERAL_SOURCES.at(kinds=", ".join(sorted(kinds))))
    if listings:
        return of_listings(listings, asked, problems)
    count = sum(one.count for one in read)
    figures = tuple(_figures(read, problems))
    words = tuple(word for one in read for word in one.words)
    kind = kinds.pop()
    return Snapshot(
        kind, asked.on, asked.flow_year, count, count, {}, words, figures, problems.told()
    )


def _figures(read: Sequence[Read], problems: Problems) -> Iterator[Figure]:
    """Yield the figures of files that list no device: no two of them may say the same one."""
    counts = Counter(figure.id for one in read for figure in one.figures)
    for name, count in counts.items():
        if count > 1:
            problems.append(REPEATED.at(figure=name))
    for one in read:
        yield from (figure for figure in one.figures if counts[figure.id] == 1)


def _require_kind(found: Tool, asked: str | None) -> None:
    """Raise UnusableInputError where files are of another kind than the one asked."""
    if asked is None:
        return
    wanted = _NAMES.get(asked.lower())
    is_it = wanted is found or (wanted is Tool.INVENTORY and found in _INVENTORIES)
    is_it = is_it or (found is Tool.INVENTORY and wanted in _INVENTORIES)
    if not is_it:
        raise UnusableInputError(OTHER_KIND.at(found=str(found), wanted=asked))
