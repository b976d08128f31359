"""Taking public files into the instance's table: the operator's gesture, of no organisation.

A file is taken whole or not at all, in one transaction: killed at any moment, an import leaves what
was there. What a body says again for a year replaces what was known of it, and is never added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, OuterRef, Q, Subquery
from django.utils import timezone

from portulan.core.say.text import Problems
from portulan.observatory import models
from portulan.observatory.readers.files import AnyReading, Identity
from portulan.observatory.readers.records import (
    Accounts,
    Contract,
    Declared,
    Inhabitants,
    Levels,
    Share,
)
from portulan.observatory.rows import LINE, lines_in, row_of
from portulan.observatory.strata import BOUNDS
from portulan.observatory.words import Kind

_EACH = 2000
_SHARE_KEY = ("siren", "year", "stage")
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({marks})".format(  # noqa: S608 - our own names
    table=models.PublicAccountLine._meta.db_table,
    columns=", ".join(("accounts_id", *LINE)),
    marks=", ".join(["%s"] * (1 + len(LINE))),
)


@dataclass(slots=True)
class Taken:
    """What became of a file."""

    identity: Identity
    kinds: list[Kind] = field(default_factory=list)
    rows: int = 0
    sirens: set[str] = field(default_factory=set)  # each body once, in however many tables
    years: list[int] = field(default_factory=list)
    replaced: int = 0
    already: bool = False
    problems: Problems = field(default_factory=Problems)

    @property
    def bodies(self) -> int:
        return len(self.sirens)


def known_file(sha256: str) -> models.PublicFile | None:
    """Return the file of that digest, if it was read already."""
    return models.PublicFile.objects.filter(sha256=sha256).first()


def take_in(identity: Identity, readings: Sequence[AnyReading]) -> Taken:
    """Write what a file says, in one transaction; nothing when its digest is known."""
    taken = Taken(identity, [reading.kind for reading in readings])
    taken.rows = sum(reading.rows for reading in readings)
    with transaction.atomic():
        file, is_new = models.PublicFile.objects.get_or_create(
            sha256=identity.sha256,
            defaults={
                "name": identity.name[:255],
                "size": identity.size,
                "kind": readings[0].kind,
                "rows": taken.rows,
                "read_at": timezone.now(),
            },
        )
        taken.already = not is_new
        if is_new:
            for reading in readings:
                taken.problems.extend(reading.problems)
                write_found(reading.kind, file, reading.found, taken)
            settle(taken.years)
    return taken


def write_found(kind: Kind, file: models.PublicFile, found: Sequence[Any], taken: Taken) -> None:
    """Write what a file, or a part of one, says; within the transaction of who calls."""
    _WRITERS[kind](file, found, taken)


def _write_accounts(file: models.PublicFile, found: Sequence[Accounts], taken: Taken) -> None:
    for some in batched(found, _EACH):
        taken.replaced += _remove_former(some)
        rows = models.PublicAccounts.objects.bulk_create([row_of(file, one) for one in some])
        _write_lines(
            (row.pk, *line) for row, one in zip(rows, some, strict=True) for line in lines_in(one)
        )
    _tell(taken, found)


def _write_lines(lines: Iterable[tuple[Any, ...]]) -> None:
    """Write lines beneath the ORM, which takes far longer: a country has half a million a year."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, list(lines))


def _remove_former(some: Sequence[Accounts]) -> int:
    """Remove what was known of these budgets, and return how many there were."""
    wanted = {(one.siren, one.year, one.budget, one.ident) for one in some}
    near = models.PublicAccounts.objects.filter(
        siren__in={one.siren for one in some}, year__in={one.year for one in some}
    )
    keys = near.values_list("pk", "siren", "year", "budget", "ident")
    former = [pk for pk, *key in keys if tuple(key) in wanted]
    for pks in batched(former, 500):
        models.PublicAccountLine.objects.filter(accounts__in=pks).delete()
        models.PublicAccounts.objects.filter(pk__in=pks).delete()
    return len(former)


def _write_inhabitants(file: models.PublicFile, found: Sequence[Inhabitants], taken: Taken) -> None:
    """What a file does not say takes nothing away from what another said."""
    years = {one.year for one in found}
    before = {
        (row.siren, row.year): row for row in models.Inhabitants.objects.filter(year__in=years)
    }
    new, changed = [], []
    for one in found:
        row = before.get((one.siren, one.year))
        if row is None:
            new.append(models.Inhabitants(file=file, **one._asdict()))
            continue
        said = {name: value for name, value in one._asdict().items() if value not in (None, "")}
        if one.people is not None:
            said["file"] = file
        for name, value in said.items():
            setattr(row, name, value)
        changed.append(row)
    _write(models.Inhabitants, new)
    fields = ["file", "people", "name", "grouping", "department", "region"]
    models.Inhabitants.objects.bulk_update(changed, fields, batch_size=100)
    taken.replaced += len(changed)
    _tell(taken, found)


