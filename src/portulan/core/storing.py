"""Validating objects and writing them: the one way services write rows that have rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portulan.core.models import Versioned

_BATCH = 500


def store(subject: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Validate the object and write it. Raises ValidationError.

    What the database refuses by itself (a name that is taken, a constraint) it is left to refuse:
    what is right is asked nothing. Validated then, the object hears the ordinary sentence, be it
    of two people who write the same name at the same instant. What validation finds nothing
    against stays an IntegrityError: a guard of the database spoke, and only the entrance of the
    program answers it (`web.middleware`, `cli`).
    """
    try:
        subject.clean_fields(exclude=exclude)
        subject.clean()
    except ValidationError:
        _validate(subject, exclude)
        raise
    try:
        with transaction.atomic():
            subject.save()
    except IntegrityError:
        _validate(subject, exclude)
        raise


def store_all[Row: models.Model](
    rows: Sequence[Row], *, columns: Collection[str] | None = None
) -> Sequence[Row]:
    """Validate rows of one model and write them, as `store` does one after the other.

    New rows whole; with `columns`, these of rows that are there, and held as they are written here.
    A handful of queries for 500. Where one is refused, they are written one by one: the first that
    may not be is refused as it is alone. Raises ValidationError.
    """
    if len(rows) > 1 and _are_clean(rows, columns):
        try:
            with transaction.atomic():
                _write(rows, columns)
        except IntegrityError:
            for row in rows:
                if columns is None:
                    row.pk, row._state.adding = None, True
                elif isinstance(row, Versioned):
                    row.version -= 1
        else:
            return rows
    for row in rows:
        store(row)
    return rows


def _write(rows: Sequence[models.Model], columns: Collection[str] | None) -> None:
    written = type(rows[0])._base_manager
    if columns is None:
        for row in rows:
            if isinstance(row, Versioned):
                row.version = 1  # a copy of a row is a row of its own
        written.bulk_create(rows, batch_size=_BATCH)
        return
    named = set(columns)
    for row in rows:
        if isinstance(row, Versioned):
            row.version += 1
            named.add("version")
    if named:
        written.bulk_update(rows, sorted(named), batch_size=_BATCH)


def _are_clean(rows: Sequence[models.Model], columns: Collection[str] | None) -> bool:
    """Tell whether nothing but the database may refuse the rows (a query for each key)."""
    keys = [one for one in rows[0]._meta.fields if isinstance(one, models.ForeignKey)]
    aside = {key.name for key in keys}
    try:
        for row in rows:
            row.clean_fields(exclude=aside)
            row.clean()
    except ValidationError:
        return False
    return all(
        _is_known(key, {getattr(row, key.attname) for row in rows})
        for key in keys
        if columns is None or key.name in columns
    )


def _is_known(key: models.ForeignKey[object, object], named: set[object]) -> bool:
    if None in named and not key.null:
        return False
    there = key.remote_field.model._base_manager.filter(pk__in=named - {None})
    return there.count() == len(named - {None})


def _validate(subject: models.Model, exclude: Collection[str]) -> None:
    """Validate the object; that it is there already is said in our words, and not the database’s.

    Raises ValidationError.
    """
    try:
        subject.full_clean(exclude=exclude)
    except ValidationError as error:
        twice = _("Cela existe déjà ici\u00a0: modifiez ce qui existe, ou donnez autre chose.")
        whole = error.error_dict.get(NON_FIELD_ERRORS, [])
        if any(_is_there_already(subject, one) for one in whole):
            others = [one for one in whole if not _is_there_already(subject, one)]
            error.error_dict[NON_FIELD_ERRORS] = [
                *others,
                ValidationError(twice, code="unique_together"),
            ]
        raise


def _is_there_already(subject: models.Model, error: ValidationError) -> bool:
    names = [
        one.name for one in subject._meta.constraints if isinstance(one, models.UniqueConstraint)
    ]
    return error.code == "unique_together" or any(name in str(error.message) for name in names)
