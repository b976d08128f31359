"""Putting one organisation back in a living instance, as a backup or an export of it has it.

Its rows take the place of those it has, under the same identifiers, in one transaction; nothing of
others moves. The journals stay: what was done since is in them, and so is this.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models
from django.utils.dateparse import parse_datetime

from portulan.accounts.models import Membership, Organisation, Person, User
from portulan.catalogue.models import (
    Catalogue,
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    Theme,
)
from portulan.cli.backups.archive import UPLOAD, reading, refusal
from portulan.cli.backups.doors import OPENS, crossings, shut, standing
from portulan.cli.backups.problems import (
    ACCOUNT_OF_ANOTHER,
    FILE_CHANGED,
    NO_EDITION,
    NOT_AN_EXPORT,
    NOT_HERE,
    NUMBERED_BEYOND,
    OF_ANOTHER,
    REFERS_TO_ANOTHER,
    RESTORE_FAILED,
    TIED,
)
from portulan.cli.moving import rows as tables
from portulan.core import guards, numbering
from portulan.core.folders import put_in_place
from portulan.core.journals import guards_laid
from portulan.core.models import AuditEntry
from portulan.core.spreadsheet import looks_like_formula
from portulan.core.uploads import upload_path
from portulan.publication.export import folder as exported
from portulan.publication.export.owned import columns_of, owned, paths

type Model = type[models.Model]
type Row = tuple[Any, ...]
type Key = tuple[Any, ...]

# What was done stays as it was written, and what others gave to read is theirs.
_STAY = {"core.AuditEntry", "accounts.SecurityEntry", "publication.SharedCopy"}
# What is of no organisation and is referred to: the built-in catalogue, and what names each row.
_EDITION = ("version__catalogue__slug", "version__version")
_BUILT_IN: Mapping[Model, tuple[str, ...]] = {
    Catalogue: ("slug",),
    CatalogueVersion: ("catalogue__slug", "version"),
    Theme: (*_EDITION, "code"),
    Practice: (*_EDITION, "code"),
    PracticeIndicator: (*(f"practice__{name}" for name in (*_EDITION, "code")), "order"),
}
_PIECE = 500
_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows, files, and how many people have no account here any more."""

    organisation: Organisation
    rows: int
    files: int
    unlinked: int


class Kept(Protocol):
    """Where the organisation is read: a database beside, or the folder of an export."""

    organisation: int

    def rows(self, model: Model, path: str) -> Iterator[Row]: ...
    def built_in(self, model: Model) -> Mapping[int, Key] | None: ...
    def addresses(self) -> Mapping[int, str]: ...
    def trail(self) -> Iterator[Row]: ...
    def files(self) -> Iterator[tuple[str, Path]]: ...


class InDatabase:
    """An organisation in the database that `source` is, where a whole backup was restored."""

    def __init__(self, slug: str, place: Path) -> None:
        found = Organisation.objects.using("source").filter(slug=slug).first()
        if found is None:
            raise refusal(NOT_HERE, place, name=slug)
        self.organisation, self._place = found.pk, place

    def rows(self, model: Model, path: str) -> Iterator[Row]:
        asked: models.QuerySet[models.Model] = models.QuerySet(model, using="source")
        names = [field.attname for field in tables.fields_of(model)]
        mine = asked.filter(**{path: self.organisation}).order_by("pk")
        return mine.values_list(*names).iterator(tables.PIECE)

    def built_in(self, model: Model) -> Mapping[int, Key] | None:
        return _built_in(model, "source")

    def addresses(self) -> Mapping[int, str]:
        return dict(User.objects.using("source").values_list("pk", "email"))

    def trail(self) -> Iterator[Row]:
        return self.rows(AuditEntry, "organisation_id")

    def files(self) -> Iterator[tuple[str, Path]]:
        for sha256 in exported.digests_of(self.organisation, using="source"):
            yield sha256, self._place / "uploads" / sha256[:2] / sha256


