"""The secret of a webhook, and how its messages are signed (Standard Webhooks 1.0.0).

A message has three headers: `webhook-id`, the same at each try; `webhook-timestamp`, the second
that it leaves at; `webhook-signature`, `v1,` then HMAC-SHA256 of “id.timestamp.body” under the
secret.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
_BYTES = 32  # between 24 and 64
_ENDING = 5


class UnreadableSecretError(Exception):
    """A secret that the key of this machine does not open: another one sealed it."""


def new_secret() -> str:
    """Return a secret as its receiver is given it."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed(secret: str) -> str:
    """Return a secret as it is kept."""
    return _seal().encrypt(secret.encode()).decode()


def opened(kept: str) -> str:
    """Return a secret from what is kept of it. Raises UnreadableSecretError."""
    try:
        return _seal().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def ending_of(kept: str) -> str:
    """Return the last characters of a secret, which tell it from another. Raises as `opened`."""
    return opened(kept)[-_ENDING:]


def headers_of(secret: str, *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver know who sent a message, and when."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def _seal() -> Fernet:
    digest = salted_hmac("portulan.webhooks", "secret", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(digest))
