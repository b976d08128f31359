"""What tells a value from another, in few characters (pure)."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> str:
    """Return a value as JSON says it in one way alone."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest_of(value: object) -> str:
    """Return what tells a value from another: twelve characters of its SHA-256."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:12]
