"""Validating an object and writing it: the one way services write a row that has rules."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, models, transaction


def store(subject: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Validate the object and write it. Raises ValidationError.

    Two people may write the same name at the same instant: each finds it free, and the database
    stops the second. Validated again, it hears the ordinary sentence, since what the first wrote
    is now seen. What validation still finds nothing against stays an IntegrityError: a guard of
    the database spoke, and only the entrance of the program answers it (`web.middleware`, `cli`).
    """
    subject.full_clean(exclude=exclude)
    try:
        with transaction.atomic():
            subject.save()
    except IntegrityError:
        subject.full_clean(exclude=exclude)
        raise
