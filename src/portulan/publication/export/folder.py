"""The folder of all that an organisation owns: plans as texts, tables as CSV, files by digest."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from pathlib import Path, PurePosixPath
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.budget.models import ImportBatch
from portulan.core.say.text import Language, Text
from portulan.core.spreadsheet import digits, plain
from portulan.core.uploads import CHUNK, upload_path
from portulan.evidence.models import Revision
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Plan
from portulan.publication.documents import html
from portulan.publication.documents.cell import read_back
from portulan.publication.export.owned import LEFT_OUT, columns_of, owned, rows_of
from portulan.publication.models import KeptDocument, PublicEdition, PublicFigure, SharedCopy
from portulan.publication.plan_files.texts import texts
from portulan.publication.public.figure import written as figure_written
from portulan.publication.public.permalinks import content_in
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.reads import file_of

MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "LISEZMOI.txt"
FORMAT = "portulan-export/1"
_AT_ONCE = 500  # rows of a table
_READ_ME = Text(
    """Tout ce que {name} possède dans Portulan, au {day}.

plans/        chaque plan en textes : Markdown et YAML, que « portulan plan import » relit
tables/       chaque table en CSV : virgules, UTF-8, points, jours ISO ; vide = inconnu
files/        les fichiers reçus (comptes, preuves), sous leur sceau SHA-256
documents/    ce qui a été produit et gardé, en HTML et tel que gardé (JSON)
sealed/       les plans scellés, que « portulan verify » vérifie sans base de données
public/       ce qui est ou fut public, et de quoi chaque part publiée est faite
shared/       ce qu’un groupe lit de l’organisation
manifest.json les tables et les fichiers, et ce qui n’est pas là, avec pourquoi
SHA256SUMS    la somme de contrôle de chaque fichier : sha256sum -c SHA256SUMS

Les noms des personnes y sont : ce dossier n’est pas fait pour être publié.
""",
    """All that {name} owns in Portulan, on {day}.

plans/        each plan as texts: Markdown and YAML, which “portulan plan import” reads
tables/       each table as CSV: commas, UTF-8, points, ISO days; empty = unknown
files/        the files received (accounts, evidence), under their SHA-256
documents/    what was produced and kept, as HTML and as kept (JSON)
sealed/       the sealed plans, which “portulan verify” checks without a database
public/       what is or was public, and what each published share is made of
shared/       what a group reads of the organisation
manifest.json the tables and the files, and what is not here, with why
SHA256SUMS    the checksum of each file: sha256sum -c SHA256SUMS

