"""The language that a page is written in."""

from __future__ import annotations

from django.utils.translation import get_language

from portulan.core.problems import Language


def page_language() -> Language:
    """Return the language the page is written in: French unless English is active."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"
