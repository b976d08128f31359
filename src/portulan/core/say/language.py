"""The language in which the person at work is spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import activate, deactivate, get_language, trans_real

from portulan.core.say.text import Language


def spoken_language() -> Language:
    """Return the language active now: French unless it is English."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language, then again exactly as before.

    Django's `override` would forget that sentences are said as a country or a small town says them.
    """
    before = getattr(trans_real._active, "value", None)  # type: ignore[attr-defined]
    activate(language)
    try:
        yield
    finally:
        deactivate()
        if before is not None:
            trans_real._active.value = before  # type: ignore[attr-defined]
