"""The themes whose practices save nothing by themselves, and that all the others rest on (pure).

A sort by carbon buries them: governance, training and measurement of the guide. Source:
docs/reference/truths.md, truth 14. A theme means something only inside one edition.
"""

from __future__ import annotations

_THEMES = {("guide-nr", "v1"): frozenset({"a", "b", "c"})}


def enables(catalogue: str, edition: str, theme: str) -> bool:
    """Tell whether the practices of a theme enable the others."""
    return theme in _THEMES.get((catalogue, edition), ())
