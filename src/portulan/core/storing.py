"""Rows: the one that a door asks for, and the one way services write those that have rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portulan.core.batches import judged, telling
from portulan.core.errors import NotFoundError
from portulan.core.models import Versioned

_BATCH = 500
# What calls a thing, in lists, subjects of messages, names of files; reasons have several lines.
_TITLES = frozenset({"title", "short_title", "name", "subject"})
_SHORT = 160  # characters at most: a function, a body, a number, a place
_BREAKS = re.compile("[\0\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def get_one[M: models.Model](rows: models.Manager[M] | models.QuerySet[M], **key: Any) -> M:
    """Return the row that a key names among rows. Raises NotFoundError."""
    found = rows.filter(**key).first()
    if found is None:
        raise NotFoundError(*key.values())
    return found


def hold_row(row: models.Model) -> None:
    """Hold a row until the transaction ends, brought up to date. Raises NotFoundError if gone."""
    rows = type(row)._default_manager.select_for_update(no_key=True)
    try:
        row.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist as error:
        raise NotFoundError(row.pk) from error


def store(subject: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Validate the object and write it. Raises ValidationError.

    What the database refuses by itself (a name that is taken, a constraint) it is left to refuse:
    what is right is asked nothing. Validated then, the object hears the ordinary sentence, be it
    of two people who write the same name at the same instant. What validation finds nothing
    against stays an IntegrityError: a guard of the database spoke, and only the entrance of the
    program answers it (`web.middleware`, `cli`).
    """
    require_clean(subject, exclude=exclude)
    try:
        with transaction.atomic():
            subject.save()
    except IntegrityError:
        _validate(subject, exclude)
        raise


def require_clean(subject: models.Model, *, exclude: Collection[str] | None = None) -> None:
    """Raise ValidationError for what is wrong in an object by itself.

    Its keys are asked of the database, unless `exclude` leaves them out: it does, unsaid.
    """
    if exclude is None:
        exclude = {one.name for one in subject._meta.fields if one.is_relation}
    _require_one_line(subject)
    subject.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)


def _require_one_line(subject: models.Model) -> None:
    """Raise ValidationError for a title on several lines: it would be several in what leaves.

    What was written so before this rule stays until somebody changes it.
    """
    said = {name: getattr(subject, name) for name in _one_line_columns(type(subject))}
    several = {name for name, text in said.items() if text and _BREAKS.search(str(text))}
    if several and subject.pk is not None:
        stored = type(subject)._base_manager.filter(pk=subject.pk).values(*several).first() or {}
        several -= {name for name, text in stored.items() if text == said[name]}
    if several:
        told = _("Écrivez cela sur une seule ligne.")
        raise ValidationError({name: ValidationError(told, code="lines") for name in several})


@cache
def _one_line_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns of a model that hold a title or a few words."""
    return tuple(
        one.name
        for one in model._meta.concrete_fields
        if type(one) is models.CharField
        and not one.choices
        and (one.name in _TITLES or (one.max_length or _SHORT + 1) <= _SHORT)
    )


def taken() -> ValidationError:
    """Return why a thing is not there twice."""
    twice = _("Cela existe déjà ici\u00a0: modifiez ce qui existe, ou donnez autre chose.")
    return ValidationError(twice, code="unique_together")


def store_all[Row: models.Model](
    rows: Sequence[Row], *, columns: Collection[str] | None = None, are_clean: bool = False
) -> Sequence[Row]:
    """Validate rows of one model and write them, as `store` does one after the other.

    New rows whole; with `columns`, these of rows that are there, and held as they are written here.
    A handful of queries for 500; `are_clean` when each was judged already (`require_clean`). Where
    the database refuses them, the first that may not be written is looked for by halves, and
    refused as it is alone. Raises ValidationError.
    """
    if len(rows) < 2 or not _are_known(rows, columns):
        for row in rows:
            store(row)
        return rows
    if not are_clean:
        judged(rows, require_clean, ValidationError)
    if _goes(rows, columns):
        return rows
    first = bisect_left(
        range(len(rows)), True, key=lambda at: not _goes(rows[: at + 1], columns, trial=True)
    )
    if first:
        _goes(rows[:first], columns)
    for rank, row in enumerate(rows[first:], first):
        try:
            store(row)
        except (ValidationError, IntegrityError) as error:
            raise telling({rank: error}) from None
    return rows


def _goes(
    rows: Sequence[models.Model], columns: Collection[str] | None, *, trial: bool = False
) -> bool:
    """Write rows, all or none; tell whether they may be. A `trial` is taken back."""
    try:
        with transaction.atomic():
            _write(rows, columns)
            transaction.set_rollback(trial)
    except IntegrityError:
        _unwritten(rows, columns)
        return False
    if trial:
        _unwritten(rows, columns)
    return True


def _unwritten(rows: Sequence[models.Model], columns: Collection[str] | None) -> None:
    for row in rows:
        if columns is None:
            row.pk, row._state.adding = None, True
        elif isinstance(row, Versioned):
            row.version -= 1


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


def _are_known(rows: Sequence[models.Model], columns: Collection[str] | None) -> bool:
    """Tell whether what rows point to is there (a query for each key)."""
    keys = [one for one in rows[0]._meta.fields if isinstance(one, models.ForeignKey)]
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
        whole = error.error_dict.get(NON_FIELD_ERRORS, [])
        if any(_is_there_already(subject, one) for one in whole):
            others = [one for one in whole if not _is_there_already(subject, one)]
            error.error_dict[NON_FIELD_ERRORS] = [*others, taken()]
        raise


def _is_there_already(subject: models.Model, error: ValidationError) -> bool:
    names = [
        one.name for one in subject._meta.constraints if isinstance(one, models.UniqueConstraint)
    ]
    return error.code == "unique_together" or any(name in str(error.message) for name in names)
