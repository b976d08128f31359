"""The language in which the person at work is spoken to."""

from __future__ import annotations

from django.utils.translation import get_language

from portulan.core.say.text import Language


def spoken_language() -> Language:
    """Return the language active now: French unless it is English."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"
