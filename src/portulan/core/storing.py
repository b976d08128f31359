"""Validating an object and writing it: the one way services write a row that has rules."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _


def store(subject: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Validate the object and write it. Raises ValidationError.

    Two people may write the same name at the same instant: each finds it free, and the database
    stops the second. Validated again, it hears the ordinary sentence, since what the first wrote
    is now seen. What validation still finds nothing against stays an IntegrityError: a guard of
    the database spoke, and only the entrance of the program answers it (`web.middleware`, `cli`).
    """
    _validate(subject, exclude)
    try:
        with transaction.atomic():
            subject.save()
    except IntegrityError:
        _validate(subject, exclude)
        raise


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
