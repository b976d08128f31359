"""Collect the interface's sentences and compile their translations, with Babel alone.

French is the language of the source: a sentence is its own key, and `locale/fr` holds only the
plural forms (French says « 0 ligne »). `locale/en` must be complete.

    python tools/messages.py            rewrite the .po files, compile the .mo files
    python tools/messages.py --check    exit 1 if a sentence is missing, unused or not compiled
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "portulan"
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
# What names none of them is not read word by word.
SAYS = re.compile(rf"\b({'|'.join(KEYWORDS)})\(")
LANGUAGES = {"fr": "(n > 1)", "en": "(n != 1)"}


def sources() -> Iterator[tuple[str, str]]:
    """Yield the path and the Python-like text of every module and template of the product."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            text = path.read_text(encoding="utf-8")
            if SAYS.search(text):
                yield name, text
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            text = templatize(path.read_text(encoding="utf-8"), origin=name)
            # Indentation lays a template out; in Python it would mean something.
            yield name, re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)


def template() -> Catalog:
    """Return all the sentences of the product."""
    catalog = Catalog(fuzzy=False)
    for name, text in sources():
        stream = io.BytesIO(text.encode())
        for line, message, _comments, context in extract(
            "python", stream, KEYWORDS, options={"encoding": "utf-8"}
        ):
            is_format = re.search(r"%\(\w+\)[sd]", str(message)) is not None
            catalog.add(
                message,
                locations=[(name, line)],
                context=context,
                flags=["python-format"] if is_format else [],
            )
    return catalog


def path_of(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def updated(language: str, found: Catalog) -> Catalog:
    """Return the language's catalogue with exactly the sentences found."""
    path = path_of(language)
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as stream:
            known = read_po(stream, locale=language)
    fresh = Catalog(locale=language, project="Portulan", fuzzy=False, charset="utf-8")
    for message in found:
        if not message.id or (language == "fr" and not isinstance(message.id, tuple)):
            continue
        old = known.get(message.id, context=message.context)
        string = message.id if language == "fr" else old.string if old else None
        fresh.add(
            message.id,
            string=string,  # type: ignore[arg-type]
            context=message.context,
            flags=message.flags,
        )
    return fresh


def as_po(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalog, width=100, sort_output=True, omit_header=True, no_location=True)
    language = str(catalog.locale)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals=2; plural={LANGUAGES[language]};\\n"\n\n'
    )
    return header.encode() + stream.getvalue()


def as_mo(po: bytes) -> bytes:
    stream = io.BytesIO()
    catalog = read_po(io.BytesIO(po))
    # Babel writes these dates in the file: as of now, it would never be up to date.
    catalog.creation_date = catalog.revision_date = SOME_DAY
    write_mo(stream, catalog)
    return stream.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    def missing(string: object) -> bool:
        return not all(string) if isinstance(string, (tuple, list)) else not string

    return [str(message.id) for message in catalog if message.id and missing(message.string)]


def main() -> int:
    settings.configure(USE_I18N=True)
    django.setup()
    found, check, wrong = template(), "--check" in sys.argv[1:], 0
    for language in LANGUAGES:
        catalog = updated(language, found)
        po, path = as_po(catalog), path_of(language)
        mo = as_mo(po)
        for text in untranslated(catalog):
            wrong += 1
            sys.stderr.write(f"{language}: not translated: {text}\n")
        for target, content in ((path, po), (path.with_suffix(".mo"), mo)):
            if target.exists() and target.read_bytes() == content:
                continue
            if check:
                wrong += 1
                sys.stderr.write(f"{target.relative_to(ROOT)} is not up to date: make messages\n")
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
