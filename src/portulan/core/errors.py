"""What a door answers when it stays shut, and a setting that cannot be, said without HTTP."""

from __future__ import annotations

from django.core.exceptions import (
    ImproperlyConfigured,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)

from portulan.core.say.text import Text


class NotFoundError(ObjectDoesNotExist):
    """Nothing of that name exists for this person (an object of others does not exist either)."""


class DeniedError(PermissionDenied):
    """The object exists and may be seen, but this person may not do that to it."""


# Why a service may refuse what it is given: a rule, what is not there, a right.
REFUSALS = (ValidationError, NotFoundError, DeniedError)


class MisconfiguredError(ImproperlyConfigured):
    """A setting that cannot be understood or honoured, said in both languages."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.words = Text(fr, en)
