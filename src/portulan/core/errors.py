"""What a door answers when it stays shut, said without HTTP."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied


class NotFoundError(ObjectDoesNotExist):
    """Nothing of that name exists for this person (an object of others does not exist either)."""


class DeniedError(PermissionDenied):
    """The object exists and may be seen, but this person may not do that to it."""