class InExport:
    """An organisation in the folder that `portulan export` wrote, whose sums are verified."""

    def __init__(self, slug: str, folder: Path) -> None:
        self._folder = folder
        try:
            manifest = json.loads((folder / exported.MANIFEST).read_bytes()[:_LIMIT])
            self._tables = {str(k): str(v["file"]) for k, v in manifest["tables"].items()}
            if manifest["format"] != exported.FORMAT:
                raise ValueError(manifest["format"])
            if strange := set(self._tables.values()) - exported.require_sums(folder):
                raise ValueError(min(strange))
            mine = next(self._cells(Organisation))
            self.organisation = int(mine["id"])
        except (OSError, ValueError, KeyError, TypeError, StopIteration, AttributeError) as error:
            raise refusal(NOT_AN_EXPORT, folder, reason=str(error)[:80]) from error
        if mine["slug"] != slug:
            raise refusal(NOT_HERE, folder, name=slug)

    def _cells(self, model: Model) -> Iterator[dict[str, str]]:
        name = self._tables.get(model._meta.label_lower)
        if name is None:
            return
        with (self._folder / name).open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)

    def rows(self, model: Model, path: str) -> Iterator[Row]:
        """Yield the rows of the file. Raises UnusableInputError: a cell is none of Portulan's."""
        try:
            yield from self._rows(model, path)
        except (ValueError, KeyError, TypeError, ArithmeticError, csv.Error) as error:
            reason = f"{model._meta.label_lower}: {error}"[:80]
            raise refusal(NOT_AN_EXPORT, self._folder, reason=reason) from error

    def _rows(self, model: Model, path: str) -> Iterator[Row]:
        """Yield the rows of the file; what is in no export is that of here, or opens nothing."""
        fields, left = tables.fields_of(model), set(columns_of(model))
        lacking = [field.attname for field in fields if field.attname not in left]
        mine = model._base_manager.filter(**{path: self.organisation})
        here = {one.pk: one for one in mine} if lacking else {}
        for cells in self._cells(model):
            row = {f.attname: _read(f, cells[f.attname]) for f in fields if f.attname in left}
            instance = model(**row)
            for field in fields:
                if field.attname not in lacking:
                    continue
                if getattr(field, "derived", False):
                    row[field.attname] = field.pre_save(instance, add=True)
                elif instance.pk in here:
                    row[field.attname] = getattr(here[instance.pk], field.attname)
                else:
                    binary = isinstance(field, models.BinaryField)
                    row[field.attname] = b"" if binary else f"closed {instance.pk}"
            yield tuple(row[field.attname] for field in fields)

    def built_in(self, model: Model) -> Mapping[int, Key] | None:
        """Return nothing: a folder holds no built-in catalogue, and is of this very instance."""
        return None

    def addresses(self) -> Mapping[int, str]:
        """Return no account: a folder proves nobody's."""
        return {}

    def trail(self) -> Iterator[Row]:
        """Return nothing: a folder holds no seals, and what was done is here."""
        return iter(())

    def files(self) -> Iterator[tuple[str, Path]]:
        place = self._folder / "files"
        for path in [place] if place.is_symlink() else sorted(place.glob("*")):
            yield path.name, path