The names of people are in it: this folder is not made to be published.
""",
)


class Folder:
    """A folder being written: each file is counted and summed as it goes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.sums: dict[str, str] = {}
        self._made: set[str] = set()

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self._path(name).open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
                digest.update(piece)
        self.sums[name] = digest.hexdigest()

    def put_whole(self, name: str, content: bytes) -> None:
        """Write a small file at once: they come by the ten thousand."""
        with self._path(name).open("wb", buffering=0) as stream:
            stream.write(content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def _path(self, name: str) -> Path:
        above = name.rpartition("/")[0]
        if above not in self._made:
            (self.place / above).mkdir(parents=True, exist_ok=True)
            self._made.add(above)
        return self.place / name


def write(
    actor: Actor, *, organisation: Organisation, place: Path, on: date, lang: Language
) -> str:
    """Write all that an organisation owns in an empty folder; return the digest of its sums.

    Raises DeniedError.
    """
    actor.require(Operation.EXPORT_ALL)
    folder = Folder(place)
    for name, content in _texts(actor, organisation):
        folder.put_whole(name, content)
    tables = {}
    for model, path in owned():
        name = f"tables/{model._meta.label_lower}.csv"
        count = _Count()
        folder.put(name, count.lines(columns_of(model), rows_of(model, path, organisation.pk)))
        tables[model._meta.label_lower] = {"file": name, "rows": count.rows}
    missing = list(_files(folder, organisation))
    manifest = {
        "format": FORMAT,
        "organisation": {"name": organisation.name, "siren": organisation.siren},
        "on": on.isoformat(),
        "tables": tables,
        "left_out": {name.lower(): why for name, why in sorted(LEFT_OUT.items())},
        "files": sorted(folder.sums),
        "missing_files": missing,
    }
    folder.put(MANIFEST, [(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()])
    said = _READ_ME.say(lang).format(name=organisation.name, day=on.isoformat())
    folder.put(README, [said.encode()])
    sums = "".join(f"{folder.sums[name]}  {name}\n" for name in sorted(folder.sums)).encode()
    (place / SUMS).write_bytes(sums)
    return hashlib.sha256(sums).hexdigest()


def _texts(actor: Actor, organisation: Organisation) -> Iterator[tuple[str, bytes]]:
    for plan in Plan.objects.filter(organisation=organisation).order_by("pk"):
        for name, text in texts(folder_of(actor, slug=plan.slug)).items():
            yield f"plans/{plan.slug}/{name}", text.encode()
    for kept in KeptDocument.objects.filter(organisation=organisation).order_by("pk"):
        name = f"documents/{kept.kind}-{kept.year}-{kept.digest[:12]}"
        yield f"{name}.json", kept.content.encode()
        yield f"{name}.html", html.write_html(read_back(kept.content))
    for sealed in SealedPlan.objects.filter(organisation=organisation).order_by("number"):
        yield f"sealed/{sealed.number}.json", file_of(sealed)
    for edition in PublicEdition.objects.filter(organisation=organisation).order_by("number"):
        yield f"public/edition-{edition.number}.json", edition.content.encode()
    for figure in PublicFigure.objects.filter(organisation=organisation).order_by("pk"):
        yield f"public/figure-{figure.seal[:16]}.json", figure_written(content_in(figure))
    # What was handed over: the table of copies holds those that were received.
    for copy in SharedCopy.objects.filter(sharing__organisation=organisation).order_by("pk"):
        yield f"shared/{copy.sharing_id}-{copy.on}.json", copy.content.encode()


def digests_of(organisation_id: int, *, using: str = "default") -> list[str]:
    """Return the digests of the files that an organisation received (two queries)."""
    batches = ImportBatch.objects.using(using).filter(fiscal_year__organisation=organisation_id)
    given = Revision.objects.using(using).filter(piece__organisation=organisation_id)
    named = batches.exclude(sha256="").values_list("sha256", flat=True)
    return sorted({*named, *given.values_list("sha256", flat=True)})


def require_sums(folder: Path) -> set[str]:
    """Return the files of an export that are what its checksums say.

    Raises ValueError for one that is not, that is elsewhere or is a link; OSError.
    """
    told = {MANIFEST: ""}
    require_inside(folder, SUMS)
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        digest, _space, name = line.partition("  ")
        told[name] = digest
    for name, digest in told.items():
        require_inside(folder, name)
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise ValueError(name)
    return set(told)


def require_inside(folder: Path, name: str) -> None:
    """Raise ValueError unless a name is that of a file of the folder, with no link on its way."""
    path = PurePosixPath(name)
    parts = path.parts
    if not parts or path.is_absolute() or ".." in parts or {"\\", "\0"} & set(name):
        raise ValueError(name)
    place = folder
    for part in parts:
        place /= part
        if place.is_symlink():
            raise ValueError(name)
    if not place.is_file():
        raise ValueError(name)


def _files(folder: Folder, organisation: Organisation) -> Iterator[str]:
    """Write the files received under their digest; yield those that are not there any more."""
    for sha256 in digests_of(organisation.pk):
        path = upload_path(sha256)
        if path.is_file():
            folder.put(f"files/{sha256}", _pieces(path))
        else:
            yield sha256


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


class _Count:
    """Rows as CSV, counted."""

    rows = 0

    def lines(self, heads: list[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        line = _Line()
        writer = csv.writer(line, lineterminator="\r\n")
        writer.writerow(heads)
        yield line.taken()
        for some in batched(rows, _AT_ONCE):
            writer.writerows([_cell(value) for value in row] for row in some)
            self.rows += len(some)
            yield line.taken()


class _Line:
    """What a writer of CSV writes to, some lines at a time."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.write = self.texts.append

    def taken(self) -> bytes:
        found = "".join(self.texts).encode()
        self.texts.clear()
        return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# By type, as there are cells by the hundred thousand.
_SAID: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "",
    bool: lambda value: "true" if value else "false",
    str: plain,
    Decimal: digits,
    datetime: datetime.isoformat,
    date: date.isoformat,
    dict: _json,
    list: _json,
}


def _cell(value: Any) -> str:
    return _SAID.get(type(value), str)(value)
