"""Keys of this place, one for each purpose: what is made with one proves nothing elsewhere."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def key_for(purpose: str) -> bytes:
    """Return the key of a purpose, 32 bytes, drawn from the secret of the installation."""
    return _key_for(purpose, settings.SECRET_KEY)


@cache
def _key_for(purpose: str, secret: str) -> bytes:
    return salted_hmac(f"portulan.{purpose}", "key", secret=secret, algorithm="sha256").digest()


class UnreadableSecretError(Exception):
    """A secret that the key of this machine does not open: another one sealed it."""


def sealed(purpose: str, content: bytes) -> bytes:
    """Return a secret as it is kept, under the key of a purpose."""
    return _seal(purpose).encrypt(content)


def opened(purpose: str, kept: bytes) -> bytes:
    """Return a secret from what is kept of it. Raises UnreadableSecretError."""
    try:
        return _seal(purpose).decrypt(bytes(kept))
    except InvalidToken:
        raise UnreadableSecretError from None


def _seal(purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(key_for(purpose)))
