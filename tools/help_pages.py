"""Compile the how-tos of `docs` into the product: its help, in both languages, without a network.

python tools/help_pages.py     write pages.json; a test holds that it is current

The table of docs/README.md says which page translates which. A link to another how-to leads to it;
one to the rest of the documentation keeps its words.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from portulan.core.folding import sought
from portulan.web.markdown import render, to_the_web

DOCS = Path(__file__).resolve().parent.parent / "docs"
COMPILED = DOCS.parent / "src" / "portulan" / "web" / "help" / "pages.json"
_PAIR = re.compile(r"^\| \[[^\]]+\]\(fr/([\w-]+)\.md\) \| \[[^\]]+\]\(en/([\w-]+)\.md\) \|$", re.M)
# What declares, criterion by criterion, is read in the documentation: pages too long for a screen.
_LEFT = {"accessibility", "eco-design"}
_WORDS = {"fr": "Les mots du métier", "en": "Words of the trade"}
_SAYS = {
    "fr": " ; une petite commune lit « {} »",
    "en": "; a small town reads “{}”",
}
_TABLE = {"fr": "Tableau", "en": "Table"}


def compiled() -> str:
    """Return the help as it is kept: by the English name of a page, its two languages."""
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pairs = {english: french for french, english in _PAIR.findall(index) if english not in _LEFT}
    names = {"fr": {french: name for name, french in pairs.items()}, "en": {n: n for n in pairs}}
    pages = {
        name: {
            "fr": _page(DOCS / "fr" / f"{french}.md", "fr", names["fr"]),
            "en": _page(DOCS / "en" / f"{name}.md", "en", names["en"]),
        }
        for name, french in pairs.items()
    }
    pages["words"] = {language: _words(language) for language in _WORDS}
    return json.dumps(pages, ensure_ascii=False, indent=1) + "\n"


def _words(language: str) -> dict[str, str | dict[str, str]]:
    """Return the page of the words of the trade, which screens explain where they stand."""
    text = (DOCS / "words.md").read_text(encoding="utf-8")
    terms = _table(text, "| mot | ce qu’il veut dire |", language)
    everyday = _table(text, "| mot | mot de tous les jours |", language)
    also = {word: _SAYS[language].format(said) for word, said in everyday.items()}
    body = "".join(
        f"<dt>{word}</dt><dd>{means}{also.get(word, '')}</dd>"
        for word, means in sorted(terms.items(), key=_first)
    )
    body = f'<dl class="facts">{body}</dl>'
    return {"title": _WORDS[language], "body": body, "terms": terms, "everyday": everyday}


def _table(text: str, head: str, language: str) -> dict[str, str]:
    """Return a table of docs/words.md, the columns of one language."""
    rows = text.partition(head)[2].partition("\n\n")[0].splitlines()[2:]
    first = 1 if language == "fr" else 3
    return {row.split("|")[first].strip(): row.split("|")[first + 1].strip() for row in rows}


def _first(row: tuple[str, str]) -> str:
    return sought(row[0])


def _page(path: Path, language: str, names: dict[str, str]) -> dict[str, str]:
    title, _break, text = path.read_text(encoding="utf-8").partition("\n")
    # The first link leads to the translation: the page has a button for that.
    text = re.sub(r"\A\s*(<!--.*?-->\s*)?\[[^\]]+\]\([^)]+\)\n", "", text, flags=re.DOTALL)

    def leads(address: str) -> str:
        file = address.partition("#")[0]
        name = names.get(file.removesuffix(".md")) if "/" not in file else None
        return f"../{name}/" if name else to_the_web(address)

    body = render(text, table=_TABLE[language], top=2, leads=leads)
    return {"title": title.removeprefix("# "), "body": body}


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8")