def _write_contracts(file: models.PublicFile, found: Sequence[Contract], taken: Taken) -> None:
    rows = (models.PublicContract(file=file, siren=one.buyer[:9], **one._asdict()) for one in found)
    fields = ["file", "siren", "cpv", "cents", "notified_on", "clause", "criterion"]
    _write(models.PublicContract, rows, ["buyer", "number"], fields)
    taken.sirens |= {one.buyer[:9] for one in found}


def _write_reuse(file: models.PublicFile, found: Sequence[Declared], taken: Taken) -> None:
    rows = (models.DeclaredReuse(file=file, **one._asdict()) for one in found)
    fields = ["file", "name", "total", "reused", "given", "recycled"]
    _write(models.DeclaredReuse, rows, ["siren", "year", "category"], fields)
    _tell(taken, found)


def _write_shares(file: models.PublicFile, found: Sequence[Share], taken: Taken) -> None:
    """What was published before what is known takes nothing of it away."""
    known = models.PublishedShare.objects.filter(siren__in={one.siren for one in found})
    latest = {
        (siren, year, stage): day
        for siren, year, stage, day in known.values_list("siren", "year", "stage", "published_on")
    }
    newer = [
        one for one in found if one.published_on >= latest.get((one.siren, one.year, one.stage), "")
    ]
    rows = (models.PublishedShare(file=file, **one._asdict()) for one in newer)
    fields = ["file", *(name for name in Share._fields if name not in _SHARE_KEY)]
    _write(models.PublishedShare, rows, _SHARE_KEY, fields)
    _tell(taken, found)


def _write_levels(file: models.PublicFile, found: Sequence[Levels], taken: Taken) -> None:
    """The actions of a body are those that it published last, whole."""
    known = models.PublishedLevels.objects.filter(siren__in={one.siren for one in found})
    latest = dict(known.values_list("siren", "published_on"))
    newer = [one for one in found if one.published_on >= latest.get(one.siren, "")]
    others = known.filter(siren__in={one.siren for one in newer}).exclude(file=file)
    taken.replaced += others.delete()[0]
    rows = (models.PublishedLevels(file=file, **one._asdict()) for one in newer)
    keys = ["siren", "theme", "level"]
    _write(models.PublishedLevels, rows, keys, ["file", "name", "actions", "published_on"])
    taken.sirens |= {one.siren for one in found}


def _write(
    model: type[Model],
    rows: Iterable[Model],
    unique: Sequence[str] = (),
    fields: Sequence[str] = (),
) -> None:
    """Write rows by pieces; those of the same unique columns are written over."""
    over: dict[str, Any] = (
        {"update_conflicts": True, "unique_fields": unique, "update_fields": fields}
        if unique
        else {}
    )
    for some in batched(rows, _EACH):
        model._default_manager.bulk_create(list(some), **over)


def _tell(taken: Taken, found: Sequence[Accounts | Inhabitants | Declared | Share]) -> None:
    taken.sirens |= {one.siren for one in found}
    taken.years = sorted({*taken.years, *(one.year for one in found)})


_WRITERS: dict[Kind, Callable[[models.PublicFile, Sequence[Any], Taken], None]] = {
    Kind.BALANCES: _write_accounts,
    Kind.POPULATION: _write_inhabitants,
    Kind.GROUPINGS: _write_inhabitants,
    Kind.CONTRACTS: _write_contracts,
    Kind.REUSE: _write_reuse,
    Kind.SHARES: _write_shares,
    Kind.LEVELS: _write_levels,
}


def settle(years: Sequence[int]) -> None:
    """Set the people and the stratum of the accounts of some years, from what is known now."""
    same = models.Inhabitants.objects.filter(siren=OuterRef("siren"), year=OuterRef("year"))
    for year in years:
        accounts = models.PublicAccounts.objects.filter(year=year)
        accounts.update(people=Subquery(same.values("people")[:1]), stratum=None)
        said = accounts.filter(Q(siren__in=_said_of(year, "grouping")))
        said.update(grouping=Subquery(same.values("grouping")[:1]))
        accounts.filter(region="", siren__in=_said_of(year, "region")).update(
            region=Subquery(same.values("region")[:1])
        )
        for stratum, (low, high) in enumerate(zip((1, *BOUNDS), (*BOUNDS, None), strict=True)):
            among = accounts.filter(people__gte=low)
            (among if high is None else among.filter(people__lt=high)).update(stratum=stratum)


def _said_of(year: int, name: str) -> Any:
    return models.Inhabitants.objects.filter(year=year).exclude(**{name: ""}).values("siren")
