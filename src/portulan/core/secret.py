"""Keys of this place, one for each purpose: what is made with one proves nothing elsewhere."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.crypto import salted_hmac


def key_for(purpose: str) -> bytes:
    """Return the key of a purpose, 32 bytes, drawn from the secret of the installation."""
    return _key_for(purpose, settings.SECRET_KEY)


@cache
def _key_for(purpose: str, secret: str) -> bytes:
    return salted_hmac(f"portulan.{purpose}", "key", secret=secret, algorithm="sha256").digest()