def restore_beside(archive: Path, place: Path, *, into: str) -> None:
    """Restore a whole backup in a place apart, by a process of its own. Raises: refused."""
    with reading(archive):
        pass
    told = {"PORTULAN_DATA": str(place), "DATABASE_URL": into, "DATABASE_URL_FILE": ""}
    done = subprocess.run(
        [sys.executable, "-m", "portulan", "restore", str(archive), "--keep-tokens"],
        env=os.environ | told | {"PORTULAN_MOVE_FROM": "", "PORTULAN_BACKUP_FOLDER": ""},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        raise refusal(RESTORE_FAILED, archive, reason=reason)


def put_one_back(kept: Kept, *, taken: Path) -> Restored:
    """Put an organisation in the place of what it is here, all of it or nothing.

    Raises UnusableInputError: rows or files are those of another, others rest on what would go.
    """
    organisation = kept.organisation
    every = [(model, way) for model, way in owned() if model._meta.label not in _STAY]
    files = dict(_checked(kept, taken))
    came = {model: list(kept.rows(model, way)) for model, way in every}
    gone = {model: _mine(model, way, organisation) for model, way in paths().items()}
    for model in came:
        came[model] = list(_among_ours(model, came, kept, taken))
    if any(numbering.is_beyond(row[0]) for row in came[Organisation]):
        raise refusal(NUMBERED_BEYOND, taken)
    for model, way in every:
        if strangers := _strangers(model, came[model], gone[model]):
            raise refusal(OF_ANOTHER, taken, table=model._meta.db_table, row=strangers[0])
        names = [field.attname for field in tables.fields_of(model)]
        shut(model, names, came[model], standing(model, way, organisation))
    unlinked = _unlink(came[Person], kept, taken)
    # Who is still here has the roles of today; who was erased since stays erased.
    here = dict(_people_of(organisation).values_list("pk", "erased_at"))
    roles = list(Membership.objects.filter(person__in=here))
    known = crossings(every, organisation), {*exported.digests_of(organisation), *files}
    try:
        with guards.lifted():
            _check_references_late()
            for model in (*_opening(), *(model for model, _way in every)):
                _remove(model, gone[model])
            for model, _way in every:
                _insert(model, came[model])
            connection.check_constraints()
            _require_its_own(every, came, organisation, known, taken)
            Membership.objects.filter(person__in=here).delete()
            back = set(_people_of(organisation).values_list("pk", flat=True))
            Membership.objects.bulk_create(one for one in roles if one.person_id in back)
            for pk, at in here.items():
                if at is not None:
                    nameless = Person.objects.filter(pk=pk)
                    nameless.update(name="", email="", user=None, erased_at=at)
            connection.check_constraints()
    except (DatabaseError, OverflowError) as error:
        raise refusal(TIED, taken, reason=" ".join(str(error).split())[:200]) from error
    guards_laid.note(guards_laid.ONE)
    _bring_trail(kept)
    wanted = exported.digests_of(organisation)
    count = sum(_put_file(one, files[one]) for one in wanted if one in files)
    found = Organisation.objects.get(pk=organisation)
    return Restored(found, sum(map(len, came.values())), count, unlinked)


def _bring_trail(kept: Kept) -> None:
    """Write the log of an organisation that comes from another instance at the end of that of here.

    Its entries keep their seals, which hold without their numbers; they are chained as they come.
    """
    if AuditEntry.objects.filter(organisation_id=kept.organisation).exists():
        return
    names = [field.attname for field in tables.fields_of(AuditEntry)]
    entries = [
        AuditEntry(**dict(zip(names, row, strict=True)) | {"id": None}) for row in kept.trail()
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=_PIECE)


def _built_in(model: Model, using: str) -> Mapping[int, Key]:
    """Return what names each row of the built-in catalogue, by its identifier."""
    owner = dict(owned())[model] + "__isnull"
    rows = model._base_manager.using(using).filter(**{owner: True})
    return {pk: tuple(key) for pk, *key in rows.values_list("pk", *_BUILT_IN[model])}


def _among_ours(
    model: Model, came: Mapping[Model, list[Row]], kept: Kept, taken: Path
) -> Iterator[Row]:
    """Yield rows whose practices of the built-in catalogue are those of here, of the same names.

    Another instance may number them otherwise. Raises UnusableInputError for an edition that is
    not here.
    """
    if not came[model]:
        return
    ways: dict[int, dict[int, int | None]] = {}
    for place, field in enumerate(tables.fields_of(model)):
        if field.related_model in _BUILT_IN:
            to = cast("Model", field.related_model)
            there, here = kept.built_in(to), {k: pk for pk, k in _built_in(to, "default").items()}
            if there is not None:
                ways[place] = {pk: here.get(key) for pk, key in there.items()}
    for row in came[model]:
        cells = list(row)
        for place, ours in ways.items():
            cells[place] = ours.get(cells[place], cells[place])
            if cells[place] is None and row[place] is not None:
                raise refusal(NO_EDITION, taken)
        yield tuple(cells)


def _checked(kept: Kept, taken: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files received, each what its name says. Raises UnusableInputError."""
    for name, path in kept.files():
        if path.is_symlink() or not UPLOAD.fullmatch(f"uploads/{name}"):
            raise refusal(FILE_CHANGED, taken, name=name[:80])
        if path.is_file():
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != name:
                    raise refusal(FILE_CHANGED, taken, name=name)
            yield name, path


def _require_its_own(
    every: list[tuple[Model, str]],
    came: Mapping[Model, list[Row]],
    organisation: int,
    known: tuple[set[tuple[str, str, Any, Any]], set[str]],
    taken: Path,
) -> None:
    """Raise UnusableInputError if what came is not the organisation's, or refers to another."""
    crossed, digests = known
    for model, way in every:
        if strays := _strays(model, way, came[model], organisation):
            raise refusal(OF_ANOTHER, taken, table=model._meta.db_table, row=strays[0])
    for table, column, row, _other in sorted(crossings(every, organisation) - crossed, key=str):
        raise refusal(REFERS_TO_ANOTHER, taken, table=table, column=column, row=row)
    # A digest alone would give the file of another to read.
    for sha256 in {*exported.digests_of(organisation)} - digests:
        if not UPLOAD.fullmatch(f"uploads/{sha256}") or upload_path(sha256).is_file():
            raise refusal(FILE_CHANGED, taken, name=sha256[:80])


def _mine(model: Model, way: str, organisation: int) -> list[Any]:
    rows = model._base_manager.filter(**{way: organisation})
    return list(rows.values_list("pk", flat=True))


def _strangers(model: Model, came: list[Row], gone: list[Any]) -> list[Any]:
    """Return the identifiers of rows to come that are here those of another."""
    names = [field.attname for field in tables.fields_of(model)]
    place = names.index(model._meta.pk.attname)
    asked = {row[place] for row in came} - set(gone)
    found: list[Any] = []
    for piece in _pieces(sorted(asked)):
        found += model._base_manager.filter(pk__in=piece).values_list("pk", flat=True)
    return found


def _strays(model: Model, way: str, came: list[Row], organisation: int) -> list[Any]:
    """Return the identifiers of rows that came and are not of the organisation."""
    names = [field.attname for field in tables.fields_of(model)]
    place = names.index(model._meta.pk.attname)
    mine = set(_mine(model, way, organisation))
    return [row[place] for row in came if row[place] not in mine]


def _unlink(people: list[Row], kept: Kept, taken: Path) -> int:
    """Part people from accounts that are not theirs today; return how many.

    Where the organisation has nobody here any more, an account of the same address is theirs.
    Raises UnusableInputError: somebody would have the account of a person of another organisation.
    """
    names = [field.attname for field in tables.fields_of(Person)]
    own, user, address = (names.index(one) for one in ("id", "user_id", "email"))
    mine = Person.objects.filter(organisation=kept.organisation)
    today = dict(mine.values_list("pk", "user_id"))
    others = Person.objects.exclude(organisation=kept.organisation).exclude(user=None)
    elsewhere = set(others.values_list("user_id", flat=True))
    here = {pk: email.casefold() for pk, email in User.objects.values_list("pk", "email")}
    then = {pk: email.casefold() for pk, email in kept.addresses().items()}
    count = 0
    for rank, row in enumerate(people):
        account, email = row[user], row[address].casefold()
        if account is None or today.get(row[own]) == account:
            continue
        if account in elsewhere and email not in {here[account], then.get(account)}:
            raise refusal(ACCOUNT_OF_ANOTHER, taken, row=row[own])
        if today or then.get(account) is None or not then[account] == here.get(account) == email:
            people[rank] = (*row[:user], None, *row[user + 1 :])
            count += 1
    return count


def _people_of(organisation: int) -> models.QuerySet[Person]:
    return Person.objects.filter(organisation=organisation)


def _opening() -> list[Model]:
    return [model for model in paths() if model._meta.label in OPENS]


def _check_references_late() -> None:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _remove(model: Model, gone: list[Any]) -> None:
    for piece in _pieces(gone):
        rows = model._base_manager.filter(pk__in=piece)
        rows._raw_delete(rows.db)


def _insert(model: Model, rows: list[Row]) -> None:
    fields = tables.fields_of(model)
    prepared = [
        tuple(f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=True))
        for row in rows
    ]
    if prepared:
        with numbering.apart(model):
            tables.insert(model, fields, prepared)


def _pieces(values: list[Any]) -> Iterator[list[Any]]:
    for begin in range(0, len(values), _PIECE):
        yield values[begin : begin + _PIECE]


def _put_file(sha256: str, path: Path) -> bool:
    """Put a file received in its place, if it is not there; tell whether it was."""
    place = upload_path(sha256)
    if place.is_file() or not path.is_file():
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(settings.DATA) / f".{sha256}.part"
    part.write_bytes(path.read_bytes())
    put_in_place(part, place)
    return True


def _read(field: models.Field[Any, Any], cell: str) -> Any:
    """Return the value of a cell of an export. Raises ValueError."""
    if cell.startswith("'") and looks_like_formula(cell[1:]):
        cell = cell[1:]
    if cell == "" and (field.null or not isinstance(field, models.CharField | models.TextField)):
        return None if field.null else field.get_default()
    try:
        if isinstance(field, models.JSONField):
            return json.loads(cell)
        if isinstance(field, models.BooleanField):
            return {"true": True, "false": False}[cell]
        if isinstance(field, models.DateTimeField):
            at: datetime | None = parse_datetime(cell)
            return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
        return field.to_python(cell)
    except (ValidationError, KeyError) as error:
        raise ValueError(cell) from error
