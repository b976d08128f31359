"""Write docs/reference/registries.md: what the registries of the product hold today.

PORTULAN_DATA=somewhere .venv/bin/python -m tools.registries  writes it; a test holds it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "registries.md"
SCRIPTS = ROOT / "src" / "portulan" / "web" / "static" / "portulan"
_FEATURES = (
    "An administrator shows each, or puts it away, under *Ce que Portulan sait faire d’autre*."
)
_OPEN = "All other addresses need an account; those of an organisation, a role in it."
_FILES = "No page needs one but that of a passkey; nothing comes from elsewhere."


def tables() -> str:
    """Return the page: features, addresses open without an account, scripts."""
    parts = ["# What the registries hold\n\nWritten by `tools/registries.py`: do not edit it."]
    parts.append(
        _table("Features", _FEATURES, ("feature", "French", "English", "what for"), _shown())
    )
    parts.append(_table("Open without an account", _OPEN, ("address", "name"), sorted(_open())))
    scripts = ((one.name, f"{one.stat().st_size} bytes") for one in sorted(SCRIPTS.glob("*.js")))
    parts.append(_table("Scripts", _FILES, ("file", "size"), scripts))
    return "\n\n".join(parts) + "\n"


def _table(title: str, says: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *((f"`{first}`", *rest) for first, *rest in rows)]
    return f"## {title}\n\n{says}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown() -> Iterator[tuple[str, ...]]:
    from portulan.web.accounts.people.features import WORDS

    for feature, (name, why, _where) in WORDS.items():
        with override("fr"):
            french = str(name)
        with override("en"):
            yield feature.value, french, str(name), str(why)


def _open(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    for one in (resolver or get_resolver()).url_patterns:
        address = f"{before}{one.pattern}"
        if not isinstance(one, URLPattern):
            yield from _open(one, address)
        elif not getattr(one.callback, "login_required", True):
            yield f"/{address}", str(one.name)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.config.settings")
    django.setup()
    PAGE.write_text(tables(), encoding="utf-8")
